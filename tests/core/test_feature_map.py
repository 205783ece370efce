"""The feature map against scikit-learn's, products by hand, and what it must leave as it is."""

import numpy as np
import pytest
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from logreg_gui.core.features import FeatureMap


@pytest.fixture
def points():
    return np.random.default_rng(0).normal(size=(40, 2)) * [2.0, 0.5] + [1.0, -3.0]


@pytest.mark.parametrize("degree", range(1, 7))
@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_terms_are_those_of_scikit_learn_in_its_order(degree, n_features):
    points = np.random.default_rng(1).normal(size=(30, n_features))
    terms = PolynomialFeatures(degree, include_bias=False)
    fitted = FeatureMap(degree).fit(points)
    np.testing.assert_allclose(fitted.transform(points), terms.fit_transform(points), rtol=1e-13)
    np.testing.assert_array_equal(fitted.powers, terms.powers_)
    assert fitted.n_columns == terms.n_output_features_


@pytest.mark.parametrize("degree", [1, 3])
def test_standardised_terms_are_those_of_two_scalers(points, degree):
    scaled = StandardScaler().fit_transform(points)
    terms = PolynomialFeatures(degree, include_bias=False).fit_transform(scaled)
    expected = StandardScaler().fit_transform(terms)
    found = FeatureMap(degree, standardise=True).fit(points).transform(points)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(found.mean(axis=0), 0.0, atol=1e-13)
    np.testing.assert_allclose(found.std(axis=0), 1.0, rtol=1e-13)


def test_without_interactions_only_powers_of_single_features_remain(points):
    fitted = FeatureMap(3, interactions=False).fit(points)
    x, y = points.T
    np.testing.assert_allclose(fitted.transform(points), np.stack([x, y, x**2, y**2, x**3, y**3], axis=1))
    assert fitted.names == ("x₁", "x₂", "x₁²", "x₂²", "x₁³", "x₂³")


def test_degree_1_is_the_features_themselves_and_no_copy(points):
    for array in (points, points.astype(np.float32)):
        fitted = FeatureMap().fit(array)
        assert fitted.transform(array) is array
        assert fitted.is_identity


def test_names_are_written_as_in_formulas():
    assert FeatureMap(2).fit(np.zeros((2, 2))).names == ("x₁", "x₂", "x₁²", "x₁x₂", "x₂²")
    assert FeatureMap(3).fit(np.zeros((2, 2))).names[5:] == ("x₁³", "x₁²x₂", "x₁x₂²", "x₂³")
    assert FeatureMap(3).fit(np.zeros((2, 1))).names == ("x", "x²", "x³")


def test_new_points_are_scaled_by_the_fitted_numbers(points):
    fitted = FeatureMap(2, standardise=True).fit(points)
    both = fitted.transform(np.vstack((points, [[100.0, -50.0]])))
    np.testing.assert_array_equal(both[:40], fitted.transform(points))
    assert fitted.transform([[100.0, -50.0]]).shape == (1, 5)
    np.testing.assert_array_equal(fitted.transform([[100.0, -50.0]])[0], both[40])


def test_a_grid_of_points_keeps_its_shape(points):
    fitted = FeatureMap(2).fit(points)
    assert fitted.transform(points.reshape(5, 8, 2)).shape == (5, 8, 5)
    np.testing.assert_array_equal(
        fitted.transform(points.reshape(5, 8, 2)).reshape(40, 5), fitted.transform(points)
    )
    assert fitted.transform(points[0]).shape == (5,)
    assert fitted.transform([1, 2]).tolist() == [1.0, 2.0, 1.0, 2.0, 4.0]


def test_a_constant_column_is_centred_and_not_scaled():
    features = np.column_stack((np.arange(5.0), np.full(5, 0.1)))
    terms = FeatureMap(2, standardise=True).fit(features).transform(features)
    assert np.isfinite(terms).all()
    np.testing.assert_allclose(terms[:, 1], 0.0, atol=1e-16)


def test_high_powers_of_a_far_column_stay_apart():
    features = 1e6 + np.linspace(-1.0, 1.0, 200)[:, np.newaxis]
    terms = FeatureMap(6, standardise=True).fit(features).transform(features)
    # Of x, x^2 ... x^6 themselves float64 would see one direction.
    assert np.linalg.matrix_rank(terms) == 6


def test_the_numbers_of_a_fitted_map_are_read_only(points):
    fitted = FeatureMap(2, standardise=True).fit(points)
    for array in (fitted.powers, fitted.centre, fitted.scale, fitted.term_centre, fitted.term_scale):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("degree", [0, 7, 2.5, True, "2"])
def test_a_degree_out_of_range_is_named(degree):
    with pytest.raises(ValueError, match=f"degree must be a whole number from 1 to 6, got {degree!r}"):
        FeatureMap(degree)


def test_switches_are_named():
    with pytest.raises(ValueError, match="interactions must be True or False, got 1"):
        FeatureMap(interactions=1)
    with pytest.raises(ValueError, match="standardise must be True or False, got 'yes'"):
        FeatureMap(standardise="yes")


def test_points_of_another_width_and_products_beyond_the_numbers_are_refused(points):
    with pytest.raises(
        ValueError, match=r"points must have 2 features on their last axis, got shape \(3, 1\)"
    ):
        FeatureMap(2).fit(points).transform(np.zeros((3, 1)))
    with pytest.raises(ValueError, match="features are too large for degree 6"):
        FeatureMap(6).fit([[1e60, 0.0]])
    with pytest.raises(ValueError, match="features must hold only finite numbers, got nan"):
        FeatureMap().fit([[np.nan]])
