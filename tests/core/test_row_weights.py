"""Row weights, batches and models without an intercept, in logistic regression; softmax has its own."""

import numpy as np
import pytest

from logreg_gui.core.kernels import BLOCK_ROWS, LogisticObjective
from logreg_gui.core.objectives import log_likelihood, log_likelihood_gradient, log_likelihood_hessian
from logreg_gui.core.references import maximum_likelihood

WEIGHTS = np.array([0.2, 0.5, -0.4])


def test_whole_weights_count_rows_that_often(overlapping):
    features, labels = overlapping
    counts = np.random.default_rng(0).integers(0, 4, 400)
    weighted = LogisticObjective(features, labels, sample_weight=counts)
    repeated = LogisticObjective(np.repeat(features, counts, axis=0), np.repeat(labels, counts))
    assert weighted.value(WEIGHTS) == pytest.approx(repeated.value(WEIGHTS), rel=1e-13)
    assert weighted.accuracy(WEIGHTS) == pytest.approx(repeated.accuracy(WEIGHTS), rel=1e-15)
    for name in ("gradient", "hessian"):
        np.testing.assert_allclose(
            getattr(weighted, name)(WEIGHTS), getattr(repeated, name)(WEIGHTS), rtol=1e-11
        )
    np.testing.assert_allclose(weighted.curvature_bound(), repeated.curvature_bound(), rtol=1e-12)
    value, gradient = weighted.value_and_gradient(WEIGHTS)
    assert value == weighted.value(WEIGHTS)
    np.testing.assert_array_equal(gradient, weighted.gradient(WEIGHTS))


def test_weights_of_1_change_nothing_and_doubled_rows_double_the_value(overlapping):
    features, labels = overlapping
    plain = LogisticObjective(features, labels)
    ones = LogisticObjective(features, labels, sample_weight=np.ones(400))
    doubled = LogisticObjective(np.vstack((features, features)), np.tile(labels, 2))
    assert ones.value(WEIGHTS) == pytest.approx(plain.value(WEIGHTS), rel=1e-14)
    assert doubled.value(WEIGHTS) == pytest.approx(2 * plain.value(WEIGHTS), rel=1e-13)
    np.testing.assert_allclose(doubled.gradient(WEIGHTS), 2 * plain.gradient(WEIGHTS), rtol=1e-11)


def test_exchanging_the_labels_flips_the_signs(overlapping):
    features, labels = overlapping
    plain, other = LogisticObjective(features, labels), LogisticObjective(features, 1 - labels)
    assert other.value(-WEIGHTS) == pytest.approx(plain.value(WEIGHTS), rel=1e-14)
    np.testing.assert_allclose(other.gradient(-WEIGHTS), -plain.gradient(WEIGHTS), rtol=1e-12)


def test_a_row_that_counts_0_times_is_not_there_however_large(overlapping):
    features, labels = overlapping
    more = np.vstack((features, [[1e308, -1e308]]))
    objective = LogisticObjective(more, [*labels, 0], sample_weight=[*np.ones(400), 0.0])
    assert objective.value(np.array([0.2, 50.0, -40.0])) == pytest.approx(
        LogisticObjective(features, labels).value(np.array([0.2, 50.0, -40.0])), rel=1e-13
    )


def test_the_maximum_of_whole_weights_is_that_of_repeated_rows(overlapping):
    features, labels = overlapping
    counts = np.random.default_rng(0).integers(0, 4, 400)
    weighted = maximum_likelihood(features, labels, sample_weight=counts)
    repeated = maximum_likelihood(np.repeat(features, counts, axis=0), np.repeat(labels, counts))
    np.testing.assert_allclose(weighted.weights, repeated.weights, rtol=1e-11)
    np.testing.assert_allclose(weighted.standard_errors, repeated.standard_errors, rtol=1e-11)


def test_rows_without_weight_cannot_keep_classes_together():
    features, labels = [[-1.0], [1.0], [0.5], [-0.5]], [0, 1, 0, 1]
    assert maximum_likelihood(features, labels).reason == "found"
    assert "separated perfectly" in maximum_likelihood(features, labels, sample_weight=[1, 1, 0, 0]).reason
    assert (
        "all rows are of class 0" in maximum_likelihood(features, labels, sample_weight=[1, 0, 1, 0]).reason
    )


def test_without_an_intercept_the_formulas_lose_their_column_of_ones(overlapping):
    features, labels = overlapping
    objective = LogisticObjective(features, labels, intercept=False)
    assert objective.n_weights == 2
    assert not objective.is_intercept.any()
    weights = np.array([0.5, -0.4])
    assert objective.value(weights) == pytest.approx(log_likelihood(features, labels, weights), rel=1e-13)
    np.testing.assert_allclose(
        objective.gradient(weights), log_likelihood_gradient(features, labels, weights), rtol=1e-11
    )
    np.testing.assert_allclose(
        objective.hessian(weights), log_likelihood_hessian(features, labels, weights), rtol=1e-11
    )
    assert objective.accuracy(weights) == np.mean((features @ weights >= 0) == labels)
    found = maximum_likelihood(features, labels, intercept=False)
    gradient = log_likelihood_gradient(features, labels, found.weights)
    np.testing.assert_allclose(gradient, 0.0, atol=1e-11)


def test_without_an_intercept_separation_is_one_through_the_origin():
    # x > 2 parts the classes, but no line through 0 does.
    assert maximum_likelihood([[1.0], [3.0]], [0, 1], intercept=False).reason == "found"
    assert "separated" in maximum_likelihood([[1.0], [3.0]], [0, 1]).reason
    assert "separated perfectly" in maximum_likelihood([[-1.0], [3.0]], [0, 1], intercept=False).reason
    touching = maximum_likelihood([[-1.0, 0], [1.0, 0], [0, 1], [0, 1]], [0, 1, 0, 1], intercept=False)
    assert "lie exactly on it" in touching.reason


def test_a_touch_is_recognised_although_the_last_step_turns_against_some_rows():
    # Both classes at the origin, the others parted by a plane through it; found by search.
    features = [
        [45, 40, 35], [-9, -3, -3], [-20, 25, -45], [-1, 5, 0], [45, -35, 15], [-7, 8, -1],
        [2, -6, -7], [-25, 40, -45], [-45, 25, 35], [0, 0, 0], [0, 0, 0],
    ]  # fmt: skip
    found = maximum_likelihood(features, [1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1])
    assert "lie exactly on it" in found.reason


def test_without_an_intercept_a_constant_column_is_as_good_as_one(overlapping):
    features, labels = overlapping
    columns = np.column_stack((np.ones(400), features))
    found = maximum_likelihood(columns, labels, intercept=False)
    np.testing.assert_allclose(found.weights, maximum_likelihood(features, labels).weights, rtol=1e-10)


@pytest.mark.parametrize("n_rows", [50, BLOCK_ROWS + 1, 2 * BLOCK_ROWS + 123])
@pytest.mark.parametrize("intercept", [True, False])
def test_gradients_of_batches_are_those_of_their_rows(n_rows, intercept):
    rng = np.random.default_rng(n_rows)
    features, labels = rng.normal(size=(n_rows, 2)), rng.integers(0, 2, n_rows)
    counts = rng.random(n_rows)
    weights = WEIGHTS[: 2 + intercept]
    objective = LogisticObjective(features, labels, sample_weight=counts, intercept=intercept)
    rows = np.append(rng.permutation(n_rows)[:40], n_rows - 1)
    alone = LogisticObjective(
        features[rows], labels[rows], sample_weight=counts[rows], intercept=intercept
    ).gradient(weights)
    np.testing.assert_allclose(objective.rows_gradient(weights, rows), n_rows / len(rows) * alone, rtol=1e-11)


def test_no_row_curves_more_than_the_bound(overlapping):
    features, labels = overlapping
    objective = LogisticObjective(features, labels)
    steepest = max(
        -np.linalg.eigvalsh(LogisticObjective([row], [label]).hessian(np.zeros(3)))[0]
        for row, label in zip(features, labels, strict=True)
    )
    assert objective.row_curvature_bound() == pytest.approx(steepest, rel=1e-12)


@pytest.mark.parametrize(
    ("sample_weight", "words"),
    [
        ([1.0, -1.0], "sample_weight must hold no negative numbers, got -1"),
        ([0.0, 0.0], "sample_weight must not be 0 for all rows"),
        ([1.0, np.nan], "sample_weight must hold only finite numbers, got nan"),
        ([1.0], "sample_weight must have one entry per row of features"),
        (["a", "b"], "sample_weight must hold numbers"),
    ],
)
def test_row_weights_out_of_range_are_named(sample_weight, words):
    with pytest.raises(ValueError, match=words):
        LogisticObjective([[0.0], [1.0]], [0, 1], sample_weight=sample_weight)


def test_a_model_without_any_weight_is_refused():
    with pytest.raises(ValueError, match="features must have at least one column"):
        LogisticObjective(np.empty((3, 0)), [0, 1, 1], intercept=False)
