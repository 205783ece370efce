"""The history against a plain list, and what thinning must never do."""

import numpy as np
import pytest

from logreg_gui.core.history import History


def weights_of(step):
    return np.array([step, -2.0 * step, 0.5])


def filled(appends, limit=100_000, stride=1):
    history = History(limit)
    for step in range(0, appends * stride, stride):
        history.append(step, weights_of(step), -float(step))
    return history


def test_it_remembers_what_was_appended():
    history = filled(1000, stride=3)
    expected = np.arange(0, 3000, 3)
    assert len(history) == 1000
    assert (history.first_step, history.last_step) == (0, 2997)
    np.testing.assert_array_equal(history.steps, expected)
    np.testing.assert_array_equal(history.weights, [weights_of(step) for step in expected])
    np.testing.assert_array_equal(history.log_likelihoods, -expected.astype(float))


def test_at_or_before_finds_the_last_entry_that_is_not_later():
    history = filled(10, stride=5)
    for asked, found in [(0, 0), (4, 0), (5, 5), (44, 40), (45, 45), (10**12, 45)]:
        step, weights = history.at_or_before(asked)
        assert step == found
        np.testing.assert_array_equal(weights, weights_of(found))


def test_what_at_or_before_gives_outlives_the_history():
    history = filled(3)
    _, weights = history.at_or_before(2)
    history.clear()
    history.append(0, [7.0, 7.0, 7.0], 0.0)
    np.testing.assert_array_equal(weights, weights_of(2))
    assert not weights.flags.writeable


def test_at_or_before_the_first_entry_there_is_nothing():
    history = History()
    with pytest.raises(ValueError, match="the history is empty"):
        history.at_or_before(5)
    history.append(10, [1.0], 0.0)
    with pytest.raises(ValueError, match="no step at or before 9 is remembered: the first is 10"):
        history.at_or_before(9)


def test_an_empty_history_has_no_first_and_last_step():
    for name in ("first_step", "last_step"):
        with pytest.raises(IndexError, match="the history is empty"):
            getattr(History(), name)
    assert len(History().steps) == 0


@pytest.mark.parametrize("step", [5, 4, -1])
def test_steps_must_increase(step):
    history = filled(6)
    with pytest.raises(ValueError, match="step must be"):
        history.append(step, weights_of(step), 0.0)
    assert history.last_step == 5


@pytest.mark.parametrize("weights", [[1.0], [[1.0, 2.0, 3.0]], 1.0])
def test_weights_must_keep_their_number(weights):
    history = filled(2)
    with pytest.raises(ValueError, match=r"weights must have shape \(3,\)"):
        history.append(2, weights, 0.0)


def test_appended_weights_are_copied():
    weights = np.ones(3)
    history = History()
    history.append(0, weights, 0.0)
    weights[0] = 5.0
    np.testing.assert_array_equal(history.weights, [[1.0, 1.0, 1.0]])


def test_the_views_are_read_only():
    history = filled(3)
    for view in (history.steps, history.weights, history.log_likelihoods):
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 0
    history.append(3, weights_of(3), 0.0)  # and the history itself stays writable


def test_truncate_after_forgets_what_is_later():
    history = filled(10)
    history.truncate_after(6)
    assert history.last_step == 6
    assert len(history) == 7
    history.append(7, [1.0, 2.0, 3.0], -0.5)
    np.testing.assert_array_equal(history.at_or_before(7)[1], [1.0, 2.0, 3.0])


def test_truncate_after_takes_steps_between_and_beyond_the_entries():
    history = filled(10, stride=5)
    history.truncate_after(23)
    assert history.last_step == 20
    history.truncate_after(1000)
    assert history.last_step == 20
    history.truncate_after(-1)
    assert len(history) == 0


def test_clear_allows_another_model_to_begin():
    history = filled(5)
    history.clear()
    assert len(history) == 0
    history.append(0, [1.0, 2.0], -1.0)
    np.testing.assert_array_equal(history.weights, [[1.0, 2.0]])


@pytest.mark.parametrize("limit", [3, 4, 5, 8, 17, 100])
def test_a_full_history_keeps_its_bound_its_ends_and_even_distances(limit):
    history = History(limit)
    for step in range(10 * limit + 7):
        history.append(step, weights_of(step), -float(step))
        steps = history.steps
        assert len(history) <= limit
        assert steps[0] == 0
        assert steps[-1] == step
        gaps = np.diff(steps)
        assert (gaps > 0).all()
        if len(gaps) > 1:  # the last entry is a guest: it may be nearer
            assert len(set(gaps[:-1])) == 1
            assert gaps[-1] <= gaps[0]
        np.testing.assert_array_equal(history.weights[:, 0], steps)
        np.testing.assert_array_equal(history.log_likelihoods, -steps.astype(float))


def test_a_full_history_is_never_thinner_than_it_must_be():
    limit = 64
    history = filled(5000, limit)
    assert len(history) > limit // 2


def test_a_branch_goes_on_evenly_from_where_it_left():
    history = filled(1000, limit=16)
    spacing = history.steps[1] - history.steps[0]
    branch = int(history.steps[5])
    history.truncate_after(branch)
    for step in range(branch + 1, branch + 4 * spacing + 1):
        history.append(step, weights_of(step), 0.0)
    np.testing.assert_array_equal(np.diff(history.steps), spacing)


def test_a_run_that_starts_again_is_remembered_step_by_step():
    history = filled(1000, limit=16)
    history.truncate_after(0)
    for step in range(1, 10):
        history.append(step, weights_of(step), 0.0)
    np.testing.assert_array_equal(history.steps, np.arange(10))


@pytest.mark.parametrize("limit", [2, 0, -5, 2.5, True])
def test_the_limit_must_leave_room_to_thin(limit):
    with pytest.raises(ValueError, match="limit must be a whole number of at least 3, got"):
        History(limit)
