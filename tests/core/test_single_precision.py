"""Gradients in float32: how far they are off, where training ends with them, and when they are used."""

import numpy as np
import pytest

from logreg_gui.core import softmax_objective
from logreg_gui.core.kernels import BLOCK_ROWS, LogisticObjective, fastest_exponential
from logreg_gui.core.optimizers import (
    LBFGS,
    GradientAscent,
    Momentum,
    Newton,
    Proximal,
    StochasticGradientAscent,
)
from logreg_gui.core.penalties import PenalisedObjective, Penalty
from logreg_gui.core.precision import is_near_convergence, may_be_single, single_precision_of
from logreg_gui.core.softmax_objective import SoftmaxObjective, is_faster_by_vectors
from logreg_gui.core.squared_error import SquaredErrorObjective
from logreg_gui.core.training import advance, start
from tests.core.conftest import LongDouble
from tests.core.oracles import LongSoftmax, three_clouds

SAGAR_MAXIMUM = [-8.43285581576399, -1.45325095128831, 4.62900441386681]  # Newton's method in 80 bits


def repeated(data, n_rows):
    """Rows of `data`, over and over, in mixed order."""
    order = np.random.default_rng(0).permutation(np.arange(n_rows) % len(data.labels))
    return data.features[order], data.labels[order]


@pytest.mark.parametrize("n_rows", [500, BLOCK_ROWS + 7])
@pytest.mark.parametrize("weights", [[0.0, 0.0, 0.0], SAGAR_MAXIMUM, [60.0, -20.0, 1.0], [-300.0, 4.0, 90.0]])
def test_gradients_are_off_by_float32_rounding_of_their_terms(sagar, n_rows, weights):
    features, labels = repeated(sagar, n_rows)
    gradient = LogisticObjective(features, labels).in_single_precision().gradient(np.array(weights))
    exact = LongDouble(features, labels)
    assert gradient.dtype == np.float64
    # A score carries 6e-8 of its largest part, its exponential as much times that part; terms are as exact.
    largest = np.abs(exact.rows * np.array(weights)).max()
    sizes = np.abs(exact.terms(np.array(weights))).sum(axis=0).astype(float)
    error = np.abs(gradient - exact.gradient(np.array(weights)).astype(float))
    assert (error <= 3e-7 * (1.0 + largest) * sizes).all()
    assert error.any()  # it is float32


@pytest.mark.parametrize("n_rows", [500, 40_000])
@pytest.mark.parametrize("scale", [0.3, 5.0, 200.0])  # with 200 exponents have to be shifted
@pytest.mark.parametrize("by_vectors", [True, False])  # whichever is faster here
def test_softmax_gradients_are_off_by_float32_rounding_of_their_terms(n_rows, scale, by_vectors, monkeypatch):
    monkeypatch.setattr(softmax_objective, "is_faster_by_vectors", lambda *_: by_vectors)
    features, labels = three_clouds(n_rows)
    weights = scale * np.array([0.3, -1.0, 0.2, -0.1, 0.5, -0.4, 0.0, 0.8, 0.9])
    gradient = SoftmaxObjective(features, labels, 3).in_single_precision().gradient(weights)
    exact = LongSoftmax(features, labels, 3)
    largest = np.abs(exact.rows).max() * np.abs(weights).max()
    sizes = np.abs(exact.terms(weights)).sum(axis=0).astype(float)
    error = np.abs(gradient - exact.gradient(weights).astype(float))
    assert (error <= 3e-7 * (1.0 + 2.0 * largest) * sizes).all()
    assert error.any()


@pytest.mark.parametrize("n_rows", [20_000, 60_000])
def test_training_comes_to_rest_beside_the_maximum_and_float64_goes_on_to_it(sagar, n_rows):
    features, labels = (sagar.features, sagar.labels) if n_rows == 20_000 else repeated(sagar, n_rows)
    objective, optimizer = LogisticObjective(features, labels), GradientAscent(16.0 / n_rows)
    state = start(np.zeros(3), optimizer)
    state = advance(state, objective.in_single_precision(), optimizer, 2_500)
    assert np.abs(state.weights - SAGAR_MAXIMUM).max() < 1e-5
    assert objective.value(state.weights) == pytest.approx(-1032.16543046651 * n_rows / 20_000, rel=1e-9)
    state = advance(state, objective, optimizer, 2_000)
    assert np.abs(state.weights - SAGAR_MAXIMUM).max() < 1e-11


@pytest.mark.parametrize("optimizer", [Momentum(1e-5), Proximal(1e-5)])
def test_other_optimizers_take_its_gradients_too(sagar, optimizer):
    objective = LogisticObjective(sagar.features, sagar.labels)
    begin = start(np.zeros(3), optimizer)
    single = advance(begin, objective.in_single_precision(), optimizer, 50).weights
    double = advance(begin, objective, optimizer, 50).weights
    np.testing.assert_allclose(single, double, rtol=1e-4)
    assert (single != double).any()


def test_all_but_the_full_gradient_is_float64(sagar):
    objective = LogisticObjective(sagar.features, sagar.labels)
    single, weights = objective.in_single_precision(), np.array([-1.0, 0.5, 0.5])
    rows, points = np.arange(0, 20_000, 77), [[0.1, 0.2], [3.0, 4.0]]
    assert (single.n_rows, single.n_weights) == (20_000, 3)
    assert single.value(weights) == objective.value(weights)
    assert single.accuracy(weights) == objective.accuracy(weights)
    assert single.value_and_gradient(weights)[0] == objective.value(weights)
    np.testing.assert_array_equal(single.value_and_gradient(weights)[1], objective.gradient(weights))
    np.testing.assert_array_equal(single.hessian(weights), objective.hessian(weights))
    np.testing.assert_array_equal(single.rows_gradient(weights, rows), objective.rows_gradient(weights, rows))
    np.testing.assert_array_equal(single.is_intercept, objective.is_intercept)
    np.testing.assert_array_equal(single.curvature_bound(), objective.curvature_bound())
    assert single.row_curvature_bound() == objective.row_curvature_bound()
    np.testing.assert_array_equal(
        single.probabilities(weights, points), objective.probabilities(weights, points)
    )
    np.testing.assert_array_equal(single.scores(weights, points), objective.scores(weights, points))


def test_it_is_made_once(overlapping):
    for objective in (LogisticObjective(*overlapping), SoftmaxObjective(*overlapping, 2)):
        assert objective.in_single_precision() is objective.in_single_precision()


@pytest.mark.parametrize("n_rows", [400, BLOCK_ROWS + 7])
def test_huge_weights_give_the_limits_without_a_warning(n_rows):
    labels = np.arange(n_rows) % 2
    features = np.where(labels == 1, 1.0, -1.0)[:, np.newaxis]
    single = LogisticObjective(features, labels).in_single_precision()
    np.testing.assert_array_equal(single.gradient(np.array([0.0, 1e4])), [0.0, 0.0])
    np.testing.assert_array_equal(single.gradient(np.array([0.0, -1e4])), [-(n_rows % 2), n_rows])
    softmax = SoftmaxObjective(features, labels, 2).in_single_precision()
    np.testing.assert_array_equal(
        softmax.gradient(np.array([0.0, 1e4, 0.0, -1e4])), [n_rows % 2, -n_rows, -(n_rows % 2), n_rows]
    )
    for weights in (np.full(2, 1e39), np.full(2, np.inf), np.full(2, np.nan)):  # beyond float32
        single.gradient(weights)
        single.ascend(weights, 1e-3, 2)
    assert np.isnan(single.gradient(np.full(2, np.nan))).all()


@pytest.mark.parametrize("by_vectors", [True, False])
def test_row_weights_count_in_it(overlapping, by_vectors, monkeypatch):
    monkeypatch.setattr(softmax_objective, "is_faster_by_vectors", lambda *_: by_vectors)
    counts = np.random.default_rng(3).integers(0, 4, 400).astype(float)
    weights = np.array([0.2, 0.5, -0.4])
    for objective in (
        LogisticObjective(*overlapping, sample_weight=counts),
        SoftmaxObjective(*overlapping, 2, sample_weight=counts),
    ):
        here = np.resize(weights, objective.n_weights)
        np.testing.assert_allclose(
            objective.in_single_precision().gradient(here), objective.gradient(here), rtol=1e-4, atol=1e-4
        )


def test_a_penalty_goes_along(sagar):
    objective = PenalisedObjective(LogisticObjective(sagar.features, sagar.labels), Penalty("l2", 1e4))
    single, weights = objective.in_single_precision(), np.array([-1.0, 0.5, 0.5])
    np.testing.assert_allclose(single.gradient(weights), objective.gradient(weights), rtol=1e-5)
    np.testing.assert_allclose(
        single.ascend(weights, 1e-5, 30), objective.ascend(weights, 1e-5, 30), rtol=1e-5
    )
    assert single.value(weights) == objective.value(weights)


def test_the_form_of_the_products_is_the_faster_one_found_once_for_each_shape(monkeypatch):
    is_faster_by_vectors.cache_clear()
    taken = iter([1.0, 2.0, 2.0, 1.0])  # by vectors and at once, for either shape
    monkeypatch.setattr(softmax_objective, "least_seconds", lambda _call: next(taken))
    for _ in range(3):
        assert is_faster_by_vectors(3, 2)
        assert not is_faster_by_vectors(10, 5)
    is_faster_by_vectors.cache_clear()


def test_the_exponential_it_takes_is_one_of_two():
    assert fastest_exponential() in (np.exp, np.exp2)
    assert fastest_exponential() is fastest_exponential()


# when it is used


def test_optimizers_that_compare_values_or_take_some_rows_stay_in_float64(overlapping):
    objective = LogisticObjective(*overlapping)
    for optimizer in (Newton(), LBFGS(), StochasticGradientAscent(0.1)):
        assert single_precision_of(objective, optimizer) is None
    assert single_precision_of(objective, GradientAscent(0.1)) is objective.in_single_precision()
    assert single_precision_of(SquaredErrorObjective(*overlapping), GradientAscent(0.1)) is None
    penalised = PenalisedObjective(SquaredErrorObjective(*overlapping), Penalty("l2", 1.0))
    assert single_precision_of(penalised, GradientAscent(0.1)) is None


@pytest.mark.parametrize(
    ("precision", "n_rows", "is_unlimited", "expected"),
    [
        ("automatic", 2_001, True, True),
        ("automatic", 2_000, True, False),
        ("automatic", 2_000_000, False, False),
        ("float64", 2_000_000, True, False),
        ("float32", 10, True, True),
        ("float32", 2_000_000, False, False),
    ],
)
def test_nothing_is_float32_but_at_unlimited_speed_and_automatically_only_above_2000_rows(
    precision, n_rows, is_unlimited, expected
):
    assert may_be_single(precision, n_rows, is_unlimited) is expected


def test_a_precision_that_is_none_is_refused():
    with pytest.raises(ValueError, match="precision must be one of automatic, float64, float32, got 'half'"):
        may_be_single("half", 10, True)


@pytest.mark.parametrize(
    ("before", "value", "expected"),
    [
        (-1000.0, -999.0, False),
        (-1000.0, -1000.01, False),
        (-1000.0, -999.9995, True),
        (-1000.0, -1000.0, True),
        (-1000.0, float("nan"), True),
        (float("-inf"), -1000.0, True),
    ],
)
def test_convergence_is_near_when_a_value_moves_by_less_than_a_millionth(before, value, expected):
    assert is_near_convergence(before, value) is expected


def test_float32_at_rest_is_near_convergence(sagar):
    objective, optimizer = LogisticObjective(sagar.features, sagar.labels), GradientAscent(8e-4)
    state, values = start(np.zeros(3), optimizer), []
    for _ in range(30):
        state = advance(state, objective.in_single_precision(), optimizer, 100)
        values.append(objective.value(state.weights))
    assert not is_near_convergence(values[0], values[1])
    assert is_near_convergence(values[-2], values[-1])
