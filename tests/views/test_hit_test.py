"""Which handle a pointer means, at every zoom, aspect and shape."""

import math

import numpy as np
import pytest

from logreg_gui.frames import GaussianClass
from logreg_gui.views.hit_test import (
    LEAST_DISTANCE,
    LONG,
    MEAN,
    REACH,
    SHORT,
    TARGET,
    Area,
    ToPixels,
    body_at,
    grips,
    nearest,
)

AREA = Area(50.0, 10.0, 650.0, 510.0)
GAUSSIAN = GaussianClass.from_axes((0.5, -0.25), (1.2, 0.4), math.radians(35.0), 10)


def mapping(zoom=1.0, aspect=1.0, centre=GAUSSIAN.mean):
    """Puts `centre` into the middle of the area."""
    scale_x, scale_y = 60.0 * zoom, -60.0 * zoom * aspect
    return ToPixels(scale_x, scale_y, 350.0 - scale_x * centre[0], 260.0 - scale_y * centre[1])


def place(handles, part, owner=0):
    return next(one for one in handles if (one.owner, one.part) == (owner, part))


def test_handles_stand_two_deviations_out_on_the_axes():
    to_pixels = mapping()
    handles = grips([GAUSSIAN], to_pixels, AREA)
    variances, axes = np.linalg.eigh(np.array(GAUSSIAN.covariance))
    for part, column in ((LONG, 1), (SHORT, 0)):
        way = np.array(to_pixels.back(*place(handles, part).place)) - GAUSSIAN.mean
        assert np.linalg.norm(way) == pytest.approx(2.0 * math.sqrt(variances[column]))
        assert abs(way @ axes[:, column]) == pytest.approx(np.linalg.norm(way))


@pytest.mark.parametrize("zoom", [0.02, 0.3, 1.0, 4.0, 300.0])
@pytest.mark.parametrize("aspect", [0.25, 1.0, 3.0])
def test_every_handle_has_its_target_in_view_and_apart_from_the_mean(zoom, aspect):
    handles = grips([GAUSSIAN], mapping(zoom, aspect), AREA)
    assert [one.part for one in handles] == [MEAN, LONG, SHORT]
    slack = Area(AREA.left - 1e-6, AREA.top - 1e-6, AREA.right + 1e-6, AREA.bottom + 1e-6)
    for grip in handles:
        assert slack.holds(grip.place)
        for angle in np.linspace(0.0, 2.0 * math.pi, 8):
            x = grip.place[0] + 0.98 * TARGET * math.cos(angle)
            y = grip.place[1] + 0.98 * TARGET * math.sin(angle)
            found = nearest(handles, x, y)
            assert found is not None
            if min(math.dist(grip.place, other.place) for other in handles if other != grip) > 2 * TARGET:
                assert found == grip
        if grip.part != MEAN:
            assert math.dist(grip.place, handles[0].place) >= LEAST_DISTANCE - 1e-9


def test_a_pointer_beside_all_targets_means_none():
    handles = grips([GAUSSIAN], mapping(), AREA)
    assert nearest(handles, handles[0].place[0], handles[0].place[1] + TARGET + 1.0) is None


def test_a_handle_that_is_out_of_view_stands_at_the_opposite_end():
    there = (GAUSSIAN.mean[0] - 4.4, GAUSSIAN.mean[1])
    handles = grips([GAUSSIAN], mapping(centre=there), AREA)
    grip = place(handles, LONG)
    assert AREA.holds(grip.place)
    assert grip.reach == -REACH
    assert grip.place[0] < handles[0].place[0]


def test_a_degenerate_gaussian_keeps_its_handles():
    point = GaussianClass((0.5, -0.25), ((0.0, 0.0), (0.0, 0.0)), 3)
    handles = grips([point], mapping(), AREA)
    for part in (LONG, SHORT):
        assert math.dist(place(handles, part).place, handles[0].place) == pytest.approx(LEAST_DISTANCE)


def test_of_two_handles_at_one_place_that_of_the_favourite_is_meant():
    handles = grips([GAUSSIAN, GAUSSIAN], mapping(), AREA)
    for favourite in (0, 1):
        found = nearest(handles, *handles[0].place, favourite)
        assert found is not None
        assert found.owner == favourite


def test_the_body_is_the_class_that_a_point_is_most_at_home_in():
    other = GaussianClass((2.5, -0.25), ((1.0, 0.0), (0.0, 1.0)), 3)
    assert body_at([GAUSSIAN, other], 0.6, -0.2) == 0
    assert body_at([GAUSSIAN, other], 2.0, -0.25) == 1
    assert body_at([GAUSSIAN, other], -5.0, 3.0) is None


def test_a_pixel_goes_there_and_back():
    to_pixels = mapping(2.0, 0.5)
    assert to_pixels.back(*to_pixels.map(1.25, -3.5)) == pytest.approx((1.25, -3.5))
    assert to_pixels.pixel == pytest.approx(1.0 / 120.0)
