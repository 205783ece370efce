"""The squared error of linear regression, as something to climb: minus half the sum of squares.

Conventions as in `objectives`; the target y (n,) holds any numbers, and the score s = X w is the prediction.

    value     v(w) = -1/2 sum (y - s)^2, the Gaussian log-likelihood with variance 1 up to a constant
    gradient  g(w) = X^T (y - X w)
    Hessian   H = -X^T X, the same everywhere

A function that is quadratic is known from three things at one point. The point is a least squares solution
w*, found once by QR:

    v(w) = v(w*) + g(w*) . u - 1/2 u . G u,   g(w) = g(w*) - G u,   u = w - w*,   G = X^T X

so a step costs p^2 operations, whatever the number of rows. Around w* nothing cancels: the differences of
large sums that make the textbook's X^T y - X^T X w worthless for a good fit do not occur.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.pieces import Pieces, at_once, finished, pieces_of_rows
from logreg_gui.core.rows import (
    IndexArray,
    demand_columns,
    linear_scores,
    regression_target,
    row_weights,
)
from logreg_gui.core.validation import FloatArray, feature_matrix_pieces, read_only

CHUNK_ROWS = 16_384


class SquaredErrorObjective:
    """Minus half the sum of squared errors, with an intercept unless told otherwise: an `Objective`.

    `features` is (n, d), `target` (n,), `sample_weight` (n,) how often a row counts; all are copied.

    Raises:
        ValueError: a shape does not fit, a number is not finite, a row weight is negative or all are 0, or
            there is no column at all.
    """

    def __init__(
        self,
        features: ArrayLike,
        target: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        intercept: bool = True,
    ) -> None:
        finished(self._set_up(features, target, sample_weight, intercept))

    @classmethod
    def in_pieces(
        cls,
        features: ArrayLike,
        target: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        intercept: bool = True,
    ) -> Pieces[SquaredErrorObjective]:
        """The objective, made some rows at a time."""
        objective = cls.__new__(cls)
        yield from objective._set_up(features, target, sample_weight, intercept)
        return objective

    def _set_up(
        self, features: ArrayLike, target: ArrayLike, sample_weight: ArrayLike | None, intercept: bool
    ) -> Pieces[None]:
        matrix = yield from feature_matrix_pieces(features)
        demand_columns(matrix, intercept)
        self._intercept = intercept
        checked = regression_target(target, len(matrix))
        self._counts = row_weights(sample_weight, len(matrix))
        # The columns and, as the last one, the target, in one array: the least squares solution wants both.
        wide = np.empty((intercept + matrix.shape[1] + 1, len(matrix)))
        wide[:intercept] = 1.0
        for part in pieces_of_rows(len(matrix)):
            wide[intercept:-1, part] = matrix[part].T
            wide[-1, part] = checked[part]
            yield
        self._columns, self._target = wide[:-1], wide[-1]
        self._has_labels = bool(((self._target == 0.0) | (self._target == 1.0)).all())
        self._gram = yield from self._sum_of_products()
        self._solution = yield from least_squares_pieces(wide, self._counts)
        errors = self._solution @ self._columns
        np.subtract(self._target, errors, out=errors)
        yield
        weighted = errors if self._counts is None else errors * self._counts
        self._solution_value = -0.5 * float(np.sum(errors * weighted))
        self._solution_gradient = self._columns @ weighted
        yield
        self._total_squares = self._squares_about_the_mean()

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return len(self._target)

    @property
    def n_weights(self) -> int:
        """Number of weights p, intercept included."""
        return len(self._columns)

    @property
    def is_intercept(self) -> NDArray[np.bool_]:
        """Which of the weights (p,) is the intercept."""
        mask: NDArray[np.bool_] = read_only(np.arange(self.n_weights) < self._intercept, np.bool_)
        return mask

    @property
    def has_labels(self) -> bool:
        """Whether the target is nothing but 0 and 1, so that a fit of 0.5 is a boundary."""
        return self._has_labels

    @np.errstate(over="ignore", invalid="ignore")
    def gradient(self, weights: FloatArray) -> FloatArray:
        """g(w) (p,), in a fresh array."""
        gradient: FloatArray = self._solution_gradient - self._gram @ (weights - self._solution)
        return gradient

    def value(self, weights: FloatArray) -> float:
        """v(w)."""
        return self.value_and_gradient(weights)[0]

    @np.errstate(over="ignore", invalid="ignore")
    def value_and_gradient(self, weights: FloatArray) -> tuple[float, FloatArray]:
        """v(w) and g(w), equal to `value` and `gradient` to the last bit."""
        offset = weights - self._solution
        product = self._gram @ offset
        value = self._solution_value + float(self._solution_gradient @ offset) - 0.5 * float(offset @ product)
        return value, self._solution_gradient - product

    def curvature_bound_pieces(self) -> Pieces[FloatArray]:
        """`curvature_bound`, which is known."""
        return at_once(self.curvature_bound())

    def value_pieces(self, weights: FloatArray) -> Pieces[float]:
        """`value`, which no number of rows makes longer."""
        return at_once(self.value(weights))

    def value_and_gradient_pieces(self, weights: FloatArray) -> Pieces[tuple[float, FloatArray]]:
        """`value_and_gradient`, which no number of rows makes longer."""
        return at_once(self.value_and_gradient(weights))

    def hessian_pieces(self, weights: FloatArray) -> Pieces[FloatArray]:
        """`hessian`, which no number of rows makes longer."""
        return at_once(self.hessian(weights))

    @np.errstate(over="ignore", invalid="ignore")
    def accuracy(self, weights: FloatArray) -> float:
        """Fraction of the rows on the right side of a fit of 0.5; NaN when the target is no labels.

        A fit of exactly 0.5 predicts class 1.
        """
        if not self._has_labels:
            return float("nan")
        is_right = (np.asarray(weights) @ self._columns >= 0.5) == (self._target == 1.0)
        if self._counts is None:
            return float(np.count_nonzero(is_right)) / self.n_rows
        return float(self._counts @ is_right) / float(self._counts.sum())

    def r2(self, weights: FloatArray) -> float:
        """1 - (sum of squared errors) / (sum of squares about the mean); NaN for a constant target."""
        if self._total_squares == 0.0:
            return float("nan")
        return 1.0 + 2.0 * self.value(weights) / self._total_squares

    def hessian(self, weights: FloatArray) -> FloatArray:
        """H (p, p), the same for all `weights`, exactly symmetric, in a fresh array."""
        return -self._gram

    @np.errstate(over="ignore", invalid="ignore")
    def rows_gradient(self, weights: FloatArray, rows: IndexArray) -> FloatArray:
        """The gradient (p,) of the sum over `rows` alone, times n / len(rows): an estimate of g(w)."""
        columns = self._columns.take(rows, axis=1)
        errors = self._target[rows] - weights @ columns
        if self._counts is not None:
            errors *= self._counts[rows]
        gradient: FloatArray = (self.n_rows / len(rows)) * (columns @ errors)
        return gradient

    def curvature_bound(self) -> FloatArray:
        """X^T X (p, p): the curvature itself."""
        return self._gram.copy()

    def row_curvature_bound(self) -> float:
        """The largest |x|^2 of a row: the curvature of its term."""
        squares = np.einsum("pn,pn->n", self._columns, self._columns)
        return float(np.max(squares if self._counts is None else squares * self._counts))

    def scores(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The predictions X w at `features` (..., d): (...)."""
        return linear_scores(features, np.asarray(weights, dtype=np.float64), self._intercept)

    def probabilities(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The prediction at `features` (..., d) read as a probability of class 1, held in [0, 1]: (..., 2).

        Raises:
            ValueError: the target is no labels.
        """
        if not self._has_labels:
            raise ValueError("probabilities exist only for a target of 0 and 1, and this one holds others")
        ones = np.clip(self.scores(weights, features), 0.0, 1.0)
        return np.stack((1.0 - ones, ones), axis=-1)

    def _sum_of_products(self) -> Pieces[FloatArray]:
        total = np.zeros((len(self._columns),) * 2)
        for first in range(0, self.n_rows, CHUNK_ROWS):
            factor = self._columns[:, first : first + CHUNK_ROWS]
            if self._counts is not None:
                factor = factor * np.sqrt(self._counts[first : first + CHUNK_ROWS])
            # A factor times its own transpose is symmetric to the last bit.
            total += factor @ factor.T
            yield
        return total

    def _squares_about_the_mean(self) -> float:
        mean = np.average(self._target, weights=self._counts)
        squares = (self._target - mean) ** 2
        return float(np.sum(squares if self._counts is None else self._counts * squares))


def least_squares(columns: FloatArray, target: FloatArray, counts: FloatArray | None) -> FloatArray:
    """A w (p,) that minimises sum c (y - w X)^2 over columns X (p, n): the shortest, if there are several.

    Orthogonal triangles of the rows, chunk by chunk, hold the whole problem in (p + 1)^2 numbers without
    squaring its condition as normal equations would.
    """
    return finished(least_squares_pieces(np.vstack((columns, target)), counts))


def least_squares_pieces(wide: FloatArray, counts: FloatArray | None) -> Pieces[FloatArray]:
    """`least_squares`, some rows at a time; `wide` (p + 1, n) are the columns, then the target."""
    triangle = yield from triangle_pieces(wide, counts)
    matrix, right = triangle[:, :-1], triangle[:, -1]
    # Columns of length 1: what counts as dependent then does not depend on their units.
    lengths = np.linalg.norm(matrix, axis=0)
    lengths[lengths == 0.0] = 1.0
    solution: FloatArray = np.linalg.lstsq(matrix / lengths, right, rcond=None)[0] / lengths
    return solution


def triangle_of(columns: FloatArray, counts: FloatArray | None = None) -> NDArray[Any]:
    """R (q, q) with R^T R = X^T diag(c) X for columns X (q, n), never forming the product."""
    return finished(triangle_pieces(columns, counts))


def triangle_pieces(columns: FloatArray, counts: FloatArray | None = None) -> Pieces[NDArray[Any]]:
    """`triangle_of`, some rows at a time."""
    n_columns, n_rows = columns.shape
    triangle = np.zeros((n_columns, n_columns))
    for first in range(0, n_rows, CHUNK_ROWS):
        rows = columns[:, first : first + CHUNK_ROWS].T
        if counts is not None:
            rows = rows * np.sqrt(counts[first : first + CHUNK_ROWS, np.newaxis])
        triangle = np.asarray(np.linalg.qr(np.vstack((triangle, rows)), mode="r"))
        yield
    return triangle
