"""Shapes by their geometry, common random numbers, label noise, and Fisher's irises by scikit-learn's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_iris

from logreg_gui.core.csv_files import CsvError
from logreg_gui.core.datasets import Dataset
from logreg_gui.core.generators import (
    IRIS_FEATURES,
    Circles,
    Iris,
    Moons,
    NoisyCurve,
    RegressionSample,
    Spirals,
    StripeWithOutlier,
    Xor,
    parse_iris,
    with_label_noise,
)
from logreg_gui.core.objectives import logistic_regression
from logreg_gui.core.references import maximum_likelihood

IRIS_FILE = Path(__file__).resolve().parents[2] / "resources" / "data" / "iris.csv"

SHAPES = [
    Moons(60, 0.2, 3),
    Circles(60, 0.1, 0.5, 3),
    Xor(60, 0.1, 3),
    Spirals(60, 0.05, 1.5, 3),
    Spirals(61, 0.05, 1.5, 3, classes=5),
]
EVERYTHING = [*SHAPES, StripeWithOutlier(60, 4, 3)]


def by_name(value):
    return type(value).__name__


def radii(points):
    return np.hypot(points[:, 0].astype(float), points[:, 1].astype(float))


def arrays(sample):
    if isinstance(sample, RegressionSample):
        return sample.x, sample.y
    return sample.features, sample.labels


@pytest.mark.parametrize("data", [*EVERYTHING, NoisyCurve(60, 0.5, 3)], ids=by_name)
class TestEverySample:
    def test_is_the_same_for_the_same_value_and_read_only(self, data):
        for one, other in zip(arrays(data.sample()), arrays(replace(data).sample()), strict=True):
            np.testing.assert_array_equal(one, other)
            assert not one.flags.writeable

    def test_is_another_for_another_seed(self, data):
        one, other = arrays(data.sample()), arrays(replace(data, seed=4).sample())
        assert not np.isin(one[0], other[0]).any()

    def test_values_are_equal_where_their_fields_are(self, data):
        assert replace(data, size=float(data.size)) == data
        assert hash(replace(data)) == hash(data)
        assert replace(data, seed=99) != data


@pytest.mark.parametrize("data", EVERYTHING, ids=by_name)
def test_rows_are_float32_with_int8_labels(data):
    sample = data.sample()
    assert (sample.features.dtype, sample.labels.dtype) == (np.float32, np.int8)


@pytest.mark.parametrize("data", [*SHAPES, NoisyCurve(60, 0.5, 3)], ids=by_name)
@pytest.mark.parametrize("fewer", [59, 31, 5])
def test_more_rows_keep_those_drawn_before(data, fewer):
    for few, many in zip(arrays(replace(data, size=fewer).sample()), arrays(data.sample()), strict=True):
        np.testing.assert_array_equal(few, many[:fewer])


@pytest.mark.parametrize("data", SHAPES, ids=by_name)
def test_classes_have_equally_many_rows(data):
    numbers = np.bincount(data.sample().labels)
    assert len(numbers) == getattr(data, "classes", 2)
    assert numbers.max() - numbers.min() <= 1


@pytest.mark.parametrize("data", SHAPES, ids=by_name)
def test_noise_moves_every_row_along_its_own_way(data):
    quiet, some, more = (
        replace(data, noise=noise).sample().features.astype(float) for noise in (0.0, 0.25, 0.75)
    )
    np.testing.assert_allclose(more - quiet, 3 * (some - quiet), atol=1e-6)
    assert 0.15 < (some - quiet).std() < 0.35


@pytest.mark.parametrize(
    ("data", "field", "value"),
    [
        (Circles(60, 0.1, 0.5, 3), "factor", 0.5 + 1e-7),
        (Spirals(60, 0.1, 1.5, 3), "turns", 1.5 + 1e-7),
        (Moons(60, 0.1, 3), "noise", 0.1 + 1e-7),
    ],
)
def test_a_small_change_is_a_small_move(data, field, value):
    moved = replace(data, **{field: value}).sample().features - data.sample().features
    assert np.abs(moved).max() < 2e-6


class TestMoons:
    def test_lie_on_two_half_circles(self):
        sample = Moons(500, 0.0, 1).sample()
        upper, lower = (sample.features[sample.labels == k] for k in (0, 1))
        np.testing.assert_allclose(radii(upper), 1, atol=1e-6)
        np.testing.assert_allclose(radii(lower - np.float32([1, 0.5])), 1, atol=1e-6)
        assert (upper[:, 1] >= 0).all()
        assert (lower[:, 1] <= 0.5).all()
        for moon in (upper, lower):
            assert np.ptp(moon[:, 0]) > 1.99


class TestCircles:
    @pytest.mark.parametrize("factor", [0.0, 0.3, 0.9])
    def test_have_their_radii(self, factor):
        sample = Circles(200, 0.0, factor, 1).sample()
        np.testing.assert_allclose(radii(sample.features), np.where(sample.labels, factor, 1), atol=1e-6)

    def test_go_all_the_way_round(self):
        features = Circles(400, 0.0, 0.5, 1).sample().features
        assert set(np.sign(features[:, 0]) + 2 * np.sign(features[:, 1])) == {-3, -1, 1, 3}


class TestXor:
    def test_classes_are_told_by_the_product_of_the_signs(self):
        sample = Xor(1000, 0.0, 1).sample()
        product = np.prod(sample.features.astype(float), axis=1)
        np.testing.assert_array_equal(product < 0, sample.labels == 1)
        assert np.abs(sample.features).min() >= np.float32(0.05)
        assert np.abs(sample.features).max() <= np.float32(1.05)

    def test_all_four_squares_are_filled_alike(self):
        features = Xor(4000, 0.0, 1).sample().features
        quadrants = np.bincount(2 * (features[:, 0] > 0) + (features[:, 1] > 0), minlength=4)
        assert abs(quadrants - 1000).max() < 5 * np.sqrt(4000 * 0.25 * 0.75)

    def test_no_line_does_much_better_than_chance(self):
        sample = Xor(2000, 0.0, 1).sample()
        weights = logistic_regression(sample.features, sample.labels, 200, 1e-3, add_intercept=True)
        predicted = weights[0] + sample.features @ weights[1:] > 0
        assert 0.4 < (predicted == (sample.labels == 1)).mean() < 0.6


class TestSpirals:
    @pytest.mark.parametrize("classes", [2, 3, 6])
    def test_every_row_is_on_its_arm(self, classes):
        data = Spirals(300, 0.0, 1.25, 1, classes=classes)
        sample = data.sample()
        radius = radii(sample.features)
        angle = 2 * np.pi * (1.25 * radius + sample.labels / classes)
        np.testing.assert_allclose(sample.features[:, 0], radius * np.cos(angle), atol=1e-5)
        np.testing.assert_allclose(sample.features[:, 1], radius * np.sin(angle), atol=1e-5)
        assert radius.max() <= 1 + 1e-6

    def test_without_turns_they_are_straight(self):
        features = Spirals(50, 0.0, 0.0, 1).sample().features
        np.testing.assert_allclose(features[:, 1], 0, atol=1e-6)


class TestStripeWithOutlier:
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize(("size", "outliers"), [(80, 2), (100, 5), (400, 10), (1000, 25)])
    def test_the_outliers_tilt_least_squares_alone(self, seed, size, outliers):
        sample = StripeWithOutlier(size, outliers, seed).sample()
        right = sample.labels == 1
        design = np.column_stack((np.ones(sample.n_rows), sample.features.astype(float)))
        least_squares = np.linalg.lstsq(design, sample.labels.astype(float), rcond=None)[0]
        logistic = logistic_regression(sample.features, sample.labels, 2000, 1e-3, add_intercept=True)
        wrong = (design @ least_squares >= 0.5) != right
        assert wrong.any()
        assert not wrong[size:].any()
        assert abs(np.degrees(np.arctan2(least_squares[1], least_squares[2]))) > 5
        np.testing.assert_array_equal(design @ logistic > 0, right)

    @pytest.mark.parametrize("size", [80, 1000])
    def test_without_outliers_least_squares_is_right_as_well(self, size):
        sample = StripeWithOutlier(size, 0, 1).sample()
        design = np.column_stack((np.ones(size), sample.features.astype(float)))
        least_squares = np.linalg.lstsq(design, sample.labels.astype(float), rcond=None)[0]
        np.testing.assert_array_equal(design @ least_squares >= 0.5, sample.labels == 1)

    def test_a_line_separates_the_classes_and_the_outliers_are_far_on_their_side(self):
        sample = StripeWithOutlier(500, 10, 1).sample()
        np.testing.assert_array_equal(sample.features[:, 1] > 0, sample.labels == 1)
        assert np.abs(sample.features[:500, 1]).min() >= 0.25
        assert (sample.features[500:] > 7).all()
        assert np.abs(sample.features[:500]).max() <= 2

    def test_more_stripe_keeps_the_outliers_and_more_outliers_keep_the_stripe(self):
        few, longer, more = (
            StripeWithOutlier(*sizes, 1).sample().features for sizes in ((40, 3), (50, 3), (40, 6))
        )
        np.testing.assert_array_equal(longer, np.concatenate((few[:40], longer[40:50], few[40:])))
        np.testing.assert_array_equal(more[:43], few)


class TestNoisyCurve:
    def test_without_noise_it_is_the_parabola(self):
        sample = NoisyCurve(200, 0.0, 1).sample()
        np.testing.assert_allclose(np.polyfit(sample.x, sample.y, 2), [0.5, 1, 2], rtol=1e-12)
        assert -3 <= sample.x.min() < -2.8
        assert 2.8 < sample.x.max() < 3

    def test_noise_scales_the_same_draws(self):
        quiet, some, more = (NoisyCurve(100, noise, 1).sample() for noise in (0.0, 0.5, 1.0))
        np.testing.assert_array_equal(some.x, more.x)
        np.testing.assert_allclose(more.y - quiet.y, 2 * (some.y - quiet.y), atol=1e-14)
        assert 0.8 < (more.y - quiet.y).std() < 1.2

    def test_it_is_float64(self):
        sample = NoisyCurve(10, 0.5, 1).sample()
        assert (sample.x.dtype, sample.y.dtype, sample.n_rows) == (np.float64, np.float64, 10)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Moons(1, 0.1, 1), "size must be a whole number of at least 2, got 1"),
        (lambda: Moons(2.5, 0.1, 1), r"size must be a whole number of at least 2, got 2\.5"),
        (lambda: Moons(10, -0.1, 1), r"noise must be a number from 0 to 1e\+30, got -0\.1"),
        (lambda: Xor(10, float("nan"), 1), "noise must be a finite number, got nan"),
        (lambda: Xor(10, 1e31, 1), r"noise must be a number from 0 to 1e\+30, got 1e\+31"),
        (lambda: Xor(10, 0.1, -1), "seed must be a whole number from 0 to 4294967295, got -1"),
        (lambda: Circles(10, 0.1, 1.0, 1), r"factor must be at least 0 and less than 1, got 1\.0"),
        (lambda: Circles(10, 0.1, "a", 1), "factor must be a finite number, got 'a'"),
        (lambda: Spirals(10, 0.1, -1, 1), "turns must be a number from 0 to 100, got -1"),
        (lambda: Spirals(10, 0.1, 1, 1, classes=1), "classes must be a whole number from 2 to 127, got 1"),
        (lambda: Spirals(3, 0.1, 1, 1, classes=4), "size must be a whole number of at least 4, got 3"),
        (lambda: StripeWithOutlier(10, -1, 1), "outliers must be a whole number of at least 0, got -1"),
        (lambda: NoisyCurve(10, -1, 1), r"noise must be a number from 0 to 1e\+30, got -1"),
    ],
)
def test_errors_name_the_field_and_its_value(make, message):
    with pytest.raises(ValueError, match=message):
        make()


class TestLabelNoise:
    @pytest.fixture
    def three_classes(self):
        return Spirals(301, 0.0, 1.0, 1, classes=3).sample()

    @pytest.mark.parametrize("fraction", [0, 0.001, 0.1, 0.5, 0.999, 1])
    def test_exactly_the_fraction_of_the_labels_changes(self, three_classes, fraction):
        noisy = with_label_noise(three_classes, fraction, 1)
        assert (noisy.labels != three_classes.labels).sum() == round(fraction * 301)
        assert noisy.features is three_classes.features
        assert set(noisy.labels) <= {0, 1, 2}
        assert not noisy.labels.flags.writeable

    def test_what_changed_stays_so_when_the_fraction_grows(self, three_classes):
        before = three_classes.labels
        for fraction in np.linspace(0, 1, 21):
            noisy = with_label_noise(three_classes, fraction, 1).labels
            had_changed = before != three_classes.labels
            np.testing.assert_array_equal(noisy[had_changed], before[had_changed])
            before = noisy

    def test_each_other_class_is_as_likely(self):
        labels = np.zeros(3000, dtype=np.int8)
        labels[-1] = 3
        noisy = with_label_noise(Dataset(np.zeros((3000, 2)), labels), 1.0, 1)
        numbers = np.bincount(noisy.labels[:-1], minlength=4)
        assert numbers[0] == 0
        assert abs(numbers[1:] - 1000).max() < 5 * np.sqrt(3000 * 2 / 9)

    def test_a_seed_gives_the_same_labels_and_another_one_others(self, three_classes):
        one, same, other = (with_label_noise(three_classes, 0.3, seed).labels for seed in (1, 1, 2))
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, other)

    def test_of_two_classes_all_labels_swap(self):
        sample = Moons(50, 0.1, 1).sample()
        np.testing.assert_array_equal(with_label_noise(sample, 1.0, 1).labels, 1 - sample.labels)

    def test_many_classes_do_not_overflow(self):
        labels = np.arange(127, dtype=np.int8)
        noisy = with_label_noise(Dataset(np.zeros((127, 2)), labels), 1.0, 1).labels
        assert (noisy >= 0).all()
        assert (noisy != labels).all()

    @pytest.mark.parametrize(
        ("fraction", "seed", "message"),
        [
            (1.1, 0, r"fraction must be a number from 0 to 1, got 1\.1"),
            (-0.1, 0, r"fraction must be a number from 0 to 1, got -0\.1"),
            ("a", 0, "fraction must be a finite number, got 'a'"),
            (0.1, -1, "seed must be a whole number from 0 to 4294967295, got -1"),
        ],
    )
    def test_errors_name_the_field_and_its_value(self, three_classes, fraction, seed, message):
        with pytest.raises(ValueError, match=message):
            with_label_noise(three_classes, fraction, seed)

    def test_a_single_class_has_no_other(self):
        with pytest.raises(ValueError, match="dataset must have two classes at least, got 1"):
            with_label_noise(Dataset(np.zeros((3, 2)), np.zeros(3)), 0.5, 0)


@pytest.fixture(scope="module")
def flowers():
    return parse_iris(IRIS_FILE.read_text(encoding="utf-8"))


class TestIris:
    def test_the_file_holds_the_rows_that_scikit_learn_ships(self, flowers):
        theirs = load_iris()
        np.testing.assert_array_equal(flowers.features, theirs.data)
        assert flowers.species == tuple(theirs.target_names[theirs.target])
        assert [f"{name} (cm)" for name in IRIS_FEATURES] == theirs.feature_names

    def test_two_features_of_two_species(self, flowers):
        sample = Iris(("virginica", "setosa"), "petal width", "sepal length", flowers).sample()
        theirs = load_iris()
        is_chosen = theirs.target != 1
        np.testing.assert_array_equal(sample.features, theirs.data[is_chosen][:, [3, 0]].astype(np.float32))
        np.testing.assert_array_equal(sample.labels, np.where(theirs.target[is_chosen] == 2, 0, 1))

    def test_three_species_and_all_features(self, flowers):
        data = Iris(("setosa", "versicolor", "virginica"), "petal width", "sepal length", flowers)
        np.testing.assert_array_equal(data.sample().labels, load_iris().target)
        np.testing.assert_array_equal(data.all_features(), load_iris().data)
        assert not data.all_features().flags.writeable

    def test_the_maximum_likelihood_of_all_four_features_is_the_reference(self, flowers):
        # Figures of a Newton iteration that shares no code with the core, as those of the next test.
        data = Iris(("versicolor", "virginica"), "petal length", "petal width", flowers)
        fit = maximum_likelihood(data.all_features(), data.sample().labels)
        expected = [-42.63780381, -2.4652202, -6.68088701, 9.42938515, 18.28613689]
        np.testing.assert_allclose(fit.weights, expected, rtol=1e-8)
        assert fit.log_likelihood == pytest.approx(-5.949273396, rel=1e-9)

    def test_the_maximum_likelihood_of_the_petals_is_the_reference(self, flowers):
        sample = Iris(("versicolor", "virginica"), "petal length", "petal width", flowers).sample()
        fit = maximum_likelihood(sample.features, sample.labels)
        # Features are float32 here: relative 6e-8.
        np.testing.assert_allclose(fit.weights, [-45.27234377, 5.75453232, 10.44669989], rtol=1e-5)
        assert fit.log_likelihood == pytest.approx(-10.281754052, rel=1e-6)

    def test_values_are_equal_where_the_choice_is(self, flowers):
        data = Iris(("setosa", "virginica"), "petal width", "sepal length", flowers)
        assert replace(data, classes=["setosa", "virginica"]) == data
        assert hash(replace(data)) == hash(data)
        assert replace(data, x1="sepal width") != data

    @pytest.mark.parametrize(
        ("classes", "x1", "x2", "message"),
        [
            (("setosa",), "petal width", "petal length", "classes must be two or three of setosa, versic"),
            (("setosa", "rose"), "petal width", "petal length", r"got \('setosa', 'rose'\)"),
            (("setosa", "setosa"), "petal width", "petal length", r"got \('setosa', 'setosa'\)"),
            (
                ("setosa", "virginica"),
                "colour",
                "petal length",
                "x1 must be one of sepal length, .* 'colour'",
            ),
            (("setosa", "virginica"), "petal width", "scent", "x2 must be one of sepal length, .* 'scent'"),
            (("setosa", "virginica"), "petal width", "petal width", "x2 must be another feature than x1"),
        ],
    )
    def test_errors_name_the_field_and_its_value(self, flowers, classes, x1, x2, message):
        with pytest.raises(ValueError, match=message):
            Iris(classes, x1, x2, flowers)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a,b\n1,2\n", "the iris file must have the columns sepal length, .*, got a, b"),
            ("", "the iris file is empty"),
            (
                "sepal length,sepal width,petal length,petal width,species\n1,2,x,4,setosa\n",
                "the iris file, column 'petal length': every cell must be a number",
            ),
            (
                "sepal length,sepal width,petal length,petal width,species\n1,2,,4,setosa\n",
                "the iris file, column 'petal length': every cell must be a number",
            ),
            (
                "sepal length,sepal width,petal length,petal width,species\n1,2,3,4,setosa\n1,2,3,4,?\n",
                "the iris file, column 'species': every cell must be text",
            ),
        ],
    )
    def test_another_file_is_refused_in_words(self, text, message):
        with pytest.raises(CsvError, match=message):
            parse_iris(text)
