"""A hand on the boundary moves or turns it, keeps its steepness, and leaves one entry to undo."""

import math
from dataclasses import replace

import numpy as np
import pytest

from logreg_gui.controls.line_editor import LineDrag, LineEditor, between
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import with_model

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


@pytest.mark.parametrize("seed", range(20))
def test_a_line_through_two_places_is_as_steep_and_keeps_the_classes_on_their_sides(seed):
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, 2)) * 2.0
    made = between(LINE, tuple(first), tuple(second), 0.01)
    scale = math.hypot(*LINE[1:])
    assert math.hypot(*made[1:]) == pytest.approx(scale, rel=1e-3)
    for place in (first, second):
        assert on(made, place) / scale == pytest.approx(0.0, abs=0.01)
    assert made[1] * LINE[1] + made[2] * LINE[2] >= 0.0


def test_two_clicks_at_one_place_move_the_line_there():
    made = between(LINE, (1.0, 2.0), (1.01, 2.01), 0.01)
    assert made[1:] == LINE[1:]
    assert on(made, (1.0, 2.0)) == pytest.approx(0.0, abs=1e-3)


def test_what_a_hand_makes_can_be_shown_whole():
    rng = np.random.default_rng(3)
    for scale in (0.1, 1.0, 1e3):
        for _ in range(50):
            weights = tuple((scale * rng.normal(size=3)).tolist())
            made = LineDrag(weights, (0.1, 0.2), (0.1, 0.2), half=4.0).moved(*rng.normal(size=2))
            digits = [f"{abs(weight):.10g}".replace(".", "").lstrip("0") for weight in made]
            assert max(map(len, digits)) <= 6


def test_a_key_moves_the_line_tells_it_at_once_and_presses_in_a_row_are_one_entry(editor, edits):
    told = []
    editor.weights_changed.connect(told.append)
    editor.nudge(LINE, MIDDLE, MIDDLE, 3.0, (0.2, 0.0))
    editor.nudge(told[-1], (0.1, -0.2), (0.1, -0.2), 3.0, (0.0, 0.1))
    assert told == [edit.scenario.initial_weights for edit in edits]
    assert on(told[-1], (0.1, -0.1)) == pytest.approx(0.0, abs=1e-3)
    assert [(edit.label, edit.continues) for edit in edits] == [("Nudge the boundary", True)] * 2
    editor.nudge(told[-1], (0.1, -0.1), (0.1, -0.1), 3.0, (0.0, 0.0))
    assert len(edits) == 2


def test_clicks_that_snap_meet_the_grid(editor, edits):
    editor.place(LINE, (0.9, 0.1), (-0.1, 1.1), 0.01, True)
    made = edits[-1].scenario.initial_weights
    assert on(made, (1.0, 0.0)) == pytest.approx(0.0, abs=1e-3)
    assert on(made, (0.0, 1.0)) == pytest.approx(0.0, abs=1e-3)
    assert edits[-1].label == "Place the boundary"
    assert not edits[-1].continues


def hear(editor, *names):
    """A list that grows by the name of every one of these signals."""
    told = []
    for name in names:
        getattr(editor, name).connect(lambda *_, name=name: told.append(name))
    return told


def test_the_hand_tells_when_it_begins_to_move_lets_go_and_takes_back_and_a_click_tells_nothing(
    editor, edits
):
    told = hear(editor, "held", "scenario_edited", "let_go", "taken_back")
    for x, end in (
        (0.3, editor.release),
        (0.6, editor.cancel),
        (None, editor.cancel),
        (None, editor.release),
    ):
        editor.grab(LINE, *MIDDLE, *MIDDLE, 3.0)
        if x is not None:
            editor.drag(x, 0.0)
        end()
    editor.release()
    assert told == [
        "held",
        "scenario_edited",
        "let_go",
        "held",
        "scenario_edited",
        "scenario_edited",
        "taken_back",
    ]


@pytest.mark.parametrize("moves", [0, 2])
def test_another_scenario_takes_the_line_out_of_the_hand(editor, edits, moves):
    told = hear(editor, "interrupted", "let_go", "taken_back")
    editor.grab(LINE, *MIDDLE, *MIDDLE, 3.0)
    for move in range(moves):
        editor.drag(0.2 + move, 0.0)
        editor.go_on()
    assert len(edits) == moves
    assert told == []
    editor.show_scenario(PRESETS["separated"])
    assert told == ["interrupted"]
    editor.go_on()
    editor.drag(0.9, 0.0)
    editor.go_on()
    editor.cancel()
    editor.release()
    assert len(edits) == moves
    assert told == ["interrupted"]


def test_an_undo_while_the_line_is_held_is_not_redone(editor, edits):
    told = hear(editor, "interrupted")
    editor.grab(LINE, *MIDDLE, *MIDDLE, 3.0)
    editor.drag(0.2, 0.0)
    editor.show_scenario(PRESETS["overlapping"])
    editor.go_on()
    editor.release()
    assert len(edits) == 1
    assert told == ["interrupted"]


def test_the_line_of_a_key_is_outdated_once_training_starts_elsewhere(editor, edits):
    told = hear(editor, "outdated")
    editor.nudge(LINE, MIDDLE, MIDDLE, 3.0, (0.2, 0.0))
    editor.nudge(LINE, MIDDLE, MIDDLE, 3.0, (0.4, 0.0))
    editor.show_scenario(with_model(edits[-1].scenario, learning_rate=0.01))
    assert told == []
    editor.show_scenario(replace(edits[-1].scenario, start="zeros"))
    editor.show_scenario(PRESETS["overlapping"])
    assert told == ["outdated"]
