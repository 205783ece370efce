"""The menus, made from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from logreg_gui.actions import MENUS


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
