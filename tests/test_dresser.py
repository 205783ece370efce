"""A look reaches what is in sight at once, what is hidden when it is shown, and each of it once."""

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QMenu, QPushButton, QVBoxLayout, QWidget

from logreg_gui import dresser
from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.dresser import Dresser
from logreg_gui.views.style import DARK, LIGHT, Look, load_fonts

SMALL, LARGE, DARK_LARGE = Look(LIGHT, 720), Look(LIGHT, 720, 1.5), Look(DARK, 720, 1.5)


class Styled(QObject):
    """Counts how often widgets are told of another style."""

    def __init__(self, *widgets):
        super().__init__()
        self.count = 0
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.StyleChange
        return False


class Window(QMainWindow):
    """A button in sight, another one and what is around it hidden, a menu."""

    def __init__(self):
        super().__init__()
        load_fonts()
        self.page, self.inner = QWidget(), QWidget()
        self.seen, self.hidden, self.menu = QPushButton("seen"), QPushButton("hidden"), QMenu("menu", self)
        self.label = QLabel("in the page")
        for button in (self.seen, self.hidden):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a focused one has a thicker edge
        canvas = QWidget()
        for parent, *children in (
            (canvas, self.seen, self.page),
            (self.page, self.label, self.inner),
            (self.inner, self.hidden),
        ):
            layout = QVBoxLayout(parent)
            for child in children:
                layout.addWidget(child)
        self.setCentralWidget(canvas)
        self.page.hide()
        self.inner.hide()
        self.dresser = Dresser(self)


@pytest.fixture
def window(qtbot):
    font, palette = QApplication.font(), QApplication.palette()
    window = Window()
    qtbot.addWidget(window)
    wear(window, SMALL)
    window.show()
    yield window
    QApplication.setFont(font)
    QApplication.setPalette(palette)


def wear(window, look):
    for _ in window.dresser.wear(look):
        pass


def type_size(widget):
    return widget.font().pixelSize()


def test_what_is_in_sight_takes_a_look_at_once_and_once_each(window):
    height = window.seen.sizeHint().height()
    styled = Styled(window.seen)
    sheet = window.styleSheet()
    wear(window, LARGE)
    assert styled.count == 1
    assert type_size(window.seen) == type_size(window) == LARGE.base
    assert window.seen.sizeHint().height() > height
    assert window.styleSheet() == sheet


def test_the_same_sizes_and_colours_are_no_other_look(window):
    styled = Styled(window.seen)
    wear(window, Look(LIGHT, SMALL.height - 1))
    assert Look(LIGHT, SMALL.height - 1).base == SMALL.base
    assert styled.count == 0


def test_what_is_hidden_takes_the_present_look_when_it_is_shown(window):
    styled = Styled(window.label, window.hidden)
    wear(window, LARGE)
    wear(window, DARK_LARGE)
    assert styled.count == 0
    window.page.show()
    assert styled.count == 1
    assert type_size(window.label) == DARK_LARGE.base
    assert window.label.palette().windowText().color().name() == DARK.text
    window.inner.show()
    assert type_size(window.hidden) == DARK_LARGE.base
    assert window.hidden.sizeHint().height() == window.seen.sizeHint().height()


def test_what_comes_back_in_its_own_look_is_left_alone(window):
    window.page.show()
    styled = Styled(window.label)
    window.page.hide()
    wear(window, LARGE)
    wear(window, SMALL)
    window.page.show()
    assert styled.count == 0
    assert type_size(window.label) == SMALL.base


def test_what_was_dressed_and_put_away_again_is_dressed_again(window):
    for look in (LARGE, SMALL, DARK_LARGE, SMALL):
        wear(window, look)
        window.page.show()
        assert type_size(window.label) == look.base
        window.page.hide()


def test_a_window_that_is_closed_takes_the_look_when_it_is_opened(window):
    window.close()
    styled = Styled(window.seen)
    wear(window, LARGE)
    assert styled.count == 0
    window.show()
    assert type_size(window.seen) == LARGE.base


@pytest.mark.qt_log_ignore("This plugin does not support")  # popups of the offscreen platform
def test_menus_and_lists_are_ready_before_they_open(window):
    field = ChoiceField("what", [("one", 1), ("two", 2)])
    window.centralWidget().layout().addWidget(field)
    field.show()
    field.showPopup()
    field.hidePopup()
    height = field.view().sizeHintForRow(0)
    wear(window, LARGE)
    assert type_size(window.menu) == LARGE.base
    field.showPopup()
    assert field.view().sizeHintForRow(0) > 1.2 * height
    assert field.view().height() >= 2 * field.view().sizeHintForRow(0)
    field.hidePopup()


def test_a_look_that_comes_before_the_last_one_is_through_is_taken_all_the_same(window, monkeypatch):
    monkeypatch.setattr(dresser, "SLICE_SECONDS", 0.0)
    pieces = window.dresser.wear(LARGE)
    next(pieces)
    assert type_size(window.seen) == SMALL.base
    wear(window, Look(LIGHT, LARGE.height - 1, 1.5))
    assert type_size(window.seen) == LARGE.base


def test_a_widget_that_goes_away_meanwhile_is_left_out(window, monkeypatch):
    monkeypatch.setattr(dresser, "SLICE_SECONDS", 0.0)
    pieces = window.dresser.wear(LARGE)
    next(pieces)
    shiboken6.delete(window.seen)
    assert list(pieces)
    assert type_size(window.menu) == LARGE.base
