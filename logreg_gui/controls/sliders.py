"""Sliders that go where they are clicked and grow with the font."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget


class Slider(QSlider):
    """A horizontal slider that goes where it is clicked and grows with the font."""

    dragged = Signal(int, bool)  # the user moved it to a position; True for the later parts of one drag

    released = Signal()  # the user let go of it

    def __init__(self, what: str, positions: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, positions)
        self.setAccessibleName(what)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._continues = False
        self._extent = 0
        self.actionTriggered.connect(self._tell_key)

    @property
    def radius(self) -> float:
        """Half the width of the handle."""
        return max(8.0, 0.5 * self.fontMetrics().height())

    def show_position(self, position: int) -> None:
        """Move the handle; never an edit. A handle in the user's hand stays there."""
        if not self.isSliderDown():
            with QSignalBlocker(self):
                self.setValue(position)
            self.update()

    def show_extent(self, position: int) -> None:
        """Mark the groove up to there as having something to see."""
        self._extent = position
        self.update()

    def x_of(self, position: float) -> float:
        """The pixel of a position."""
        span = max(1, self.maximum() - self.minimum())
        return self.radius + (position - self.minimum()) / span * (self.width() - 2.0 * self.radius)

    def _position_at(self, x: float) -> int:
        usable = max(1.0, self.width() - 2.0 * self.radius)
        share = min(max((x - self.radius) / usable, 0.0), 1.0)
        return round(self.minimum() + share * (self.maximum() - self.minimum()))

    def _tell_key(self) -> None:
        self.dragged.emit(self.sliderPosition(), False)

    def _drag_to(self, x: float) -> None:
        position = self._position_at(x)
        if position != self.value() or not self._continues:
            self.setValue(position)
            self.dragged.emit(position, self._continues)
            self._continues = True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._continues = False
            self._drag_to(event.position().x())
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._drag_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.released.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def draw_groove(self, painter: QPainter, groove: QRectF) -> None:
        """Paint what lies under the handle."""
        palette = self.palette()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(groove, groove.height() / 2, groove.height() / 2)
        seen = QRectF(groove)
        seen.setRight(max(self.x_of(self._extent), groove.left()))
        painter.setBrush(palette.color(QPalette.ColorRole.Text))
        painter.drawRoundedRect(seen, groove.height() / 2, groove.height() / 2)
        done = QRectF(groove)
        done.setRight(self.x_of(self.sliderPosition()))
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(done, groove.height() / 2, groove.height() / 2)

    def groove_centre(self) -> float:
        """The height at which the groove runs."""
        return self.height() / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thickness = max(4.0, 0.3 * self.radius * 1.4)
        middle = self.groove_centre()
        self.draw_groove(
            painter,
            QRectF(self.radius, middle - thickness / 2, self.width() - 2 * self.radius, thickness),
        )
        palette = self.palette()
        handle = QPointF(self.x_of(self.sliderPosition()), middle)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2.0))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawEllipse(handle, 0.8 * self.radius, 0.8 * self.radius)
        if self.hasFocus():
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawEllipse(handle, 0.45 * self.radius, 0.45 * self.radius)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(120, max(24, round(2.4 * self.radius)))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, max(24, round(2.4 * self.radius)))


class LogSlider(Slider):
    """A slider over powers of ten, with a scale and three zones: safe, on the edge, unstable."""

    value_dragged = Signal(float, bool)  # the user moved it to a value; True for the later parts of one drag

    STEPS_PER_DECADE = 100

    def __init__(self, what: str, lowest: int, highest: int, parent: QWidget | None = None) -> None:
        """From 10^`lowest` to 10^`highest`."""
        super().__init__(what, (highest - lowest) * self.STEPS_PER_DECADE, parent)
        self._lowest, self._highest = lowest, highest
        self._safe: float | None = None
        self._edge: float | None = None
        self._zone_colors = (QColor("#1a7f37"), QColor("#9a6700"), QColor("#b3261e"))
        self.setSingleStep(self.STEPS_PER_DECADE // 10)
        self.setPageStep(self.STEPS_PER_DECADE)
        self.dragged.connect(self._tell_value)

    def show_value(self, value: float) -> None:
        """Move the handle to a value, to the end when it lies outside; never an edit."""
        self.show_position(round(self._position_of(value)))

    def show_zones(self, safe: float | None, edge: float | None) -> None:
        """Mark where values are safe and from where on they are unstable; None for unknown.

        With an edge alone nothing is called safe, without one nothing unstable.
        """
        self._safe, self._edge = safe, edge
        self.update()

    def show_colors(self, safe: QColor, edge: QColor, unstable: QColor) -> None:
        """The colours of the three zones."""
        self._zone_colors = (safe, edge, unstable)
        self.update()

    def _position_of(self, value: float) -> float:
        position = (math.log10(value) - self._lowest) * self.STEPS_PER_DECADE
        return min(max(position, 0.0), float(self.maximum()))

    def _tell_value(self, position: int, continues: bool) -> None:
        exponent = self._lowest + position / self.STEPS_PER_DECADE
        self.value_dragged.emit(float(f"{10.0**exponent:.2g}"), continues)

    def draw_groove(self, painter: QPainter, groove: QRectF) -> None:
        if self._edge is None and self._safe is None:
            super().draw_groove(painter, groove)
        else:
            self._draw_zones(painter, groove)
        self._draw_scale(painter, groove)

    def _draw_zones(self, painter: QPainter, groove: QRectF) -> None:
        # Thick, thin and broken: the zones differ by more than colour.
        safe = groove.left() if self._safe is None else self.x_of(self._position_of(self._safe))
        edge = groove.right() if self._edge is None else self.x_of(self._position_of(self._edge))
        bounds = [groove.left(), safe, edge, groove.right()]
        middle = groove.center().y()
        strokes = ((1.0, Qt.PenStyle.SolidLine), (0.6, Qt.PenStyle.SolidLine), (0.6, Qt.PenStyle.DotLine))
        for index, (share, style) in enumerate(strokes):
            left, right = bounds[index], bounds[index + 1]
            if right > left:
                width = share * groove.height()
                painter.setPen(QPen(self._zone_colors[index], width, style, Qt.PenCapStyle.FlatCap))
                painter.drawLine(QPointF(left, middle), QPointF(right, middle))

    def _draw_scale(self, painter: QPainter, groove: QRectF) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        font = self.font()
        font.setPixelSize(max(9, round(0.8 * self.fontMetrics().ascent())))
        painter.setFont(font)
        for exponent in range(self._lowest, self._highest + 1, 2):
            x = self.x_of((exponent - self._lowest) * self.STEPS_PER_DECADE)
            painter.drawLine(QPointF(x, groove.bottom() + 2), QPointF(x, groove.bottom() + 5))
            area = QRectF(x - 40, groove.bottom() + 0.55 * self.radius, 80, self.height())
            area.moveLeft(min(max(area.left(), -40 + self.radius + 8), self.width() - 40 - self.radius - 8))
            painter.drawText(
                area, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, _power_of_ten(exponent)
            )

    def groove_centre(self) -> float:
        return 1.2 * self.radius

    def sizeHint(self) -> QSize:
        return QSize(120, round(2.1 * self.radius + 0.8 * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())


def _power_of_ten(exponent: int) -> str:
    if exponent in (0, 1, 2):
        return str(10**exponent)
    return "10" + str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
