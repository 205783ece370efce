"""Edits can be taken back and made again, one entry per gesture."""

from dataclasses import replace

from logreg_gui.presets import PRESETS
from logreg_gui.scenario import Edit, with_model
from logreg_gui.session.undo import DEEPEST, UndoStack

BASE = PRESETS["overlapping"]


def rate(value):
    return with_model(BASE, learning_rate=value)


def test_a_new_stack_has_nothing_to_undo_or_redo():
    stack = UndoStack()
    assert (stack.undo_label, stack.redo_label) == ("", "")
    assert stack.undo() is None
    assert stack.redo() is None


def test_undo_and_redo_walk_the_same_scenarios():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "first"))
    stack.push(rate(0.1), Edit(rate(0.2), "second"))
    assert stack.undo_label == "second"
    assert stack.undo() == rate(0.1)
    assert stack.undo() == BASE
    assert (stack.undo_label, stack.redo_label) == ("", "first")
    assert stack.redo() == rate(0.1)
    assert stack.redo() == rate(0.2)


def test_a_drag_is_one_entry_that_leads_back_to_its_beginning():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "drag"))
    stack.push(rate(0.1), Edit(rate(0.2), "drag", continues=True))
    stack.push(rate(0.2), Edit(rate(0.3), "drag", continues=True))
    assert stack.undo() == BASE
    assert stack.redo() == rate(0.3)


def test_a_second_drag_of_the_same_thing_is_a_second_entry():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "drag"))
    stack.push(rate(0.1), Edit(rate(0.2), "drag"))
    assert stack.undo() == rate(0.1)


def test_a_new_edit_forgets_what_had_been_undone():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "first"))
    stack.undo()
    stack.push(BASE, Edit(rate(0.5), "other"))
    assert stack.redo() is None
    assert stack.undo() == BASE


def test_the_oldest_edits_are_forgotten_beyond_the_depth():
    stack = UndoStack()
    before = BASE
    for count in range(1, DEEPEST + 3):
        stack.push(before, Edit(replace(BASE, steps=count), "steps"))
        before = replace(BASE, steps=count)
    undone = 0
    while (scenario := stack.undo()) is not None:
        undone, last = undone + 1, scenario
    assert undone == DEEPEST
    assert last.steps == 2


def test_a_gesture_that_ends_where_it_began_leaves_no_entry_and_keeps_what_could_be_redone():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "drag"))
    stack.push(rate(0.1), Edit(rate(0.2), "other"))
    stack.undo()
    stack.push(rate(0.1), Edit(rate(0.3), "drag"))
    stack.push(rate(0.3), Edit(rate(0.1), "drag", continues=True))
    assert (stack.undo_label, stack.redo_label) == ("drag", "other")
    assert stack.redo() == rate(0.2)


def test_a_gesture_that_passes_its_beginning_is_still_one_entry_of_its_own():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "drag"))
    stack.push(rate(0.1), Edit(rate(0.2), "drag"))
    stack.push(rate(0.2), Edit(rate(0.1), "drag", continues=True))
    stack.push(rate(0.1), Edit(rate(0.4), "drag", continues=True))
    assert stack.undo() == rate(0.1)
    assert stack.undo() == BASE
    assert stack.redo() == rate(0.1)
    assert stack.redo() == rate(0.4)


def test_an_edit_that_proved_impossible_is_no_entry():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "first"))
    stack.push(rate(0.1), Edit(rate(0.2), "second"))
    stack.take_back(rate(0.2), rate(0.1))
    assert (stack.undo_label, stack.redo_label) == ("first", "")
    assert stack.undo() == BASE


def test_a_drag_that_ended_in_the_impossible_leads_back_to_its_beginning():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "drag"))
    stack.push(rate(0.1), Edit(rate(0.2), "drag", continues=True))
    stack.take_back(rate(0.2), rate(0.1))
    assert stack.undo() == BASE
    assert stack.redo() == rate(0.1)


def test_an_undo_that_was_cancelled_can_be_asked_for_again():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "first"))
    assert stack.undo() == BASE
    stack.take_back(BASE, rate(0.1))
    assert (stack.undo_label, stack.redo_label) == ("first", "")
    assert stack.undo() == BASE


def test_a_refusal_of_something_else_changes_nothing():
    stack = UndoStack()
    stack.push(BASE, Edit(rate(0.1), "first"))
    stack.take_back(rate(0.9), BASE)
    assert stack.undo_label == "first"
