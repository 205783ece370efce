"""Gaussian classes and their samples against numpy's own generators; promises about common random numbers."""

import hashlib
import math
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise

import numpy as np
import pytest

from logreg_gui.core.datasets import Dataset, GaussianClass, GaussianData, tutorial_becker, tutorial_sagar

ROUND = ((1.0, 0.0), (0.0, 1.0))
TILTED = ((1.0, 0.5), (0.5, 1.0))


def two_classes(first, second=None, seed=3, legacy_covariances=None):
    second = second or GaussianClass((1.0, 4.0), TILTED, 50)
    return GaussianData((first, second), seed, legacy_covariances)


def rows_of(data, label):
    sample = data.sample()
    return sample.features[sample.labels == label]


# tutorials


def test_the_sagar_rows_are_those_of_the_legacy_generator_to_the_last_bit(sagar):
    np.random.seed(10)  # noqa: NPY002  # the tutorial's own words
    x1 = np.random.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 10_000)  # noqa: NPY002
    x2 = np.random.multivariate_normal([1, 4], [[1, 0.5], [0.5, 1]], 10_000)  # noqa: NPY002
    np.testing.assert_array_equal(sagar.features, np.vstack((x1, x2)).astype(np.float32))
    np.testing.assert_array_equal(sagar.labels, np.hstack((np.zeros(10_000), np.ones(10_000))))


def test_the_becker_rows_are_those_of_the_legacy_generator_to_the_last_bit(becker):
    np.random.seed(12)  # noqa: NPY002
    x1 = np.random.multivariate_normal([0, 0], [[1, 0.75], [0.75, 1]], 5000)  # noqa: NPY002
    x2 = np.random.multivariate_normal([1, 4], [[1, 0.75], [0.75, 1]], 5000)  # noqa: NPY002
    np.testing.assert_array_equal(becker.features, np.vstack((x1, x2)).astype(np.float32))


def test_the_first_rows_are_the_published_ones(becker, sagar):
    np.testing.assert_allclose(becker.features[0], [-0.2015173, -0.68335819], rtol=1e-7)
    np.testing.assert_allclose(becker.features[5000], [-0.71536624, 3.19335079], rtol=1e-7)
    np.testing.assert_allclose(sagar.features[0], [-1.5108271837, -0.7955482602], rtol=1e-7)
    np.testing.assert_allclose(sagar.features[10_000], [0.9699798, 3.453105], rtol=1e-7)


def test_the_sagar_rows_have_the_known_hash(sagar):
    """When this fails alone, numpy factors the covariance with other signs here: compare no digits."""
    digest = hashlib.sha256(np.ascontiguousarray(sagar.features).tobytes()).hexdigest()
    assert digest == "868f8a98bd5b083c35fa38b65724ac579f37496ab30742bf1b90a6977f9af140"


def test_sampling_leaves_the_global_random_state_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    tutorial_sagar().sample()
    two_classes(GaussianClass((0, 0), ROUND, 5)).sample()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_a_moved_tutorial_class_takes_its_rows_along():
    data = tutorial_becker()
    moved = replace(data, classes=(replace(data.classes[0], mean=(2.0, -1.0)), data.classes[1]))
    np.testing.assert_allclose(rows_of(moved, 0), rows_of(data, 0) + np.float32([2, -1]), atol=1e-6)
    np.testing.assert_array_equal(rows_of(moved, 1), rows_of(data, 1))


@pytest.mark.parametrize("change", [1e-12, 1e-9, 1e-7])
def test_the_deformation_of_the_tutorial_cloud_starts_continuously(change):
    data = tutorial_sagar()
    covariance = ((1.0 + change, 0.5 - change), (0.5 - change, 1.0))
    deformed = replace(data, classes=(replace(data.classes[0], covariance=covariance), data.classes[1]))
    moved = np.abs(rows_of(deformed, 0).astype(float) - rows_of(data, 0))
    # Rows lie within 5 deviations; float32 rounds them to 3e-7.
    assert moved.max() < 10 * change + 5e-7
    np.testing.assert_array_equal(rows_of(deformed, 1), rows_of(data, 1))


def test_a_deformed_tutorial_cloud_has_the_new_covariance():
    data = tutorial_sagar()
    covariance = ((4.0, -0.9), (-0.9, 0.5))
    deformed = replace(data, classes=(replace(data.classes[0], covariance=covariance), data.classes[1]))
    # 10,000 rows: a standard error of 1.4 % on a variance.
    np.testing.assert_allclose(np.cov(rows_of(deformed, 0).T), covariance, rtol=0.06)


def test_a_singular_legacy_covariance_deforms_continuously():
    line = ((1.0, 2.0), (2.0, 4.0))
    data = two_classes(GaussianClass((0, 0), line, 200), legacy_covariances=(line, TILTED))
    expected = np.random.RandomState(3).multivariate_normal([0, 0], line, 200)
    np.testing.assert_array_equal(rows_of(data, 0), expected.astype(np.float32))
    wider = replace(data.classes[0], covariance=((1.0, 2.0), (2.0, 4.0 + 1e-8)))
    moved = rows_of(replace(data, classes=(wider, data.classes[1])), 0).astype(float) - expected
    assert np.abs(moved).max() < 1e-3  # the square root of the new variance of 2e-9, times 5


# the present generator


def test_rows_follow_mean_and_covariance():
    gaussian = GaussianClass((3.0, -2.0), ((2.0, 0.6), (0.6, 0.5)), 40_000)
    rows = rows_of(two_classes(gaussian), 0).astype(float)
    np.testing.assert_allclose(rows.mean(axis=0), gaussian.mean, atol=0.03)
    np.testing.assert_allclose(np.cov(rows.T), gaussian.covariance, rtol=0.04)


def test_rows_are_draws_times_the_symmetric_square_root():
    covariance = np.array([[2.0, 0.6], [0.6, 0.5]])
    values, vectors = np.linalg.eigh(covariance)
    root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    draws = np.random.default_rng([3, 0]).standard_normal((50, 2))
    expected = np.array([3.0, -2.0]) + draws @ root
    rows = rows_of(two_classes(GaussianClass((3.0, -2.0), covariance, 50)), 0)
    np.testing.assert_allclose(rows, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("larger", [51, 64, 1000, 20_000])
def test_more_rows_of_a_class_keep_the_rows_there_are(larger):
    gaussian = GaussianClass((0.3, 0.7), ((1.3, 0.4), (0.4, 0.9)), 50)
    before = rows_of(two_classes(gaussian), 0)
    after = rows_of(two_classes(replace(gaussian, size=larger)), 0)
    np.testing.assert_array_equal(after[:50], before)


def test_another_class_does_not_change_the_rows_of_this_one():
    gaussian = GaussianClass((0.0, 0.0), TILTED, 50)
    second = GaussianClass((1.0, 4.0), TILTED, 50)
    other = GaussianClass((-3.0, 1.0), ROUND, 777)
    np.testing.assert_array_equal(
        rows_of(two_classes(gaussian, second), 1), rows_of(two_classes(other, second), 1)
    )


def test_classes_draw_different_numbers():
    same = GaussianClass((0.0, 0.0), ROUND, 50)
    data = two_classes(same, same)
    assert not np.isclose(rows_of(data, 0), rows_of(data, 1)).any()


def test_another_seed_gives_other_rows_and_the_same_seed_the_same():
    gaussian = GaussianClass((0.0, 0.0), ROUND, 50)
    first, again = two_classes(gaussian, seed=1), two_classes(gaussian, seed=1)
    np.testing.assert_array_equal(first.sample().features, again.sample().features)
    assert not np.isclose(rows_of(first, 0), rows_of(two_classes(gaussian, seed=2), 0)).any()


def test_a_turning_ellipse_carries_its_rows_along_and_closes():
    turns = np.linspace(0, math.pi, 721)
    clouds = [
        rows_of(two_classes(GaussianClass.from_axes((0, 0), (3.0, 0.5), turn, 100)), 0) for turn in turns
    ]
    # A quarter of a degree moves a row within 5 deviations at most 5 * 2.5 * 0.0044 * 2; a flip by far more.
    steps = [np.abs(after - before).max() for before, after in pairwise(clouds)]
    assert max(steps) < 0.11
    np.testing.assert_allclose(clouds[-1], clouds[0], atol=1e-5)


@pytest.mark.parametrize(
    "covariance", [((0, 0), (0, 0)), ((1, 0), (0, 0)), ((1, 1), (1, 1)), ((1, -2), (-2, 4))]
)
def test_singular_covariances_put_the_rows_on_a_line_or_a_point(covariance):
    rows = rows_of(two_classes(GaussianClass((2.0, 3.0), covariance, 300)), 0).astype(float) - [2.0, 3.0]
    values, vectors = np.linalg.eigh(np.array(covariance, dtype=float))
    np.testing.assert_allclose(rows @ vectors[:, 0], 0, atol=2e-6)
    assert np.std(rows @ vectors[:, 1]) == pytest.approx(math.sqrt(max(values[1], 0)), rel=0.15, abs=1e-12)


def test_rows_come_class_after_class_in_float32_and_read_only():
    sample = GaussianData(tuple(GaussianClass((k, 0), ROUND, 3 + k) for k in range(3)), 0).sample()
    np.testing.assert_array_equal(sample.labels, [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2])
    assert (sample.n_rows, sample.n_classes) == (12, 3)
    assert sample.features.dtype == np.float32
    assert sample.labels.dtype == np.int8
    for array in (sample.features, sample.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


# a class as a value


def test_a_class_takes_array_likes_and_keeps_tuples_of_floats():
    gaussian = GaussianClass(np.array([1, 2]), np.eye(2, dtype=np.float32), np.int64(7))
    assert gaussian == GaussianClass((1.0, 2.0), ((1.0, 0.0), (0.0, 1.0)), 7)
    assert hash(gaussian) == hash(GaussianClass([1, 2], [[1, 0], [0, 1]], 7.0))
    assert [type(entry) for entry in (*gaussian.mean, *gaussian.covariance[1], gaussian.size)] == [
        float
    ] * 4 + [int]
    with pytest.raises(FrozenInstanceError):
        gaussian.size = 8


@pytest.mark.parametrize("size", [2.5, 0, -1, True, "3", None, math.nan, math.inf])
def test_a_size_must_be_a_positive_whole_number(size):
    with pytest.raises(ValueError, match="size must be a whole number of at least 1, got") as caught:
        GaussianClass((0, 0), ROUND, size)
    assert repr(size) in str(caught.value)


def test_a_whole_float_is_a_size():
    size = GaussianClass((0, 0), ROUND, 2.0).size
    assert size == 2
    assert type(size) is int


@pytest.mark.parametrize(
    ("mean", "covariance", "words"),
    [
        ((0, math.nan), ROUND, "mean must be a finite number, got nan"),
        ((0, math.inf), ROUND, "mean must be a finite number, got inf"),
        ((0, 1e31), ROUND, r"mean must hold numbers up to 1e\+30"),
        ((0, 0, 0), ROUND, "mean must be two numbers"),
        (5.0, ROUND, "mean must be two numbers"),
        ("ab", ROUND, "mean must be two numbers"),
        (("a", "b"), ROUND, "mean must be a finite number, got 'a'"),
        (
            (0, 0),
            ((1, 0.5), (0.4, 1)),
            "covariance must be symmetric, got 0.5 above and 0.4 below the diagonal",
        ),
        ((0, 0), ((1, 2), (2, 1)), "covariance must have no negative eigenvalue"),
        ((0, 0), ((-1, 0), (0, 0)), "covariance must have no negative eigenvalue"),
        ((0, 0), ((-1, 0), (0, -1)), "covariance must have no negative eigenvalue"),
        ((0, 0), ((1, 1 + 1e-12), (1 + 1e-12, 1)), "covariance must have no negative eigenvalue"),
        ((0, 0), ((1, math.nan), (math.nan, 1)), "covariance must be a finite number, got nan"),
        ((0, 0), ((1, 0),), "covariance must be a matrix of two rows and two columns"),
        ((0, 0), ((1, 0, 0), (0, 1, 0)), "covariance must be two numbers"),
    ],
)
def test_fields_of_a_class_that_do_not_fit_are_named(mean, covariance, words):
    with pytest.raises(ValueError, match=words):
        GaussianClass(mean, covariance, 10)


def test_a_covariance_may_miss_symmetry_and_definiteness_by_rounding():
    above, below = 0.3, np.nextafter(0.3, 1)
    mixed = GaussianClass((0, 0), ((1, above), (below, 1)), 5).covariance
    assert mixed[0][1] == mixed[1][0]
    flat = GaussianClass((0, 0), ((1, 0), (0, -1e-16)), 5)
    assert flat.standard_deviations == (1.0, 0.0)
    assert flat.axis_lengths == (1.0, 0.0)


def test_standard_deviations_and_correlation_give_the_covariance_and_come_back():
    gaussian = GaussianClass.from_standard_deviations((1, 2), (1.03, 0.79), 0.63, 90)
    np.testing.assert_allclose(
        gaussian.covariance, [[1.03**2, 0.63 * 1.03 * 0.79], [0.63 * 1.03 * 0.79, 0.79**2]], rtol=1e-15
    )
    assert gaussian.standard_deviations == (1.03, 0.79)
    assert gaussian.correlation == pytest.approx(0.63, rel=1e-15)


def test_the_tutorial_covariance_is_met_exactly_from_standard_deviations():
    assert GaussianClass.from_standard_deviations((0, 0), (1, 1), 0.5, 5).covariance == TILTED


@pytest.mark.parametrize(
    ("standard_deviations", "correlation", "words"),
    [
        ((0, 1), 0.0, r"standard_deviations must be two positive numbers, got \(0.0, 1.0\)"),
        ((1, -2), 0.0, r"standard_deviations must be two positive numbers, got \(1.0, -2.0\)"),
        ((1, math.nan), 0.0, "standard_deviations must be a finite number, got nan"),
        (1.0, 0.0, "standard_deviations must be two numbers"),
        ((1, 1), 1.0, "correlation must lie between -1 and 1, both excluded, got 1.0"),
        ((1, 1), -1.5, "correlation must lie between -1 and 1, both excluded, got -1.5"),
        ((1, 1), math.nan, "correlation must be a finite number, got nan"),
        ((1, 1), "high", "correlation must be a finite number, got 'high'"),
    ],
)
def test_deviations_and_correlations_that_do_not_fit_are_named(standard_deviations, correlation, words):
    with pytest.raises(ValueError, match=words):
        GaussianClass.from_standard_deviations((0, 0), standard_deviations, correlation, 10)


def test_the_correlation_is_0_where_a_feature_does_not_vary():
    assert GaussianClass((0, 0), ((0, 0), (0, 1)), 5).correlation == 0.0
    assert GaussianClass((0, 0), ((0, 0), (0, 0)), 5).correlation == 0.0


@pytest.mark.parametrize(
    "covariance", [((1, 2), (2, 4)), ((0.09, -0.3), (-0.3, 1)), ((0.01, 0.07), (0.07, 0.49))]
)
def test_the_correlation_never_leaves_its_range(covariance):
    assert abs(GaussianClass((0, 0), covariance, 5).correlation) == pytest.approx(1, abs=1e-12)
    assert abs(GaussianClass((0, 0), covariance, 5).correlation) <= 1


@pytest.mark.parametrize("angle", np.linspace(-1.57, 1.57, 13))
def test_axes_and_angle_give_the_covariance_and_come_back(angle):
    gaussian = GaussianClass.from_axes((0, 0), (2.0, 0.3), angle, 10)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    np.testing.assert_allclose(gaussian.covariance, turn @ np.diag([4.0, 0.09]) @ turn.T, atol=1e-14)
    np.testing.assert_allclose(gaussian.axis_lengths, (2.0, 0.3), rtol=1e-13)
    assert gaussian.angle == pytest.approx(angle, abs=1e-14)


def test_the_longer_axis_comes_first_whichever_was_given_first():
    gaussian = GaussianClass.from_axes((0, 0), (0.5, 3.0), 0.2, 10)
    np.testing.assert_allclose(gaussian.axis_lengths, (3.0, 0.5), rtol=1e-13)
    assert gaussian.angle == pytest.approx(0.2 - math.pi / 2)


@pytest.mark.parametrize("mixed", [0.0, -0.0, -1e-300])
def test_an_upright_ellipse_has_the_angle_plus_half_pi(mixed):
    assert GaussianClass((0, 0), ((1, mixed), (mixed, 4)), 5).angle == math.pi / 2


@pytest.mark.parametrize("angle", [0.0, 0.7, -3.0, 100.0])
def test_a_circle_stays_a_circle_at_every_angle(angle):
    gaussian = GaussianClass.from_axes((0, 0), (1.1, 1.1), angle, 5)
    assert gaussian.covariance == ((1.1 * 1.1, 0.0), (0.0, 1.1 * 1.1))
    assert gaussian.angle == 0.0


def test_axis_lengths_of_a_very_thin_upright_ellipse_keep_their_digits():
    assert GaussianClass((0, 0), ((1e-20, 0), (0, 1)), 5).axis_lengths == pytest.approx(
        (1, 1e-10), rel=1e-15, abs=0
    )


@pytest.mark.parametrize(
    ("axis_lengths", "angle", "words"),
    [
        ((1, -1), 0.0, r"axis_lengths must be two numbers of at least 0, got \(1.0, -1.0\)"),
        ((1, math.inf), 0.0, "axis_lengths must be a finite number, got inf"),
        ((1, 1), math.nan, "angle must be a finite number, got nan"),
    ],
)
def test_axes_that_do_not_fit_are_named(axis_lengths, angle, words):
    with pytest.raises(ValueError, match=words):
        GaussianClass.from_axes((0, 0), axis_lengths, angle, 10)


# data as a value


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "12", None])
def test_a_seed_must_be_one_that_the_generators_take(seed):
    with pytest.raises(ValueError, match="seed must be a whole number from 0 to 4294967295, got"):
        replace(tutorial_becker(), seed=seed)


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_the_smallest_and_the_largest_seed_work(seed):
    for data in (tutorial_becker(), two_classes(GaussianClass((0, 0), ROUND, 5))):
        assert replace(data, seed=seed).sample().n_rows > 0


@pytest.mark.parametrize(
    ("classes", "legacy", "words"),
    [
        ((GaussianClass((0, 0), ROUND, 5),), None, "classes must be 2 to 127, got 1"),
        ((GaussianClass((0, 0), ROUND, 5),) * 128, None, "classes must be 2 to 127, got 128"),
        ((GaussianClass((0, 0), ROUND, 5), "b"), None, "classes must be of type GaussianClass, got 'b'"),
        (
            (GaussianClass((0, 0), ROUND, 5),) * 2,
            (ROUND,),
            r"legacy_covariances must be one per class \(2\), got 1",
        ),
        (
            (GaussianClass((0, 0), ROUND, 5),) * 2,
            (ROUND, ((1, 2), (2, 1))),
            "legacy_covariances must have no negative",
        ),
    ],
)
def test_fields_of_the_data_that_do_not_fit_are_named(classes, legacy, words):
    with pytest.raises(ValueError, match=words):
        GaussianData(classes, 0, legacy)


def test_the_tutorials_are_equal_values_each_time():
    assert tutorial_sagar() == tutorial_sagar()
    assert hash(tutorial_sagar()) != hash(tutorial_becker())


def test_a_dataset_copies_writable_arrays_and_keeps_read_only_ones():
    features, labels = np.ones((2, 2), dtype=np.float32), np.array([0, 1])
    dataset = Dataset(features, labels)
    features[0, 0] = 9.0
    assert dataset.features[0, 0] == 1.0
    assert dataset.labels.dtype == np.int8
    assert Dataset(dataset.features, dataset.labels).features is dataset.features


@pytest.mark.parametrize(
    ("features", "labels", "words"),
    [
        (np.ones((2, 3)), [0, 1], r"features must be rows of two numbers, got shape \(2, 3\)"),
        (np.ones((0, 2)), [], r"features must be rows of two numbers, got shape \(0, 2\)"),
        (np.ones((2, 2)), [0], r"labels must have one entry per row \(2\), got shape \(1,\)"),
        (np.full((2, 2), 1e39), [0, 1], "features must hold only numbers that are finite in float32"),
        (np.full((2, 2), np.nan), [0, 1], "features must hold only numbers that are finite in float32"),
        (np.ones((2, 2)), [0, 1.5], "labels must be whole numbers from 0 to 126, got 1.5"),
        (np.ones((2, 2)), [0, -1], "labels must be whole numbers from 0 to 126, got -1"),
        (np.ones((2, 2)), [0, 300], "labels must be whole numbers from 0 to 126, got 300"),
    ],
)
def test_rows_that_do_not_fit_are_named(features, labels, words):
    with pytest.raises(ValueError, match=words):
        Dataset(features, labels)
