"""Lines, ellipses and curves are where the mathematics says, whatever the weights."""

import numpy as np
import pytest

from logreg_gui.core.datasets import GaussianClass
from logreg_gui.core.references import bayes_boundary
from logreg_gui.views import geometry

BOX = (-4.0, 4.0, -3.0, 3.0)


def score(weights, point):
    return weights[0] + weights[1] * point[0] + weights[2] * point[1]


@pytest.mark.parametrize("seed", range(30))
def test_a_clipped_line_lies_on_the_line_and_reaches_from_side_to_side(seed):
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=3) * 10.0 ** rng.integers(-6, 7)
    level = float(rng.normal())
    ends = geometry.clipped_line(weights, BOX, level)
    corners = [score(weights, (x, y)) - level for x in BOX[:2] for y in BOX[2:]]
    if min(corners) > 0 or max(corners) < 0:
        assert ends is None
        return
    for end in ends:
        assert score(weights, end) - level == pytest.approx(0, abs=1e-9 * np.abs(weights).max() + 1e-12)
        assert BOX[0] - 1e-9 <= end[0] <= BOX[1] + 1e-9
        assert BOX[2] - 1e-9 <= end[1] <= BOX[3] + 1e-9
        on_side = np.isclose(end[0], BOX[:2]).any() or np.isclose(end[1], BOX[2:]).any()
        assert on_side


@pytest.mark.parametrize("weights", [(0, 0, 0), (1, 0, 0), (np.nan, 1, 1), (0, np.inf, 1), (1, 5e-324, 0)])
def test_weights_that_draw_no_line_draw_none(weights):
    with np.errstate(all="ignore"):
        assert geometry.clipped_line(weights, BOX) is None


def test_vertical_and_horizontal_lines_span_the_box():
    vertical = geometry.clipped_line((-1, 1, 0), BOX)
    assert sorted(vertical[:, 1]) == [-3, 3]
    assert vertical[:, 0].tolist() == [1, 1]
    horizontal = geometry.clipped_line((2, 0, 1), BOX)
    assert sorted(horizontal[:, 0]) == [-4, 4]


def test_class_one_is_to_the_left_of_the_way():
    ends = geometry.clipped_line((0.2, 1.0, 2.0), BOX)
    way = ends[1] - ends[0]
    left = np.array([-way[1], way[0]])
    assert score((0.2, 1.0, 2.0), ends[0] + 0.01 * left) > 0


@pytest.mark.parametrize("deviations", [1.0, 2.0])
def test_every_point_of_an_ellipse_has_that_mahalanobis_distance(deviations):
    gaussian = GaussianClass((1.0, -2.0), ((2.0, 0.7), (0.7, 0.5)), 10)
    away = geometry.ellipse(gaussian, deviations) - gaussian.mean
    distances = np.sqrt(np.einsum("ni,ij,nj->n", away, np.linalg.inv(np.array(gaussian.covariance)), away))
    np.testing.assert_allclose(distances, deviations, rtol=1e-9)


def test_the_bayes_curve_of_unequal_covariances_lies_where_the_densities_are_equal():
    first = GaussianClass((-1.0, 0.0), ((1.0, 0.3), (0.3, 1.5)), 60)
    second = GaussianClass((1.0, 0.5), ((0.4, -0.1), (-0.1, 0.6)), 40)

    def log_density(gaussian, points):
        away = points - gaussian.mean
        inverse = np.linalg.inv(np.array(gaussian.covariance))
        return (
            np.log(gaussian.size)
            - 0.5 * np.log(np.linalg.det(np.array(gaussian.covariance)))
            - 0.5 * np.einsum("ni,ij,nj->n", away, inverse, away)
        )

    branches = geometry.bayes_curve(bayes_boundary(first, second), BOX)
    points = np.concatenate([branch[~np.isnan(branch[:, 0])] for branch in branches])
    assert len(points) > 100
    np.testing.assert_allclose(log_density(first, points), log_density(second, points), atol=1e-8)


def test_the_bayes_curve_of_equal_covariances_is_one_line():
    covariance = ((1.0, 0.5), (0.5, 1.0))
    boundary = bayes_boundary(GaussianClass((0, 0), covariance, 10), GaussianClass((1, 2), covariance, 10))
    (line,) = geometry.bayes_curve(boundary, BOX)
    assert line.shape == (2, 2)


def test_an_arrow_is_divided_just_enough_to_fit():
    assert geometry.arrow_divisor(1.0, 2.0) == 1
    assert geometry.arrow_divisor(9.7, 2.0) == 5
    assert geometry.arrow_divisor(3.0, 2.0) == 2
    assert geometry.arrow_divisor(19.0, 2.0) == 10
    assert [geometry.arrow_divisor(1.99 * d, 2.0 * 1.0) for d in (20, 50, 100)] == [20, 50, 100]


def test_the_foot_is_the_nearest_point_of_the_line():
    weights, point = (1.0, 2.0, -1.0), (3.0, 1.0)
    foot = geometry.foot_on_line(weights, point)
    assert score(weights, foot) == pytest.approx(0)
    assert np.cross(np.append(foot - point, 0), (2.0, -1.0, 0.0))[2] == pytest.approx(0)
    assert geometry.foot_on_line((1.0, 0.0, 0.0), point) is None


def test_a_single_far_outlier_does_not_widen_the_view():
    features = np.random.default_rng(0).normal(size=(5000, 2))
    calm = geometry.data_rectangle(features, ())
    features[17] = (1e6, -1e6)
    wild = geometry.data_rectangle(features, ())
    np.testing.assert_allclose(wild, calm, rtol=0.2)


def test_decimation_keeps_the_extremes_of_every_column_and_the_ends():
    rng = np.random.default_rng(1)
    steps = np.arange(100_000, dtype=float)
    values = rng.normal(size=100_000)
    values[54_321], values[77_777] = 50.0, -50.0
    few_steps, few_values = geometry.decimated(steps, values, 300)
    assert len(few_steps) <= 4 * 300
    assert (few_steps[0], few_steps[-1]) == (0, 99_999)
    assert np.all(np.diff(few_steps) > 0)
    column = np.minimum((steps * 300 / steps[-1]).astype(int), 299)
    few_column = np.minimum((few_steps * 300 / steps[-1]).astype(int), 299)
    for index in range(300):
        assert few_values[few_column == index].max() == values[column == index].max()
        assert few_values[few_column == index].min() == values[column == index].min()


def test_decimation_keeps_breaks_and_leaves_short_curves_alone():
    steps = np.arange(10_000, dtype=float)
    values = np.sin(steps)
    values[5000] = np.nan
    few_steps, few_values = geometry.decimated(steps, values, 50)
    assert np.isnan(few_values[few_steps == 5000]).all()
    assert np.isnan(few_values).sum() == 1
    same_steps, same_values = geometry.decimated(steps[:100], values[:100], 50)
    assert same_steps is not None
    np.testing.assert_array_equal(same_values, values[:100])
