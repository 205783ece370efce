"""Every command of the window as data: the source of menus, shortcuts and the page that lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence


class Scope(Enum):
    """Where a shortcut is heard; the value is how the page of shortcuts says it."""

    WINDOW = "everywhere"
    CANVAS = "on the plots"
    """Single keys: heard while the plots have the focus; fields, sliders and buttons keep theirs."""


@dataclass(frozen=True)
class Command:
    """One command: its name in the code, its text, tip and keys."""

    name: str
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    scope: Scope = Scope.WINDOW
    checkable: bool = False
    role: QAction.MenuRole = QAction.MenuRole.NoRole


COMMANDS: tuple[Command, ...] = (
    Command("new", "&New", "Start over, with data and settings as at the first start", ("Ctrl+N",)),
    Command("open", "&Open…", "Open a scenario, or a table (CSV)", ("Ctrl+O",)),
    Command("clear_recent", "&Clear this list", "Forget which files were open"),
    Command("save", "&Save", "Write data and settings to the scenario's file", ("Ctrl+S",)),
    Command("save_as", "Save &as…", "Write data and settings to another file", ("Ctrl+Shift+S",)),
    Command(
        "copy_command", "Copy as command &line", "Put on the clipboard what starts the program like this"
    ),
    Command("copy_python", "Copy as &Python", "Put a numpy script on the clipboard that prints the numbers"),
    Command("export_png", "Picture as &PNG…", "Write picture and curve as pixels, twice as fine as here"),
    Command("export_svg", "Picture as &SVG…", "Write picture and curve as vectors, for print"),
    Command("export_data", "&Data as CSV…", "Write every row: features, label, training or test"),
    Command("export_history", "&History as CSV…", "Write every remembered step: log-likelihood and weights"),
    Command("cancel_export", "Cancel e&xport", "Leave the file that is being written as it was", ("Ctrl+.",)),
    Command("open_data", "&Open data…", "Read a table (CSV) and choose its columns"),
    Command("save_picture", "Save picture o&f the window…", "Write the window as a PNG file", ("Ctrl+E",)),
    Command("copy_picture", "&Copy picture", "Put the window's picture on the clipboard", ("Ctrl+Shift+C",)),
    Command("quit", "&Quit", "End the program", ("Ctrl+Q",), role=QAction.MenuRole.QuitRole),
    Command("undo", "&Undo", "Take the last edit back; training is not an edit", ("Ctrl+Z",)),
    Command("redo", "&Redo", "Make the edit again that was taken back", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("stage", "&Stage view", "Large type for the room, controls put away", ("F5",)),
    Command("leave", "&Leave stage view", "Back to the controls", ("Esc",)),
    # A clicker sends F5 and Esc in turn, so F5 must not toggle; the button of the transport bar does.
    Command(
        "toggle_stage", "Stage view or back", "Large type for the room, or back to the controls (F5, Esc)"
    ),
    Command("full_screen", "&Full screen", "Use the whole screen", ("F11",), checkable=True),
    Command(
        "blank",
        "&Black screen",
        "Turn all eyes to the lecturer; any key brings the picture back",
        (".", "B"),
        Scope.CANVAS,
    ),
    Command(
        "whiteboard",
        "&White screen",
        "A white picture to write on; any key brings the plots back",
        ("W",),
        Scope.CANVAS,
    ),
    Command("zoom_in", "Zoom &in", "Larger type and controls", ("Ctrl+=", "Ctrl++")),
    Command("zoom_out", "Zoom &out", "Smaller type and controls", ("Ctrl+-",)),
    Command("zoom_reset", "&Normal size", "Type and controls as they were", ("Ctrl+0",)),
    Command(
        "gaussians", "Show &Gaussians", "The ellipses of the generating Gaussians", ("G",), Scope.CANVAS, True
    ),
    Command("fit_view", "Fit vi&ew", "All classes in view again after zooming", ("F",), Scope.CANVAS),
    Command("hide_controls", "&Hide controls", "More room for the plots", ("H",), Scope.CANVAS, True),
    Command("reset_layout", "&Reset layout", "All parts of the window back to their places"),
    Command("new_sample", "&New sample", "Draw new points from the same Gaussians", ("N",), Scope.CANVAS),
    Command(
        "next_handle",
        "Next &handle",
        "The arrow keys move the next handle, of the Gaussians or of the boundary, or the brush that Return "
        "puts down and lifts, with Shift finely; Esc gives them back",
        ("M",),
        Scope.CANVAS,
    ),
    Command("paint", "&Paint points", "Make the points ones to paint on with a brush", ("E",), Scope.CANVAS),
    Command(
        "place_mean",
        "Place a handle or &mean",
        "The next click puts the selected handle there, else a mean; again: the next; two the boundary",
        ("C",),
        Scope.CANVAS,
    ),
    Command("toggle", "&Play or pause", "Train, or stop at this step", ("Space",), Scope.CANVAS),
    Command("toggle_anywhere", "Play or pause, from an&ywhere", "Train, or stop at this step", ("Alt+K",)),
    Command("step", "&Step", "One step of training", ("Right",), Scope.CANVAS),
    Command("step_10", "Step &ten times", "Ten steps of training", ("Shift+Right",), Scope.CANVAS),
    Command("back", "Step &back", "The step before", ("Left",), Scope.CANVAS),
    Command("back_10", "Ba&ck ten steps", "Ten steps before", ("Shift+Left",), Scope.CANVAS),
    Command("start", "&First step", "The initial weights", ("Home",), Scope.CANVAS),
    Command("latest", "&Latest step", "As far as training has come", ("End",), Scope.CANVAS),
    Command("next", "&Next (clicker)", "Ten steps of training", ("PgDown",)),
    Command("previous", "Pre&vious (clicker)", "Ten steps before", ("PgUp",)),
    Command("slower", "Sl&ower", "The next slower speed", ("[",), Scope.CANVAS),
    Command("faster", "Fast&er", "The next faster speed", ("]",), Scope.CANVAS),
    Command("reset_weights", "Reset wei&ghts", "Back to the initial weights", ("Alt+Shift+R",)),
    Command("reset_all", "Reset &all", "Data and settings as they were loaded, at step 0", ("Alt+R",)),
    Command("shortcuts", "&Keyboard shortcuts", "All keys on one page", ("Ctrl+/", "Ctrl+?", "F1")),
    Command("about", "&About", "Version, licences, how to cite", role=QAction.MenuRole.AboutRole),
)

SEPARATOR = ""
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        (
            "new",
            "open",
            "recent_menu",
            SEPARATOR,
            "save",
            "save_as",
            SEPARATOR,
            "copy_command",
            "copy_python",
            "export_menu",
            SEPARATOR,
            "save_picture",
            "copy_picture",
            SEPARATOR,
            "quit",
        ),
    ),
    ("&Edit", ("undo", "redo")),
    (
        "&View",
        (
            "stage",
            "leave",
            "full_screen",
            "blank",
            "whiteboard",
            SEPARATOR,
            "zoom_in",
            "zoom_out",
            "zoom_reset",
            SEPARATOR,
            "fit_view",
            "gaussians",
            "hide_controls",
            "reset_layout",
            SEPARATOR,
        ),
    ),
    ("&Data", ("open_data", "new_sample", "paint", SEPARATOR, "next_handle", "place_mean", SEPARATOR)),
    (
        "&Train",
        (
            "toggle",
            "toggle_anywhere",
            "step",
            "step_10",
            "next",
            SEPARATOR,
            "back",
            "back_10",
            "previous",
            "start",
            "latest",
            SEPARATOR,
            "slower",
            "faster",
            SEPARATOR,
            "reset_weights",
            "reset_all",
        ),
    ),
    ("&Help", ("shortcuts", "about")),
)

SUBMENUS: dict[str, tuple[str, tuple[str, ...]]] = {
    "recent_menu": ("Open &recent", ("clear_recent",)),
    "export_menu": (
        "&Export",
        ("export_png", "export_svg", SEPARATOR, "export_data", "export_history", "cancel_export"),
    ),
}
"""Menus inside menus, by the names that stand for them in `MENUS`."""


def make_actions(parent: QObject, handlers: Mapping[str, Callable[[], object]]) -> dict[str, QAction]:
    """An action for every command, connected to the handler of its name.

    Raises:
        KeyError: when a command has no handler, so that no menu entry can do nothing.
    """
    actions = {}
    for command in COMMANDS:
        action = QAction(command.text, parent)
        action.setObjectName(command.name)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut
            if command.scope is Scope.WINDOW
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        action.setStatusTip(command.tip)
        action.setToolTip(_with_keys(command))
        action.setCheckable(command.checkable)
        action.setMenuRole(command.role)
        action.triggered.connect(handlers[command.name])
        actions[command.name] = action
    return actions


def shortcuts_page() -> str:
    """The keys of all commands as an HTML table, menu by menu."""
    by_name = {command.name: command for command in COMMANDS}
    rows = []
    for title, names in MENUS:
        rows.append(f'<tr><td colspan="3"><h3>{title.replace("&", "")}</h3></td></tr>')
        rows += [_row(by_name[name]) for name in _flat(names) if by_name[name].keys]
    return f'<table cellspacing="0" cellpadding="3" width="100%">{"".join(rows)}</table>'


def _flat(names: Iterable[str]) -> Iterator[str]:
    """The commands of a menu, with those of the menus inside it."""
    for name in names:
        if name in SUBMENUS:
            yield from _flat(SUBMENUS[name][1])
        elif name:
            yield name


def _row(command: Command) -> str:
    keys = " or ".join(f"<b>{_native(key)}</b>" for key in command.keys)
    return f"<tr><td>{keys}</td><td>{command.tip}</td><td>{command.scope.value}</td></tr>"


def _with_keys(command: Command) -> str:
    return f"{command.tip}  ({_native(command.keys[0])})" if command.keys else command.tip


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
