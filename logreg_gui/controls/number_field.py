"""A field for one number."""

from __future__ import annotations

import math

from PySide6.QtCore import Property, QEvent, QObject, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QStyle, QStyleOptionSpinBox, QWidget

from logreg_gui.controls.chevron import draw_chevron


class NumberField(QAbstractSpinBox):
    """A number typed by hand (3e-4, 0.5 and 0,5 alike) or stepped with the arrows.

    What cannot be read as a number stays in the field, marked, until it is mended or Esc brings the last
    value back. Whether a number makes sense is not decided here: whoever listens answers with `show_value` or
    `show_error`.
    """

    # When the user has finished typing another number, or stepped to it; True while a key is held down.
    value_edited = Signal(float, bool)
    rejected = Signal(str)  # what was typed is refused: the reason in words; empty once it is mended
    finished = Signal()  # Enter on something right, or Esc: the user is done with the field

    def __init__(
        self,
        what: str,
        *,
        step: float | None = None,
        smallest: float = -math.inf,
        largest: float = math.inf,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`what` names the number in messages; arrows step by `step`, or along 1, 2, 5, within the bounds.

        A `unit` such as "%" stands behind the number and need not be typed.
        """
        super().__init__(parent)
        self.what = what
        self._step, self._smallest, self._largest = step, smallest, largest
        self._unit = unit
        self._value = 0.0
        self._shown = self._text_of(self._value)
        self._error = ""
        self.setAccessibleName(what)
        # Not by the wheel: turned over a column that scrolls, it would change the data under the pointer.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)
        self.setKeyboardTracking(False)
        self.lineEdit().setAlignment(Qt.AlignmentFlag.AlignRight)
        self.lineEdit().installEventFilter(self)
        self._is_held = False

    @property
    def error(self) -> str:
        """What is wrong with the text in the field, empty when nothing is."""
        return self._error

    def show_value(self, value: float) -> None:
        """Show a number; never an edit. A wrong entry stays for mending while the number is the same."""
        if self._error and value == self._value:
            return
        if self._error:
            self.rejected.emit("")
        self._restore(value)

    def show_live_value(self, value: float) -> None:
        """Show a number that changes by itself; what is being typed stays, and Esc then brings this one."""
        if self.lineEdit().text() == self._shown and not self._error:
            self._restore(value)
        else:
            self._value, self._shown = value, self._text_of(value)

    def show_nothing(self, instead: str) -> None:
        """Show that there is no number yet, by a word in its place; never an edit."""
        self.discard()
        self.lineEdit().setPlaceholderText(instead)
        self._show_text("")

    def discard(self) -> None:
        """Forget what was typed and has not been taken."""
        if self._error:
            self.rejected.emit("")
        self.show_error("")
        self._show_text(self._shown)

    def settle(self) -> None:
        """Take what was typed, or forget it if it makes no sense."""
        self._commit()
        if self._error:
            self.discard()

    def rename(self, what: str) -> None:
        """Call the number by another name from now on."""
        self.what = what
        self.setAccessibleName(what)

    def _restore(self, value: float) -> None:
        self._value = value
        self._show_text(self._text_of(value))
        self.show_error("")
        if not self.hasFocus():
            self.lineEdit().home(False)  # of a number that is too long the last digits go, not the sign

    def _text_of(self, value: float) -> str:
        return number_text(value) + (f"\N{NO-BREAK SPACE}{self._unit}" if self._unit else "")

    def _typed(self) -> float | None:
        return parse_number(self.lineEdit().text().removesuffix(self._unit))

    def _show_text(self, text: str) -> None:
        self._shown = text
        # While something is dragged dozens of fields are shown the same number again, many times a second.
        if text != self.lineEdit().text():
            with QSignalBlocker(self):
                self.lineEdit().setText(text)

    def show_error(self, reason: str) -> None:
        """Mark the field as wrong for that reason, or as right again."""
        if reason == self._error:
            return
        self._error = reason
        self.setProperty("wrong", bool(reason))
        self.setAccessibleDescription(reason)
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()

    def refuse(self, wanted: str) -> None:
        """Mark what was typed as wrong, and say in words what is wanted instead."""
        typed = self.lineEdit().text().strip()
        reason = f"{self.what} must be {wanted}, got {typed or 'nothing'}"
        self.show_error(reason)
        self.rejected.emit(reason)

    def _commit(self) -> None:
        text = self.lineEdit().text()
        if text == self._shown and not self._error:
            return
        value = self._typed()
        if value is None:
            self.refuse("a number")
        elif value == self._value:
            self._restore(value)
            self.rejected.emit("")
        else:
            self._offer(value)

    def _offer(self, value: float) -> None:
        self.show_error("")
        self.rejected.emit("")
        self.value_edited.emit(value, self._is_held)

    def _get_value(self) -> float:
        return self._value

    def _set_value(self, value: float) -> None:
        self._offer(value)

    value = Property(float, _get_value, _set_value)
    """For assistive technology, which sets what it reads; setting is an edit."""

    def stepBy(self, steps: int) -> None:
        shown = self._typed()
        start = self._value if shown is None or not math.isfinite(shown) else shown
        # What was typed beyond the bounds may stay there: a step down never leads up.
        least, most = min(self._smallest, start), max(self._largest, start)
        value = min(max(stepped(start, steps, self._step), least), most)
        if value != self._value or self._error:
            self.lineEdit().setText(self._text_of(value))
            self._offer(value)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return (
            QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        )

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.discard()
            self.finished.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
            if not self._error:
                self.finished.emit()
        else:
            self._is_held = event.isAutoRepeat()
            super().keyPressEvent(event)
            self._is_held = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Undo belongs to the window, except for what is being typed.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_undo = event.matches(QKeySequence.StandardKey.Undo) or event.matches(
                QKeySequence.StandardKey.Redo
            )
            if is_undo and self.lineEdit().text() == self._shown:
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._commit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # In the active window Qt moves the focus on. In another one it would stay the field that has it, and
        # that window's keys would still come here.
        if not event.spontaneous() and not self.hasFocus():
            self.clearFocus()

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
    """`value` some arrow presses further: on multiples of `step`, or without one along 1, 2, 5, 10 ..."""
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
