"""Gives widgets the colours and sizes of a look, and those that are hidden when they come into sight."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from logreg_gui.views.style import Look
from logreg_gui.views.stylesheet import SHEET

WORN = "wornLook"
"""The property of a widget that is put away: for which look all that is in it was polished last."""

SLICE_SECONDS = 0.02
"""Longest stretch of polishing between two events."""


class Dresser(QObject):
    """Has a window and all that belongs to it polished for a look, parents before children.

    What is hidden waits until it is shown: that is most of a window. Menus do not, because they are measured
    before; nor do lists of choices wait longer than until they are told to be polished.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._name = ""
        self._is_through = True

    def wear(self, look: Look) -> Iterator[None]:
        """Take the colours and the type size of this look, in pieces of some hundredths of a second."""
        name, former, is_first = f"{look.theme.name} {look.base}", self._name, not self._name
        if name == former and self._is_through:
            return
        self._name, self._is_through = name, False
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(look.palette())
            application.setFont(look.font(look.base))
        # Outside of its loop the application does not tell the windows.
        self._window.setFont(QApplication.font())
        if is_first:
            self._window.setStyleSheet(SHEET)  # Qt itself polishes what it shows for the first time
        elif self._window.isVisible():
            yield from self._dressing(former)
        else:
            self._put_away(self._window, former)
        self._is_through = True

    def _dressing(self, former: str) -> Iterator[None]:
        began = time.perf_counter()
        widgets = list(self._in_sight(self._window, former))
        alive = set(widgets)
        for widget in widgets:
            if time.perf_counter() - began > SLICE_SECONDS:
                yield
                began = time.perf_counter()
                alive = {self._window, *self._window.findChildren(QWidget)}
            if widget in alive:
                _polish(widget)

    def _in_sight(self, root: QWidget, former: str) -> Iterator[QWidget]:
        yield root
        for child in root.children():
            if not isinstance(child, QWidget):
                continue
            if child.isHidden() and not isinstance(child, QMenu):
                self._put_away(child, former)
            else:
                yield from self._in_sight(child, former)

    def _put_away(self, widget: QWidget, former: str) -> None:
        if not widget.property(WORN):
            widget.setProperty(WORN, former)
        widget.installEventFilter(self)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Polish) and isinstance(watched, QWidget):
            watched.removeEventFilter(self)
            worn = watched.property(WORN)
            watched.setProperty(WORN, "")
            if worn != self._name:
                for widget in self._in_sight(watched, worn):
                    _polish(widget)
        return False


def _polish(widget: QWidget) -> None:
    if widget.isWindow():
        widget.setFont(QApplication.font())
    widget.style().polish(widget)
    # Its size hint is another one now.
    QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
