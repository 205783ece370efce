"""Labels on plates that keep clear of the edges and of each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from logreg_gui.views.style import Look

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


@dataclass
class LabelSpace:
    """The plates that one painting of a plot has placed so far."""

    plates: list[QRectF] = field(default_factory=list)

    def clear(self) -> None:
        """A new painting begins."""
        self.plates.clear()

    def is_free(self, plate: QRectF) -> bool:
        """Whether nothing lies there yet."""
        return not any(plate.intersects(other) for other in self.plates)


@dataclass(frozen=True)
class Label:
    """What a label says, in which colour; `symbol` is the class whose glyph stands in front."""

    text: str
    ink: QColor
    symbol: int | None = None
    bold: bool = False


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
    font = look.font(look.base, bold=label.bold or label.symbol is not None)
    metrics = QFontMetricsF(font)
    lead = 1.1 * look.base if label.symbol is not None else 0.0
    pad = 0.28 * look.base
    size = QRectF(0, 0, metrics.horizontalAdvance(label.text) + lead + 2 * pad, metrics.height())
    plates = [_inside(size, area, place) for place in places]
    free = plates if space is None else [plate for plate in plates if space.is_free(plate)]
    plate = (free or plates)[0]
    if space is not None:
        space.plates.append(plate)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("plot", 0.85))
    painter.drawRoundedRect(plate, pad, pad)
    if label.symbol is not None:
        painter.setBrush(look.class_color(label.symbol))
        centre = QPointF(plate.left() + pad + 0.4 * look.base, plate.center().y())
        painter.drawPath(glyph(label.symbol, 0.8 * look.base, centre))
    painter.setPen(QPen(label.ink))
    painter.setFont(font)
    painter.drawText(plate.adjusted(pad + lead, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, label.text)
    return plate


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


def _inside(size: QRectF, area: QRectF, centre: QPointF) -> QRectF:
    plate = QRectF(size)
    plate.moveCenter(centre)
    inside = area.adjusted(3, 3, -3, -3)
    plate.moveLeft(max(min(plate.left(), inside.right() - plate.width()), inside.left()))
    plate.moveTop(max(min(plate.top(), inside.bottom() - plate.height()), inside.top()))
    return plate
