"""The line icons: drawn once for each colour."""

import pytest
from PySide6.QtGui import QColor

from logreg_gui.views.icons import icon


def test_an_icon_is_the_same_each_time_so_that_what_qt_keeps_of_it_does_not_grow(qapp):
    ink = QColor("#123456")
    assert icon("play", ink).cacheKey() == icon("play", QColor(ink)).cacheKey()
    assert icon("play", ink).cacheKey() != icon("pause", ink).cacheKey()


def test_an_icon_has_the_colour_it_is_asked_for_and_nothing_else(qapp):
    for name in ("#ff0000", "#00ff00"):
        picture = icon("play", QColor(name)).pixmap(64, 64).toImage()
        seen = {
            picture.pixelColor(x, y).name()
            for x in range(64)
            for y in range(64)
            if picture.pixelColor(x, y).alpha() == 255
        }
        assert seen == {name}


def test_an_icon_that_is_not_there_is_an_error(qapp):
    with pytest.raises(FileNotFoundError):
        icon("no such icon", QColor("black"))
