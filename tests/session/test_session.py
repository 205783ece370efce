"""The session with its real thread: commands in, frames out, and an end without a trace."""

from dataclasses import replace

import numpy as np
import pytest

from logreg_gui.frames import RunStatus
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import UNLIMITED, Edit, with_model
from logreg_gui.session.remote_worker import RemoteWorker
from logreg_gui.session.session import TrainingSession
from logreg_gui.session.worker import TrainingWorker


@pytest.fixture(params=[TrainingWorker, RemoteWorker], ids=["thread", "process"])
def session(qapp, scenario, request):
    made = TrainingSession(scenario, worker=request.param())
    yield made
    made.shut_down()


@pytest.fixture
def thread_session(qapp, scenario):
    """One whose training a test can reach into."""
    made = TrainingSession(scenario)
    yield made
    made.shut_down()


def is_at(step):
    return lambda frame: frame.step == step


def settle(qtbot, session, step):
    """Wait until all is known about the run resting at that step."""
    with qtbot.waitSignal(session.settled, check_params_cb=is_at(step), timeout=20_000):
        pass


def test_it_shows_the_first_frame_by_itself(qtbot, session):
    settle(qtbot, session, 0)
    assert session.frame.status is RunStatus.PAUSED
    assert session.frame.maximum is not None


def test_play_says_so_trains_and_says_when_it_rests(qtbot, session, scenario):
    session.apply(Edit(replace(scenario, steps=20_000), "Change the steps"))
    settle(qtbot, session, 0)
    with qtbot.waitSignals(
        [session.playing_changed, session.playing_changed, session.settled],
        check_params_cbs=[lambda now: now, lambda now: not now, is_at(20_000)],
        order="strict",
        timeout=20_000,
    ):
        session.play()
    assert session.frame.status is RunStatus.FINISHED


def test_a_command_is_answered_without_waiting_for_the_pace_of_frames(qtbot, scenario, monkeypatch):
    monkeypatch.setattr("logreg_gui.session.session.FRAME_INTERVAL_MS", 600_000)
    session = TrainingSession(replace(scenario, steps=10_000_000))
    qtbot.waitUntil(lambda: session.frame is not None)
    session.play()
    qtbot.waitUntil(lambda: session.is_playing)
    session.toggle()
    qtbot.waitUntil(lambda: not session.is_playing)
    session.seek(0)
    qtbot.waitUntil(lambda: session.frame.step == 0)
    session.shut_down()


def test_a_frame_that_was_under_way_does_not_hold_up_the_answer(qtbot, scenario, monkeypatch):
    monkeypatch.setattr("logreg_gui.session.session.FRAME_INTERVAL_MS", 600_000)
    monkeypatch.setattr("logreg_gui.session.session.LEAST_PAUSE_MS", 600_000)
    session = TrainingSession(replace(scenario, steps=10_000_000))
    qtbot.waitUntil(lambda: session.frame is not None)
    told = []
    session.playing_changed.connect(told.append)
    session.play()
    session.pause()  # while the frame that tells of the playing is on its way
    qtbot.waitUntil(lambda: told == [True, False])
    session.shut_down()


def test_a_missed_maximum_is_told_of_the_present_scenario_alone(session, scenario):
    told = []
    session.maximum_missed.connect(told.append)
    late = session._worker.maximum_missed
    late.emit("no digits left", scenario)
    session.apply(Edit(with_model(scenario, learning_rate=0.5), "Change the rate"))
    late.emit("no digits left, said too late", scenario)
    assert told == ["no digits left"]


def test_toggle_pauses_what_plays(qtbot, session, scenario):
    session.apply(Edit(replace(scenario, steps=10_000_000), "Change the steps"))
    with qtbot.waitSignal(session.playing_changed, check_params_cb=lambda now: now):
        session.toggle()
    with qtbot.waitSignal(session.playing_changed, check_params_cb=lambda now: not now):
        session.toggle()
    assert session.frame.status is RunStatus.PAUSED


def test_an_edit_is_told_to_the_controls_and_can_be_undone_and_redone(qtbot, session, scenario):
    edited = with_model(scenario, learning_rate=0.5)
    with qtbot.waitSignals([session.scenario_changed, session.undo_changed]):
        session.apply(Edit(edited, "Change the learning rate"))
    assert session.scenario == edited
    with qtbot.waitSignal(
        session.undo_changed, check_params_cb=lambda *labels: labels == ("", "Change the learning rate")
    ):
        session.undo()
    assert session.scenario == scenario
    session.redo()
    assert session.scenario == edited


def test_an_edit_that_changes_nothing_is_no_edit(qtbot, session, scenario):
    with qtbot.assertNotEmitted(session.scenario_changed):
        session.apply(Edit(replace(scenario), "Nothing"))


def test_undo_does_not_undo_training(qtbot, session, scenario):
    session.advance(5)
    settle(qtbot, session, 5)
    session.apply(Edit(with_model(scenario, learning_rate=1e-3), "Change the learning rate"))
    session.undo()
    with qtbot.waitSignal(
        session.settled, check_params_cb=lambda frame: frame.learning_rate == scenario.learning_rate
    ):
        pass
    assert session.frame.step == 5


def test_new_sample_takes_the_next_seed_and_keeps_the_weights_of_a_run_under_way(qtbot, session, scenario):
    session.advance(5)
    settle(qtbot, session, 5)
    weights = session.frame.weights
    session.new_sample()
    with qtbot.waitSignal(
        session.settled, check_params_cb=lambda frame: frame.data.seed == scenario.data.seed + 1
    ):
        pass
    assert session.frame.step == 5
    assert np.array_equal(session.frame.weights, weights)


def test_new_sample_after_a_finished_run_trains_again_from_the_start(qtbot, session, scenario):
    session.play()
    settle(qtbot, session, 40)
    run = session.frame.run
    with qtbot.waitSignal(
        session.settled, check_params_cb=lambda frame: frame.run > run and frame.step == 40, timeout=20_000
    ):
        session.new_sample()
    assert session.frame.data.seed == scenario.data.seed + 1


def test_reset_all_returns_to_the_scenario_that_was_loaded(qtbot, session, scenario):
    session.load(PRESETS["separated"])
    session.apply(Edit(with_model(PRESETS["separated"], learning_rate=0.3), "Change the learning rate"))
    session.advance(4)
    settle(qtbot, session, 4)
    session.reset_all()
    settle(qtbot, session, 0)
    assert session.scenario == PRESETS["separated"]
    session.undo()
    assert session.scenario.learning_rate == 0.3


def test_going_back_and_to_the_ends(qtbot, session, scenario):
    session.apply(Edit(replace(scenario, speed=600), "Change the speed"))
    session.play()
    settle(qtbot, session, 40)
    for command, step in (
        (lambda: session.go_back(1), 39),
        (lambda: session.go_back(10), 29),
        (session.go_to_start, 0),
        (session.go_to_latest, 40),
    ):
        command()
        settle(qtbot, session, step)


def test_speed_is_an_edit_of_one_entry_however_often_the_key_is_pressed(qtbot, session, scenario):
    session.set_speed(10)
    session.faster()
    session.faster()
    assert session.scenario.speed == 60
    session.slower()
    session.undo()
    assert session.scenario.speed == UNLIMITED


def test_an_error_in_the_worker_reaches_the_window_and_commands_still_work(
    qtbot, thread_session, monkeypatch, caplog
):
    session = thread_session
    settle(qtbot, session, 0)
    with monkeypatch.context() as patch:
        patch.setattr("logreg_gui.session.run.TrainingRun.train", lambda self, steps, **_: 1 / 0)
        with qtbot.waitSignal(session.failed, check_params_cb=lambda reason: "ZeroDivisionError" in reason):
            session.play()
    assert not session.is_playing
    session.advance(3)
    settle(qtbot, session, 3)


def test_a_failure_ends_playing_even_when_no_frame_says_so(qtbot, thread_session, monkeypatch, caplog):
    session = thread_session
    settle(qtbot, session, 0)
    session.set_speed(1)
    with qtbot.waitSignal(session.playing_changed, check_params_cb=lambda is_playing: is_playing):
        session.play()
    # From now on every frame fails, so the one that would tell of the pause never comes.
    monkeypatch.setattr("logreg_gui.session.run.TrainingRun.frame", lambda self, *_, **__: 1 / 0)
    with qtbot.waitSignal(session.playing_changed, check_params_cb=lambda is_playing: not is_playing):
        pass
    assert not session.is_playing


def test_frames_keep_a_distance_that_lets_the_window_paint(qtbot, session, scenario):
    session.apply(Edit(replace(scenario, steps=10_000_000), "Change the steps"))
    unanswered = []
    acknowledged = []
    session.frame_acknowledged.connect(lambda: acknowledged.append(len(unanswered)))
    session.frame_changed.connect(lambda frame: unanswered.append(frame))
    session.play()
    qtbot.waitUntil(lambda: len(acknowledged) >= 10, timeout=20_000)
    # Between two answers there is never more than one new frame.
    assert np.diff(acknowledged).max() <= 1


def test_shutting_down_at_full_speed_ends_the_thread(qtbot, scenario):
    session = TrainingSession(replace(scenario, steps=10_000_000))
    with qtbot.waitSignal(session.playing_changed):
        session.play()
    session.shut_down()
    assert session._thread.isFinished()
    session.shut_down()


def test_a_hundred_cycles_of_open_play_and_close_leave_no_thread(qtbot, scenario):
    threads = []
    for _ in range(100):
        session = TrainingSession(replace(scenario, steps=10_000_000))
        session.play()
        with qtbot.waitSignal(session.frame_changed):
            pass
        session.shut_down()
        threads.append(session._thread)
    assert all(thread.isFinished() for thread in threads)


def test_two_drags_are_two_entries_even_when_the_second_begins_where_the_first_ended(session, scenario):
    def drag(*rates):
        for index, rate in enumerate(rates):
            edited = with_model(session.scenario, learning_rate=rate)
            session.apply(Edit(edited, "Change the learning rate", continues=index > 0))

    drag(0.01, 0.02)
    drag(0.02, 0.2, 2.0)
    session.undo()
    assert session.scenario.learning_rate == 0.02
    session.undo()
    assert session.scenario == scenario


def test_reset_all_after_an_undone_load_returns_to_the_scenario_before_it(session, scenario):
    session.load(PRESETS["separated"])
    session.undo()
    session.reset_all()
    assert session.scenario == scenario


def test_choosing_the_present_preset_again_starts_it_anew(qtbot, session, scenario):
    session.advance(5)
    settle(qtbot, session, 5)
    run = session.frame.run
    session.load(scenario)
    with qtbot.waitSignal(session.settled, check_params_cb=lambda frame: frame.run > run):
        pass
    assert session.frame.step == 0


def test_an_edit_that_cannot_be_trained_is_taken_back_with_its_reason(qtbot, session, scenario):
    settle(qtbot, session, 0)
    with qtbot.waitSignal(session.failed, check_params_cb=lambda reason: reason.startswith("test_size must")):
        session.apply(Edit(replace(scenario, test_size=0.999), "Change the test set"))
    assert session.scenario == scenario
    session.undo()
    assert session.scenario == scenario
    session.advance(3)
    settle(qtbot, session, 3)


def test_without_anything_random_there_is_no_new_sample(qtbot, session):
    session.load(PRESETS["iris"])
    with qtbot.assertNotEmitted(session.scenario_changed, wait=0):
        session.new_sample()


def test_a_hand_makes_rest_what_plays_and_lets_it_go_on_even_before_a_frame_has_told_of_it(
    qtbot, session, scenario
):
    session.apply(Edit(replace(scenario, steps=10_000_000), "Change the steps"))
    with qtbot.waitSignal(session.settled, check_params_cb=lambda frame: frame.stop_step == 10_000_000):
        pass
    for begin in (session.play, session.toggle):
        with qtbot.waitSignal(session.settled):
            begin()
            session.hold()
        with qtbot.waitSignal(session.playing_changed, check_params_cb=lambda now: now):
            session.let_go()
        with qtbot.waitSignal(session.playing_changed, check_params_cb=lambda now: not now):
            session.pause()


def test_a_hand_lets_nothing_go_on_but_play(qtbot, session):
    settle(qtbot, session, 0)
    played = []
    session._play_requested.connect(lambda: played.append(True))
    session.hold()
    session.let_go()
    with qtbot.waitSignal(session.playing_changed, check_params_cb=lambda now: now):
        session.advance(10_000_000)
    session.hold()
    session.let_go()
    assert played == []
    session.play()
    session.pause()
    session.hold()
    session.let_go()
    assert played == [True]
    session.play()
    session.hold()
    session.forget_hold()
    session.let_go()
    assert played == [True, True]


def test_a_frame_that_left_before_a_command_does_not_make_a_hand_forget_it(qtbot, session):
    settle(qtbot, session, 0)
    qtbot.waitUntil(lambda: not session._answer_timer.isActive())
    played = []
    session._play_requested.connect(lambda: played.append(True))
    session.play()
    session._receive(session.frame)
    session.hold()
    session.let_go()
    assert played == [True, True]
    session._receive(session.frame)
    session._receive(session.frame)
    session.hold()
    session.let_go()
    assert played == [True, True], "later ones know of it, and rest"
