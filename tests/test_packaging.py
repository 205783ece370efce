"""What a user gets: the two commands, the pinned packages, the wheel, the fonts."""

import ast
import configparser
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QRawFont

import run
from logreg_gui.resource_files import resource

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FONTS = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


class TestTheCommandLineOfRun:
    @pytest.mark.parametrize(
        ("arguments", "verb", "rest"),
        [
            ([], "app", ()),
            (["lesson.json", "--stage"], "app", ("lesson.json", "--stage")),
            (["--version"], "app", ("--version",)),
            (["test"], "test", ()),
            (["test", "-k", "app"], "test", ("-k", "app")),
            (["check"], "check", ()),
            (["data.csv", "test"], "app", ("data.csv", "test")),
        ],
    )
    def test_the_first_word_is_a_verb_or_everything_is_the_apps(self, arguments, verb, rest):
        assert run.split_verb(arguments) == (verb, rest)

    def test_tests_never_open_a_window(self):
        with_screen = {"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}
        assert run.step_environment(run.STEPS["test"], with_screen)["QT_QPA_PLATFORM"] == "offscreen"
        assert run.step_environment(run.STEPS["app"], with_screen) == with_screen

    def test_an_old_python_is_told_in_one_line(self, monkeypatch, capsys):
        monkeypatch.setattr(run, "OLDEST_PYTHON", (99, 1))
        here = f"{sys.version_info[0]}.{sys.version_info[1]}"
        assert run.main(["test"]) == 1
        assert capsys.readouterr().err == f"logreg-gui needs Python 99.1 or newer, this is {here}\n"

    def test_an_old_python_can_read_the_file_that_tells_it(self):
        ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))

    def test_it_needs_the_standard_library_only(self):
        tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
        names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names

    def test_it_wants_the_python_that_the_project_wants(self):
        assert PROJECT["project"]["requires-python"] == f">={run.version_text(run.OLDEST_PYTHON)}"


class TestSystemLibraries:
    @pytest.mark.parametrize(
        ("verb", "environment", "x11"),
        [
            ("app", {"DISPLAY": ":0"}, True),
            ("app", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, True),
            ("app", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, False),
            ("app", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
            ("app", {"DISPLAY": ""}, False),
            ("app", {}, False),
            ("test", {"DISPLAY": ":0"}, False),
            ("check", {"DISPLAY": ":0"}, False),
        ],
    )
    def test_those_of_x11_are_wanted_where_a_window_opens_on_x11(self, verb, environment, x11):
        libraries = run.libraries_for(verb, environment)
        assert libraries == (run.QT_LIBRARIES + run.X11_LIBRARIES if x11 else run.QT_LIBRARIES)

    @pytest.mark.parametrize("verb", ["lint", "types"])
    def test_none_is_wanted_without_qt(self, verb):
        assert run.libraries_for(verb, {"DISPLAY": ":0"}) == ()

    def test_what_the_loader_does_not_find_is_missing(self):
        def load(file):
            if file == "libEGL.so.1":
                raise OSError(f"{file}: cannot open shared object file")

        missing = run.missing_libraries(run.QT_LIBRARIES, load)
        assert [library.file for library in missing] == ["libEGL.so.1"]

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems bring Qt all it needs")
    def test_the_real_loader_tells_a_library_from_none(self):
        nonsense = run.SystemLibrary("libno-such-thing.so.7", "", "", "")
        real = run.SystemLibrary("libc.so.6", "", "", "")
        assert run.missing_libraries([real, nonsense]) == [nonsense]

    @pytest.mark.parametrize(
        ("programs", "manager"),
        [
            ({"apt-get"}, "apt"),
            ({"dnf"}, "dnf"),
            ({"pacman"}, "pacman"),
            ({"apt-get", "dnf"}, "apt"),
            ({"zypper"}, None),
        ],
    )
    def test_the_package_manager_is_the_one_there_is(self, programs, manager):
        assert run.choose_manager(lambda name: name if name in programs else None) == manager

    def test_a_package_with_two_libraries_is_named_once(self):
        assert run.packages_of(run.QT_LIBRARIES, "pacman").count("libglvnd") == 1
        assert len(run.packages_of(run.QT_LIBRARIES, "apt")) == len(run.QT_LIBRARIES)

    @pytest.mark.parametrize(("manager", "silent"), [("apt", "-y"), ("dnf", "-y"), ("pacman", "--noconfirm")])
    def test_no_command_waits_for_an_answer(self, manager, silent):
        last = run.install_commands(manager, ["one", "two"])[-1]
        assert silent in last
        assert last[-2:] == ["one", "two"]

    def test_who_may_not_install_is_told_the_one_command(self, monkeypatch):
        monkeypatch.setattr(run, "missing_libraries", lambda libraries: [run.QT_LIBRARIES[1]])
        monkeypatch.setattr(run, "choose_manager", lambda which: "dnf")
        monkeypatch.setattr(run, "administrator_prefix", lambda: None)
        with pytest.raises(run.SetUpError, match=r"\n    sudo dnf install -y libglvnd-egl$"):
            run.add_system_packages(run.QT_LIBRARIES, [])

    def test_nothing_missing_asks_for_nothing(self, monkeypatch):
        monkeypatch.setattr(run, "missing_libraries", lambda libraries: [])
        monkeypatch.setattr(run, "administrator_prefix", lambda: pytest.fail("asked for rights"))
        run.add_system_packages(run.QT_LIBRARIES, [])


class TestTheStamp:
    @pytest.fixture
    def checkout(self, tmp_path, monkeypatch):
        """A checkout that is set up; returns its requirements.txt."""
        files = (tmp_path / "requirements.txt", tmp_path / "pyproject.toml")
        for file in files:
            file.write_text(f"# {file.name}\n", encoding="utf-8")
        monkeypatch.setattr(run, "SET_UP_FILES", files)
        monkeypatch.setattr(run, "ENVIRONMENT", tmp_path / ".venv")
        monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / "stamp")
        python = run.environment_python()
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        run.STAMP.write_text(run.stamp(files), encoding="utf-8")
        return files[0]

    def test_says_that_nothing_is_to_be_done(self, checkout):
        assert run.is_set_up()

    def test_does_not_hold_when_a_pin_changes(self, checkout):
        checkout.write_text("numpy==0\n", encoding="utf-8")
        assert not run.is_set_up()

    def test_does_not_hold_when_the_environment_is_broken(self, checkout):
        run.environment_python().unlink()
        assert not run.is_set_up()

    def test_does_not_hold_before_the_first_set_up(self, checkout):
        run.STAMP.unlink()
        assert not run.is_set_up()

    def test_changes_with_the_version_of_python_and_with_the_place(self, checkout):
        stamps = {
            run.stamp([checkout], root=root, version=version)
            for root in (Path("/here"), Path("/there"))
            for version in ((3, 11, 2), (3, 13, 0))
        }
        assert len(stamps) == 4

    def test_is_the_same_for_a_patch_release_of_python(self, checkout):
        assert run.stamp([checkout], version=(3, 11, 2)) == run.stamp([checkout], version=(3, 11, 9))

    def test_changes_when_text_moves_from_one_file_to_the_next(self, tmp_path):
        one, two = tmp_path / "one", tmp_path / "two"
        stamps = set()
        for texts in (("ab", "c"), ("a", "bc")):
            one.write_text(texts[0], encoding="utf-8")
            two.write_text(texts[1], encoding="utf-8")
            stamps.add(run.stamp([one, two]))
        assert len(stamps) == 2


def pinned():
    """The requirements of requirements.txt, each with the text of its hashes."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(Requirement(line.partition(" --hash")[0]), line.partition(" --hash")[2]) for line in lines]


def declared():
    """Every requirement of pyproject.toml that run.py installs."""
    groups = PROJECT["dependency-groups"]
    lines = [*PROJECT["project"]["dependencies"], *groups["test"], *groups["lint"], *groups["build"]]
    return [Requirement(line) for line in lines]


class TestThePinnedRequirements:
    def test_every_one_is_one_version_with_hashes(self):
        assert len(pinned()) > 10
        for requirement, hashes in pinned():
            assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), requirement
            assert re.search(r"=sha256:[0-9a-f]{64}\b", hashes), requirement

    def test_no_address_is_recorded(self):
        text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
        assert not re.search(r"://|--index|--extra|--find|file:| @ ", text)

    @pytest.mark.parametrize("python", ["3.11.2", "3.12.0", "3.13.5", "3.14.0"])
    @pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
    def test_all_that_is_declared_is_pinned_once_for_every_python_and_system(self, python, system):
        environment = {
            **default_environment(),
            "python_full_version": python,
            "python_version": python.rpartition(".")[0],
            "sys_platform": system,
        }
        for wanted in declared():
            if wanted.marker and not wanted.marker.evaluate(environment):
                continue
            versions = [
                str(pin.specifier).removeprefix("==")
                for pin, _ in pinned()
                if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
                and (pin.marker is None or pin.marker.evaluate(environment))
            ]
            assert len(versions) == 1, wanted
            assert wanted.specifier.contains(versions[0]), wanted

    def test_the_pyside_that_crashes_is_excluded_where_it_crashes(self):
        allowed = {
            version: any(
                wanted.specifier.contains("6.12.0")
                for wanted in declared()
                if wanted.name == "PySide6-Essentials" and wanted.marker.evaluate({"python_version": version})
            )
            for version in ("3.11", "3.12", "3.13")
        }
        assert allowed == {"3.11": False, "3.12": True, "3.13": True}


class TestResources:
    def test_are_found_in_the_checkout(self):
        assert resource("fonts", FONTS[0]) == ROOT / "resources" / "fonts" / FONTS[0]

    def test_a_missing_one_is_named(self):
        with pytest.raises(FileNotFoundError, match=r"'fonts/Nowhere\.otf'"):
            resource("fonts", "Nowhere.otf")

    def test_the_launcher_starts_the_command_and_shows_the_icon(self):
        launcher = configparser.ConfigParser(interpolation=None)
        launcher.read(resource("logreg-gui.desktop"), encoding="utf-8")
        entry = launcher["Desktop Entry"]
        assert entry["Exec"] in PROJECT["project"]["gui-scripts"]
        assert resource("icons", f"{entry['Icon']}.svg").is_file()


def files_below(folder, pattern="*"):
    return {path.relative_to(folder) for path in folder.rglob(pattern) if path.is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, unpacked; built without a network."""
    pytest.importorskip("hatchling", reason="run.py installs it")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


class TestTheWheel:
    def test_carries_every_resource(self, wheel):
        assert files_below(wheel / "logreg_gui" / "_resources") == files_below(ROOT / "resources")

    def test_carries_every_module(self, wheel):
        assert files_below(wheel / "logreg_gui", "*.py") == files_below(ROOT / "logreg_gui", "*.py")

    def test_finds_its_own_resources(self, wheel):
        code = f"from logreg_gui.resource_files import resource; print(resource('fonts', '{FONTS[0]}'))"
        found = subprocess.check_output([sys.executable, "-c", code], cwd=wheel, text=True, timeout=60)
        assert Path(found.strip()) == wheel.resolve() / "logreg_gui" / "_resources" / "fonts" / FONTS[0]

    def test_puts_the_launcher_and_the_icon_where_desktops_look(self, wheel):
        (share,) = wheel.glob("*.data/data/share")
        assert (share / "applications" / "logreg-gui.desktop").is_file()
        assert (share / "icons" / "hicolor" / "scalable" / "apps" / "logreg-gui.svg").is_file()

    def test_brings_both_licences(self, wheel):
        (licences,) = wheel.glob("*.dist-info/licenses")
        assert "MIT License" in (licences / "LICENSE").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE" in (
            licences / "resources" / "licences" / "Inter-OFL-1.1.txt"
        ).read_text(encoding="utf-8")


@pytest.mark.usefixtures("qapp")
class TestTheFonts:
    @pytest.mark.parametrize("file", FONTS)
    def test_have_the_signs_of_the_window(self, file):
        font = QRawFont(str(resource("fonts", file)), 16.0)
        signs = "ℓ‖−±×·≤≥≈→←▲●μσρηλαβθΣΔ∂∞√₀₁₂₃₄ₜᵢⱼₙ²⁻⁰½…–—"
        assert [sign for sign in signs if not font.supportsCharacter(ord(sign))] == []

    @pytest.mark.parametrize(
        ("file", "weight"),
        [
            (FONTS[0], QFont.Weight.Normal),
            (FONTS[1], QFont.Weight.Medium),
            (FONTS[2], QFont.Weight.DemiBold),
            (FONTS[3], QFont.Weight.Bold),
        ],
    )
    def test_are_chosen_by_their_weight(self, file, weight):
        assert QFontDatabase.addApplicationFont(str(resource("fonts", file))) >= 0
        chosen = QFontInfo(QFont("Inter", 12, weight))
        assert (chosen.family(), chosen.weight()) == ("Inter", weight)


class TestTheChecksOfTheProject:
    @pytest.mark.parametrize(("failing", "status"), [("nothing", 0), ("lint", 1), ("types", 1), ("test", 1)])
    @pytest.mark.skipif(os.name == "nt", reason="a bash script")
    def test_all_run_and_one_failure_is_enough(self, tmp_path, failing, status):
        fake = tmp_path / "python3"
        fake.write_text(f'#!/bin/sh\necho "called $*"\n[ "$2" != {failing} ]\n', encoding="utf-8")
        fake.chmod(0o755)
        environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            ["bash", ROOT / ".ci" / "run"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        called = [line for line in done.stdout.splitlines() if line.startswith("called")]
        assert called == [f"called run.py {verb}" for verb in run.CHECK]
        assert done.returncode == status

    def test_every_verb_is_explained_to_contributors(self):
        text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        verbs = [*(verb for verb in run.STEPS if verb != "app"), "check"]
        assert [verb for verb in verbs if f"python3 run.py {verb}" not in text] == []
