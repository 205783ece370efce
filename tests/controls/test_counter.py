"""The step on the transport bar."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from logreg_gui.controls.counter import Counter


class LayoutRequests(QObject):
    """Counts how often a widget is asked to lay itself out anew."""

    def __init__(self, widget):
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def shown(qtbot):
    window = QWidget()
    counter = Counter()
    QHBoxLayout(window).addWidget(counter)
    qtbot.addWidget(window)
    window.resize(500, 60)
    window.show()
    qtbot.waitExposed(window)
    counter.show_step(1, 10_000)
    qtbot.waitUntil(lambda: counter.width() == counter.sizeHint().width())
    return window, counter, LayoutRequests(window)


def test_a_step_does_not_lay_out_the_window_but_a_longer_run_does(qtbot, shown):
    _, counter, requests = shown
    before = counter.grab().toImage()
    counter.show_step(9_876, 10_000)
    qtbot.waitUntil(lambda: counter.grab().toImage() != before)
    assert counter.text == "t = 9,876 / 10,000"
    assert counter.accessibleName() == counter.text
    qtbot.wait(0)
    assert requests.count == 0
    narrow = counter.width()
    counter.show_step(9_877, 1_000_000)
    qtbot.waitUntil(lambda: requests.count > 0)
    qtbot.waitUntil(lambda: counter.width() > narrow)
    assert counter.width() >= counter.fontMetrics().horizontalAdvance("t = 1,000,000 / 1,000,000")


def test_the_widest_step_is_not_cut(qtbot, shown):
    window, counter, _ = shown
    counter.show_step(10_000, 10_000)
    image = counter.grab().toImage()
    background = window.palette().color(QPalette.ColorRole.Window)

    def is_free(x):
        return all(image.pixelColor(x, y) == background for y in range(image.height()))

    assert is_free(0)
    assert not all(is_free(x) for x in range(image.width()))
