"""The command line is read without Qt, and says in one line what is wrong with it."""

import subprocess
import sys

import pytest

from logreg_gui import __version__
from logreg_gui.command_line import parse
from logreg_gui.display import has_display
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import (
    OBJECTIVES,
    OPTIMIZERS,
    PENALTIES,
    UNLIMITED,
    GaussianData,
    ModelSpec,
    TableData,
    draw,
)


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


@pytest.fixture
def plants(tmp_path):
    """A table of 60 rows: an index, three numbers, a class of three and one of two values."""
    path = tmp_path / "plants.csv"
    rows = (f"{k},{k * 7 % 11},{k * 5 % 13},{k / 7},{'abc'[k % 3]},{k % 2}\n" for k in range(60))
    path.write_text("id,height,width,age,kind,sick\n" + "".join(rows))
    return path


def scenario_of(*arguments):
    return parse([str(argument) for argument in arguments]).scenario


def refusal(arguments, capsys):
    """The one line with which the arguments are refused."""
    with pytest.raises(SystemExit) as stopped:
        parse([str(argument) for argument in arguments])
    message = capsys.readouterr().err
    assert stopped.value.code == 2
    assert message.count("\n") == 1
    return message


class TestOwnData:
    def test_a_table_is_trained_on_by_the_columns_that_are_named(self, plants):
        scenario = scenario_of("--data", plants, "--x1", "age", "--x2", "width", "--label", "kind")
        assert isinstance(scenario.data, TableData)
        assert (scenario.data.x1, scenario.data.x2, scenario.data.label) == ("age", "width", "kind")
        assert scenario.data.class_names == ("a", "b", "c")
        assert (scenario.preset, scenario.model.objective) == ("plants.csv", "softmax")
        assert not scenario.model.standardise
        assert not parse(["--data", str(plants)]).is_default

    @pytest.mark.parametrize(
        ("options", "columns", "objective"),
        [
            ([], ("height", "width", "sick"), "logistic"),
            (["--label", "kind"], ("height", "width", "kind"), "softmax"),
            (["--label", "age"], ("height", "width", "age"), "squared-error"),
            (["--x1", "age", "--label", "kind"], ("age", "height", "kind"), "softmax"),
            (["--x2", "id"], ("height", "id", "sick"), "logistic"),
            (["--x1", "sick"], ("sick", "height", "kind"), "softmax"),
        ],
    )
    def test_columns_that_are_not_named_are_guessed(self, plants, options, columns, objective):
        scenario = scenario_of("--data", plants, *options)
        assert (scenario.data.x1, scenario.data.x2, scenario.data.label) == columns
        assert scenario.model.objective == objective

    def test_a_path_may_start_where_the_user_stands(self, plants, monkeypatch):
        monkeypatch.chdir(plants.parent)
        assert scenario_of("--data", "plants.csv").data.n_rows == 60

    def test_the_model_is_chosen_as_for_a_preset(self, plants):
        options = "--standardise --degree 2 --penalty l2 --C 0.5 --optimizer newton --inputs all"
        scenario = scenario_of("--data", plants, *options.split())
        model = scenario.model
        assert (model.standardise, model.degree, model.penalty, model.C) == (True, 2, "l2", 0.5)
        assert (model.optimizer, scenario.inputs) == ("newton", "all")

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--data", "nowhere.csv"], "nowhere.csv cannot be read: No such file"),
            (["--data", "."], ". cannot be read: Is a directory"),
            (["--data", "{plants}", "--preset", "iris"], "--preset: not allowed with argument --data"),
            (
                ["--data", "{plants}", "--x1", "depth"],
                "plants.csv has no column 'depth': its columns are 'id'",
            ),
            (["--data", "{plants}", "--x1", "kind"], "plants.csv, line 2, column 'kind': 'a' is no number"),
            (
                ["--data", "{plants}", "--label", "kind", "--objective", "logistic"],
                "objective must be softmax",
            ),
            (["--data", "{plants}", "--label", "age", "--objective", "softmax"], "must be squared-error"),
            (["--data", "{plants}", "--classes", "2"], "--classes goes with Gaussians, irises and spirals"),
            (["--label", "kind"], "--label needs --data"),
            (["--preset", "moons", "--x1", "kind"], "--x1 goes with --data or the irises"),
        ],
    )
    def test_what_cannot_be_used_is_said_in_one_line(self, plants, capsys, options, words):
        assert words in refusal([option.replace("{plants}", str(plants)) for option in options], capsys)

    def test_a_ragged_file_is_told_by_line_and_column(self, tmp_path, capsys):
        path = tmp_path / "ragged.csv"
        path.write_text("x,y,k\n1,2,a\n3\n")
        assert "ragged.csv, line 3, column 'y'" in refusal(["--data", path], capsys)

    def test_a_class_too_small_for_a_test_set_is_told_before_anything_starts(self, tmp_path, capsys):
        path = tmp_path / "one.csv"
        path.write_text("u,v,k\n" + "".join(f"{k},{k * k % 7},{'b' if k == 3 else 'a'}\n" for k in range(9)))
        assert scenario_of("--data", path).n_classes == 2
        assert "two rows of every class" in refusal(["--data", path, "--test-size", "0.3"], capsys)


class TestClasses:
    @pytest.mark.parametrize("count", range(2, 7))
    @pytest.mark.parametrize("name", ["overlapping", "three-gaussians", "spirals"])
    def test_of_gaussians_and_spirals_are_two_to_six(self, name, count):
        scenario = scenario_of("--preset", name, "--classes", count)
        assert scenario.n_classes == count
        assert scenario.model.objective == ("logistic" if count == 2 else "softmax")

    @pytest.mark.parametrize(
        ("count", "names", "objective"),
        [
            (2, ("versicolor", "virginica"), "logistic"),
            (3, ("setosa", "versicolor", "virginica"), "softmax"),
        ],
    )
    def test_of_irises_are_the_two_that_overlap_or_all(self, count, names, objective):
        scenario = scenario_of("--preset", "iris", "--classes", count)
        assert scenario.data.classes == names
        assert scenario.model.objective == objective

    def test_two_may_be_told_apart_by_softmax_as_well(self):
        scenario = scenario_of("--preset", "three-gaussians", "--classes", 2, "--objective", "softmax")
        assert (scenario.n_classes, scenario.model.objective) == (2, "softmax")

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ("--classes 7", "classes must be a whole number from 2 to 6, got 7"),
            ("--classes 1", "classes must be a whole number from 2 to 6, got 1"),
            ("--preset spirals --classes 7", "classes must be a whole number from 2 to 6, got 7"),
            ("--preset iris --classes 4", "classes must be 2 or 3 of the irises, got 4"),
            ("--preset moons --classes 3", "moons has its own"),
            ("--preset noisy-curve --classes 2", "noisy-curve has its own"),
            ("--classes 3 --objective logistic", "objective must be softmax for more than two classes"),
            ("--classes two", "--classes: must be a whole number, got 'two'"),
        ],
    )
    def test_there_cannot_be_are_told(self, options, words, capsys):
        assert words in refusal(options.split(), capsys)


class TestModel:
    def test_options_are_those_of_the_model(self):
        options = (
            "--objective softmax --degree 3 --no-interactions --standardise --penalty elasticnet --C 2.5 "
            "--l1-ratio 0.25 --optimizer proximal --batch-size 7 --momentum 0.8 --learning-rate 0.01"
        )
        expected = ModelSpec(
            "softmax", 3, False, True, "elasticnet", 2.5, 0.25, "proximal", 0.01, batch_size=7, momentum=0.8
        )
        assert scenario_of(*options.split()).model == expected

    def test_switches_go_both_ways(self):
        model = scenario_of("--preset", "moons", "--no-standardise", "--interactions").model
        assert (model.standardise, model.interactions) == (False, True)

    @pytest.mark.parametrize("optimizer", OPTIMIZERS)
    def test_every_optimizer_can_be_asked_for(self, optimizer):
        scenario = scenario_of("--optimizer", optimizer)
        assert scenario.model.optimizer == optimizer

    @pytest.mark.parametrize("name", PRESETS)
    def test_every_preset_can_be_asked_for(self, name):
        assert scenario_of("--preset", name) == PRESETS[name]

    @pytest.mark.parametrize(
        ("options", "rate"),
        [
            ("--preset tutorial-sagar", 5e-5),
            ("--preset tutorial-sagar --seed 3 --steps 7", 5e-5),
            ("--preset tutorial-sagar --objective logistic", 5e-5),  # what it is anyhow
            ("--preset tutorial-sagar --objective squared-error", None),
            ("--preset tutorial-sagar --penalty l2", None),
            ("--preset tutorial-sagar --inputs first", None),
            ("--preset tutorial-sagar --degree 2 --learning-rate 1e-6", 1e-6),
            ("--preset tutorial-sagar --learning-rate auto", None),
            ("--preset tutorial-sagar --learning-rate 1e-6", 1e-6),
        ],
    )
    def test_another_model_has_the_automatic_learning_rate_unless_one_is_given(self, options, rate):
        assert scenario_of(*options.split()).learning_rate == rate

    def test_a_penalty_brings_an_optimizer_that_can_climb_it(self):
        model = scenario_of("--preset", "spirals", "--penalty", "l1").model
        assert (model.penalty, model.optimizer) == ("l1", "proximal")

    def test_of_two_that_were_both_asked_for_neither_gives_way(self, capsys):
        message = refusal(["--penalty", "l1", "--optimizer", "newton"], capsys)
        assert "optimizer must be one of gradient-ascent, sgd, proximal with the penalty l1" in message
        model = scenario_of(*["--penalty", "elasticnet", "--l1-ratio", "0", "--optimizer", "newton"]).model
        assert (model.penalty, model.optimizer) == ("elasticnet", "newton")

    @pytest.mark.parametrize("penalty", PENALTIES)
    @pytest.mark.parametrize("optimizer", OPTIMIZERS)
    @pytest.mark.parametrize("name", ["overlapping", "three-gaussians", "noisy-curve", "spirals"])
    def test_any_three_choices_are_taken_as_they_are_or_told_which_one_cannot_be(
        self, name, optimizer, penalty, capsys
    ):
        climbs_corners = optimizer in ("gradient-ascent", "sgd", "proximal")
        n_classes = PRESETS[name].n_classes
        for objective in OBJECTIVES:
            options = ["--preset", name, "--optimizer", optimizer, "--penalty", penalty]
            options += ["--objective", objective, "--degree", "3"]
            fits = n_classes == 2 or objective == ("softmax" if n_classes else "squared-error")
            if fits and (climbs_corners or penalty in ("none", "l2")):
                model = scenario_of(*options).model
                found = model.objective, model.optimizer, model.penalty, model.degree, model.learning_rate
                assert found == (objective, optimizer, penalty, 3, None)
            else:
                message = refusal(options, capsys)
                assert "objective must be" in message or "optimizer must be one of" in message

    def test_rows_are_set_apart_and_labels_made_wrong(self):
        scenario = scenario_of(*["--test-size", "0.25", "--label-noise", "0.1", "--seed", "4"])
        assert (scenario.test_size, scenario.label_noise, scenario.split_seed) == (0.25, 0.1, 4)

    def test_the_arithmetic_of_unlimited_speed_can_be_chosen(self, capsys):
        assert scenario_of("--precision", "float64").precision == "float64"
        assert "invalid choice: 'half'" in refusal(["--precision", "half"], capsys)
        assert not parse(["--precision", "float32"]).is_default

    def test_no_rows_are_drawn_to_see_that_a_test_set_is_possible(self, monkeypatch):
        monkeypatch.setattr(GaussianData, "sample_pieces", lambda self: 1 / 0)
        assert scenario_of("--test-size", "0.25").test_size == 0.25

    @pytest.mark.parametrize("name", PRESETS)
    def test_a_test_set_that_is_not_possible_is_refused_as_the_rows_would_refuse_it(self, name, capsys):
        with pytest.raises(ValueError, match="test_size must leave") as refused:
            draw(PRESETS[name].data, test_size=0.99999)
        message = refusal(["--preset", name, "--test-size", "0.99999"], capsys)
        assert message.strip() == f"logreg-gui: error: {refused.value}"

    def test_irises_have_named_features_as_well(self):
        data = scenario_of("--preset", "iris", "--x1", "sepal length", "--x2", "sepal width").data
        assert (data.x1, data.x2) == ("sepal length", "sepal width")

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ("--objective probit", "invalid choice: 'probit'"),
            ("--preset noisy-curve --objective logistic", "objective must be squared-error"),
            ("--degree 7", "degree must be a whole number from 1 to 6, got 7"),
            ("--degree two", "--degree: must be a whole number, got 'two'"),
            ("--penalty l3", "invalid choice: 'l3'"),
            ("--C 0", "C must be a positive finite number, got 0"),
            ("--l1-ratio 2", "l1_ratio must be a number from 0 to 1, got 2"),
            ("--optimizer sgdd", "invalid choice: 'sgdd'"),
            ("--batch-size 0", "batch_size must be a whole number of at least 1, got 0"),
            ("--momentum 1", "momentum must be a number of at least 0 and below 1, got 1"),
            ("--learning-rate automatic", "--learning-rate: must be a number or auto, got 'automatic'"),
            ("--learning-rate 1e13", "learning_rate must be a positive finite number from"),
            ("--inputs third", "invalid choice: 'third'"),
            ("--test-size 1", "test_size must be a share of at least 0 and below 1, got 1"),
            ("--test-size 0.999", "test_size must leave"),
            ("--label-noise=-1", "label_noise must be a share"),
            ("--preset iris --x1 petal", "x1 must be one of sepal length"),
        ],
    )
    def test_what_it_cannot_be_is_told(self, options, words, capsys):
        assert words in refusal(options.split(), capsys)


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
        ("--learning-rate fast", "--learning-rate: must be a number or auto, got 'fast'"),
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
