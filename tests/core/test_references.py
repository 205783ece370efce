"""The references against published and independently computed figures, stationarity and brute force."""

import math
import tracemalloc

import numpy as np
import pytest

from logreg_gui.core.datasets import GaussianClass, GaussianData, tutorial_becker, tutorial_sagar
from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.references import (
    BayesBoundary,
    _Certifier,
    always_climbing_learning_rate,
    bayes_boundary,
    compute_references,
    largest_stable_learning_rate,
    maximum_likelihood,
)
from tests.core.conftest import LongDouble

KNOWN = {
    "becker": {
        "weights": [-14.09229958, -5.05901203, 8.2895831],
        "log_likelihood": -140.725421353,
        "standard_errors": [0.96544, 0.38102, 0.55853],
        "eigenvalues": [0.741914, 27.036, 229.792],
        "stable": 0.008703515166,
        "climbing": 7.690e-5,
    },
    "sagar": {
        "weights": [-8.43285581576399, -1.45325095128831, 4.62900441386681],
        "log_likelihood": -1032.16543046651,
        "standard_errors": [0.22180, 0.07477, 0.12049],
        "eigenvalues": [15.532, 231.755, 1646.696],
        "stable": 0.001214553038,
        "climbing": 3.90785e-5,
    },
}


def assert_stationary(features, target, weights):
    """The gradient is 0 up to the rounding of the weights: the maximum, since the function is concave."""
    exact = LongDouble(features, target)
    terms = exact.terms(weights)
    sizes = np.abs(terms).sum(axis=0)
    assert (np.abs(terms.sum(axis=0)) <= 1e-12 * sizes).all()


# maximum likelihood


@pytest.mark.parametrize("tutorial", KNOWN)
def test_the_tutorials_maxima_are_found_to_all_digits(request, tutorial):
    data, known = request.getfixturevalue(tutorial), KNOWN[tutorial]
    found = maximum_likelihood(data.features, data.labels)
    assert found.reason == "found"
    np.testing.assert_allclose(found.weights, known["weights"], rtol=1e-9)
    assert found.log_likelihood == pytest.approx(known["log_likelihood"], rel=1e-11)
    np.testing.assert_allclose(found.standard_errors, known["standard_errors"], rtol=0, atol=6e-6)
    np.testing.assert_allclose(np.linalg.eigvalsh(-found.hessian), known["eigenvalues"], rtol=2e-5)
    assert found.iterations < 20


def test_the_sagar_maximum_agrees_with_newton_in_80_bits(sagar):
    found = maximum_likelihood(sagar.features, sagar.labels)
    np.testing.assert_allclose(found.weights, KNOWN["sagar"]["weights"], rtol=1e-13)
    assert_stationary(sagar.features, sagar.labels, found.weights)


def test_hessian_and_standard_errors_belong_to_the_weights(overlapping):
    found = maximum_likelihood(*overlapping)
    hessian = LongDouble(*overlapping).hessian(found.weights).astype(float)
    np.testing.assert_allclose(found.hessian, hessian, rtol=1e-12)
    np.testing.assert_array_equal(found.hessian, found.hessian.T)
    np.testing.assert_allclose(found.standard_errors, np.sqrt(np.diag(np.linalg.inv(-hessian))), rtol=1e-12)
    assert not found.weights.flags.writeable


def test_no_other_weights_nearby_are_more_likely(overlapping):
    found = maximum_likelihood(*overlapping)
    objective = LogisticObjective(*overlapping)
    shifts = np.random.default_rng(0).normal(size=(50, 3)) * 0.01
    assert all(objective.value(found.weights + shift) < found.log_likelihood for shift in shifts)


def test_two_proportions_have_the_maximum_of_the_textbook():
    # One yes-or-no feature: 1 of 4 and 3 of 5 rows of class 1. Log odds log(1/3) and log(3/2), by hand.
    features = np.repeat([[0.0], [1.0]], [4, 5], axis=0)
    found = maximum_likelihood(features, [1, 0, 0, 0, 1, 1, 1, 0, 0])
    np.testing.assert_allclose(
        found.weights, [math.log(1 / 3), math.log(3 / 2) - math.log(1 / 3)], rtol=1e-13
    )
    # Woolf: the variance of a log odds ratio is the sum of the reciprocal counts.
    expected = [math.sqrt(1 + 1 / 3), math.sqrt(1 + 1 / 3 + 1 / 3 + 1 / 2)]
    np.testing.assert_allclose(found.standard_errors, expected, rtol=1e-13)


def test_without_features_the_intercept_is_the_log_odds_of_the_classes():
    found = maximum_likelihood(np.empty((7, 0)), [1, 1, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(found.weights, [math.log(2 / 5)], rtol=1e-14)


def test_the_maximum_follows_units_and_origin(overlapping):
    features, target = overlapping
    plain = maximum_likelihood(features, target)
    moved = maximum_likelihood(features * [10.0, 0.5] + [3.0, -7.0], target)
    slopes = plain.weights[1:] / [10.0, 0.5]
    np.testing.assert_allclose(moved.weights[1:], slopes, rtol=1e-12)
    assert moved.weights[0] == pytest.approx(plain.weights[0] - slopes @ [3.0, -7.0], rel=1e-12)
    assert moved.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-13)


def test_columns_of_very_different_size_do_no_harm(overlapping):
    features, target = overlapping
    plain = maximum_likelihood(features, target)
    scaled = maximum_likelihood(features * [1e8, 1e-8], target)
    np.testing.assert_allclose(scaled.weights, plain.weights * [1, 1e-8, 1e8], rtol=1e-12)
    np.testing.assert_allclose(scaled.standard_errors, plain.standard_errors * [1, 1e-8, 1e8], rtol=1e-12)


def test_almost_dependent_columns_are_told_apart(overlapping):
    features, target = overlapping
    nearly = features[:, 0] + 1e-6 * features[:, 1]
    found = maximum_likelihood(np.column_stack((features[:, 0], nearly)), target)
    plain = maximum_likelihood(features, target)
    # The same scores: w1 x1 + w2 x2 = (w1 - 1e6 w2) x1 + 1e6 w2 (x1 + 1e-6 x2), but for 1e-16 / 1e-6.
    np.testing.assert_allclose(found.weights[2], 1e6 * plain.weights[2], rtol=1e-8)
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-9)


def test_heavy_tails_where_undamped_newton_runs_away():
    first = [-3.8, -0.8, -1.7, -1.6, 8.0, -2.5, -1.3, -1.3, 96.8, -1.0, 1.7]
    second = [-0.5, 0.0, 37.4, -0.2, -4.9, -0.4, 0.2, 2.2, 7.3, 2.9, -1.3]
    features, target = np.column_stack((first, second)), np.array([0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1])
    objective, weights = LogisticObjective(features, target), np.zeros(3)
    values = []
    while np.linalg.cond(objective.hessian(weights)) < 1e14:
        weights = weights - np.linalg.solve(objective.hessian(weights), objective.gradient(weights))
        values.append(objective.value(weights))
    assert values[-1] < -10_000  # full steps from the same start end here
    found = maximum_likelihood(features, target)
    assert found.reason == "found"
    assert found.log_likelihood > -3
    assert_stationary(features, target, found.weights)


@pytest.mark.parametrize("seed", range(5))
def test_cauchy_features_have_their_maximum_found(seed):
    rng = np.random.default_rng(seed)
    features = rng.standard_cauchy((2000, 2))
    scores = np.clip(0.3 + features @ [1.0, -0.5], -30, 30)
    target = (rng.random(2000) < 1 / (1 + np.exp(-scores))).astype(int)
    found = maximum_likelihood(features, target)
    assert found.reason == "found"
    assert_stationary(features, target, found.weights)


def test_memory_stays_a_few_columns_per_row():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(100_000, 2)).astype(np.float32)
    target = (rng.random(100_000) < 1 / (1 + np.exp(-features[:, 0]))).astype(np.int8)
    tracemalloc.start()
    try:
        maximum_likelihood(features, target)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000 * 8 * (3 * 2 + 6)


# no maximum


def separated(gap, n_rows=200, turn=0.7, offset=0.0):
    """Two clouds `gap` apart along the direction `turn`, with rows right at both edges."""
    rng = np.random.default_rng(1)
    along = rng.exponential(size=n_rows)
    along[:2] = 0.0
    sign = np.where(np.arange(n_rows) % 2 == 1, 1.0, -1.0)
    normal, tangent = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
    rows = np.outer(sign * (along + gap / 2), normal) + np.outer(rng.normal(size=n_rows), tangent)
    return rows + offset, (sign > 0).astype(int)


@pytest.mark.parametrize("gap", [3.0, 0.1, 1e-3, 1e-6])
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_perfect_separation_is_recognised_however_narrow(gap, offset):
    found = maximum_likelihood(*separated(gap, offset=offset))
    assert "separated perfectly" in found.reason
    assert found.weights is found.log_likelihood is found.standard_errors is found.hessian is None


def test_the_four_point_set_is_separated():
    found = maximum_likelihood([[-1, -1], [-1, 0], [0, 1], [1, 1]], [0, 0, 1, 1])
    assert "separated perfectly" in found.reason


@pytest.mark.parametrize("overlap", [0.1, 1e-3, 1e-6])
@pytest.mark.parametrize("n_rows", [20, 200])
def test_overlapping_classes_are_never_called_separable(overlap, n_rows):
    features, target = separated(-overlap, n_rows)
    # Two rows of each class on the far side of the other's: no line has them all right.
    edge = np.array([[-1.0], [1.0]]) * [-math.sin(0.7), math.cos(0.7)] * 5
    normal = np.array([math.cos(0.7), math.sin(0.7)])
    features = np.vstack((features, edge + normal * overlap, edge - normal * overlap))
    target = np.concatenate((target, [0, 0], [1, 1]))
    found = maximum_likelihood(features, target)
    assert found.reason == "found"
    assert_stationary(features, target, found.weights)


@pytest.mark.parametrize("overlap", [1e-2, 1e-4, 1e-8, 1e-12])
def test_the_thinnest_overlap_has_a_maximum(overlap):
    # By symmetry w0 = 0; the derivative of 2 log sigma(w) + 2 log sigma(-overlap * w) is 0 at the slope.
    found = maximum_likelihood([[-1.0], [overlap], [1.0], [-overlap]], [0, 0, 1, 1])
    assert found.reason == "found"
    slope = found.weights[1]
    left = np.exp(-np.logaddexp(0, slope))
    right = overlap * np.exp(-np.logaddexp(0, -overlap * slope))
    assert left == pytest.approx(right, rel=1e-9, abs=0)
    assert found.weights[0] == pytest.approx(0, abs=1e-9)


def test_margins_as_small_as_rounding_certify_nothing():
    certifier = _Certifier(np.array([[1.0 + 2**-52], [-1.0]]), np.eye(1), np.array([1, 0]))
    assert not certifier.is_separating(np.array([-1.0, 1.0]))  # margins 2e-16 and 2
    assert certifier.is_separating(np.array([-1.0 + 1e-12, 1.0]))


@pytest.mark.parametrize(("overlap", "is_touch"), [(0.0, True), (1e-12, False), (1e-9, False)])
def test_a_touch_is_certified_and_a_thin_overlap_is_not(overlap, is_touch):
    rows, labels = np.array([[-1.0], [overlap], [-overlap], [1.0]]), np.array([0, 0, 1, 1])
    assert _Certifier(rows, np.eye(1), labels).is_quasi_separating(np.array([0.0, 1.0])) is is_touch


@pytest.mark.parametrize(
    ("features", "target"),
    [
        ([[0.0], [1.0], [1.0], [2.0]], [0, 0, 1, 1]),
        ([[0.0], [1.0], [1.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1, 1, 1]),
        ([[-1, 0.3], [0, 1], [0, 1], [0, -1], [0, -1], [2, 0.7]], [0, 0, 1, 0, 1, 1]),
        # Touching along the tilted line x1 + x2 = 4, on which both classes have rows in turn.
        (
            [[i, j] for i in range(5) for j in range(5)],
            [int(i + j > 4 or (i + j == 4 and i % 2)) for i in range(5) for j in range(5)],
        ),
    ],
)
def test_classes_that_touch_are_recognised_as_quasi_separated(features, target):
    found = maximum_likelihood(features, target)
    assert "lie exactly on it" in found.reason
    assert found.weights is None


@pytest.mark.parametrize("label", [0, 1])
def test_a_single_class_has_no_maximum(label):
    found = maximum_likelihood([[0.0], [1.0], [2.0]], [label] * 3)
    assert f"all rows are of class {label}" in found.reason
    assert found.weights is None


def test_a_constant_column_makes_the_maximum_ambiguous(overlapping):
    features, target = overlapping
    found = maximum_likelihood(np.column_stack((features, np.full(400, 0.1))), target)
    assert "column 3 is constant" in found.reason
    assert "not unique" in found.reason
    assert found.weights is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "combine",
    [
        lambda x: x[:, 0],
        lambda x: 0.3 * x[:, 0] + 7,
        lambda x: x[:, 0] - 3 * x[:, 1],
        lambda x: 1e-7 * x[:, 1],
    ],
    ids=["duplicate", "scaled and shifted", "combination", "tiny multiple"],
)
def test_a_column_that_repeats_others_makes_the_maximum_ambiguous(sagar, dtype, combine):
    features = sagar.features.astype(dtype)
    features = np.column_stack((features, combine(features).astype(dtype)))
    found = maximum_likelihood(features, sagar.labels)
    assert "column 3 repeats or combines the columns before it: the maximum is not unique" in found.reason
    assert found.weights is None


def test_fewer_rows_than_weights_make_the_maximum_ambiguous():
    found = maximum_likelihood([[0.0, 1.0], [1.0, 0.5]], [0, 1])
    assert "fewer rows (2) than weights (3)" in found.reason


@pytest.mark.parametrize(
    ("features", "target", "words"),
    [
        ([1.0, 2.0], [0, 1], "features must have two dimensions"),
        ([[1.0], [np.inf]], [0, 1], "features must hold only finite numbers, got inf"),
        ([[1.0], [2.0]], [0, 1, 1], "target must have one entry per row of features"),
        ([[1.0], [2.0]], [0, 3], "target must hold only 0 and 1, got 3"),
    ],
)
def test_data_that_do_not_fit_are_named(features, target, words):
    with pytest.raises(ValueError, match=words):
        maximum_likelihood(features, target)


# learning rates


@pytest.mark.parametrize("tutorial", KNOWN)
def test_the_tutorials_learning_rates_are_known(request, tutorial):
    data, known = request.getfixturevalue(tutorial), KNOWN[tutorial]
    found = compute_references(data.features, data.labels)
    assert found.largest_stable_learning_rate == pytest.approx(known["stable"], rel=1e-9)
    assert found.always_climbing_learning_rate == pytest.approx(known["climbing"], rel=1e-4)


def test_learning_rates_of_small_matrices_by_hand():
    assert largest_stable_learning_rate([[-3.0, 1.0], [1.0, -3.0]]) == pytest.approx(2 / 4)
    # X^T X of [1, 1] and [1, -1] is 2 I, a quarter of it 1/2.
    assert always_climbing_learning_rate([[1.0], [-1.0]]) == pytest.approx(4.0)


def test_any_number_of_rows_has_an_always_climbing_rate():
    features = np.random.default_rng(0).normal(size=(150_000, 2)).astype(np.float32)
    design = np.column_stack((np.ones(150_000), features.astype(float)))
    expected = 2 / np.linalg.norm(design.T @ design / 4, 2)
    assert always_climbing_learning_rate(features) == pytest.approx(expected, rel=1e-12)


def test_below_the_always_climbing_rate_every_step_climbs(overlapping):
    objective = LogisticObjective(*overlapping)
    rate = 0.999 * always_climbing_learning_rate(overlapping[0])
    for start in np.random.default_rng(0).normal(size=(20, 3)) * 20:
        value, gradient = objective.value_and_gradient(start)
        assert objective.value(start + rate * gradient) > value


def test_separated_classes_have_no_largest_stable_rate_but_an_always_climbing_one():
    found = compute_references(*separated(1.0))
    assert found.largest_stable_learning_rate is None
    assert found.always_climbing_learning_rate > 0


@pytest.mark.parametrize(
    ("hessian", "words"),
    [
        ([[1.0, 0.0]], r"hessian must be square, got shape \(1, 2\)"),
        ([[1.0]], "hessian must have a negative eigenvalue"),
        ([[np.nan]], "must hold only finite numbers, got nan"),
    ],
)
def test_a_hessian_that_is_none_is_named(hessian, words):
    with pytest.raises(ValueError, match=words):
        largest_stable_learning_rate(hessian)


# Bayes


def log_density(gaussian, points):
    """The logarithm of a Gaussian density, from its definition."""
    covariance = np.array(gaussian.covariance)
    offsets = points - np.array(gaussian.mean)
    distances = np.einsum("ni,ij,nj->n", offsets, np.linalg.inv(covariance), offsets)
    return -0.5 * distances - 0.5 * np.log(np.linalg.det(2 * np.pi * covariance))


@pytest.mark.parametrize(
    ("tutorial", "weights", "log_likelihood"),
    [
        (tutorial_becker(), [-88 / 7, -32 / 7, 52 / 7], -142.181297),
        (tutorial_sagar(), [-26 / 3, -4 / 3, 14 / 3], -1036.196840),
    ],
    ids=["becker", "sagar"],
)
def test_the_tutorials_bayes_boundaries_are_lines_with_known_weights(tutorial, weights, log_likelihood):
    boundary = bayes_boundary(*tutorial.classes)
    assert boundary.is_line
    np.testing.assert_allclose(boundary.weights, weights, rtol=1e-13)
    sample = tutorial.sample()
    value = LogisticObjective(sample.features, sample.labels).value(boundary.weights)
    assert value == pytest.approx(log_likelihood, abs=1e-5)


def test_log_odds_are_those_of_the_densities_times_the_sizes():
    class0 = GaussianClass((0.5, -1.0), ((2.0, 0.3), (0.3, 0.7)), 180)
    class1 = GaussianClass((-0.2, 1.0), ((0.6, -0.4), (-0.4, 1.5)), 20)
    boundary = bayes_boundary(class0, class1)
    points = np.random.default_rng(0).normal(size=(30, 2)) * 3
    expected = log_density(class1, points) - log_density(class0, points) + math.log(20 / 180)
    np.testing.assert_allclose(boundary.log_odds(points), expected, rtol=1e-11)
    np.testing.assert_array_equal(boundary.quadratic, boundary.quadratic.T)
    assert boundary.log_odds(points.reshape(5, 6, 2)).shape == (5, 6)
    assert boundary.log_odds([0.0, 0.0]) == pytest.approx(boundary.intercept)


def test_a_curved_boundary_has_no_weights():
    boundary = bayes_boundary(
        GaussianClass((0, 0), ((1, 0), (0, 1)), 10), GaussianClass((1, 1), ((2, 0), (0, 1)), 10)
    )
    assert not boundary.is_line
    with pytest.raises(ValueError, match="weights exist only for a line"):
        _ = boundary.weights


def test_exchanging_the_classes_turns_the_odds_around():
    class0 = GaussianClass((0.5, -1.0), ((2.0, 0.3), (0.3, 0.7)), 180)
    class1 = GaussianClass((-0.2, 1.0), ((0.6, -0.4), (-0.4, 1.5)), 20)
    points = np.random.default_rng(0).normal(size=(30, 2))
    np.testing.assert_allclose(
        bayes_boundary(class0, class1).log_odds(points),
        -bayes_boundary(class1, class0).log_odds(points),
        rtol=1e-12,
    )


def test_equal_ellipses_written_in_two_ways_have_a_line_between_them():
    class0 = GaussianClass.from_axes((0, 0), (1.7, 0.2), 0.9, 10)
    class1 = GaussianClass.from_standard_deviations(
        (1, 2), class0.standard_deviations, class0.correlation, 10
    )
    assert bayes_boundary(class0, class1).is_line


def test_a_slightly_different_ellipse_bends_the_boundary():
    class0 = GaussianClass((0, 0), ((1, 0), (0, 1)), 10)
    class1 = GaussianClass((1, 2), ((1, 0), (0, 1 + 1e-9)), 10)
    assert not bayes_boundary(class0, class1).is_line


@pytest.mark.parametrize(
    "covariance", [((0, 0), (0, 0)), ((1, 0), (0, 0)), ((1, 1), (1, 1)), ((0.09, 0.3), (0.3, 1))]
)
def test_a_singular_class_has_no_bayes_boundary(covariance):
    singular, regular = GaussianClass((0, 0), covariance, 5), GaussianClass((1, 1), ((1, 0), (0, 1)), 5)
    assert bayes_boundary(singular, regular) is None
    assert bayes_boundary(regular, singular) is None


def test_a_thin_upright_ellipse_is_not_singular():
    thin = GaussianClass((0, 0), ((1e16, 0), (0, 1e-8)), 5)
    assert bayes_boundary(thin, GaussianClass((1, 1), ((1, 0), (0, 1)), 5)) is not None


def test_the_bayes_weights_are_close_to_the_maximum_of_a_large_sample():
    classes = (
        GaussianClass((0, 0), ((1, 0.2), (0.2, 1)), 20_000),
        GaussianClass((1, 1), ((1, 0.2), (0.2, 1)), 5_000),
    )
    sample = GaussianData(classes, 5).sample()
    found = maximum_likelihood(sample.features, sample.labels)
    distance = (found.weights - bayes_boundary(*classes).weights) / found.standard_errors
    assert np.abs(distance).max() < 4


def test_the_arrays_of_a_boundary_are_read_only():
    boundary = BayesBoundary(0.0, np.ones(2), np.zeros((2, 2)))
    for array in (boundary.linear, boundary.quadratic, boundary.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
