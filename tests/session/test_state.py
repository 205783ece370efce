"""The state holds every number of a run of any model, ready for JSON; scikit-learn is the oracle."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss

from logreg_gui.core.csv_files import parse_csv
from logreg_gui.core.models import build, reference
from logreg_gui.core.penalties import stationarity
from logreg_gui.core.references import bayes_boundary
from logreg_gui.core.samples import draw
from logreg_gui.core.training import advance, start
from logreg_gui.frames import DataSnapshot, Frame, PlanePicture, RunStatus
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import GaussianData, best_guess, scenario_of_table, with_model
from logreg_gui.session.state import has_converged, state_of

OLD_KEYS = {
    "preset", "step", "status", "notice", "learning_rate", "weights", "log_likelihood", "accuracy",
    "gradient_norm", "mle", "largest_stable_learning_rate", "always_climbing_learning_rate", "bayes_weights",
    "classes", "seed", "precision",
}  # fmt: skip


def model_of(scenario):
    """The model on the training rows, and all rows."""
    sample = draw(
        scenario.data,
        scenario.inputs,
        label_noise=scenario.label_noise,
        test_size=scenario.test_size,
        split_seed=scenario.split_seed,
    )
    return build(scenario.model, *sample.training(), scenario.n_classes or None), sample


def frame_of(scenario, steps=0, weights=None, **changes):
    """A frame such as the run makes, of so many steps from zero weights, or at some weights."""
    model, sample = model_of(scenario)
    state = start(np.zeros(model.n_weights), model.optimizer)
    if weights is None:
        weights = advance(state, model.objective, model.optimizer, steps).weights
    classes = scenario.data.classes if isinstance(scenario.data, GaussianData) else ()
    bayes = bayes_boundary(*classes) if len(classes) == 2 else None
    gradient = stationarity(model.objective, weights)
    frame = Frame(
        run=1,
        step=steps,
        last_step=steps,
        stop_step=scenario.steps,
        status=RunStatus.PAUSED,
        notice="",
        model=scenario.model,
        weights=weights,
        weight_names=model.weight_names,
        gradient=gradient,
        gradient_norm=float(np.linalg.norm(gradient)),
        next_weights=weights,
        learning_rate=0.25,
        log_likelihood=model.log_likelihood(weights),
        penalised=model.penalised_value(weights),
        test_log_likelihood=None,
        accuracy=model.objective.accuracy(weights) if scenario.n_classes else None,
        test_accuracy=None,
        r2=None if scenario.n_classes else 0.5,
        test_r2=None,
        trace_steps=np.zeros(0),
        trace_values=np.zeros((0, 3)),
        steps_per_second=0.0,
        precision="float64",
        revision=1,
        data=DataSnapshot(1, sample, classes, (), scenario.seed, bayes),
        maximum=reference(model),
        stable_rates=None,
        picture=PlanePicture(None, True),
    )
    return replace(frame, **changes)


def read_back(frame, scenario):
    """What a reader of the file gets."""
    return json.loads(json.dumps(state_of(frame, scenario), allow_nan=False))


def test_what_was_in_it_before_is_in_it_still():
    scenario = PRESETS["overlapping"]
    frame = frame_of(scenario, 5)
    state = read_back(frame, scenario)
    assert state.keys() > OLD_KEYS
    assert state["preset"] == "overlapping"
    assert (state["step"], state["status"], state["learning_rate"]) == (5, "paused", 0.25)
    assert state["weights"] == frame.weights.tolist()
    assert state["classes"][0]["size"] == 100
    assert len(state["classes"][1]["covariance"]) == 2
    assert (state["seed"], state["precision"]) == (7, "float64")
    assert state["bayes_weights"] is None  # the two covariances differ: no line
    assert len(state["mle"]["standard_errors"]) == 3


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_a_state(name):
    state = read_back(frame_of(PRESETS[name], 2), PRESETS[name])
    assert state["preset"] == name
    assert state["objective"] == PRESETS[name].model.objective
    assert not state["converged"]
    assert len(state["terms"]) == len(state["coef"][0])


class TestCoefficients:
    def test_of_two_classes_are_one_row(self):
        scenario = PRESETS["overlapping"]
        frame = frame_of(scenario, 5)
        state = read_back(frame, scenario)
        assert state["intercept"] == frame.weights[:1].tolist()
        assert state["coef"] == [frame.weights[1:].tolist()]
        assert state["terms"] == ["x₁", "x₂"]
        assert state["class_labels"] == ["class 0", "class 1"]

    @pytest.mark.parametrize("n_classes", [2, 3])
    def test_of_softmax_are_a_row_per_class(self, n_classes):
        scenario = PRESETS["iris"]
        data = replace(scenario.data, classes=scenario.data.classes[-n_classes:])
        scenario = with_model(replace(scenario, data=data), degree=2)
        frame = frame_of(scenario, 5)
        state = read_back(frame, scenario)
        assert np.shape(state["coef"]) == (n_classes, 5)
        assert np.shape(state["intercept"]) == (n_classes,)
        rows = np.column_stack((state["intercept"], state["coef"]))
        np.testing.assert_array_equal(rows.ravel(), frame.weights)
        assert state["terms"] == ["x₁", "x₂", "x₁²", "x₁x₂", "x₂²"]
        assert state["feature_names"] == ["petal length", "petal width"]
        assert state["class_labels"] == ["setosa", "versicolor", "virginica"][-n_classes:]

    def test_without_an_intercept_are_all_the_weights(self):
        scenario = with_model(PRESETS["three-gaussians"], intercept=False)
        frame = frame_of(scenario, 3)
        state = read_back(frame, scenario)
        assert state["intercept"] == [0.0, 0.0, 0.0]
        np.testing.assert_array_equal(np.ravel(state["coef"]), frame.weights)


class TestMaximum:
    @pytest.mark.parametrize("C", [0.05, 3.0])
    @pytest.mark.parametrize("name", ["iris", "overlapping"])
    def test_of_a_penalised_model_is_that_of_scikit_learn(self, name, C):
        scenario = with_model(PRESETS[name], penalty="l2", C=C, standardise=False)
        state = read_back(frame_of(scenario), scenario)
        sample = draw(scenario.data)
        features, target = sample.training()
        oracle = LogisticRegression(C=C, tol=1e-10, max_iter=10_000).fit(features.astype(float), target)
        np.testing.assert_allclose(state["mle"]["coef"], oracle.coef_, atol=1e-5)
        np.testing.assert_allclose(state["mle"]["intercept"], oracle.intercept_, atol=1e-4)
        loss = log_loss(target, oracle.predict_proba(features.astype(float)), normalize=False)
        assert state["mle"]["log_likelihood"] == pytest.approx(-loss, rel=1e-6)
        expected = -loss - 0.5 / C * np.sum(oracle.coef_**2)
        assert state["mle"]["penalised_objective"] == pytest.approx(expected, rel=1e-8)

    def test_of_least_squares_is_that_of_scikit_learn(self):
        rng = np.random.default_rng(1)
        x = rng.normal(size=40)
        y = 3.0 * x + rng.normal(size=40)
        table = parse_csv(
            "x,target\n" + "".join(f"{a!r},{b!r}\n" for a, b in zip(x.tolist(), y.tolist(), strict=True))
        )
        scenario = scenario_of_table(best_guess(table), standardise=False)
        state = read_back(frame_of(scenario), scenario)
        oracle = LinearRegression().fit(x[:, np.newaxis], y)
        np.testing.assert_allclose(state["mle"]["coef"], [oracle.coef_], rtol=1e-9)
        np.testing.assert_allclose(state["mle"]["intercept"], [oracle.intercept_], rtol=1e-9)
        residuals = y - oracle.predict(x[:, np.newaxis])
        assert state["mle"]["log_likelihood"] == pytest.approx(-0.5 * residuals @ residuals)
        assert (state["class_labels"], state["feature_names"]) == ([], ["x"])
        assert (state["accuracy"], state["r2"]) == (None, 0.5)

    def test_that_there_is_not_is_null_with_a_reason(self):
        scenario = PRESETS["separated"]
        state = read_back(frame_of(scenario, 50), scenario)
        assert "separated" in state["mle"]["reason"]
        assert {state["mle"][name] for name in state["mle"] if name != "reason"} == {None}
        assert state["largest_stable_learning_rate"] is None
        assert state["always_climbing_learning_rate"] > 0.0
        assert state["converged"] is False

    def test_that_is_not_known_yet_is_null_as_well(self):
        scenario = PRESETS["overlapping"]
        state = read_back(frame_of(scenario, maximum=None), scenario)
        assert state["mle"]["reason"] == "not computed"
        assert state["always_climbing_learning_rate"] is None


class TestConvergence:
    @pytest.mark.parametrize(
        ("changes", "steps"),
        [
            ({"optimizer": "newton"}, 20),
            ({"optimizer": "lbfgs"}, 200),
            ({"optimizer": "newton", "penalty": "l2", "C": 0.1}, 20),
            ({"optimizer": "proximal", "penalty": "l1", "C": 0.05}, 3000),
            ({"optimizer": "newton", "objective": "softmax"}, 20),
            ({"optimizer": "newton", "objective": "squared-error"}, 3),
            ({"optimizer": "gradient-ascent", "learning_rate": None}, 3000),
        ],
    )
    def test_is_told_once_training_has_arrived(self, changes, steps):
        scenario = with_model(PRESETS["overlapping"], **changes)
        assert not has_converged(frame_of(scenario, 0))
        assert has_converged(frame_of(scenario, steps))

    def test_is_not_told_on_the_way(self):
        scenario = PRESETS["tutorial-sagar"]
        assert not has_converged(frame_of(scenario, 1000))

    def test_of_weights_that_are_no_numbers_is_none(self):
        scenario = PRESETS["overlapping"]
        frame = frame_of(scenario)
        assert not has_converged(replace(frame, weights=np.full(3, math.nan), penalised=math.nan))

    def test_of_a_perfect_fit_is_told_by_the_weights(self):
        table = parse_csv("x,target\n" + "".join(f"{k},{2 * k + 1}\n" for k in range(20)))
        scenario = with_model(scenario_of_table(best_guess(table), standardise=True), optimizer="newton")
        assert not has_converged(frame_of(scenario))
        assert has_converged(frame_of(scenario, 4))


class TestNumbersThatAreNone:
    def test_are_null(self):
        scenario = PRESETS["overlapping"]
        frame = frame_of(
            scenario,
            weights=np.array([math.nan, math.inf, 1.0]),
            log_likelihood=-math.inf,
            penalised=math.nan,
            gradient_norm=math.inf,
            learning_rate=None,
        )
        state = read_back(frame, scenario)
        assert state["weights"] == [None, None, 1.0]
        assert (state["intercept"], state["coef"]) == ([None], [[None, 1.0]])
        for name in ("log_likelihood", "penalised_objective", "gradient_norm", "learning_rate"):
            assert state[name] is None
        assert state["converged"] is False


class TestTestRows:
    def test_have_numbers_of_their_own(self):
        scenario = replace(PRESETS["overlapping"], test_size=0.25)
        model, sample = model_of(scenario)
        weights = reference(model).weights
        features, target = sample.test()
        scores = weights[0] + features.astype(float) @ weights[1:]
        expected = np.sum(target * scores - np.logaddexp(0.0, scores))
        frame = frame_of(
            scenario, weights=weights, test_log_likelihood=expected / 50 * 150, test_accuracy=0.875
        )
        state = read_back(frame, scenario)
        assert state["rows"] == 150
        assert state["test"]["rows"] == 50
        assert state["test"]["accuracy"] == 0.875
        assert state["test"]["log_likelihood"] == pytest.approx(expected)
        assert state["test"]["scaled_log_likelihood"] == pytest.approx(3.0 * expected)

    def test_that_there_are_not_are_null(self):
        scenario = PRESETS["overlapping"]
        assert read_back(frame_of(scenario), scenario)["test"] is None


def test_the_state_says_which_model_made_the_numbers():
    scenario = with_model(PRESETS["moons"], penalty="elasticnet", C=2.0, l1_ratio=0.25)
    state = read_back(frame_of(scenario), scenario)
    assert state["model"]["penalty"] == "elasticnet"
    assert (state["model"]["C"], state["model"]["l1_ratio"], state["model"]["degree"]) == (2.0, 0.25, 3)
    assert state["model"]["standardise"] is True
    assert len(state["terms"]) == 9
