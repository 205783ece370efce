"""The numbers of one state of a run: what passes over all rows tell about its weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from logreg_gui.core.models import Likelihood, Model
from logreg_gui.core.penalties import PenalisedObjective, stationarity
from logreg_gui.core.squared_error import SquaredErrorObjective
from logreg_gui.core.training import TrainingState
from logreg_gui.frames import FloatArray
from logreg_gui.session.problem import Problem


@dataclass(frozen=True, eq=False)
class Observation:
    """Numbers of `state`, always float64; `is_single` says that float32 steps led to it. As in `Frame`."""

    state: TrainingState
    is_single: bool
    gradient: FloatArray
    gradient_norm: float
    log_likelihood: float
    penalised: float
    test_log_likelihood: float | None
    accuracy: float | None
    test_accuracy: float | None
    r2: float | None
    test_r2: float | None

    @property
    def trace(self) -> tuple[float, float, float, float]:
        """Step, log-likelihood, F and the test's log-likelihood: a point of the curves."""
        test = math.nan if self.test_log_likelihood is None else self.test_log_likelihood
        return float(self.state.step), self.log_likelihood, self.penalised, test


def observed(problem: Problem, state: TrainingState, is_single: bool) -> Observation:
    """Look at `state`: some passes over the rows, two without a test set."""
    model, weights = problem.model, state.weights
    with np.errstate(over="ignore", invalid="ignore"):
        gradient = model.objective.gradient(weights)
        norm = float(np.linalg.norm(stationarity(model.objective, weights, gradient)))
    value, accuracy = _value_and_accuracy(model.likelihood, weights)
    test_value, test_accuracy = (
        (None, None) if problem.test is None else _value_and_accuracy(problem.test, weights)
    )
    if problem.test is not None and test_value is not None:
        test_value *= model.likelihood.n_rows / problem.test.n_rows
    return Observation(
        state=state,
        is_single=is_single,
        gradient=gradient,
        gradient_norm=norm,
        log_likelihood=value,
        penalised=_penalised(model, value, weights),
        test_log_likelihood=test_value,
        accuracy=accuracy,
        test_accuracy=test_accuracy,
        r2=None if accuracy is not None else _r2(model.likelihood, weights),
        test_r2=None if accuracy is not None else _r2(problem.test, weights),
    )


def _value_and_accuracy(likelihood: Likelihood, weights: FloatArray) -> tuple[float, float | None]:
    if isinstance(likelihood, SquaredErrorObjective):
        return likelihood.value(weights), likelihood.accuracy(weights) if likelihood.has_labels else None
    return likelihood.value_and_accuracy(weights)


def _penalised(model: Model, value: float, weights: FloatArray) -> float:
    return value - model.objective.cost(weights) if isinstance(model.objective, PenalisedObjective) else value


def _r2(likelihood: Likelihood | None, weights: FloatArray) -> float | None:
    if not isinstance(likelihood, SquaredErrorObjective):
        return None
    value = likelihood.r2(weights)
    return value if math.isfinite(value) else None
