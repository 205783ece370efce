"""The command line is read without Qt, and says in one line what is wrong with it."""

import subprocess
import sys

import pytest

from logreg_gui import __version__
from logreg_gui.command_line import parse
from logreg_gui.display import has_display
from logreg_gui.scenario import PRESETS, UNLIMITED


def test_without_arguments_it_is_the_default_show():
    request = parse([])
    assert request.scenario == PRESETS["overlapping"]
    assert request.is_default
    assert not request.is_script


def test_options_change_the_preset_they_are_given_with():
    arguments = (
        "--preset tutorial-becker --seed 3 --learning-rate 1e-4 --steps 20 --speed unlimited --play "
        "--present --theme projector --zoom 1.5 --size 1920x1080 --no-settings --at-step 7"
    )
    request = parse(arguments.split())
    scenario = request.scenario
    assert scenario.preset == "tutorial-becker"
    assert (scenario.data.seed, scenario.learning_rate, scenario.steps) == (3, 1e-4, 20)
    assert scenario.speed == UNLIMITED
    assert (request.play, request.present, request.theme, request.zoom) == (True, True, "projector", 1.5)
    assert (request.size, request.use_settings, request.at_step) == ((1920, 1080), False, 7)
    assert not request.is_default


@pytest.mark.parametrize("option", ["--screenshot", "--state"])
def test_a_file_to_write_makes_it_a_script(option, tmp_path):
    assert parse([option, str(tmp_path / "out")]).is_script


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--preset moon", "unknown preset 'moon'"),
        ("--learning-rate 0", "learning_rate must be a positive finite number, got 0"),
        ("--learning-rate=-0.1", "learning_rate must be a positive finite number, got -0.1"),
        ("--learning-rate nan", "learning_rate must be a positive finite number, got nan"),
        ("--learning-rate inf", "learning_rate must be a positive finite number, got inf"),
        ("--learning-rate fast", "--learning-rate: must be a number, got 'fast'"),
        ("--steps 0", "steps must be a whole number"),
        ("--steps 2.5", "--steps: must be a whole number, got '2.5'"),
        ("--seed=-1", "seed must be a whole number"),
        ("--seed 4294967296", "seed must be a whole number"),
        ("--speed 0", "speed must be a positive"),
        ("--at-step=-1", "--at-step must be a whole number"),
        ("--zoom 9", "--zoom must be a number from 0.8 to 1.75"),
        ("--size big", "--size: must look like 1280x720"),
        ("--theme pink", "--theme"),
        ("--state /no/such/folder/s.json", "the folder /no/such/folder does not exist"),
        ("--screenshot /", "cannot be written"),
        ("--colour red", "--colour"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_ends_with_two(arguments, words, capsys):
    with pytest.raises(SystemExit) as stopped:
        parse(arguments.split())
    message = capsys.readouterr().err
    assert stopped.value.code == 2
    assert message.count("\n") == 1
    assert words in message


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_need_neither_display_nor_qt(option):
    program = (
        "import sys\nfrom logreg_gui.app import main\n"
        f"try:\n    main(['{option}'])\nfinally:\n"
        "    assert not [name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph'))]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert (__version__ if option == "--version" else "--preset") in done.stdout


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":987"}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": "/no/such"}, "linux", False),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_screen_that_is_not_there_is_noticed_before_qt_aborts(environment, platform, expected):
    assert has_display(environment, platform) is expected
