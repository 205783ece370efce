"""Fields for one number or one choice, and a slider that can be hit.

Each says what the user did and nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Property, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QSlider, QStyle, QStyleOptionSpinBox, QWidget


class NumberField(QAbstractSpinBox):
    """A number typed by hand (3e-4, 0.5 and 0,5 alike) or stepped with the arrows.

    What cannot be read as a number stays in the field, marked, until it is mended or Esc brings the last
    value back. Whether a number makes sense is not decided here: whoever listens answers with `show_value` or
    `show_error`.
    """

    value_edited = Signal(float)  # when the user has finished typing another number, or stepped to it
    rejected = Signal(str)  # what was typed is no number: the reason in words
    finished = Signal()  # Enter or Esc: the user is done with the field

    def __init__(self, what: str, *, step: float | None = None, parent: QWidget | None = None) -> None:
        """`what` names the number in messages; `step` is that of the arrows, None for 1, 2, 5, 10, 20 ..."""
        super().__init__(parent)
        self.what = what
        self._step = step
        self._value = 0.0
        self._error = ""
        self.setAccessibleName(what)
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)
        self.setKeyboardTracking(False)
        self.lineEdit().setAlignment(Qt.AlignmentFlag.AlignRight)
        self.lineEdit().returnPressed.connect(self._commit)

    @property
    def error(self) -> str:
        """What is wrong with the text in the field, empty when nothing is."""
        return self._error

    def show_value(self, value: float) -> None:
        """Show a number; never an edit."""
        self._value = value
        with QSignalBlocker(self):
            self.lineEdit().setText(number_text(value))
        self.show_error("")

    def show_error(self, reason: str) -> None:
        """Mark the field as wrong for that reason, or as right again."""
        self._error = reason
        self.setProperty("wrong", bool(reason))
        self.setAccessibleDescription(reason)
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()

    def _commit(self) -> None:
        text = self.lineEdit().text()
        if text == number_text(self._value) and not self._error:
            return
        value = parse_number(text)
        if value is None:
            reason = f"{self.what} must be a number, got {text.strip() or 'nothing'!r}"
            self.show_error(reason)
            self.rejected.emit(reason)
        elif value == self._value:
            self.show_value(value)
        else:
            self._offer(value)

    def _offer(self, value: float) -> None:
        self.show_error("")
        self.value_edited.emit(value)

    def _get_value(self) -> float:
        return self._value

    def _set_value(self, value: float) -> None:
        self._offer(value)

    value = Property(float, _get_value, _set_value)
    """For assistive technology, which sets what it reads; setting is an edit."""

    def stepBy(self, steps: int) -> None:
        shown = parse_number(self.lineEdit().text())
        start = self._value if shown is None else shown
        self._offer(stepped(start, steps, self._step))

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return (
            QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        )

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.show_value(self._value)
            self.finished.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
            self.finished.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._commit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A wheel that was meant to scroll the panel must not change a number it happens to pass over.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        option = QStyleOptionSpinBox()
        self.initStyleOption(option)
        painter = QPainter(self)
        for control, points_up in (
            (QStyle.SubControl.SC_SpinBoxUp, True),
            (QStyle.SubControl.SC_SpinBoxDown, False),
        ):
            area = self.style().subControlRect(QStyle.ComplexControl.CC_SpinBox, option, control, self)
            draw_chevron(
                painter, QRectF(area).center(), 0.17 * self.fontMetrics().height(), points_up, self.palette()
            )
        painter.end()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("−0.00000") + metrics.height(), round(1.5 * metrics.height()))

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("−0.00") + metrics.height(), round(1.5 * metrics.height()))


class ChoiceField(QComboBox):
    """A choice among named values; `value_chosen` tells of the user's choices only."""

    value_chosen = Signal(object)  # the value of the entry that the user picked

    def __init__(
        self, what: str, choices: Sequence[tuple[str, object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        for text, value in choices:
            self.addItem(text, value)
        self.setAccessibleName(what)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.activated.connect(self._tell)

    def show_value(self, value: object, text_when_unknown: str = "") -> None:
        """Show the entry of that value, or a text of its own when no entry has it; never an edit."""
        with QSignalBlocker(self):
            for index in range(self.count()):
                if self.itemData(index) == value:
                    self.setCurrentIndex(index)
                    return
            self.setCurrentIndex(-1)
            self.setPlaceholderText(text_when_unknown)

    def _tell(self, index: int) -> None:
        self.value_chosen.emit(self.itemData(index))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        height = self.fontMetrics().height()
        centre = QPointF(self.width() - 0.75 * height, self.height() / 2)
        draw_chevron(painter, centre, 0.22 * height, False, self.palette())
        painter.end()


class Slider(QSlider):
    """A horizontal slider that goes where it is clicked and grows with the font."""

    dragged = Signal(int, bool)  # the user moved it to a position; True for the later parts of one drag

    def __init__(self, what: str, positions: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, positions)
        self.setAccessibleName(what)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._continues = False
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

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def draw_groove(self, painter: QPainter, groove: QRectF) -> None:
        """Paint what lies under the handle."""
        palette = self.palette()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(groove, groove.height() / 2, groove.height() / 2)
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
        """Mark where values are safe and from where on they are unstable; None for unknown."""
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
        inner = (self._x_of_bound(bound) for bound in (self._safe, self._edge))
        bounds = [groove.left(), *inner, groove.right()]
        middle = groove.center().y()
        strokes = ((1.0, Qt.PenStyle.SolidLine), (0.6, Qt.PenStyle.SolidLine), (0.6, Qt.PenStyle.DotLine))
        for index, (share, style) in enumerate(strokes):
            left, right = bounds[index], bounds[index + 1]
            if right > left:
                width = share * groove.height()
                painter.setPen(QPen(self._zone_colors[index], width, style, Qt.PenCapStyle.FlatCap))
                painter.drawLine(QPointF(left, middle), QPointF(right, middle))

    def _x_of_bound(self, bound: float | None) -> float:
        # Without an edge (no finite maximum) everything above the safe zone is on the edge, nothing is called
        # unstable.
        return self.x_of(float(self.maximum()) if bound is None else self._position_of(bound))

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
        return QSize(120, round(2.4 * self.radius + 0.9 * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())


def parse_number(text: str) -> float | None:
    """The number in `text`, with a decimal point or comma and any minus sign; None when it is not one."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{NARROW NO-BREAK SPACE}", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return None


def number_text(value: float) -> str:
    """The shortest text that reads back as `value` to ten digits, with a true minus sign."""
    text = f"{value:.10g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "\N{MINUS SIGN}")


def stepped(value: float, steps: int, step: float | None) -> float:
    """`value` some arrow presses further: on multiples of `step`, or along 1, 2, 5, 10, 20 .

    When `step` is None.
    """
    if step is not None:
        return float(f"{(round(value / step) + steps) * step:.10g}")
    for _ in range(abs(steps)):
        value = _next_125(value) if steps > 0 else _previous_125(value)
    return value


def _next_125(value: float) -> float:
    if value <= 0.0:
        return 1.0
    decade = 10.0 ** math.floor(math.log10(value) - 1)
    return next(
        float(f"{candidate:.3g}")
        for candidate in (factor * decade * 10.0**power for power in range(4) for factor in (1, 2, 5))
        if candidate > value * (1.0 + 1e-9)
    )


def _previous_125(value: float) -> float:
    if value <= 0.0:
        return value
    decade = 10.0 ** math.floor(math.log10(value) + 2)
    return next(
        float(f"{candidate:.3g}")
        for candidate in (factor * decade / 10.0**power for power in range(5) for factor in (5, 2, 1))
        if candidate < value * (1.0 - 1e-9)
    )


def draw_chevron(painter: QPainter, centre: QPointF, size: float, points_up: bool, palette: QPalette) -> None:
    """A small open arrowhead that grows with the font; the style's own stays tiny on large screens."""
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


def _power_of_ten(exponent: int) -> str:
    if exponent in (0, 1, 2):
        return str(10**exponent)
    return "10" + str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
