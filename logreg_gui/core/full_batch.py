"""The full gradient and steps along it, which the rows of an objective compute in either precision."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

import numpy as np

from logreg_gui.core.validation import FloatArray


class Rows(Protocol):
    """The rows of an objective in one precision."""

    def gradient(self, weights: FloatArray) -> FloatArray:
        """The full gradient (p,) in float64, fresh."""

    def ascend(
        self, weights: FloatArray, rate: float, steps: int, shrinkage: FloatArray | None
    ) -> FloatArray:
        """The weights after `steps` of w <- w + rate * (gradient - shrinkage * w), fresh."""


AnyRows = TypeVar("AnyRows", bound=Rows)


class FullBatch(Generic[AnyRows]):
    """The part of an `Objective` that its rows do by themselves; a subclass sets `_rows`."""

    _rows: AnyRows

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def gradient(self, weights: FloatArray) -> FloatArray:
        """The gradient (p,) as float64, in a fresh array."""
        return self._rows.gradient(np.asarray(weights, dtype=np.float64))

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def ascend(
        self, weights: FloatArray, learning_rate: float, steps: int, shrinkage: FloatArray | None = None
    ) -> FloatArray:
        """The weights after `steps` of w <- w + learning_rate * (gradient - shrinkage * w), fresh.

        `shrinkage` (p,) is that of an l2 penalty. Any division of the steps into calls gives the same bits.
        """
        return self._rows.ascend(np.asarray(weights, dtype=np.float64), learning_rate, steps, shrinkage)
