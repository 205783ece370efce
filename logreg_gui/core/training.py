"""Training as a pure function: a state, an objective and an optimizer give the next state.

A step is one update of the optimizer, whatever it looks at: all rows, some, values or curvature. Step k is
the state after k updates, 0 the start. Weights and states are float64; so are gradients, but for objectives
in single precision (`precision`). Nothing but weights and optimizer state passes from one step to the next: a
run ends in the same bits however its steps are split into calls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from logreg_gui.core.objectives import Objective, ascended
from logreg_gui.core.optimizers import GradientAscent, Optimizer, stepping
from logreg_gui.core.penalties import stationarity
from logreg_gui.core.validation import FloatArray, positive_number, read_only, weight_vector, whole_number

OBSERVATIONS_TO_FALL = 20
"""Observations below the best, in a row, after which a run counts as falling."""

RELATIVE_TOLERANCE = 1e-9
"""How far below the best, relative to it, still counts as being there; rounding stays below 1e-12."""


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A point of a run: `weights` (p,) float64 after `step` updates, with what the optimizer carries on.

    A writable array is copied.
    """

    step: int
    weights: FloatArray
    optimizer_state: object

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", read_only(self.weights))


@dataclass(frozen=True)
class FallWatch:
    """Watches the log-likelihood of a run for a learning rate that is too large.

    Such a run does not run away: the gradient of a log-likelihood is bounded, so above 2 / lambda_max(-H) the
    weights end in an oscillation of finite size that never comes back to the best value it passed. No number
    turns infinite, and a single fall means nothing: a healthy run may overshoot once, far, and then climb for
    good. What tells the two apart is whether the best value is ever regained. So: 20 observations in a row,
    all below the best by more than rounding. A run that recovers from an overshoot may be called falling on
    its way back; the first value at the old best ends it. A run that oscillates but still finds new bests now
    and then is not called falling before that ends.

    Rejected: counting falls. A two-cycle that is watched at every second step shows none at all.

    `best` is the highest log-likelihood observed, `since_best` the number of observations below it since.
    """

    best: float
    since_best: int = 0

    def observe(self, value: float) -> FallWatch:
        """The watch after another log-likelihood; NaN counts as below."""
        if value >= self.best - RELATIVE_TOLERANCE * abs(self.best):
            return FallWatch(max(value, self.best), 0)
        return FallWatch(self.best, self.since_best + 1)

    @property
    def is_falling(self) -> bool:
        """Whether the run has been below its best for 20 observations in a row."""
        return self.since_best >= OBSERVATIONS_TO_FALL


def start(weights: ArrayLike, optimizer: Optimizer) -> TrainingState:
    """Step 0 at a copy of `weights` (p,).

    Raises:
        ValueError: `weights` is not a vector of finite numbers.
    """
    vector = read_only(weight_vector(weights).copy())
    return TrainingState(0, vector, optimizer.init(vector))


@np.errstate(over="ignore", invalid="ignore")
def advance(
    state: TrainingState, objective: Objective, optimizer: Optimizer, steps: int = 1
) -> TrainingState:
    """The state `steps` (>= 0) updates later; its weights may not be finite any more, without a warning.

    Raises:
        ValueError: `steps` is not a whole number of at least 0, or the weights do not fit the objective.
    """
    steps = whole_number("steps", steps, smallest=0)
    _demand_fit(state, objective)
    weights, optimizer_state = state.weights, state.optimizer_state
    if isinstance(optimizer, GradientAscent):
        # Many steps in one call: the loop around single ones costs as much as a step over some hundred rows.
        weights = ascended(objective, weights, optimizer.learning_rate, steps)
        return TrainingState(state.step + steps, weights, optimizer_state)
    step = stepping(optimizer, objective)
    for _ in range(steps):
        weights, optimizer_state = step(weights, optimizer_state)
    return TrainingState(state.step + steps, weights, optimizer_state)


def has_converged(objective: Objective, weights: FloatArray, tolerance: float = 1e-8) -> bool:
    """Whether the gradient at `weights` is at most `tolerance` times that at zero weights.

    Both in their largest entry; with an l1 penalty the residual of the Karush, Kuhn and Tucker conditions
    stands for the gradient. Relative, because a summed gradient grows with the rows and the units. Where zero
    weights are a maximum themselves, `tolerance` counts as it is. On separated classes the gradient vanishes
    on the way to infinity: a run there converges in this sense although no maximum exists.

    Raises:
        ValueError: `tolerance` is not a positive finite number.
    """
    tolerance = positive_number("tolerance", tolerance)
    at_start = float(np.abs(stationarity(objective, np.zeros(objective.n_weights))).max())
    here = float(np.abs(stationarity(objective, weights)).max())
    return here <= tolerance * (at_start or 1.0)


def last_finite(
    state: TrainingState, objective: Objective, optimizer: Optimizer, steps: int
) -> TrainingState:
    """The last state with finite weights within `steps` steps from `state`.

    `advance` does not look at the weights on its way. When it ended beyond the finite numbers, this goes the
    way again and stops in time.

    Raises:
        ValueError: as `advance`, or the weights of `state` are not finite themselves.
    """
    steps = whole_number("steps", steps, smallest=0)
    weight_vector(state.weights)
    for _ in range(steps):
        following = advance(state, objective, optimizer)
        if not np.isfinite(following.weights).all():
            break
        state = following
    return state


def _demand_fit(state: TrainingState, objective: Objective) -> None:
    if state.weights.shape != (objective.n_weights,):
        raise ValueError(
            f"weights must have one entry per weight of the objective ({objective.n_weights}), "
            f"got shape {state.weights.shape}"
        )
