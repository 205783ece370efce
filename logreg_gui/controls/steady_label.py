"""Text that changes many times a second without moving anything around it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


class SteadyLabel(QWidget):
    """A `QLabel` in a room of its own: the layout around it is told only of a text that needs more room.

    A `QLabel` alone has the whole window laid out anew with every text.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is that of the label in the style sheet."""
        super().__init__(parent)
        self._label = QLabel(self)
        self._label.setObjectName(name)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._room = QSize()

    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def setText(self, text: str) -> None:
        """Say something else."""
        if text == self.text():
            return
        self._label.setText(text)
        self._take_room()

    def setAccessibleName(self, name: str) -> None:
        self._label.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return self._wanted().expandedTo(self._room)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _wanted(self) -> QSize:
        return self._label.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._label.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FontChange:
            self._room = QSize()  # smaller type needs less
            self._take_room()
        elif event.type() == QEvent.Type.LayoutRequest:
            self._take_room()  # the label has been polished, after its room
        return bool(super().event(event))

    def _take_room(self) -> None:
        room = self._wanted().expandedTo(self._room)
        if room != self._room:
            self._room = room
            self.updateGeometry()
