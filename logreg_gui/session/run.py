"""One run of training, without Qt and without a clock.

What a step does, what is remembered, what a frame holds.
"""

from __future__ import annotations

import logging
import math

import numpy as np

from logreg_gui.core.history import History, Record
from logreg_gui.core.maxima import Maximum, unknown_maximum
from logreg_gui.core.models import Model, reference_pieces
from logreg_gui.core.objectives import Objective
from logreg_gui.core.optimizers import OPTIMIZERS, Optimizer, Stepper
from logreg_gui.core.pausing import Progress
from logreg_gui.core.pieces import Pieces, finished
from logreg_gui.core.precision import is_near_convergence, may_be_single, single_precision_of
from logreg_gui.core.stability import stable_rates
from logreg_gui.core.training import FallWatch, TrainingState, advance, last_finite, start
from logreg_gui.frames import FloatArray, Frame, Ghost, Rectangle, RunStatus, read_only
from logreg_gui.scenario import Change, Scenario, classify_change
from logreg_gui.session.checkpoints import Checkpoints
from logreg_gui.session.ghosts import Ghosts, course_name
from logreg_gui.session.notices import describe
from logreg_gui.session.observation import Observation, observed
from logreg_gui.session.pictures import Painter
from logreg_gui.session.problem import Problem, comparison_pieces, problem_pieces
from logreg_gui.session.stretches import Stretches

logger = logging.getLogger(__name__)


class TrainingRun:
    """The training of one scenario: its data, its weights by step, and its likelihood curve.

    `number` grows with every new start, so that frames of an earlier run can be told apart.
    """

    _maximum: Maximum | None
    _painter: Painter
    _state: TrainingState
    _following: TrainingState | None
    _watch: FallWatch | None
    _is_beside: bool
    _is_near: bool
    _seen: Observation | None
    _judged: Observation | None
    """What the rules of pausing compare the next observation with: not what a frame looked at in between."""

    def __init__(self, problem: Problem) -> None:
        self.number = 0
        self._problem = problem
        self._history = History()
        self._checkpoints = Checkpoints()
        self._stretches = Stretches()
        self._ghosts = Ghosts()
        self._pause_reason = ""
        self._trace: list[tuple[float, float, float, float]] = []
        self._view: Rectangle | None = None
        self._revision = 0
        self._forget_maximum()
        self.restart()

    @classmethod
    def of(cls, scenario: Scenario) -> TrainingRun:
        """The run of a scenario whose rows are drawn at once.

        Raises:
            ValueError: as `problem_pieces`.
        """
        return cls(finished(problem_pieces(scenario)))

    @property
    def scenario(self) -> Scenario:
        """The scenario that is trained."""
        return self._problem.scenario

    @property
    def problem(self) -> Problem:
        """Its rows and its model."""
        return self._problem

    @property
    def n_rows(self) -> int:
        """Number of rows that are trained on."""
        return self._model.likelihood.n_rows

    @property
    def step(self) -> int:
        """The step of the present weights."""
        return self._state.step

    @property
    def last_step(self) -> int:
        """The furthest step trained so far."""
        return self._history.last_step

    @property
    def is_finite(self) -> bool:
        """False once a step would have left the finite numbers; the weights are those before that step."""
        return self._is_finite

    @property
    def pause_reason(self) -> str:
        """Which rule asks for a pause at the present step, in words; empty for none."""
        return self._pause_reason

    def pause_for(self, reason: str) -> None:
        """A rule has been met that is not about numbers."""
        self._pause_reason = reason

    def go_on(self) -> None:
        """The rule that asked for a pause has been heard."""
        self._pause_reason = ""

    @property
    def revision(self) -> int:
        """Grows with everything that moves the maximum."""
        return self._revision

    @property
    def has_references(self) -> bool:
        """Whether the maximum of the present objective on the present data is known."""
        return self._maximum is not None

    def apply(self, scenario: Scenario) -> Change:
        """Take over an edited scenario, at once; the weights survive unless it asks for a new run.

        Raises:
            ValueError: as `problem_pieces`; the run then goes on as it was.
        """
        return self.adopt(finished(problem_pieces(scenario, self._problem)))

    def adopt(self, problem: Problem) -> Change:
        """Go on with another problem that has been made ready."""
        before, self._problem = self._problem, problem
        change = classify_change(before.scenario, problem.scenario)
        if before.model.objective is not problem.model.objective and change is not Change.HYPERPARAMETERS:
            self._forget_maximum()
        if change in (Change.NEW_RUN, Change.NEW_MODEL):
            self.restart()
        elif change is Change.DATA:
            # What lay ahead was trained on other rows.
            self._forget_ahead()
            self._trace.append((float(self.step), math.nan, math.nan, math.nan))
            self._go_on()
            self._history.set_last_value(self._remember_values())
        elif before.scenario.model != problem.scenario.model:
            self._go_on()
        return change

    def record(self) -> Record:
        """The steps that are remembered, in a copy."""
        return self._history.record()

    def show_view(self, view: Rectangle) -> bool:
        """The window shows this part of the plane; returns whether that makes another picture."""
        self._view = view
        self._painter.show_view(view)
        return self._painter.depends_on_view

    def remove_ghost(self, number: int) -> None:
        """Forget a course that was left."""
        self._ghosts.remove(number)

    def restart(self) -> None:
        """Back to the initial weights, as a new run."""
        self.number += 1
        self._ghosts.clear()
        self._set_state(start(self._initial_weights(), self._optimizer))
        self._trace_step = -1
        self._history.clear()
        self._checkpoints.clear()
        self._stretches.clear()
        self._trace.clear()
        self._begin_afresh()
        self._record(self._state, is_single=False)
        self.observe()

    def train(self, steps: int, *, observes: bool = True, is_unlimited: bool = False) -> None:
        """Take `steps` steps and remember where they led; stops short of weights that are not finite.

        Steps that were trained before, with the same settings on the same data, are walked again and nothing
        that lies ahead is lost; under other settings the course forks here and what lay ahead is forgotten.
        `observes` adds a point to the curves. `is_unlimited` is the speed at which nobody reads numbers:
        steps may be float32 then, and those that were are walked so. At any other speed steps are float64
        from the present weights on, beside what is remembered where that was float32 (decision 11).
        """
        if self._judged is None:
            self._judged = self._look()
        if self.step < self.last_step and self._is_fork():
            self._forget_ahead()
        # Not beyond the trained part in one go, so that its last step is met and recording goes on from
        # there.
        ahead = self._stretches.end(self.step, self.last_step) - self.step
        if ahead > 0:
            was_single = self._stretches.at(self.step).is_single
            steps, is_single = min(steps, ahead), was_single and self._may_be_single(is_unlimited)
            self._is_beside = self._is_beside or is_single != was_single
        else:
            is_single = not self._is_near and self._may_be_single(is_unlimited)
        state = self._advanced(steps, is_single)
        if not np.isfinite(state.weights).all():
            state = last_finite(self._state, self._objective(is_single), self._optimizer, steps)
            self._is_finite = False
        if state.step > self.step:
            origin = self._state
            self._set_state(state, is_single)
            if self.step > self.last_step:
                self._record(origin, is_single)
                if observes:
                    self.observe()

    def seek(self, step: int) -> None:
        """Show the weights of `step`, or of the last one before it that is remembered."""
        step = min(max(step, self._history.first_step), self.last_step)
        found, weights = self._history.at_or_before(step)
        is_single = self._stretches.at(max(step - 1, 0)).is_single
        self._set_state(self._remembered(step, found, weights), is_single)
        self._is_beside = False
        self._is_finite = True
        self._watch = None
        self._seen = self._judged = None
        self._pause_reason = ""

    def reference_pieces(self) -> Pieces[None]:
        """Find the maximum of the present objective on the present data, and what to compare it with."""
        problem, revision = self._problem, self._revision
        maximum = yield from reference_pieces(problem.model)
        try:
            comparison = yield from comparison_pieces(problem)
        except Exception:
            # A line to compare with, which nobody has asked for: no reason to lose the maximum.
            logger.exception("there is no boundary to compare with")
            comparison = None
        if revision == self._revision:
            self._maximum = maximum
            self._painter.show_references(maximum.weights, comparison)

    def give_up_maximum(self, reason: str) -> None:
        """The search for the maximum has failed: it stays unknown until the rows or the objective change."""
        self._maximum = unknown_maximum(reason)

    def compute_references(self) -> None:
        """`reference_pieces`, at once."""
        finished(self.reference_pieces())

    def frame(
        self, status: RunStatus, stop_step: int, steps_per_second: float, *, is_fresh: bool = True
    ) -> Frame:
        """The present instant, with the curve's points since the last call.

        Unless `is_fresh`, the numbers, step and weights among them, are those of the last observation, which
        costs no pass over the rows; the picture is that of the present weights all the same.
        """
        seen = self._look() if is_fresh or self._seen is None else self._seen
        model = self._model
        trace = np.array(self._trace, dtype=np.float64).reshape(-1, 4)
        frame = Frame(
            run=self.number,
            step=seen.state.step,
            last_step=self.last_step,
            stop_step=stop_step,
            status=status,
            notice=self._notice(),
            model=self.scenario.model,
            weights=read_only(seen.state.weights),
            weight_names=model.weight_names,
            gradient=read_only(seen.gradient),
            gradient_norm=seen.gradient_norm,
            next_weights=read_only(self._next_weights(seen)),
            learning_rate=getattr(self._optimizer, "learning_rate", None),
            log_likelihood=seen.log_likelihood,
            penalised=seen.penalised,
            test_log_likelihood=seen.test_log_likelihood,
            accuracy=seen.accuracy,
            test_accuracy=seen.test_accuracy,
            r2=seen.r2,
            test_r2=seen.test_r2,
            trace_steps=read_only(trace[:, 0]),
            trace_values=read_only(trace[:, 1:]),
            steps_per_second=steps_per_second,
            precision="float32" if seen.is_single else "float64",
            revision=self._revision,
            data=self._problem.data,
            maximum=self._maximum,
            stable_rates=stable_rates(self.scenario.model, self._maximum),
            picture=self._painter.picture(self._state.weights, self._ghost_weights()),
            pause_reason=self._pause_reason,
            ghosts=tuple(course.ghost for course in self._ghosts.courses),
        )
        self._trace.clear()
        return frame

    # the problem

    @property
    def _model(self) -> Model:
        return self._problem.model

    @property
    def _optimizer(self) -> Optimizer:
        return self._model.optimizer

    def _forget_maximum(self) -> None:
        self._maximum = None
        self._revision += 1
        self._painter = Painter(self._model, self._problem.sample, self.scenario.data, self._view)

    def _ghost_weights(self) -> list[tuple[Ghost, FloatArray]]:
        """Those of the courses that were left, at the step that the picture shows."""
        return [
            (course.ghost, course.weights_at(self.step))
            for course in self._ghosts.courses
            if course.has_same_map
        ]

    def _initial_weights(self) -> FloatArray:
        if self.scenario.start == "random":
            return np.random.default_rng(self.scenario.start_seed).standard_normal(self._model.n_weights)
        given = np.array(self.scenario.initial_weights, dtype=np.float64)
        is_given = self.scenario.start == "weights" and len(given) == self._model.n_weights
        return given if is_given else np.zeros(self._model.n_weights)

    # steps

    def _set_state(self, state: TrainingState, is_single: bool = False) -> None:
        self._state, self._is_single = state, is_single
        self._following = None

    def _begin_afresh(self) -> None:
        self._is_finite = True
        self._is_beside = False
        self._pause_reason = ""
        self._watch = None
        self._seen = self._judged = None
        # Far from the maximum, as far as is known: float32 will do.
        self._is_near = False

    def _may_be_single(self, is_unlimited: bool) -> bool:
        if not may_be_single(self.scenario.precision, self.n_rows, is_unlimited):
            return False
        return single_precision_of(self._model.objective, self._optimizer) is not None

    def _objective(self, is_single: bool) -> Objective:
        objective: Objective = self._model.objective
        single = single_precision_of(objective, self._optimizer) if is_single else None
        return objective if single is None else single

    def _advanced(self, steps: int, is_single: bool) -> TrainingState:
        if steps == 1 and self._following is not None and not is_single:
            return self._following
        return advance(self._state, self._objective(is_single), self._optimizer, steps)

    def _next_weights(self, seen: Observation) -> FloatArray:
        """The weights one step further, without another pass over the rows where the gradient is enough."""
        optimizer, state = self._optimizer, seen.state
        if not isinstance(optimizer, Stepper):
            with np.errstate(over="ignore", invalid="ignore"):
                return optimizer.update(state.weights, seen.gradient, state.optimizer_state)[0]
        if state is not self._state:
            return state.weights  # the picture is ahead: what the next step is, pausing will tell
        # Not wasted: the next step, if it is a single one, is this.
        self._following = self._following or advance(state, self._model.objective, optimizer, 1)
        return self._following.weights

    def _remembered(self, step: int, found: int, weights: FloatArray) -> TrainingState:
        """The state at a trained step; steps between two remembered ones are trained again.

        Unless other settings made them: then it is the one at `found`, with `weights`.
        """
        at_found = TrainingState(found, weights, self._optimizer.init(weights))
        if self._is_fork(step - 1):
            return at_found
        # An optimizer that carries something from step to step goes on from where it is known what; not from
        # `step` itself, where other settings may have begun.
        state = self._checkpoints.at_or_before(max(step - 1, 0))
        is_memoryless = at_found.optimizer_state is None
        # Where a stretch begins beside what is remembered, its first state is not that at `found`.
        if is_memoryless and state.step < found and step <= self._stretches.end(found, self.last_step):
            state = at_found
        objective = self._objective(self._stretches.at(max(step - 1, 0)).is_single)
        return advance(state, objective, self._optimizer, step - state.step)

    def _go_on(self) -> None:
        """From the present weights with the present settings."""
        if self._is_fork(self.step - 1):
            weights = self._state.weights
            state = TrainingState(self.step, weights, self._optimizer.init(weights))
        else:  # settings that came back: what the optimizer carried then, it carries on
            state = self._remembered(self.step, *self._history.at_or_before(self.step))
        self._set_state(state, self._is_single)
        self._begin_afresh()

    def _is_fork(self, step: int | None = None) -> bool:
        """Whether the step after `step`, trained before, was trained with other settings or on other data."""
        step = self.step if step is None else max(step, 0)
        return self._stretches.at(step).settings != self._present_settings()

    def _forget_ahead(self) -> None:
        if self.last_step > self.step:
            left = self._stretches.at(self.step)
            same_rows = left.settings[1] == self._problem.rows
            self._ghosts.keep(
                self._history,
                course_name(left, self.scenario.model),
                since=self._stretches.begin_of_rows(),
                has_same_map=same_rows or not self.scenario.model.standardise,
            )
        self._trace_step = min(self._trace_step, self.step)
        self._history.truncate_after(self.step)
        if self.last_step < self.step:
            # Between two remembered steps; from now on it is where the course turns.
            self._history.append(self.step, self._state.weights, math.nan)
        self._checkpoints.truncate_after(self.step)
        self._stretches.truncate_after(self.step)

    def _present_settings(self) -> tuple[object, ...]:
        return self.scenario.model, self._problem.rows

    # what is remembered

    def observe(self) -> None:
        """Look at the present step and add it to the curves, unless it is there already or lies behind."""
        if self._trace_step < self.step == self.last_step:
            before = self._judged
            self._history.set_last_value(self._remember_values())
            self._judged = seen = self._look()
            if before is not None and before is not seen:
                self._pause_reason = self.scenario.pause_at.reason(
                    self._progress(before), self._progress(seen)
                )
        else:
            self._judged = self._look()

    def _record(self, origin: TrainingState, is_single: bool) -> None:
        """Remember the present state, to which training led from `origin`."""
        if self._stretches.begin(
            origin.step, self._present_settings(), is_single, comes_from_beside=self._is_beside
        ):
            self._checkpoints.begin(origin)
        self._is_beside = False
        self._history.append(self.step, self._state.weights, math.nan)
        self._checkpoints.append(self._state)

    def _look(self) -> Observation:
        """The numbers of the present state."""
        if self._seen is None or self._seen.state is not self._state:
            self._seen = observed(self._problem, self._state, self._is_single)
        return self._seen

    def _progress(self, seen: Observation) -> Progress:
        best = None if self._maximum is None else self._maximum.penalised_value
        gap = None if best is None else best - seen.penalised
        return Progress(seen.penalised, seen.accuracy, seen.gradient_norm, gap)

    def _remember_values(self) -> float:
        before, seen = self._seen, self._look()
        self._trace.append(seen.trace)
        self._trace_step = seen.state.step
        if seen.is_single and before is not None and before.is_single and before is not seen:
            self._is_near = is_near_convergence(before.penalised, seen.penalised)
        if not OPTIMIZERS[self.scenario.model.optimizer].is_random:
            watch, value = self._watch, seen.penalised
            self._watch = FallWatch(value, 0) if watch is None else watch.observe(value)
        return seen.log_likelihood

    def _notice(self) -> str:
        return describe(
            learning_rate=getattr(self._optimizer, "learning_rate", None),
            is_finite=self._is_finite,
            is_falling=self._watch is not None and self._watch.is_falling,
            step=self.step,
            rates=stable_rates(self.scenario.model, self._maximum),
        )
