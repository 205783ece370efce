"""Long computations in pieces: the same bits, no side effects on whoever advances them, and small pieces."""

from dataclasses import replace

import numpy as np
import pytest

from logreg_gui.core.features import FeatureMap
from logreg_gui.core.generators import (
    Moons,
    NoisyCurve,
    Spirals,
    StripeWithOutlier,
    _smallest,
    label_noise_pieces,
)
from logreg_gui.core.kernels import BLOCK_ROWS, LogisticObjective
from logreg_gui.core.models import ModelSpec, build, build_pieces, reference, reference_pieces
from logreg_gui.core.pieces import PIECE_ROWS, at_once, finished, pieces_of_rows
from logreg_gui.core.references import (
    always_climbing_learning_rate,
    compute_references,
    maximum_likelihood,
    references_pieces,
)
from logreg_gui.core.samples import draw_pieces
from logreg_gui.core.softmax_objective import SoftmaxObjective
from logreg_gui.core.splitting import split_pieces
from logreg_gui.core.whitening import centred_table, triangle_of_rows
from logreg_gui.presets import preset
from logreg_gui.scenario import with_class
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


def stream(seed, number):
    """The generator of that seed and number."""
    return np.random.default_rng([seed, number])


LABELS = np.arange(N_ROWS) % 2


def gaussians():
    """Two classes of as many rows as all the others, by the formulas of the module."""
    data = with_class(
        preset("overlapping"), 0, replace(preset("overlapping").data.classes[0], size=N_ROWS)
    ).data
    rows = []
    for k, one in enumerate(data.classes):
        values, vectors = np.linalg.eigh(one.covariance)
        root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
        rows.append(one.mean + stream(7, k).standard_normal((one.size, 2)) @ root)
    return data, np.vstack(rows)


def legacy():
    """The tutorial's own call of numpy, with other sizes."""
    data = preset("tutorial-becker").data
    data = replace(data, classes=tuple(replace(one, size=N_ROWS) for one in data.classes))
    numpy = np.random.RandomState(12)
    covariance = [[1, 0.75], [0.75, 1]]
    return data, np.vstack([numpy.multivariate_normal(mean, covariance, N_ROWS) for mean in ([0, 0], [1, 4])])


def moons():
    """Half circles."""
    t = np.pi * stream(1, 0).random(N_ROWS)
    upper, lower = np.column_stack((np.cos(t), np.sin(t))), np.column_stack((1 - np.cos(t), 0.5 - np.sin(t)))
    rows = np.where(LABELS[:, np.newaxis] == 0, upper, lower) + 0.2 * stream(1, 1).standard_normal(
        (N_ROWS, 2)
    )
    return Moons(N_ROWS, 0.2, 1), rows


def spirals():
    """Three arms."""
    r = np.sqrt(stream(1, 0).random(N_ROWS))
    t = 2 * np.pi * (0.75 * r + np.arange(N_ROWS) % 3 / 3)
    rows = np.column_stack((r * np.cos(t), r * np.sin(t))) + 0.1 * stream(1, 1).standard_normal((N_ROWS, 2))
    return Spirals(N_ROWS, 0.1, 0.75, 1, classes=3), rows


def stripes():
    """Stripes, and more outliers than a piece holds."""
    rows = (stream(1, 0).random((N_ROWS, 2)) - 0.5) * [4.0, 0.5] + np.column_stack((0 * LABELS, LABELS - 0.5))
    far = 8.0 + stream(1, 2).random((N_ROWS, 2)) - 0.5
    return StripeWithOutlier(N_ROWS, N_ROWS, 1), np.vstack((rows, far))


@pytest.mark.parametrize("make", [gaussians, legacy, moons, spirals, stripes])
def test_rows_drawn_in_pieces_are_those_of_one_long_draw(make):
    data, expected = make()
    found, n_pieces = counted(data.sample_pieces())
    assert n_pieces >= 2
    np.testing.assert_allclose(found.features, expected.astype(np.float32), rtol=2e-7, atol=1e-6)
    assert data.class_sizes == tuple(np.bincount(found.labels))
    if make is legacy:
        np.testing.assert_array_equal(found.features, expected.astype(np.float32))


def test_a_curve_drawn_in_pieces_is_that_of_one_long_draw():
    found, n_pieces = counted(NoisyCurve(N_ROWS, 0.5, 3).sample_pieces())
    assert n_pieces >= 2
    x = 6 * stream(3, 0).random(N_ROWS) - 3
    np.testing.assert_array_equal(found.x, x)
    np.testing.assert_allclose(found.y, x * x / 2 + x + 2 + 0.5 * stream(3, 1).standard_normal(N_ROWS))


def test_labels_made_wrong_in_pieces_are_those_of_the_smallest_draws():
    dataset = spirals()[0].sample()
    found, n_pieces = counted(label_noise_pieces(dataset, 0.1, 4))
    assert n_pieces >= 3
    draws = stream(4, 1000).random((N_ROWS, 2))
    changed = np.argsort(draws[:, 0])[: round(0.1 * N_ROWS)]
    labels = dataset.labels.astype(int)
    labels[changed] = (labels[changed] + 1 + (draws[changed, 1] >= 0.5)) % 3
    np.testing.assert_array_equal(found.labels, labels)


def test_of_equal_draws_the_first_change_their_labels():
    found = finished(_smallest(np.array([0.5, 0.1, 0.5, 0.1, 0.5]), 3))
    assert found.tolist() == [True, True, False, True, False]
    assert not finished(_smallest(np.array([0.5, 0.1]), 0)).any()


@pytest.mark.parametrize("kind", [np.int8, np.int64, str])
def test_rows_set_apart_in_pieces_are_the_first_of_each_class_in_random_order(kind):
    labels = (np.arange(N_ROWS) % 7 // 3).astype(kind)
    (train, test), n_pieces = counted(split_pieces(N_ROWS, 0.25, 5, labels))
    assert n_pieces >= 3
    order = np.random.default_rng(5).permutation(N_ROWS)
    np.testing.assert_array_equal(train, order[np.isin(order, train)])
    np.testing.assert_array_equal(test, order[np.isin(order, test)])
    for label in np.unique(labels):
        own = order[labels[order] == label]
        share = round(0.75 * len(own))
        assert abs(np.isin(own, train).sum() - share) <= 1
        assert np.isin(own[: share - 1], train).all()
        assert np.isin(own[share + 1 :], test).all()


@pytest.mark.parametrize("test_size", [0.0, 0.3])
def test_rows_to_train_on_are_taken_in_pieces(test_size):
    sample, n_pieces = counted(draw_pieces(moons()[0], test_size=test_size))
    assert n_pieces >= 3
    features, target = sample.training()
    rows = (
        np.arange(N_ROWS) if sample.test_rows is None else np.setdiff1d(np.arange(N_ROWS), sample.test_rows)
    )
    np.testing.assert_array_equal(features, sample.features[rows])
    np.testing.assert_array_equal(target, sample.target[rows])


@pytest.mark.parametrize(
    "changes", [{"standardise": True}, {"degree": 3}, {"degree": 2, "standardise": True}]
)
def test_terms_made_in_pieces_are_those_of_the_map(many, changes):
    feature_map = FeatureMap(**changes)
    (fitted, terms), n_pieces = counted(feature_map.fitted_pieces(many[0]))
    assert n_pieces >= 2
    again, n_pieces = counted(fitted.transform_pieces(many[0]))
    assert n_pieces >= 2
    for found in (terms, again):
        np.testing.assert_array_equal(found, fitted.transform(many[0]))
    if fitted.term_scale.any() and changes.get("standardise"):
        np.testing.assert_allclose(terms.mean(axis=0), 0.0, atol=1e-9)
        np.testing.assert_allclose(terms.std(axis=0), 1.0, rtol=1e-9)


@pytest.mark.parametrize("objective", ["logistic", "softmax"])
def test_the_largest_curvature_is_found_once_and_in_pieces(many, objective):
    likelihood = build(ModelSpec(objective, learning_rate=0.1), *many).likelihood
    found, n_pieces = counted(likelihood.curvature_bound_pieces())
    assert n_pieces >= 2
    wide = np.column_stack((np.ones(N_ROWS), many[0]))
    factor = 0.25 if objective == "logistic" else np.array([[0.25, -0.25], [-0.25, 0.25]])
    np.testing.assert_allclose(found, np.kron(factor, wide.T @ wide), rtol=1e-12)
    again, n_pieces = counted(likelihood.curvature_bound_pieces())
    assert again is found
    assert n_pieces == 0
