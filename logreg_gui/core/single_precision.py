"""An objective whose gradients are computed in float32: for speed, where the eye is the judge.

Weights, values, sums over blocks and updates stay float64; everything but the full gradient is that of the
float64 objective. A run in single precision ends beside the maximum, by some 1e-6 in the weights: digits that
are shown come from a run that goes on in float64. `precision` says when.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.full_batch import FullBatch, Rows
from logreg_gui.core.objectives import Objective, ObjectiveAround
from logreg_gui.core.validation import FloatArray


class SinglePrecisionObjective(FullBatch[Rows], ObjectiveAround):
    """`objective` with the full gradient over `rows` in float32: an `Objective`.

    It works in the buffers of `rows`, and is unfit for two threads at once.
    """

    def __init__(self, objective: Objective, rows: Rows) -> None:
        super().__init__(objective)
        self._rows = rows

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


class SinglePrecision:
    """What an objective keeps of itself in single precision: the rows.

    Not the whole, which holds the objective: the two would keep each other, and 24 bytes a row, long after
    everybody else has dropped them, until Python looks for cycles.
    """

    def __init__(self) -> None:
        self._rows: Rows | None = None
        self._whole: weakref.ref[SinglePrecisionObjective] | None = None

    def of(self, objective: Objective, make_rows: Callable[[], Rows]) -> SinglePrecisionObjective:
        """`objective` in single precision: the one that is there, as long as somebody holds it."""
        whole = None if self._whole is None else self._whole()
        if whole is None:
            if self._rows is None:
                self._rows = make_rows()
            whole = SinglePrecisionObjective(objective, self._rows)
            self._whole = weakref.ref(whole)
        return whole
