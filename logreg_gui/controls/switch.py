"""A field for yes or no."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QWidget


class Switch(QCheckBox):
    """A box to tick that grows with the font; `value_chosen` tells of the user's clicks only."""

    value_chosen = Signal(object)  # bool, when the user ticked the box or cleared it

    def __init__(self, text: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(what)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._tell)

    def show_value(self, value: object) -> None:
        """Show yes or no; never an edit."""
        with QSignalBlocker(self):
            self.setChecked(bool(value))
        self.update()

    def _tell(self, is_on: bool) -> None:
        self.value_chosen.emit(is_on)

    @property
    def _side(self) -> int:
        return round(0.95 * self.fontMetrics().height())

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = self._side + metrics.horizontalAdvance(self.text()) + round(0.6 * metrics.height())
        return QSize(width, max(24, round(1.5 * metrics.height())))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, side = self.palette(), self._side
        accent, edge = palette.color(QPalette.ColorRole.Highlight), palette.color(QPalette.ColorRole.Mid)
        box = QRectF(1.5, (self.height() - side) / 2 + 1.5, side - 3, side - 3)
        painter.setPen(QPen(accent if self.hasFocus() or self.isChecked() else edge, 1.5))
        painter.setBrush(accent if self.isChecked() else palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(box, 0.15 * side, 0.15 * side)
        if self.isChecked():
            tick = ((0.22, 0.52), (0.42, 0.72), (0.78, 0.28))
            corners = [box.topLeft() + QPointF(x * box.width(), y * box.height()) for x, y in tick]
            pen = QPen(palette.color(QPalette.ColorRole.HighlightedText), max(1.8, 0.13 * side))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(corners))
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        text = QRectF(self.rect()).adjusted(side + 0.3 * self.fontMetrics().height(), 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(accent, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)
        painter.end()
