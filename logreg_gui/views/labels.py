"""Labels on plates, inside the plot and beside their lines.

Everything is in pixels, y downwards. A box is (left, top, right, bottom).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPolygonF

from logreg_gui.views.copies import Cards
from logreg_gui.views.geometry import FloatArray
from logreg_gui.views.label_space import NOWHERE, Box, LabelSpace, corners
from logreg_gui.views.style import Look

EDGE = 3.0
"""Pixels between a plate and the edge of the plot."""

_cards = Cards(most=64)
"""Of all plots: most labels of a frame say what they said in the last one, some pixels further."""

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


def box_beside(x: float, y: float, normal: tuple[float, float], size: tuple[float, float], gap: float) -> Box:
    """A box of that size whose nearest corner is `gap` from a line through (x, y).

    `normal` is the unit normal of the line, to the side where the box is to lie.
    """
    aside, above = normal
    half_width, half_height = 0.5 * size[0], 0.5 * size[1]
    reach = abs(aside) * half_width + abs(above) * half_height + gap
    x, y = x + aside * reach, y + above * reach
    return x - half_width, y - half_height, x + half_width, y + half_height


def box_inside(box: Box, area: Box, furthest: float = math.inf) -> Box:
    """The box moved into the area, so that no label is cut; nowhere if it must move by more than `furthest`.

    A box larger than the area begins at its upper left corner.
    """
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    x = max(min(left, area[2] - EDGE - width), area[0] + EDGE)
    y = max(min(top, area[3] - EDGE - height), area[1] + EDGE)
    if not (abs(x - left) <= furthest and abs(y - top) <= furthest):
        return NOWHERE
    return x, y, x + width, y + height


def boxes_beside(
    points: FloatArray, normals: FloatArray, size: tuple[float, float], gap: float
) -> FloatArray:
    """Boxes (c, 4) of that size whose nearest corner is `gap` from the line through `points` (c, 2).

    `normals` (c, 2) are the unit normals of the line, to the side where the box is to lie.
    """
    half = 0.5 * np.array(size)
    reach = np.abs(normals) @ half + gap
    return boxes_around(points + normals * reach[:, None], size)


def box_around(x: float, y: float, size: tuple[float, float]) -> Box:
    """A box of that size around (x, y)."""
    half_width, half_height = 0.5 * size[0], 0.5 * size[1]
    return x - half_width, y - half_height, x + half_width, y + half_height


def boxes_around(centres: FloatArray, size: tuple[float, float]) -> FloatArray:
    """Boxes (c, 4) of that size."""
    half = 0.5 * np.array(size)
    return np.hstack((centres - half, centres + half))


def pushed_inside(boxes: FloatArray, area: QRectF, furthest: float = np.inf) -> FloatArray:
    """The boxes (c, 4) moved into the area, as `box_inside` moves one."""
    inner = area.adjusted(EDGE, EDGE, -EDGE, -EDGE)
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
    width, height = text_size(label.text, look, bold=label.is_bold)
    return width + _lead(look, label) + 2 * _pad(look), height


def text_size(text: str, look: Look, *, bold: bool = False) -> tuple[float, float]:
    """Width and height of a text of ordinary size."""
    return _text_size(text, look.base, bold)


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
    size, inside = plate_size(look, label), corners(area)
    boxes = [box_inside(box_around(x, y, size), inside) for x, y in ((one.x(), one.y()) for one in places)]
    index = (space.first_free(boxes) or 0) if space is not None else 0
    plate = paint_label(painter, look, label, boxes[index])
    if space is not None:
        space.plates.append(plate)
    return plate


def paint_label(painter: QPainter, look: Look, label: Label, box: Box) -> QRectF:
    """Draw `label` on a plate that fills the box, moved to whole pixels, and return the plate."""
    left, top, right, bottom = box
    colors = look.theme.plot, look.theme.class_colors, label.ink.rgba()
    key = (label.text, label.symbol, label.is_bold, look.base, colors)
    return _cards.draw(
        painter,
        QRectF(left, top, right - left, bottom - top),
        key,
        lambda inner, plate: _paint_plate(inner, look, label, plate),
    )


def _paint_plate(painter: QPainter, look: Look, label: Label, plate: QRectF) -> None:
    pad = _pad(look)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("plot", 0.85))
    painter.drawRoundedRect(plate, pad, pad)
    if label.symbol is not None:
        painter.setBrush(look.class_color(label.symbol))
        centre = QPointF(plate.left() + pad + 0.4 * look.base, plate.center().y())
        painter.drawPath(glyph(label.symbol, 0.8 * look.base, centre))
    painter.setPen(label.ink)
    painter.setFont(look.font(look.base, bold=label.is_bold))
    text = plate.adjusted(pad + _lead(look, label), 0, 0, 0)
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, label.text)


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
