"""The training worker as the session sees it, while a process of its own does the training.

It has the commands and the signals of a `TrainingWorker`, lives in the same thread, and only writes and reads
messages: so the window's process has its interpreter to itself. When the other process ends unexpectedly, or
cannot be started, a `TrainingWorker` here takes over from the last scenario that was trained.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal, Slot

import logreg_gui
from logreg_gui.frames import DataSnapshot, Frame, Rectangle
from logreg_gui.scenario import Scenario
from logreg_gui.session.messages import Reader, Writer, make_folder, messages_in
from logreg_gui.session.worker import TrainingWorker

logger = logging.getLogger(__name__)

MODULE = "logreg_gui.session.training_process"

NO_PROCESS = "No process for training could be started: the window may stutter."

PATIENCE_MS = 3000
"""How long the process may take to end; it looks for commands every few milliseconds."""


class RemoteWorker(QObject):
    """Passes commands on, and what comes back."""

    frame_ready = Signal(object)
    record_ready = Signal(object)
    stopped = Signal()
    busy_changed = Signal(bool)
    failed = Signal(str)
    maximum_missed = Signal(str, object)
    refused = Signal(str, object, object)
    adopted = Signal(object)

    _folder: Path
    _writer: Writer
    _reader: Reader

    def __init__(self, program: str = sys.executable) -> None:
        super().__init__()
        self._program = program
        self.process_id = 0
        """That of the process which trains; 0 when it is this one. May be read in any thread."""
        self._process: QProcess | None = None
        self._local: TrainingWorker | None = None
        self._buffer = bytearray()
        self._scenarios: dict[int, Scenario] = {}
        """Those that the process may speak of, by number: the one that is trained and all later ones."""
        self._asked = self._kept = 0
        self._early: list[tuple[str, tuple[Any, ...]]] = []
        """The commands until the process trains: a file is opened with steps to replay, for example."""
        self._view: Rectangle | None = None
        self._is_busy = self._is_lost = self._is_leaving = False
        self._seen = self._offset = (0, 0, 0)
        """Run, revision of the frame and of its data: the last ones, and what is added to a successor's."""
        self._rebased: tuple[DataSnapshot, DataSnapshot] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._kill)

    # commands: those of the `TrainingWorker`

    @Slot(object)
    def apply(self, scenario: Scenario) -> None:
        """Train `scenario` from now on; the first one starts the process."""
        self._asked += 1
        self._scenarios[self._asked] = scenario
        if self._local is not None:
            self._local.apply(scenario)
            return
        self._keep_early("apply", scenario)
        if self._process is None:
            self._start()
        self._write("apply", self._asked, scenario)

    @Slot()
    def cancel(self) -> None:
        """Leave what is being made ready."""
        self._tell("cancel")

    @Slot()
    def play(self) -> None:
        """Train at the scenario's speed."""
        self._tell("play")

    @Slot()
    def toggle(self) -> None:
        """Pause when training, play when resting."""
        self._tell("toggle")

    @Slot(int)
    def go_back(self, steps: int) -> None:
        """Pause and show the weights of `steps` steps earlier."""
        self._tell("go_back", steps)

    @Slot()
    def pause(self) -> None:
        """Stop training at the present step."""
        self._tell("pause")

    @Slot(int)
    def advance(self, steps: int) -> None:
        """Take exactly `steps` steps, then pause."""
        self._tell("advance", steps)

    @Slot(int)
    def seek(self, step: int) -> None:
        """Pause and show the weights of `step`."""
        self._tell("seek", step)

    @Slot()
    def reset_weights(self) -> None:
        """Pause at step 0 of a new run."""
        self._tell("reset_weights")

    @Slot(object)
    def show_view(self, view: Rectangle) -> None:
        """The window shows this part of the plane."""
        self._view = view
        self._tell("show_view", view)

    @Slot(int)
    def remove_ghost(self, number: int) -> None:
        """Forget a course that was left."""
        self._tell("remove_ghost", number)

    @Slot()
    def send_record(self) -> None:
        """Tell all steps that are remembered."""
        self._tell("send_record")

    @Slot()
    def acknowledge(self) -> None:
        """The last frame is on the screen: the next may leave."""
        self._tell("acknowledge")

    @Slot()
    def shut_down(self) -> None:
        """End the process; `stopped` follows when it is gone."""
        self._is_leaving = True
        if self._local is not None:
            self._local.shut_down()
        elif self._process is None or self._process.state() == QProcess.ProcessState.NotRunning:
            self.stopped.emit()
        else:
            self._process.closeWriteChannel()
            self._patience.start()

    # the process

    def _start(self) -> None:
        try:
            self._folder = make_folder()
        except OSError:
            logger.exception("there is no place for large arrays")
            self._take_over(NO_PROCESS)
            return
        self._writer, self._reader = Writer(self._folder, "command"), Reader(self._folder)
        environment = QProcessEnvironment.systemEnvironment()
        root = str(Path(logreg_gui.__file__).parent.parent)
        paths = [root, environment.value("PYTHONPATH")]
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, paths)))
        process = self._process = QProcess(self)
        process.setProcessEnvironment(environment)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._note_end)
        process.errorOccurred.connect(self._note_error)
        # -P: a numpy.py where the user happens to stand is none of ours.
        process.start(self._program, ["-P", "-m", MODULE, str(self._folder)])
        if self._process is not None:  # on some systems a failure to start has been told already
            self.process_id = process.processId()

    def _tell(self, name: str, *arguments: Any) -> None:
        if self._local is not None:
            getattr(self._local, name)(*arguments)
        else:
            self._keep_early(name, *arguments)
            self._write(name, *arguments)

    def _keep_early(self, name: str, *arguments: Any) -> None:
        if not self._kept:
            self._early.append((name, arguments))

    def _write(self, name: str, *arguments: Any) -> None:
        if self._process is None or self._is_lost or self._is_leaving:
            return
        try:
            data = self._writer.encode((name, arguments))
        except Exception:
            logger.exception("a command could not be sent to the training process")
            self._lose()
        else:
            self._process.write(data)

    @Slot()
    def _read(self) -> None:
        # When it leaves it takes the folder along, and what a last message speaks of is gone.
        if self._process is None or self._is_lost or self._is_leaving:
            return
        self._buffer += self._process.readAllStandardOutput().data()
        try:
            for data in messages_in(self._buffer):
                name, arguments = self._reader.decode(data)
                self._receive(name, *arguments)
        except Exception:
            logger.exception("a message of the training process did not arrive")
            self._lose()

    def _receive(self, name: str, *arguments: Any) -> None:
        match name:
            case "frame":
                self._pass_frame(*arguments)
            case "record":
                self.record_ready.emit(*arguments)
            case "busy":
                self._pass_busy(*arguments)
            case "failure":
                self.failed.emit(*arguments)
            case "missed maximum":
                reason, number = arguments
                self.maximum_missed.emit(reason, self._scenarios[number])
            case "refusal":
                reason, asked, kept = arguments
                self.refused.emit(reason, self._scenarios[asked], self._scenarios[kept])
            case "adoption":
                (self._kept,) = arguments
                self._early.clear()
                self._scenarios = {key: one for key, one in self._scenarios.items() if key >= self._kept}
                self.adopted.emit(self._scenarios[self._kept])

    @Slot(object)
    def _pass_frame(self, frame: Frame) -> None:
        if any(self._offset):
            frame = self._renumbered(frame)
        self._seen = (frame.run, frame.revision, frame.data.revision)
        self.frame_ready.emit(frame)

    @Slot(bool)
    def _pass_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self.busy_changed.emit(is_busy)

    def _lose(self) -> None:
        """End the process: a message is lost, and later ones may speak of what was in it."""
        self._is_lost = True
        self._kill()

    @Slot()
    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    @Slot(QProcess.ProcessError)
    def _note_error(self, error: QProcess.ProcessError) -> None:
        # Every other error is followed by the end, or means nothing.
        if error == QProcess.ProcessError.FailedToStart:
            self._end(NO_PROCESS)

    @Slot()
    def _note_end(self) -> None:
        self._read()
        self._end("The training process has ended unexpectedly. Training starts again at step 0.")

    def _end(self, words: str) -> None:
        if self._process is None:
            return
        self._patience.stop()
        reason = self._process.errorString()
        self._process.deleteLater()
        self._process, self.process_id = None, 0
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._is_leaving:
            self.stopped.emit()
        else:
            logger.error("there is no training process: %s", reason)
            self._take_over(words)

    # without it

    def _take_over(self, words: str) -> None:
        """Say so, and train in this process from now on, from the start of what was trained last."""
        asked, kept = self._scenarios[self._asked], self._scenarios.get(self._kept)
        self._offset = self._seen
        local = self._local = TrainingWorker()
        local.setParent(self)
        local.frame_ready.connect(self._pass_frame)
        local.record_ready.connect(self.record_ready)
        local.stopped.connect(self.stopped)
        local.busy_changed.connect(self.busy_changed)
        local.failed.connect(self.failed)
        local.maximum_missed.connect(self.maximum_missed)
        local.refused.connect(self.refused)
        local.adopted.connect(self.adopted)
        if self._is_busy:
            self.busy_changed.emit(False)
        if kept is None or kept is asked:
            self.failed.emit(words)
        else:
            # These rows may have been too many for it.
            self.refused.emit(words, asked, kept)
        if kept is None:
            for name, arguments in self._early:
                getattr(local, name)(*arguments)
            self._early.clear()
        else:
            local.apply(kept)
            if self._view is not None:
                local.show_view(self._view)

    def _renumbered(self, frame: Frame) -> Frame:
        """The frame of a successor, which has begun to count afresh."""
        run, revision, data_revision = self._offset
        if self._rebased is None or self._rebased[0] is not frame.data:
            data = replace(frame.data, revision=frame.data.revision + data_revision)
            self._rebased = (frame.data, data)
        return replace(frame, run=frame.run + run, revision=frame.revision + revision, data=self._rebased[1])
