"""The training worker: commands in, frames out.

It lives in the session's thread, or in the main thread of a process of its own (`remote_worker`). The event
loop there is the pause button: training happens in slices of a few milliseconds on a timer of its own, and
every command (a slot) is handled between two slices, so there are no flags, locks or polling.

At most one frame is unanswered at any time. The next may leave when `acknowledge` arrives, which the session
sends after the window has painted, or after a command when it has the frame; without that brake a fast run
floods the event loop of the window and freezes it.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from logreg_gui.core.pieces import Pieces
from logreg_gui.frames import Rectangle, RunStatus
from logreg_gui.scenario import Change, Scenario, classify_change, number_of_rows
from logreg_gui.session.pacing import Pacer
from logreg_gui.session.problem import Problem, problem_pieces, rows_of
from logreg_gui.session.run import TrainingRun

logger = logging.getLogger(__name__)

SLICE_SECONDS = 0.004
"""Longest stretch of training between two looks at the command queue."""

SINGLE_STEPS = 1000
"""Steps of a run that are all on the curve and in the history, at any speed."""

MANY_ROWS = 50_000
"""Rows above which not even the early steps are all on the curve at full speed: looking takes too long."""

LOOK_PAUSE = 19.0
"""At full speed, how many times as long as a look at all numbers took nobody looks again."""

QUICK_ROWS = 100_000
"""Rows up to which a scenario is taken over at once: some tens of milliseconds."""

RATE_WINDOW_SECONDS = 1.0
"""Over how long the shown steps per second are averaged."""


def _guarded(slot: Callable[..., None]) -> Callable[..., None]:
    """Turn an exception in a slot into the signal `failed`: Qt would print it and let the timer go on."""

    @wraps(slot)
    def guarded(self: TrainingWorker, *arguments: Any) -> None:
        try:
            slot(self, *arguments)
        except Exception as error:
            logger.exception("the training worker failed in %s", slot.__name__)
            self._halt()
            self.failed.emit(f"Training stopped by an error: {type(error).__name__}: {error}")
            self._announce_after_failure()

    return guarded


class TrainingWorker(QObject):
    """Trains one scenario at a time and reports what it sees."""

    frame_ready = Signal(object)  # Frame; the next one leaves after acknowledge()
    record_ready = Signal(object)  # Record of the present run, after send_record()
    stopped = Signal()  # after shut_down: no timer runs any more
    busy_changed = Signal(bool)  # True while many rows are being made ready
    failed = Signal(str)  # one sentence; training has stopped, commands are still answered
    maximum_missed = Signal(
        str, object
    )  # why the maximum stays unknown, and of which scenario; training goes on
    refused = Signal(
        str, object, object
    )  # why a scenario is not trained, that scenario, the one that is kept
    adopted = Signal(object)  # Scenario: it is trained from now on

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__()
        self._clock = clock
        self._run: TrainingRun | None = None
        self._view: Rectangle | None = None
        self._target: int | None = None
        self._stop_step = 0
        self._paced = True
        self._status = RunStatus.PAUSED
        self._pacer = Pacer(1.0, clock())
        self._chunk = 1
        self._look_at = 0.0
        self._preparation: Pieces[Problem] | None = None
        self._asked: Scenario | None = None
        self._deferred: list[Callable[[], None]] = []
        self._is_busy = False
        self._is_unanswered = False
        self._has_news = False
        self._rate_mark = (clock(), 0)
        self._steps_per_second = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._train_slice)
        self._preparation_timer = QTimer(self)
        self._preparation_timer.setSingleShot(True)
        self._preparation_timer.timeout.connect(self._prepare_slice)
        self._references: Pieces[None] | None = None
        self._references_revision = 0
        self._references_timer = QTimer(self)
        self._references_timer.setSingleShot(True)
        self._references_timer.timeout.connect(self._compute_references)

    # commands

    @Slot(object)
    @_guarded
    def apply(self, scenario: Scenario) -> None:
        """Train `scenario` from now on; what it changes decides whether the weights are kept.

        Many rows take a while: until they are ready, training goes on as it was.
        """
        before = None if self._run is None else self._run.problem
        self._preparation, self._asked = problem_pieces(scenario, before), scenario
        if _is_quick(scenario, before):
            self._prepare_until(math.inf)
        else:
            self._set_busy(True)
            self._preparation_timer.start(0)

    @Slot()
    @_guarded
    def cancel(self) -> None:
        """Leave what is being made ready, and keep what there is."""
        if self._preparation is not None and self._run is not None:
            self._drop_preparation()
            self.refused.emit("Cancelled: the data are as they were.", self._asked, self._run.scenario)

    @Slot()
    @_guarded
    def play(self) -> None:
        """Train at the scenario's speed until the step budget is used up."""
        if self._is_deferred(self.play):
            return
        run = self._run
        if run is None or (self._status is RunStatus.RUNNING and self._paced):
            return
        if run.is_finite:
            self._begin(self._paced_target(), paced=True)

    @Slot()
    @_guarded
    def toggle(self) -> None:
        """Pause when training, play when resting: decided here, where it is known which."""
        if self._status is RunStatus.RUNNING:
            self.pause()
        elif not self._is_deferred(self.toggle):
            self.play()

    @Slot(int)
    @_guarded
    def go_back(self, steps: int) -> None:
        """Pause and show the weights of `steps` steps earlier."""
        if self._run is not None and not self._is_deferred(self.go_back, steps):
            self.seek(self._run.step - steps)

    @Slot()
    @_guarded
    def pause(self) -> None:
        """Stop training at the present step."""
        self._is_deferred(self.pause)  # at once, and after a play that waits
        if self._status is RunStatus.RUNNING:
            self._halt()
            self._announce()

    @Slot(int)
    @_guarded
    def advance(self, steps: int) -> None:
        """Take exactly `steps` steps as fast as possible, beyond the step budget if need be, then pause."""
        if self._is_deferred(self.advance, steps):
            return
        if self._run is not None and self._run.is_finite:
            # Presses that come faster than steps are all counted.
            is_stepping = self._target is not None and not self._paced
            start = self._target if is_stepping and self._target is not None else self._run.step
            self._begin(start + steps, paced=False)

    @Slot(int)
    @_guarded
    def seek(self, step: int) -> None:
        """Pause and show the weights of `step`."""
        if self._run is not None and not self._is_deferred(self.seek, step):
            self._halt()
            self._run.seek(step)
            self._stop_step = self._end()
            self._announce()

    @Slot()
    @_guarded
    def reset_weights(self) -> None:
        """Pause at step 0 of a new run, with the initial weights."""
        if not self._is_deferred(self.reset_weights) and self._run is not None:
            self._halt()
            self._run.restart()
            self._stop_step = self._end()
            self._announce()

    @Slot(object)
    @_guarded
    def show_view(self, view: Rectangle) -> None:
        """The window shows this part of the plane, or of the axis: pictures cover it."""
        self._view = view
        if self._run is not None and self._run.show_view(view):
            self._announce()

    @Slot(int)
    @_guarded
    def remove_ghost(self, number: int) -> None:
        """Forget a course that was left."""
        if self._run is not None:
            self._run.remove_ghost(number)
            self._announce()

    @Slot()
    @_guarded
    def send_record(self) -> None:
        """Tell all steps that are remembered; training goes on."""
        if self._run is not None:
            self.record_ready.emit(self._run.record())

    @Slot()
    @_guarded
    def acknowledge(self) -> None:
        """The last frame is on the screen: the next may leave."""
        self._is_unanswered = False
        if self._has_news:
            self._announce()

    @Slot()
    def shut_down(self) -> None:
        """Stop all timers; must be called in the worker's own thread, because no other may stop them."""
        self._halt()
        self._references_timer.stop()
        self._preparation_timer.stop()
        self.stopped.emit()

    # getting ready

    @Slot()
    @_guarded
    def _prepare_slice(self) -> None:
        self._prepare_until(self._clock() + SLICE_SECONDS)

    def _prepare_until(self, deadline: float) -> None:
        """Work at what the last scenario asks for, and take it over when it is ready."""
        pieces = self._preparation
        if pieces is None:
            return
        try:
            while self._clock() < deadline:
                next(pieces)
        except StopIteration as end:
            self._drop_preparation(keep_commands=True)
            self._adopt(end.value)
            self._carry_out_deferred()
            return
        except Exception as error:
            self._drop_preparation()
            if self._run is None:
                raise
            self.refused.emit(_reason(error), self._asked, self._run.scenario)
            return
        self._preparation_timer.start(0)

    def _adopt(self, problem: Problem) -> None:
        if self._run is None:
            self._run = TrainingRun(problem)
            if self._view is not None:
                self._run.show_view(self._view)
            change = Change.NEW_RUN
        else:
            step = self._run.step
            change = self._run.adopt(problem)
            if self._target is not None and not self._paced:
                # Of the steps that were asked for, those that are left: another model begins at step 0 again.
                self._target += self._run.step - step
                self._stop_step = max(self._target, self._end())
        self.adopted.emit(problem.scenario)
        self._pacer.set_speed(problem.scenario.speed, self._clock())
        self._chunk = 1
        self._look_at = 0.0
        if change is Change.NEW_RUN:
            self._halt()
        self._rate_mark = (self._clock(), self._run.step)
        if self._status is RunStatus.RUNNING and self._paced:
            self._target, self._stop_step = self._paced_target(), self._next_stop()
            self._timer.start(0)
        elif self._status is not RunStatus.RUNNING and self._run.is_finite:
            is_over = self._status is RunStatus.FINISHED and self._run.step >= self._end()
            self._status = RunStatus.FINISHED if is_over else RunStatus.PAUSED
        if self._status is not RunStatus.RUNNING:
            self._stop_step = self._end()
        self._seek_references()
        self._announce()

    def _is_deferred(self, command: Callable[..., None], *arguments: Any) -> bool:
        """Whether a command has to wait for the rows that are being made ready."""
        if self._preparation is None:
            return False
        self._deferred.append(lambda: command(*arguments))
        return True

    def _carry_out_deferred(self) -> None:
        commands, self._deferred = self._deferred, []
        for command in commands:
            command()

    def _drop_preparation(self, *, keep_commands: bool = False) -> None:
        self._preparation_timer.stop()
        self._preparation = None
        self._set_busy(False)
        if not keep_commands:
            self._deferred.clear()

    def _set_busy(self, is_busy: bool) -> None:
        if is_busy != self._is_busy:
            self._is_busy = is_busy
            self.busy_changed.emit(is_busy)

    # training

    def _begin(self, target: int, *, paced: bool) -> None:
        if self._run is not None:
            self._run.go_on()
        self._target = target
        self._paced = paced
        self._stop_step = max(target, self._end())
        self._status = RunStatus.RUNNING
        self._chunk = 1
        now = self._clock()
        self._pacer.restart(now)
        self._rate_mark = (now, self._run.step if self._run else 0)
        self._steps_per_second = 0.0
        self._timer.start(0)
        self._announce()

    def _halt(self) -> None:
        self._timer.stop()
        self._target = None
        self._steps_per_second = 0.0
        self._status = RunStatus.PAUSED

    def _end(self) -> int:
        """Where the run ends for now: the first multiple of the step budget with all steps so far."""
        if self._run is None:
            return 0
        budget = self._run.scenario.steps
        return max(1, -(-self._run.last_step // budget)) * budget

    def _paced_target(self) -> int:
        """Where play goes to: the step at which to pause, if it comes before the end."""
        run, stop = self._run, self._next_stop()
        rule = None if run is None else run.scenario.pause_at.step
        return rule if run is not None and rule is not None and run.step < rule < stop else stop

    def _next_stop(self) -> int:
        """Where play stops: at the end, or when it is there already as many steps further."""
        end = self._end()
        return end + self._run.scenario.steps if self._run is not None and self._run.step >= end else end

    @Slot()
    @_guarded
    def _train_slice(self) -> None:
        run, target = self._run, self._target
        if run is None or target is None:
            return
        deadline = self._clock() + SLICE_SECONDS
        before = run.step
        allowed = self._pacer.due(self._clock()) if self._paced else math.inf
        is_unlimited = self._paced and math.isinf(allowed)
        while run.step < target and allowed > 0 and run.is_finite:
            began, first = self._clock(), run.step
            # One by one while a person can follow, and early on, where most of the movement is.
            is_early = run.step < SINGLE_STEPS and run.n_rows <= MANY_ROWS
            steps = 1 if is_early or math.isfinite(allowed) else min(self._chunk, target - run.step)
            run.train(steps, observes=False, is_unlimited=is_unlimited)
            allowed -= run.step - first
            now = self._clock()
            if run.step - first == self._chunk:
                self._adapt_chunk(now - began)
            if is_early or not is_unlimited or now >= self._look_at or not run.is_finite:
                now = self._look(run)
                if self._paced and run.pause_reason:
                    break
            if now >= deadline:
                break
        if self._paced:
            self._pacer.spend(run.step - before)
        self._measure_rate()
        self._finish_slice(run, target, progressed=run.step > before)

    def _finish_slice(self, run: TrainingRun, target: int, *, progressed: bool) -> None:
        if not run.is_finite:
            self._halt()
            self._status = RunStatus.STOPPED
        elif self._paced and run.pause_reason:
            self._halt()
        elif run.step >= target:
            is_over = self._paced and run.step >= self._end()
            if self._paced and not is_over:
                run.pause_for(f"step {run.step:,} is reached")
            self._halt()
            self._stop_step = self._end()
            self._status = RunStatus.FINISHED if is_over else RunStatus.PAUSED
        else:
            wait = self._pacer.seconds_to_next(self._clock()) if self._paced else 0.0
            self._timer.start(math.ceil(1000 * wait))
        if progressed or self._status is not RunStatus.RUNNING:
            self._announce()

    def _look(self, run: TrainingRun) -> float:
        """Add a point to the curves; returns the time. At full speed this may take a twentieth of it."""
        began = self._clock()
        run.observe()
        if not self._paced:
            run.go_on()  # rules stop a play, not the steps that are asked for
        now = self._clock()
        self._look_at = now + LOOK_PAUSE * (now - began)
        return now

    def _adapt_chunk(self, seconds: float) -> None:
        if seconds < SLICE_SECONDS / 2:
            self._chunk *= 2
        elif seconds > SLICE_SECONDS and self._chunk > 1:
            self._chunk //= 2

    def _measure_rate(self) -> None:
        if self._run is None:
            return
        began, step = self._rate_mark
        now = self._clock()
        if now - began >= RATE_WINDOW_SECONDS:
            self._steps_per_second = (self._run.step - step) / (now - began)
            self._rate_mark = (now, self._run.step)

    def _seek_references(self) -> None:
        """Begin to look for the maximum, unless it is known or being looked for."""
        run = self._run
        if run is None or run.has_references or run.revision == self._references_revision:
            return
        self._references, self._references_revision = run.reference_pieces(), run.revision
        self._references_timer.start(0)

    @Slot()
    @_guarded
    def _compute_references(self) -> None:
        pieces, deadline = self._references, self._clock() + SLICE_SECONDS
        if pieces is None:
            return
        try:
            while self._clock() < deadline:
                next(pieces)
        except StopIteration:
            self._references = None
            self._announce()
            return
        except Exception as error:
            logger.exception("the search for the maximum failed")
            self._references = None
            self._give_up_maximum(error)
            return
        self._references_timer.start(0)

    def _give_up_maximum(self, error: Exception) -> None:
        """Go on without the maximum, and say why."""
        if self._run is None:
            return
        reason = "the search for it failed (" + f"{type(error).__name__}: {error}".rstrip(": ") + ")"
        self._run.give_up_maximum(reason)
        self.maximum_missed.emit(f"The maximum is unknown: {reason}.", self._run.scenario)
        self._announce()

    def _announce_after_failure(self) -> None:
        """Tell that training rests, unless telling is what failed."""
        try:
            self._announce()
        except Exception:
            logger.exception("no frame could be made after a failure")

    def _is_unlimited(self) -> bool:
        return self._run is not None and self._paced and math.isinf(self._run.scenario.speed)

    def _is_cheap(self) -> bool:
        return self._run is not None and self._run.n_rows <= MANY_ROWS

    def _announce(self) -> None:
        """Send a frame now, or as soon as the last one is answered."""
        if self._run is None:
            return
        if self._is_unanswered:
            self._has_news = True
            return
        is_fresh = self._status is not RunStatus.RUNNING or not self._is_unlimited()
        frame = self._run.frame(
            self._status, self._stop_step, self._steps_per_second, is_fresh=is_fresh or self._is_cheap()
        )
        self._is_unanswered = True
        self._has_news = False
        self.frame_ready.emit(frame)


def _reason(error: Exception) -> str:
    """Why a scenario is not trained: a sentence of the core, or what went wrong unforeseen."""
    if isinstance(error, ValueError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for so many rows."
    logger.error("rows could not be made ready", exc_info=error)
    return f"The data could not be made ready: {type(error).__name__}: {error}"


def _is_quick(scenario: Scenario, before: Problem | None) -> bool:
    """Whether the problem of a scenario is made before anybody could wait for it."""
    if before is not None and before.rows == rows_of(scenario):
        weights_stay = classify_change(before.scenario, scenario) not in (Change.NEW_RUN, Change.NEW_MODEL)
        return weights_stay or before.sample.n_rows <= QUICK_ROWS
    return number_of_rows(scenario.data) <= QUICK_ROWS
