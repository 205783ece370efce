"""Level lines lie where the values equal the level, are joined end to end, and are complete."""

import numpy as np
import pytest

from logreg_gui.core.surfaces import grid_points, level_lines, straight_seams

BOX = (-2.0, 3.0, -1.0, 2.0)


def on_grid(function, rows=60, columns=80):
    points = grid_points(BOX, rows, columns)
    return function(points[:, 0], points[:, 1]).reshape(rows, columns)


def test_the_grid_runs_row_by_row_from_the_bottom_left():
    points = grid_points(BOX, 3, 2)
    assert points.tolist() == [[-2, -1], [3, -1], [-2, 0.5], [3, 0.5], [-2, 2], [3, 2]]


@pytest.mark.parametrize("seed", range(10))
def test_the_level_line_of_a_plane_is_one_straight_line_across(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=2)
    values = on_grid(lambda x, y: a * x + b * y)
    level = float(np.median(values))
    (line,) = level_lines(values, level, BOX)
    np.testing.assert_allclose(a * line[:, 0] + b * line[:, 1], level, atol=1e-12)
    for end in (line[0], line[-1]):
        assert np.isclose(end[0], BOX[:2]).any() or np.isclose(end[1], BOX[2:]).any()


def test_a_circle_is_one_closed_line_of_the_right_length():
    values = on_grid(lambda x, y: np.hypot(x - 0.4, y - 0.5), 200, 200)
    (line,) = level_lines(values, 1.0, BOX)
    np.testing.assert_array_equal(line[0], line[-1])
    assert np.hypot(*np.diff(line, axis=0).T).sum() == pytest.approx(2 * np.pi, rel=1e-3)
    np.testing.assert_allclose(np.hypot(line[:, 0] - 0.4, line[:, 1] - 0.5), 1.0, atol=2e-4)


def test_two_hills_have_two_lines():
    values = on_grid(
        lambda x, y: np.exp(-8 * ((x + 1) ** 2 + y**2)) + np.exp(-8 * ((x - 1.5) ** 2 + (y - 0.5) ** 2))
    )
    assert len(level_lines(values, 0.5, BOX)) == 2


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_higher_ground_is_always_on_the_same_hand(sign):
    values = on_grid(lambda x, y: sign * (np.sin(3 * x) + np.cos(4 * y)))
    hands = []
    for line in level_lines(values, 0.1, BOX):
        middle = 0.5 * (line[:-1] + line[1:])
        way = np.diff(line, axis=0)
        aside = middle + 0.02 * np.column_stack((-way[:, 1], way[:, 0])) / np.hypot(*way.T)[:, None].clip(
            1e-9
        )
        long = np.hypot(*way.T) > 1e-3
        hands.extend(np.sign(sign * (np.sin(3 * aside[long, 0]) + np.cos(4 * aside[long, 1])) - 0.1).tolist())
    assert len(hands) > 100
    assert np.mean(np.array(hands) == hands[0]) > 0.99


def test_every_side_with_a_change_of_sign_is_crossed_once():
    values = np.random.default_rng(3).normal(size=(40, 50))
    lines = level_lines(values, 0.0, BOX)
    above = values >= 0
    changes = (above[:, :-1] != above[:, 1:]).sum() + (above[:-1] != above[1:]).sum()
    crossings = sum(len(line) - (1 if np.array_equal(line[0], line[-1]) else 0) for line in lines)
    assert crossings == changes


@pytest.mark.parametrize("corners", [(1, -1, 1, -1), (-1, 1, -1, 1), (3, -1, 3, -1), (-3, 1, -3, 1)])
def test_a_saddle_cell_is_split_by_its_middle(corners):
    a, b, c, d = corners
    lines = level_lines(np.array([[a, b], [d, c]], dtype=float), 0.0, (0, 1, 0, 1))
    assert len(lines) == 2
    middle_is_above = sum(corners) >= 0
    # The lines cut off the corners on the other side of the level than the middle.
    cut = {tuple(np.round(line.mean(axis=0)).astype(int)) for line in lines}
    is_cut_above = not middle_is_above
    expected = {
        place
        for place, corner in zip(((0, 0), (1, 0), (1, 1), (0, 1)), corners, strict=True)
        if (corner >= 0) == is_cut_above
    }
    assert cut == expected


def test_no_line_where_the_level_is_not_reached_or_values_are_missing():
    values = on_grid(lambda x, y: x + y)
    assert level_lines(values, 100.0, BOX) == []
    values[:] = np.nan
    assert level_lines(values, 0.0, BOX) == []


def test_a_missing_value_only_interrupts_the_line():
    values = on_grid(lambda x, y: y, 21, 41)
    values[9, 20] = np.nan
    lines = level_lines(values, 0.26, BOX)
    assert len(lines) == 2
    assert all(np.isfinite(line).all() for line in lines)


def distance_to_pieces(points, lines):
    """From each of the points (m, 2) to the nearest of the pieces of line."""
    nearest = np.full(len(points), np.inf)
    for first, last in lines:
        way = last - first
        share = np.clip((points - first) @ way / (way @ way), 0.0, 1.0)
        nearest = np.minimum(nearest, np.hypot(*(points - first - share[:, None] * way).T))
    return nearest


@pytest.mark.parametrize("classes", [2, 3, 6])
@pytest.mark.parametrize("seed", range(8))
def test_straight_seams_lie_where_the_two_highest_tie_and_are_complete(seed, classes):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(classes, 3)) * (1.0, 2.0, 2.0)
    lines = straight_seams(scores, BOX)
    for line in lines:
        for share in (0.01, 0.5, 0.99):
            x, y = line[0] + share * (line[1] - line[0])
            heights = np.sort(scores @ (1.0, x, y))
            assert heights[-1] == pytest.approx(heights[-2], abs=1e-9)
        x, y = line.mean(axis=0)
        way = line[1] - line[0]
        aside = 1e-6 * np.array([-way[1], way[0]]) / np.hypot(*way)
        left, right = (
            np.argmax(scores @ (1.0, x + side * aside[0], y + side * aside[1])) for side in (1, -1)
        )
        assert left > right
    grid = grid_points(BOX, 300, 500)
    highest = np.argmax(np.column_stack((np.ones(len(grid)), grid)) @ scores.T, axis=1).reshape(300, 500)
    changes = highest[:, 1:] != highest[:, :-1]
    places = grid.reshape(300, 500, 2)[:, 1:][changes]
    if len(places):
        assert distance_to_pieces(places, lines).max() < 0.011


def test_a_class_of_a_thousandth_of_the_view_has_both_its_sides():
    # Class 1 is highest where 0 < x < 0.001, far narrower than any grid.
    lines = straight_seams(np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [-0.001, 2.0, 0.0]]), BOX)
    assert sorted(float(line[0, 0]) for line in lines) == pytest.approx([0.0, 0.001], abs=1e-12)
    assert all(sorted(line[:, 1]) == [-1.0, 2.0] for line in lines)


def test_scores_that_are_all_the_same_have_no_seams():
    assert straight_seams(np.zeros((4, 3)), BOX) == []
    assert straight_seams(np.full((3, 3), np.nan), BOX) == []
