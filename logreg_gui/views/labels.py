"""Labels on plates that keep clear of the edges, of each other and of the lines of the plot.

Everything is in pixels, y downwards. A box is a row (left, top, right, bottom); the boxes (c, 4) of a label
are the places where it may stand, in the order of preference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from logreg_gui.views.geometry import FloatArray
from logreg_gui.views.style import Look

Mask = NDArray[np.bool_]

_ARM, _THICK = 0.56, 0.19
_CORNERS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((-0.62, 0.42), (0.62, 0.42), (0.0, -0.62)),
    ((-0.45, -0.45), (0.45, -0.45), (0.45, 0.45), (-0.45, 0.45)),
    ((0.0, -0.64), (0.56, 0.0), (0.0, 0.64), (-0.56, 0.0)),
    ((-0.62, -0.42), (0.62, -0.42), (0.0, 0.62)),
    (
        (-_THICK, -_ARM),
        (_THICK, -_ARM),
        (_THICK, -_THICK),
        (_ARM, -_THICK),
        (_ARM, _THICK),
        (_THICK, _THICK),
        (_THICK, _ARM),
        (-_THICK, _ARM),
        (-_THICK, _THICK),
        (-_ARM, _THICK),
        (-_ARM, -_THICK),
        (-_THICK, -_THICK),
    ),
)
"""Outlines of the marks of classes 1 to 5 around the origin, for a size of 1, y downwards."""


FEW_SEGMENTS = 24
"""Up to so many plain numbers are faster than numpy."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """Segments (s, 2, 2) that plates keep `clearance` away from; a faint stroke only if there is room."""

    segments: FloatArray
    clearance: float
    is_faint: bool

    def enters(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a plate there would be too close to one of the segments; `crosses` says why."""
        if len(self.segments) > FEW_SEGMENTS:
            box = np.array([[left, top, right, bottom]])
            return bool(crosses(box, self.segments, np.full(len(self.segments), self.clearance)).any())
        x, y = 0.5 * (left + right), 0.5 * (top + bottom)
        width, height = 0.5 * (right - left) + self.clearance, 0.5 * (bottom - top) + self.clearance
        for (x0, y0), (x1, y1) in self.segments.tolist():
            across, up = 0.5 * (x1 - x0), 0.5 * (y1 - y0)
            aside, above = x0 + across - x, y0 + up - y
            if (
                abs(aside) <= width + abs(across)
                and abs(above) <= height + abs(up)
                and abs(across * above - up * aside) <= width * abs(up) + height * abs(across)
            ):
                return True
        return False


@dataclass
class LabelSpace:
    """The plates and the lines that one painting of a plot has placed so far."""

    plates: list[QRectF] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    _joined: tuple[FloatArray, FloatArray, Mask] | None = None

    def clear(self) -> None:
        """A new painting begins."""
        self.plates.clear()
        self.strokes.clear()
        self._joined = None

    def avoid(self, curve: FloatArray, clearance: float, *, is_faint: bool = False) -> None:
        """Labels to come keep off this curve (m, 2), which is broken where it is NaN."""
        segments = np.stack((curve[:-1], curve[1:]), axis=1)
        self.strokes.append(Stroke(segments[np.isfinite(segments).all(axis=(1, 2))], clearance, is_faint))
        self._joined = None

    def free(self, boxes: FloatArray) -> tuple[Mask, Mask]:
        """Which of the boxes (c, 4) have nothing in them yet, and which have at most faint strokes in them.

        Boxes of NaN are never free.
        """
        corners = [(plate.left(), plate.top(), plate.right(), plate.bottom()) for plate in self.plates]
        plates = np.array(corners, dtype=np.float64).reshape(-1, 4)
        bare: Mask = np.isfinite(boxes).all(axis=1) & ~np.any(overlaps(boxes, plates), axis=1)
        if not self.strokes:
            return bare, bare
        segments, clearances, is_faint = self._all_strokes()
        crossed = crosses(boxes, segments, clearances)
        return bare & ~np.any(crossed, axis=1), bare & ~np.any(crossed & ~is_faint, axis=1)

    def is_bare(self, box: FloatArray) -> bool:
        """Whether a single box (4,) has nothing in it yet, as the first answer of `free`.

        In plain numbers: the place of the last painting is nearly always free still, and numpy takes several
        times as long for one box and a dozen lines.
        """
        left, top, right, bottom = box.tolist()
        if not math.isfinite(left):
            return False
        for plate in self.plates:
            if (
                left < plate.right()
                and plate.left() < right
                and top < plate.bottom()
                and plate.top() < bottom
            ):
                return False
        return not any(stroke.enters(left, top, right, bottom) for stroke in self.strokes)

    def _all_strokes(self) -> tuple[FloatArray, FloatArray, Mask]:
        """The segments (s, 2, 2) of all strokes, their clearances (s,), and which of them are faint (s,)."""
        # All at once: a call of numpy costs more than its work on so few numbers.
        if self._joined is None:
            counts = [len(stroke.segments) for stroke in self.strokes]
            self._joined = (
                np.concatenate([stroke.segments for stroke in self.strokes]),
                np.repeat([stroke.clearance for stroke in self.strokes], counts),
                np.repeat([stroke.is_faint for stroke in self.strokes], counts),
            )
        return self._joined

    def first_free(
        self,
        boxes: FloatArray,
        *,
        ranks: NDArray[np.intp] | None = None,
        kept: int | None = None,
        needs_all: bool = False,
    ) -> int | None:
        """The index of the box (c, 4) to take, None when there is no place at all.

        `ranks` (r, m) are indices: a box of an earlier row is better even on a faint stroke. Within a row,
        boxes clear of the faint strokes come first; with `needs_all` only those count. Among boxes as good as
        each other, that of the last time, `kept`, is taken before the first one.
        """
        rows = np.arange(len(boxes))[None] if ranks is None else ranks
        if kept is not None and kept in rows[0] and self.is_bare(boxes[kept]):
            return kept
        clear, usable = self.free(boxes)
        for row in rows:
            for free in (clear,) if needs_all else (clear, usable):
                candidates = row[free[row]]
                if len(candidates):
                    return kept if kept is not None and kept in candidates else int(candidates[0])
        return None


def overlaps(boxes: FloatArray, plates: FloatArray) -> Mask:
    """Whether each of the boxes (c, 4) shares area with each of the plates (p, 4): (c, p)."""
    one, other = boxes[:, None], plates[None]
    shared: Mask = np.all((one[..., :2] < other[..., 2:]) & (other[..., :2] < one[..., 2:]), axis=2)
    return shared


def crosses(boxes: FloatArray, segments: FloatArray, clearances: FloatArray) -> Mask:
    """Whether each of the segments (s, 2, 2) enters each of the boxes (c, 4): (c, s).

    Every box is grown on all sides by the clearance (s,) of the segment. A segment and a box are apart
    exactly when one of three directions separates them: the two sides of the box and the segment's normal.
    """
    centres = 0.5 * (boxes[:, None, :2] + boxes[:, None, 2:])
    halves = 0.5 * (boxes[:, None, 2:] - boxes[:, None, :2]) + clearances[None, :, None]
    arms = 0.5 * (segments[None, :, 1] - segments[None, :, 0])
    offsets = segments[None, :, 0] + arms - centres
    reach = np.abs(arms)
    apart: Mask = np.any(np.abs(offsets) > halves + reach, axis=2)
    apart |= np.abs(arms[..., 0] * offsets[..., 1] - arms[..., 1] * offsets[..., 0]) > (
        halves[..., 0] * reach[..., 1] + halves[..., 1] * reach[..., 0]
    )
    return ~apart


def boxes_beside(
    points: FloatArray, normals: FloatArray, size: tuple[float, float], gap: float
) -> FloatArray:
    """Boxes (c, 4) of that size whose nearest corner is `gap` from the line through `points` (c, 2).

    `normals` (c, 2) are the unit normals of the line, to the side where the box is to lie.
    """
    half = 0.5 * np.array(size)
    reach = np.abs(normals) @ half + gap
    return boxes_around(points + normals * reach[:, None], size)


def boxes_around(centres: FloatArray, size: tuple[float, float]) -> FloatArray:
    """Boxes (c, 4) of that size."""
    half = 0.5 * np.array(size)
    return np.hstack((centres - half, centres + half))


def pushed_inside(boxes: FloatArray, area: QRectF, furthest: float = np.inf) -> FloatArray:
    """The boxes moved into the area, so that no label is cut.

    Those that must move by more than `furthest` become NaN. A box larger than the area begins at its upper
    left corner.
    """
    inner = area.adjusted(3, 3, -3, -3)
    least, most = np.array([inner.left(), inner.top()]), np.array([inner.right(), inner.bottom()])
    sizes = boxes[:, 2:] - boxes[:, :2]
    corners = np.maximum(np.minimum(boxes[:, :2], most - sizes), least)
    moved = np.abs(corners - boxes[:, :2]).max(axis=1) if len(boxes) else np.empty(0)
    inside = np.hstack((corners, corners + sizes))
    inside[~(moved <= furthest)] = np.nan
    return inside


@dataclass(frozen=True)
class Label:
    """What a label says, in which colour; `symbol` is the class whose glyph stands in front."""

    text: str
    ink: QColor
    symbol: int | None = None
    bold: bool = False

    @property
    def is_bold(self) -> bool:
        """A class's name always is."""
        return self.bold or self.symbol is not None


def plate_size(look: Look, label: Label) -> tuple[float, float]:
    """Width and height of the plate behind a label."""
    width, height = _text_size(label.text, look.base, label.is_bold)
    return width + _lead(look, label) + 2 * _pad(look), height


@lru_cache(maxsize=256)
def _text_size(text: str, base: int, bold: bool) -> tuple[float, float]:
    # A dozen labels a frame, and most say what they said in the last one.
    metrics = QFontMetricsF(Look.font(base, bold=bold))
    return metrics.horizontalAdvance(text), metrics.height()


def draw_label(
    painter: QPainter,
    look: Look,
    area: QRectF,
    label: Label,
    places: Sequence[QPointF],
    space: LabelSpace | None = None,
) -> QRectF:
    """Draw `label` centred at the first of `places` that is free, or at the first one if all are taken.

    It is pushed inside `area`, so that it is never cut. Returns the plate it stands on.
    """
    centres = np.array([(place.x(), place.y()) for place in places])
    boxes = pushed_inside(boxes_around(centres, plate_size(look, label)), area)
    index = (space.first_free(boxes) or 0) if space is not None else 0
    plate = paint_label(painter, look, label, boxes[index])
    if space is not None:
        space.plates.append(plate)
    return plate


def paint_label(painter: QPainter, look: Look, label: Label, box: FloatArray) -> QRectF:
    """Draw `label` on a plate that fills the box (4,), and return the plate."""
    left, top, right, bottom = box.tolist()
    plate = QRectF(left, top, right - left, bottom - top)
    pad = _pad(look)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("plot", 0.85))
    painter.drawRoundedRect(plate, pad, pad)
    if label.symbol is not None:
        painter.setBrush(look.class_color(label.symbol))
        centre = QPointF(plate.left() + pad + 0.4 * look.base, plate.center().y())
        painter.drawPath(glyph(label.symbol, 0.8 * look.base, centre))
    painter.setPen(QPen(label.ink))
    painter.setFont(look.font(look.base, bold=label.is_bold))
    text = plate.adjusted(pad + _lead(look, label), 0, 0, 0)
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, label.text)
    return plate


def _lead(look: Look, label: Label) -> float:
    return 1.1 * look.base if label.symbol is not None else 0.0


def _pad(look: Look) -> float:
    return 0.28 * look.base


def glyph(index: int, size: float, centre: QPointF) -> QPainterPath:
    """The mark of a class: circle, triangle, square, diamond, triangle on its tip, cross; alike in area."""
    path = QPainterPath()
    corners = _CORNERS[index % (len(_CORNERS) + 1) - 1] if index % (len(_CORNERS) + 1) else None
    if corners is None:
        path.addEllipse(centre, size / 2, size / 2)
    else:
        path.addPolygon(QPolygonF([centre + QPointF(size * x, size * y) for x, y in corners]))
        path.closeSubpath()
    return path
