"""Lines, ellipses and curves are where the mathematics says, whatever the weights."""

import numpy as np
import pytest

from logreg_gui.core.datasets import GaussianClass
from logreg_gui.core.references import BayesBoundary, bayes_boundary
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


def moved_conic(curvatures, level, angle, centre):
    """The boundary v0 u0^2 + v1 u1^2 = level, turned by `angle` and then moved to `centre`."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    quadratic = turn @ np.diag(curvatures) @ turn.T
    centre = np.asarray(centre)
    intercept = float(centre @ quadratic @ centre - level)
    return BayesBoundary(intercept, -2.0 * quadratic @ centre, 0.5 * (quadratic + quadratic.T)), turn


def points_of(branches):
    points = np.concatenate([*branches, np.empty((0, 2))])
    return points[~np.isnan(points[:, 0])]


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.3, np.pi / 2, 2.5])
@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize("curvatures", [(1.0, -0.5), (-2.0, 1.0)])
def test_of_a_hyperbola_the_branch_between_the_means_is_left_and_all_of_it(angle, side, curvatures):
    centre = np.array([0.3, -0.2])
    boundary, turn = moved_conic(curvatures, 0.4 * np.sign(curvatures[0]), angle, centre)
    means = centre + np.array([[0.0, 0.1], [3.0 * side, 0.2]]) @ turn.T
    separating = points_of(geometry.bayes_curve(boundary, BOX, means))
    everything = points_of(geometry.bayes_curve(boundary, BOX))
    first = (everything - centre) @ turn[:, 0]
    assert (first > 0).any()
    assert (first < 0).any()
    np.testing.assert_array_equal(separating, everything[side * first > 0])


def test_of_a_hyperbola_that_separates_no_means_the_nearer_branch_is_left():
    boundary, _ = moved_conic((1.0, -1.0), 1.0, 0.0, (0.0, 0.0))
    points = points_of(geometry.bayes_curve(boundary, BOX, np.array([[0.1, 0.0], [0.5, 0.4]])))
    assert len(points) > 100
    assert points[:, 0].min() > 0


def test_of_two_parallel_lines_the_one_between_the_means_is_left():
    # x1^2 = 1, from classes that differ in the first feature only.
    boundary = BayesBoundary(-1.0, np.zeros(2), np.diag((1.0, 0.0)))
    points = points_of(geometry.bayes_curve(boundary, BOX, np.array([[0.0, 1.0], [-2.0, 1.0]])))
    np.testing.assert_allclose(points[:, 0], -1.0)


@pytest.mark.parametrize(
    "boundary",
    [
        BayesBoundary(-1.0, np.zeros(2), np.diag((1.0, 0.5))),
        BayesBoundary(-1.0, np.array([0.0, 1.0]), np.diag((1.0, 0.0))),
    ],
    ids=["ellipse", "parabola"],
)
def test_a_conic_of_one_piece_stays_whole(boundary):
    whole = points_of(geometry.bayes_curve(boundary, BOX))
    assert len(whole) > 100
    means = np.array([[0.0, 0.0], [3.0, 0.0]])
    np.testing.assert_array_equal(points_of(geometry.bayes_curve(boundary, BOX, means)), whole)


@pytest.mark.parametrize("weights", [(0.2, 1.0, 2.0), (0.0, 1.0, 0.0), (1.5, 0.0, 1.0), (-1.5, 0.0, 1.0)])
@pytest.mark.parametrize("is_below_first", [True, False])
def test_places_for_a_label_lie_on_the_line_and_towards_both_its_ends(weights, is_below_first):
    ends = geometry.clipped_line(weights, BOX)
    anchors, directions = geometry.label_anchors([ends], BOX, is_below_first=is_below_first)
    found = ~np.isnan(anchors[:, 0])
    assert found[:2].all()
    for anchor, direction in zip(anchors[found], directions[found], strict=True):
        assert score(weights, anchor) == pytest.approx(0, abs=1e-9)
        np.testing.assert_allclose(direction, (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0]))
    assert np.dot(anchors[0] - ends.mean(axis=0), anchors[1] - ends.mean(axis=0)) < 0
    if anchors[0, 1] != pytest.approx(anchors[1, 1]):
        assert (anchors[0, 1] < anchors[1, 1]) == is_below_first


def test_a_line_in_a_corner_has_no_places_in_the_middle():
    anchors, _ = geometry.label_anchors([np.array([[3.9, 3.0], [4.0, 2.9]])], BOX, is_below_first=True)
    assert np.nanmin(np.abs(anchors[:, 0])) > 3.8
    assert np.isnan(anchors[:, 0]).sum() > 6
    nothing, _ = geometry.label_anchors([], BOX, is_below_first=True)
    assert np.isnan(nothing).all()


def test_the_visible_length_counts_neither_gaps_nor_what_is_outside():
    assert geometry.visible_length([np.array([[0.0, 0.0], [3.0, 1.0]])], BOX) == pytest.approx(10**0.5)
    x = np.linspace(-8.0, 8.0, 1601)
    straight = np.column_stack((x, np.zeros_like(x)))
    assert geometry.visible_length([straight], BOX) == pytest.approx(8.0)
    straight[np.abs(x) < 1.0 - 1e-9] = np.nan
    assert geometry.visible_length([straight], BOX) == pytest.approx(6.0)
    assert geometry.visible_length([], BOX) == 0.0
    for number in (np.nan, np.inf):
        ends = np.array([[0.0, 0.0], [number, 1.0]])
        assert geometry.visible_length([ends, ends[::-1], ends[:, ::-1]], BOX) == 0.0


def test_the_divisor_of_a_growing_arrow_changes_seldom_and_keeps_it_in_bounds():
    divisor, changes = 1.0, 0
    for length in np.geomspace(0.08, 80.0, 2000):
        renewed = geometry.steady_divisor(length, 1.0, divisor)
        changes += renewed != divisor
        divisor = renewed
        assert 0.08 <= length / divisor <= 0.30
    # 1, 2, 5, 10, 20, 50, 100, 200, 500: one change at each but the first.
    assert changes == 8


@pytest.mark.parametrize("length", [0.29, 0.56, 1.4, 2.8])
def test_the_divisor_does_not_jump_where_a_new_one_would(length):
    divisors, divisor = [], geometry.arrow_divisor(length, 0.28)
    for factor in (1.0, 0.99, 1.01) * 5:
        divisor = geometry.steady_divisor(factor * length, 1.0, divisor)
        divisors.append(divisor)
    fresh = {geometry.arrow_divisor(factor * length, 0.28) for factor in (0.99, 1.01)}
    assert len(set(divisors)) == 1
    assert len(fresh) == 2 or length == 0.29


def test_an_arrow_is_divided_further_where_it_would_leave_the_view():
    assert geometry.steady_divisor(0.27, 1.0, 1.0) == 1.0
    assert geometry.steady_divisor(0.27, 1.0, 1.0, room=0.22) == 2.0
    # Beside the edge nothing helps: it is not made shorter than can be seen.
    divisor = geometry.steady_divisor(0.27, 1.0, 1.0, room=0.0)
    assert 0.27 / divisor >= 0.08


def test_the_way_to_the_edge_ends_at_the_edge():
    rng = np.random.default_rng(3)
    for _ in range(20):
        point = rng.uniform((-4.0, -3.0), (4.0, 3.0))
        direction = rng.normal(size=2)
        way = geometry.way_to_edge(point, direction, BOX)
        for factor, is_inside in ((0.999, True), (1.001, False)):
            x, y = point + factor * way * direction / np.linalg.norm(direction)
            assert (-4.0 <= x <= 4.0 and -3.0 <= y <= 3.0) == is_inside
    assert geometry.way_to_edge(np.array([1.0, 0.0]), np.array([0.0, -2.0]), BOX) == pytest.approx(3.0)


def test_the_foot_is_the_nearest_point_of_the_line():
    weights, point = (1.0, 2.0, -1.0), (3.0, 1.0)
    foot = geometry.foot_on_line(weights, point)
    assert score(weights, foot) == pytest.approx(0)
    assert np.cross(np.append(np.subtract(foot, point), 0), (2.0, -1.0, 0.0))[2] == pytest.approx(0)
    assert geometry.foot_on_line((1.0, 0.0, 0.0), point) is None


def test_the_view_of_gaussians_holds_their_ellipses_and_no_more():
    classes = [
        GaussianClass((-1.0, 0.0), ((1.0, 0.3), (0.3, 1.5)), 60),
        GaussianClass((4.0, 0.5), ((0.4, -0.1), (-0.1, 0.6)), 40),
    ]
    left, right, bottom, top = geometry.gaussians_rectangle(classes, 2.0)
    assert left == pytest.approx(-1.0 - 2.0, abs=0.01)
    assert right == pytest.approx(4.0 + 2.0 * np.sqrt(0.4), abs=0.01)
    assert bottom == pytest.approx(-2.0 * np.sqrt(1.5), abs=0.01)
    assert top == pytest.approx(2.0 * np.sqrt(1.5), abs=0.01)


def test_classes_that_are_points_have_a_view_all_the_same():
    point = GaussianClass((2.0, 3.0), ((0.0, 0.0), (0.0, 0.0)), 5)
    left, right, bottom, top = geometry.gaussians_rectangle([point, point], 2.8)
    assert right - left > 0.5
    assert top - bottom > 0.5


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


def test_of_a_plateau_few_points_are_left():
    steps = np.arange(100_000, dtype=float)
    few_steps, _ = geometry.decimated(steps, np.full(100_000, -48.0), 300)
    assert len(few_steps) <= 2 * 300


def test_steps_that_are_all_the_same_are_left_alone():
    steps, values = np.zeros(1000), np.arange(1000.0)
    np.testing.assert_array_equal(geometry.decimated(steps, values, 50)[1], values)
    assert len(geometry.decimated(steps[:0], values[:0], 50)[0]) == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_outline_of_stretches_is_what_a_search_through_each_finds(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(-3, 4, 400).astype(float)
    values[rng.integers(0, 400, 30)] = np.nan
    begins = np.unique(np.append(rng.integers(0, 400, 40), 0))
    expected = np.isnan(values)
    for begin, end in zip(begins, [*begins[1:], 400], strict=True):
        stretch = values[begin:end]
        expected[[begin, end - 1]] = True
        if not np.isnan(stretch).all():
            expected[[begin + np.nanargmin(stretch), begin + np.nanargmax(stretch)]] = True
    np.testing.assert_array_equal(geometry.outline_mask(values, begins), expected)


def test_decimation_keeps_breaks_and_leaves_short_curves_alone():
    steps = np.arange(10_000, dtype=float)
    values = np.sin(steps)
    values[5000] = np.nan
    few_steps, few_values = geometry.decimated(steps, values, 50)
    assert np.isnan(few_values[few_steps == 5000]).all()
    assert np.isnan(few_values).sum() == 1
    same_steps, same_values = geometry.decimated(steps[:100], values[:100], 50)
    np.testing.assert_array_equal(same_steps, steps[:100])
    np.testing.assert_array_equal(same_values, values[:100])
