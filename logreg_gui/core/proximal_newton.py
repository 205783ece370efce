"""Newton's method for objectives with an l1 penalty: exact zeros, and full accuracy in a few steps.

Conventions as in `penalties`: F(w) = value(w) - l1 |w|_1, the sum over all weights but the intercepts. A step
goes to the maximum v of F with its smooth part replaced by the parabola at w,

    g . (v - w) - 1/2 (v - w) . A (v - w) - l1 |v|_1,   A = -H(w),

halved until F climbs (Lee, Sun and Saunders 2014). That maximum is found by two moves in turn. Sweeps go
weight by weight, each to its best value by one soft threshold (coordinate ascent, Friedman et al. 2010); they
find out which weights matter. Strides solve the linear equations for the weights that are not 0, with their
signs; a weight that would change its sign on the way stops the stride at 0. The search ends where all
conditions of Karush, Kuhn and Tucker are met: exactly, and however slowly sweeps alone would converge on
correlated columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.objectives import Objective
from logreg_gui.core.penalties import PenalisedObjective
from logreg_gui.core.validation import FloatArray
from logreg_gui.core.whitening import EPSILON

MAX_ROUNDS = 500

LITTLE = 1e-12
"""Curvature added to that of 1 of each weight, where columns repeat each other and have none together.

A stride along such a direction is long and ends where a weight turns 0. Elsewhere it shortens strides by
nothing that the next one does not make up for.
"""


@dataclass(frozen=True)
class ProximalNewton:
    """An optimizer (`optimizers.Stepper`) for a `PenalisedObjective`, at its best with an l1 part.

    `n_scores` is 1, or K for softmax: each step then ends `balanced`.
    """

    n_scores: int = 1

    def init(self, weights: FloatArray) -> None:
        """Nothing is carried from step to step."""

    def step(self, weights: FloatArray, state: object, objective: Objective) -> tuple[FloatArray, None]:
        """One step; `state` is not looked at."""
        assert isinstance(objective, PenalisedObjective)
        gradient = objective.gradient(weights)
        l1 = np.where(objective.is_intercept, 0.0, objective.l1)
        aim = _Parabola(weights, gradient, -objective.hessian(weights), l1).maximum()
        value = objective.penalised_value(weights)
        promised = float(gradient @ (aim - weights) - l1 @ (np.abs(aim) - np.abs(weights)))
        # A gain that drowns in the rounding of the value cannot be compared.
        while promised > 1e-10 * abs(value):
            if objective.penalised_value(aim) >= value + 1e-4 * promised:
                break
            aim, promised = 0.5 * (aim + weights), 0.5 * promised
        if self.n_scores > 1:
            # Rounding alone decides on a common shift, which no row feels: it would drift for ever.
            aim = balanced(aim.reshape(self.n_scores, -1), l1.reshape(self.n_scores, -1)[0] > 0.0).ravel()
        return aim, None


def balanced(table: FloatArray, has_l1: NDArray[np.bool_]) -> FloatArray:
    """Softmax weights (K, p) with sum 0 over the classes, in columns where that costs no l1 penalty.

    Without one, `has_l1` (p,), it never costs. With one it does not for two classes: w and -w cost as much as
    2 w and 0.
    """
    centred: FloatArray = table - table.mean(axis=0)
    costs, others = np.abs(table).sum(axis=0), np.abs(centred).sum(axis=0)
    return np.where(~has_l1 | (others <= costs * (1.0 + 8.0 * EPSILON)), centred, table)


class _Parabola:
    """g . (v - w) - 1/2 (v - w) . A (v - w) - l1 |v|_1 as a function of v (p,), with `l1` (p,) per weight."""

    def __init__(
        self, weights: FloatArray, gradient: FloatArray, curvature: FloatArray, l1: FloatArray
    ) -> None:
        # Units in which A has a diagonal of ones: the scale of a column then costs no digits.
        diagonal = np.sqrt(np.diagonal(curvature))
        self._units = np.where(diagonal > 0.0, diagonal, 1.0)
        self._is_flat = diagonal == 0.0
        self._curvature = curvature / np.outer(self._units, self._units)
        self._l1 = l1 / self._units
        self._start = weights * self._units
        self._slope = gradient / self._units

    def maximum(self) -> FloatArray:
        point = self._start.copy()
        # A weight that no row feels is penalised away at once.
        point[self._is_flat & (self._l1 > 0.0)] = 0.0
        for _ in range(MAX_ROUNDS):
            point = self._swept(point)
            point = self._strode(point)
            if self._is_maximum(point):
                break
        return point / self._units

    def _gradient(self, point: FloatArray) -> FloatArray:
        """That of the smooth part."""
        gradient: FloatArray = self._slope - self._curvature @ (point - self._start)
        return gradient

    def _swept(self, point: FloatArray) -> FloatArray:
        """The point after one round over all weights."""
        point, gradient = point.copy(), self._gradient(point)
        for j in np.flatnonzero(~self._is_flat).tolist():
            old = float(point[j])
            aim, threshold = old + float(gradient[j]), float(self._l1[j])
            new = aim - threshold if aim > threshold else aim + threshold if aim < -threshold else 0.0
            if new != old:
                gradient -= (new - old) * self._curvature[j]
                point[j] = new
        return point

    def _strode(self, point: FloatArray) -> FloatArray:
        """The best point with the zeros of `point`, or with more of them."""
        for _ in range(2 * len(point)):
            signs = np.where(self._l1 > 0.0, np.sign(point), 0.0)
            moving = np.flatnonzero(((self._l1 == 0.0) | (signs != 0.0)) & ~self._is_flat)
            step = np.zeros_like(point)
            step[moving] = np.linalg.solve(
                self._curvature[np.ix_(moving, moving)] + LITTLE * np.eye(len(moving)),
                (self._gradient(point) - self._l1 * signs)[moving],
            )
            turning = np.flatnonzero(signs * (point + step) < 0.0)
            if not turning.size:
                return point + step
            shares = point[turning] / -step[turning]
            point = point + shares.min() * step
            point[turning[shares == shares.min()]] = 0.0
        return point

    def _is_maximum(self, point: FloatArray) -> bool:
        gradient, signs = self._gradient(point), np.sign(point)
        is_held = (self._l1 > 0.0) & (signs == 0.0)
        excess = np.where(is_held, np.abs(gradient) - self._l1, np.abs(gradient - self._l1 * signs))
        rounding = 1e-13 * max(float(np.abs(self._slope).max()), float(np.abs(self._start).max()), 1.0)
        return bool((excess[~self._is_flat] <= rounding).all())
