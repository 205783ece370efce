"""One run of training, without Qt and without a clock.

What a step does, what is remembered, what a frame holds.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from logreg_gui.core.datasets import GaussianClass, GaussianData
from logreg_gui.core.generators import StripeWithOutlier
from logreg_gui.core.history import History, Record
from logreg_gui.core.maxima import Maximum
from logreg_gui.core.models import Likelihood, Model, build, reference, respecified
from logreg_gui.core.optimizers import OPTIMIZERS, Optimizer, Stepper
from logreg_gui.core.penalties import stationarity
from logreg_gui.core.references import bayes_boundary
from logreg_gui.core.samples import Sample, draw, summary
from logreg_gui.core.squared_error import SquaredErrorObjective
from logreg_gui.core.stability import stable_rates
from logreg_gui.core.training import FallWatch, TrainingState, advance, last_finite, start
from logreg_gui.frames import DataSnapshot, FloatArray, Frame, Rectangle, RunStatus, read_only
from logreg_gui.scenario import Change, Scenario, classify_change
from logreg_gui.session.checkpoints import Checkpoints
from logreg_gui.session.notices import describe
from logreg_gui.session.pictures import Comparison, Painter

PRECISION = "float64"

COMPARISON_TEXTS = {"logistic": "logistic", "squared-error": "least squares"}


class TrainingRun:
    """The training of one scenario: its data, its weights by step, and its likelihood curve.

    `number` grows with every new start, so that frames of an earlier run can be told apart.
    """

    _sample: Sample
    _data: DataSnapshot
    _model: Model
    _test: Likelihood | None
    _maximum: Maximum | None
    _painter: Painter

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.number = 0
        self._history = History()
        self._checkpoints = Checkpoints()
        self._trace: list[tuple[float, float, float, float]] = []
        self._view: Rectangle | None = None
        self._revision = 0
        self._draw_rows(revision=1)
        self._build_model()
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
        """Whether the maximum of the present objective on the present data is known."""
        return self._maximum is not None

    def apply(self, scenario: Scenario) -> Change:
        """Take over an edited scenario; the weights survive unless the change asks for a new run."""
        old, self.scenario = self.scenario, scenario
        change = classify_change(old, scenario)
        if change is Change.NOTHING:
            return change
        try:
            self._take_over(old, scenario, change)
        except Exception:
            # Rows or a model that cannot be made: the run goes on as it was.
            self.scenario = old
            raise
        if change in (Change.NEW_RUN, Change.NEW_MODEL):
            self.restart()
        elif change is Change.DATA:
            # What lay ahead was trained on other rows.
            self._forget_ahead()
            self._go_on_with_new_data()
        elif old.model != scenario.model:
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

    def restart(self) -> None:
        """Back to the initial weights, as a new run."""
        self.number += 1
        self._state = start(self._initial_weights(), self._optimizer)
        self._history.clear()
        self._checkpoints.clear()
        self._settings: list[tuple[int, tuple[object, ...]]] = []
        self._trace.clear()
        self._following: TrainingState | None = None
        self._is_finite = True
        self._watch: FallWatch | None = None
        self._record(self._state)

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
        state = self._advanced(steps)
        if not np.isfinite(state.weights).all():
            state = last_finite(self._state, self._model.objective, self._optimizer, steps)
            self._is_finite = False
        if state.step > self.step:
            origin, self._state, self._following = self._state, state, None
            if self.step > self.last_step:
                self._record(origin)

    def seek(self, step: int) -> None:
        """Show the weights of `step`, or of the last one before it that is remembered."""
        step = min(max(step, self._history.first_step), self.last_step)
        found, weights = self._history.at_or_before(step)
        self._state, self._following = self._remembered(step, found, weights), None
        self._is_finite = True
        self._watch = None

    def compute_references(self) -> None:
        """Find the maximum of the present objective on the present data, and what to compare it with."""
        self._maximum = reference(self._model)
        self._painter.show_references(self._maximum.weights, _comparison(self.scenario, self._model))

    def frame(self, status: RunStatus, stop_step: int, steps_per_second: float) -> Frame:
        """The present instant, with the curve's points since the last call."""
        model, weights = self._model, self._state.weights
        with np.errstate(over="ignore", invalid="ignore"):
            gradient = model.objective.gradient(weights)
            norm = float(np.linalg.norm(stationarity(model.objective, weights, gradient)))
        value, penalised = model.values(weights)
        trace = np.array(self._trace, dtype=np.float64).reshape(-1, 4)
        is_regression = not self._sample.n_classes
        frame = Frame(
            run=self.number,
            step=self.step,
            last_step=self.last_step,
            stop_step=stop_step,
            status=status,
            notice=self._notice(),
            model=self.scenario.model,
            weights=read_only(weights),
            weight_names=model.weight_names,
            gradient=read_only(gradient),
            gradient_norm=norm,
            next_weights=read_only(self._next_weights(gradient)),
            learning_rate=getattr(self._optimizer, "learning_rate", None),
            log_likelihood=value,
            penalised=penalised,
            test_log_likelihood=self._test_value(weights),
            accuracy=None if is_regression else model.likelihood.accuracy(weights),
            test_accuracy=None if is_regression or self._test is None else self._test.accuracy(weights),
            r2=_r2(model.likelihood, weights) if is_regression else None,
            test_r2=_r2(self._test, weights) if is_regression else None,
            trace_steps=read_only(trace[:, 0]),
            trace_values=read_only(trace[:, 1:]),
            steps_per_second=steps_per_second,
            precision=PRECISION,
            revision=self._revision,
            data=self._data,
            maximum=self._maximum,
            stable_rates=stable_rates(self.scenario.model, self._maximum),
            picture=self._painter.picture(weights),
        )
        self._trace.clear()
        return frame

    # rows and model

    def _take_over(self, old: Scenario, scenario: Scenario, change: Change) -> None:
        if _rows_of(old) != _rows_of(scenario):
            self._draw_rows(self._data.revision + 1)
            self._build_model()
        elif change in (Change.NEW_RUN, Change.NEW_MODEL):
            self._build_model()
        elif old.model != scenario.model:
            self._model = respecified(self._model, scenario.model)
            if change is Change.DATA:
                self._forget_maximum()

    def _draw_rows(self, revision: int) -> None:
        scenario = self.scenario
        self._sample = draw(
            scenario.data,
            scenario.inputs,
            label_noise=scenario.label_noise,
            test_size=scenario.test_size,
            split_seed=scenario.split_seed,
        )
        self._data = _snapshot(scenario, self._sample, revision)

    def _build_model(self) -> None:
        features, target = self._sample.training()
        self._model = build(self.scenario.model, features, target, self._sample.n_classes or None)
        self._test = None
        if self._sample.n_test:
            self._test = self._model.likelihood_on(*self._sample.test())
        self._forget_maximum()

    def _forget_maximum(self) -> None:
        self._maximum = None
        self._revision += 1
        self._painter = Painter(self._model, self._sample, self.scenario.data, self._view)

    @property
    def _optimizer(self) -> Optimizer:
        return self._model.optimizer

    def _initial_weights(self) -> FloatArray:
        given = np.array(self.scenario.initial_weights, dtype=np.float64)
        return given if len(given) == self._model.n_weights else np.zeros(self._model.n_weights)

    # steps

    def _advanced(self, steps: int) -> TrainingState:
        if steps == 1 and self._following is not None:
            return self._following
        return advance(self._state, self._model.objective, self._optimizer, steps)

    def _next_weights(self, gradient: FloatArray) -> FloatArray:
        """The weights one step further, without another pass over the rows where the gradient is enough."""
        optimizer, state = self._optimizer, self._state
        if isinstance(optimizer, Stepper):
            # Not wasted: the next step, if it is a single one, is this.
            self._following = self._following or advance(state, self._model.objective, optimizer, 1)
            return self._following.weights
        with np.errstate(over="ignore", invalid="ignore"):
            return optimizer.update(state.weights, gradient, state.optimizer_state)[0]

    def _remembered(self, step: int, found: int, weights: FloatArray) -> TrainingState:
        """The state at a trained step; steps between two remembered ones are trained again.

        Unless other settings made them: then it is the one at `found`, with `weights`.
        """
        at_found = TrainingState(found, weights, self._optimizer.init(weights))
        if self._is_fork(step - 1) or step > self._boundary(found):
            return at_found
        # An optimizer that carries something from step to step goes on from where it is known what.
        is_memoryless = at_found.optimizer_state is None
        state = at_found if is_memoryless else self._checkpoints.at_or_before(step)
        return advance(state, self._model.objective, self._optimizer, step - state.step)

    def _go_on_with_new_data(self) -> None:
        self._trace.append((float(self.step), math.nan, math.nan, math.nan))
        self._go_on()
        self._remember_values()

    def _go_on(self) -> None:
        """From the present weights with the present settings."""
        weights = self._state.weights
        self._state = TrainingState(self.step, weights, self._optimizer.init(weights))
        self._following = None
        self._watch = None
        self._is_finite = True

    def _is_fork(self, step: int | None = None) -> bool:
        """Whether the step after `step`, trained before, was trained with other settings or on other data."""
        step = self.step if step is None else max(step, 0)
        made_with = [settings for begin, settings in self._settings if begin <= step]
        return made_with[-1] != self._present_settings()

    def _boundary(self, step: int | None = None) -> int:
        """The furthest trained step that the settings of the step after `step` have made."""
        step = self.step if step is None else step
        return next((begin for begin, _ in self._settings if begin > step), self.last_step)

    def _forget_ahead(self) -> None:
        self._history.truncate_after(self.step)
        if self.last_step < self.step:
            # Between two remembered steps; from now on it is where the course turns.
            weights = self._state.weights
            self._history.append(self.step, weights, self._model.log_likelihood(weights))
        self._checkpoints.truncate_after(self.step)
        self._settings = [begun for begun in self._settings if begun[0] <= self.step]

    def _present_settings(self) -> tuple[object, ...]:
        return self.scenario.model, _rows_of(self.scenario)

    def _record(self, origin: TrainingState) -> None:
        """Remember the present state, to which training led from `origin`."""
        present = self._present_settings()
        if not self._settings or self._settings[-1][1] != present:
            self._settings.append((origin.step, present))
            self._checkpoints.begin(origin)
        value = self._remember_values()
        self._history.append(self.step, self._state.weights, value)
        self._checkpoints.append(self._state)

    def _remember_values(self) -> float:
        weights = self._state.weights
        value, penalised = self._model.values(weights)
        test = self._test_value(weights)
        self._trace.append((float(self.step), value, penalised, math.nan if test is None else test))
        if not OPTIMIZERS[self.scenario.model.optimizer].is_random:
            watch = self._watch
            self._watch = FallWatch(penalised, 0) if watch is None else watch.observe(penalised)
        return value

    def _test_value(self, weights: FloatArray) -> float | None:
        if self._test is None:
            return None
        return self._test.value(weights) * (self._model.likelihood.n_rows / self._test.n_rows)

    def _notice(self) -> str:
        return describe(
            learning_rate=getattr(self._optimizer, "learning_rate", None),
            is_finite=self._is_finite,
            is_falling=self._watch is not None and self._watch.is_falling,
            step=self.step,
            rates=stable_rates(self.scenario.model, self._maximum),
        )


def _rows_of(scenario: Scenario) -> tuple[object, ...]:
    return (
        scenario.data, scenario.inputs, scenario.label_noise, scenario.test_size, scenario.split_seed,
    )  # fmt: skip


def _snapshot(scenario: Scenario, sample: Sample, revision: int) -> DataSnapshot:
    classes: tuple[GaussianClass, ...] = ()
    if isinstance(scenario.data, GaussianData) and sample.has_plane:
        classes = scenario.data.classes
    return DataSnapshot(
        revision=revision,
        sample=sample,
        classes=classes,
        places=classes or summary(sample),
        seed=scenario.seed if scenario.has_seed else None,
        bayes=bayes_boundary(classes[0], classes[1]) if len(classes) == 2 else None,
    )


def _comparison(scenario: Scenario, model: Model) -> Comparison | None:
    """For least squares on two classes the logistic boundary; around outliers also the other way round."""
    if model.n_classes != 2 or model.spec.objective == "softmax":
        return None
    is_least_squares = model.spec.objective == "squared-error"
    if not is_least_squares and not isinstance(scenario.data, StripeWithOutlier):
        return None
    objective = "logistic" if is_least_squares else "squared-error"
    text = COMPARISON_TEXTS[objective]
    spec = replace(model.spec, objective=objective, learning_rate=None)
    for candidate, label in ((spec, text), (replace(spec, penalty="l2", C=1.0), f"{text}, l2, C = 1")):
        other = build(candidate, model.rows.features, model.rows.target, 2)
        weights = reference(other).weights
        if weights is not None:
            return Comparison(other, weights, label)
    return None


def _r2(likelihood: Likelihood | None, weights: FloatArray) -> float | None:
    if not isinstance(likelihood, SquaredErrorObjective):
        return None
    value = likelihood.r2(weights)
    return value if math.isfinite(value) else None
