"""The fast objective against long double sums, the tutorials' functions and its own promises."""

import tracemalloc

import numpy as np
import pytest

from logreg_gui.core.kernels import BLOCK_ROWS, LogisticObjective
from logreg_gui.core.objectives import (
    Objective,
    add_intercept,
    log_likelihood,
    log_likelihood_gradient,
    log_likelihood_hessian,
)
from tests.core.conftest import LongDouble, central_differences

POINTS = [
    np.zeros(3),
    np.array([-8.43285582, -1.45325095, 4.62900441]),
    np.array([3.0, -20.0, 50.0]),
    np.array([1e3, 2e3, -5e3]),
]


def test_it_is_an_objective(overlapping):
    objective: Objective = LogisticObjective(*overlapping)
    assert (objective.n_rows, objective.n_weights) == (400, 3)


@pytest.mark.parametrize("weights", POINTS)
def test_value_and_gradient_agree_with_long_double_sums(sagar, weights):
    objective = LogisticObjective(sagar.features, sagar.labels)
    exact = LongDouble(sagar.features, sagar.labels)
    assert objective.value(weights) == pytest.approx(float(exact.value(weights)), rel=1e-13)
    # Near the maximum the terms cancel: what they can be exact to is a part of their sizes.
    sizes = np.abs(exact.terms(weights)).sum(axis=0).astype(float)
    error = np.abs(objective.gradient(weights) - exact.gradient(weights).astype(float))
    assert (error <= 1e-13 * sizes).all()


def test_value_and_gradient_keep_their_digits_where_all_rows_are_fitted():
    rng = np.random.default_rng(2)
    labels = np.repeat([0, 1], 500)
    features = rng.normal(size=(1000, 2)) + np.where(labels == 1, 9.0, -9.0)[:, np.newaxis]
    weights = np.array([0.5, 4.0, 4.0])
    exact = LongDouble(features, labels)
    assert exact.margins(weights).min() > 40  # 1 - sigma is rounding noise from m = 37
    objective = LogisticObjective(features, labels)
    # Scores of some 70 carry an error of 1e-14, and so do their exponentials.
    assert objective.value(weights) == pytest.approx(float(exact.value(weights)), rel=1e-13, abs=0)
    np.testing.assert_allclose(objective.gradient(weights), exact.gradient(weights).astype(float), rtol=1e-13)


@pytest.mark.parametrize("n_rows", [1, 2, BLOCK_ROWS, BLOCK_ROWS + 1, 2 * BLOCK_ROWS + 123])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_number_of_rows_agrees_with_the_tutorials_functions(n_rows, dtype):
    rng = np.random.default_rng(n_rows)
    features = rng.normal(size=(n_rows, 2)).astype(dtype)
    labels = rng.integers(0, 2, n_rows)
    weights = np.array([0.1, -0.7, 0.4])
    objective, design = LogisticObjective(features, labels), add_intercept(features)
    assert objective.value(weights) == pytest.approx(log_likelihood(design, labels, weights), rel=1e-13)
    np.testing.assert_allclose(
        objective.gradient(weights), log_likelihood_gradient(design, labels, weights), rtol=1e-11
    )
    np.testing.assert_allclose(
        objective.hessian(weights), log_likelihood_hessian(design, labels, weights), rtol=1e-10, atol=1e-9
    )


@pytest.mark.parametrize("n_features", [0, 1, 5])
def test_any_number_of_features_will_do(n_features):
    rng = np.random.default_rng(n_features)
    features, labels = rng.normal(size=(50, n_features)), rng.integers(0, 2, 50)
    weights = rng.normal(size=1 + n_features)
    np.testing.assert_allclose(
        LogisticObjective(features, labels).gradient(weights),
        log_likelihood_gradient(add_intercept(features), labels, weights),
        rtol=1e-12,
    )


def test_gradient_agrees_with_central_differences(overlapping):
    objective = LogisticObjective(*overlapping)
    weights = np.array([0.2, 0.5, -0.4])
    numerical = central_differences(objective.value, weights, 1e-5)
    np.testing.assert_allclose(objective.gradient(weights), numerical, rtol=1e-7)


def test_hessian_agrees_with_long_double_and_is_symmetric(overlapping):
    weights = np.array([3.0, -6.0, 9.0])
    hessian = LogisticObjective(*overlapping).hessian(weights)
    np.testing.assert_allclose(hessian, LongDouble(*overlapping).hessian(weights).astype(float), rtol=1e-12)
    np.testing.assert_array_equal(hessian, hessian.T)


def test_value_and_gradient_together_equal_both_alone_to_the_last_bit(sagar):
    objective = LogisticObjective(sagar.features, sagar.labels)
    for weights in POINTS:
        value, gradient = objective.value_and_gradient(weights)
        assert value == objective.value(weights)
        np.testing.assert_array_equal(gradient, objective.gradient(weights))


def test_a_gradient_is_not_touched_by_the_next_one(overlapping):
    objective = LogisticObjective(*overlapping)
    first = objective.gradient(np.zeros(3))
    kept = first.copy()
    objective.gradient(np.ones(3))
    objective.value_and_gradient(np.ones(3))
    np.testing.assert_array_equal(first, kept)


def test_the_data_are_copied(overlapping):
    features, labels = overlapping
    features = features.copy()
    objective = LogisticObjective(features, labels)
    before = objective.value(np.ones(3))
    features[:] = 0
    assert objective.value(np.ones(3)) == before


def test_a_step_allocates_nothing_that_grows_with_the_rows():
    rng = np.random.default_rng(1)
    objective = LogisticObjective(rng.normal(size=(50_000, 2)), rng.integers(0, 2, 50_000))
    weights = np.ones(3)
    tracemalloc.start()
    try:
        for evaluate in (objective.gradient, objective.value, objective.value_and_gradient):
            evaluate(weights)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000  # bytes: not one per row


def test_huge_scores_give_the_exact_limits_without_a_warning():
    objective = LogisticObjective([[1.0], [-1.0]], [0, 0])
    assert objective.value(np.array([0.0, 1e4])) == -1e4
    np.testing.assert_array_equal(objective.gradient(np.array([0.0, 1e4])), [-1.0, -1.0])
    np.testing.assert_array_equal(objective.hessian(np.array([0.0, 1e4])), np.zeros((2, 2)))


def test_weights_beyond_the_finite_numbers_raise_no_warning(overlapping):
    objective = LogisticObjective(*overlapping)
    for weights in (np.full(3, np.inf), np.full(3, np.nan), np.array([0, 1e308, -1e308])):
        objective.value_and_gradient(weights)
        objective.accuracy(weights)
        objective.hessian(weights)
    assert np.isnan(objective.value(np.full(3, np.nan)))


def test_accuracy_counts_the_rows_on_their_own_side(becker, sagar):
    becker_mle, sagar_mle = [-14.09229958, -5.05901203, 8.2895831], [-8.43285582, -1.45325095, 4.62900441]
    assert LogisticObjective(becker.features, becker.labels).accuracy(np.array(becker_mle)) == 1 - 52 / 10_000
    assert LogisticObjective(sagar.features, sagar.labels).accuracy(np.array(sagar_mle)) == 1 - 394 / 20_000


def test_a_score_of_exactly_zero_predicts_class_1():
    objective = LogisticObjective([[1.0], [1.0], [2.0], [-2.0]], [1, 0, 1, 0])
    assert objective.accuracy(np.array([-1.0, 1.0])) == 0.75
    assert objective.accuracy(np.zeros(2)) == 0.5


def test_three_classes_are_refused():
    with pytest.raises(ValueError, match="labels must hold only 0 and 1, got 2"):
        LogisticObjective(np.zeros((3, 2)), [0, 1, 2])


@pytest.mark.parametrize(
    ("features", "labels", "words"),
    [
        ([1.0, 2.0], [0, 1], "features must have two dimensions"),
        ([[1.0], [np.nan]], [0, 1], "features must hold only finite numbers, got nan"),
        ([[1.0], [2.0]], [0], "labels must have one entry per row of features"),
    ],
)
def test_data_that_do_not_fit_are_named(features, labels, words):
    with pytest.raises(ValueError, match=words):
        LogisticObjective(features, labels)
