"""What the plane tells becomes edits: one at a time, and one entry for a gesture."""

import pytest

from logreg_gui.controls.gestures import PaintTool
from logreg_gui.controls.hands import PlaneEditor
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import with_seed

BASE = PRESETS["overlapping"]


@pytest.fixture
def told(qapp):
    """An editor, and all it tells; edits are adopted as the session does."""
    editor = PlaneEditor(BASE)
    edits, gaussians, brushes, interruptions = [], [], [], []

    def adopt(edit):
        edits.append(edit)
        editor.show_scenario(edit.scenario)

    editor.scenario_edited.connect(adopt)
    editor.gaussians_changed.connect(gaussians.append)
    editor.brush_changed.connect(lambda *brush: brushes.append(brush))
    editor.interrupted.connect(lambda: interruptions.append(True))
    editor.made = edits, gaussians, brushes, interruptions
    return editor


def grab(editor):
    editor.grab(0, "mean", -0.9, -0.5, 2.0, 0.01)


def test_showing_is_not_editing(told):
    told.show_scenario(PRESETS["separated"])
    assert told.made[0] == []
    assert told.made[1] == [PRESETS["separated"].data.classes]


def test_one_edit_at_a_time_and_the_last_place_is_never_lost(told):
    edits, gaussians, _, _ = told.made
    grab(told)
    for step in range(1, 5):
        told.drag(-0.9 + 0.1 * step, -0.5, False, False)
    assert len(edits) == 1
    assert gaussians[-1][0].mean == (-0.5, -0.5)
    told.go_on()
    assert [edit.scenario.data.classes[0].mean for edit in edits] == [(-0.8, -0.5), (-0.5, -0.5)]
    assert [edit.continues for edit in edits] == [False, True]
    told.drag(0.0, 0.0, False, False)
    told.release()
    assert edits[-1].scenario.data.classes[0].mean == (0.0, 0.0)


def test_nothing_leaves_while_rows_are_made_ready_but_the_last_place(told):
    edits = told.made[0]
    grab(told)
    told.drag(-0.8, -0.5, False, False)
    told.hold(True)
    told.drag(-0.7, -0.5, False, False)
    told.go_on()
    assert len(edits) == 1
    told.hold(False)
    told.go_on()
    assert len(edits) == 2
    told.hold(True)
    told.drag(-0.6, -0.5, False, False)
    told.release()
    assert edits[-1].scenario.data.classes[0].mean == (-0.6, -0.5)


def test_a_cancelled_drag_ends_where_it_began(told):
    grab(told)
    told.drag(0.0, 0.0, False, False)
    told.cancel()
    assert told.made[0][-1].scenario == BASE
    assert told.made[0][-1].continues
    assert told.made[1][-1] == BASE.data.classes
    told.drag(1.0, 1.0, False, False)
    assert told.made[0][-1].scenario == BASE


def test_a_click_without_a_move_is_no_edit(told):
    grab(told)
    told.release()
    assert told.made[0] == []


def test_other_data_take_the_gesture_out_of_the_hand_and_another_speed_does_not(told):
    edits, _, _, interruptions = told.made
    grab(told)
    told.drag(0.0, 0.0, False, False)
    told.go_on()
    told.show_scenario(with_seed(edits[-1].scenario, 99))
    assert interruptions == [True]
    count = len(edits)
    told.drag(0.5, 0.5, False, False)
    told.release()
    assert len(edits) == count


def test_the_brush_is_there_for_painted_points_alone(told):
    brushes = told.made[2]
    told.take_tool(PaintTool("paint", 1, 20.0))
    assert brushes[-1] == (0.0, -1)
    told.scenario_chosen.connect(told.show_scenario)
    told.paint()
    assert brushes[-1] == (20.0, 1)
    told.take_tool(PaintTool("erase", 1, 30.0))
    assert brushes[-1] == (30.0, -1)
    told.take_tool(None)
    assert brushes[-1] == (0.0, -1)
    told.begin_stroke(0.0, 0.0, 1.0, 1.0)
    assert told.made[0] == []


def test_keys_in_a_row_continue_one_entry(told):
    for _ in range(3):
        told.nudge(1, "mean", 2.0, 0.1, 0.0)
    edits = told.made[0]
    assert {edit.label for edit in edits} == {"Nudge class 1"}
    assert all(edit.continues for edit in edits)
    assert edits[-1].scenario.data.classes[1].mean == pytest.approx((1.2, 0.6))
