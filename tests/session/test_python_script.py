"""A scenario as a script of plain numpy: it is run by another Python and prints the numbers of the window."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from logreg_gui.core.csv_files import parse_csv
from logreg_gui.core.datasets import GaussianClass, GaussianData
from logreg_gui.core.generators import Circles, Spirals
from logreg_gui.core.painted import painted_from
from logreg_gui.frames import RunStatus
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import OPTIMIZERS, ModelSpec, Scenario, best_guess, scenario_of_table, with_model
from logreg_gui.session.python_script import NoScriptError, python_script
from logreg_gui.session.run import TrainingRun
from logreg_gui.session.state import state_of


def printed(script):
    """What the script prints, run in a Python that cannot see this package."""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split(" = ") for line in done.stdout.splitlines()]
    return {name: json.loads(value) for name, value in lines}


def trained(scenario, step):
    run = TrainingRun.of(scenario)
    while run.step < step and run.is_finite:
        run.train(1)
    run.compute_references()
    return run.frame(RunStatus.PAUSED, step, 0.0)


def compare(scenario, step, relative=1e-9):
    frame = trained(scenario, step)
    state = state_of(frame, scenario)
    script = python_script(scenario, step, frame.learning_rate)
    assert "logreg_gui" not in script
    found = printed(script)
    largest = max(map(abs, state["weights"])) or 1.0
    np.testing.assert_allclose(found["weights"], state["weights"], rtol=relative, atol=relative * largest)
    for name in ("log_likelihood", "penalised_objective"):
        assert found[name] == pytest.approx(state[name], rel=relative)
    if scenario.n_classes:
        assert found["accuracy"] == state["accuracy"]
    else:
        assert found["r2"] == pytest.approx(state["r2"], rel=relative)
    if scenario.test_size:
        assert found["test_log_likelihood"] == pytest.approx(state["test"]["log_likelihood"], rel=relative)
        if scenario.n_classes:
            assert found["test_accuracy"] == state["test"]["accuracy"]
    else:
        assert "test_log_likelihood" not in found


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_prints_the_numbers_of_the_window(name):
    # A few hundred steps of tens of thousands of rows say no more than some.
    compare(PRESETS[name], 20)


def test_no_step_at_all_prints_the_numbers_of_the_initial_weights():
    compare(PRESETS["overlapping"], 0)
    compare(PRESETS["three-gaussians"], 0)


def test_weights_to_start_from():
    for start in ("zeros", "random", "weights"):
        compare(replace(PRESETS["overlapping"], start=start, start_seed=5), 3)
        compare(replace(PRESETS["iris"], start=start, initial_weights=(1.0, 2.0)), 3)


@pytest.mark.parametrize("objective", ["logistic", "softmax", "squared-error"])
@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_every_optimizer_on_every_objective(optimizer, objective):
    scenario = replace(PRESETS["overlapping"], initial_weights=())
    compare(with_model(scenario, objective=objective, optimizer=optimizer, penalty="l2", C=2.0), 12)


@pytest.mark.parametrize("optimizer", ["gradient-ascent", "sgd", "proximal"])
@pytest.mark.parametrize("penalty", ["l1", "elasticnet"])
def test_penalties_with_corners(optimizer, penalty):
    model = ModelSpec(
        degree=3, standardise=True, penalty=penalty, C=0.05, l1_ratio=0.3, optimizer=optimizer, batch_size=50
    )
    scenario = replace(PRESETS["circles"], model=model)
    frame = trained(scenario, 60)
    if penalty == "l1" and optimizer != "sgd":
        assert np.any(frame.weights == 0.0), "a weight at the corner is what this is about"
    compare(scenario, 60)


@pytest.mark.parametrize(
    "model",
    [
        ModelSpec(degree=3, standardise=True),
        ModelSpec(degree=2, interactions=False),
        ModelSpec(standardise=True, intercept=False),
        ModelSpec("softmax", degree=2, standardise=True, optimizer="newton"),
        ModelSpec("squared-error", degree=4, standardise=True, optimizer="lbfgs"),
        ModelSpec(degree=2, standardise=True, penalty="l2", intercept=False, optimizer="lbfgs"),
    ],
)
def test_every_kind_of_features(model):
    compare(replace(PRESETS["moons"], model=model), 15)


def test_wrong_labels_and_a_test_set():
    compare(replace(PRESETS["moons"], label_noise=0.1, test_size=0.3, split_seed=5), 15)
    three = replace(PRESETS["iris"], label_noise=0.07, test_size=0.25, split_seed=3, inputs="all")
    compare(three, 15)
    compare(replace(PRESETS["noisy-curve"], test_size=0.2, split_seed=9), 15)


def test_one_input_alone():
    compare(replace(PRESETS["overlapping"], inputs="first"), 15)
    compare(replace(PRESETS["iris"], inputs="first"), 15)


def test_deformed_gaussians_of_a_tutorial():
    data = PRESETS["tutorial-sagar"].data
    moved = GaussianClass((1.5, 3.0), ((1.0, 0.2), (0.2, 0.5)), 900)
    compare(replace(PRESETS["tutorial-sagar"], data=replace(data, classes=(data.classes[0], moved))), 15)


def test_singular_gaussians_and_more_spirals():
    line = GaussianClass((0.0, 0.0), ((1.0, 1.0), (1.0, 1.0)), 40)
    point = GaussianClass((1.0, 2.0), ((0.0, 0.0), (0.0, 0.0)), 30)
    compare(Scenario("line", GaussianData((line, point), 3)), 15)
    compare(Scenario("arms", Spirals(90, 0.1, 0.5, 2, 3), ModelSpec("softmax", degree=2)), 15)
    compare(Scenario("small", Circles(40, 0.3, 0.0, 2), ModelSpec(degree=2)), 15)


@pytest.mark.parametrize("n_classes", [2, 3, 30])
def test_a_table_is_part_of_its_script(n_classes):
    rng = np.random.default_rng(n_classes)
    rows = "".join(
        f"{a!r},{100 * b!r},{k % n_classes}\n" for k, (a, b) in enumerate(rng.random((60, 2)).tolist())
    )
    scenario = scenario_of_table(best_guess(parse_csv("a,b,label\n" + rows)), True)
    compare(scenario, 15)


def test_painted_points_are_part_of_their_script():
    data = painted_from(PRESETS["moons"].data.sample(), 2)
    compare(replace(PRESETS["moons"], data=data), 15)


def test_data_that_are_too_many_for_a_script_are_refused_in_words():
    rows = "".join(f"{k % 17},{k % 19},{k % 2}\n" for k in range(70_000))
    scenario = scenario_of_table(best_guess(parse_csv("a,b,label\n" + rows)), standardise=False)
    with pytest.raises(NoScriptError, match="210,000 numbers are too many"):
        python_script(scenario, 0, 0.1)
