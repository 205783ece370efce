"""A place for a label is where all of them would be, whether one is asked for or the whole list."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QTransform

from logreg_gui.views import geometry
from logreg_gui.views.label_space import corners
from logreg_gui.views.labels import boxes_around, boxes_beside, pushed_inside
from logreg_gui.views.layers import mapped
from logreg_gui.views.traces import (
    ANCHORS,
    OBSTACLE_STRIDE,
    BoxesAround,
    BoxesBeside,
    CurvedTrace,
    Sheet,
    StraightTrace,
    thinned,
    trace_of,
)

BOX = (-4.0, 4.0, -3.0, 3.0)
TO_PIXELS = QTransform(100, 0, 0, -80, 410, 300)
SHEET = Sheet.of(TO_PIXELS, BOX)
AREA = QRectF(*SHEET.area[:2], SHEET.area[2] - SHEET.area[0], SHEET.area[3] - SHEET.area[1])
SIZE, GAP, FURTHEST = (70.0, 20.0), 6.0, 15.0


def circle(radius, points=200):
    turn = np.linspace(0.0, 2.0 * np.pi, points)
    return radius * np.column_stack((np.cos(turn), np.sin(turn)))


def broken(curve):
    curve = curve.copy()
    curve[40:60] = np.nan
    return curve


def lines(seed):
    rng = np.random.default_rng(seed)
    ends = geometry.clipped_line(rng.normal(size=3), BOX)
    return [] if ends is None else [ends]


CURVES = {
    **{f"straight {seed}": lines(seed) for seed in range(8) if lines(seed)},
    "short": [np.array([[1.0, 1.0], [1.1, 1.2]])],
    "circle": [circle(2.0)],
    "broken": [broken(circle(2.5))],
    "two pieces": [circle(1.0, 50), broken(circle(3.5))],
    "two lines": [np.array([[-4.0, 1.0], [4.0, 1.5]]), np.array([[0.0, -3.0], [0.5, 3.0]])],
}


@pytest.mark.parametrize("is_below_first", [True, False])
@pytest.mark.parametrize("name", list(CURVES))
def test_a_box_beside_a_line_is_the_one_among_all_of_them(name, is_below_first):
    curves = CURVES[name]
    anchors, directions = geometry.label_anchors(curves, BOX, is_below_first=is_below_first)
    ways = directions * (TO_PIXELS.m11(), TO_PIXELS.m22())
    ways /= np.hypot(ways[:, 0], ways[:, 1])[:, None]
    normals, places = np.column_stack((ways[:, 1], -ways[:, 0])), mapped(anchors, TO_PIXELS)
    both = np.concatenate((normals, -normals))
    wanted = boxes_beside(np.concatenate((places, places)), both, SIZE, GAP)
    wanted = pushed_inside(wanted, AREA, FURTHEST)
    trace = trace_of(curves, SHEET)
    found = BoxesBeside(
        trace, SHEET, SIZE, GAP, (1.0, -1.0), furthest=FURTHEST, is_below_first=is_below_first
    )
    assert len(found) == len(wanted) == 2 * ANCHORS
    for index in np.random.default_rng(0).permutation(len(found)).tolist():
        np.testing.assert_allclose(found[index], wanted[index], atol=1e-9)


@pytest.mark.parametrize("name", list(CURVES))
def test_a_trace_is_as_long_as_its_pixels_and_labels_keep_off_all_of_it(name):
    curves = CURVES[name]
    pixels = [mapped(curve, TO_PIXELS) for curve in curves]
    trace = trace_of(curves, SHEET)
    assert isinstance(trace, StraightTrace) == (len(curves) == 1 and len(curves[0]) == 2)
    assert trace.visible_length() == pytest.approx(geometry.visible_length(pixels, SHEET.pixels))
    strokes = trace.strokes(2.0, is_faint=True)
    assert [(one.clearance, one.is_faint) for one in strokes] == [(2.0, True)] * len(curves)
    for stroke, curve in zip(strokes, pixels, strict=True):
        some = curve[::OBSTACLE_STRIDE]
        for x, y in some[np.isfinite(some).all(axis=1)].tolist():
            assert stroke.enters(x - 2.0, y - 2.0, x + 2.0, y + 2.0)
    bounds = [path.boundingRect() for path in trace.paths()]
    for rectangle, curve in zip(bounds, pixels, strict=True):
        inside = curve[np.isfinite(curve).all(axis=1)]
        wanted = [*inside.min(axis=0), *inside.max(axis=0)]
        np.testing.assert_allclose(corners(rectangle), wanted, atol=1e-9)


def test_a_line_without_length_has_no_places():
    trace = StraightTrace((1.0, 1.0, 1.0, 1.0), SHEET)
    assert all(trace.anchor(index, is_below_first=True) is None for index in range(ANCHORS))
    nothing = CurvedTrace((), SHEET)
    assert nothing.paths() == nothing.strokes(1.0) == []
    assert nothing.anchor(0, is_below_first=True) is None
    assert isinstance(trace_of([np.array([[0.0, 0.0], [math.nan, 1.0]])], SHEET), CurvedTrace)


def test_a_box_around_a_point_is_the_one_among_all_of_them():
    points = np.random.default_rng(4).uniform((-4.5, -3.5), (4.5, 3.5), (30, 2))
    wanted = pushed_inside(boxes_around(mapped(points, TO_PIXELS), SIZE), AREA)
    found = BoxesAround([tuple(point) for point in points.tolist()], SHEET, SIZE)
    assert len(found) == 30
    for index in range(30):
        np.testing.assert_allclose(found[index], wanted[index], atol=1e-9)


def test_few_points_of_a_curve_are_all_kept_and_of_many_the_last():
    few, many = circle(1.0, 8), circle(1.0, 100)
    assert thinned(few) is few
    assert len(thinned(many)) == 14
    np.testing.assert_array_equal(thinned(many)[-1], many[-1])
