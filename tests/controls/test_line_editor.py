"""A hand on the boundary moves or turns it, keeps its steepness, and leaves one entry to undo."""

import math

import numpy as np
import pytest

from logreg_gui.controls.line_editor import LineDrag, LineEditor
from logreg_gui.presets import PRESETS

LINE = (0.5, 1.0, 2.0)
MIDDLE = (-0.1, -0.2)  # the point of the line nearest to the origin


def on(weights, point):
    return weights[0] + weights[1] * point[0] + weights[2] * point[1]


def test_near_the_middle_the_line_is_moved_and_keeps_its_direction():
    drag = LineDrag(LINE, MIDDLE, MIDDLE, half=3.0)
    moved = drag.moved(0.7, 1.1)
    assert moved[1:] == LINE[1:]
    assert on(moved, (0.7, 1.1)) == pytest.approx(0.0, abs=1e-4)
    assert drag.moved(*MIDDLE) == pytest.approx(LINE, abs=1e-4)


@pytest.mark.parametrize("seed", range(20))
def test_further_out_it_turns_about_the_middle_and_follows_the_hand(seed):
    rng = np.random.default_rng(seed)
    along = np.array((2.0, -1.0)) / math.sqrt(5.0)
    start = np.array(MIDDLE) + 2.5 * rng.choice((-1, 1)) * along
    hand = np.array(MIDDLE) + rng.normal(size=2) * 3.0
    turned = LineDrag(LINE, tuple(start), MIDDLE, half=3.0).moved(*hand)
    scale = math.hypot(*turned[1:])
    assert scale == pytest.approx(math.hypot(*LINE[1:]), rel=1e-4)
    assert on(turned, MIDDLE) == pytest.approx(0.0, abs=1e-3)
    assert on(turned, hand) / scale == pytest.approx(0.0, abs=1e-3 * (1 + np.abs(hand).max()))


def test_a_hand_that_comes_back_undoes_what_it_did():
    along = np.array((2.0, -1.0)) / math.sqrt(5.0)
    start = tuple(np.array(MIDDLE) + 2.5 * along)
    assert LineDrag(LINE, start, MIDDLE, half=3.0).moved(*start) == pytest.approx(LINE, abs=1e-4)


@pytest.fixture
def editor(qapp):
    return LineEditor(PRESETS["overlapping"])


@pytest.fixture
def edits(editor):
    found = []
    editor.scenario_edited.connect(found.append)
    editor.scenario_edited.connect(lambda edit: editor.show_scenario(edit.scenario))
    return found


def test_a_drag_is_one_gesture_and_sets_the_initial_weights(editor, edits):
    editor.grab(LINE, *MIDDLE, *MIDDLE, 3.0)
    for x in (0.2, 0.4, 0.6):
        editor.drag(x, 0.0)
        editor.go_on()
    editor.release()
    assert [edit.continues for edit in edits] == [False, True, True]
    assert edits[-1].scenario.initial_weights == LineDrag(LINE, MIDDLE, MIDDLE, 3.0).moved(0.6, 0.0)
    assert edits[-1].scenario.start == "weights"


def test_no_edit_leaves_before_the_window_has_drawn_the_last_one(editor, edits):
    editor.grab(LINE, *MIDDLE, *MIDDLE, 3.0)
    editor.drag(0.2, 0.0)
    editor.drag(0.4, 0.0)
    editor.drag(0.6, 0.0)
    assert len(edits) == 1
    editor.go_on()
    assert len(edits) == 2
    assert edits[-1].scenario.initial_weights == LineDrag(LINE, MIDDLE, MIDDLE, 3.0).moved(0.6, 0.0)


def test_cancelling_brings_the_weights_back(editor, edits):
    before = PRESETS["overlapping"]
    editor.grab(LINE, *MIDDLE, *MIDDLE, 3.0)
    editor.drag(0.2, 0.0)
    editor.cancel()
    assert edits[-1].scenario == before
    assert edits[-1].continues
    editor.drag(0.9, 0.0)
    assert len(edits) == 2
