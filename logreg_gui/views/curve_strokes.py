"""Strokes along curves of any shape: as one path where that looks best, as single lines where it takes long.

Qt finds what a path covers row by row, and every crossing of a row is held against all others there: a path
that goes up and down takes time by the square of the way it makes. Lines take time by their length alone.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from logreg_gui.views.geometry import FloatArray

MOST_TURNS, MOST_TRAVEL = 60, 4_000.0
"""Turns and breaks, and pixels up and down in view, of which either makes a curve restless."""

RESTLESS = 1.0
"""The unrest from which on a curve is drawn as lines."""


def draw_curve(painter: QPainter, pixels: FloatArray, area: QRectF, *, restless: bool | None = None) -> None:
    """Stroke what is seen in the area of the curve through the pixels (m, 2), broken where they are NaN.

    A calm curve has the better corners as a path. A part of a curve is as `restless` as all of it.
    """
    pixels = without_plateaus(pixels)
    if len(pixels) < 2:
        return
    if restless is None:
        restless = unrest(pixels, area) > RESTLESS
    if not restless:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(pg.functions.arrayToQPath(pixels[:, 0], pixels[:, 1], connect="finite"))
        return
    pen = painter.pen()
    ends = np.hstack((pixels[:-1], pixels[1:]))
    ends = ends[np.isfinite(ends).all(axis=1)]
    ends = ends[~is_covered(ends)]
    # Far enough out for what the cut leaves of a line's end.
    ends = cut_to_rows(ends, area.top() - 2.0 * pen.widthF(), area.bottom() + 2.0 * pen.widthF())
    lines = PrimitiveArray(QLineF, 4)
    lines.resize(len(ends))
    lines.ndarray()[:] = ends
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    painter.drawLines(*lines.drawargs())


def unrest(pixels: FloatArray, area: QRectF) -> float:
    """What drawing the curve as a path takes, in shares of what may be taken; parts of a curve add up."""
    heights = pixels[:, 1]
    seen = np.abs(np.diff(np.clip(heights, area.top(), area.bottom())))
    n_turns = reversals(heights) + np.count_nonzero(np.isnan(heights))
    return float(n_turns / MOST_TURNS + np.nansum(seen) / MOST_TRAVEL)


def cut_to_rows(ends: FloatArray, top: float, bottom: float) -> FloatArray:
    """What of the lines (m, 4) lies between two heights.

    A dashed line takes time by its length, and a curve that leaves the picture may go a thousand times as
    far.
    """
    low, high = np.minimum(ends[:, 1], ends[:, 3]), np.maximum(ends[:, 1], ends[:, 3])
    is_seen = (high >= top) & (low <= bottom)
    ends, low, high = ends[is_seen], low[is_seen], high[is_seen]
    begins, ways = ends[:, :2], ends[:, 2:] - ends[:, :2]
    rises = np.where(ways[:, 1] == 0.0, 1.0, ways[:, 1])
    shares = [(np.clip(heights, top, bottom) - begins[:, 1]) / rises for heights in (ends[:, 1], ends[:, 3])]
    cut = np.hstack([begins + share[:, np.newaxis] * ways for share in shares])
    is_inside = (low >= top) & (high <= bottom)
    return np.where(is_inside[:, np.newaxis], ends, cut)


def is_covered(ends: FloatArray) -> NDArray[np.bool_]:
    """Which of the lines (m, 4) of a curve end between the heights of a neighbour, within a pixel beside it.

    Most: in a column with many points, all but the line from the lowest to the highest.
    """
    low, high = np.minimum(ends[:, 1], ends[:, 3]), np.maximum(ends[:, 1], ends[:, 3])
    is_steep = np.abs(ends[:, 2] - ends[:, 0]) < 1.0
    both = is_steep[1:] & is_steep[:-1]
    covered = np.zeros(len(ends), dtype=np.bool_)
    covered[1:] = both & (low[1:] >= low[:-1]) & (high[1:] <= high[:-1])
    # Of two that cover each other, one stays.
    covered[:-1] |= both & (low[:-1] >= low[1:]) & (high[:-1] <= high[1:]) & ~covered[1:]
    return covered


def without_plateaus(pixels: FloatArray) -> FloatArray:
    """The pixels (m, 2) of a curve without those inside stretches that are level to an eighth of a pixel."""
    heights = np.rint(4.0 * pixels[:, 1])
    changes = heights[1:] != heights[:-1]
    # A NaN is unequal to everything, and so are its neighbours to it: breaks stay.
    kept = np.ones(len(pixels), dtype=np.bool_)
    kept[1:-1] = changes[1:] | changes[:-1]
    return pixels[kept]


def reversals(heights: FloatArray) -> int:
    """How often a curve turns from visibly up to visibly down or back, its heights (m,) being in pixels."""
    steps = np.diff(heights)
    ways = np.sign(steps[np.abs(steps) > 0.5])
    return int(np.count_nonzero(np.diff(ways)))
