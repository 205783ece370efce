"""The whole program from outside: trained to a step, its files read and compared with published figures."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtGui import QImage

from logreg_gui.command_line import parse
from logreg_gui.presets import PRESETS
from logreg_gui.script import run_script


def run(*arguments, cwd=None, **environment):
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    return subprocess.run(
        [sys.executable, "-m", "logreg_gui", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=clean | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)} | environment,
        check=False,
    )


def state_of(tmp_path, *arguments):
    path = tmp_path / "state.json"
    done = run("--no-settings", *arguments, "--state", str(path))
    assert done.returncode == 0, done.stderr
    return json.loads(path.read_text())


def test_sagars_tutorial_after_ten_thousand_steps(tmp_path):
    state = state_of(tmp_path, "--preset", "tutorial-sagar", "--learning-rate", "5e-5", "--at-step", "10000")
    assert state["step"] == 10_000
    assert round(state["log_likelihood"], 6) == -1032.165438
    np.testing.assert_allclose(state["weights"], [-8.43199245, -1.45308602, 4.62854376], atol=1e-6)
    np.testing.assert_allclose(state["mle"]["weights"], [-8.43285582, -1.45325095, 4.62900441], atol=5e-9)
    assert state["mle"]["log_likelihood"] == pytest.approx(-1032.1654304665, abs=1e-9)
    assert state["largest_stable_learning_rate"] == pytest.approx(0.0012145530, abs=5e-11)
    assert state["accuracy"] == 0.9803
    assert state["seed"] == 10
    assert state["precision"] == "float64"
    assert state["classes"][1] == {"mean": [1.0, 4.0], "covariance": [[1.0, 0.5], [0.5, 1.0]], "size": 10_000}


def test_beckers_tutorial_after_one_step(tmp_path):
    state = state_of(tmp_path, "--preset", "tutorial-becker", "--learning-rate", "5e-5", "--at-step", "1")
    assert state["log_likelihood"] == pytest.approx(-4346.264779152, abs=5e-10)


def test_beckers_tutorial_after_fifty_thousand_steps(tmp_path):
    state = state_of(tmp_path, "--preset", "tutorial-becker", "--learning-rate", "5e-5", "--at-step", "50000")
    np.testing.assert_allclose(state["weights"], [-13.58690551, -4.8809644, 7.99812915], atol=1e-6)


def test_a_few_lines_of_numpy_reproduce_the_state(tmp_path):
    state = state_of(tmp_path, "--preset", "correlated", "--at-step", "25")
    rows = []
    for number, described in enumerate(state["classes"]):
        values, vectors = np.linalg.eigh(described["covariance"])
        root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
        draws = np.random.default_rng([state["seed"], number]).standard_normal((described["size"], 2))
        rows.append((np.array(described["mean"]) + draws @ root).astype(np.float32))
    features = np.vstack(rows).astype(float)
    design = np.column_stack((np.ones(len(features)), features))
    labels = np.repeat([0, 1], [described["size"] for described in state["classes"]])
    weights = np.array([0.0, -0.4, -0.6])
    for _ in range(25):
        weights += state["learning_rate"] * design.T @ (labels - 1 / (1 + np.exp(-design @ weights)))
    scores = design @ weights
    np.testing.assert_allclose(state["weights"], weights, rtol=1e-6)
    assert state["log_likelihood"] == pytest.approx(
        np.sum(labels * scores - np.log1p(np.exp(scores))), rel=1e-7
    )
    assert state["accuracy"] == np.mean((scores >= 0) == labels)


def test_separated_classes_have_no_maximum_and_the_state_says_why(tmp_path):
    state = state_of(tmp_path, "--preset", "separated", "--at-step", "5")
    assert state["mle"]["weights"] is None
    assert state["mle"]["log_likelihood"] is None
    assert "separated" in state["mle"]["reason"]
    assert state["largest_stable_learning_rate"] is None


def softmax_of(features, labels, penalty, steps, n_classes):
    """Newton's method in a few lines: weights (K, 1 + d), sums over the rows, the intercepts free."""
    rows = np.column_stack((np.ones(len(features)), features))
    target = np.eye(n_classes)[labels]
    ridge = np.tile(np.r_[0.0, np.full(rows.shape[1] - 1, penalty)], n_classes)
    weights = np.zeros((n_classes, rows.shape[1]))
    for _ in range(steps):
        scores = rows @ weights.T
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        gradient = ((target - chance).T @ rows).ravel() - ridge * weights.ravel()
        blocks = np.einsum("ni,ij->nij", chance, np.eye(n_classes)) - np.einsum("ni,nj->nij", chance, chance)
        curvature = np.einsum("nij,na,nb->iajb", blocks, rows, rows).reshape(ridge.size, ridge.size)
        weights += np.linalg.lstsq(curvature + np.diag(ridge), gradient)[0].reshape(weights.shape)
    return weights, float(np.sum(np.log(chance[np.arange(len(labels)), labels])))


def test_a_table_of_ones_own_is_trained_and_a_few_lines_of_numpy_agree(tmp_path):
    rng = np.random.default_rng(8)
    labels = np.arange(90) % 3
    features = rng.normal(size=(90, 2)) + 1.5 * np.eye(3, 2)[labels]
    lines = [f"{a!r};{b!r};{'uvw'[k]}" for (a, b), k in zip(features.tolist(), labels, strict=True)]
    lines[4:4] = ["NA;1.0;u", "1.0;;v"]
    (tmp_path / "own.csv").write_text("long;wide;kind\n" + "\n".join(lines) + "\n")
    state = state_of(
        tmp_path, "--data", str(tmp_path / "own.csv"), "--x1", "wide", "--x2", "long", "--label", "kind",
        "--penalty", "l2", "--C", "0.5", "--optimizer", "newton", "--at-step", "12",
    )  # fmt: skip
    expected, likelihood = softmax_of(features[:, ::-1], labels, 2.0, 20, 3)
    assert (state["preset"], state["objective"], state["step"]) == ("own.csv", "softmax", 12)
    assert state["feature_names"] == ["wide", "long"]
    assert state["class_labels"] == ["u", "v", "w"]
    assert state["rows"] == 90
    np.testing.assert_allclose(state["coef"], expected[:, 1:], atol=1e-8)
    centred = expected[:, 0] - expected[:, 0].mean()
    np.testing.assert_allclose(state["intercept"] - np.mean(state["intercept"]), centred, atol=1e-8)
    assert state["log_likelihood"] == pytest.approx(likelihood, rel=1e-10)
    height = likelihood - np.sum(expected[:, 1:] ** 2)
    assert state["penalised_objective"] == pytest.approx(height, rel=1e-10)
    assert state["mle"]["penalised_objective"] == pytest.approx(height, rel=1e-10)
    assert state["converged"] is True


def test_a_regression_over_a_column_of_ones_own(tmp_path):
    rng = np.random.default_rng(9)
    x = rng.normal(size=50)
    y = 2.0 * x - 1.0 + 0.3 * rng.normal(size=50)
    rows = "".join(f"{a!r},{b!r}\n" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    (tmp_path / "line.csv").write_text("x,target\n" + rows)
    state = state_of(tmp_path, "--data", str(tmp_path / "line.csv"), "--test-size", "0.2", "--at-step", "400")
    assert (state["objective"], state["class_labels"], state["accuracy"]) == ("squared-error", [], None)
    assert (state["rows"], state["test"]["rows"]) == (40, 10)
    assert 0.9 < state["test"]["r2"] < 1.0
    assert state["coef"][0][0] == pytest.approx(2.0, abs=0.2)
    assert state["converged"] is True


@pytest.mark.parametrize(
    ("options", "rows", "terms"),
    [
        (["--preset", "iris", "--classes", "2", "--inputs", "all"], 1, 4),
        (["--preset", "iris", "--degree", "2"], 3, 5),
        (["--preset", "three-gaussians", "--classes", "4"], 4, 2),
        (["--objective", "softmax"], 2, 2),
        (["--preset", "xor", "--no-interactions", "--optimizer", "adam"], 1, 4),
        (["--preset", "noisy-curve", "--degree", "5", "--penalty", "l1", "--C", "0.1"], 1, 5),
        (["--preset", "spirals", "--classes", "3", "--degree", "3"], 3, 9),
        (["--preset", "moons", "--optimizer", "sgd", "--batch-size", "8", "--label-noise", "0.1"], 1, 9),
        (["--inputs", "first", "--optimizer", "lbfgs"], 1, 1),
    ],
)
def test_every_kind_of_model_leaves_its_state(tmp_path, options, rows, terms):
    state = state_of(tmp_path, *options, "--at-step", "3")
    assert state["step"] == 3
    assert np.shape(state["coef"]) == (rows, terms)
    assert np.shape(state["intercept"]) == (rows,)
    assert len(state["terms"]) == terms
    assert len(state["weights"]) == rows * (terms + 1)
    if state["mle"]["reason"] == "found":
        assert state["mle"]["log_likelihood"] < 0.0
        assert state["mle"]["penalised_objective"] >= state["penalised_objective"]
    else:
        assert state["mle"]["log_likelihood"] is None


def test_three_gaussians_have_their_known_maximum_and_boundaries(tmp_path):
    state = state_of(tmp_path, "--preset", "three-gaussians", "--optimizer", "newton", "--at-step", "15")
    assert (state["objective"], state["rows"], state["converged"]) == ("softmax", 3000, True)
    for intercept, coef in (
        (state["intercept"], state["coef"]),
        (state["mle"]["intercept"], state["mle"]["coef"]),
    ):
        weights = np.column_stack((intercept, coef))
        np.testing.assert_allclose(
            weights[1:] - weights[0],
            [[-8.11762817, 4.15320897, -0.02213423], [-8.23064638, 2.13989426, 3.54039713]],
            atol=2e-8,
        )
    assert state["mle"]["log_likelihood"] == pytest.approx(-315.0628506644, abs=1e-9)
    assert state["log_likelihood"] == pytest.approx(-315.0628506644, abs=1e-9)
    assert state["accuracy"] == pytest.approx(0.962667, abs=5e-7)
    start = state_of(tmp_path, "--preset", "three-gaussians")
    assert start["log_likelihood"] == pytest.approx(-3295.8368660, abs=5e-8)


def test_versicolor_and_virginica_have_the_maximum_that_is_usually_quoted(tmp_path):
    state = state_of(
        tmp_path, "--preset", "iris", "--classes", "2", "--inputs", "all", "--objective", "logistic",
        "--penalty", "none", "--no-standardise", "--optimizer", "newton", "--at-step", "20",
    )  # fmt: skip
    published = {
        "intercept": -42.63780381, "sepal length": -2.4652202, "sepal width": -6.68088701,
        "petal length": 9.42938515, "petal width": 18.28613689,
    }  # fmt: skip
    terms = dict(zip(state["terms"], state["coef"][0], strict=True))
    names = dict(zip(state["terms"], state["feature_names"], strict=True))
    assert state["intercept"][0] == pytest.approx(published.pop("intercept"), abs=1e-7)
    assert {names[term]: weight for term, weight in terms.items()} == pytest.approx(published, abs=1e-7)
    assert state["log_likelihood"] == pytest.approx(-5.949273396, abs=1e-9)
    assert state["accuracy"] == 0.98
    assert state["class_labels"] == ["versicolor", "virginica"]


def test_the_articles_four_points_reach_the_weights_worked_out_by_hand(tmp_path):
    (tmp_path / "points.csv").write_text("a,b,class\n-1,-1,0\n-1,0,0\n0,1,1\n1,1,1\n")
    state = state_of(
        tmp_path, "--data", str(tmp_path / "points.csv"), "--learning-rate", "0.1", "--at-step", "3000"
    )
    np.testing.assert_allclose(state["weights"], [0.0, 5.72495553, 5.72495553], atol=1e-8)
    assert state["log_likelihood"] == pytest.approx(-0.00653767, abs=5e-9)
    assert state["mle"]["log_likelihood"] is None
    assert "separated" in state["mle"]["reason"]
    assert state["converged"] is False


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_runs_as_a_script(name, qapp, tmp_path):
    path = tmp_path / "state.json"
    request = parse(["--preset", name, "--state", str(path), "--at-step", "3"])
    assert run_script(qapp, request, None) == 0
    state = json.loads(path.read_text())
    assert (state["preset"], state["step"], state["precision"]) == (name, 3, "float64")
    assert state["objective"] == PRESETS[name].model.objective
    has_maximum = state["mle"]["log_likelihood"] is not None
    assert has_maximum == (state["mle"]["reason"] == "found")
    if has_maximum:
        assert state["mle"]["penalised_objective"] > state["penalised_objective"]


@pytest.mark.parametrize(
    "options", [["--theme", "dark"], ["--present"], ["--theme", "projector", "--zoom", "1.3"]]
)
def test_a_screenshot_has_the_size_asked_for_and_is_not_blank(tmp_path, options):
    path = tmp_path / "picture.png"
    done = run("--screenshot", str(path), "--size", "1100x700", "--at-step", "9", *options)
    assert done.returncode == 0, done.stderr
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1100, 700)
    colors = {image.pixelColor(x, y).name() for x in range(0, 1100, 9) for y in range(0, 700, 9)}
    assert len(colors) > 50


def test_the_same_scenario_gives_the_same_picture(tmp_path):
    pictures = []
    for name in ("first.png", "second.png"):
        assert run("--screenshot", str(tmp_path / name), "--at-step", "30").returncode == 0
        pictures.append(QImage(str(tmp_path / name)))
    assert pictures[0] == pictures[1]


def test_without_a_screen_it_says_so_trains_and_leaves_a_picture(tmp_path):
    done = run(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no screen" in done.stdout
    assert not QImage(str(tmp_path / "logreg-gui.png")).isNull()


def test_a_picture_that_cannot_be_written_in_the_end_is_an_error_of_one_line(tmp_path):
    done = run("--screenshot", str(tmp_path / "picture.png"), "--state", "/dev/full", "--at-step", "1")
    assert done.returncode == 2
    assert done.stderr.startswith("logreg-gui: error:")
    assert done.stderr.count("\n") == 1


def test_a_bad_argument_ends_the_program_with_two():
    done = run("--preset", "moon")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("module", ["ziamath", "scipy", "h5py", "matplotlib", "sklearn"])
def test_nothing_heavy_is_loaded_before_the_window(module):
    program = f"import sys, logreg_gui.main_window; assert {module!r} not in sys.modules"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
