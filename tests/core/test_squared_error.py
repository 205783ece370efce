"""Squared error against long double sums, numpy's own least squares and hand-made lines."""

import numpy as np
import pytest

from logreg_gui.core.squared_error import CHUNK_ROWS, SquaredErrorObjective, least_squares
from tests.core.conftest import central_differences
from tests.core.oracles import LongSquaredError


@pytest.fixture
def noisy_plane():
    rng = np.random.default_rng(5)
    features = rng.normal(size=(300, 2)) * [1.0, 3.0] + [0.5, -2.0]
    return features, 1.0 + features @ [2.0, -0.5] + rng.normal(size=300)


@pytest.mark.parametrize("weights", [np.zeros(3), [1.0, 2.0, -0.5], [1e4, -1e4, 3.0]])
@pytest.mark.parametrize("is_weighted", [False, True])
def test_value_and_gradient_agree_with_long_double_sums(noisy_plane, weights, is_weighted):
    counts = np.random.default_rng(0).integers(0, 4, 300) if is_weighted else None
    objective = SquaredErrorObjective(*noisy_plane, sample_weight=counts)
    exact = LongSquaredError(*noisy_plane, counts)
    weights = np.asarray(weights)
    assert objective.value(weights) == pytest.approx(float(exact.value(weights)), rel=1e-13)
    sizes = np.abs(exact.terms(weights)).sum(axis=0).astype(float)
    assert (
        np.abs(objective.gradient(weights) - exact.gradient(weights).astype(float)) <= 1e-13 * sizes
    ).all()


def test_the_value_keeps_its_digits_for_a_fit_without_error():
    features = np.linspace(1000.0, 1001.0, 50)[:, np.newaxis]
    target = 3.0 + 2.0 * features[:, 0]
    objective = SquaredErrorObjective(features, target)
    # y^T y is 2e8: what cancels in it would leave errors of 1e-8.
    assert abs(objective.value(np.array([3.0, 2.0]))) < 1e-17
    assert objective.value(np.array([3.0, 2.001])) == pytest.approx(
        -0.5 * np.sum((0.001 * features) ** 2), rel=1e-9
    )


def test_gradient_and_hessian_agree_with_central_differences(noisy_plane):
    objective = SquaredErrorObjective(*noisy_plane)
    weights = np.array([0.2, 0.5, -0.4])
    np.testing.assert_allclose(
        objective.gradient(weights), central_differences(objective.value, weights, 1e-3), rtol=1e-8
    )
    np.testing.assert_allclose(
        objective.hessian(weights), central_differences(objective.gradient, weights, 1e-3), rtol=1e-8
    )


def test_more_rows_than_a_chunk_agree_with_the_plain_formula():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(2 * CHUNK_ROWS + 7, 2)).astype(np.float32)
    target = rng.normal(size=len(features))
    rows = np.column_stack((np.ones(len(features)), features.astype(float)))
    weights = np.array([0.1, 0.2, -0.3])
    objective = SquaredErrorObjective(features, target)
    np.testing.assert_allclose(objective.gradient(weights), rows.T @ (target - rows @ weights), rtol=1e-10)
    assert objective.value(weights) == pytest.approx(-0.5 * np.sum((target - rows @ weights) ** 2), rel=1e-12)


def test_value_and_gradient_together_equal_both_alone_to_the_last_bit(noisy_plane):
    objective = SquaredErrorObjective(*noisy_plane)
    for weights in np.random.default_rng(0).normal(size=(5, 3)):
        value, gradient = objective.value_and_gradient(weights)
        assert value == objective.value(weights)
        np.testing.assert_array_equal(gradient, objective.gradient(weights))


def test_columns_that_repeat_each_other_still_have_a_value_and_a_gradient(noisy_plane):
    features, target = noisy_plane
    double = np.column_stack((features, features[:, 0], np.ones(300)))
    plain, other = SquaredErrorObjective(features, target), SquaredErrorObjective(double, target)
    assert other.value(np.array([0.5, 1.0, -0.5, 1.0, 0.5])) == pytest.approx(
        plain.value(np.array([1.0, 2.0, -0.5])), rel=1e-12
    )
    gradient = other.gradient(np.array([0.5, 1.0, -0.5, 1.0, 0.5]))
    np.testing.assert_allclose(gradient[:3], plain.gradient(np.array([1.0, 2.0, -0.5])), rtol=1e-9)
    np.testing.assert_allclose(gradient[3:], gradient[[1, 0]], rtol=1e-9)


def test_fewer_rows_than_weights_have_a_value():
    objective = SquaredErrorObjective([[1.0, 2.0, 3.0]], [4.0])
    assert objective.value(np.zeros(4)) == pytest.approx(-8.0)
    np.testing.assert_allclose(objective.gradient(np.zeros(4)), [4.0, 4.0, 8.0, 12.0])


def test_batches_add_up_to_the_whole(noisy_plane):
    objective = SquaredErrorObjective(*noisy_plane)
    weights = np.array([0.2, 0.5, -0.4])
    total = np.zeros(3)
    for rows in np.split(np.random.default_rng(1).permutation(300), [70, 200]):
        total += len(rows) / 300 * objective.rows_gradient(weights, rows)
    np.testing.assert_allclose(total, objective.gradient(weights), rtol=1e-10)


def test_r2_is_one_minus_the_share_of_squares_that_remains(noisy_plane):
    features, target = noisy_plane
    objective = SquaredErrorObjective(features, target)
    weights = np.array([0.9, 1.9, -0.6])
    left = np.sum((target - 0.9 - features @ weights[1:]) ** 2)
    assert objective.r2(weights) == pytest.approx(1 - left / np.sum((target - target.mean()) ** 2), rel=1e-12)
    assert np.isnan(SquaredErrorObjective([[1.0], [2.0]], [3.0, 3.0]).r2(np.zeros(2)))


def test_accuracy_needs_labels_and_divides_at_a_half(noisy_plane):
    objective = SquaredErrorObjective([[0.0], [0.4], [0.5], [1.0]], [0, 0, 1, 0])
    assert objective.accuracy(np.array([0.0, 1.0])) == 0.75
    assert objective.has_labels
    np.testing.assert_array_equal(
        objective.probabilities(np.array([0.0, 1.0]), [[-1.0], [0.25], [3.0]]), [[1, 0], [0.75, 0.25], [0, 1]]
    )
    regression = SquaredErrorObjective(*noisy_plane)
    assert np.isnan(regression.accuracy(np.zeros(3)))
    with pytest.raises(ValueError, match="probabilities exist only for a target of 0 and 1"):
        regression.probabilities(np.zeros(3), [[0.0, 0.0]])


def test_whole_row_weights_count_rows_that_often(noisy_plane):
    features, target = noisy_plane
    counts = np.random.default_rng(0).integers(0, 4, 300)
    weighted = SquaredErrorObjective(features, target, sample_weight=counts)
    repeated = SquaredErrorObjective(np.repeat(features, counts, axis=0), np.repeat(target, counts))
    weights = np.array([0.2, 0.5, -0.4])
    assert weighted.value(weights) == pytest.approx(repeated.value(weights), rel=1e-12)
    assert weighted.r2(weights) == pytest.approx(repeated.r2(weights), rel=1e-12)
    np.testing.assert_allclose(weighted.gradient(weights), repeated.gradient(weights), rtol=1e-12)


def test_weighted_least_squares_are_those_of_repeated_rows(noisy_plane):
    features, target = noisy_plane
    counts = np.random.default_rng(0).integers(0, 4, 300)
    columns = np.column_stack((np.ones(300), features))
    found = least_squares(columns.T, target, counts.astype(float))
    expected = np.linalg.lstsq(np.repeat(columns, counts, axis=0), np.repeat(target, counts))[0]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("features", "target", "words"),
    [
        ([[1.0]], [np.nan], "target must hold only finite numbers, got nan"),
        ([[1.0]], [1.0, 2.0], "target must have one entry per row of features"),
        ([[1.0]], ["a"], "target must hold numbers"),
    ],
)
def test_a_target_that_does_not_fit_is_named(features, target, words):
    with pytest.raises(ValueError, match=words):
        SquaredErrorObjective(features, target)
