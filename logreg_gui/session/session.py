"""The training session: what the window talks to, owner of thread, worker, scenario and undo stack."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QThread, QTimer, Signal, Slot

from logreg_gui.frames import Frame, Rectangle, RunStatus
from logreg_gui.scenario import Edit, Scenario, faster, slower, with_seed
from logreg_gui.session.garbage import GarbageCollector
from logreg_gui.session.remote_worker import RemoteWorker
from logreg_gui.session.undo import UndoStack
from logreg_gui.session.worker import TrainingWorker

FRAME_INTERVAL_MS = 16
"""Least time from one answered frame to the next: 60 a second are all that a screen shows."""

LEAST_PAUSE_MS = 4
"""Least time from a frame to its answer: the window paints in between, however late the frame came.

Not from the first frame after a command that left when every frame had its answer: see `_receive`.
"""

SHUT_DOWN_MS = 5000

Worker = TrainingWorker | RemoteWorker
"""Whoever trains: in a thread of this process, or behind it in a process of its own."""


class TrainingSession(QObject):
    """Edits in, frames out; everything in between happens in another thread.

    The scenario is always valid: an edit that is not never becomes a `Scenario`. The worker trains in the
    session's thread unless another one is given. Call `shut_down` before the program ends.
    """

    frame_changed = Signal(object)  # Frame, at most one per FRAME_INTERVAL_MS, and one more after a command
    scenario_changed = Signal(object)  # Scenario, after every edit, undo, redo or reset
    undo_changed = Signal(str, str)  # labels of what undo and redo would do, empty when there is nothing
    playing_changed = Signal(bool)  # True while it trains
    settled = Signal(object)  # Frame; training rests, every command is carried out, references are known
    frame_acknowledged = Signal()  # the window has had its time to paint the last frame; the next may come
    busy_changed = Signal(bool)  # True while many rows are being made ready; `cancel` leaves them
    failed = Signal(str)  # one sentence about an error in the worker; it still answers
    maximum_missed = Signal(str)  # one sentence: why the maximum stays unknown; training goes on
    record_ready = Signal(object)  # Record: all remembered steps, after request_record()

    # A command to the worker is a signal, so that it runs in the worker's thread.
    _scenario_applied = Signal(object)
    _play_requested = Signal()
    _pause_requested = Signal()
    _toggle_requested = Signal()
    _advance_requested = Signal(int)
    _back_requested = Signal(int)
    _seek_requested = Signal(int)
    _weights_reset = Signal()
    _view_shown = Signal(object)
    _record_requested = Signal()
    _cancel_requested = Signal()
    _ghost_removed = Signal(int)
    _shut_down_requested = Signal()

    def __init__(
        self, scenario: Scenario, parent: QObject | None = None, worker: Worker | None = None
    ) -> None:
        super().__init__(parent)
        self._scenario = scenario
        self._origins = {scenario.preset: scenario}
        self._undo = UndoStack()
        self._frame: Frame | None = None
        self._is_playing = False
        # Whether it trains at the scenario's speed: the last command says so before the frames do.
        self._plays = self._is_stepping = self._is_next_frame_old = False
        self._goes_on = False
        self._held_step = 0

        self._thread = QThread()
        self._thread.setObjectName("training")
        self._worker: Worker = TrainingWorker() if worker is None else worker
        self._worker.moveToThread(self._thread)

        self._answer_timer = QTimer(self)
        self._answer_timer.setSingleShot(True)
        self._answer_timer.timeout.connect(self._answer)
        self._since_answer = QElapsedTimer()
        self._since_answer.start()

        self._scenario_applied.connect(self._worker.apply)
        self._play_requested.connect(self._worker.play)
        self._pause_requested.connect(self._worker.pause)
        self._toggle_requested.connect(self._worker.toggle)
        self._advance_requested.connect(self._worker.advance)
        self._back_requested.connect(self._worker.go_back)
        self._seek_requested.connect(self._worker.seek)
        self._weights_reset.connect(self._worker.reset_weights)
        self._view_shown.connect(self._worker.show_view)
        self._record_requested.connect(self._worker.send_record)
        self._cancel_requested.connect(self._worker.cancel)
        self._ghost_removed.connect(self._worker.remove_ghost)
        self._worker.busy_changed.connect(self.busy_changed)
        self.frame_acknowledged.connect(self._worker.acknowledge)
        self._shut_down_requested.connect(self._worker.shut_down)
        self._worker.frame_ready.connect(self._receive)
        self._worker.failed.connect(self._fail)
        self._worker.maximum_missed.connect(self._miss_maximum)
        self._worker.record_ready.connect(self.record_ready)
        self._worker.refused.connect(self._take_back)
        # The worker ends its thread itself, after the last command; `quit` may be called from any thread.
        self._worker.stopped.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)
        self._thread.finished.connect(self._worker.deleteLater)

        self._garbage = GarbageCollector(self)
        self._garbage.start()
        self._thread.start()
        self._scenario_applied.emit(scenario)

    @property
    def scenario(self) -> Scenario:
        """The present scenario."""
        return self._scenario

    @property
    def frame(self) -> Frame | None:
        """The last frame received, None before the first."""
        return self._frame

    @property
    def is_playing(self) -> bool:
        """Whether the last frame said that it trains."""
        return self._is_playing

    @property
    def training_process_id(self) -> int:
        """That of the process of its own which trains; 0 when there is none."""
        return self._worker.process_id if isinstance(self._worker, RemoteWorker) else 0

    # edits

    @Slot(object)
    def apply(self, edit: Edit) -> None:
        """Make an edit, which undo can take back."""
        if edit.scenario == self._scenario:
            if not edit.continues:
                self._undo.close()  # a gesture has begun, if only where the last one ended
            return
        self._undo.push(self._scenario, edit)
        self._adopt(edit.scenario)

    @Slot(object)
    def load(self, scenario: Scenario) -> None:
        """Start from another scenario, to which `reset_all` will return; undo can take it back."""
        self._origins[scenario.preset] = scenario
        self.apply(Edit(scenario, "Load " + scenario.preset))
        self.reset_weights()

    @Slot()
    def undo(self) -> None:
        """Take the last edit back."""
        scenario = self._undo.undo()
        if scenario is not None:
            self._adopt(scenario)

    @Slot()
    def redo(self) -> None:
        """Make the edit that was taken back again."""
        scenario = self._undo.redo()
        if scenario is not None:
            self._adopt(scenario)

    @Slot()
    def new_sample(self) -> None:
        """Draw the next sample of the same data; after a finished run, train again from the start."""
        if not self._scenario.has_seed:
            return  # the same rows would come again
        seed = (self._scenario.seed + 1) % 2**32
        is_over = self._frame is not None and self._frame.status is RunStatus.FINISHED
        self.apply(Edit(with_seed(self._scenario, seed), "New sample"))
        if is_over:
            self.reset_weights()
            self.play()

    @Slot()
    def reset_all(self) -> None:
        """The scenario as it was loaded, at step 0."""
        self.apply(Edit(self._origins[self._scenario.preset], "Reset all"))
        self.reset_weights()

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """Train at another speed, in steps per second."""
        self.apply(Edit(replace(self._scenario, speed=speed), "Change the speed", continues=True))

    @Slot()
    def faster(self) -> None:
        """Train at the next faster offered speed."""
        self.set_speed(faster(self._scenario.speed))

    @Slot()
    def slower(self) -> None:
        """Train at the next slower offered speed."""
        self.set_speed(slower(self._scenario.speed))

    # transport

    @Slot()
    def play(self) -> None:
        """Train at the scenario's speed until the step budget is used up."""
        self._expect(plays=True)
        self._play_requested.emit()
        self._answer_at_once()

    @Slot()
    def pause(self) -> None:
        """Stop at the present step."""
        self._expect(plays=False)
        self._pause_requested.emit()
        self._answer_at_once()

    @Slot()
    def toggle(self) -> None:
        """Play when resting, pause when playing."""
        self._expect(plays=not (self._plays or self._is_playing))
        self._toggle_requested.emit()
        self._answer_at_once()

    @Slot()
    def hold(self) -> None:
        """Rest while a hand moves the weights; `let_go` goes on."""
        self._goes_on = self._plays
        self._held_step = self._frame.step if self._frame is not None else 0
        self.pause()  # frames lag behind: it may train though the last one rests

    @Slot()
    def let_go(self) -> None:
        """Play on, from where the hand has left the weights, if it played before."""
        if self._goes_on:
            self.play()
        self._goes_on = False

    @Slot()
    def take_back(self) -> None:
        """The weights of before the hand took them: trained again, from the start they had."""
        self._goes_on = False
        if self._held_step:
            self.advance(self._held_step)

    @Slot()
    def forget_hold(self) -> None:
        """What the hand moved is there no longer: what rests goes on resting."""
        self._goes_on = False

    @Slot(int)
    def advance(self, steps: int) -> None:
        """Take `steps` steps, then pause."""
        self._expect(plays=False, is_stepping=True)
        self._advance_requested.emit(steps)
        self._answer_at_once()

    @Slot(int)
    def go_back(self, steps: int) -> None:
        """Show the weights of `steps` steps earlier."""
        self._expect(plays=False)
        self._back_requested.emit(steps)
        self._answer_at_once()

    @Slot(int)
    def seek(self, step: int) -> None:
        """Pause and show the weights of `step`."""
        self._expect(plays=False)
        self._seek_requested.emit(step)
        self._answer_at_once()

    @Slot()
    def go_to_start(self) -> None:
        """Show the initial weights."""
        self.seek(0)

    @Slot()
    def go_to_latest(self) -> None:
        """Show the weights of the furthest step trained."""
        if self._frame is not None:
            self.seek(self._frame.last_step)

    @Slot()
    def reset_weights(self) -> None:
        """Back to the initial weights, as a new run."""
        self._expect(plays=False)
        self._weights_reset.emit()
        self._answer_at_once()

    @Slot(object)
    def show_view(self, view: Rectangle) -> None:
        """The window shows this part of the plane, or of the axis."""
        self._view_shown.emit(view)

    @Slot(int)
    def remove_ghost(self, number: int) -> None:
        """Forget a course that was left."""
        self._ghost_removed.emit(number)

    @Slot()
    def request_record(self) -> None:
        """Ask for all remembered steps; `record_ready` brings them."""
        self._record_requested.emit()

    @Slot()
    def cancel(self) -> None:
        """Leave the rows that are being made ready; the last edit is taken back."""
        self._cancel_requested.emit()

    def shut_down(self) -> None:
        """End the worker and its thread; waits for the step in progress."""
        if self._thread.isRunning():
            self._answer_timer.stop()
            self._shut_down_requested.emit()
            if self._thread.wait(SHUT_DOWN_MS):
                self._garbage.stop()

    # internals

    def _adopt(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._scenario_applied.emit(scenario)
        self.scenario_changed.emit(scenario)
        self.undo_changed.emit(self._undo.undo_label, self._undo.redo_label)

    @Slot(str, object, object)
    def _take_back(self, reason: str, asked: Scenario, kept: Scenario) -> None:
        """`asked` needs rows or a model that are not made; another edit since then stays."""
        if asked == self._scenario != kept:
            self._undo.take_back(asked, kept)
            self._scenario = kept
            self.scenario_changed.emit(kept)
            self.undo_changed.emit(self._undo.undo_label, self._undo.redo_label)
        self.failed.emit(reason)

    @Slot(str)
    def _fail(self, reason: str) -> None:
        """The worker has halted; a frame that says so may never come."""
        self._plays = False
        self._note_playing(False)
        self.failed.emit(reason)

    @Slot(str, object)
    def _miss_maximum(self, reason: str, scenario: Scenario) -> None:
        """Unless another scenario has been asked for since."""
        if scenario is self._scenario:
            self.maximum_missed.emit(reason)

    def _expect(self, *, plays: bool, is_stepping: bool = False) -> None:
        """A command is about to leave."""
        self._plays, self._is_stepping = plays, is_stepping
        # It may have left the worker before; as long as the last is unanswered, none is on its way.
        self._is_next_frame_old = not self._answer_timer.isActive()

    def _answer_at_once(self) -> None:
        """A command has just left: the frame that it leads to need not wait for the pace of frames."""
        if self._answer_timer.isActive():
            self._answer_timer.stop()
            self._answer()

    @Slot()
    def _answer(self) -> None:
        self._since_answer.start()
        self.frame_acknowledged.emit()

    def _note_playing(self, is_playing: bool) -> None:
        if is_playing != self._is_playing:
            self._is_playing = is_playing
            self.playing_changed.emit(is_playing)

    @Slot(object)
    def _receive(self, frame: Frame) -> None:
        if self._thread.isFinished():
            return  # sent before the end, delivered after it
        self._frame = frame
        self._answer_timer.start(max(LEAST_PAUSE_MS, FRAME_INTERVAL_MS - self._since_answer.elapsed()))
        is_old, self._is_next_frame_old = self._is_next_frame_old, False
        is_playing = frame.status is RunStatus.RUNNING
        if not is_old:
            self._plays = is_playing and not self._is_stepping
        self._note_playing(is_playing)
        self.frame_changed.emit(frame)
        if not is_playing and frame.maximum is not None:
            self.settled.emit(frame)
        if is_old:
            # It may have been under way when a command left: what answers that is made while it is painted.
            self._answer_at_once()
