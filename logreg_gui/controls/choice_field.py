"""A field for one choice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from logreg_gui.controls.chevron import draw_chevron


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
        # The platform gives a screen reader the present text as the name, so what is chosen goes here.
        self.setAccessibleDescription(what)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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
