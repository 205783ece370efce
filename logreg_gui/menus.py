"""The menus, made from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from logreg_gui.actions import MENUS, SUBMENUS
from logreg_gui.frames import Ghost


def fill_menu_bar(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Put every action into its menu; returns the menus, those inside others too, by their titles."""
    menus: dict[str, QMenu] = {}
    for title, names in MENUS:
        _fill(_added(bar, title, menus), names, actions, menus)
    return menus


def _fill(menu: QMenu, names: Sequence[str], actions: Mapping[str, QAction], menus: dict[str, QMenu]) -> None:
    for name in names:
        if name in SUBMENUS:
            title, inside = SUBMENUS[name]
            _fill(_added(menu, title, menus), inside, actions, menus)
        elif name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()


def _added(parent: QMenuBar | QMenu, title: str, menus: dict[str, QMenu]) -> QMenu:
    menu = parent.addMenu(title)
    menu.setToolTipsVisible(True)
    menus[title.replace("&", "")] = menu
    return menu


class RecentMenu:
    """The entries of recent files, above what the menu holds already; files that are gone are grey."""

    def __init__(self, menu: QMenu, open_file: Callable[[str], None]) -> None:
        self._menu = menu
        self._clear = menu.actions()[0]
        self._separator = menu.insertSeparator(self._clear)
        self._open_file = open_file
        self._entries: list[QAction] = []
        self._paths: tuple[str, ...] = ()
        # Whether a file is there is asked when somebody looks, not all the time.
        menu.aboutToShow.connect(self._mark_missing)

    def show_paths(self, paths: tuple[str, ...]) -> None:
        """Offer these files, the latest first."""
        for entry in self._entries:
            self._menu.removeAction(entry)
            entry.deleteLater()
        self._paths = paths
        self._entries = [self._entry(number, path) for number, path in enumerate(paths, start=1)]
        self._menu.insertActions(self._separator, self._entries)
        self._clear.setEnabled(bool(paths))

    def _entry(self, number: int, path: str) -> QAction:
        name = Path(path).name.replace("&", "&&")
        entry = QAction(f"&{number % 10}  {name}", self._menu)
        entry.setToolTip(path)
        entry.setStatusTip(path)
        entry.triggered.connect(lambda: self._open_file(path))
        return entry

    def _mark_missing(self) -> None:
        for path, entry in zip(self._paths, self._entries, strict=True):
            entry.setEnabled(Path(path).is_file())


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
