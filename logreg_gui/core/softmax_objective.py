"""The log-likelihood of softmax regression over many rows, fast enough to train live.

Conventions as in `objectives`, with K classes: labels y are 0 to K - 1, the weights a flat float64 vector
(K p,), the row-major form of W (K, p), whose row k holds the weights of class k, intercept first. Scores are
s_k = w_k . x, probabilities p_k = exp(s_k) / sum exp(s_j). All K rows are kept (the symmetric
parametrisation): one vector added to all of them changes no probability, and gradients sum to 0 over the
classes, so that ascent from zero weights keeps the mean row at 0. Two classes give the probabilities of
logistic regression with the weights w_1 - w_0.

    log-likelihood  l(W) = sum log p_y = -sum log(1 + sum over o != y of exp(t_o)),   t_o = (w_o - w_y) . x
    gradient        g_k(W) = sum ([y = k] - p_k) x
    Hessian         H(W) = -sum over rows and pairs k < j of p_k p_j (e_k - e_j)(e_k - e_j)^T (x) x x^T

The rows are sorted by class, once, so that t is one small product per class, K - 1 scores stand for K, and no
label is looked at in a step. It also keeps the digits: 1 - p_y is the sum of the other probabilities, not a
difference of nearly equal numbers where rows are fitted well. The Hessian as a sum over pairs of classes does
the same for p_k (1 - p_k).

Time goes into exp (K - 1 per row) and the products with x. The transposed products are K - 1 of matrix and
vector: one product with a (K - 1)-row matrix takes OpenBLAS twice as long at these shapes. Against the usual
row-major code (maximum, exp and sum over the classes of each row, one-hot labels) a step over three classes
takes a fifth of the time at 2,000 rows and a seventeenth from 20,000 up (AMD EPYC with AVX-512, numpy 2.4,
one thread). At 200 rows the calls of numpy are all the time there is, and both take as long.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.rows import (
    IndexArray,
    class_indices,
    columns_of,
    demand_columns,
    linear_scores,
    row_weights,
)
from logreg_gui.core.validation import FloatArray, feature_matrix, read_only, whole_number

BLOCK_ROWS = 16_384
"""Rows per block, as in `kernels`: 4,096 rows take 20 % more time per row, 32,768 as much."""

LARGEST_EXPONENT = 690.0
"""Below it exp and the sum of some thousand exps are finite in float64, and no row needs a shift."""


class SoftmaxObjective:
    """The log-likelihood of softmax regression, with intercepts unless told otherwise: an `Objective`.

    `features` is (n, d), `labels` (n,) of whole numbers from 0 to `n_classes` - 1, `sample_weight` (n,) how
    often a row counts; all are copied. A class without rows is allowed. Weights so large that scores overflow
    give the limits, or NaN where there is none, without a warning.

    The buffers make it unfit for two threads at once.

    Raises:
        ValueError: a shape does not fit, a number is not finite, a label is no class, a row weight is
            negative or all are 0, there is no column at all, or `n_classes` is below 2.
    """

    def __init__(
        self,
        features: ArrayLike,
        labels: ArrayLike,
        n_classes: int,
        *,
        sample_weight: ArrayLike | None = None,
        intercept: bool = True,
    ) -> None:
        matrix = feature_matrix(features)
        demand_columns(matrix, intercept)
        self._intercept = intercept
        self._n_rows = len(matrix)
        self._n_classes = whole_number("n_classes", n_classes, smallest=2)
        self._n_columns = intercept + int(matrix.shape[1])
        self._labels = class_indices(labels, self._n_rows, self._n_classes)
        self._counts = row_weights(sample_weight, self._n_rows)
        self._contrasts = _contrasts(self._n_classes)
        order = np.argsort(self._labels, kind="stable")
        self._places = np.empty(self._n_rows, dtype=np.intp)
        self._places[order] = np.arange(self._n_rows)
        self._largest = np.abs(columns_of(matrix, intercept)).max(axis=1)
        self._storage = np.empty(self._n_rows * self._n_columns)
        starts = range(0, self._n_rows, BLOCK_ROWS)
        self._sums = np.zeros((len(starts), len(self._contrasts), self._n_columns))
        longest = min(self._n_rows, BLOCK_ROWS)
        buffers = _Buffers(
            np.empty((self._n_classes - 1) * longest), np.empty(longest), np.empty(longest), np.empty(longest)
        )
        self._blocks = []
        for first, sums in zip(starts, self._sums, strict=True):
            rows = order[first : first + BLOCK_ROWS]
            room = self._storage[first * self._n_columns :][: len(rows) * self._n_columns]
            counts = None if self._counts is None else self._counts[rows]
            columns = columns_of(matrix[rows], intercept)
            self._blocks.append(
                _Block(columns, self._labels[rows], counts, self._n_classes, buffers, room, sums)
            )
        # Where in the sorted order each piece of one class in one block begins.
        self._piece_starts = np.array(
            [
                first + segment.first
                for first, block in zip(starts, self._blocks, strict=True)
                for segment in block.segments
            ]
        )

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return self._n_rows

    @property
    def n_classes(self) -> int:
        """Number of classes K."""
        return self._n_classes

    @property
    def n_weights(self) -> int:
        """Number of weights K p, intercepts included."""
        return self._n_classes * self._n_columns

    @property
    def is_intercept(self) -> NDArray[np.bool_]:
        """Which of the weights (K p,) are intercepts."""
        is_first = np.arange(self._n_columns) < self._intercept
        mask: NDArray[np.bool_] = read_only(np.tile(is_first, self._n_classes), np.bool_)
        return mask

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def gradient(self, weights: FloatArray) -> FloatArray:
        """g(W) (K p,), in a fresh array."""
        differences, is_small = self._differences(weights)
        for block in self._blocks:
            block.set_exponents(differences)
            block.set_probabilities(is_small)
            block.set_sums()
        return self._summed_gradients()

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def value(self, weights: FloatArray) -> float:
        """l(W)."""
        differences, is_small = self._differences(weights)
        total = 0.0
        for block in self._blocks:
            block.set_exponents(differences)
            block.set_probabilities(is_small)
            total += block.value()
        return total

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def value_and_gradient(self, weights: FloatArray) -> tuple[float, FloatArray]:
        """l(W) and g(W) from one pass over the rows, equal to `value` and `gradient` to the last bit."""
        differences, is_small = self._differences(weights)
        total = 0.0
        for block in self._blocks:
            block.set_exponents(differences)
            block.set_probabilities(is_small)
            total += block.value()
            block.set_sums()
        return total, self._summed_gradients()

    @np.errstate(over="ignore", invalid="ignore")
    def accuracy(self, weights: FloatArray) -> float:
        """Fraction of the rows whose predicted class is their label; equal scores predict the last class."""
        differences, _ = self._differences(weights)
        n_right = 0.0
        for block in self._blocks:
            block.set_exponents(differences)
            n_right += block.n_right()
        return n_right / (self._n_rows if self._counts is None else float(self._counts.sum()))

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def hessian(self, weights: FloatArray) -> FloatArray:
        """H(W) (K p, K p), exactly symmetric, in a fresh array."""
        differences, is_small = self._differences(weights)
        n_classes, n_columns = self._n_classes, self._n_columns
        total = np.zeros((n_classes, n_columns, n_classes, n_columns))
        for block in self._blocks:
            block.set_exponents(differences)
            block.set_probabilities(is_small)
            block.add_curvature(total)
        return -total.reshape(self.n_weights, self.n_weights)

    @np.errstate(over="ignore", invalid="ignore", under="ignore")
    def rows_gradient(self, weights: FloatArray, rows: IndexArray) -> FloatArray:
        """The gradient (K p,) of the sum over `rows` alone, times n / len(rows): an estimate of g(W)."""
        columns, labels = self._gathered(rows), self._labels[rows]
        own = (labels, np.arange(len(rows)))
        shares = weights.reshape(self._n_classes, -1) @ columns
        np.exp(shares - shares.max(axis=0), out=shares)
        shares /= shares.sum(axis=0)
        shares[own] = 0.0
        shares[own] = -shares.sum(axis=0)
        if self._counts is not None:
            shares *= self._counts[rows]
        gradient: FloatArray = ((-self._n_rows / len(rows)) * (shares @ columns.T)).ravel()
        return gradient

    def curvature_bound(self) -> FloatArray:
        """(I - 1 1^T / K) / 2 (x) X^T X (K p, K p): -H(W) is nowhere larger (Boehning 1992)."""
        gram = np.zeros((self._n_columns, self._n_columns))
        for block in self._blocks:
            block.add_products(gram)
        bound: FloatArray = np.asarray(
            np.kron(0.5 * (np.eye(self._n_classes) - 1.0 / self._n_classes), gram), np.float64
        )
        return bound

    def row_curvature_bound(self) -> float:
        """The largest |x|^2 / 2 of a row: no single term of the sum curves more."""
        return 0.5 * max(block.largest_square() for block in self._blocks)

    def scores(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """W x at `features` (..., d): (..., K)."""
        matrix = np.asarray(weights, dtype=np.float64).reshape(self._n_classes, -1)
        return linear_scores(features, matrix, self._intercept)

    def probabilities(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The probabilities of the classes at `features` (..., d): (..., K)."""
        return softmax(self.scores(weights, features))

    def _differences(self, weights: FloatArray) -> tuple[FloatArray, bool]:
        """w_o - w_c (K, K - 1, p) for each class c and the others o, and whether no exponent can overflow."""
        matrix = np.asarray(weights, dtype=np.float64).reshape(self._n_classes, self._n_columns)
        differences: FloatArray = np.dot(self._contrasts, matrix)
        # Over lists: for so few numbers numpy's own maximum takes three times as long.
        is_small = max(np.dot(np.abs(differences), self._largest).tolist()) < LARGEST_EXPONENT
        return differences.reshape(self._n_classes, self._n_classes - 1, -1), is_small

    def _summed_gradients(self) -> FloatArray:
        sums = self._sums[0] if len(self._sums) == 1 else np.add.reduce(self._sums, axis=0)
        gradient: FloatArray = -(self._contrasts.T @ sums).ravel()
        return gradient

    def _gathered(self, rows: IndexArray) -> FloatArray:
        """Columns (p, m) of the rows (m,), fresh."""
        places = self._places[rows]
        piece = np.searchsorted(self._piece_starts, places, side="right") - 1
        first = self._piece_starts[piece]
        lengths = np.append(self._piece_starts[1:], self._n_rows)[piece] - first
        start = first * self._n_columns + (places - first)
        columns: FloatArray = self._storage.take(start + np.arange(self._n_columns)[:, np.newaxis] * lengths)
        return columns


def softmax(scores: ArrayLike) -> FloatArray:
    """p_k = exp(s_k) / sum exp(s_j) over the last axis, for scores of any size."""
    array = np.asarray(scores, dtype=np.float64)
    with np.errstate(under="ignore"):
        # Shifted by the largest score, which changes nothing: exp overflows beyond 709.78.
        exponentials = np.exp(array - array.max(axis=-1, keepdims=True))
        shares: FloatArray = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return shares


class _Buffers(NamedTuple):
    """Room for one block, made once: exponents (K - 1, rows) flat, and three of (rows,)."""

    exponents: FloatArray
    rest: FloatArray
    inverse: FloatArray
    shift: FloatArray


class _Block:
    """Some rows, sorted by class. `set_exponents` comes first, then `set_probabilities`, then the rest.

    `others` (K - 1, rows) holds t, then the probabilities of all classes but the row's own, in their order.
    `rest` + 1 is the sum of all exponentials relative to the row's own, or to the largest, which is `shift`
    higher.
    """

    __slots__ = (
        "counts",
        "has_shift",
        "inverse",
        "n_classes",
        "others",
        "rest",
        "segments",
        "shift",
    )

    def __init__(
        self,
        columns: FloatArray,
        labels: IndexArray,
        counts: FloatArray | None,
        n_classes: int,
        buffers: _Buffers,
        room: FloatArray,
        sums: FloatArray,
    ) -> None:
        n_columns, n_rows = columns.shape
        self.counts = counts
        self.n_classes = n_classes
        self.others = buffers.exponents[: (n_classes - 1) * n_rows].reshape(n_classes - 1, n_rows)
        self.rest, self.inverse, self.shift = (buffer[:n_rows] for buffer in buffers[1:])
        self.has_shift = False
        self.segments = []
        edges = np.searchsorted(labels, np.arange(n_classes + 1)).tolist()
        for label, (first, last) in enumerate(pairwise(edges)):
            if first == last:
                continue
            # Each piece in one stretch of memory: numpy would copy a slice before it multiplies it.
            piece = room[first * n_columns : last * n_columns].reshape(n_columns, -1)
            piece[:] = columns[:, first:last]
            own_sums = sums[label * (n_classes - 1) : (label + 1) * (n_classes - 1)]
            others = self.others[:, first:last]
            pairs = list(zip(others, own_sums, strict=True))
            self.segments.append(_Segment(label, first, last, piece, others, pairs))

    def set_exponents(self, differences: FloatArray) -> None:
        for segment in self.segments:
            np.matmul(differences[segment.label], segment.columns, out=segment.others)

    def set_probabilities(self, is_small: bool) -> None:
        others, rest, inverse = self.others, self.rest, self.inverse
        self.has_shift = not is_small
        if not is_small:
            np.maximum(others.max(axis=0), 0.0, out=self.shift)
            np.subtract(others, self.shift, out=others)
        np.exp(others, out=others)
        if len(others) == 1:
            np.copyto(rest, others[0])
        else:
            # Row by row: a reduction over so short an axis costs twice as much.
            np.add(others[0], others[1], out=rest)
            for other in others[2:]:
                np.add(rest, other, out=rest)
        if not is_small:
            np.add(rest, np.expm1(-self.shift), out=rest)
        np.add(rest, 1.0, out=inverse)
        np.divide(1.0, inverse, out=inverse)
        np.multiply(others, inverse, out=others)

    def set_sums(self) -> None:
        """The sums of p_o x over the rows of each class; overwrites `others` if rows are weighted."""
        if self.counts is not None:
            np.multiply(self.others, self.counts, out=self.others)
        for segment in self.segments:
            for shares, total in segment.pairs:
                np.dot(segment.columns, shares, out=total)

    def value(self) -> float:
        """Sum of log p_y; overwrites `rest`."""
        logs = self.rest
        np.log1p(logs, out=logs)
        if self.has_shift:
            np.add(logs, self.shift, out=logs)
        if self.counts is not None:
            np.multiply(logs, self.counts, out=logs)
            # A row that counts 0 times adds 0, and not the NaN of 0 times infinity.
            np.copyto(logs, 0.0, where=self.counts == 0.0)
        return -float(np.add.reduce(logs))

    def n_right(self) -> float:
        n_right = 0.0
        for segment in self.segments:
            # The others before the own class must not be above it, those after it must be below.
            before, after = segment.others[: segment.label], segment.others[segment.label :]
            is_right = np.logical_and(np.all(before <= 0.0, axis=0), np.all(after < 0.0, axis=0))
            n_right += self._sum_of(is_right, segment)
        return n_right

    def add_products(self, total: FloatArray) -> None:
        """Add sum c x x^T to `total` (p, p)."""
        for segment in self.segments:
            factor = segment.columns
            if self.counts is not None:
                factor = factor * np.sqrt(self.counts[segment.first : segment.last])
            # A factor times its own transpose is symmetric to the last bit.
            total += factor @ factor.T

    def add_curvature(self, total: FloatArray) -> None:
        """Add the sums of p_k p_j c x x^T to `total` (K, p, K, p), which is then -H."""
        own = self.inverse * np.exp(-self.shift) if self.has_shift else self.inverse
        for segment in self.segments:
            shares = np.insert(segment.others, segment.label, own[segment.first : segment.last], axis=0)
            if self.counts is not None:
                shares *= np.sqrt(self.counts[segment.first : segment.last])
            for k in range(self.n_classes):
                for j in range(k):
                    factor = segment.columns * np.sqrt(shares[k] * shares[j])
                    pair = factor @ factor.T
                    total[k, :, k, :] += pair
                    total[j, :, j, :] += pair
                    total[k, :, j, :] -= pair
                    total[j, :, k, :] -= pair

    def largest_square(self) -> float:
        largest = 0.0
        for segment in self.segments:
            squares = np.einsum("pn,pn->n", segment.columns, segment.columns)
            if self.counts is not None:
                squares *= self.counts[segment.first : segment.last]
            largest = max(largest, float(squares.max()))
        return largest

    def _sum_of(self, is_right: NDArray[np.bool_], segment: _Segment) -> float:
        if self.counts is None:
            return float(np.count_nonzero(is_right))
        return float(self.counts[segment.first : segment.last] @ is_right)


class _Segment(NamedTuple):
    """The rows `first` to `last` of a block, all of class `label`.

    `pairs` are the rows of `others` with the sum that each goes into.
    """

    label: int
    first: int
    last: int
    columns: FloatArray
    others: FloatArray
    pairs: list[tuple[FloatArray, FloatArray]]


def _contrasts(n_classes: int) -> FloatArray:
    """The matrix (K (K - 1), K) that takes W to w_o - w_c, for each class c all the others o in order."""
    identity = np.eye(n_classes)
    return np.array([identity[o] - identity[c] for c in range(n_classes) for o in range(n_classes) if o != c])
