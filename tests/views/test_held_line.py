"""Where a boundary can be held, beside what plain geometry says of points along it."""

import numpy as np
import pytest

from logreg_gui.views.held_line import LINE_PIXELS, HeldLine
from logreg_gui.views.hit_test import Area, ToPixels

MAPPING = ToPixels(50.0, -40.0, 300.0, 200.0)
AREA = Area(20.0, 10.0, 580.0, 390.0)
LINES = [(0.3, -1.2, 0.9), (0.0, 1.0, 0.0), (-1.0, 0.0, 2.0), (2.0, 1.0, 1.0)]


def held(weights):
    return HeldLine(weights, MAPPING, AREA)


def points_in_view(weights):
    """Many points of the line that are in view, (m, 2)."""
    intercept, first, second = weights
    normal = np.array((first, second)) / np.hypot(first, second)
    foot = -intercept / np.hypot(first, second) * normal
    points = foot + np.linspace(-30.0, 30.0, 600_001)[:, None] * (-normal[1], normal[0])
    pixels = points * (MAPPING.scale_x, MAPPING.scale_y) + (MAPPING.shift_x, MAPPING.shift_y)
    inside = (pixels >= (AREA.left, AREA.top)) & (pixels <= (AREA.right, AREA.bottom))
    return points[inside.all(axis=1)]


@pytest.mark.parametrize("weights", LINES)
def test_its_middle_is_that_of_what_is_visible(weights):
    points = points_in_view(weights)
    middle, half = held(weights).middle()
    assert middle == pytest.approx(points[[0, -1]].mean(axis=0), abs=1e-3)
    assert half == pytest.approx(0.5 * np.hypot(*(points[-1] - points[0])), abs=1e-3)


def test_out_of_view_its_middle_is_the_point_nearest_to_that_of_the_view():
    weights = (-100.0, 1.0, 1.0)
    assert held(weights).visible_ends() is None
    (x, y), half = held(weights).middle()
    assert weights[0] + x + y == pytest.approx(0.0, abs=1e-9)
    centre_x, centre_y = MAPPING.back(300.0, 200.0)
    assert (x - centre_x) == pytest.approx(y - centre_y), "straight across"
    assert half == pytest.approx(280.0 / 50.0)
    assert not held(weights).is_at(300.0, 200.0)


@pytest.mark.parametrize("weights", LINES)
def test_its_sides_are_the_right_one_or_the_upper_one_and_the_other(weights):
    line = held(weights)
    side = line.right_side()
    way = np.array(line.direction(side))
    assert np.hypot(*way) == pytest.approx(1.0)
    assert way @ weights[1:] == pytest.approx(0.0, abs=1e-12)
    assert way[0] > 1e-9 or (abs(way[0]) <= 1e-9 and way[1] > 0.0)
    assert line.direction(-side) == pytest.approx(-way)


@pytest.mark.parametrize("weights", LINES)
def test_it_is_meant_from_as_far_as_a_finger_is_broad(weights):
    points = points_in_view(weights)
    x, y = MAPPING.map(*points[len(points) // 2].tolist())
    ends = np.array([MAPPING.map(*point) for point in points[[0, -1]].tolist()])
    way = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0]))
    for away, is_meant in ((0.0, True), (LINE_PIXELS - 0.1, True), (LINE_PIXELS + 0.1, False)):
        for side in (1.0, -1.0):
            place = (x - side * away * way[1], y + side * away * way[0])
            assert held(weights).is_at(*place) == is_meant
