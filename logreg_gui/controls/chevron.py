"""The arrowheads of fields, painted here because the style's own stay tiny on large screens."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF


def draw_chevron(painter: QPainter, centre: QPointF, size: float, points_up: bool, palette: QPalette) -> None:
    """A small open arrowhead `size` pixels to either side of `centre`."""
    rise = -0.5 * size if points_up else 0.5 * size
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(
            palette.color(QPalette.ColorRole.Text),
            max(1.4, 0.35 * size),
            Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.RoundCap,
        )
    )
    painter.drawPolyline(
        QPolygonF(
            [centre + QPointF(-size, -rise), centre + QPointF(0.0, rise), centre + QPointF(size, -rise)]
        )
    )
