"""An objective whose gradients are computed in float32: for speed, where the eye is the judge.

Weights, values, sums over blocks and updates stay float64; everything but the full gradient is that of the
float64 objective. A run in single precision ends beside the maximum, by some 1e-6 in the weights: digits that
are shown come from a run that goes on in float64. `precision` says when.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.objectives import Objective, ObjectiveAround
from logreg_gui.core.validation import FloatArray


class Rows(Protocol):
    """The rows of an objective in one precision."""

    def gradient(self, weights: FloatArray) -> FloatArray:
        """The full gradient (p,) in float64, fresh."""

    def ascend(
        self, weights: FloatArray, rate: float, steps: int, shrinkage: FloatArray | None
    ) -> FloatArray:
        """The weights after `steps` of w <- w + rate * (gradient - shrinkage * w), fresh."""


class SinglePrecisionObjective(ObjectiveAround):
    """`objective` with the full gradient over `rows` in float32: an `Objective`.

    It works in the buffers of `rows`, and is unfit for two threads at once.
    """

    def __init__(self, objective: Objective, rows: Rows) -> None:
        super().__init__(objective)
        self._rows = rows

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def gradient(self, weights: FloatArray) -> FloatArray:
        """Gradient (p,) in float32 arithmetic, as float64 in a fresh array."""
        return self._rows.gradient(np.asarray(weights, dtype=np.float64))

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def ascend(
        self, weights: FloatArray, learning_rate: float, steps: int, shrinkage: FloatArray | None = None
    ) -> FloatArray:
        """The weights after `steps` of w <- w + learning_rate * (gradient - shrinkage * w), fresh."""
        return self._rows.ascend(np.asarray(weights, dtype=np.float64), learning_rate, steps, shrinkage)

    def value(self, weights: FloatArray) -> float:
        """Value at `weights`, in float64."""
        return self.objective.value(weights)

    def value_and_gradient(self, weights: FloatArray) -> tuple[float, FloatArray]:
        """Both, in float64: whoever asks for values compares them."""
        return self.objective.value_and_gradient(weights)

    def hessian(self, weights: FloatArray) -> FloatArray:
        """Hessian (p, p), in float64."""
        return self.objective.hessian(weights)

    def rows_gradient(self, weights: FloatArray, rows: NDArray[np.intp]) -> FloatArray:
        """The gradient over some rows, in float64."""
        return self.objective.rows_gradient(weights, rows)

    def curvature_bound(self) -> FloatArray:
        """A matrix (p, p) that minus the Hessian exceeds nowhere."""
        return self.objective.curvature_bound()

    def row_curvature_bound(self) -> float:
        """What minus the Hessian of no single row's term exceeds anywhere."""
        return self.objective.row_curvature_bound()
