"""The full-batch log-likelihood and its derivatives over many rows, fast enough to train live.

Conventions as in `objectives`. The labels are folded into the rows once: U = (2 y - 1) [1, X], so that with
the margins m = U w

    log-likelihood  l(w) = sum log sigma(m) = sum min(m, 0) - log(1 + exp(-|m|))
    gradient        g(w) = U^T r,   r = sigma(-m) = 1 / (1 + exp(m))
    Hessian         H(w) = -U^T diag(r (1 - r)) U

U is kept in float64 as one contiguous (p, rows) array per block of rows. All per-row intermediates live in
two buffers of one block's length, made once: a step allocates only its result of p numbers. Sums run over a
block in BLAS and over the blocks in order, so equal weights always give equal bits.

Why this form (float64, nanoseconds per row within a block; AMD EPYC with AVX-512, numpy 2.4, one thread):
    margins 0.45, exp 0.73, + 1 0.11, 1 / x 0.28, transposed product 0.40; np.reciprocal would cost 0.67.
    tanh(m / 2) instead of the three passes costs 0.98, 5 % less per step; exp2 on a rescaled U as little.
    Rejected: 1 - tanh cancels where rows are fitted well, so that on separable data no digit of the gradient
    is left at m = 37, while r keeps them all; and without AVX-512 numpy's float64 tanh is twice as slow as
    exp. A product of many factors 1 + exp(-|m|) before one log would save 0.3 in the value, with the same
    loss at m = 37. A fourth row of zeros, which BLAS likes, gains 7 % up to 200,000 rows and loses 5 % at
    2,000,000.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.validation import FloatArray, binary_target, feature_matrix

BLOCK_ROWS = 16_384
"""Rows per block: U and a buffer are 512 KiB for two features, half of a common L2 cache.

8,192 to 32,768 rows differ by less than the noise; smaller blocks lose to the cost of calls, whole arrays to
memory.
"""


class LogisticObjective:
    """The log-likelihood of logistic regression with an intercept: an `Objective`.

    `features` is (n, d), `labels` (n,) of 0 and 1; both are copied. Weights are float64 (1 + d,), intercept
    first. Weights so large that scores overflow give the limits, or NaN where there is none, without a
    warning.

    The buffers make it unfit for two threads at once.

    Raises:
        ValueError: a shape does not fit, a number is not finite or a label is neither 0 nor 1.
    """

    def __init__(self, features: ArrayLike, labels: ArrayLike) -> None:
        matrix = feature_matrix(features)
        self._n_rows = len(matrix)
        self._n_weights = 1 + int(matrix.shape[1])
        target = binary_target(labels, self._n_rows, field="labels")
        longest = min(self._n_rows, BLOCK_ROWS)
        margins, scratch = np.empty(longest), np.empty(longest)
        starts = range(0, self._n_rows, BLOCK_ROWS)
        self._block_gradients = np.empty((len(starts), self._n_weights))
        self._blocks = [
            _Block(_folded_columns(matrix[rows], target[rows]), margins, scratch, gradient)
            for rows, gradient in zip(
                (slice(first, first + BLOCK_ROWS) for first in starts), self._block_gradients, strict=True
            )
        ]

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return self._n_rows

    @property
    def n_weights(self) -> int:
        """Number of weights p, intercept included."""
        return self._n_weights

    @np.errstate(over="ignore", invalid="ignore")
    def gradient(self, weights: FloatArray) -> FloatArray:
        """g(w) (p,), in a fresh array."""
        weights = np.asarray(weights, dtype=np.float64)
        for block in self._blocks:
            block.set_margins(weights)
            block.set_gradient(block.margins)
        return self._summed_gradients()

    @np.errstate(over="ignore", invalid="ignore")
    def value(self, weights: FloatArray) -> float:
        """l(w)."""
        weights = np.asarray(weights, dtype=np.float64)
        total = 0.0
        for block in self._blocks:
            block.set_margins(weights)
            total += block.value()
        return total

    @np.errstate(over="ignore", invalid="ignore")
    def value_and_gradient(self, weights: FloatArray) -> tuple[float, FloatArray]:
        """l(w) and g(w) from one pass over the rows, equal to `value` and `gradient` to the last bit."""
        weights = np.asarray(weights, dtype=np.float64)
        total = 0.0
        for block in self._blocks:
            block.set_margins(weights)
            block.set_gradient(block.scratch)
            total += block.value()
        return total, self._summed_gradients()

    @np.errstate(over="ignore", invalid="ignore")
    def accuracy(self, weights: FloatArray) -> float:
        """Fraction of the rows whose predicted class is their label; a score of 0 predicts class 1."""
        weights = np.asarray(weights, dtype=np.float64)
        n_right = 0
        for block in self._blocks:
            block.set_margins(weights)
            n_right += block.n_right()
        return n_right / self._n_rows

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def hessian(self, weights: FloatArray) -> FloatArray:
        """H(w) (p, p), exactly symmetric, in a fresh array."""
        weights = np.asarray(weights, dtype=np.float64)
        total = np.zeros((self._n_weights, self._n_weights))
        for block in self._blocks:
            block.set_margins(weights)
            factor = block.curvature_factor()
            # A factor times its own transpose is symmetric to the last bit.
            total -= factor @ factor.T
        return total

    def _summed_gradients(self) -> FloatArray:
        total: FloatArray = np.add.reduce(self._block_gradients, axis=0)
        return total


class _Block:
    """Some rows: `columns` is their U (p, rows); the buffers are shared with all other blocks.

    `set_margins` comes first; `margins` then holds m (rows,) until a method says that it overwrites it.
    """

    __slots__ = ("columns", "gradient", "margins", "scratch")

    def __init__(
        self, columns: FloatArray, margins: FloatArray, scratch: FloatArray, gradient: FloatArray
    ) -> None:
        n_rows = columns.shape[1]
        self.columns = columns
        self.margins = margins[:n_rows]
        self.scratch = scratch[:n_rows]
        self.gradient = gradient

    def set_margins(self, weights: FloatArray) -> None:
        np.dot(weights, self.columns, out=self.margins)

    def set_gradient(self, residuals: FloatArray) -> None:
        """U^T r into `gradient`; overwrites the buffer `residuals`, which may be `margins`."""
        # exp overflows to infinity beyond m = 709.78, where r is 0 in float64 anyway.
        np.exp(self.margins, out=residuals)
        np.add(residuals, 1.0, out=residuals)
        np.divide(1.0, residuals, out=residuals)
        np.dot(self.columns, residuals, out=self.gradient)

    def value(self) -> float:
        """Sum of log sigma(m); overwrites both buffers."""
        margins, decay = self.margins, self.scratch
        np.abs(margins, out=decay)
        np.negative(decay, out=decay)
        np.exp(decay, out=decay)
        np.log1p(decay, out=decay)
        np.minimum(margins, 0.0, out=margins)
        np.subtract(margins, decay, out=margins)
        return float(np.add.reduce(margins))

    def n_right(self) -> int:
        is_of_class_1 = self.columns[0] > 0.0
        return int(np.count_nonzero((self.margins > 0.0) | (is_of_class_1 & (self.margins == 0.0))))

    def curvature_factor(self) -> FloatArray:
        """U^T diag(sqrt(r (1 - r))), with sqrt(r (1 - r)) = exp(-|m| / 2) / (1 + exp(-|m|))."""
        root_decay = np.exp(-0.5 * np.abs(self.margins))
        return self.columns * (root_decay / (1.0 + root_decay * root_decay))


def _folded_columns(features: NDArray[Any], labels: NDArray[Any]) -> FloatArray:
    """U (1 + d, rows), in the layout that BLAS and the ufuncs read in one go."""
    folded = np.empty((1 + features.shape[1], len(labels)))
    folded[0] = np.where(labels == 1, 1.0, -1.0)
    np.multiply(features.T, folded[0], out=folded[1:])
    return folded
