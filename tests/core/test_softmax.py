"""Softmax against long double sums, central differences, logistic regression and its own symmetries."""

import itertools
import tracemalloc

import numpy as np
import pytest

from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.objectives import Objective
from logreg_gui.core.softmax_objective import BLOCK_ROWS, SoftmaxObjective, softmax
from tests.core.conftest import central_differences
from tests.core.oracles import LongSoftmax, three_clouds

POINTS = [
    np.zeros(9),
    np.array([0.3, -1.0, 0.2, -0.1, 0.5, -0.4, 0.0, 0.8, 0.9]),
    np.array([8.0, -20.0, 5.0, -3.0, 12.0, -40.0, 1.0, 9.0, 30.0]),
    np.array([1e3, -2e3, 5e3, 0.0, 3e3, -1e3, 2e2, 4e3, -7e3]),
]


@pytest.mark.parametrize("weights", POINTS)
@pytest.mark.parametrize("counts", [None, "counts"])
def test_value_and_gradient_agree_with_long_double_sums(weights, counts):
    features, labels = three_clouds(500)
    if counts:
        counts = np.random.default_rng(0).integers(0, 4, 500).astype(float)
    objective = SoftmaxObjective(features, labels, 3, sample_weight=counts)
    exact = LongSoftmax(features, labels, 3, counts)
    assert objective.value(weights) == pytest.approx(float(exact.value(weights)), rel=1e-13)
    sizes = np.abs(exact.terms(weights)).sum(axis=0).astype(float)
    error = np.abs(objective.gradient(weights) - exact.gradient(weights).astype(float))
    assert (error <= 1e-13 * sizes).all()


def test_digits_are_kept_where_all_rows_are_fitted():
    labels = np.arange(300) % 3
    centres = np.array([[0.0, 20.0], [20.0, -20.0], [-20.0, -20.0]])
    features = np.random.default_rng(1).normal(size=(300, 2)) + centres[labels]
    weights = np.column_stack((np.zeros(3), 0.1 * centres)).ravel()
    # By hand, relative to the own class: 1 - p is rounding noise, even in 80 bits.
    rows = np.column_stack((np.ones(300), features)).astype(np.longdouble)
    scores = rows @ weights.reshape(3, 3).T.astype(np.longdouble)
    others = np.exp(scores - scores[np.arange(300), labels][:, np.newaxis])
    others[np.arange(300), labels] = 0
    rest = others.sum(axis=1)
    assert 0 < rest.max() < 1e-16
    objective = SoftmaxObjective(features, labels, 3)
    # Errors of scores near 80, 1e-14, are those of their exponentials.
    assert objective.value(weights) == pytest.approx(-float(np.log1p(rest).sum()), rel=1e-12, abs=0)
    residuals = -others / (1 + rest)[:, np.newaxis]
    residuals[np.arange(300), labels] = rest / (1 + rest)
    expected = (residuals.T @ rows).astype(float).ravel()
    np.testing.assert_allclose(objective.gradient(weights), expected, rtol=1e-11)


@pytest.mark.parametrize("n_rows", [1, 2, 7, BLOCK_ROWS, BLOCK_ROWS + 1, 2 * BLOCK_ROWS + 123])
@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_any_number_of_rows_and_classes_agrees_with_the_plain_formula(n_rows, n_classes):
    rng = np.random.default_rng(n_rows)
    features = rng.normal(size=(n_rows, 2)).astype(np.float32)
    labels = rng.integers(0, n_classes, n_rows)
    weights = rng.normal(size=3 * n_classes)
    rows = np.column_stack((np.ones(n_rows), features.astype(float)))
    exponentials = np.exp(rows @ weights.reshape(n_classes, 3).T)
    shares = exponentials / exponentials.sum(axis=1, keepdims=True)
    objective = SoftmaxObjective(features, labels, n_classes)
    expected = ((np.eye(n_classes)[labels] - shares).T @ rows).ravel()
    np.testing.assert_allclose(objective.gradient(weights), expected, rtol=1e-9, atol=1e-9)
    value = np.log(shares[np.arange(n_rows), labels]).sum()
    assert objective.value(weights) == pytest.approx(value, rel=1e-12)
    assert objective.accuracy(weights) == np.mean(shares.argmax(axis=1) == labels)


def test_gradient_and_hessian_agree_with_central_differences():
    objective = SoftmaxObjective(*three_clouds(), 3)
    weights = POINTS[1]
    np.testing.assert_allclose(
        objective.gradient(weights), central_differences(objective.value, weights, 1e-5), rtol=1e-6, atol=1e-6
    )
    np.testing.assert_allclose(
        objective.hessian(weights),
        central_differences(objective.gradient, weights, 1e-5),
        rtol=1e-6,
        atol=1e-6,
    )


@pytest.mark.parametrize("weights", POINTS[:3])
def test_the_hessian_agrees_with_long_double_and_is_symmetric(weights):
    features, labels = three_clouds(200)
    hessian = SoftmaxObjective(features, labels, 3).hessian(weights)
    exact = LongSoftmax(features, labels, 3).hessian(weights).astype(float)
    np.testing.assert_allclose(hessian, exact, rtol=1e-10, atol=1e-13)
    np.testing.assert_array_equal(hessian, hessian.T)


def test_value_and_gradient_together_equal_both_alone_to_the_last_bit():
    objective = SoftmaxObjective(*three_clouds(), 3, sample_weight=np.linspace(0.1, 2, 300))
    for weights in POINTS:
        value, gradient = objective.value_and_gradient(weights)
        assert value == objective.value(weights)
        np.testing.assert_array_equal(gradient, objective.gradient(weights))


def test_two_classes_are_logistic_regression_with_the_difference_of_the_weights(overlapping):
    features, labels = overlapping
    softmax_form, logistic = SoftmaxObjective(features, labels, 2), LogisticObjective(features, labels)
    weights = np.array([0.2, -0.4, 0.7, -0.5, 0.3, 1.9])
    difference = weights[3:] - weights[:3]
    assert softmax_form.value(weights) == pytest.approx(logistic.value(difference), rel=1e-14)
    gradient = logistic.gradient(difference)
    np.testing.assert_allclose(
        softmax_form.gradient(weights), np.concatenate((-gradient, gradient)), rtol=1e-12
    )
    assert softmax_form.accuracy(weights) == logistic.accuracy(difference)
    assert softmax_form.accuracy(np.zeros(6)) == logistic.accuracy(np.zeros(3))
    points = np.array([[[0.0, 1.0], [2.0, -3.0]], [[50.0, 1.0], [-2e3, 1e4]]])
    np.testing.assert_allclose(
        softmax_form.probabilities(weights, points), logistic.probabilities(difference, points), rtol=1e-12
    )


def test_renaming_the_classes_moves_their_gradients_along():
    features, labels = three_clouds()
    for order in itertools.permutations(range(3)):
        renamed = np.array(order)[labels]
        weights = POINTS[1].reshape(3, 3)
        moved = np.empty_like(weights)
        moved[list(order)] = weights
        plain, other = SoftmaxObjective(features, labels, 3), SoftmaxObjective(features, renamed, 3)
        assert other.value(moved.ravel()) == pytest.approx(plain.value(weights.ravel()), rel=1e-13)
        np.testing.assert_allclose(
            other.gradient(moved.ravel()).reshape(3, 3)[list(order)],
            plain.gradient(weights.ravel()).reshape(3, 3),
            rtol=1e-9,
            atol=1e-10,
        )


def test_gradients_sum_to_0_over_the_classes_and_a_common_shift_changes_nothing():
    objective = SoftmaxObjective(*three_clouds(), 3)
    gradient = objective.gradient(POINTS[1]).reshape(3, 3)
    np.testing.assert_allclose(gradient.sum(axis=0), 0.0, atol=1e-11)
    shifted = POINTS[1] + np.tile([7.0, -3.0, 2.0], 3)
    assert objective.value(shifted) == pytest.approx(objective.value(POINTS[1]), rel=1e-13)


def test_the_order_of_the_rows_does_not_matter():
    features, labels = three_clouds()
    order = np.random.default_rng(0).permutation(300)
    plain, other = SoftmaxObjective(features, labels, 3), SoftmaxObjective(features[order], labels[order], 3)
    assert other.value(POINTS[1]) == pytest.approx(plain.value(POINTS[1]), rel=1e-13)
    np.testing.assert_allclose(other.gradient(POINTS[1]), plain.gradient(POINTS[1]), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("n_rows", [60, BLOCK_ROWS + 500])
def test_gradients_of_batches_are_those_of_their_rows_and_add_up_to_the_whole(n_rows):
    features, labels = three_clouds(n_rows)
    counts = np.random.default_rng(2).random(n_rows)
    objective = SoftmaxObjective(features, labels, 3, sample_weight=counts)
    batches = np.split(np.random.default_rng(1).permutation(n_rows), [n_rows // 3, n_rows // 2])
    total = np.zeros(9)
    for rows in batches:
        part = objective.rows_gradient(POINTS[1], rows)
        alone = SoftmaxObjective(features[rows], labels[rows], 3, sample_weight=counts[rows])
        np.testing.assert_allclose(part, n_rows / len(rows) * alone.gradient(POINTS[1]), rtol=1e-9)
        total += len(rows) / n_rows * part
    np.testing.assert_allclose(total, objective.gradient(POINTS[1]), rtol=1e-9)


@pytest.mark.parametrize("size", [1e4, 1e300])
def test_huge_scores_give_the_exact_limits_without_a_warning(size):
    objective = SoftmaxObjective([[1.0], [1.0], [-1.0]], [0, 1, 2], 3, intercept=False)
    weights = np.array([size, 0.0, -size])
    assert objective.value(weights) == -size  # the second row alone is wrong
    np.testing.assert_array_equal(objective.gradient(weights), [-1.0, 1.0, 0.0])
    np.testing.assert_array_equal(objective.hessian(weights), np.zeros((3, 3)))
    np.testing.assert_array_equal(
        objective.probabilities(weights, [[1.0], [-1.0]]), [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    )
    np.testing.assert_array_equal(objective.rows_gradient(weights, np.array([0, 1, 2])), [-1.0, 1.0, 0.0])


def test_two_scores_that_overflow_together_share_the_probability():
    objective = SoftmaxObjective([[1.0], [1.0]], [2, 2], 3, intercept=False)
    for size in (709.5, 1e4):
        assert objective.value(np.array([size, size, 0.0])) == pytest.approx(-2 * (size + np.log(2)))
        np.testing.assert_allclose(
            objective.gradient(np.array([size, size, 0.0])), [-1.0, -1.0, 2.0], rtol=1e-12
        )


def test_weights_beyond_the_finite_numbers_raise_no_warning():
    objective = SoftmaxObjective(*three_clouds(), 3)
    for weights in (np.full(9, np.inf), np.full(9, np.nan), np.tile([0, 1e308, -1e308], 3)):
        objective.value_and_gradient(weights)
        objective.accuracy(weights)
        objective.hessian(weights)
        objective.rows_gradient(weights, np.arange(5))
    assert np.isnan(objective.value(np.full(9, np.nan)))


def test_the_curvature_nowhere_exceeds_its_bound():
    features, labels = three_clouds()
    objective = SoftmaxObjective(features, labels, 3)
    bound = objective.curvature_bound()
    for weights in (*POINTS, *np.random.default_rng(0).normal(size=(20, 9))):
        assert np.linalg.eigvalsh(bound + objective.hessian(weights))[0] > -1e-9
    for row in range(20):
        single = SoftmaxObjective(features[row : row + 1], labels[row : row + 1], 3)
        assert -np.linalg.eigvalsh(single.hessian(POINTS[1]))[0] <= objective.row_curvature_bound()


def test_a_class_without_rows_is_allowed():
    objective: Objective = SoftmaxObjective([[0.0], [1.0]], [0, 2], 4)
    assert objective.n_weights == 8
    np.testing.assert_allclose(objective.gradient(np.zeros(8)).reshape(4, 2)[3], [-0.5, -0.25])
    assert objective.value(np.zeros(8)) == pytest.approx(-2 * np.log(4))


def test_intercepts_are_the_first_of_each_class():
    features, labels = three_clouds()
    np.testing.assert_array_equal(
        np.flatnonzero(SoftmaxObjective(features, labels, 3).is_intercept), [0, 3, 6]
    )
    assert not SoftmaxObjective(features, labels, 3, intercept=False).is_intercept.any()


def test_a_step_allocates_nothing_that_grows_with_the_rows():
    rng = np.random.default_rng(1)
    objective = SoftmaxObjective(rng.normal(size=(50_000, 2)), rng.integers(0, 3, 50_000), 3)
    tracemalloc.start()
    try:
        for evaluate in (objective.gradient, objective.value, objective.value_and_gradient):
            evaluate(np.linspace(-1, 1, 9))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000  # bytes: not one per row


def test_softmax_of_scores_of_any_size():
    np.testing.assert_array_equal(softmax([[1e4, -1e4, 0.0]]), [[1.0, 0.0, 0.0]])
    np.testing.assert_allclose(softmax([1.0, 2.0, 3.0]), np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum())


@pytest.mark.parametrize(
    ("labels", "n_classes", "words"),
    [
        ([0, 1, 3], 3, "labels must hold whole numbers from 0 to 2, got 3"),
        ([0, 1, -1], 3, "labels must hold whole numbers from 0 to 2, got -1"),
        ([0, 1, 0.5], 3, "labels must hold whole numbers from 0 to 2, got 0.5"),
        ([0, 1], 3, "labels must have one entry per row of features"),
        ([0, 1, 0], 1, "n_classes must be a whole number of at least 2, got 1"),
    ],
)
def test_labels_that_are_no_classes_are_named(labels, n_classes, words):
    with pytest.raises(ValueError, match=words):
        SoftmaxObjective(np.zeros((3, 1)), labels, n_classes)
