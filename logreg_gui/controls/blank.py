"""A cover over the whole window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget


class Blank(QWidget):
    """Covers the whole window in one colour until any key or click."""

    uncovered = Signal()  # the picture is back

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # A subclass of QWidget paints the background of its style sheet only when told to.
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Blank screen; any key brings the picture back")
        self.hide()

    def cover(self, color: QColor) -> None:
        """Cover the window."""
        self.setStyleSheet(f"background: {color.name()};")
        self.show()
        self.raise_()
        self.setFocus()

    def _uncover(self) -> None:
        self.hide()
        self.uncovered.emit()

    def event(self, event: QEvent) -> bool:
        # Shortcuts are keys like any other here: none may act unseen behind the cover.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        # Tab is a key like any other here.
        self._uncover()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._uncover()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._uncover()
