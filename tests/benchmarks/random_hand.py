"""A hand that does at random what hands do: keys, clicks, drags, typing, menus, files, handles of the plot.

Clicks, drags, wheel and keys go the way of the system's own events, so that menus, grabs and shortcuts work
as they do for a person. A gesture is several events; between two of them the window lives on.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import shiboken6
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMenu,
    QMessageBox,
    QWidget,
)

from logreg_gui.actions import COMMANDS
from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.number_field import NumberField
from logreg_gui.documents import ENDING
from logreg_gui.frames import PlanePicture
from logreg_gui.main_window import MainWindow
from logreg_gui.scenario import Edit, GaussianData, Scenario, with_model
from logreg_gui.views import hit_test
from logreg_gui.views.style import THEMES

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEY, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)

TEXTS = ("0.5", "3", "-1", "2", "20", "0,25", "1e-3", "7", "abc", "", "1e400", "-", "0", "100")
"""What is typed: numbers, and what is none. None is a number of rows that takes long to make."""

PLAIN_KEYS = (
    Qt.Key.Key_Tab,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Return,
    Qt.Key.Key_Space,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace,
)

KEPT_BACK = ("quit",)
"""Commands that end the program: it ends when the time is over."""

TOUR = (
    "toggle_stage",
    "zoom_in",
    "zoom_in",
    "zoom_in",
    "toggle_stage",
    "zoom_out",
    "zoom_out",
    "zoom_out",
    "zoom_out",
)

SETTLING_DEEDS = 20
"""Pauses after which what rests has been painted for good: some 0.6 s."""

MOST_FILES = 20
"""Names that are saved under; then they are written over."""


class Deed(NamedTuple):
    """One event: what it is in words, and how it is sent."""

    words: str
    do: Callable[[], object]


class Target:
    """A window that may be gone when the event for it comes.

    The main window gets the events of the system. What it opens gets them widget by widget: PySide may take
    a new system window for one that is gone, if it lies at the same address.
    """

    def __init__(self, window: QWidget) -> None:
        self._address = _address(window)

    def click(self, place: QPoint, button: Qt.MouseButton = LEFT) -> None:
        """Press and release."""
        self._send(QTest.mouseClick, place, button, NO_KEY)

    def double_click(self, place: QPoint) -> None:
        """Twice in a row."""
        self._send(QTest.mouseDClick, place, LEFT, NO_KEY)

    def press(self, place: QPoint, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
        """The left button goes down."""
        self._send(QTest.mousePress, place, LEFT, modifiers)

    def move(self, place: QPoint) -> None:
        """The pointer moves."""
        self._send(QTest.mouseMove, place)

    def release(self, place: QPoint, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
        """The left button comes up."""
        self._send(QTest.mouseRelease, place, LEFT, modifiers)

    def turn_wheel(self, place: QPoint, turn: QPoint) -> None:
        """The wheel turns by eighths of a degree, over the main window alone."""
        window = self._window()
        if isinstance(window, MainWindow):
            QTest.wheelEvent(window.windowHandle(), QPointF(place), turn)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
        """A key goes down and up."""
        window = self._window()
        if isinstance(window, MainWindow):
            QTest.keyClick(window.windowHandle(), key, modifiers)
        elif window is not None:
            QTest.keyClick(window.focusWidget() or window, key, modifiers)

    def _window(self) -> QWidget | None:
        for window in QApplication.topLevelWidgets():
            if shiboken6.isValid(window) and _address(window) == self._address and window.isVisible():
                return window
        return None

    def _send(self, event: Callable[..., object], place: QPoint, *how: object) -> None:
        window = self._window()
        if isinstance(window, MainWindow):
            event(window.windowHandle(), *how, place)
        elif window is not None:
            widget = window.childAt(place) or window
            event(widget, *how, widget.mapFrom(window, place))


class RandomHand:
    """Sends events to a window and to what it opens, one for each call of `next`."""

    def __init__(self, window: MainWindow, scenario: Scenario, folder: Path, seed: int) -> None:
        """`scenario` is loaded time and again, files are kept in `folder`."""
        self._window = window
        self._scenario = scenario
        self._size = window.size()
        self._folder = folder
        self._random = random.Random(seed)
        self._gesture: Iterator[Deed] = iter(())
        self._gestures: dict[Callable[[], Iterator[Deed]], int] = {
            self._shortcut: 14,
            self._plain_key: 8,
            self._click: 16,
            self._double_click: 3,
            self._right_click: 3,
            self._wheel: 8,
            self._hover: 6,
            self._drag: 10,
            self._type: 8,
            self._pick_from_menu: 10,
            self._resize: 4,
            self._toggle_stage: 3,
            self._zoom: 3,
            self._drag_handle: 8,
            self._drag_boundary: 4,
            self._paint: 4,
            self._seek: 4,
            self._branch: 3,
            self._load: 2,
            self._drop: 2,
        }
        window.actions_by_name["quit"].setEnabled(False)
        self._answer_dialogs()

    def next(self) -> Deed:
        """The next event: of the gesture that has begun, else for an open pop-up, else of another gesture."""
        while True:
            deed = next(self._gesture, None)
            if deed is not None:
                return deed
            popup = QApplication.activePopupWidget()
            if popup is not None:
                return self._answer_popup(popup)
            gestures, weights = zip(*self._gestures.items(), strict=True)
            self._gesture = self._random.choices(gestures, weights)[0]()

    def look_around(self) -> None:
        """Begin with all data, looks, sizes, lists and pages: what is made at its first use is made then."""
        self._gesture = self._tour()

    def go_home(self, then: Callable[[], object]) -> None:
        """End the gesture that goes on, bring the window to the state of the start, and do `then` there."""
        self._gesture = itertools.chain(self._gesture, self._way_home(then))

    # dialogs

    def _answer_dialogs(self) -> None:
        """Files are asked for in windows of the system, and questions stop the window: answered here."""
        (self._folder / "good.csv").write_text(
            "x,y,label\n" + "".join(f"{k % 7},{k % 5 - k % 2},{'ab'[k % 2]}\n" for k in range(60)),
            encoding="utf-8",
        )
        (self._folder / "broken.csv").write_text("x,y\n1,\n,2\nno,numbers\n", encoding="utf-8")
        (self._folder / f"broken{ENDING}").write_text("{", encoding="utf-8")
        static: dict[str, Callable[..., tuple[str, str]]] = {
            "getOpenFileName": lambda *_: (self._some_file(), ""),
            "getSaveFileName": lambda *args: (self._some_name(str(args[2])), ""),
        }
        for name, answer in static.items():
            setattr(QFileDialog, name, staticmethod(answer))
        buttons = (
            QMessageBox.StandardButton.Save,
            QMessageBox.StandardButton.Discard,
            QMessageBox.StandardButton.Cancel,
        )
        QMessageBox.question = staticmethod(lambda *_: self._random.choice(buttons))  # type: ignore[method-assign]

    def let_go(self) -> None:
        """No more events: nothing shall keep the window from closing."""
        self._gesture = iter(())
        discard = QMessageBox.StandardButton.Discard
        QMessageBox.question = staticmethod(lambda *_: discard)  # type: ignore[method-assign]

    def _some_file(self) -> str:
        files = [path for path in self._folder.iterdir() if path.suffix in (".csv", ".json")]
        return "" if self._random.random() < 0.2 else str(self._random.choice(sorted(files)))

    def _some_name(self, suggested: str) -> str:
        if self._random.random() < 0.2:
            return ""
        return str(self._folder / f"{self._random.randrange(MOST_FILES)}-{Path(suggested).name[-60:]}")

    def _answer_popup(self, popup: QWidget) -> Deed:
        words = f"in the pop-up {_words(popup)}"
        target, chance = Target(popup), self._random.random()
        if chance < 0.4:
            return Deed(f"Esc {words}", lambda: target.key(Qt.Key.Key_Escape))
        if chance < 0.8:
            key = self._random.choice(
                (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Return)
            )
            return Deed(f"{key.name} {words}", lambda: target.key(key))
        place = self._place_in(popup)
        return Deed(f"click {words}", lambda: target.click(place))

    # gestures

    def _shortcut(self) -> Iterator[Deed]:
        command = self._random.choice([one for one in COMMANDS if one.keys and one.name not in KEPT_BACK])
        keys = self._random.choice(command.keys)
        combination = QKeySequence(keys)[0]
        if self._random.random() < 0.6:
            yield Deed("focus to the plots", self._window.pictures.setFocus)
        target = Target(self._some_window())
        yield Deed(
            f"{keys} ({command.name})", lambda: target.key(combination.key(), combination.keyboardModifiers())
        )

    def _plain_key(self) -> Iterator[Deed]:
        target, key = Target(self._some_window()), self._random.choice(PLAIN_KEYS)
        modifiers = self._random.choice((NO_KEY, NO_KEY, NO_KEY, SHIFT))
        focus = QApplication.focusWidget()
        where = "" if focus is None else f" in {_words(focus)}"
        for _ in range(self._random.choice((1, 1, 3))):
            yield Deed(f"{key.name}{where}", lambda: target.key(key, modifiers))

    def _click(self) -> Iterator[Deed]:
        target, place, words = self._some_place()
        yield Deed(f"click {words}", lambda: target.click(place))

    def _double_click(self) -> Iterator[Deed]:
        target, place, words = self._some_place()
        yield Deed(f"double click {words}", lambda: target.double_click(place))

    def _right_click(self) -> Iterator[Deed]:
        target, place, words = self._some_place()
        yield Deed(f"right click {words}", lambda: target.click(place, RIGHT))

    def _hover(self) -> Iterator[Deed]:
        target, place, words = self._some_place()
        yield Deed(f"hover {words}", lambda: target.move(place))

    def _wheel(self) -> Iterator[Deed]:
        target, place, words = self._some_place()
        turn = QPoint(0, self._random.choice((-120, 120)))
        for _ in range(self._random.choice((1, 2, 5))):
            yield Deed(f"wheel {words}", lambda: target.turn_wheel(place, turn))

    def _drag(self) -> Iterator[Deed]:
        window = self._some_window()
        widget = self._some_widget(window)
        start = widget.mapTo(window, self._place_in(widget))
        if self._random.random() < 0.7:
            end = widget.mapTo(window, self._place_in(widget))
        else:
            end = self._place_in(window)
        yield from self._drag_from(Target(window), start, end, f"on {_words(widget)}")

    def _drag_from(self, target: Target, start: QPoint, end: QPoint, where: str) -> Iterator[Deed]:
        modifiers = self._random.choice((NO_KEY, NO_KEY, NO_KEY, SHIFT, CTRL))
        yield Deed(f"press {where}", lambda: target.press(start, modifiers))
        steps = self._random.choice((1, 3, 6, 12))
        for step in range(1, steps + 1):
            place = start + (end - start) * (step / steps)
            yield Deed(f"drag {where}", lambda place=place: target.move(place))
        if self._random.random() < 0.1:
            yield Deed(f"Esc while dragging {where}", lambda: target.key(Qt.Key.Key_Escape))
        yield Deed(f"release {where}", lambda: target.release(end, modifiers))

    def _type(self) -> Iterator[Deed]:
        window = self._some_window()
        fields = [one for one in window.findChildren(NumberField) if one.isVisible() and one.isEnabled()]
        if not fields:
            return
        target, field, text = Target(window), self._random.choice(fields), self._random.choice(TEXTS)
        words = f"in {_words(field)}"
        yield Deed(f"focus {words}", lambda: shiboken6.isValid(field) and field.setFocus())
        yield Deed(f"Ctrl+A {words}", lambda: target.key(Qt.Key.Key_A, CTRL))
        for letter in text:
            yield Deed(f"“{letter}” {words}", lambda letter=letter: _letter(letter))
        last = self._random.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape))
        yield Deed(f"{last.name} after “{text}” {words}", lambda: target.key(last))

    def _pick_from_menu(self) -> Iterator[Deed]:
        title, menu = self._random.choice(sorted(self._window.menus.items()))
        # As a menu is used: what is in it is put right before it opens.
        yield Deed(f"menu {title} about to show", menu.aboutToShow.emit)
        action = self._random.choice(_entries(menu) or [None])
        if action is not None:
            words = f"menu {title}: {action.text()}"
            yield Deed(words, lambda: action in menu.actions() and action.trigger())

    def _resize(self) -> Iterator[Deed]:
        window = self._window
        screen, least = window.screen().availableGeometry(), window.minimumSize()
        width = self._random.randint(least.width(), max(least.width(), screen.width()))
        height = self._random.randint(least.height(), max(least.height(), screen.height()))
        if not window.isFullScreen():
            yield Deed(f"resize to {width}x{height}", lambda: window.resize(width, height))

    def _toggle_stage(self) -> Iterator[Deed]:
        yield Deed("stage view or back", self._window.actions_by_name["toggle_stage"].trigger)

    def _zoom(self) -> Iterator[Deed]:
        name = self._random.choice(("zoom_in", "zoom_out", "zoom_reset"))
        yield Deed(name, self._window.actions_by_name[name].trigger)

    def _drag_handle(self) -> Iterator[Deed]:
        plane, data = self._window.plane, self._window.session.scenario.data
        if not isinstance(data, GaussianData) or not plane.isVisible():
            return
        found = hit_test.grips(data.classes, plane.mapping, plane.visible_area)
        grip = self._random.choice(found)
        yield from self._drag_on_plane(QPointF(*grip.place), f"the {grip.part} of class {grip.owner}")

    def _drag_boundary(self) -> Iterator[Deed]:
        plane, frame = self._window.plane, self._window.session.frame
        picture = None if frame is None else frame.picture
        if not isinstance(picture, PlanePicture) or picture.line is None or not plane.isVisible():
            return
        intercept, first, second = picture.line.tolist()
        left, right, _, _ = plane.visible_rectangle
        x = self._random.uniform(left, right)
        if second:
            place = plane.mapping.map(x, -(intercept + first * x) / second)
            yield from self._drag_on_plane(QPointF(*place), "the boundary")

    def _paint(self) -> Iterator[Deed]:
        yield Deed("paint", self._window.actions_by_name["paint"].trigger)
        for _ in range(3):
            place = QPointF(self._place_in(self._window.plane.viewport()))
            yield from self._drag_on_plane(place, "a brush")

    def _drag_on_plane(self, start: QPointF, what: str) -> Iterator[Deed]:
        window, viewport = self._window, self._window.plane.viewport()
        begin = start.toPoint()
        if viewport.rect().contains(begin):
            end = self._place_in(viewport)
            yield from self._drag_from(
                Target(window),
                viewport.mapTo(window, begin),
                viewport.mapTo(window, end),
                f"on {what} in the plane",
            )

    def _seek(self) -> Iterator[Deed]:
        session = self._window.session
        last = 0 if session.frame is None else session.frame.last_step
        step = self._random.randint(0, last)
        yield Deed(f"seek step {step} of {last}", lambda: session.seek(step))

    def _branch(self) -> Iterator[Deed]:
        """Back, another learning rate, and on: the course that is left stays as a dotted one."""
        session = self._window.session
        yield from self._seek()
        rate = 10.0 ** self._random.uniform(-4.0, 0.0)
        edit = Edit(with_model(session.scenario, learning_rate=rate), "Change the learning rate")
        yield Deed("another learning rate", lambda: session.apply(edit))
        yield Deed("play", session.play)

    def _load(self) -> Iterator[Deed]:
        yield Deed("load the scenario of the start", lambda: self._window.session.load(self._scenario))
        yield Deed("play", self._window.session.play)

    def _way_home(self, then: Callable[[], object]) -> Iterator[Deed]:
        """Edits and runs, what can be undone and what is kept of windows and looks, stay."""
        window, names = self._window, self._window.actions_by_name
        while (popup := QApplication.activePopupWidget()) is not None:
            yield Deed("close what has popped up", popup.close)
        for other in self._other_windows():
            yield Deed("close another window", lambda other=other: shiboken6.isValid(other) and other.close())
        yield Deed(
            "empty the clipboard", QApplication.clipboard().clear
        )  # of a picture as large as the window was
        yield Deed("load the scenario of the start", lambda: window.session.load(self._scenario))
        yield Deed("leave the stage view", window.leave_stage)
        yield Deed("leave the full screen", lambda: window.set_full_screen(False))
        yield Deed("the light theme", lambda: window.wardrobe.set_theme("light"))
        for name in ("zoom_reset", "reset_layout", "fit_view"):
            yield Deed(name, names[name].trigger)
        yield Deed("resize to what it was", lambda: window.resize(self._size))
        yield Deed("play", window.session.play)
        for _ in range(SETTLING_DEEDS):
            yield Deed("rest", lambda: None)
        # The only pause that answers are not measured by: it is the measurement's own.
        then()

    def _tour(self) -> Iterator[Deed]:
        window, names = self._window, self._window.actions_by_name
        for action in _entries(window.menus["Data"]):
            yield Deed(f"menu Data: {action.text()}", action.trigger)
            for field in window.findChildren(ChoiceField):
                if field.isVisible() and not field.visibleRegion().isEmpty():
                    yield Deed(f"open {_words(field)}", field.showPopup)
                    yield Deed(f"close {_words(field)}", field.hidePopup)
        yield Deed("leave the brush", lambda: window.session.load(self._scenario))
        screen = window.screen().availableGeometry().size()
        for size in (window.minimumSize(), screen, self._size):
            yield Deed(f"resize to {size.width()}x{size.height()}", lambda size=size: window.resize(size))
            for theme in THEMES:
                yield Deed(f"the {theme} theme", lambda theme=theme: window.wardrobe.set_theme(theme))
                for name in (*TOUR, "zoom_reset"):
                    yield Deed(name, names[name].trigger)
                yield Deed("play", window.session.play)
        for name in ("shortcuts", "about"):
            yield Deed(name, names[name].trigger)
        yield from self._way_home(lambda: None)

    def _drop(self) -> Iterator[Deed]:
        path = self._some_file()
        if not path:
            return
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(path)])
        place, copy = self._window.rect().center(), Qt.DropAction.CopyAction
        enter = QDragEnterEvent(place, copy, mime, LEFT, NO_KEY)
        yield Deed("a file over the window", lambda: QApplication.sendEvent(self._window, enter))
        drop = QDropEvent(QPointF(place), copy, mime, LEFT, NO_KEY)
        yield Deed(f"drop {Path(path).name}", lambda: QApplication.sendEvent(self._window, drop))

    # targets

    def _some_place(self) -> tuple[Target, QPoint, str]:
        """A place on a widget, in the coordinates of its window, and where it is in words."""
        window = self._some_window()
        widget = self._some_widget(window)
        return Target(window), widget.mapTo(window, self._place_in(widget)), f"on {_words(widget)}"

    def _some_window(self) -> QWidget:
        """Most often the main window; but what it has opened is used, and gets closed."""
        others = self._other_windows()
        if others and self._random.random() < 0.4:
            return self._random.choice(others)
        return self._window

    def _other_windows(self) -> list[QWidget]:
        return [
            one
            for one in QApplication.topLevelWidgets()
            if one.isVisible() and one is not self._window and one.isWindow()
        ]

    def _some_widget(self, window: QWidget) -> QWidget:
        seen = [one for one in window.findChildren(QWidget) if one.isVisible() and one.window() is window]
        seen = [one for one in seen if not one.visibleRegion().isEmpty()]
        return self._random.choice(seen) if seen else window

    def _place_in(self, widget: QWidget) -> QPoint:
        area = widget.visibleRegion().boundingRect() if widget.isVisible() else widget.rect()
        return QPoint(
            self._random.randint(area.left(), max(area.left(), area.right())),
            self._random.randint(area.top(), max(area.top(), area.bottom())),
        )


def _address(widget: QWidget) -> int:
    return int(shiboken6.getCppPointer(widget)[0])


def _letter(letter: str) -> None:
    focus = QApplication.focusWidget()
    if focus is not None:
        QTest.keyClicks(focus, letter)


def _entries(menu: QMenu) -> Sequence[QAction]:
    return [
        action
        for action in menu.actions()
        if action.isEnabled() and not action.isSeparator() and action.menu() is None
    ]


def _words(widget: QWidget) -> str:
    """What finds a widget: its class and what it is called."""
    name = widget.accessibleName() or widget.objectName()
    parent = widget.parentWidget()
    around = f" of {type(parent).__name__}" if parent is not None and not name else ""
    return f"{type(widget).__name__}{f' “{name}”' if name else ''}{around}"
