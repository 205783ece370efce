"""Long computations in pieces: the same bits, no side effects on whoever advances them, and small pieces."""

import numpy as np
import pytest

from logreg_gui.core.kernels import BLOCK_ROWS, LogisticObjective
from logreg_gui.core.models import ModelSpec, build, build_pieces, reference, reference_pieces
from logreg_gui.core.pieces import PIECE_ROWS, at_once, finished, pieces_of_rows
from logreg_gui.core.references import (
    always_climbing_learning_rate,
    compute_references,
    maximum_likelihood,
    references_pieces,
)
from logreg_gui.core.softmax_objective import SoftmaxObjective
from logreg_gui.core.whitening import centred_table, triangle_of_rows
from tests.core.conftest import LongDouble
from tests.core.oracles import three_clouds

N_ROWS = PIECE_ROWS + 5_000


@pytest.fixture(scope="module")
def many():
    """More rows than one piece holds, in mixed order, far from the origin."""
    rng = np.random.default_rng(6)
    labels = rng.integers(0, 2, N_ROWS)
    return rng.normal(size=(N_ROWS, 2)) * [1.0, 5.0] + [100.0, -3.0] + labels[:, np.newaxis], labels


def counted(pieces):
    """The result, and how many pieces there were; the caller's handling of errors must stay as it is."""
    handling, count = np.geterr(), 0
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value, count
        count += 1
        assert np.geterr() == handling


SPECS = [
    ModelSpec(),
    ModelSpec(intercept=False),
    ModelSpec(penalty="l2"),
    ModelSpec(penalty="l1", C=0.01),
    ModelSpec(objective="softmax"),
    ModelSpec(objective="softmax", penalty="l2"),
    ModelSpec(objective="squared-error"),
    ModelSpec(objective="squared-error", penalty="l2"),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.objective} {spec.penalty} {spec.intercept}")
def test_a_reference_in_pieces_has_the_bits_of_that_in_one(many, spec):
    model = build(spec, *many)
    whole = reference(model)
    found, n_pieces = counted(reference_pieces(model))
    assert n_pieces > 5
    assert whole.reason == found.reason == "found"
    for name in ("weights", "hessian"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
    assert found.log_likelihood == whole.log_likelihood
    assert found.penalised_value == whole.penalised_value
    assert found.always_climbing_learning_rate == whole.always_climbing_learning_rate


@pytest.mark.parametrize("spec", SPECS[:1] + SPECS[4:7:2])
def test_a_model_in_pieces_is_the_model(many, spec):
    whole, (found, n_pieces) = build(spec, *many), counted(build_pieces(spec, *many))
    assert n_pieces > 2
    weights = np.linspace(-0.01, 0.01, whole.n_weights)
    assert found.log_likelihood(weights) == whole.log_likelihood(weights)
    np.testing.assert_array_equal(found.objective.gradient(weights), whole.objective.gradient(weights))
    assert found.optimizer == whole.optimizer


def test_training_between_two_pieces_changes_nothing(many):
    model = build(ModelSpec(), *many)
    whole = reference(model)
    pieces, weights = reference_pieces(model), np.zeros(3)
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            found = end.value
            break
        weights = model.likelihood.ascend(weights, 1e-9, 1)
    np.testing.assert_array_equal(found.weights, whole.weights)


def test_the_maximum_of_more_rows_than_a_piece_is_stationary(many):
    found = maximum_likelihood(*many)
    exact = LongDouble(*many)
    gradient = exact.gradient(found.weights)
    step = np.linalg.solve(found.hessian, gradient.astype(float))
    assert np.abs(step).max() < 1e-11  # what Newton's method would still change
    assert found.log_likelihood == pytest.approx(float(exact.value(found.weights)), rel=1e-13)


def test_references_in_pieces_are_those_in_one(many):
    whole, (found, _) = compute_references(*many), counted(references_pieces(*many))
    np.testing.assert_array_equal(found.maximum_likelihood.weights, whole.maximum_likelihood.weights)
    assert found.largest_stable_learning_rate == whole.largest_stable_learning_rate
    wide = np.column_stack((np.ones(N_ROWS), many[0]))
    expected = 8.0 / np.linalg.eigvalsh(wide.T @ wide)[-1]
    assert always_climbing_learning_rate(many[0]) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("apart", [True, False])
def test_separated_classes_are_recognised_across_pieces(apart):
    labels = np.arange(N_ROWS) % 2
    features = np.where(labels == 1, 1.0, -1.0)[:, np.newaxis] + np.linspace(-0.9, 0.9, N_ROWS)[:, np.newaxis]
    if not apart:
        features[-1] = -5.0 if labels[-1] else 5.0  # the very last row, in the last piece
    reason = maximum_likelihood(features, labels).reason
    assert ("separated perfectly" in reason) is apart
    softmax = reference(build(ModelSpec(objective="softmax"), features, labels))
    assert ("separated perfectly" in softmax.reason) is apart


def test_a_table_of_more_rows_than_a_piece_is_centred_and_its_triangle_is_that_of_all_rows(many):
    table = centred_table(many[0])
    rows = many[0].astype(np.longdouble)
    np.testing.assert_allclose(table.own_centre, rows.mean(axis=0).astype(float), rtol=1e-15)
    np.testing.assert_allclose(table.own_rows, (rows - rows.mean(axis=0)).astype(float), atol=1e-12)
    triangle = triangle_of_rows(table)
    products = (table.rows.T @ table.rows) / N_ROWS
    np.testing.assert_allclose(triangle.T @ triangle, products, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("make", [LogisticObjective, SoftmaxObjective])
def test_evaluations_in_pieces_equal_those_in_one(make):
    rng = np.random.default_rng(8)
    features, labels = rng.normal(size=(2 * BLOCK_ROWS + 9, 2)), rng.integers(0, 2, 2 * BLOCK_ROWS + 9)
    objective = make(features, labels) if make is LogisticObjective else make(features, labels, 2)
    weights = np.linspace(-0.3, 0.4, objective.n_weights)
    for name in ("value", "accuracy", "hessian"):
        found, n_pieces = counted(getattr(objective, f"{name}_pieces")(weights))
        assert n_pieces >= 3
        np.testing.assert_array_equal(found, getattr(objective, name)(weights))
    value, gradient = finished(objective.value_and_gradient_pieces(weights))
    assert value == objective.value(weights)
    np.testing.assert_array_equal(gradient, objective.gradient(weights))


def test_softmax_rows_in_any_order_are_found_again():
    features, labels = three_clouds(40_000)
    order = np.random.default_rng(1).permutation(40_000)
    objective = SoftmaxObjective(features[order], labels[order], 3)
    weights, rows = np.linspace(-0.3, 0.4, 9), np.array([5, 17, 39_999, 20_000])
    alone = SoftmaxObjective(features[order][rows], labels[order][rows], 3)
    np.testing.assert_allclose(
        objective.rows_gradient(weights, rows), 10_000 * alone.gradient(weights), rtol=1e-10, atol=1e-9
    )


def test_rows_are_all_there_once():
    for n_rows in (1, PIECE_ROWS, PIECE_ROWS + 1, 3 * PIECE_ROWS - 1):
        parts = list(pieces_of_rows(n_rows))
        assert [part.start for part in parts[1:]] == [part.stop for part in parts[:-1]]
        assert (parts[0].start, parts[-1].stop) == (0, n_rows)
        assert max(part.stop - part.start for part in parts) <= PIECE_ROWS


def test_a_result_at_once_has_no_pieces():
    assert counted(at_once(5)) == (5, 0)
