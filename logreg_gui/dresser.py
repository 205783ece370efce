"""Gives widgets the colours and sizes of a look, and those that are hidden when they come into sight."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from logreg_gui.views.style import Look
from logreg_gui.views.stylesheet import SHEET

WORN = "wornLook"
"""The property of a widget that is put away: for which look all that is in it was polished last."""


class Dresser(QObject):
    """Has a window and all that belongs to it polished for a look, parents before children.

    What is hidden in it waits until it is shown: that is most of a window. Only what pops up in a window of
    its own does not, because it is measured before it is shown.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._name = ""

    def wear(self, look: Look) -> None:
        """Take the colours and the type size of this look from now on."""
        name, is_first = f"{look.theme.name} {look.base}", not self._name
        if name == self._name:
            return
        former, self._name = self._name, name
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(look.palette())
            application.setFont(look.font(look.base))
        # Outside of its loop the application does not tell the windows.
        self._window.setFont(QApplication.font())
        if is_first:
            self._window.setStyleSheet(SHEET)  # Qt itself polishes what it shows for the first time
        elif self._window.isVisible():
            self._dress(self._window, former)
        else:
            self._put_away(self._window, former)

    def _dress(self, root: QWidget, former: str) -> None:
        changed = QEvent(QEvent.Type.StyleChange)
        for widget in self._in_sight(root, former):
            if widget.isWindow():
                widget.setFont(QApplication.font())
            widget.style().polish(widget)
            QCoreApplication.sendEvent(widget, changed)

    def _in_sight(self, root: QWidget, former: str) -> Iterator[QWidget]:
        yield root
        for child in root.children():
            if not isinstance(child, QWidget):
                continue
            if child.isHidden() and not child.isWindow():
                self._put_away(child, former)
            else:
                yield from self._in_sight(child, former)

    def _put_away(self, widget: QWidget, former: str) -> None:
        if not widget.property(WORN):
            widget.setProperty(WORN, former)
        widget.installEventFilter(self)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.removeEventFilter(self)
            worn = watched.property(WORN)
            watched.setProperty(WORN, "")
            if worn != self._name:
                self._dress(watched, worn)
        return False
