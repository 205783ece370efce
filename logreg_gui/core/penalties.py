"""Penalties: what keeps weights small, and the objective with it.

Conventions as in `objectives`. What is climbed is

    F(w) = value(w) - strength * (rho |w|_1 + (1 - rho) / 2 |w|_2^2)

with rho = 0 for "l2", 1 for "l1" and `l1_ratio` for "elasticnet". The sums run over all weights but the
intercepts. value(w) is a sum over the rows, so strength = 1 / C in scikit-learn's classifiers; its `alpha` is
strength in `Ridge` and strength / n in `Lasso` and `ElasticNet`, which take means.

The first part, value - strength (1 - rho) / 2 |w|^2, has derivatives everywhere and is climbed by its
gradient. |w|_1 has corners, at 0, where a gradient would jump to and fro for ever. Its part is taken in
exactly, after each step of length a:

    proximal(w, a) = argmax over v of -a strength rho |v|_1 - 1/2 |v - w|^2
                   = sign(w) max(|w| - a strength rho, 0)       (the soft threshold)

which gives exact zeros.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.objectives import Objective, ObjectiveAround, ObjectiveInPieces, ascended
from logreg_gui.core.pieces import Pieces
from logreg_gui.core.rows import IndexArray
from logreg_gui.core.validation import FloatArray, real_number

PENALTIES = ("none", "l2", "l1", "elasticnet")


@dataclass(frozen=True)
class Penalty:
    """`kind` of "none", "l2", "l1" or "elasticnet", `strength` > 0 or 0, `l1_ratio` for "elasticnet" alone.

    Raises:
        ValueError: there is no such kind, `strength` is negative or not finite, or `l1_ratio` is not in [0,
            1].
    """

    kind: str = "none"
    strength: float = 0.0
    l1_ratio: float = 0.5

    def __post_init__(self) -> None:
        if self.kind not in PENALTIES:
            raise ValueError(f"penalty must be one of {', '.join(PENALTIES)}, got {self.kind!r}")
        strength = real_number("strength", self.strength)
        if strength < 0.0:
            raise ValueError(f"strength must be a finite number of at least 0, got {self.strength!r}")
        object.__setattr__(self, "strength", strength)
        object.__setattr__(self, "l1_ratio", ratio("l1_ratio", self.l1_ratio))

    @property
    def l1(self) -> float:
        """The factor of |w|_1."""
        return self.strength * {"none": 0.0, "l2": 0.0, "l1": 1.0}.get(self.kind, self.l1_ratio)

    @property
    def l2(self) -> float:
        """The factor of |w|_2^2 / 2."""
        return self.strength * {"none": 0.0, "l2": 1.0, "l1": 0.0}.get(self.kind, 1.0 - self.l1_ratio)


class PenalisedObjective(ObjectiveAround):
    """An objective with a penalty: an `Objective` for its smooth part, without the |w|_1.

    `objective` is what was penalised, `penalty` how. `accuracy`, `scores` and the like are its own.
    """

    def __init__(self, objective: Objective, penalty: Penalty) -> None:
        super().__init__(objective)
        self.penalty = penalty
        self._is_penalised = ~objective.is_intercept
        self._l2: FloatArray = np.where(self._is_penalised, penalty.l2, 0.0)

    @property
    def l1(self) -> float:
        """The factor of |w|_1, the part that is not in `value`."""
        return self.penalty.l1

    @np.errstate(over="ignore", invalid="ignore")
    def gradient(self, weights: FloatArray) -> FloatArray:
        """Gradient (p,) of the smooth part, in a fresh array."""
        return self.objective.gradient(weights) - self._l2 * weights

    @np.errstate(over="ignore", invalid="ignore")
    def value(self, weights: FloatArray) -> float:
        """The smooth part of F."""
        return self.objective.value(weights) - self._half_square(weights)

    @np.errstate(over="ignore", invalid="ignore")
    def value_and_gradient(self, weights: FloatArray) -> tuple[float, FloatArray]:
        """Both of the smooth part, equal to `value` and `gradient` to the last bit."""
        value, gradient = self.objective.value_and_gradient(weights)
        return value - self._half_square(weights), gradient - self._l2 * weights

    def value_pieces(self, weights: FloatArray) -> Pieces[float]:
        """`value`, in pieces; of objectives that have them."""
        value = yield from self._in_pieces().value_pieces(weights)
        return value - self._half_square(weights)

    def value_and_gradient_pieces(self, weights: FloatArray) -> Pieces[tuple[float, FloatArray]]:
        """`value_and_gradient`, in pieces; of objectives that have them."""
        value, gradient = yield from self._in_pieces().value_and_gradient_pieces(weights)
        return value - self._half_square(weights), gradient - self._l2 * weights

    def hessian_pieces(self, weights: FloatArray) -> Pieces[FloatArray]:
        """`hessian`, in pieces; of objectives that have them."""
        hessian = yield from self._in_pieces().hessian_pieces(weights)
        return hessian - np.diag(self._l2)

    def ascend(self, weights: FloatArray, learning_rate: float, steps: int) -> FloatArray:
        """The weights after `steps` steps of gradient ascent on the smooth part, in a fresh array."""
        return ascended(self.objective, weights, learning_rate, steps, self._l2)

    def in_single_precision(self) -> PenalisedObjective | None:
        """The same penalty on the objective with gradients in float32; None where it has none."""
        make = getattr(self.objective, "in_single_precision", None)
        return None if make is None else PenalisedObjective(make(), self.penalty)

    def penalised_value(self, weights: FloatArray) -> float:
        """F(w), the |w|_1 included."""
        return self.objective.value(weights) - self.cost(weights)

    @np.errstate(over="ignore", invalid="ignore")
    def cost(self, weights: FloatArray) -> float:
        """What the penalty takes away from the objective at `weights`, the |w|_1 included."""
        return self._half_square(weights) + self.corners(weights)

    def corners(self, weights: FloatArray) -> float:
        """The part of F that `value` leaves out, l1 |w|_1."""
        return self.l1 * float(np.abs(weights[self._is_penalised]).sum())

    def hessian(self, weights: FloatArray) -> FloatArray:
        """Hessian (p, p) of the smooth part, in a fresh array."""
        return self.objective.hessian(weights) - np.diag(self._l2)

    def rows_gradient(self, weights: FloatArray, rows: IndexArray) -> FloatArray:
        """An estimate of `gradient` from some rows; the penalty counts in full."""
        return self.objective.rows_gradient(weights, rows) - self._l2 * weights

    def curvature_bound(self) -> FloatArray:
        """A matrix (p, p) that minus the Hessian of the smooth part exceeds nowhere."""
        return self.objective.curvature_bound() + np.diag(self._l2)

    def row_curvature_bound(self) -> float:
        """What minus the Hessian of no single row's term, with its share of the penalty, exceeds."""
        return self.objective.row_curvature_bound() + self.penalty.l2 / self.n_rows

    def proximal(self, weights: FloatArray, step: float | FloatArray) -> FloatArray:
        """The weights (p,) with the |w|_1 of a step of length `step` taken in, in a fresh array."""
        threshold = step * self.l1 * self._is_penalised
        # Adding 0.0 turns -0.0 into 0.0: a weight that is gone has no sign.
        return np.sign(weights) * np.maximum(np.abs(weights) - threshold, 0.0) + 0.0

    def _in_pieces(self) -> ObjectiveInPieces:
        return cast(ObjectiveInPieces, self.objective)

    def _half_square(self, weights: FloatArray) -> float:
        return 0.5 * float(weights @ (self._l2 * weights))


def proximal_step(objective: Objective, weights: FloatArray, step: float) -> FloatArray:
    """What the |w|_1 of an objective makes of the weights after a step; without one they stay."""
    if isinstance(objective, PenalisedObjective) and objective.l1 > 0.0:
        return objective.proximal(weights, step)
    return weights


def penalised_value(objective: Objective, weights: FloatArray) -> float:
    """F(w) of any objective: its value, less the |w|_1 that a penalised one leaves out of it."""
    if isinstance(objective, PenalisedObjective):
        return objective.penalised_value(weights)
    return objective.value(weights)


def stationarity(objective: Objective, weights: FloatArray, gradient: FloatArray | None = None) -> FloatArray:
    """How far each weight (p,) is from what a maximum demands, in units of the gradient.

    `gradient` (p,) is that at `weights`, where it is known already.

    Without |w|_1 it is the gradient g. With it the conditions of Karush, Kuhn and Tucker: g_j = l1 sign(w_j)
    where w_j is not 0, and |g_j| <= l1 where it is.
    """
    if gradient is None:
        gradient = objective.gradient(weights)
    if not (isinstance(objective, PenalisedObjective) and objective.l1 > 0.0):
        return gradient
    l1 = np.where(objective.is_intercept, 0.0, objective.l1)
    at_zero = np.sign(gradient) * np.maximum(np.abs(gradient) - l1, 0.0)
    residual: FloatArray = np.where(weights == 0.0, at_zero, gradient - l1 * np.sign(weights))
    return residual


def ratio(field: str, value: object) -> float:
    """`value` as a float in [0, 1]."""
    number = real_number(field, value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"{field} must be a number from 0 to 1, got {value!r}")
    return number


def largest_curvature(objective: Objective) -> float:
    """L: minus the Hessian has no eigenvalue above it, at any weights."""
    bound: NDArray[Any] = objective.curvature_bound()
    largest = float(np.linalg.eigvalsh(bound)[-1])
    # Data of nothing but zeros curve nowhere: any length of step is as good.
    return largest if largest > 0.0 and math.isfinite(largest) else 1.0
