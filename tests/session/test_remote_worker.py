"""The worker behind a process of its own: the same frames, and an end that leaves nothing behind."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, QProcess, Slot

from logreg_gui.frames import RunStatus
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import UNLIMITED, Edit, GaussianData, with_class, with_model, with_seed
from logreg_gui.session import messages, remote_worker
from logreg_gui.session.remote_worker import RemoteWorker
from logreg_gui.session.session import TrainingSession
from logreg_gui.session.worker import TrainingWorker


class Listener(QObject):
    """Everything the session says."""

    def __init__(self, session):
        super().__init__()
        self.frames, self.failures, self.busy, self.missed = [], [], [], []
        session.frame_changed.connect(self.note_frame)
        session.failed.connect(self.note_failure)
        session.busy_changed.connect(self.note_busy)
        session.maximum_missed.connect(self.note_missed)

    @Slot(object)
    def note_frame(self, frame):
        self.frames.append(frame)

    @Slot(str)
    def note_failure(self, reason):
        self.failures.append(reason)

    @Slot(bool)
    def note_busy(self, is_busy):
        self.busy.append(is_busy)

    @Slot(str)
    def note_missed(self, reason):
        self.missed.append(reason)


@pytest.fixture
def open_session(qapp, monkeypatch, tmp_path):
    """Make sessions whose worker is a process of its own, and end them."""
    monkeypatch.setattr(messages, "MEMORY_FOLDER", tmp_path)
    made = []

    def open_session(scenario, **options):
        session = TrainingSession(scenario, worker=RemoteWorker(**options))
        made.append(session)
        return session

    yield open_session
    for session in made:
        session.shut_down()
    assert not list(tmp_path.glob("logreg-gui-*")), "a folder for large arrays was left"


def of_size(scenario, size):
    """So many rows in every class."""
    for index, gaussian in enumerate(scenario.data.classes):
        scenario = with_class(scenario, index, replace(gaussian, size=size))
    return scenario


def is_alive(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def rest_at(qtbot, session, step):
    with qtbot.waitSignal(session.settled, check_params_cb=lambda frame: frame.step == step, timeout=30_000):
        pass


def test_both_ways_to_train_give_the_same_digits(qtbot, open_session, scenario):
    local = TrainingSession(scenario)
    sessions = [local, open_session(scenario)]
    for session in sessions:
        rest_at(qtbot, session, 0)
        session.advance(300)
        rest_at(qtbot, session, 300)
    one, other = (session.frame for session in sessions)
    local.shut_down()
    np.testing.assert_array_equal(one.weights, other.weights)
    np.testing.assert_array_equal(one.maximum.weights, other.maximum.weights)
    np.testing.assert_array_equal(one.data.sample.features, other.data.sample.features)
    assert (one.log_likelihood, one.accuracy) == (other.log_likelihood, other.accuracy)


def test_training_is_in_another_process_which_ends_with_the_session(qtbot, open_session, scenario):
    session = open_session(scenario)
    rest_at(qtbot, session, 0)
    process_id = session.training_process_id
    assert process_id not in (0, os.getpid())
    assert is_alive(process_id)
    session.shut_down()
    assert not is_alive(process_id)


def test_what_arrives_while_the_process_ends_and_its_folder_goes_is_no_trouble(
    qtbot, scenario, caplog, monkeypatch
):
    def gone(_data):
        raise FileNotFoundError("the file of an array")

    worker = RemoteWorker()
    with qtbot.waitSignal(worker.adopted, timeout=30_000):
        worker.apply(scenario)
    worker.acknowledge()
    worker.advance(50)
    worker.shut_down()
    process, arrived = worker._process, []
    process.readyReadStandardOutput.connect(lambda: arrived.append(True))
    monkeypatch.setattr(worker._reader, "decode", gone)
    with qtbot.waitSignal(worker.stopped, timeout=30_000):
        pass
    assert arrived
    assert not caplog.records


def test_a_session_that_ends_before_the_process_has_begun_leaves_none(qtbot, open_session, scenario):
    session = open_session(scenario)
    session.shut_down()
    assert session.training_process_id == 0


def test_the_rows_of_a_large_sample_are_the_same(qtbot, open_session):
    scenario = of_size(PRESETS["tutorial-sagar"], 60_000)
    session = open_session(replace(scenario, speed=UNLIMITED))
    rest_at(qtbot, session, 0)
    assert isinstance(scenario.data, GaussianData)
    np.testing.assert_array_equal(session.frame.data.sample.features, scenario.data.sample().features)
    first = session.frame.data
    session.advance(5)
    rest_at(qtbot, session, 5)
    assert session.frame.data is first


def test_preparing_many_rows_can_be_cancelled_there(qtbot, open_session, scenario):
    session = open_session(scenario)
    heard = Listener(session)
    rest_at(qtbot, session, 0)
    session.apply(Edit(replace(of_size(scenario, 1_000_000), test_size=0.3), "Many rows"))
    qtbot.waitUntil(lambda: heard.busy == [True], timeout=20_000)
    session.cancel()
    qtbot.waitUntil(lambda: heard.failures == ["Cancelled: the data are as they were."], timeout=20_000)
    assert session.scenario == scenario


def test_a_refused_scenario_is_taken_back(qtbot, open_session, scenario):
    session = open_session(scenario)
    heard = Listener(session)
    rest_at(qtbot, session, 0)
    # A degree that makes more terms than there is memory for is refused by the core, in words.
    wanted = replace(scenario, test_size=0.999)
    session.apply(Edit(wanted, "Hardly any training rows"))
    qtbot.waitUntil(lambda: bool(heard.failures), timeout=20_000)
    assert session.scenario == scenario
    assert "train" in heard.failures[0]


def test_when_the_process_dies_training_goes_on_here(qtbot, open_session, scenario):
    session = open_session(replace(scenario, steps=10_000_000))
    heard = Listener(session)
    rest_at(qtbot, session, 0)
    session.apply(Edit(with_seed(session.scenario, 77), "New sample"))
    session.play()
    qtbot.waitUntil(lambda: session.is_playing and session.frame.step > 10, timeout=20_000)
    before = session.frame
    os.kill(session.training_process_id, signal.SIGKILL)
    rest_at(qtbot, session, 0)
    assert heard.failures == ["The training process has ended unexpectedly. Training starts again at step 0."]
    assert session.training_process_id == 0
    assert session.scenario.seed == 77
    after = session.frame
    assert after.run > before.run
    assert after.revision > before.revision
    assert after.data.revision > before.data.revision
    np.testing.assert_array_equal(after.data.sample.features, before.data.sample.features)
    session.advance(25)
    rest_at(qtbot, session, 25)
    assert session.frame.data is after.data
    assert not session.is_playing


def test_the_successor_makes_pictures_of_what_the_window_shows(qtbot, open_session, scenario):
    view = (-40.0, 40.0, -30.0, 30.0)
    session = open_session(with_model(scenario, degree=3, standardise=True))
    rest_at(qtbot, session, 0)
    session.show_view(view)
    qtbot.waitUntil(lambda: session.frame.picture.surface.rectangle == view)
    run = session.frame.run
    os.kill(session.training_process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: session.frame.run > run, timeout=20_000)
    session.advance(1)
    rest_at(qtbot, session, 1)
    assert session.frame.picture.surface.rectangle == view


def test_rows_that_end_the_process_are_taken_back(qtbot, open_session, scenario):
    session = open_session(scenario)
    heard = Listener(session)
    rest_at(qtbot, session, 0)
    session.apply(Edit(replace(of_size(scenario, 1_000_000), test_size=0.3), "Many rows"))
    qtbot.waitUntil(lambda: heard.busy == [True], timeout=20_000)
    os.kill(session.training_process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: heard.busy == [True, False] and bool(heard.failures), timeout=20_000)
    assert session.scenario == scenario
    session.advance(3)
    rest_at(qtbot, session, 3)


def test_where_no_process_can_be_started_the_thread_trains(qtbot, open_session, scenario, tmp_path):
    session = open_session(scenario, program=str(tmp_path / "no-such-program"))
    heard = Listener(session)
    rest_at(qtbot, session, 0)
    assert heard.failures == ["No process for training could be started: the window may stutter."]
    session.play()
    rest_at(qtbot, session, scenario.steps)
    assert session.frame.status is RunStatus.FINISHED


class RefusedProcess(QProcess):
    """One that says at once that it does not start, as on Windows."""

    def start(self, program, arguments):
        self.errorOccurred.emit(QProcess.ProcessError.FailedToStart)


def test_where_that_is_said_at_once_the_thread_trains_too(qtbot, open_session, scenario, monkeypatch):
    monkeypatch.setattr(remote_worker, "QProcess", RefusedProcess)
    session = open_session(scenario)
    heard = Listener(session)
    rest_at(qtbot, session, 0)
    assert len(heard.failures) == 1
    session.apply(Edit(with_seed(scenario, 77), "New sample"))
    session.advance(5)
    rest_at(qtbot, session, 5)
    assert session.frame.data.seed == 77


def test_without_a_place_for_large_arrays_the_thread_trains(qtbot, open_session, scenario, monkeypatch):
    def refuse():
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(remote_worker, "make_folder", refuse)
    session = open_session(scenario)
    heard = Listener(session)
    rest_at(qtbot, session, 0)
    assert heard.failures == ["No process for training could be started: the window may stutter."]
    session.advance(5)
    rest_at(qtbot, session, 5)


def test_commands_to_a_process_that_never_trained_are_carried_out(qtbot, open_session, scenario, monkeypatch):
    monkeypatch.setattr(remote_worker, "MODULE", "logreg_gui.no_such_module")
    session = open_session(scenario)
    session.apply(Edit(with_seed(scenario, 77), "New sample"))
    session.advance(25)  # as for a file that is opened at a step
    rest_at(qtbot, session, 25)
    assert session.training_process_id == 0
    assert session.frame.data.seed == 77


def test_when_a_message_is_lost_training_goes_on_here(qtbot, open_session, scenario, monkeypatch):
    def lose(reader, name):
        raise FileNotFoundError(name)

    session = open_session(scenario)
    heard = Listener(session)
    rest_at(qtbot, session, 0)
    monkeypatch.setattr(messages.Reader, "_mapped", lose)
    large = scenario
    for index, gaussian in enumerate(scenario.data.classes):
        large = with_class(large, index, replace(gaussian, size=60_000))
    session.apply(Edit(large, "Many rows"))
    qtbot.waitUntil(lambda: session.frame.data.sample.n_rows == 120_000, timeout=20_000)
    assert len(heard.failures) == 1
    assert session.training_process_id == 0
    session.advance(3)
    rest_at(qtbot, session, 3)


def test_when_a_command_cannot_be_sent_training_goes_on_here(qtbot, open_session, scenario, monkeypatch):
    session = open_session(scenario)
    heard = Listener(session)
    rest_at(qtbot, session, 0)
    with monkeypatch.context() as patch:
        patch.setattr(messages.pickle, "dumps", lambda *_, **__: 1 / 0)
        session.apply(Edit(with_seed(scenario, 77), "New sample"))
        qtbot.waitUntil(lambda: session.training_process_id == 0, timeout=20_000)
    qtbot.waitUntil(lambda: bool(heard.failures))
    assert session.scenario == scenario
    session.advance(3)
    rest_at(qtbot, session, 3)


def test_signals_from_the_terminal_do_not_end_the_process(qtbot, open_session, scenario):
    session = open_session(scenario)
    rest_at(qtbot, session, 0)
    process_id = session.training_process_id
    for number in (signal.SIGINT, signal.SIGHUP):
        os.kill(process_id, number)
    session.advance(5)
    rest_at(qtbot, session, 5)
    assert session.training_process_id == process_id


def test_every_command_and_signal_of_the_worker_is_passed_on():
    def names(kind):
        meta = kind.staticMetaObject
        own = (meta.method(index) for index in range(meta.methodOffset(), meta.methodCount()))
        return {method.methodSignature().data() for method in own if not method.name().startsWith(b"_")}

    assert names(TrainingWorker) <= names(RemoteWorker)


def test_the_process_ends_when_nobody_is_there_any_more(tmp_path):
    folder = tmp_path / "arrays"
    folder.mkdir()
    root = Path(remote_worker.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", remote_worker.MODULE, str(folder)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=root, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == b""
    assert not folder.exists()


def test_the_process_loads_neither_widgets_nor_plots():
    code = f"import sys, {remote_worker.MODULE}; print(*sys.modules)"
    root = Path(remote_worker.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert not {"PySide6.QtGui", "PySide6.QtWidgets", "pyqtgraph"} & set(done.stdout.split())


@pytest.fixture
def start_alone(tmp_path):
    """Start the process without a window, after some lines of Python."""
    started = []

    def start_alone(*lines):
        folder = tmp_path / "arrays"
        folder.mkdir()
        code = f"import sys; from {remote_worker.MODULE} import *; {'; '.join(lines)}"
        process = subprocess.Popen(
            [sys.executable, "-c", f"{code}\nsys.exit(main())", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(remote_worker.__file__).parents[2],
        )
        started.append(process)
        return process, messages.Writer(folder, "command")

    yield start_alone
    for process in started:
        with process:
            process.kill()


def test_a_process_that_misses_a_command_ends_though_its_input_does_not(start_alone):
    process, _ = start_alone()
    process.stdin.write(messages.LENGTH.pack(3) + b"abc")
    process.stdin.flush()
    assert process.wait(60) == 1


def test_a_process_that_cannot_send_a_frame_ends_though_its_input_does_not(start_alone, scenario):
    process, writer = start_alone("Writer.encode = lambda *_: 1 / 0")
    process.stdin.write(writer.encode(("apply", (1, scenario))))
    process.stdin.flush()
    assert process.wait(60) == 1


def test_a_process_whose_window_is_gone_ends_without_a_word(start_alone, scenario):
    process, writer = start_alone()
    process.stdout.close()
    process.stdin.write(writer.encode(("apply", (1, scenario))))
    process.stdin.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""


def first_message(process):
    (length,) = messages.LENGTH.unpack(process.stdout.read(messages.LENGTH.size))
    name, _ = messages.Reader(Path()).decode(process.stdout.read(length))
    return name


def test_a_process_that_is_told_to_end_leaves_no_folder(start_alone, scenario, tmp_path):
    process, writer = start_alone()
    process.stdin.write(writer.encode(("apply", (1, scenario))))
    process.stdin.flush()
    assert first_message(process) == "adoption"
    process.terminate()
    assert process.wait(60) == 1
    assert not list(tmp_path.iterdir())


def test_what_anybody_prints_in_the_process_is_no_message(start_alone, scenario):
    process, writer = start_alone("GarbageCollector.start = lambda self: print('Welcome', flush=True)")
    process.stdin.write(writer.encode(("apply", (1, scenario))))
    process.stdin.flush()
    assert first_message(process) == "adoption"


def test_the_process_trains_without_a_console(start_alone, scenario):
    process, writer = start_alone("sys.stderr = None")
    process.stdin.write(writer.encode(("apply", (1, scenario))))
    process.stdin.flush()
    assert first_message(process) == "adoption"
