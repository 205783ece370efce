"""Gradient ascent in one call: the article's own loop, split in any way, with penalties and row weights."""

import tracemalloc

import numpy as np
import pytest

from logreg_gui.core.kernels import BLOCK_ROWS, FUSED_ROWS, LogisticObjective
from logreg_gui.core.optimizers import GradientAscent
from logreg_gui.core.penalties import PenalisedObjective, Penalty
from logreg_gui.core.softmax_objective import BLOCK_ROWS as SOFTMAX_ROWS
from logreg_gui.core.softmax_objective import SoftmaxObjective
from logreg_gui.core.squared_error import SquaredErrorObjective
from logreg_gui.core.training import advance, start
from tests.core.conftest import LongDouble

# One for each way of taking a step: fused, over one block, over blocks of one class each.
SIZES = [1, 2, 300, FUSED_ROWS, FUSED_ROWS + 1, BLOCK_ROWS, BLOCK_ROWS + 7]


def rows_of(n_rows, seed=0):
    """Overlapping classes in mixed order."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n_rows)
    return rng.normal(size=(n_rows, 2)) + 1.5 * labels[:, np.newaxis], labels


def article(features, labels, weights, rate, steps, shrinkage=0.0, counts=1.0):
    """The tutorials' loop, with what penalties and row weights add to it."""
    wide = np.column_stack((np.ones(len(features)), features))
    for _ in range(steps):
        predictions = 1 / (1 + np.exp(-(wide @ weights)))
        gradient = wide.T @ (counts * (labels - predictions)) - shrinkage * weights
        weights = weights + rate * gradient
    return weights


@pytest.mark.parametrize("n_rows", SIZES)
def test_it_goes_where_the_articles_loop_goes(n_rows):
    features, labels = rows_of(n_rows)
    start_at, rate = np.array([0.3, -0.1, 0.2]), 1.0 / n_rows
    for steps in (1, 2, 31):
        found = LogisticObjective(features, labels).ascend(start_at, rate, steps)
        np.testing.assert_allclose(
            found, article(features, labels, start_at, rate, steps), rtol=1e-11, atol=1e-12
        )


@pytest.mark.parametrize("n_rows", SIZES)
def test_row_weights_and_an_l2_penalty_are_part_of_the_step(n_rows):
    features, labels = rows_of(n_rows)
    counts = np.random.default_rng(1).integers(0, 3, n_rows).astype(float)
    counts[0] = 1.0
    shrinkage, rate = np.array([0.0, 0.3, 0.3]) * n_rows, 1.0 / n_rows
    expected = article(features, labels, np.zeros(3), rate, 30, shrinkage, counts)
    objective = LogisticObjective(features, labels, sample_weight=counts)
    np.testing.assert_allclose(
        objective.ascend(np.zeros(3), rate, 30, shrinkage), expected, rtol=1e-11, atol=1e-12
    )
    penalised = PenalisedObjective(objective, Penalty("l2", 0.3 * n_rows))
    np.testing.assert_allclose(penalised.ascend(np.zeros(3), rate, 30), expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("penalty", ["none", "l2"])
@pytest.mark.parametrize("kind", ["logistic", "softmax"])
@pytest.mark.parametrize("n_rows", [300, FUSED_ROWS + 1, BLOCK_ROWS + 7])
def test_a_run_ends_in_the_same_bits_however_it_is_split(n_rows, kind, penalty, precision):
    features, labels = rows_of(n_rows)
    objective = (
        LogisticObjective(features, labels) if kind == "logistic" else SoftmaxObjective(features, labels, 3)
    )
    objective = objective if penalty == "none" else PenalisedObjective(objective, Penalty("l2", 2.0))
    training = objective if precision == "float64" else objective.in_single_precision()
    optimizer = GradientAscent(1.0 / n_rows)
    begin = start(np.linspace(-0.5, 0.5, objective.n_weights), optimizer)
    whole = advance(begin, training, optimizer, 23)
    for portions in ([1] * 23, [10, 13], [5, 0, 1, 17]):
        state = begin
        for steps in portions:
            state = advance(state, training, optimizer, steps)
            objective.value_and_gradient(state.weights)  # a frame in between, in the same buffers
            training.gradient(np.ones(objective.n_weights))
        np.testing.assert_array_equal(state.weights, whole.weights)


def test_another_learning_rate_or_penalty_takes_effect_at_once():
    features, labels = rows_of(300)
    objective = LogisticObjective(features, labels)
    shrinkage = np.array([0.0, 50.0, 50.0])
    for rate, given in ((1e-3, None), (2e-3, None), (2e-3, shrinkage), (2e-3, None), (2e-3, 2 * shrinkage)):
        expected = article(features, labels, np.zeros(3), rate, 9, 0.0 if given is None else given)
        np.testing.assert_allclose(objective.ascend(np.zeros(3), rate, 9, given), expected, rtol=1e-12)


def test_weights_are_neither_changed_nor_handed_out_twice():
    for n_rows in (300, FUSED_ROWS + 1, BLOCK_ROWS + 7):
        for objective in (LogisticObjective(*rows_of(n_rows)), SoftmaxObjective(*rows_of(n_rows), 2)):
            weights = np.full(objective.n_weights, 0.1)
            weights.setflags(write=False)
            first = objective.ascend(weights, 1e-3, 3)
            kept = first.copy()
            objective.ascend(weights, 1e-3, 4)
            np.testing.assert_array_equal(first, kept)
            same = objective.ascend(weights, 1e-3, 0)
            assert same is not weights
            np.testing.assert_array_equal(same, weights)


@pytest.mark.parametrize("n_rows", [2, 300, SOFTMAX_ROWS + 5, 2 * SOFTMAX_ROWS + 3])
@pytest.mark.parametrize("counted", [False, True])
def test_softmax_ascent_is_steps_along_its_gradient(n_rows, counted):
    rng = np.random.default_rng(2)
    features, labels = rng.normal(size=(n_rows, 2)), np.arange(n_rows) % 3
    counts = rng.integers(1, 4, n_rows).astype(float) if counted else None
    shrinkage, rate = np.tile([0.0, 2.0, 2.0], 3), 1.0 / n_rows
    expected = np.linspace(-0.2, 0.2, 9)
    objective = SoftmaxObjective(features, labels, 3, sample_weight=counts)
    found = objective.ascend(expected, rate, 20, shrinkage)
    for _ in range(20):
        expected = expected + rate * (objective.gradient(expected) - shrinkage * expected)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_objectives_without_a_loop_of_their_own_are_stepped_along_their_gradient():
    features, labels = rows_of(50)
    plain = SquaredErrorObjective(features, labels)
    objective = PenalisedObjective(plain, Penalty("l2", 3.0))
    expected = np.zeros(3)
    for _ in range(7):
        expected = expected + 1e-3 * objective.gradient(expected)
    np.testing.assert_allclose(objective.ascend(np.zeros(3), 1e-3, 7), expected, rtol=1e-14)


@pytest.mark.parametrize("n_rows", [FUSED_ROWS, BLOCK_ROWS, BLOCK_ROWS + 7])
def test_steps_allocate_nothing_that_grows_with_the_rows(n_rows):
    objective = LogisticObjective(*rows_of(n_rows))
    single = objective.in_single_precision()
    for training in (objective, single):
        training.ascend(np.ones(3), 1e-3, 2)
        tracemalloc.start()
        try:
            training.ascend(np.ones(3), 1e-3, 5)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < n_rows  # bytes: not one per row


@pytest.mark.parametrize("intercept", [0.0, 29.0, -29.0, 31.0, -31.0, 600.0, -600.0])
def test_intercepts_of_any_size_agree_with_long_double_sums_over_blocks_of_one_class(intercept):
    features, labels = rows_of(BLOCK_ROWS + 7)
    # Scores near 0 beside a large intercept, where folding it into exp could overflow.
    features[:, 0] -= intercept
    weights = np.array([intercept, 1.0, -0.4])
    objective, exact = LogisticObjective(features, labels), LongDouble(features, labels)
    sizes = np.abs(exact.terms(weights)).sum(axis=0).astype(float)
    # A score is a difference of numbers as large as the intercept: its rounding is theirs.
    tolerance = 1e-13 * max(1.0, abs(intercept))
    error = np.abs(objective.gradient(weights) - exact.gradient(weights).astype(float))
    assert (error <= tolerance * sizes).all()
    assert objective.value(weights) == pytest.approx(float(exact.value(weights)), rel=tolerance)
    hessian = exact.hessian(weights).astype(float)
    np.testing.assert_allclose(
        objective.hessian(weights), hessian, rtol=1e-10, atol=1e-12 * abs(hessian).max()
    )
    margins = exact.margins(weights)
    assert objective.accuracy(weights) == np.mean(margins > 0)


@pytest.mark.parametrize("label", [0, 1])
def test_many_rows_of_one_class_are_blocks_of_one_class(label):
    features, _ = rows_of(BLOCK_ROWS + 7)
    labels = np.full(len(features), label)
    objective, exact = LogisticObjective(features, labels), LongDouble(features, labels)
    weights = np.array([0.2, -0.5, 0.4])
    assert objective.value(weights) == pytest.approx(float(exact.value(weights)), rel=1e-13)
    np.testing.assert_allclose(objective.gradient(weights), exact.gradient(weights).astype(float), rtol=1e-12)


def test_a_score_of_exactly_zero_predicts_class_1_in_blocks_of_one_class_too():
    features = np.tile([[1.0], [-1.0]], (BLOCK_ROWS, 1))
    labels = np.arange(2 * BLOCK_ROWS) // 2 % 2
    objective = LogisticObjective(features, labels)
    assert objective.accuracy(np.zeros(2)) == 0.5
    assert objective.accuracy(np.array([1.0, 1.0])) == 0.5  # scores 2 and 0: class 1 everywhere
    # Scores -2 and 0: class 0 for the first of each pair, class 1 for the second.
    assert objective.accuracy(np.array([-1.0, -1.0])) == 0.5


@pytest.mark.parametrize("n_rows", [300, BLOCK_ROWS + 7])
@pytest.mark.parametrize("counted", [False, True])
def test_value_and_accuracy_together_equal_both_alone_to_the_last_bit(n_rows, counted):
    features, labels = rows_of(n_rows)
    counts = np.linspace(0.5, 2.0, n_rows) if counted else None
    for objective in (
        LogisticObjective(features, labels, sample_weight=counts),
        SoftmaxObjective(features, labels, 2, sample_weight=counts),
    ):
        weights = np.linspace(-1.0, 1.0, objective.n_weights)
        found = objective.value_and_accuracy(weights)
        assert found == (objective.value(weights), objective.accuracy(weights))
