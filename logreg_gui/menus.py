"""The menus, made from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from logreg_gui.actions import MENUS
from logreg_gui.frames import Ghost


def fill_menu_bar(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Put every action into its menu; returns the menus by their titles."""
    menus = {}
    for title, names in MENUS:
        menu = bar.addMenu(title)
        menu.setToolTipsVisible(True)
        menus[title.replace("&", "")] = menu
        for name in names:
            if name:
                menu.addAction(actions[name])
            else:
                menu.addSeparator()
    return menus


def add_choices(
    menu: QMenu, choices: Sequence[tuple[str, str]], choose: Callable[[str], None]
) -> dict[str, QAction]:
    """Add entries of which one is ticked; `choose` is called with the name of the one picked."""
    group = QActionGroup(menu)
    actions = {}
    for text, name in choices:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setData(name)
        group.addAction(action)
        actions[name] = action
    group.triggered.connect(lambda action: choose(action.data()))
    return actions


class ComparisonsMenu(QObject):
    """The courses of the run that were left, each to be taken away again."""

    removed = Signal(int)  # the number of the course that the user no longer wants to see

    def __init__(self, parent: QMenu) -> None:
        super().__init__(parent)
        self._ghosts: tuple[Ghost, ...] = ()
        self.menu = parent.addMenu("Co&mparisons")
        self.menu.setToolTip("Courses that were left by going back and on in another way")
        self.menu.triggered.connect(lambda action: self._remove(action.data()))
        self.menu.setEnabled(False)

    def show_ghosts(self, ghosts: tuple[Ghost, ...]) -> None:
        """Offer these for removal."""
        if ghosts == self._ghosts:
            return
        self._ghosts = ghosts
        self.menu.clear()
        for ghost in ghosts:
            self.menu.addAction(f"Remove “{ghost.name}”").setData(ghost.number)
        if len(ghosts) > 1:
            self.menu.addSeparator()
            self.menu.addAction("Remove all").setData(None)
        self.menu.setEnabled(bool(ghosts))

    def _remove(self, number: int | None) -> None:
        for ghost in self._ghosts:
            if number in (None, ghost.number):
                self.removed.emit(ghost.number)
