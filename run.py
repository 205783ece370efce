#!/usr/bin/env python3
"""The project's one door: sets everything up on the first call, then does what it was asked.

    python3 run.py [arguments]          start the app
    python3 run.py test [arguments]     run the tests; arguments go to pytest
    python3 run.py lint                 ruff
    python3 run.py types                mypy
    python3 run.py bench [arguments]    run the benchmarks
    python3 run.py check                lint, types and tests: what must pass before a commit

Only the standard library, because nothing else is there on the first call. The set-up is a virtual
environment in `.venv` beside this file, filled with the pinned and hashed packages of requirements.txt, and,
on Linux, the few system libraries that Qt's wheels leave to the system. A stamp in `.venv` tells later calls
that nothing has to be done.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / ".set-up-by-run-py"
REQUIREMENTS = ROOT / "requirements.txt"
SET_UP_FILES = (REQUIREMENTS, ROOT / "pyproject.toml")


class Step(NamedTuple):
    """One program to run with the environment's Python."""

    arguments: tuple[str, ...]
    in_root: bool = True  # the app stays where the user stands: file names on its command line are theirs
    offscreen: bool = False


STEPS = {
    "app": Step(("-m", "logreg_gui"), in_root=False),
    "test": Step(("-m", "pytest", "-n", "auto", "--dist", "worksteal"), offscreen=True),
    "lint": Step(("-m", "ruff", "check")),
    "types": Step(("-m", "mypy")),
    "bench": Step(("-m", "tests.benchmarks")),
}
CHECK = ("lint", "types", "test")
WITHOUT_QT = ("lint", "types")


class SystemLibrary(NamedTuple):
    """A shared library and the package that holds it, by package manager."""

    file: str
    apt: str
    dnf: str
    pacman: str


QT_LIBRARIES = (
    SystemLibrary("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
    SystemLibrary("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    SystemLibrary("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    SystemLibrary("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
    SystemLibrary("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    SystemLibrary("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
)
X11_LIBRARIES = (
    SystemLibrary("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    SystemLibrary("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    SystemLibrary("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    SystemLibrary("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
    SystemLibrary("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb"),
    SystemLibrary("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
)


class SetUpError(Exception):
    """What stands in the way, in words for the user."""


def main(arguments: Sequence[str]) -> int:
    """Set up what is missing, then run the verb; returns its exit status."""
    if sys.version_info < OLDEST_PYTHON:
        oldest, here = version_text(OLDEST_PYTHON), version_text(sys.version_info)
        print(f"logreg-gui needs Python {oldest} or newer, this is {here}", file=sys.stderr)
        return 1
    verb, rest = split_verb(arguments)
    try:
        set_up(verb)
    except SetUpError as error:
        print(f"logreg-gui: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return check() if verb == "check" else run_and_leave(STEPS[verb], rest)


def split_verb(arguments: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The verb, `app` when none is named, and the arguments that belong to it."""
    if arguments and (arguments[0] in STEPS or arguments[0] == "check"):
        return arguments[0], tuple(arguments[1:])
    return "app", tuple(arguments)


def version_text(version: Sequence[object]) -> str:
    """`3.11` of (3, 11, ...)."""
    return f"{version[0]}.{version[1]}"


# ---------------------------------------------------------------------------------------- running


def environment_python(system: str = os.name) -> Path:
    """The Python of the virtual environment."""
    return ENVIRONMENT / ("Scripts/python.exe" if system == "nt" else "bin/python")


def step_environment(step: Step, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of a step: tests never open a window."""
    return {**environment, "QT_QPA_PLATFORM": "offscreen"} if step.offscreen else dict(environment)


def run_and_leave(step: Step, rest: tuple[str, ...]) -> int:
    """Become the step where the system can: whoever stops this process then stops the step itself."""
    if os.name == "nt":
        return run(step, rest)
    if step.in_root:
        os.chdir(ROOT)
    sys.stdout.flush()
    command = [str(environment_python()), *step.arguments, *rest]
    os.execve(command[0], command, step_environment(step, os.environ))


def run(step: Step, rest: tuple[str, ...] = ()) -> int:
    """Run the step and wait for it; returns its exit status."""
    try:
        return subprocess.call(
            [str(environment_python()), *step.arguments, *rest],
            cwd=ROOT if step.in_root else None,
            env=step_environment(step, os.environ),
        )
    except KeyboardInterrupt:
        return 130


def check() -> int:
    """All checks, also after one has failed: one call shows everything that is wrong."""
    failed = []
    for verb in CHECK:
        print(f"== {verb}", flush=True)
        if run(STEPS[verb]) != 0:
            failed.append(verb)
    print(f"== failed: {', '.join(failed)}" if failed else "== all passed")
    return 1 if failed else 0


# --------------------------------------------------------------------------------------- setting up


def set_up(verb: str) -> None:
    """Bring the machine to where the verb can run; silent and quick when it is there already.

    Raises:
        SetUpError: something is missing that cannot be added from here.
    """
    ready = is_set_up()
    packages_needed = [] if ready else packages_for_venv()
    if sys.platform == "linux":
        add_system_packages(libraries_for(verb, os.environ), packages_needed)
    if not ready:
        install_packages()


def is_set_up() -> bool:
    """Whether `.venv` was filled from just these files, here, by this version of Python."""
    try:
        return os.access(environment_python(), os.X_OK) and STAMP.read_text("utf-8") == stamp(SET_UP_FILES)
    except FileNotFoundError:
        return False


def stamp(files: Iterable[Path], root: Path = ROOT, version: Sequence[object] = sys.version_info) -> str:
    """What the set-up depends on, as one line: the Python, the place and the content of the files."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode())
        digest.update(content)
    return f"{sys.implementation.name} {version_text(version)} {digest.hexdigest()} {root}\n"


def install_packages() -> None:
    """Fill `.venv`; the stamp comes last, so an interrupted set-up is done again."""
    print("logreg-gui: setting up .venv (the first time fetches about 130 MB) ...", flush=True)
    make_environment()
    # Wheels only: an unpacked source distribution would run its own code before any hash of its parts counts.
    pip("install", "--require-hashes", "--only-binary", ":all:", "-r", str(REQUIREMENTS))
    # The build backend came with the requirements: nothing more is fetched, so no hash is left out.
    pip("install", "--no-index", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    STAMP.write_text(stamp(SET_UP_FILES), "utf-8")
    print("logreg-gui: ready", flush=True)


def make_environment() -> None:
    """Make `.venv`, or mend it in place when it is one of this Python's already."""
    STAMP.unlink(missing_ok=True)
    version = environment_version()
    if version == version_text(sys.version_info) and environment_has_pip():
        return
    keep = version == version_text(sys.version_info)
    command = [sys.executable, "-m", "venv", *([] if keep else ["--clear"]), str(ENVIRONMENT)]
    if subprocess.call(command) != 0:
        raise SetUpError(f"could not make a virtual environment in {ENVIRONMENT}")


def environment_version() -> str | None:
    """The version of the environment's Python; None when there is none that starts."""
    return ask_environment("import sys; print('%d.%d' % sys.version_info[:2])")


def environment_has_pip() -> bool:
    """Whether the environment can install anything: those that uv makes cannot."""
    return ask_environment("import pip; print('yes')") == "yes"


def ask_environment(code: str) -> str | None:
    """What the environment's Python prints when it runs the code; None when it is broken or not there."""
    try:
        answer = subprocess.run(
            [str(environment_python()), "-c", code], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def pip(*arguments: str) -> None:
    """Run the environment's pip; it is quiet unless something is wrong.

    Raises:
        SetUpError: pip failed; it has said why.
    """
    command = [str(environment_python()), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    if subprocess.call(command) != 0:
        raise SetUpError("pip could not install what is needed, its message is above")


# --------------------------------------------------------------------------- system packages (Linux)


def libraries_for(verb: str, environment: Mapping[str, str]) -> tuple[SystemLibrary, ...]:
    """The libraries that Qt needs for the verb: those of X11 only where a window opens on X11.

    With a Wayland compositor Qt takes its Wayland platform when the one for X11 does not load.
    """
    if verb in WITHOUT_QT:
        return ()
    opens_on_x11 = (
        verb == "app"
        and bool(environment.get("DISPLAY"))
        and not environment.get("WAYLAND_DISPLAY")
        and environment.get("QT_QPA_PLATFORM", "xcb").startswith("xcb")
    )
    return QT_LIBRARIES + X11_LIBRARIES if opens_on_x11 else QT_LIBRARIES


def missing_libraries(
    libraries: Iterable[SystemLibrary], load: Callable[[str], object] = ctypes.CDLL
) -> list[SystemLibrary]:
    """Those of the libraries that the dynamic loader does not find."""
    missing = []
    for library in libraries:
        try:
            load(library.file)
        except OSError:
            missing.append(library)
    return missing


def packages_for_venv() -> list[str]:
    """Debian and its kin keep a part of the standard library's venv in a package of its own."""
    if importlib.util.find_spec("ensurepip") or environment_has_pip() or shutil.which("apt-get") is None:
        return []
    return [f"python{version_text(sys.version_info)}-venv"]


def add_system_packages(libraries: Sequence[SystemLibrary], packages: Sequence[str]) -> None:
    """Install what is missing of libraries and packages, or say which command would."""
    missing = missing_libraries(libraries)
    if not missing and not packages:
        return
    manager = choose_manager(shutil.which)
    if manager is None:
        # An unknown kind of system: go on, Qt may find what the loader did not.
        print(f"logreg-gui: not found on this system: {' '.join(library.file for library in missing)}")
        return
    wanted = [*packages, *packages_of(missing, manager)]
    commands = install_commands(manager, wanted)
    by_hand = " && ".join(shlex.join(["sudo", *command]) for command in commands)
    rights = administrator_prefix()
    if rights is None:
        raise SetUpError(f"system packages are missing; this command, once, adds them:\n    {by_hand}")
    print(f"logreg-gui: adding system packages: {' '.join(wanted)}", flush=True)
    installed = run_silently([[*rights, *command] for command in commands])
    if not installed or missing_libraries(missing):
        raise SetUpError(f"system packages could not be added; by hand it would be:\n    {by_hand}")


def administrator_prefix() -> list[str] | None:
    """What to put before a command that needs an administrator; None where that would ask for a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        return ["sudo", "-n"]
    return None


def run_silently(commands: Iterable[Sequence[str]]) -> bool:
    """Run one after the other; whether the last one worked, and what it said where it did not.

    Only the last counts: fresh package lists with one of several sources down are good enough to try.
    """
    for command in commands:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            text=True,
            errors="replace",
        )
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
    return done.returncode == 0


def choose_manager(which: Callable[[str], str | None]) -> str | None:
    """The package manager of this system: its column in the tables above, or None."""
    for manager, program in (("apt", "apt-get"), ("dnf", "dnf"), ("pacman", "pacman")):
        if which(program):
            return manager
    return None


def packages_of(libraries: Iterable[SystemLibrary], manager: str) -> list[str]:
    """The packages that hold the libraries, each once."""
    return list(dict.fromkeys(getattr(library, manager) for library in libraries))


def install_commands(manager: str, packages: Sequence[str]) -> list[list[str]]:
    """The commands, as an administrator, that install the packages without asking."""
    if manager == "apt":
        # A bare image has no package lists.
        return [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]]
    if manager == "dnf":
        return [["dnf", "install", "-y", *packages]]
    # Not -Sy: fresh lists without an upgrade leave Arch half upgraded.
    return [["pacman", "-S", "--needed", "--noconfirm", *packages]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
