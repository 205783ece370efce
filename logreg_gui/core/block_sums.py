"""What objectives over blocks of rows share: value, accuracy and Hessian as sums, one block after the other.

An objective lays its rows out in blocks and says what one block adds; the sums, in pieces or at once, are
the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np

from logreg_gui.core import full_batch
from logreg_gui.core.pieces import Pieces, Result, finished
from logreg_gui.core.validation import FloatArray, read_only


class Block(Protocol):
    """Some rows. `ready` comes before each of the others, which take what it returns."""

    def ready(self, start: Any, /) -> Any:
        """Set the scores, with what `Rows.begin` returned."""

    def value(self, state: Any, /) -> float:
        """What these rows add to the log-likelihood."""

    def value_and_sums(self, state: Any, /) -> float:
        """The same, and the sums of the gradient are set."""

    def n_right(self, state: Any, /) -> float:
        """How many rows, times their weights, are predicted right."""

    def value_and_n_right(self, state: Any, /) -> tuple[float, float]:
        """Both."""

    def curvature(self, state: Any, /) -> FloatArray:
        """What these rows add to minus the Hessian (p, p)."""

    def products(self) -> FloatArray:
        """X^T X (p, p) of these rows, times their weights."""


class Rows(full_batch.Rows, Protocol):
    """All rows, in blocks."""

    @property
    def blocks(self) -> Sequence[Block]:
        """The blocks, in order."""

    def begin(self, weights: FloatArray, /) -> Any:
        """What all blocks need of the weights (p,)."""

    def gradient_of_sums(self) -> FloatArray:
        """The gradient (p,) after the sums of all blocks have been set, fresh."""


AnyRows = TypeVar("AnyRows", bound=Rows)


class BlockSums(full_batch.FullBatch[AnyRows]):
    """The part of an `Objective` that is a sum over blocks, in float64.

    A subclass sets `_rows` and `_total_count`, the number of rows or the sum of their weights.
    """

    _total_count: float
    _bound: FloatArray | None = None

    def value(self, weights: FloatArray) -> float:
        """The log-likelihood."""
        return finished(self.value_pieces(weights))

    def value_and_gradient(self, weights: FloatArray) -> tuple[float, FloatArray]:
        """Both from one pass over the rows, equal to `value` and `gradient` to the last bit."""
        return finished(self.value_and_gradient_pieces(weights))

    def accuracy(self, weights: FloatArray) -> float:
        """Fraction of the rows whose predicted class is their label; equal scores predict the last class."""
        return finished(self.accuracy_pieces(weights))

    def value_and_accuracy(self, weights: FloatArray) -> tuple[float, float]:
        """Both from one pass over the rows, equal to both alone to the last bit."""
        found = finished(self._by_blocks(weights, lambda block, state: block.value_and_n_right(state)))
        return sum(value for value, _ in found), sum(n_right for _, n_right in found) / self._total_count

    def hessian(self, weights: FloatArray) -> FloatArray:
        """The Hessian (p, p), exactly symmetric, in a fresh array."""
        return finished(self.hessian_pieces(weights))

    def curvature_bound(self) -> FloatArray:
        """A matrix, read-only, that minus the Hessian exceeds nowhere."""
        return finished(self.curvature_bound_pieces())

    def curvature_bound_pieces(self) -> Pieces[FloatArray]:
        """`curvature_bound`, block by block; the rows stay as they are, so it is found once."""
        if self._bound is None:
            parts = []
            for block in self._rows.blocks:
                parts.append(block.products())
                yield
            self._bound = read_only(self._bound_of(np.add.reduce(parts, axis=0)))
        return self._bound

    def _bound_of(self, products: FloatArray) -> FloatArray:
        """`curvature_bound`, given X^T X (p, p) of all rows."""
        raise NotImplementedError

    def value_pieces(self, weights: FloatArray) -> Pieces[float]:
        """`value`, block by block."""
        return sum((yield from self._by_blocks(weights, lambda block, state: block.value(state))))

    def value_and_gradient_pieces(self, weights: FloatArray) -> Pieces[tuple[float, FloatArray]]:
        """`value_and_gradient`, block by block."""
        value = sum((yield from self._by_blocks(weights, lambda block, state: block.value_and_sums(state))))
        return value, self._rows.gradient_of_sums()

    def accuracy_pieces(self, weights: FloatArray) -> Pieces[float]:
        """`accuracy`, block by block."""
        n_right = yield from self._by_blocks(weights, lambda block, state: block.n_right(state))
        return sum(n_right) / self._total_count

    def hessian_pieces(self, weights: FloatArray) -> Pieces[FloatArray]:
        """`hessian`, block by block."""
        parts = yield from self._by_blocks(weights, lambda block, state: block.curvature(state))
        total: FloatArray = -np.add.reduce(parts, axis=0)
        return total

    def _by_blocks(
        self, weights: FloatArray, evaluate: Callable[[Block, Any], Result]
    ) -> Pieces[list[Result]]:
        """What `evaluate` makes of each block, made ready before."""
        found = []
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            start = self._rows.begin(np.asarray(weights, dtype=np.float64))
        for block in self._rows.blocks:
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                found.append(evaluate(block, block.ready(start)))
            yield
        return found
