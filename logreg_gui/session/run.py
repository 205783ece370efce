"""One run of training, without Qt and without a clock.

What a step does, what is remembered, what a frame holds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from logreg_gui.core.history import History
from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.optimizers import GradientAscent, Optimizer
from logreg_gui.core.references import bayes_boundary, compute_references
from logreg_gui.core.training import FallWatch, TrainingState, advance, last_finite, start
from logreg_gui.frames import DataSnapshot, FloatArray, Frame, RunStatus, read_only
from logreg_gui.scenario import Change, Scenario, classify_change
from logreg_gui.session.notices import describe

PRECISION = "float64"


class TrainingRun:
    """The training of one scenario: its data, its weights by step, and its likelihood curve.

    `number` grows with every new start, so that frames of an earlier run can be told apart.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.number = 0
        self._history = History()
        self._trace: list[tuple[float, float]] = []
        self._data = _snapshot(scenario, revision=1)
        self._objective = _objective(self._data)
        self.restart()

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
    def has_references(self) -> bool:
        """Whether the maximum likelihood estimate of the present data is known."""
        return self._data.references is not None

    def apply(self, scenario: Scenario) -> Change:
        """Take over an edited scenario; the weights survive unless the change asks for a new run."""
        change = classify_change(self.scenario, scenario)
        if self.scenario.data != scenario.data:
            self._data = _snapshot(scenario, self._data.revision + 1)
            self._objective = _objective(self._data)
        self.scenario = scenario
        if change is Change.NEW_RUN:
            self.restart()
        elif change is Change.DATA:
            # What lay ahead was trained on other rows.
            self._forget_ahead()
            self._go_on_with_new_data()
        elif self._optimizer.learning_rate != scenario.learning_rate:
            self._go_on_with(GradientAscent(scenario.learning_rate))
        return change

    def restart(self) -> None:
        """Back to the initial weights, as a new run."""
        self.number += 1
        self._optimizer = GradientAscent(self.scenario.learning_rate)
        self._state = start(np.array(self.scenario.initial_weights), self._optimizer)
        self._history.clear()
        self._settings: list[tuple[int, tuple[object, ...]]] = []
        self._trace.clear()
        self._is_finite = True
        self._watch: FallWatch | None = None
        self._record()

    def train(self, steps: int) -> None:
        """Take `steps` steps and remember where they led; stops short of weights that are not finite.

        Steps that were trained before, with the same settings on the same data, are walked again and nothing
        that lies ahead is lost; under other settings the course forks here and what lay ahead is forgotten.
        """
        if self.step < self.last_step and self._is_fork():
            self._forget_ahead()
        # Not beyond the trained part in one go, so that its last step is met and recording goes on from
        # there.
        ahead = self._boundary() - self.step
        steps = min(steps, ahead) if ahead > 0 else steps
        state = advance(self._state, self._objective, self._optimizer, steps)
        if not np.isfinite(state.weights).all():
            state = last_finite(self._state, self._objective, self._optimizer, steps)
            self._is_finite = False
        if state.step > self.step:
            self._state = state
            if self.step > self.last_step:
                self._record()

    def seek(self, step: int) -> None:
        """Show the weights of `step`, or of the last one before it that is remembered."""
        step = min(max(step, self._history.first_step), self.last_step)
        found, weights = self._history.at_or_before(step)
        self._state = self._state_at(found, weights)
        self._is_finite = True
        self._watch = None
        # Steps between two remembered ones are trained again, unless other settings made them.
        if found < step and not self._is_fork() and step <= self._boundary():
            self._state = advance(self._state, self._objective, self._optimizer, step - found)

    def compute_references(self) -> None:
        """Find the maximum likelihood estimate and the stable learning rates of the present data."""
        dataset = self._data.dataset
        self._data = replace(self._data, references=compute_references(dataset.features, dataset.labels))

    def frame(self, status: RunStatus, stop_step: int, steps_per_second: float) -> Frame:
        """The present instant, with the curve's points since the last call."""
        weights = self._state.weights
        value, gradient = self._objective.value_and_gradient(weights)
        next_weights, _ = self._optimizer.update(weights, gradient, self._state.optimizer_state)
        trace = np.array(self._trace, dtype=np.float64).reshape(-1, 2)
        frame = Frame(
            run=self.number,
            step=self.step,
            last_step=self.last_step,
            stop_step=stop_step,
            status=status,
            notice=self._notice(),
            weights=read_only(weights),
            gradient=read_only(gradient),
            next_weights=read_only(next_weights),
            learning_rate=self.scenario.learning_rate,
            log_likelihood=value,
            accuracy=self._objective.accuracy(weights),
            trace_steps=read_only(trace[:, 0]),
            trace_log_likelihoods=read_only(trace[:, 1]),
            steps_per_second=steps_per_second,
            precision=PRECISION,
            data=self._data,
        )
        self._trace.clear()
        return frame

    def _state_at(self, step: int, weights: FloatArray) -> TrainingState:
        optimizer: Optimizer = self._optimizer
        return TrainingState(step, weights, optimizer.init(weights))

    def _go_on_with_new_data(self) -> None:
        self._trace.append((float(self.step), float("nan")))
        self._watch = None
        self._go_on_with(GradientAscent(self.scenario.learning_rate))
        self._remember_value(self._objective.value(self._state.weights))

    def _go_on_with(self, optimizer: GradientAscent) -> None:
        self._optimizer = optimizer
        self._state = self._state_at(self.step, self._state.weights)
        self._watch = None
        self._is_finite = True

    def _is_fork(self) -> bool:
        """Whether the next step, trained before, was trained with other settings or on other data."""
        made_with = [settings for begin, settings in self._settings if begin <= self.step]
        return made_with[-1] != self._present_settings()

    def _boundary(self) -> int:
        """The furthest trained step that the settings of the next step have made."""
        return next((begin for begin, _ in self._settings if begin > self.step), self.last_step)

    def _forget_ahead(self) -> None:
        self._history.truncate_after(self.step)
        self._settings = [begun for begun in self._settings if begun[0] <= self.step]

    def _present_settings(self) -> tuple[object, ...]:
        return self.scenario.learning_rate, self.scenario.data

    def _record(self) -> None:
        present = self._present_settings()
        if not self._settings or self._settings[-1][1] != present:
            # The step recorded now was the first trained with them: they hold from the step before.
            self._settings.append((self._history.last_step if len(self._history) else 0, present))
        value = self._objective.value(self._state.weights)
        self._history.append(self.step, self._state.weights, value)
        self._remember_value(value)

    def _remember_value(self, value: float) -> None:
        self._trace.append((float(self.step), value))
        self._watch = FallWatch(value, 0) if self._watch is None else self._watch.observe(value)

    def _notice(self) -> str:
        references = self._data.references
        return describe(
            learning_rate=self.scenario.learning_rate,
            is_finite=self._is_finite,
            is_falling=self._watch is not None and self._watch.is_falling,
            step=self.step,
            references=references,
        )


def _snapshot(scenario: Scenario, revision: int) -> DataSnapshot:
    classes = scenario.data.classes
    return DataSnapshot(
        revision=revision,
        dataset=scenario.data.sample(),
        classes=classes,
        seed=scenario.data.seed,
        bayes=bayes_boundary(classes[0], classes[1]),
        references=None,
    )


def _objective(data: DataSnapshot) -> LogisticObjective:
    return LogisticObjective(data.dataset.features, data.dataset.labels)
