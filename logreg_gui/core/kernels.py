"""The full-batch log-likelihood and its derivatives over many rows, fast enough to train live.

Conventions as in `objectives`. The labels are folded into the rows once: U = (2 y - 1) [1, X], so that with
the margins m = U w

    log-likelihood  l(w) = sum log sigma(m) = sum min(m, 0) - log(1 + exp(-|m|))
    gradient        g(w) = U^T r,   r = sigma(-m) = 1 / (1 + exp(m))
    Hessian         H(w) = -U^T diag(r (1 - r)) U

Row weights c, where there are any, multiply the terms of the sums. Without an intercept U = (2 y - 1) X.

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

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.objectives import sigmoid
from logreg_gui.core.rows import IndexArray, columns_of, demand_columns, linear_scores, row_weights
from logreg_gui.core.validation import FloatArray, binary_target, feature_matrix, read_only

BLOCK_ROWS = 16_384
"""Rows per block: U and a buffer are 512 KiB for two features, half of a common L2 cache.

8,192 to 32,768 rows differ by less than the noise; smaller blocks lose to the cost of calls, whole arrays to
memory.
"""


class LogisticObjective:
    """The log-likelihood of logistic regression, with an intercept unless told otherwise: an `Objective`.

    `features` is (n, d), `labels` (n,) of 0 and 1, `sample_weight` (n,) how often a row counts; all are
    copied. Weights are float64 (1 + d,), intercept first. Weights so large that scores overflow give the
    limits, or NaN where there is none, without a warning.

    The buffers make it unfit for two threads at once.

    Raises:
        ValueError: a shape does not fit, a number is not finite, a label is neither 0 nor 1, a row weight is
            negative or all are 0, or there is no column at all.
    """

    def __init__(
        self,
        features: ArrayLike,
        labels: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        intercept: bool = True,
    ) -> None:
        matrix = feature_matrix(features)
        demand_columns(matrix, intercept)
        self._intercept = intercept
        self._n_rows = len(matrix)
        self._n_weights = intercept + int(matrix.shape[1])
        target = binary_target(labels, self._n_rows, field="labels")
        self._row_weights = row_weights(sample_weight, self._n_rows)
        self._storage = np.empty(self._n_rows * self._n_weights)
        longest = min(self._n_rows, BLOCK_ROWS)
        margins, scratch = np.empty(longest), np.empty(longest)
        starts = range(0, self._n_rows, BLOCK_ROWS)
        self._block_gradients = np.empty((len(starts), self._n_weights))
        self._blocks = []
        for first, gradient in zip(starts, self._block_gradients, strict=True):
            rows = slice(first, min(first + BLOCK_ROWS, self._n_rows))
            columns = self._storage[rows.start * self._n_weights : rows.stop * self._n_weights]
            columns = columns.reshape(self._n_weights, -1)
            is_of_class_1 = target[rows] == 1
            np.multiply(columns_of(matrix[rows], intercept), np.where(is_of_class_1, 1.0, -1.0), out=columns)
            counts = None if self._row_weights is None else self._row_weights[rows]
            self._blocks.append(_Block(columns, is_of_class_1, counts, margins, scratch, gradient))

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return self._n_rows

    @property
    def n_weights(self) -> int:
        """Number of weights p, intercept included."""
        return self._n_weights

    @property
    def is_intercept(self) -> NDArray[np.bool_]:
        """Which of the weights (p,) is the intercept."""
        mask: NDArray[np.bool_] = read_only(np.arange(self._n_weights) < self._intercept, np.bool_)
        return mask

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
        n_right = 0.0
        for block in self._blocks:
            block.set_margins(weights)
            n_right += block.n_right()
        n_all = self._n_rows if self._row_weights is None else float(self._row_weights.sum())
        return n_right / n_all

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

    @np.errstate(over="ignore", invalid="ignore")
    def rows_gradient(self, weights: FloatArray, rows: IndexArray) -> FloatArray:
        """The gradient (p,) of the sum over `rows` alone, times n / len(rows): an estimate of g(w)."""
        columns = self._gathered(rows)
        residuals = 1.0 / (1.0 + np.exp(weights @ columns))
        if self._row_weights is not None:
            residuals *= self._row_weights[rows]
        gradient: FloatArray = (self._n_rows / len(rows)) * (columns @ residuals)
        return gradient

    def curvature_bound(self) -> FloatArray:
        """X^T X / 4 (p, p): -H(w) is nowhere larger, since sigma (1 - sigma) <= 1/4."""
        total = np.zeros((self._n_weights, self._n_weights))
        for block in self._blocks:
            # The signs of U meet themselves: U U^T is that of the rows.
            factor = block.columns if block.counts is None else block.columns * np.sqrt(block.counts)
            total += factor @ factor.T
        return 0.25 * total

    def row_curvature_bound(self) -> float:
        """The largest |x|^2 / 4 of a row: no single term of the sum curves more."""
        return 0.25 * max(block.largest_square() for block in self._blocks)

    def scores(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """X w at `features` (..., d): (...)."""
        return linear_scores(features, np.asarray(weights, dtype=np.float64), self._intercept)

    def probabilities(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The probabilities of both classes at `features` (..., d): (..., 2)."""
        scores = self.scores(weights, features)
        return np.stack((sigmoid(-scores), sigmoid(scores)), axis=-1)

    def _gathered(self, rows: IndexArray) -> FloatArray:
        """U (p, m) of the rows (m,), fresh."""
        if len(self._blocks) == 1:
            return self._blocks[0].columns.take(rows, axis=1)
        first = rows - rows % BLOCK_ROWS
        lengths = np.minimum(BLOCK_ROWS, self._n_rows - first)
        start = first * self._n_weights + (rows - first)
        columns: FloatArray = self._storage.take(start + np.arange(self._n_weights)[:, np.newaxis] * lengths)
        return columns

    def _summed_gradients(self) -> FloatArray:
        total: FloatArray = np.add.reduce(self._block_gradients, axis=0)
        return total


class _Block:
    """Some rows: `columns` is their U (p, rows); the buffers are shared with all other blocks.

    `counts` (rows,) are the row weights or None. `set_margins` comes first; `margins` then holds m (rows,)
    until a method says that it overwrites it.
    """

    __slots__ = ("columns", "counts", "gradient", "is_of_class_1", "margins", "scratch")

    def __init__(
        self,
        columns: FloatArray,
        is_of_class_1: NDArray[np.bool_],
        counts: FloatArray | None,
        margins: FloatArray,
        scratch: FloatArray,
        gradient: FloatArray,
    ) -> None:
        n_rows = columns.shape[1]
        self.columns = columns
        self.is_of_class_1 = is_of_class_1
        self.counts = counts
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
        if self.counts is not None:
            np.multiply(residuals, self.counts, out=residuals)
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
        if self.counts is not None:
            np.multiply(margins, self.counts, out=margins)
            # A row that counts 0 times adds 0, and not the NaN of 0 times infinity.
            np.copyto(margins, 0.0, where=self.counts == 0.0)
        return float(np.add.reduce(margins))

    def n_right(self) -> float:
        is_right = (self.margins > 0.0) | (self.is_of_class_1 & (self.margins == 0.0))
        return float(np.count_nonzero(is_right) if self.counts is None else self.counts @ is_right)

    def curvature_factor(self) -> FloatArray:
        """U^T diag(sqrt(r (1 - r))), with sqrt(r (1 - r)) = exp(-|m| / 2) / (1 + exp(-|m|))."""
        root_decay = np.exp(-0.5 * np.abs(self.margins))
        root_curvature = root_decay / (1.0 + root_decay * root_decay)
        if self.counts is not None:
            root_curvature *= np.sqrt(self.counts)
        return self.columns * root_curvature

    def largest_square(self) -> float:
        squares = np.einsum("pn,pn->n", self.columns, self.columns)
        return float(np.max(squares if self.counts is None else squares * self.counts))
