"""The worker without a thread: its slots are methods, its clock is ours, its event loop is the test's."""

from dataclasses import replace
from itertools import count, pairwise

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from logreg_gui.core import logistic_regression
from logreg_gui.core.datasets import GaussianData
from logreg_gui.frames import RunStatus
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import PauseRules, with_class, with_class_count, with_model, with_seed
from logreg_gui.session.state import state_of
from logreg_gui.session.worker import TrainingWorker
from logreg_gui.views.numbers import gap_remark


class Receiver:
    """Collects frames and answers each at once, or not at all."""

    def __init__(self, worker, answers=True):
        self.frames, self.failures = [], []
        self._worker, self._answers = worker, answers
        worker.frame_ready.connect(self.receive)
        worker.failed.connect(self.failures.append)

    def receive(self, frame):
        self.frames.append(frame)
        if self._answers:
            self._worker.acknowledge()

    @property
    def last(self):
        return self.frames[-1]


@pytest.fixture
def worker(qapp):
    made = TrainingWorker()
    yield made
    made.shut_down()


@pytest.fixture
def receiver(worker):
    return Receiver(worker)


@pytest.fixture
def run_until(qtbot):
    """Let the worker's timers fire until a condition holds."""
    return lambda condition: qtbot.waitUntil(condition, timeout=20_000)


@pytest.fixture
def train_to_rest(run_until, receiver):
    """Let it train until it rests."""
    return lambda: run_until(lambda: receiver.last.status is not RunStatus.RUNNING)


def by_hand(scenario, steps):
    """Gradient ascent in four lines of numpy, from the scenario's initial weights."""
    dataset = scenario.data.sample()
    design = np.column_stack((np.ones(dataset.n_rows), dataset.features.astype(float)))
    weights = np.array(scenario.initial_weights)
    for _ in range(steps):
        weights = weights + scenario.learning_rate * design.T @ (
            dataset.labels - 1 / (1 + np.exp(-design @ weights))
        )
    return weights


def test_the_first_frame_shows_the_initial_weights_at_rest(worker, receiver, scenario):
    worker.apply(scenario)
    frame = receiver.last
    assert frame.step == 0
    assert frame.status is RunStatus.PAUSED
    assert frame.weights.tolist() == list(scenario.initial_weights)
    assert frame.stop_step == scenario.steps


def test_play_trains_the_step_budget_and_ends_where_numpy_ends(worker, receiver, scenario, train_to_rest):
    worker.apply(scenario)
    worker.play()
    train_to_rest()
    assert receiver.last.status is RunStatus.FINISHED
    assert receiver.last.step == scenario.steps
    np.testing.assert_allclose(receiver.last.weights, by_hand(scenario, 40), rtol=1e-11)


def test_from_zero_weights_it_is_the_tutorials_function(worker, receiver, scenario, train_to_rest):
    scenario = replace(scenario, initial_weights=(0, 0, 0))
    dataset = scenario.data.sample()
    worker.apply(scenario)
    worker.advance(17)
    train_to_rest()
    expected = logistic_regression(
        dataset.features, dataset.labels, 17, scenario.learning_rate, add_intercept=True
    )
    np.testing.assert_allclose(receiver.last.weights, expected, rtol=1e-11)


def test_play_at_the_end_of_the_budget_trains_as_many_steps_again(worker, receiver, scenario, train_to_rest):
    worker.apply(scenario)
    for _ in range(2):
        worker.play()
        train_to_rest()
    assert receiver.last.step == 2 * scenario.steps


def test_frames_carry_every_point_of_the_curve_even_when_most_are_skipped(worker, scenario, run_until):
    receiver = Receiver(worker, answers=False)
    worker.apply(replace(scenario, speed=600))
    worker.play()
    run_until(lambda: worker._run.step == scenario.steps)
    assert len(receiver.frames) == 1
    worker.acknowledge()
    assert len(receiver.frames) == 2
    steps = np.concatenate([frame.trace_steps for frame in receiver.frames])
    assert steps.tolist() == list(range(scenario.steps + 1))


def test_the_points_of_the_curve_are_log_likelihoods_of_the_weights_on_the_way(
    worker, receiver, scenario, train_to_rest
):
    worker.apply(replace(scenario, speed=600))
    worker.advance(3)
    train_to_rest()
    dataset = scenario.data.sample()
    design = np.column_stack((np.ones(dataset.n_rows), dataset.features.astype(float)))
    values = np.concatenate([frame.trace_values[:, 0] for frame in receiver.frames])
    steps = np.concatenate([frame.trace_steps for frame in receiver.frames])
    for step, value in zip(steps, values, strict=True):
        scores = design @ by_hand(scenario, int(step))
        assert value == pytest.approx(np.sum(dataset.labels * scores - np.log(1 + np.exp(scores))), rel=1e-12)


def test_at_most_one_frame_is_unanswered_however_much_happens(worker, scenario, run_until):
    receiver = Receiver(worker, answers=False)
    worker.apply(scenario)
    worker.play()
    worker.pause()
    worker.advance(5)
    run_until(lambda: worker._run.step >= 5)
    worker.reset_weights()
    assert len(receiver.frames) == 1
    worker.acknowledge()
    assert len(receiver.frames) == 2
    assert receiver.last.step == 0


def test_step_takes_exactly_its_steps_and_goes_beyond_the_budget(worker, receiver, scenario, train_to_rest):
    worker.apply(scenario)
    worker.advance(scenario.steps + 3)
    train_to_rest()
    assert receiver.last.step == scenario.steps + 3
    assert receiver.last.status is RunStatus.PAUSED
    assert receiver.last.stop_step >= receiver.last.step


def test_pause_stops_where_it_is_and_play_goes_on_from_there(worker, receiver, scenario, run_until):
    worker.apply(replace(scenario, steps=100_000))
    worker.play()
    run_until(lambda: receiver.last.step > 3)
    worker.pause()
    step = receiver.last.step
    assert receiver.last.status is RunStatus.PAUSED
    QCoreApplication.processEvents()
    assert worker._run.step == step
    worker.play()
    run_until(lambda: receiver.last.step > step)


def test_a_learning_rate_changed_on_the_way_keeps_the_weights(worker, receiver, scenario, train_to_rest):
    worker.apply(scenario)
    worker.advance(5)
    train_to_rest()
    weights = receiver.last.weights
    worker.apply(with_model(scenario, learning_rate=1e-4))
    assert receiver.last.step == 5
    assert np.array_equal(receiver.last.weights, weights)
    worker.advance(1)
    train_to_rest()
    np.testing.assert_allclose(
        receiver.last.weights, weights + 1e-4 * receiver.frames[-2].gradient, rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda scenario: replace(scenario, speed=600.0),
        lambda scenario: replace(scenario, steps=1000),
        lambda scenario: with_model(scenario, learning_rate=1e-5),
        lambda scenario: with_model(scenario, optimizer="adam"),
        lambda scenario: with_model(scenario, penalty="l1"),
        lambda scenario: replace(scenario, test_size=0.25),
    ],
)
def test_a_setting_changed_while_it_trains_does_not_stop_it(worker, receiver, scenario, change, run_until):
    scenario = replace(scenario, steps=100_000)
    worker.apply(scenario)
    worker.play()
    run_until(lambda: receiver.last.step > 2)
    worker.apply(change(scenario))
    step = receiver.last.step
    assert step > 2
    run_until(lambda: receiver.last.step > step)


@pytest.mark.parametrize(
    "change",
    [
        lambda scenario: with_model(scenario, degree=3, standardise=True),
        lambda scenario: with_model(scenario, objective="squared-error"),
        lambda scenario: replace(scenario, inputs="first"),
        lambda scenario: with_class_count(scenario, 4),
    ],
)
def test_another_model_starts_again_and_goes_on_training(worker, receiver, scenario, run_until, change):
    worker.apply(replace(scenario, speed=100.0, steps=100_000))
    worker.play()
    run_until(lambda: receiver.last.step > 2)
    before = receiver.last
    worker.apply(change(replace(scenario, speed=100.0, steps=100_000)))
    run_until(lambda: receiver.last.run > before.run and receiver.last.step > 1)
    assert receiver.last.status is RunStatus.RUNNING
    assert len(receiver.last.weights) == len(receiver.last.weight_names)
    worker.pause()


def test_steps_that_were_asked_for_stay_as_many_when_another_model_starts_again(qapp, scenario, run_until):
    seconds = count()
    worker = TrainingWorker(clock=lambda: float(next(seconds)))  # a slice has time for one step
    receiver = Receiver(worker)
    worker.apply(scenario)
    worker.advance(10)
    for _ in range(4):
        worker._train_slice()
    assert (receiver.last.step, receiver.last.status) == (4, RunStatus.RUNNING)
    worker.apply(with_model(scenario, degree=2))
    assert (receiver.last.step, receiver.last.stop_step) == (0, scenario.steps)
    run_until(lambda: receiver.last.status is not RunStatus.RUNNING)
    assert receiver.last.step == 6
    worker.shut_down()


def test_what_is_visible_reaches_the_pictures(worker, receiver, scenario):
    worker.apply(with_model(scenario, degree=2))
    worker.show_view((-9.0, 9.0, -4.0, 5.0))
    surface = receiver.last.picture.surface
    assert surface.rectangle == (-9.0, 9.0, -4.0, 5.0)
    frames = len(receiver.frames)
    worker.apply(scenario)
    frames = len(receiver.frames)
    worker.show_view((-8.0, 8.0, -4.0, 5.0))
    assert len(receiver.frames) == frames, "a straight boundary needs no other picture"


def test_a_smaller_budget_stops_at_its_next_multiple(worker, receiver, scenario, train_to_rest):
    worker.apply(scenario)
    worker.advance(25)
    train_to_rest()
    worker.apply(replace(scenario, steps=10))
    worker.play()
    train_to_rest()
    assert receiver.last.step == 30


def test_new_data_keep_the_weights_and_the_step_and_break_the_curve(
    worker, receiver, scenario, train_to_rest
):
    worker.apply(scenario)
    worker.advance(10)
    train_to_rest()
    before = receiver.last
    worker.apply(with_seed(scenario, 99))
    after = receiver.last
    assert after.run == before.run
    assert after.step == 10
    assert np.array_equal(after.weights, before.weights)
    assert after.data.revision == before.data.revision + 1
    assert after.log_likelihood != before.log_likelihood
    assert np.isnan(after.trace_values[:, 0][0])


def test_another_preset_is_a_new_run_at_rest(worker, receiver, scenario, run_until):
    worker.apply(scenario)
    worker.play()
    run_until(lambda: receiver.last.step > 0)
    run = receiver.last.run
    worker.apply(PRESETS["separated"])
    assert receiver.last.run > run
    assert (receiver.last.step, receiver.last.status) == (0, RunStatus.PAUSED)


def test_references_follow_the_data_without_being_asked(worker, receiver, scenario, run_until):
    worker.apply(scenario)
    assert receiver.last.maximum is None
    run_until(lambda: receiver.last.maximum is not None)
    first = receiver.last.maximum.log_likelihood
    worker.apply(with_seed(scenario, 99))
    run_until(lambda: receiver.last.maximum is not None)
    assert receiver.last.maximum.log_likelihood != first


def test_seek_shows_an_earlier_step_exactly_and_play_trains_on_from_it(
    worker, receiver, scenario, train_to_rest
):
    worker.apply(replace(scenario, speed=600))
    worker.play()
    train_to_rest()
    worker.seek(12)
    assert receiver.last.step == 12
    assert receiver.last.last_step == 40
    np.testing.assert_allclose(receiver.last.weights, by_hand(scenario, 12), rtol=1e-11)
    worker.play()
    train_to_rest()
    np.testing.assert_allclose(receiver.last.weights, by_hand(scenario, 40), rtol=1e-11)


def test_steps_trained_before_are_walked_again_and_nothing_ahead_is_lost(
    worker, receiver, scenario, train_to_rest
):
    worker.apply(replace(scenario, speed=600))
    worker.play()
    train_to_rest()
    worker.seek(5)
    worker.advance(10)
    train_to_rest()
    assert (receiver.last.step, receiver.last.last_step) == (15, 40)
    np.testing.assert_allclose(receiver.last.weights, by_hand(scenario, 15), rtol=1e-11)
    assert not len(receiver.last.trace_steps)
    worker.advance(30)
    train_to_rest()
    assert (receiver.last.step, receiver.last.last_step) == (45, 45)
    np.testing.assert_allclose(receiver.last.weights, by_hand(scenario, 45), rtol=1e-11)


def test_going_on_from_an_earlier_step_with_another_rate_forgets_what_lay_ahead(
    worker, receiver, scenario, train_to_rest
):
    worker.apply(replace(scenario, speed=600))
    worker.play()
    train_to_rest()
    worker.seek(5)
    worker.apply(with_model(replace(scenario, speed=600), learning_rate=1e-4))
    assert receiver.last.last_step == 40
    worker.advance(1)
    train_to_rest()
    assert (receiver.last.step, receiver.last.last_step) == (6, 6)


def test_steps_made_with_an_earlier_rate_are_not_walked_with_the_present_one(
    worker, receiver, scenario, train_to_rest
):
    worker.apply(scenario)
    worker.advance(10)
    train_to_rest()
    worker.apply(with_model(scenario, learning_rate=1e-4))
    worker.advance(10)
    train_to_rest()
    worker.seek(15)
    worker.advance(2)
    train_to_rest()
    assert receiver.last.last_step == 20
    worker.seek(5)
    worker.advance(2)
    train_to_rest()
    assert (receiver.last.step, receiver.last.last_step) == (7, 7)


def test_the_end_shown_depends_on_how_far_the_run_came_not_on_where_it_is_looked_at(
    worker, receiver, scenario, train_to_rest
):
    worker.apply(scenario)
    assert receiver.last.stop_step == 40
    worker.advance(43)
    train_to_rest()
    assert receiver.last.stop_step == 80
    worker.seek(0)
    assert receiver.last.stop_step == 80
    worker.play()
    train_to_rest()
    assert receiver.last.step == 80
    worker.apply(with_model(scenario, learning_rate=1e-4))
    assert receiver.last.stop_step == 80


@pytest.mark.parametrize(("asked", "shown"), [(-5, 0), (10**9, 40)])
def test_seeking_beyond_the_ends_stops_at_them(worker, receiver, scenario, asked, shown, train_to_rest):
    worker.apply(scenario)
    worker.play()
    train_to_rest()
    worker.seek(asked)
    assert receiver.last.step == shown


def test_reset_returns_to_the_same_start_as_a_new_run(worker, receiver, scenario, train_to_rest):
    worker.apply(scenario)
    first = receiver.last
    worker.play()
    train_to_rest()
    worker.reset_weights()
    assert receiver.last.step == 0
    assert receiver.last.run > first.run
    assert np.array_equal(receiver.last.weights, first.weights)
    assert receiver.last.log_likelihood == first.log_likelihood


def test_a_rate_above_the_stable_one_is_reported_with_that_rate(
    worker, receiver, scenario, train_to_rest, run_until
):
    worker.apply(with_model(replace(scenario, speed=600), learning_rate=5.0))
    run_until(lambda: receiver.last.maximum is not None)
    worker.advance(60)
    train_to_rest()
    largest = receiver.last.maximum.largest_stable_learning_rate
    assert "keeps falling" in receiver.last.notice
    assert f"above the largest stable rate {largest:.3g}" in receiver.last.notice


def test_weights_that_leave_the_finite_numbers_stop_the_run_with_a_reason(
    worker, receiver, scenario, monkeypatch, train_to_rest
):
    # Every update is bounded by rate x gradient, so overflow needs features of its own scale.
    worker.apply(scenario)
    ascend = worker._run._model.objective.ascend
    monkeypatch.setattr(
        worker._run._model.objective, "ascend", lambda weights, rate, steps: ascend(weights, 1e308, steps)
    )
    with np.errstate(over="ignore"):
        worker.advance(10)
        train_to_rest()
    assert receiver.last.status is RunStatus.STOPPED
    assert "not finite" in receiver.last.notice
    assert np.isfinite(receiver.last.weights).all()
    worker.reset_weights()
    assert receiver.last.status is RunStatus.PAUSED


def test_an_error_while_training_is_told_and_the_worker_still_answers(
    worker, receiver, scenario, monkeypatch, caplog, train_to_rest, run_until
):
    worker.apply(scenario)
    with monkeypatch.context() as patch:
        patch.setattr(worker._run, "train", lambda steps, **_: 1 / 0)
        worker.play()
        run_until(lambda: bool(receiver.failures))
    assert "ZeroDivisionError" in receiver.failures[0]
    assert "ZeroDivisionError" in caplog.text
    worker.acknowledge()
    worker.advance(2)
    train_to_rest()
    assert receiver.last.step == 2


def test_an_error_while_drawing_data_is_told_and_the_old_data_stay(
    worker, receiver, scenario, monkeypatch, caplog, train_to_rest
):
    refusals = []
    worker.refused.connect(lambda *refusal: refusals.append(refusal))
    worker.apply(scenario)
    revision = receiver.last.data.revision
    with monkeypatch.context() as patch:
        patch.setattr(GaussianData, "sample_pieces", lambda self: 1 / 0)
        worker.apply(with_seed(scenario, 3))
    assert [(asked, kept) for _, asked, kept in refusals] == [(with_seed(scenario, 3), scenario)]
    assert "ZeroDivisionError" in refusals[0][0]
    assert "ZeroDivisionError" in caplog.text
    worker.advance(1)
    train_to_rest()
    assert receiver.last.data.revision == revision


def test_a_frames_arrays_cannot_be_written_to(worker, receiver, scenario):
    worker.apply(scenario)
    frame = receiver.last
    for array in (
        frame.weights,
        frame.gradient,
        frame.next_weights,
        frame.trace_steps,
        frame.data.sample.features,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def failing_search(model):
    """A search for the maximum that fails on its way."""
    yield
    raise FloatingPointError("no digits left")


def test_training_goes_on_when_the_search_for_the_maximum_fails(
    worker, receiver, scenario, monkeypatch, caplog, run_until, train_to_rest
):
    missed = []
    worker.maximum_missed.connect(lambda *told: missed.append(told))
    with monkeypatch.context() as patch:
        patch.setattr("logreg_gui.session.run.reference_pieces", failing_search)
        worker.apply(replace(scenario, steps=100_000))
        worker.play()
        run_until(lambda: bool(missed))
    step = receiver.last.step
    run_until(lambda: receiver.last.step > step)
    assert receiver.last.status is RunStatus.RUNNING
    assert receiver.failures == []
    reason = "the search for it failed (FloatingPointError: no digits left)"
    assert missed == [(f"The maximum is unknown: {reason}.", replace(scenario, steps=100_000))]
    assert "no digits left" in caplog.text
    worker.pause()
    frame = receiver.last
    assert frame.maximum.is_unknown
    assert frame.maximum.reason == state_of(frame, scenario)["mle"]["reason"] == reason
    assert frame.stable_rates.reason == "the maximum is unknown, and so are the stable learning rates"
    assert gap_remark(frame) == "max unknown"
    # Other rows are another search.
    worker.apply(with_seed(replace(scenario, steps=100_000), 3))
    run_until(lambda: receiver.last.maximum is not None)
    assert receiver.last.maximum.reason == "found"


def test_the_maximum_is_known_without_a_boundary_to_compare_with(
    worker, receiver, scenario, monkeypatch, caplog, run_until
):
    def failing(problem):
        yield
        raise FloatingPointError("no digits left")

    monkeypatch.setattr("logreg_gui.session.run.comparison_pieces", failing)
    worker.apply(PRESETS["outlier"])
    run_until(lambda: receiver.last.maximum is not None)
    assert receiver.last.maximum.reason == "found"
    assert receiver.last.picture.references == ()


def test_the_numbers_of_a_frame_agree_with_each_other(worker, receiver, scenario, train_to_rest, run_until):
    worker.apply(scenario)
    worker.advance(9)
    train_to_rest()
    run_until(lambda: receiver.last.maximum is not None)
    frame = receiver.last
    dataset = frame.data.sample
    design = np.column_stack((np.ones(dataset.n_rows), dataset.features.astype(float)))
    probabilities = 1 / (1 + np.exp(-design @ frame.weights))
    np.testing.assert_allclose(
        frame.gradient, design.T @ (dataset.target - probabilities), rtol=1e-10, atol=1e-10
    )
    np.testing.assert_allclose(
        frame.next_weights, frame.weights + frame.learning_rate * frame.gradient, rtol=1e-12
    )
    assert frame.accuracy == np.mean((probabilities >= 0.5) == dataset.target)
    assert frame.gap_to_maximum > 0


def test_unlimited_speed_and_single_steps_reach_the_same_bits(worker, receiver, scenario, train_to_rest):
    worker.apply(scenario)
    worker.play()
    train_to_rest()
    fast = receiver.last.weights
    worker.apply(replace(scenario, speed=600))
    worker.reset_weights()
    for _ in range(40):
        worker.advance(1)
        train_to_rest()
    assert np.array_equal(receiver.last.weights, fast)


def test_after_an_error_while_playing_play_works_again(
    worker, receiver, scenario, monkeypatch, caplog, run_until
):
    worker.apply(replace(scenario, steps=10_000))
    with monkeypatch.context() as patch:
        patch.setattr(worker._run, "train", lambda steps, **_: 1 / 0)
        worker.play()
        run_until(lambda: bool(receiver.failures))
    assert receiver.last.status is RunStatus.PAUSED
    worker.toggle()
    run_until(lambda: receiver.last.step > 0)


def test_a_frame_that_could_not_be_made_does_not_stop_those_after_it(
    worker, receiver, scenario, monkeypatch, caplog, train_to_rest
):
    worker.apply(scenario)
    with monkeypatch.context() as patch:
        patch.setattr(worker._run, "frame", lambda *arguments: 1 / 0)
        worker.seek(0)
    assert receiver.failures
    worker.advance(3)
    train_to_rest()
    assert receiver.last.step == 3


def test_presses_that_come_faster_than_steps_are_all_counted(worker, receiver, scenario, train_to_rest):
    worker.apply(scenario)
    worker.advance(10)
    worker.advance(10)
    train_to_rest()
    assert receiver.last.step == 20
    worker.go_back(3)
    worker.go_back(3)
    assert receiver.last.step == 14


def test_toggle_twice_is_play_and_pause(worker, receiver, scenario):
    worker.apply(replace(scenario, steps=10_000))
    worker.toggle()
    worker.toggle()
    assert receiver.last.status is RunStatus.PAUSED


def test_a_larger_budget_makes_a_finished_run_one_on_the_way(worker, receiver, scenario, train_to_rest):
    worker.apply(scenario)
    worker.play()
    train_to_rest()
    assert receiver.last.status is RunStatus.FINISHED
    worker.apply(replace(scenario, steps=1000))
    assert (receiver.last.status, receiver.last.stop_step) == (RunStatus.PAUSED, 1000)


def test_a_seek_at_full_speed_is_exact_between_remembered_steps(worker, receiver, scenario, train_to_rest):
    worker.apply(replace(scenario, steps=20_000))
    worker.play()
    train_to_rest()
    worker.seek(7_777)
    assert receiver.last.step == 7_777
    np.testing.assert_allclose(receiver.last.weights, by_hand(scenario, 7_777), rtol=1e-9)


def test_walking_in_large_strides_stops_at_a_change_of_settings(worker, receiver, scenario, train_to_rest):
    other = with_model(scenario, learning_rate=1e-4)
    worker.apply(scenario)
    worker.advance(20)
    train_to_rest()
    worker.apply(other)
    worker.advance(20)
    train_to_rest()
    worker.apply(scenario)
    worker.seek(15)
    worker._run.train(25)
    assert worker._run.step == 20
    worker._run.train(1)
    assert worker._run.last_step == 21


def test_new_data_at_an_earlier_step_forget_what_was_trained_on_the_old(
    worker, receiver, scenario, train_to_rest
):
    worker.apply(scenario)
    worker.advance(30)
    train_to_rest()
    worker.seek(12)
    worker.apply(with_seed(scenario, 99))
    assert (receiver.last.step, receiver.last.last_step) == (12, 12)


def test_a_change_of_speed_keeps_the_warning_and_a_seek_takes_it_away(
    worker, receiver, scenario, train_to_rest, run_until
):
    worker.apply(with_model(replace(scenario, speed=600), learning_rate=5.0))
    run_until(lambda: receiver.last.maximum is not None)
    worker.advance(60)
    train_to_rest()
    worker.apply(with_model(replace(scenario, speed=100), learning_rate=5.0))
    assert "keeps falling" in receiver.last.notice
    worker.seek(0)
    assert receiver.last.notice == ""


def many_rows(scenario, rows=150_000):
    first, second = scenario.data.classes
    for index, gaussian in enumerate((first, second)):
        scenario = with_class(scenario, index, replace(gaussian, size=rows))
    return with_model(scenario, learning_rate=None)


def test_many_rows_are_made_ready_while_training_goes_on(worker, receiver, scenario, run_until):
    busy = []
    worker.busy_changed.connect(busy.append)
    worker.apply(replace(scenario, speed=600, steps=100_000))
    worker.play()
    run_until(lambda: receiver.last.step > 2)
    worker.apply(many_rows(replace(scenario, speed=600, steps=100_000)))
    assert busy == [True]
    assert receiver.last.data.sample.n_rows == 200
    step = receiver.last.step
    run_until(lambda: receiver.last.data.sample.n_rows == 300_000)
    assert busy == [True, False]
    assert receiver.last.run == receiver.frames[0].run
    assert receiver.last.step >= step
    run_until(lambda: receiver.last.maximum is not None)
    worker.pause()


def test_what_is_made_ready_can_be_left(worker, receiver, scenario, run_until):
    refusals = []
    worker.refused.connect(lambda *refusal: refusals.append(refusal))
    worker.apply(scenario)
    worker.apply(many_rows(scenario))
    worker.advance(3)
    worker.cancel()
    assert refusals == [("Cancelled: the data are as they were.", many_rows(scenario), scenario)]
    worker.advance(2)
    run_until(lambda: receiver.last.step == 2)
    assert receiver.last.data.sample.n_rows == 200


def test_commands_wait_for_the_rows_they_are_meant_for(worker, receiver, scenario, run_until):
    worker.apply(scenario)
    worker.apply(many_rows(scenario))
    worker.reset_weights()
    worker.advance(4)
    run_until(lambda: receiver.last.step == 4 and receiver.last.status is RunStatus.PAUSED)
    assert receiver.last.data.sample.n_rows == 300_000


def test_rows_that_do_not_fit_into_memory_are_given_up_and_nothing_waits_for_them(
    worker, receiver, scenario, monkeypatch, run_until
):
    busy, refusals = [], []
    worker.busy_changed.connect(busy.append)
    worker.refused.connect(lambda *refusal: refusals.append(refusal))
    worker.apply(scenario)

    def without_memory(data):
        raise MemoryError

    monkeypatch.setattr(GaussianData, "sample_pieces", without_memory)
    worker.apply(many_rows(scenario))
    run_until(lambda: bool(refusals))
    assert refusals[0] == ("There is not enough memory for so many rows.", many_rows(scenario), scenario)
    assert busy == [True, False]
    worker.advance(2)
    run_until(lambda: receiver.last.step == 2)


@pytest.mark.parametrize("commands", [("play", "pause"), ("toggle", "toggle")])
def test_a_play_that_waits_for_rows_can_be_taken_back(worker, receiver, scenario, run_until, commands):
    worker.apply(scenario)
    worker.apply(many_rows(scenario))
    for command in commands:
        getattr(worker, command)()
    run_until(lambda: receiver.last.data.sample.n_rows == 300_000)
    run_until(lambda: receiver.last.maximum is not None)
    assert receiver.last.status is RunStatus.PAUSED
    assert receiver.last.step == 0


def test_steps_back_that_wait_for_rows_are_all_counted(worker, receiver, scenario, run_until):
    worker.apply(scenario)
    worker.advance(10)
    run_until(lambda: receiver.last.step == 10 and receiver.last.status is RunStatus.PAUSED)
    more = replace(scenario, data=many_rows(scenario).data)
    worker.apply(more)
    worker.go_back(1)
    worker.go_back(1)
    run_until(lambda: receiver.last.data.sample.n_rows == 300_000)
    # The weights of before the data changed are remembered; that run goes on from the new rows at step 10.
    assert receiver.last.step == 8


def test_a_run_that_left_the_finite_numbers_stays_stopped_at_another_speed(
    worker, receiver, scenario, train_to_rest, monkeypatch
):
    worker.apply(with_model(scenario, objective="squared-error", learning_rate=1e12))
    worker.play()
    train_to_rest()
    assert receiver.last.status is RunStatus.STOPPED
    worker.apply(with_model(replace(scenario, speed=60), objective="squared-error", learning_rate=1e12))
    assert receiver.last.status is RunStatus.STOPPED
    worker.apply(with_model(replace(scenario, speed=60), objective="squared-error", learning_rate=1e-3))
    assert receiver.last.status is RunStatus.PAUSED


def test_the_maximum_of_many_rows_is_found_between_commands(worker, receiver, scenario, run_until):
    worker.apply(many_rows(scenario))
    run_until(lambda: bool(receiver.frames))
    assert receiver.last.maximum is None
    worker.advance(1)
    run_until(lambda: receiver.last.step == 1)
    assert receiver.last.maximum is None, "answered before the maximum was known"
    run_until(lambda: receiver.last.maximum is not None)
    features, labels = receiver.last.data.sample.features, receiver.last.data.sample.target
    scores = receiver.last.maximum.weights[0] + features.astype(float) @ receiver.last.maximum.weights[1:]
    residuals = labels - 1 / (1 + np.exp(-scores))
    gradient = np.array([residuals.sum(), *(residuals @ features)])
    assert np.abs(gradient).max() < 1e-5


def rules(scenario, **changes):
    return replace(scenario, pause_at=PauseRules(**changes))


def test_play_pauses_at_a_step_and_goes_on_from_there(worker, receiver, scenario, train_to_rest):
    worker.apply(rules(scenario, step=13))
    worker.play()
    train_to_rest()
    assert (receiver.last.step, receiver.last.status) == (13, RunStatus.PAUSED)
    assert receiver.last.pause_reason == "step 13 is reached"
    worker.play()
    train_to_rest()
    assert (receiver.last.step, receiver.last.status) == (40, RunStatus.FINISHED)
    assert receiver.last.pause_reason == ""


def test_play_pauses_at_the_first_step_of_an_accuracy(worker, receiver, scenario, train_to_rest):
    worker.apply(rules(scenario, accuracy=0.85))
    worker.play()
    train_to_rest()
    assert receiver.last.status is RunStatus.PAUSED
    assert receiver.last.accuracy >= 0.85
    reached = receiver.last.step
    worker.seek(reached - 1)
    assert receiver.last.accuracy < 0.85


def test_play_pauses_after_a_step_down(worker, receiver, scenario, train_to_rest):
    worker.apply(rules(with_model(scenario, learning_rate=2.0), at_fall=True))
    worker.play()
    train_to_rest()
    values = [value for frame in receiver.frames for value in frame.trace_values[:, 0]]
    assert receiver.last.status is RunStatus.PAUSED
    assert values[-1] < values[-2]
    assert all(one <= other for one, other in pairwise(values[:-1]))


@pytest.mark.parametrize("what", ["another step", "other data"])
def test_the_reason_of_a_pause_goes_with_what_it_was_about(worker, receiver, scenario, train_to_rest, what):
    paused = rules(scenario, accuracy=0.85)
    worker.apply(paused)
    worker.play()
    train_to_rest()
    assert receiver.last.pause_reason == "accuracy has reached 0.85"
    if what == "another step":
        worker.seek(0)
    else:
        worker.apply(with_seed(paused, 5))
    assert receiver.last.pause_reason == ""


def test_single_steps_are_not_stopped_by_rules(worker, receiver, scenario, train_to_rest):
    worker.apply(rules(scenario, step=3, accuracy=0.5))
    worker.advance(10)
    train_to_rest()
    assert receiver.last.step == 10
    assert receiver.last.pause_reason == ""
