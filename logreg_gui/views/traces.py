"""A line of the plane in one painting: how to draw it, and where labels may stand beside it.

A straight line is kept in plain numbers: every frame of a run has three, and on arrays of two rows a call of
numpy costs more than its work. Places for labels are found when they are asked for, because a label mostly
stays where it was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QTransform

from logreg_gui.views import geometry
from logreg_gui.views.geometry import LABEL_DISTANCES, Ends, FloatArray, Rectangle
from logreg_gui.views.hit_test import ToPixels
from logreg_gui.views.label_space import NOWHERE, Box, Stroke, corners
from logreg_gui.views.labels import box_around, box_beside, box_inside
from logreg_gui.views.layers import pixel_area

OBSTACLE_STRIDE = 8
"""Of the points of a curve, every how many are enough to keep labels off it."""

ANCHORS = 2 * len(LABEL_DISTANCES)
"""Points of a line beside which its label may stand."""


class Sheet(NamedTuple):
    """What one painting shows: the pixels of data coordinates, the visible part of these, and its pixels."""

    mapping: ToPixels
    rectangle: Rectangle
    area: Box

    @classmethod
    def of(cls, to_pixels: QTransform, rectangle: Rectangle) -> Sheet:
        """That of a layer which is being drawn."""
        mapping = ToPixels(to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy())
        return cls(mapping, rectangle, corners(pixel_area(to_pixels, rectangle)))

    @property
    def pixels(self) -> Rectangle:
        """The area as left, right, top, bottom."""
        left, top, right, bottom = self.area
        return left, right, top, bottom


class Anchor(NamedTuple):
    """A pixel of a line, and the unit normal to the left of its way there."""

    x: float
    y: float
    normal: tuple[float, float]


class Trace(Protocol):
    """A line, perhaps in several pieces."""

    def paths(self) -> list[QPainterPath]:
        """Its pieces in pixels."""

    def strokes(self, clearance: float, *, is_faint: bool = False) -> list[Stroke]:
        """What labels keep off."""

    def visible_length(self) -> float:
        """How many pixels of it are in view."""

    def anchor(self, index: int, *, is_below_first: bool) -> Anchor | None:
        """One of the `ANCHORS` places for a label, in the order of preference; None where there is none."""


class StraightTrace:
    """A straight line between two ends."""

    def __init__(self, ends: Ends, sheet: Sheet) -> None:
        self._ends, self._sheet = ends, sheet
        x0, y0, x1, y1 = ends
        self.pixels: Ends = (*sheet.mapping.map(x0, y0), *sheet.mapping.map(x1, y1))
        self._shares: dict[tuple[int, bool], tuple[float, float]] = {}

    def paths(self) -> list[QPainterPath]:
        """The line from end to end."""
        x0, y0, x1, y1 = self.pixels
        path = QPainterPath(QPointF(x0, y0))
        path.lineTo(x1, y1)
        return [path]

    def strokes(self, clearance: float, *, is_faint: bool = False) -> list[Stroke]:
        """All of it."""
        x0, y0, x1, y1 = self.pixels
        return [Stroke(((x0, y0), (x1, y1)), clearance, is_faint)]

    def visible_length(self) -> float:
        """How many pixels of it are in view."""
        return geometry.visible_straight(self.pixels, self._sheet.pixels)

    def anchor(self, index: int, *, is_below_first: bool) -> Anchor | None:
        """Where it crosses a frame around the middle of the view."""
        key = (index // 2, is_below_first)
        if key not in self._shares:
            start, way = self._in_halves
            self._shares[key] = geometry.straight_shares(
                start, way, LABEL_DISTANCES[index // 2], is_below_first=is_below_first
            )
        share = self._shares[key][index % 2]
        normal = self._normal
        if normal is None or math.isnan(share):
            return None
        x0, y0, x1, y1 = self._ends
        x, y = self._sheet.mapping.map(x0 + share * (x1 - x0), y0 + share * (y1 - y0))
        return Anchor(x, y, normal)

    @cached_property
    def _in_halves(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Its first end and the way to the other, in halves of the view from its middle."""
        left, right, bottom, top = self._sheet.rectangle
        x, y = 0.5 * (left + right), 0.5 * (bottom + top)
        across, up = 0.5 * (right - left), 0.5 * (top - bottom)
        x0, y0, x1, y1 = self._ends
        start = ((x0 - x) / across, (y0 - y) / up)
        return start, ((x1 - x) / across - start[0], (y1 - y) / up - start[1])

    @cached_property
    def _normal(self) -> tuple[float, float] | None:
        # Of its pixels: y points downwards there, and the axes may have different scales.
        x0, y0, x1, y1 = self._ends
        scale_x, scale_y, _, _ = self._sheet.mapping
        across, up = (x1 - x0) * scale_x, (y1 - y0) * scale_y
        length = math.hypot(across, up)
        return (up / length, -across / length) if 0.0 < length < math.inf else None


class CurvedTrace:
    """Curves (m, 2), each perhaps broken where it is NaN."""

    def __init__(self, curves: Sequence[FloatArray], sheet: Sheet) -> None:
        self._curves, self._sheet = curves, sheet
        scale_x, scale_y, shift_x, shift_y = sheet.mapping
        scale, shift = np.array((scale_x, scale_y)), np.array((shift_x, shift_y))
        self.pixels = [curve * scale + shift for curve in curves]
        self._best: dict[tuple[int, bool], tuple[int | None, int | None]] = {}
        self._nearness: dict[bool, geometry.Nearness] = {}

    def paths(self) -> list[QPainterPath]:
        """The curves, broken where they are."""
        return [path_of(curve) for curve in self.pixels]

    def strokes(self, clearance: float, *, is_faint: bool = False) -> list[Stroke]:
        """Few points that follow the same curves."""
        return [Stroke(thinned(curve), clearance, is_faint) for curve in self.pixels]

    def visible_length(self) -> float:
        """How many pixels of them are in view."""
        return geometry.visible_length(self.pixels, self._sheet.pixels)

    def anchor(self, index: int, *, is_below_first: bool) -> Anchor | None:
        """The point that is nearest to a frame around the middle of the view."""
        points, directions = self._directed
        if not len(points):
            return None
        key = (index // 2, is_below_first)
        if key not in self._best:
            self._best[key] = self._suitable(is_below_first).best(LABEL_DISTANCES[index // 2])
        best = self._best[key][index % 2]
        if best is None:
            return None
        (x, y), (along, up) = points[best].tolist(), directions[best].tolist()
        scale_x, scale_y, _, _ = self._sheet.mapping
        across, down = along * scale_x, up * scale_y
        length = math.hypot(across, down)
        return Anchor(*self._sheet.mapping.map(x, y), (down / length, -across / length))

    @cached_property
    def _directed(self) -> tuple[FloatArray, FloatArray]:
        return geometry.with_directions(self._curves)

    def _suitable(self, is_below_first: bool) -> geometry.Nearness:
        if is_below_first not in self._nearness:
            left, right, bottom, top = self._sheet.rectangle
            middle = np.array((0.5 * (left + right), 0.5 * (bottom + top)))
            half = np.array((0.5 * (right - left), 0.5 * (top - bottom)))
            self._nearness[is_below_first] = geometry.Nearness.of(
                self._directed[0], middle, half, is_below_first=is_below_first
            )
        return self._nearness[is_below_first]


def trace_of(curves: Sequence[FloatArray], sheet: Sheet) -> Trace:
    """The trace of curves (m, 2), of which a single one of two points is a straight line."""
    if len(curves) == 1 and len(curves[0]) == 2:
        x0, y0, x1, y1 = ends = curves[0].ravel().tolist()
        if all(map(math.isfinite, ends)):
            return StraightTrace((x0, y0, x1, y1), sheet)
    return CurvedTrace(curves, sheet)


class BoxesBeside:
    """Where a label of that size may stand beside a line: at every anchor on one side, then on the next.

    A side is 1 to the left of the line's way and -1 to its right. A box is `gap` away from the line, and
    moved into the area if that takes no more than `furthest`.
    """

    def __init__(
        self,
        trace: Trace,
        sheet: Sheet,
        size: tuple[float, float],
        gap: float,
        sides: Sequence[float],
        *,
        furthest: float,
        is_below_first: bool,
    ) -> None:
        self._trace, self._area = trace, sheet.area
        self._size, self._gap, self._sides = size, gap, sides
        self._furthest, self._is_below_first = furthest, is_below_first

    def __len__(self) -> int:
        return len(self._sides) * ANCHORS

    def __getitem__(self, index: int, /) -> Box:
        number, place = divmod(index, ANCHORS)
        anchor = self._trace.anchor(place, is_below_first=self._is_below_first)
        if anchor is None:
            return NOWHERE
        side, (aside, above) = self._sides[number], anchor.normal
        box = box_beside(anchor.x, anchor.y, (side * aside, side * above), self._size, self._gap)
        return box_inside(box, self._area, self._furthest)


class BoxesAround:
    """Where a label of that size may stand: around one of these points of the plane, moved into the area."""

    def __init__(
        self, points: Sequence[tuple[float, float]], sheet: Sheet, size: tuple[float, float]
    ) -> None:
        self._points, self._sheet, self._size = points, sheet, size

    def __len__(self) -> int:
        return len(self._points)

    def __getitem__(self, index: int, /) -> Box:
        centre = self._sheet.mapping.map(*self._points[index])
        return box_inside(box_around(*centre, self._size), self._sheet.area)


def path_of(pixels: FloatArray) -> QPainterPath:
    """A path through the pixels (m, 2), broken where they are NaN."""
    path: QPainterPath = pg.functions.arrayToQPath(pixels[:, 0], pixels[:, 1], connect="finite")
    return path


def thinned(curve: FloatArray) -> FloatArray:
    """Every few points (m, 2) of a curve, and its last."""
    if len(curve) <= OBSTACLE_STRIDE:
        return curve
    return np.vstack((curve[::OBSTACLE_STRIDE], curve[-1:]))
