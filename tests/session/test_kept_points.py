"""What the undo stack keeps of painted points: every bit, and once what two sets have in common."""

from dataclasses import replace

import numpy as np
import pytest

from logreg_gui.presets import PRESETS
from logreg_gui.scenario import Edit, PaintedData, flipped, sprayed, with_data, without_points
from logreg_gui.session.kept_points import KeptPoints
from logreg_gui.session.undo import UndoStack

N_ROWS = 15_000


@pytest.fixture(scope="module")
def painted():
    """A scenario of many points, among them numbers that == does not tell apart or that are hardly there."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(N_ROWS, 2)).astype(np.float32)
    features[0], features[1], features[2] = (0.0, -0.0), (1e-45, -1e-45), (1e30, -1e30)
    data = PaintedData(features, rng.integers(0, 3, N_ROWS), 3)
    return replace(with_data(PRESETS["overlapping"], data), steps=123, start="random", start_seed=7)


def shifted(scenario, rng):
    """With all points elsewhere."""
    data = scenario.data
    features = data.features + rng.normal(size=(1, 2)).astype(np.float32)
    return with_data(scenario, PaintedData(features, data.labels, data.n_classes))


def same_bits(one, other):
    return (one.features.tobytes(), one.labels.tobytes(), one.n_classes) == (
        other.features.tobytes(),
        other.labels.tobytes(),
        other.n_classes,
    )


def kept_bytes(stack):
    """Of all blocks that the stack holds, each counted once."""
    points = [one for entry in stack._entries for one in (entry.kept_before, entry.kept_after)]
    blocks = {id(block): len(block) for one in points if isinstance(one, KeptPoints) for block in one.blocks}
    return sum(blocks.values())


def test_a_scenario_comes_back_as_it_was_to_the_last_bit(painted):
    again = KeptPoints.of(painted, {}).scenario()
    assert again == painted
    assert same_bits(again.data, painted.data)


def test_other_data_are_not_kept_so():
    with pytest.raises(TypeError, match="must be painted points, got GaussianData"):
        KeptPoints.of(PRESETS["overlapping"], {})


def test_a_hundred_strokes_on_many_points_take_little_more_than_the_points(painted):
    stack, present, way = UndoStack(), painted, [painted]
    for number in range(100):
        data = sprayed(present.data, [(0.1 * number, 1.0)], (0.5, 0.5), number % 3, 3)
        after = with_data(present, data)
        stack.push(present, Edit(after, f"stroke {number}"))
        present = after
        way.append(present)
    whole = 9 * N_ROWS
    assert kept_bytes(stack) < whole + 100 * 2 * 9 * 512  # each stroke adds to a block or begins one
    for expected in reversed(way[:-1]):
        assert same_bits(stack.undo().data, expected.data)
    for expected in way[1:]:
        assert same_bits(stack.redo().data, expected.data)


def test_a_gesture_over_many_points_keeps_its_beginning_and_its_end(painted):
    stack, present = UndoStack(), painted
    for number in range(50):
        after = with_data(present, flipped(present.data, range(20 * number, 20 * number + 20)))
        stack.push(present, Edit(after, "Flip labels", continues=number > 0))
        present = after
    assert kept_bytes(stack) <= 9 * N_ROWS + 2 * 512  # the labels of two blocks are others
    assert same_bits(stack.undo().data, painted.data)
    assert same_bits(stack.redo().data, present.data)


def test_erased_points_come_back(painted):
    stack = UndoStack()
    after = with_data(painted, without_points(painted.data, range(100, 9000)))
    stack.push(painted, Edit(after, "Erase points"))
    stack.push(after, Edit(PRESETS["moons"], "Load moons"))
    assert stack.undo() == after
    assert stack.undo() == painted
    assert stack.redo() == after
    assert stack.redo() == PRESETS["moons"]


def test_the_same_points_that_come_again_later_take_nothing(painted):
    stack, few = UndoStack(), with_data(painted, without_points(painted.data, range(9, N_ROWS)))
    for number in range(5):
        again = with_data(painted, PaintedData(painted.data.features.copy(), painted.data.labels.copy(), 3))
        stack.push(PRESETS["moons"], Edit(again, f"Load {number}"))
        stack.push(again, Edit(few, f"Erase {number}"))
        stack.push(few, Edit(PRESETS["moons"], f"Leave {number}"))
    assert kept_bytes(stack) == 9 * N_ROWS + 9 * few.data.n_rows


def test_points_on_the_way_of_a_gesture_are_forgotten(painted):
    stack, present = UndoStack(), painted
    rng = np.random.default_rng(1)
    for number in range(200):
        after = shifted(painted, rng)
        stack.push(present, Edit(after, "Move points", continues=number > 0))
        present = after
    assert kept_bytes(stack) == 8 * N_ROWS + 9 * N_ROWS
    # Of 200 places of 30 blocks each most were on the way.
    assert len(stack._blocks) < 2000
    assert stack.undo() == painted


def test_undo_and_redo_of_the_last_edit_give_back_the_very_scenarios(painted):
    stack = UndoStack()
    after = with_data(painted, sprayed(painted.data, [(0.0, 0.0)], (1.0, 1.0), 0, 5))
    stack.push(painted, Edit(after, "Paint points"))
    assert stack.undo() is painted
    assert stack.redo() is after
    stack.push(after, Edit(PRESETS["moons"], "Load moons"))
    assert stack.undo() is after


def test_blocks_of_edits_that_were_undone_and_given_up_are_forgotten(painted):
    stack, present = UndoStack(), painted
    rng = np.random.default_rng(2)
    for number in range(60):
        after = shifted(painted, rng)
        stack.push(present, Edit(after, f"Jitter {number}"))
        present = after
    for _ in range(60):
        present = stack.undo()
    stack.push(present, Edit(PRESETS["moons"], "Load moons"))
    assert sum(map(len, stack._blocks)) <= 3 * 9 * N_ROWS  # the last two and the first, not sixty
    assert same_bits(stack.undo().data, painted.data)
