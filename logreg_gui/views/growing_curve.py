"""A curve in one view that mostly gets longer at its end: only what is new is thinned out, and drawn.

What lies to the left of an edge is kept as a picture, what lies to its right is drawn, each cut at the edge.
Both draw a little more of the curve than is seen of it, so that the cut does not show: at most as a pixel in
the edge of a spike.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPixmap, QTransform

from logreg_gui.views import geometry
from logreg_gui.views.copies import picture_of, pixel_ratio
from logreg_gui.views.curve_points import CurvePoints, present_begin
from logreg_gui.views.curve_strokes import RESTLESS, draw_curve, unrest, without_plateaus
from logreg_gui.views.geometry import FloatArray
from logreg_gui.views.layers import mapped

LONGEST_END = 16.0
"""Pixels of the curve that are drawn at every frame; when there are more, the picture is made again."""

MOST_IN_COLUMN = 4
"""Points of a column of pixels that are enough to draw the curve in it."""

MOST_PIXELS = 1e5
"""How far outside the picture a curve goes; further, the painter's fixed-point numbers would overflow."""


class GrowingCurve:
    """Draws the points of one curve; their pixels are known from one painting to the next."""

    def __init__(self, points: CurvePoints) -> None:
        self.points = points
        self._known: object = None
        self._closed, self._begin = np.empty((0, 2)), 0
        """The pixels of all columns but the last, and where the present piece begins among them."""
        self._open, self._taken = (np.empty(0), np.empty(0)), 0
        """Steps and values of the last column, and how many points have been looked at."""
        self._key: object = None
        self._picture: tuple[QPointF, QPixmap] | None = None
        self._edge, self._is_restless = -math.inf, False
        self._unrest = 0.0

    def outline(self, to_pixels: QTransform, width: float) -> tuple[FloatArray, int]:
        """Few pixels (m, 2) that draw the same curve, NaN at its breaks, and where its present piece begins.

        When there are many for that `width` in pixels, of every column the first, lowest, highest and last
        point: those of its thinned out points and of the new ones are those of all.
        """
        known = (self.points.edition, to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy())
        if known != self._known:
            self._known, self._closed, self._begin = known, np.empty((0, 2)), 0
            steps, values = self.points.outline()
        else:
            steps = np.concatenate((self._open[0], self.points.steps[self._taken :]))
            values = np.concatenate((self._open[1], self.points.values[self._taken :]))
        self._taken = len(self.points.steps)
        last = 0
        if len(self._closed) or len(steps) > MOST_IN_COLUMN * width:
            columns = np.floor(steps * to_pixels.m11() + to_pixels.dx())
            begins = np.flatnonzero(np.concatenate(([True], columns[1:] != columns[:-1])))
            kept = geometry.outline_mask(values, begins)
            last = int(np.count_nonzero(kept[: begins[-1]]))
            steps, values = steps[kept], values[kept]
        pixels = mapped(np.column_stack((steps, values)), to_pixels)
        np.clip(pixels[:, 1], -MOST_PIXELS, MOST_PIXELS, out=pixels[:, 1])
        # Behind the last break; without one among the new pixels it stays where it was.
        begin = present_begin(values)
        begin = len(self._closed) + begin if begin else self._begin
        outline = np.concatenate((self._closed, pixels))
        if last:
            self._begin = begin if begin <= len(self._closed) + last else self._begin
            self._closed = outline[: len(self._closed) + last]
        self._open = steps[last:], values[last:]
        return outline, begin

    def draw(
        self, painter: QPainter, to_pixels: QTransform, area: QRectF, pen: QPen, pixels: FloatArray
    ) -> None:
        """Stroke the present piece of the outline, which is clipped to the area."""
        ratio = pixel_ratio(painter)
        ink = pen.color().rgba(), pen.widthF()
        shifts = to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy()
        key = (self.points.edition, area.getRect(), shifts, ratio, ink)
        painter.setPen(pen)
        if ratio is None or key != self._key or len(pixels) < 2:
            self._key, self._picture, self._edge, self._unrest = key, None, -math.inf, 0.0
            draw_curve(painter, pixels, area)
            return
        # So far a stroke reaches from its line, with a corner and smooth edges.
        reach = 2.0 * pen.widthF() + 2.0
        last, end = float(pixels[-1, 0]), self._end(pixels, reach)
        is_long = last - self._edge > LONGEST_END + 2.0 * reach
        if is_long or (not self._is_restless and self._unrest + _unrest(end, area) > RESTLESS):
            self._edge = math.floor((last - 2.0 * reach) * ratio) / ratio
            end, whole = self._end(pixels, reach), _unrest(pixels, area)
            self._unrest, self._is_restless = whole - _unrest(end, area), whole > RESTLESS
            self._picture = self._painted(area, ratio, pen, pixels, reach)
        if self._picture is not None:
            painter.drawPixmap(*self._picture)
        room = QRectF(self._edge, area.top(), area.right() - self._edge, area.height())
        painter.setClipRect(room.intersected(area))
        draw_curve(painter, end, area, restless=self._is_restless)
        painter.setClipRect(area)

    def _end(self, pixels: FloatArray, reach: float) -> FloatArray:
        """The part of the curve that touches what is to the right of the edge."""
        begin = int(np.searchsorted(pixels[:, 0], self._edge - reach))
        return pixels[max(begin - 1, 0) :]

    def _painted(
        self, area: QRectF, ratio: float, pen: QPen, pixels: FloatArray, reach: float
    ) -> tuple[QPointF, QPixmap] | None:
        """The curve to the left of the edge and where the picture begins; None when that is outside."""
        seen = QRectF(area.left(), area.top(), self._edge - area.left(), area.height())
        if not seen.width() > 0.0:
            return None
        begin = pixels[: int(np.searchsorted(pixels[:, 0], self._edge + reach, side="right")) + 1]

        def paint(painter: QPainter) -> None:
            painter.setClipRect(seen)
            painter.setPen(pen)
            draw_curve(painter, begin, area, restless=self._is_restless)

        return picture_of(seen, ratio, paint)


def _unrest(pixels: FloatArray, area: QRectF) -> float:
    return unrest(without_plateaus(pixels), area)
