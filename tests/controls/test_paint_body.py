"""The tools of painted points: what they tell, and that showing tells nothing."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from logreg_gui.controls.gestures import PaintTool
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import painted
from tests.controls.find import number

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def paper(make_column):
    column = make_column(painted(PRESETS["overlapping"]))
    column.tools = []
    column.data.painting.tool_changed.connect(column.tools.append)
    return column


def button(column, name):
    found = column.data.painting.findChildren(QPushButton)
    return next(b for b in found if name in (b.text(), b.accessibleName()))


def test_showing_points_is_neither_an_edit_nor_another_tool(paper):
    paper.told.clear()
    paper.show(painted(PRESETS["three-gaussians"]))
    assert (paper.edits, paper.tools, paper.told) == ([], [], [])


def test_tools_classes_and_brush_are_told(qtbot, paper, retype):
    qtbot.mouseClick(button(paper, "Erase"), LEFT)
    assert paper.tools[-1].kind == "erase"
    qtbot.mouseClick(button(paper, "class 1"), LEFT)
    assert (paper.tools[-1].kind, paper.tools[-1].label) == ("paint", 1)
    retype(number(paper.data, "brush size"), "30")
    retype(number(paper.data, "brush density"), "7")
    assert paper.tools[-1] == PaintTool("paint", 1, 30.0, 7)
    qtbot.mouseClick(button(paper, "Paint"), LEFT)
    assert paper.tools[-1] is None


@pytest.mark.parametrize(("field", "text"), [("brush size", "3"), ("brush density", "2.5")])
def test_a_brush_that_cannot_be_is_refused_in_words(paper, retype, field, text):
    before = paper.data.painting.tool
    retype(number(paper.data, field), text)
    assert number(paper.data, field).error
    assert paper.data.painting.tool == before


def test_jitter_and_clear_are_edits_with_names(qtbot, paper):
    for name in ("Jitter", "Clear"):
        qtbot.mouseClick(button(paper, name), LEFT)
    assert [edit.label for edit in paper.edits] == ["Jitter points", "Clear points"]
    assert paper.scenario.data.n_rows == 2


def test_as_many_classes_are_offered_as_there_are_and_one_more(paper):
    offered = [b for b in paper.data.painting._class_buttons if b.isVisible()]
    assert len(offered) == 3
    paper.show(replace(painted(PRESETS["three-gaussians"])))
    assert [b.isVisible() for b in paper.data.painting._class_buttons] == [True] * 4 + [False] * 2


def test_the_tools_fit_into_the_narrowest_column_and_have_targets(paper):
    assert paper.data.minimumSizeHint().width() <= 266 - 18
    for push in paper.data.painting.findChildren(QPushButton):
        if push.isVisible():
            assert push.toolTip()
            assert push.height() >= 24
            assert push.width() >= 24
            assert push.fontMetrics().horizontalAdvance(push.text()) <= push.width()
