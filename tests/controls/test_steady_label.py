"""Text that changes many times a second: nothing around it is laid out anew for it."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from logreg_gui.controls.remark import Remark
from logreg_gui.controls.steady_label import SteadyLabel


class Witness(QObject):
    """Counts how often a widget is asked to lay itself out."""

    def __init__(self, watched):
        super().__init__()
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def show(qtbot):
    def show(label, width=200):
        room = QWidget()
        layout = QVBoxLayout(room)
        layout.addWidget(label)
        layout.addStretch(1)
        room.resize(width, 200)
        qtbot.addWidget(room)
        room.show()
        qtbot.waitExposed(room)
        QApplication.processEvents()
        room.witness = Witness(room)
        return room

    return show


@pytest.mark.parametrize("make", [lambda: SteadyLabel("matrix"), lambda: Remark(2)], ids=["label", "remark"])
def test_a_text_of_the_same_size_lays_nothing_out(show, make):
    label = make()
    label.setText("1.21  0.47")
    room = show(label)
    for number in range(20):
        label.setText(f"1.{number:02}  0.47")
        QApplication.processEvents()
    assert room.witness.count == 0
    assert label.text() == "1.19  0.47"


def test_a_text_that_needs_more_room_gets_it(show):
    label = SteadyLabel("matrix")
    label.setText("1.21")
    room = show(label)
    before = label.height()
    label.setText("1.21\n0.47\n0.12")
    QApplication.processEvents()
    assert room.witness.count > 0
    assert label.height() > 2 * before
    assert label._label.height() == label.height()


def test_a_remark_that_breaks_into_more_lines_gets_them(show):
    remark = Remark()
    remark.setText("short")
    room = show(remark, width=160)
    before = remark.height()
    remark.setText("words and words and words and words and words and words")
    QApplication.processEvents()
    assert remark.height() >= remark._label.heightForWidth(remark.width()) > 2 * before
    assert room.witness.count > 0


def test_larger_type_gets_more_room_and_smaller_less(show):
    label = SteadyLabel("matrix")
    label.setText("1.21  0.47\n0.47  0.72")
    room = show(label)
    heights = []
    for size in (10, 30, 10):
        font = QFont(room.font())
        font.setPixelSize(size)
        room.setFont(font)
        QApplication.processEvents()
        heights.append(label.height())
    assert heights[1] > 2 * heights[0]
    assert heights[2] == heights[0]


def test_it_is_read_out_by_its_label(show):
    label = SteadyLabel("matrix")
    label.setAccessibleName("covariance 1, 0; 0, 1")
    assert label._label.accessibleName() == "covariance 1, 0; 0, 1"
    assert label._label.objectName() == "matrix"
