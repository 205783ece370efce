"""A field for one choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionComboBox, QWidget

from logreg_gui.controls.chevron import draw_chevron


class Choice(NamedTuple):
    """An entry: its text, its value, and why it cannot be chosen at present (empty when it can)."""

    text: str
    value: object
    obstacle: str = ""


class ChoiceField(QComboBox):
    """A choice among named values; `value_chosen` tells of the user's choices only."""

    value_chosen = Signal(object)  # the value of the entry that the user picked

    def __init__(
        self, what: str, choices: Sequence[tuple[str, object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choices: tuple[Choice, ...] = ()
        self._unknown = ""
        # The one that a style sheet can tell to show what is barred in another colour.
        self.setItemDelegate(QStyledItemDelegate(self))
        self.show_choices([Choice(text, value) for text, value in choices])
        self.setAccessibleName(what)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        # The platform gives a screen reader the present text as the name, so what is chosen goes here.
        self.setAccessibleDescription(what)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.activated.connect(self._tell)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The entries, in the order in which they are offered."""
        return self._choices

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these entries from now on; never an edit. `show_value` then says which one holds."""
        if self._choices == tuple(choices):
            return
        self._choices = tuple(choices)
        with QSignalBlocker(self):
            self.clear()
            for index, (text, value, obstacle) in enumerate(choices):
                self.addItem(text, value)
                if obstacle:
                    self._bar(index, obstacle)

    def _bar(self, index: int, obstacle: str) -> None:
        self.setItemData(index, obstacle, Qt.ItemDataRole.ToolTipRole)
        self.setItemData(index, obstacle, Qt.ItemDataRole.AccessibleDescriptionRole)
        model = self.model()
        assert isinstance(model, QStandardItemModel)  # what a combo box has unless it is given another
        model.item(index).setEnabled(False)

    def show_value(self, value: object, text_when_unknown: str = "") -> None:
        """Show the entry of that value, or a text of its own when no entry has it; never an edit."""
        with QSignalBlocker(self):
            for index in range(self.count()):
                if self.itemData(index) == value:
                    self.setCurrentIndex(index)
                    return
            self.setCurrentIndex(-1)
        self._unknown = text_when_unknown
        self._fit_unknown()

    def _fit_unknown(self) -> None:
        room = self.width() - round(2.5 * self.fontMetrics().height())
        elided = self.fontMetrics().elidedText(self._unknown, Qt.TextElideMode.ElideMiddle, room)
        self.setPlaceholderText(elided)

    def _tell(self, index: int) -> None:
        self.value_chosen.emit(self.itemData(index))

    def showPopup(self) -> None:
        # Now, because Qt measures the list before it shows it.
        QCoreApplication.sendEvent(self.view().window(), QEvent(QEvent.Type.Polish))
        super().showPopup()

    def minimumSizeHint(self) -> QSize:
        # Qt's own keeps room for an icon, which no entry has, and for all of the text of an unknown value.
        hint = super().minimumSizeHint()
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        width = self.minimumContentsLength() * self.fontMetrics().horizontalAdvance("X")
        contents = QSize(width, self.fontMetrics().height())
        wanted = self.style().sizeFromContents(QStyle.ContentsType.CT_ComboBox, option, contents, self)
        return QSize(wanted.width(), hint.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_unknown()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        height = self.fontMetrics().height()
        centre = QPointF(self.width() - 0.75 * height, self.height() / 2)
        draw_chevron(painter, centre, 0.22 * height, False, self.palette())
        painter.end()
