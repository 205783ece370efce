"""The full-batch log-likelihood and its derivatives over many rows, fast enough to train live.

Conventions as in `objectives`. The labels are folded into the rows once: U = (2 y - 1) [1, X], so that with
the margins m = U w

    log-likelihood  l(w) = sum log sigma(m) = sum min(m, 0) - log(1 + exp(-|m|))
    gradient        g(w) = U^T r,   r = sigma(-m) = 1 / (1 + exp(m))
    Hessian         H(w) = -U^T diag(r (1 - r)) U

Row weights c, where there are any, multiply the terms of the sums. Without an intercept U = (2 y - 1) X.

Two layouts, both of contiguous columns
    few rows    One block: U as it stands, (p, n).
    many rows   Blocks of one class each: X^T, (d, rows). The sign of U is then the same for all rows of a
                block and goes to the weights, and the column of ones to the exponential: with t = (2 y - 1)
                w_0 and b = exp(-t), r = b / (b + exp((2 y - 1) X w_1..d)). Where |t| > 30, t is added to the
                scores instead, and b = 1. Reading 16 bytes per row instead of 24 makes a step over 2,000,000
                rows a fifth faster; up to some 100,000 rows, which the caches hold, both take as long.

All per-row intermediates live in two buffers of one block's length, made once: a step allocates nothing that
grows with the rows. Sums run over a block in BLAS and over the blocks in order, so equal weights always give
equal bits.

Gradient ascent (`ascend`)
    up to 4,096 rows  The update is part of the transposed product, w' = [rate U^T | I] [r; w]: a step is five
                      calls of numpy. Each costs 0.3 microseconds before any work, most of a step at 200 rows.
    above             Products, exponential, sum and quotient in place. Over one block the weights are p
                      Python floats, which need no calls for the way between float32 and float64.

Single precision (`in_single_precision`): columns, exponentials and sums of a block in float32, weights, sums
over the blocks and updates in float64. Terms of well fitted rows vanish in this form instead of cancelling:
where training comes to rest, the weights are off by some 1e-6. Its powers are of e or of 2, whichever are
faster where it runs.

Why this form (nanoseconds per row within a block, float64 | float32; AMD EPYC with AVX-512, numpy 2.4, one
thread): product with three columns 0.60 | 0.25, with two 0.42 | 0.20; exp 0.80 | 0.48, exp2 0.75 | 0.24; + 1
0.12 | 0.09; 1 / x 0.37 | 0.14 (np.reciprocal 0.70 | 0.24); transposed product 0.66 | 0.33, with a fourth row,
of zeros, 0.42 | 0.21, because BLAS takes four rows at a time.
    Rejected: tanh(m / 2) instead of the three passes. It saves 5 % in float32 and two calls of numpy, but 1 -
    tanh cancels where rows are fitted well: in float64 no digit of the gradient is left at m = 37, in float32
    training comes to rest up to 1e-4 beside the maximum. The product of many factors 1 + exp(-|m|) before one
    log, in the value: the same loss. float64 from columns stored as float32: the conversion costs what the
    memory saves. Scalars as Python floats: numpy converts them at each call, 0.2 microseconds; arrays without
    dimensions need none.

Beside the article's code a step is as fast as numpy's calls allow: their cost alone is what the benchmark
judges it by where that of the article varies (docs/performance.md).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from logreg_gui.core.block_sums import BlockSums
from logreg_gui.core.objectives import sigmoid
from logreg_gui.core.pieces import Pieces, finished
from logreg_gui.core.rows import IndexArray, columns_of, demand_columns, linear_scores, row_weights
from logreg_gui.core.single_precision import SinglePrecision, SinglePrecisionObjective
from logreg_gui.core.validation import FloatArray, binary_target, feature_matrix_pieces, read_only

RealArray = NDArray[np.floating[Any]]

BLOCK_ROWS = 32_768
"""Most rows per block. Two columns and a buffer are then 768 KiB, which fits a common L2 cache."""

BLOCK_NUMBERS = 196_608
"""Most numbers in the columns of a block, about: with many columns it has fewer rows, a power of two."""

ONE_BLOCK_NUMBERS = 229_376
"""Up to so many in all columns one block takes less time than several: a step has fewer calls."""

FUSED_ROWS = 4_096
"""Up to here a second copy of the rows, times the learning rate, is worth the calls it saves."""

LARGEST_FOLDED = 30.0
"""The largest |w_0| that exp(-t) takes in: what over- or underflows beside it is 0 or 1 to all digits."""


def block_rows(n_weights: int) -> int:
    """How many rows a block has at most."""
    return min(BLOCK_ROWS, 1 << int(math.log2(max(BLOCK_NUMBERS / n_weights, 1.0))))


class LogisticObjective(BlockSums["_Rows"]):
    """The log-likelihood of logistic regression, with an intercept unless told otherwise: an `Objective`.

    `features` is (n, d), `labels` (n,) of 0 and 1, `sample_weight` (n,) how often a row counts; all are
    copied. Weights are float64 (1 + d,), intercept first; a score of 0 predicts class 1. Weights so large
    that scores overflow give the limits, or NaN where there is none, without a warning.

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
        finished(self._set_up(features, labels, sample_weight, intercept))

    @classmethod
    def in_pieces(
        cls,
        features: ArrayLike,
        labels: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        intercept: bool = True,
        coordinates: FloatArray | None = None,
    ) -> Pieces[LogisticObjective]:
        """The objective, made some rows at a time; of `features` times `coordinates` (d, d), where given."""
        objective = cls.__new__(cls)
        yield from objective._set_up(features, labels, sample_weight, intercept, coordinates)
        return objective

    def _set_up(
        self,
        features: ArrayLike,
        labels: ArrayLike,
        sample_weight: ArrayLike | None,
        intercept: bool,
        coordinates: FloatArray | None = None,
    ) -> Pieces[None]:
        matrix = yield from feature_matrix_pieces(features)
        demand_columns(matrix, intercept)
        self._intercept = bool(intercept)
        self._n_rows = len(matrix)
        self._n_weights = int(intercept + matrix.shape[1])
        is_of_class_1 = binary_target(labels, self._n_rows, field="labels") == 1
        counts = row_weights(sample_weight, self._n_rows)
        self._total_count = float(self._n_rows if counts is None else counts.sum())
        yield
        rows = _RawRows(matrix, coordinates, is_of_class_1, counts, self._intercept)
        blocks, self._places = yield from _laid_out(rows)
        self._rows = _Rows(blocks, self._n_weights, self._intercept)
        self._starts = np.cumsum([0] + [block.n_rows for block in blocks[:-1]])
        self._single = SinglePrecision()

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

    def in_single_precision(self) -> SinglePrecisionObjective:
        """The same objective with gradients in float32, 4 n d more bytes; made at the first call."""
        return self._single.of(self, self._rows.in_single_precision)

    @np.errstate(over="ignore", invalid="ignore")
    def rows_gradient(self, weights: FloatArray, rows: IndexArray) -> FloatArray:
        """The gradient (p,) of the sum over `rows` alone, times n / len(rows): an estimate of g(w)."""
        places = rows if self._places is None else self._places[rows]
        columns, counts = self._gathered(places)
        residuals = 1.0 / (1.0 + np.exp(weights @ columns))
        if counts is not None:
            residuals *= counts
        gradient: FloatArray = (self._n_rows / len(rows)) * (columns @ residuals)
        return gradient

    def row_curvature_bound(self) -> float:
        """The largest |x|^2 / 4 of a row: no single term of the sum curves more."""
        return 0.25 * max(block.largest_square() for block in self._rows.blocks)

    def scores(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """X w at `features` (..., d): (...)."""
        return linear_scores(features, np.asarray(weights, dtype=np.float64), self._intercept)

    def probabilities(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The probabilities of both classes at `features` (..., d): (..., 2)."""
        scores = self.scores(weights, features)
        return np.stack((sigmoid(-scores), sigmoid(scores)), axis=-1)

    def _bound_of(self, products: FloatArray) -> FloatArray:
        # -H(w) is nowhere larger, since sigma (1 - sigma) <= 1/4.
        return 0.25 * products

    def _gathered(self, places: IndexArray) -> tuple[FloatArray, FloatArray | None]:
        """U (p, m) of the rows at `places` (m,) in the order of the blocks, fresh, and their row weights."""
        blocks = self._rows.blocks
        columns = np.empty((self._n_weights, len(places)))
        counts = None if blocks[0].counts is None else np.empty(len(places))
        owners = np.searchsorted(self._starts, places, side="right") - 1
        for index in set(owners.tolist()):
            block, is_here = blocks[index], owners == index
            inside = places[is_here] - self._starts[index]
            columns[:, is_here] = block.margin_columns(inside)
            if counts is not None and block.counts is not None:
                counts[is_here] = block.counts[inside]
        return columns, counts


class _Side(NamedTuple):
    """What the weights are to the rows of a block: all rows, or those of one class.

    With scores z = `slopes` . columns (+ `shift`, where not None), r = `bias` / (`bias` + exp(z)) and m = z +
    `rest`. In float32 slopes and shift are in units of the exponential's base.
    """

    slopes: RealArray
    bias: RealArray
    shift: RealArray | None
    rest: float


class _Block:
    """Some rows: `columns` is their U (p, rows), or X^T (d, rows) of rows of one class.

    `side` is the number of their `_Side` and, where they are of one class, that class; `is_of_class_1`
    (rows,) is None then. `counts` (rows,) are the row weights or None. `set_scores` comes first; `scores`
    then holds z (rows,) until a method says that it overwrites it. Buffers and `sums` are shared with all
    other blocks and given by `_Rows`.
    """

    __slots__ = (
        "backward",
        "columns",
        "counts",
        "forward",
        "has_ones",
        "intercept_sum",
        "is_of_class_1",
        "n_rows",
        "ones",
        "padded",
        "scores",
        "scratch",
        "side",
        "slope_sums",
    )

    def __init__(
        self,
        padded: RealArray,
        n_columns: int,
        side: int,
        is_of_class_1: NDArray[np.bool_] | None,
        counts: RealArray | None,
        has_ones: bool,
    ) -> None:
        self.padded = padded
        self.columns = padded[:n_columns]
        self.n_rows = padded.shape[1]
        self.side = side
        self.is_of_class_1 = is_of_class_1
        self.counts = counts
        self.has_ones = has_ones  # whether a column of ones belongs to it that is not stored
        self.forward = self.columns.T.dot
        self.backward = padded.dot

    def share(self, scores: RealArray, scratch: RealArray, ones: RealArray, sums: RealArray) -> None:
        """Work in these buffers (longest,) from now on, and put sums into `sums` (padded p,)."""
        self.scores, self.scratch = scores[: self.n_rows], scratch[: self.n_rows]
        self.ones = ones[: self.n_rows]
        self.intercept_sum = sums[:1].reshape(())
        self.slope_sums = sums[self.has_ones :]

    def converted(self, dtype: DTypeLike) -> _Block:
        """The same rows in another precision, without buffers."""
        return _Block(
            self.padded.astype(dtype),
            len(self.columns),
            self.side,
            self.is_of_class_1,
            None if self.counts is None else self.counts.astype(dtype),
            self.has_ones,
        )

    def ready(self, sides: tuple[_Side, ...]) -> _Side:
        """Set the scores; the side that is the block's."""
        side = sides[self.side]
        self.set_scores(side)
        return side

    def set_scores(self, side: _Side) -> None:
        self.forward(side.slopes, self.scores)
        if side.shift is not None:
            np.add(self.scores, side.shift, self.scores)

    def set_sums(self, side: _Side, residuals: RealArray, exponential: np.ufunc) -> None:
        """The sums of r and x r; overwrites the buffer `residuals`, which may be `scores`."""
        # exp overflows to infinity beyond 709.78, where r is 0 in float64 anyway.
        exponential(self.scores, residuals)
        np.add(residuals, side.bias, residuals)
        np.divide(side.bias, residuals, residuals)
        if self.counts is not None:
            np.multiply(residuals, self.counts, residuals)
        self.backward(residuals, self.slope_sums)
        if self.has_ones:
            self.ones.dot(residuals, self.intercept_sum)

    # In float64 alone

    def value(self, side: _Side) -> float:
        """Sum of log sigma(m); overwrites both buffers."""
        margins, decay = self.scores, self.scratch
        if side.rest:
            np.add(margins, side.rest, margins)
        np.abs(margins, decay)
        np.negative(decay, decay)
        np.exp(decay, decay)
        np.log1p(decay, decay)
        np.minimum(margins, 0.0, out=margins)
        np.subtract(margins, decay, margins)
        if self.counts is not None:
            np.multiply(margins, self.counts, margins)
            # A row that counts 0 times adds 0, and not the NaN of 0 times infinity.
            np.copyto(margins, 0.0, where=self.counts == 0.0)
        return float(np.add.reduce(margins))

    def value_and_sums(self, side: _Side) -> float:
        """Both `set_sums` and the value; overwrites both buffers."""
        self.set_sums(side, self.scratch, np.exp)
        return self.value(side)

    def n_right(self, side: _Side) -> float:
        # A margin of 0 is a score of 0.
        edge = -side.rest
        if self.is_of_class_1 is None:
            is_right = self.scores >= edge if self.side else self.scores > edge
        else:
            is_right = (self.scores > edge) | (self.is_of_class_1 & (self.scores == edge))
        return float(np.count_nonzero(is_right) if self.counts is None else self.counts @ is_right)

    def value_and_n_right(self, side: _Side) -> tuple[float, float]:
        """Both; overwrites both buffers."""
        n_right = self.n_right(side)
        return self.value(side), n_right

    def curvature(self, side: _Side) -> FloatArray:
        """U^T diag(r (1 - r)) U (p, p), with sqrt(r (1 - r)) = exp(-|m| / 2) / (1 + exp(-|m|))."""
        root_decay = np.exp(-0.5 * np.abs(self.scores + side.rest))
        return self.products(root_decay / (1.0 + root_decay * root_decay))

    def products(self, factors: FloatArray | None = None) -> FloatArray:
        """U^T diag(f^2 c) U (p, p) for factors f (rows,), which may be None for ones; exactly symmetric."""
        if self.counts is not None:
            roots = np.sqrt(self.counts)
            factors = roots if factors is None else factors * roots
        wide: NDArray[Any]
        if self.has_ones:
            wide = np.empty((1 + len(self.columns), self.n_rows))
            wide[0] = 1.0 if factors is None else factors
            np.multiply(self.columns, wide[0], out=wide[1:])
        else:
            # The signs of U meet themselves.
            wide = self.columns if factors is None else self.columns * factors
        # A factor times its own transpose is symmetric to the last bit.
        product: FloatArray = wide @ wide.T
        return product

    def largest_square(self) -> float:
        squares = np.einsum("pn,pn->n", self.columns, self.columns) + float(self.has_ones)
        return float(np.max(squares if self.counts is None else squares * self.counts))

    def margin_columns(self, rows: IndexArray) -> FloatArray:
        """U (p, m) of some of the rows."""
        columns: NDArray[Any] = self.columns.take(rows, axis=1)
        if self.has_ones:
            columns = np.vstack((np.ones(len(rows)), columns))
        return -columns if self.is_of_class_1 is None and self.side == 0 else columns


class _Rows:
    """All rows in one precision, with the buffers: gradients and ascent.

    `blocks` is a single one with U, or many of one class each.
    """

    def __init__(self, blocks: list[_Block], n_weights: int, intercept: bool) -> None:
        self.blocks = blocks
        self._n_weights = n_weights
        self._intercept = intercept
        self._is_by_class = blocks[0].is_of_class_1 is None
        dtype = blocks[0].columns.dtype
        longest = max(block.n_rows for block in blocks)
        scores, scratch = np.empty(longest, dtype), np.empty(longest, dtype)
        ones = np.ones(longest if self._is_by_class and intercept else 0, dtype)
        self._sums = np.zeros((len(blocks), max(n_weights, len(blocks[0].padded))), dtype)
        for block, sums in zip(blocks, self._sums, strict=True):
            block.share(scores, scratch, ones, sums)
        self._signs = np.array([1.0 if block.side else -1.0 for block in blocks])
        self._one = np.array(1.0, dtype)
        # Powers of e as powers of 2 where those are faster. In float64 e, always: there digits are promised.
        self._exponential: np.ufunc = np.exp
        self._unit = 1.0
        if dtype == np.float32 and fastest_exponential() is np.exp2:
            self._exponential, self._unit = np.exp2, 1.0 / math.log(2.0)
        self._fused: _FusedAscent | None = None

    def in_single_precision(self) -> _Rows:
        """The same in float32."""
        blocks = [block.converted(np.float32) for block in self.blocks]
        return _Rows(blocks, self._n_weights, self._intercept)

    def begin(self, weights: FloatArray) -> tuple[_Side, ...]:
        """The sides, by number."""
        if not self._is_by_class:
            return (_Side(self._slopes(weights), self._one, None, 0.0),)
        slopes = self._slopes(weights[self._intercept :])
        offset = float(weights[0]) if self._intercept else 0.0
        return self._side(-slopes, -offset), self._side(slopes, offset)

    def gradient(self, weights: FloatArray) -> FloatArray:
        """g(w) (p,), fresh."""
        sides = self.begin(weights)
        for block in self.blocks:
            block.set_sums(block.ready(sides), block.scores, self._exponential)
        return self.gradient_of_sums()

    def gradient_of_sums(self) -> FloatArray:
        """The gradient (p,) after the sums of all blocks have been set, fresh."""
        if self._is_by_class:
            gradient: FloatArray = np.dot(self._signs, self._sums.astype(np.float64, copy=False))
            return gradient
        return self._sums[0, : self._n_weights].astype(np.float64)

    def ascend(
        self, weights: FloatArray, rate: float, steps: int, shrinkage: FloatArray | None
    ) -> FloatArray:
        """As `BlockSums.ascend`."""
        if self._is_by_class:
            for _ in range(steps):
                gradient = self.gradient(weights)
                if shrinkage is not None:
                    gradient -= shrinkage * weights
                weights = weights + rate * gradient
            return weights.copy() if steps == 0 else weights
        block = self.blocks[0]
        if block.n_rows > FUSED_ROWS or self._sums.dtype == np.float32:
            return self._ascend_over_one_block(weights, rate, steps, shrinkage)
        if self._fused is None or not self._fused.is_for(rate, shrinkage):
            self._fused = _FusedAscent(block, rate, shrinkage)
        return self._fused.ascend(weights, steps)

    def _ascend_over_one_block(
        self, weights: FloatArray, rate: float, steps: int, shrinkage: FloatArray | None
    ) -> FloatArray:
        block, exponential, unit, one = self.blocks[0], self._exponential, self._unit, self._one
        forward, backward, counts = block.forward, block.backward, block.counts
        scores, sums = block.scores, block.slope_sums
        slopes = np.empty(self._n_weights, self._sums.dtype)
        present = weights.tolist()
        shrinking = None if shrinkage is None else shrinkage.tolist()
        add, divide, multiply = np.add, np.divide, np.multiply
        for _ in range(steps):
            slopes[:] = present if unit == 1.0 else [unit * weight for weight in present]
            forward(slopes, scores)
            exponential(scores, scores)
            add(scores, one, scores)
            divide(one, scores, scores)
            if counts is not None:
                multiply(scores, counts, scores)
            backward(scores, sums)
            gradient = sums.tolist()
            if shrinking is not None:
                gradient = [g - s * w for g, s, w in zip(gradient, shrinking, present, strict=False)]
            present = [w + rate * g for w, g in zip(present, gradient, strict=False)]
        return np.array(present)

    def _slopes(self, weights: FloatArray) -> RealArray:
        if self._sums.dtype == np.float64:
            return weights
        slopes: RealArray = (self._unit * weights).astype(self._sums.dtype)
        return slopes

    def _side(self, slopes: RealArray, offset: float) -> _Side:
        dtype = self._sums.dtype
        if abs(offset) <= LARGEST_FOLDED:
            return _Side(slopes, np.array(math.exp(-offset), dtype), None, offset)
        return _Side(slopes, self._one, np.array(self._unit * offset, dtype), 0.0)


class _FusedAscent:
    """Gradient ascent with one learning rate over one block in float64.

    The step is one product: w' = [rate U^T diag(c) | 1 - rate shrinkage] [r; w]. There are two buffers [r;
    w], and each step writes the weights of the other.
    """

    def __init__(self, block: _Block, rate: float, shrinkage: FloatArray | None) -> None:
        n_weights, n_rows = block.columns.shape
        self._rate = rate
        self._shrinkage = shrinkage
        kept = np.ones(n_weights) if shrinkage is None else 1.0 - rate * shrinkage
        matrix = np.zeros((len(block.padded), n_rows + n_weights))
        np.multiply(block.columns, rate, out=matrix[:n_weights, :n_rows])
        if block.counts is not None:
            matrix[:n_weights, :n_rows] *= block.counts
        np.fill_diagonal(matrix[:, n_rows:], kept)
        # Rows of a length that keeps both at the same alignment.
        buffers = np.zeros((2, -(-(n_rows + len(matrix)) // 8) * 8))
        self._matrix = matrix
        self._forward = block.columns.T.dot
        self._halves = [
            (buffer[:n_rows], buffer[: n_rows + n_weights], buffer[n_rows : n_rows + len(matrix)])
            for buffer in buffers
        ]
        self._weights = [buffer[n_rows : n_rows + n_weights] for buffer in buffers]

    def is_for(self, rate: float, shrinkage: FloatArray | None) -> bool:
        """Whether this ascent is that with `rate` and `shrinkage`."""
        return rate == self._rate and shrinkage is self._shrinkage

    def ascend(self, weights: FloatArray, steps: int) -> FloatArray:
        """The weights `steps` later, fresh."""
        (residuals0, whole0, following0), (residuals1, whole1, following1) = self._halves
        weights0, weights1 = self._weights
        weights0[:] = weights
        forward, update = self._forward, self._matrix.dot
        exp, add, divide, one = np.exp, np.add, np.divide, _ONE
        for _ in range(steps // 2):
            forward(weights0, residuals0)
            exp(residuals0, residuals0)
            add(residuals0, one, residuals0)
            divide(one, residuals0, residuals0)
            update(whole0, following1)
            forward(weights1, residuals1)
            exp(residuals1, residuals1)
            add(residuals1, one, residuals1)
            divide(one, residuals1, residuals1)
            update(whole1, following0)
        result: FloatArray = weights0
        if steps % 2:
            forward(weights0, residuals0)
            exp(residuals0, residuals0)
            add(residuals0, one, residuals0)
            divide(one, residuals0, residuals0)
            update(whole0, following1)
            result = weights1
        return result.copy()


_ONE = np.array(1.0)


@lru_cache(maxsize=1)
def fastest_exponential() -> np.ufunc:
    """np.exp or np.exp2, whichever takes less time in float32: a factor of 2, either way, by processor."""
    scores = np.linspace(-20.0, 20.0, 8192, dtype=np.float32)
    room = np.empty_like(scores)
    seconds = {
        exponential: least_seconds(partial(exponential, scores, room)) for exponential in (np.exp, np.exp2)
    }
    return min(seconds, key=seconds.__getitem__)


def least_seconds(call: Callable[[], object]) -> float:
    """How long a call takes at best, of a few: to choose between two forms of the same thing."""
    call()
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return min(taken)


class _RawRows(NamedTuple):
    """What blocks are made of: features (n, d), times `coordinates` (d, d) where not None, and labels."""

    features: RealArray
    coordinates: FloatArray | None
    is_of_class_1: NDArray[np.bool_]
    counts: FloatArray | None
    intercept: bool

    def columns(self, rows: slice | IndexArray, intercept: bool) -> FloatArray:
        """The columns of some rows, with the ones or without."""
        chosen = self.features[rows]
        return columns_of(chosen if self.coordinates is None else chosen @ self.coordinates, intercept)


def _laid_out(raw: _RawRows) -> Pieces[tuple[list[_Block], IndexArray | None]]:
    """The blocks in float64, and where among their rows each row is; None where the order is kept."""
    n_rows, n_features = raw.features.shape
    n_weights = raw.intercept + n_features
    longest = block_rows(n_weights)
    is_one_block = n_rows <= min(BLOCK_ROWS, max(longest, ONE_BLOCK_NUMBERS // n_weights))
    if is_one_block or not n_features:
        # A fourth row of zeros instead of three: BLAS takes four at a time.
        padded = np.zeros((n_weights + (n_weights % 4 == 3), n_rows))
        signs = np.where(raw.is_of_class_1, 1.0, -1.0)
        np.multiply(raw.columns(slice(None), raw.intercept), signs, out=padded[:n_weights])
        return [_Block(padded, n_weights, 0, raw.is_of_class_1, raw.counts, False)], None
    blocks, orders = [], []
    for side in (0, 1):
        order = np.flatnonzero(raw.is_of_class_1 == side)
        orders.append(order)
        yield
        n_pieces = -(-len(order) // longest)
        for rows in np.array_split(order, n_pieces) if n_pieces else ():
            # A slice of rows that lie together is gathered without their indices.
            chosen = slice(rows[0], rows[-1] + 1) if rows[-1] - rows[0] == len(rows) - 1 else rows
            counts = None if raw.counts is None else raw.counts[chosen]
            columns = raw.columns(chosen, intercept=False)
            blocks.append(_Block(columns, n_features, side, None, counts, raw.intercept))
            yield
    return blocks, (yield from _places(orders))


def _places(orders: list[IndexArray]) -> Pieces[IndexArray | None]:
    """Where each row is, given the rows of class 0 and those of class 1, each in their order."""
    zeros, ones = orders
    if not len(zeros) or not len(ones) or zeros[-1] < ones[0]:
        return None
    # Half the bytes of an index: there are never so many rows.
    places = np.empty(len(zeros) + len(ones), dtype=np.int32)
    places[zeros] = np.arange(len(zeros), dtype=np.int32)
    yield
    places[ones] = np.arange(len(zeros), len(places), dtype=np.int32)
    yield
    return places  # type: ignore[return-value]  # any integers index
