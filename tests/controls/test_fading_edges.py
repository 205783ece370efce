"""The edges of what scrolls in the control column: they fade where there is more beyond."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

from logreg_gui.controls.column import ControlColumn


@pytest.fixture
def column(qtbot):
    """Twelve tall buttons, of which six have room, above one that stays."""
    buttons = [QPushButton(f"{number}") for number in range(12)]
    for button in buttons:
        button.setFixedHeight(50)
    column = ControlColumn(buttons, QPushButton("last"))
    column.buttons = buttons
    qtbot.addWidget(column)
    column.set_type_size(14)
    column.resize(300, 400)
    column.show()
    qtbot.waitExposed(column)
    return column


def fading(column):
    """Whether the upper and the lower edge fade."""
    return [edge.isVisible() for edge in column._edges]


def test_only_an_edge_with_more_beyond_fades(column):
    bar = column._area.verticalScrollBar()
    assert fading(column) == [False, True]
    bar.setValue(bar.maximum() // 2)
    assert fading(column) == [True, True]
    bar.setValue(bar.maximum())
    assert fading(column) == [True, False]


def test_where_all_has_room_nothing_fades(column, qtbot):
    column.resize(300, 1000)
    qtbot.waitUntil(lambda: fading(column) == [False, False])


def test_the_edges_stay_where_they_belong_when_the_room_changes(column, qtbot):
    column.resize(340, 350)
    viewport = column._area.viewport()
    qtbot.waitUntil(lambda: column._edges[1].geometry().bottom() == viewport.height() - 1)
    assert column._edges[1].width() == viewport.width()
    assert column._edges[0].y() == 0


def test_a_faded_button_can_be_pressed(column):
    edge = column._edges[1]
    place = edge.mapToGlobal(edge.rect().center())
    assert QApplication.widgetAt(place) in column.buttons


def test_it_ends_in_the_colour_behind_it(column):
    palette = QPalette(column.palette())
    palette.setColor(QPalette.ColorRole.Window, QColor("#123456"))
    column._edges[1].setPalette(palette)
    for button in column.buttons:
        button.setStyleSheet("background: white; border: none")
    picture = column._area.viewport().grab().toImage()
    column_x, bottom = picture.width() // 2, picture.height() - 1
    last = picture.pixelColor(column_x, bottom)
    assert last.blue() - last.red() > 50, "at the very edge nothing of the white button is left"
    above = picture.pixelColor(column_x, bottom - column._edges[1].height() - 2)
    assert above.blue() == above.red(), "above the edge all is as it was"
