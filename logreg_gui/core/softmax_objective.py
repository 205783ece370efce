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

Time goes into exp (K - 1 per row) and the products with x. Each piece of a block, all rows of one class, has
its columns and its exponents in one stretch of memory: then the K - 1 products with x are one call of BLAS,
forth and back, and exp one call for the block. Matrix times vector K - 1 times over takes half as long again;
exponents of a block row by row, across the classes, need `matmul`, which takes 1 microsecond more per call.
Against the usual row-major code (maximum, exp and sum over the classes of each row, one-hot labels) the step
wins by what numpy loses in sums over rows of K numbers.

In float32 the products back are made one class at a time where that is faster (`is_faster_by_vectors`), which
only a stopwatch can tell; in float64, where digits are promised, never.

Gradient ascent: sums s become weights in one product, w' = [rate C | 1 - rate shrinkage] [s; w], and these
become differences in another. Single precision: as in `kernels`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from logreg_gui.core.block_sums import BlockSums
from logreg_gui.core.kernels import RealArray, fastest_exponential, least_seconds
from logreg_gui.core.pieces import Pieces, finished
from logreg_gui.core.rows import (
    IndexArray,
    class_indices,
    columns_of,
    demand_columns,
    linear_scores,
    row_weights,
)
from logreg_gui.core.single_precision import SinglePrecision, SinglePrecisionObjective
from logreg_gui.core.validation import FloatArray, feature_matrix_pieces, read_only, whole_number

BLOCK_ROWS = 16_384
"""Most rows per block. With two features and three classes all its numbers are 900 KiB then."""

BLOCK_NUMBERS = 131_072
"""Most numbers of a block; with more columns or classes it has fewer rows, a power of two."""

LARGEST_EXPONENT = {np.dtype(np.float64): 690.0, np.dtype(np.float32): 80.0}
"""Below it exp and the sum of some thousand exps are finite, and no row needs a shift."""


class SoftmaxObjective(BlockSums["_Rows"]):
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
        finished(self._set_up(features, labels, n_classes, sample_weight, intercept))

    @classmethod
    def in_pieces(
        cls,
        features: ArrayLike,
        labels: ArrayLike,
        n_classes: int,
        *,
        sample_weight: ArrayLike | None = None,
        intercept: bool = True,
        coordinates: FloatArray | None = None,
    ) -> Pieces[SoftmaxObjective]:
        """The objective, made some rows at a time; of `features` times `coordinates` (d, d), where given."""
        objective = cls.__new__(cls)
        yield from objective._set_up(features, labels, n_classes, sample_weight, intercept, coordinates)
        return objective

    def _set_up(
        self,
        features: ArrayLike,
        labels: ArrayLike,
        n_classes: int,
        sample_weight: ArrayLike | None,
        intercept: bool,
        coordinates: FloatArray | None = None,
    ) -> Pieces[None]:
        matrix = yield from feature_matrix_pieces(features)
        demand_columns(matrix, intercept)
        self._intercept = intercept
        self._n_rows = len(matrix)
        self._n_classes = whole_number("n_classes", n_classes, smallest=2)
        self._n_columns = intercept + int(matrix.shape[1])
        self._labels = class_indices(labels, self._n_rows, self._n_classes)
        self._counts = row_weights(sample_weight, self._n_rows)
        self._total_count = float(self._n_rows if self._counts is None else self._counts.sum())
        yield
        order = yield from self._sorted_by_class()
        self._storage = np.empty(self._n_rows * self._n_columns)
        numbers_per_row = self._n_columns + self._n_classes + 1
        longest = min(BLOCK_ROWS, 1 << int(math.log2(max(BLOCK_NUMBERS / numbers_per_row, 1.0))))
        blocks = []
        largest = np.zeros(self._n_columns)
        for first in range(0, self._n_rows, longest):
            chosen = matrix[order[first : first + longest]]
            columns = columns_of(chosen if coordinates is None else chosen @ coordinates, intercept)
            np.maximum(largest, np.abs(columns).max(axis=1), out=largest)
            blocks.append(self._pieces_of(columns, order[first : first + longest], first))
            yield
        self._rows = _Rows(blocks, self._n_classes, largest, np.float64)
        # Where in the sorted order each piece begins.
        lengths = [piece.columns.shape[1] for block in blocks for piece in block]
        self._piece_starts = np.cumsum([0, *lengths[:-1]])
        self._single = SinglePrecision()

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

    def in_single_precision(self) -> SinglePrecisionObjective:
        """The same objective with gradients in float32, 4 n p more bytes; made at the first call."""
        return self._single.of(self, self._rows.in_single_precision)

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

    def row_curvature_bound(self) -> float:
        """The largest |x|^2 / 2 of a row: no single term of the sum curves more."""
        return 0.5 * max(block.largest_square() for block in self._rows.blocks)

    def scores(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """W x at `features` (..., d): (..., K)."""
        matrix = np.asarray(weights, dtype=np.float64).reshape(self._n_classes, -1)
        return linear_scores(features, matrix, self._intercept)

    def probabilities(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The probabilities of the classes at `features` (..., d): (..., K)."""
        return softmax(self.scores(weights, features))

    def _bound_of(self, products: FloatArray) -> FloatArray:
        # (I - 1 1^T / K) / 2 (x) X^T X (K p, K p): -H(W) is nowhere larger (Boehning 1992).
        factor = 0.5 * (np.eye(self._n_classes) - 1.0 / self._n_classes)
        bound: FloatArray = np.asarray(np.kron(factor, products), np.float64)
        return bound

    def _sorted_by_class(self) -> Pieces[IndexArray]:
        """The rows in the order of their classes; sets their places in it."""
        order = np.empty(self._n_rows, dtype=np.intp)
        self._places = np.empty(self._n_rows, dtype=np.intp)
        first = 0
        for label in range(self._n_classes):
            rows = np.flatnonzero(self._labels == label)
            order[first : first + len(rows)] = rows
            yield
            self._places[rows] = np.arange(first, first + len(rows))
            first += len(rows)
            yield
        return order

    def _pieces_of(self, columns: FloatArray, rows: IndexArray, first: int) -> list[_Piece]:
        """Sorted rows with these columns (p, m), by class; `first` of all come before them in `_storage`."""
        room = self._storage[first * self._n_columns : (first + len(rows)) * self._n_columns]
        edges = np.searchsorted(self._labels[rows], np.arange(self._n_classes + 1)).tolist()
        pieces = []
        for label, (begin, end) in enumerate(pairwise(edges)):
            if begin < end:
                own = room[begin * self._n_columns : end * self._n_columns].reshape(self._n_columns, -1)
                own[:] = columns[:, begin:end]
                counts = None if self._counts is None else self._counts[rows[begin:end]]
                pieces.append(_Piece(label, own, counts))
        return pieces

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


class _Piece(NamedTuple):
    """Rows of one class: their columns (p, rows) and row weights (rows,) or None."""

    label: int
    columns: RealArray
    counts: RealArray | None


class _Segment(NamedTuple):
    """A piece within the buffers of its block.

    `others` (K - 1, rows) holds t, then the probabilities of all classes but the row's own, in their order;
    `rest`, `inverse` and `shift` (rows,) are its parts of the block's. `sums` (K - 1, p) receives p_o x.
    """

    label: int
    columns: RealArray
    counts: RealArray | None
    others: RealArray
    rest: RealArray
    inverse: RealArray
    shift: RealArray
    sums: RealArray


Call = tuple[Callable[..., object], tuple[object, ...]]
"""A function and its arguments."""


def _run(calls: list[Call]) -> None:
    for function, arguments in calls:
        function(*arguments)


@lru_cache(maxsize=64)
def is_faster_by_vectors(n_columns: int, n_others: int) -> bool:
    """Whether float32 probabilities meet the columns faster one class at a time than all at once.

    It depends on the kernel BLAS has for the processor: with that for AVX2 a product of so few rows takes
    three to six times as long as its vectors, with that for AVX-512 half as long.
    """
    columns, others = np.ones((n_columns, 4096), np.float32), np.ones((n_others, 4096), np.float32)
    sums = np.zeros((n_others, n_columns), np.float32)

    def by_vectors() -> None:
        for other, total in zip(others, sums, strict=True):
            columns.dot(other, total)

    return least_seconds(by_vectors) < least_seconds(lambda: others.dot(columns.T, sums))


class _Buffers(NamedTuple):
    """Room for one block, made once: exponents (K - 1, rows) piece by piece, and three of (rows,)."""

    exponents: RealArray
    rest: RealArray
    inverse: RealArray
    shift: RealArray

    @classmethod
    def for_rows(cls, n_rows: int, n_classes: int, dtype: DTypeLike) -> _Buffers:
        rows = (np.empty(n_rows, dtype) for _ in range(3))
        return cls(np.empty((n_classes - 1) * n_rows, dtype), *rows)


class _Block:
    """Some rows, sorted by class. `set_exponents` comes first, then `set_probabilities`, then the rest.

    `rest` + 1 is the sum of all exponentials relative to the row's own, or to the largest, which is `shift`
    higher. `exponential` is a power of any base: exponents are in its units.

    What a step calls is listed once, with its arrays: looking them up takes as long as numpy's calls do.
    """

    __slots__ = (
        "_exponentials",
        "_exponents",
        "_inverses",
        "_probabilities",
        "_sums",
        "exponential",
        "has_shift",
        "inverse",
        "n_classes",
        "one",
        "rest",
        "segments",
        "shift",
    )

    def __init__(
        self,
        pieces: list[_Piece],
        differences: RealArray,
        buffers: _Buffers,
        sums: RealArray,
        exponential: np.ufunc,
    ) -> None:
        n_rows = sum(piece.columns.shape[1] for piece in pieces)
        self.n_classes = len(differences)
        n_others = self.n_classes - 1
        self.exponential = exponential
        exponents = buffers.exponents[: n_others * n_rows]
        self.rest, self.inverse, self.shift = (buffer[:n_rows] for buffer in buffers[1:])
        self.one = np.array(1.0, self.rest.dtype)
        self.has_shift = False
        self.segments: list[_Segment] = []
        first = 0
        for piece in pieces:
            last = first + piece.columns.shape[1]
            others = exponents[n_others * first : n_others * last].reshape(n_others, -1)
            rest, inverse, shift = (buffer[first:last] for buffer in (self.rest, self.inverse, self.shift))
            own_sums = sums[piece.label * n_others : (piece.label + 1) * n_others]
            self.segments.append(
                _Segment(piece.label, piece.columns, piece.counts, others, rest, inverse, shift, own_sums)
            )
            first = last
        self._list_calls(differences, exponents)

    def _list_calls(self, differences: RealArray, exponents: RealArray) -> None:
        segments, inverse, one = self.segments, self.inverse, self.one
        self._exponents: list[Call] = [
            (differences[segment.label].dot, (segment.columns, segment.others)) for segment in segments
        ]
        self._exponentials: list[Call] = [(self.exponential, (exponents, exponents))]
        for segment in segments:
            others, rest = segment.others, segment.rest
            if len(others) == 1:
                self._exponentials.append((np.copyto, (rest, others[0])))
                continue
            # Row by row: a reduction over so short an axis costs twice as much.
            self._exponentials.append((np.add, (others[0], others[1], rest)))
            self._exponentials += [(np.add, (rest, other, rest)) for other in others[2:]]
        self._inverses: list[Call] = [
            (np.add, (self.rest, one, inverse)),
            (np.divide, (one, inverse, inverse)),
        ]
        self._probabilities: list[Call] = [
            (np.multiply, (segment.others, segment.inverse, segment.others)) for segment in segments
        ]
        self._sums: list[Call] = []
        n_others, n_columns = differences.shape[1:]
        by_vectors = self.rest.dtype == np.float32 and is_faster_by_vectors(n_columns, n_others)
        for segment in segments:
            if segment.counts is not None:
                self._sums.append((np.multiply, (segment.others, segment.counts, segment.others)))
            if by_vectors:
                products = zip(segment.others, segment.sums, strict=True)
                self._sums += [(segment.columns.dot, (other, total)) for other, total in products]
            else:
                self._sums.append((segment.others.dot, (segment.columns.T, segment.sums)))

    def calls_of_a_step(self) -> list[Call]:
        """`set_exponents`, `set_probabilities` without a shift and `set_sums`, in one list."""
        return [*self._exponents, *self._exponentials, *self._inverses, *self._probabilities, *self._sums]

    def ready(self, is_small: bool) -> bool:
        """Set the exponents, which are small or not."""
        self.set_exponents()
        return is_small

    def set_exponents(self) -> None:
        _run(self._exponents)

    def set_probabilities(self, is_small: bool) -> None:
        self.has_shift = not is_small
        if self.has_shift:
            for segment in self.segments:
                np.maximum(segment.others.max(axis=0), 0.0, out=segment.shift)
                np.subtract(segment.others, segment.shift, segment.others)
        _run(self._exponentials)
        if self.has_shift:
            # What the row's own class, 1 without a shift, now is less.
            np.negative(self.shift, self.inverse)
            self.exponential(self.inverse, self.inverse)
            np.subtract(self.inverse, self.one, self.inverse)
            np.add(self.rest, self.inverse, self.rest)
        _run(self._inverses)
        _run(self._probabilities)

    def set_sums(self) -> None:
        """The sums of p_o x over the rows of each class; overwrites `others` if rows are weighted."""
        _run(self._sums)

    # In float64 alone

    def value(self, is_small: bool) -> float:
        """Sum of log p_y; sets the probabilities and overwrites `rest`."""
        self.set_probabilities(is_small)
        logs = self.rest
        np.log1p(logs, logs)
        if self.has_shift:
            np.add(logs, self.shift, logs)
        for segment in self.segments:
            if segment.counts is not None:
                np.multiply(segment.rest, segment.counts, segment.rest)
                # A row that counts 0 times adds 0, and not the NaN of 0 times infinity.
                np.copyto(segment.rest, 0.0, where=segment.counts == 0.0)
        return -float(np.add.reduce(logs))

    def value_and_sums(self, is_small: bool) -> float:
        """Both the value and `set_sums`."""
        value = self.value(is_small)
        self.set_sums()
        return value

    def n_right(self, _is_small: bool) -> float:
        """How many rows are predicted right, by the exponents."""
        n_right = 0.0
        for segment in self.segments:
            # The others before the own class must not be above it, those after it must be below.
            before, after = segment.others[: segment.label], segment.others[segment.label :]
            is_right = np.logical_and(np.all(before <= 0.0, axis=0), np.all(after < 0.0, axis=0))
            if segment.counts is None:
                n_right += float(np.count_nonzero(is_right))
            else:
                n_right += float(segment.counts @ is_right)
        return n_right

    def value_and_n_right(self, is_small: bool) -> tuple[float, float]:
        """Both, in this order."""
        n_right = self.n_right(is_small)
        return self.value(is_small), n_right

    def products(self) -> FloatArray:
        """Sum c x x^T (p, p)."""
        total = np.zeros((len(self.segments[0].columns),) * 2)
        for segment in self.segments:
            factor = segment.columns
            if segment.counts is not None:
                factor = factor * np.sqrt(segment.counts)
            # A factor times its own transpose is symmetric to the last bit.
            total += factor @ factor.T
        return total

    def curvature(self, is_small: bool) -> FloatArray:
        """-H (K p, K p) of these rows: the sums of p_k p_j c x x^T; sets the probabilities."""
        self.set_probabilities(is_small)
        n_classes, n_columns = self.n_classes, len(self.segments[0].columns)
        total = np.zeros((n_classes, n_columns, n_classes, n_columns))
        for segment in self.segments:
            own = segment.inverse * np.exp(-segment.shift) if self.has_shift else segment.inverse
            shares = np.insert(segment.others, segment.label, own, axis=0)
            if segment.counts is not None:
                shares *= np.sqrt(segment.counts)
            for k in range(n_classes):
                for j in range(k):
                    factor = segment.columns * np.sqrt(shares[k] * shares[j])
                    pair = factor @ factor.T
                    total[k, :, k, :] += pair
                    total[j, :, j, :] += pair
                    total[k, :, j, :] -= pair
                    total[j, :, k, :] -= pair
        return total.reshape(n_classes * n_columns, -1)

    def largest_square(self) -> float:
        largest = 0.0
        for segment in self.segments:
            squares = np.einsum("pn,pn->n", segment.columns, segment.columns)
            if segment.counts is not None:
                squares *= segment.counts
            largest = max(largest, float(squares.max()))
        return largest


class _Rows:
    """All rows in one precision, with the buffers: gradients and ascent."""

    def __init__(
        self, blocks: list[list[_Piece]], n_classes: int, largest: FloatArray, dtype: DTypeLike
    ) -> None:
        self._pieces = blocks
        self._n_classes = n_classes
        self._n_columns = len(largest)
        self._largest = largest
        self._sum_of_largest = float(largest.sum())
        self._dtype = np.dtype(dtype)
        self._limit = LARGEST_EXPONENT[self._dtype]
        self._contrasts = _contrasts(n_classes)
        exponential: np.ufunc = np.exp
        unit = 1.0
        # Powers of 2 where those are faster. In float64 e, always: there digits are promised.
        if self._dtype == np.float32 and fastest_exponential() is np.exp2:
            exponential, unit = np.exp2, 1.0 / math.log(2.0)
        self._to_exponents = np.kron(unit * self._contrasts, np.eye(self._n_columns))
        n_differences = len(self._to_exponents)
        # In the units of the exponential: w_o - w_c (K, K - 1, p) for each class c and the others o.
        self._differences = np.empty(n_differences)
        self._rounded = np.empty(n_differences, self._dtype)
        if self._dtype == np.float64:
            self._rounded = self._differences
        shaped = self._rounded.reshape(n_classes, n_classes - 1, self._n_columns)
        self._sums = np.zeros((len(blocks), len(self._contrasts), self._n_columns), self._dtype)
        longest = max(sum(piece.columns.shape[1] for piece in block) for block in blocks)
        buffers = _Buffers.for_rows(longest, n_classes, self._dtype)
        self.blocks = [
            _Block(block, shaped, buffers, sums, exponential)
            for block, sums in zip(blocks, self._sums, strict=True)
        ]
        self._calls_of_a_step = [call for block in self.blocks for call in block.calls_of_a_step()]

    def in_single_precision(self) -> _Rows:
        """The same in float32."""
        blocks = [
            [
                _Piece(
                    piece.label,
                    piece.columns.astype(np.float32),
                    None if piece.counts is None else piece.counts.astype(np.float32),
                )
                for piece in block
            ]
            for block in self._pieces
        ]
        return _Rows(blocks, self._n_classes, self._largest, np.float32)

    def begin(self, weights: FloatArray) -> bool:
        """Set the differences for the blocks; whether no exponent can overflow."""
        self._to_exponents.dot(weights, self._differences)
        if self._rounded is not self._differences:
            np.copyto(self._rounded, self._differences, casting="same_kind")
        numbers = weights.tolist()
        # A rough bound first, without numpy: no two weights are further apart than the extremes.
        if (max(numbers) - min(numbers)) * self._sum_of_largest < self._limit:
            return True
        sizes = np.abs(self._differences).reshape(-1, self._n_columns) @ self._largest
        return bool(max(sizes.tolist()) < self._limit)

    def gradient(self, weights: FloatArray) -> FloatArray:
        """g(W) (K p,), fresh."""
        self._set_sums(weights)
        return self.gradient_of_sums()

    def gradient_of_sums(self) -> FloatArray:
        """The gradient (K p,) after the sums of all blocks have been set, fresh."""
        sums = np.add.reduce(self._sums, axis=0, dtype=np.float64) if len(self._sums) > 1 else self._sums[0]
        gradient: FloatArray = -(self._contrasts.T @ sums).ravel()
        return gradient

    def ascend(
        self, weights: FloatArray, rate: float, steps: int, shrinkage: FloatArray | None
    ) -> FloatArray:
        """As `BlockSums.ascend`."""
        n_sums, n_weights = self._contrasts.size * self._n_columns // self._n_classes, len(weights)
        kept = np.ones(n_weights) if shrinkage is None else 1.0 - rate * shrinkage
        to_gradient = -np.kron(self._contrasts.T, np.eye(self._n_columns))
        update = np.hstack((rate * to_gradient, np.diag(kept)))
        sums_and_weights = np.zeros(n_sums + n_weights)
        sums, present = sums_and_weights[:n_sums], sums_and_weights[n_sums:]
        following = weights.copy()
        by_block = self._sums.reshape(len(self._sums), n_sums)
        for _ in range(steps):
            np.copyto(present, following)
            self._set_sums(present)
            if len(by_block) == 1:
                np.copyto(sums, by_block[0])
            else:
                np.add.reduce(by_block, axis=0, dtype=np.float64, out=sums)
            update.dot(sums_and_weights, following)
        return following

    def _set_sums(self, weights: FloatArray) -> None:
        if self.begin(weights):
            _run(self._calls_of_a_step)
            return
        for block in self.blocks:
            block.set_exponents()
            block.set_probabilities(is_small=False)
            block.set_sums()


def _contrasts(n_classes: int) -> FloatArray:
    """The matrix (K (K - 1), K) that takes W to w_o - w_c, for each class c all the others o in order."""
    identity = np.eye(n_classes)
    return np.array([identity[o] - identity[c] for c in range(n_classes) for o in range(n_classes) if o != c])
