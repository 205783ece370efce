"""What training should approach: maximum likelihood, stable learning rates, the Bayes boundary.

Conventions as in `objectives`: log-likelihoods are sums, the intercept is the first weight, H is the Hessian
of the log-likelihood (negative semidefinite). Learning rates multiply the summed gradient.

Learning rates. Near the maximum w* an ascent step multiplies the error by I + learning_rate H(w*): it shrinks
exactly while learning_rate < 2 / lambda_max(-H(w*)), the largest stable rate. Since sigma (1 - sigma) <= 1/4,
-H(w) is nowhere larger than X^T X / 4: below 2 / lambda_max(X^T X / 4) every step from anywhere climbs.

The maximum is found by Newton's method in the coordinates of `whitening`. What takes long at many rows also
comes in pieces (`pieces`), with names that say so and equal bits.

A finite maximum exists, and only one, exactly when the columns (with the ones) are independent and the
classes overlap (Albert and Anderson 1984): no v != 0 has margins v . u_i >= 0 for all rows u_i = (2 y_i - 1)
(1, x_i). If there is one, the likelihood rises for ever along it: "separated" when all its margins are
positive, "quasi-separated" when some are 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.datasets import GaussianClass
from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.newton import climbing_pieces, has_settled, inverse_root
from logreg_gui.core.pieces import Pieces, finished, pieces_of_rows
from logreg_gui.core.rows import demand_columns, row_weights
from logreg_gui.core.validation import (
    FloatArray,
    binary_target,
    feature_matrix,
    feature_matrix_pieces,
    read_only,
)
from logreg_gui.core.whitening import (
    EPSILON,
    Whitening,
    centred_table_pieces,
    constant_column,
    dependent_column,
    too_few_rows,
    triangle_pieces,
    whitening_of,
)

ALL = slice(None)

MAX_ITERATIONS = 100
"""Newton needs 5 to 15 on ordinary data; without a maximum each step adds about 1 to the margins."""

SEPARATED = (
    "the classes can be separated perfectly by a line: the weights grow for ever and there is no maximum"
)
QUASI_SEPARATED = (
    "the classes can be separated by a line but for rows that lie exactly on it: "
    "the weights grow for ever and there is no maximum"
)
OUT_OF_REACH = "no maximum was found within the precision of float64"
FOUND = "found"


@dataclass(frozen=True, eq=False)
class MaximumLikelihood:
    """Where the log-likelihood is largest.

    `weights` (p,), `log_likelihood`, `standard_errors` (p,) and `hessian` (p, p) are None together, when
    there is no such point or more than one; `reason` then says why in words, else it is "found". `iterations`
    counts Newton steps. Standard errors are the square roots of the diagonal of (-H)^-1.
    """

    weights: FloatArray | None
    log_likelihood: float | None
    standard_errors: FloatArray | None
    hessian: FloatArray | None
    iterations: int
    reason: str

    def __post_init__(self) -> None:
        for name in ("weights", "standard_errors", "hessian"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, read_only(getattr(self, name)))


@dataclass(frozen=True, eq=False)
class BayesBoundary:
    """The best boundary there is: where the generating Gaussians, times their sizes, are equally likely.

    The log posterior odds of class 1 against class 0 are intercept + linear . x + x . quadratic x, with
    `linear` (2,) and `quadratic` (2, 2) symmetric; the boundary is where they are 0.
    """

    intercept: float
    linear: FloatArray
    quadratic: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "linear", read_only(self.linear))
        object.__setattr__(self, "quadratic", read_only(self.quadratic))

    @property
    def is_line(self) -> bool:
        """Whether the odds are linear, that is, the covariances are equal."""
        return not self.quadratic.any()

    @property
    def weights(self) -> FloatArray:
        """The logistic regression weights (3,) with this boundary, intercept first.

        Raises:
            ValueError: the boundary is no line.
        """
        if not self.is_line:
            raise ValueError("weights exist only for a line, and this Bayes boundary is curved")
        return read_only(np.array([self.intercept, *self.linear]))

    def log_odds(self, points: ArrayLike) -> FloatArray:
        """The log posterior odds at `points` (..., 2): (...)."""
        x = np.asarray(points, dtype=np.float64)
        odds: FloatArray = self.intercept + x @ self.linear + ((x @ self.quadratic) * x).sum(axis=-1)
        return odds


@dataclass(frozen=True, eq=False)
class References:
    """All that a data set says about its training; no maximum, no largest stable learning rate."""

    maximum_likelihood: MaximumLikelihood
    largest_stable_learning_rate: float | None
    always_climbing_learning_rate: float


def compute_references(features: ArrayLike, labels: ArrayLike) -> References:
    """The references of rows `features` (n, d), without a column of ones, with `labels` (n,) of 0 and 1.

    Raises:
        ValueError: as `maximum_likelihood`.
    """
    return finished(references_pieces(features, labels))


def references_pieces(features: ArrayLike, labels: ArrayLike) -> Pieces[References]:
    """`compute_references`, in pieces of some milliseconds at 2,000,000 rows."""
    maximum = yield from maximum_likelihood_pieces(features, labels)
    climbing = yield from always_climbing_pieces(features)
    return References(
        maximum_likelihood=maximum,
        largest_stable_learning_rate=(
            None if maximum.hessian is None else largest_stable_learning_rate(maximum.hessian)
        ),
        always_climbing_learning_rate=climbing,
    )


def largest_stable_learning_rate(hessian: ArrayLike) -> float:
    """2 / lambda_max(-H), with H the Hessian (p, p) at the maximum: above it training never settles there.

    Raises:
        ValueError: `hessian` is not a square matrix of finite numbers, or has no negative eigenvalue.
    """
    matrix = feature_matrix(hessian).astype(np.float64, copy=False)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"hessian must be square, got shape {matrix.shape}")
    curvature = float(np.linalg.eigvalsh(-matrix)[-1])
    if curvature <= 0.0:
        raise ValueError(f"hessian must have a negative eigenvalue, got {-curvature!r} as the smallest")
    return 2.0 / curvature


def always_climbing_learning_rate(features: ArrayLike) -> float:
    """2 / lambda_max(X^T X / 4), X = [1, features] (n, 1 + d): below it every step from anywhere climbs.

    Raises:
        ValueError: `features` is not a matrix of finite numbers.
    """
    return finished(always_climbing_pieces(features))


def always_climbing_pieces(features: ArrayLike) -> Pieces[float]:
    """`always_climbing_learning_rate`, some rows at a time."""
    matrix = yield from feature_matrix_pieces(features)
    gram = np.zeros((1 + matrix.shape[1],) * 2)
    for part in pieces_of_rows(len(matrix)):
        wide = np.hstack((np.ones((len(matrix[part]), 1)), matrix[part]), dtype=np.float64)
        gram += wide.T @ wide
        yield
    return 8.0 / float(np.linalg.eigvalsh(gram)[-1])


def bayes_boundary(class0: GaussianClass, class1: GaussianClass) -> BayesBoundary | None:
    """The Bayes boundary of two Gaussians with priors proportional to their sizes.

    With P_k the inverse covariances: quadratic = (P_0 - P_1) / 2, linear = P_1 mu_1 - P_0 mu_0 and intercept
    = log(n_1 / n_0) + log(det C_0 / det C_1) / 2 + (mu_0 . P_0 mu_0 - mu_1 . P_1 mu_1) / 2. None when a
    covariance is singular: there is no density then.
    """
    covariances = [np.array(gaussian.covariance) for gaussian in (class0, class1)]
    if any(_is_singular(covariance) for covariance in covariances):
        return None
    precision0, precision1 = (np.linalg.inv(covariance) for covariance in covariances)
    is_line = _are_equal(*covariances)
    mean0, mean1 = np.array(class0.mean), np.array(class1.mean)
    log_determinant0, log_determinant1 = (np.linalg.slogdet(covariance)[1] for covariance in covariances)
    intercept = (
        math.log(class1.size / class0.size)
        + 0.5 * (log_determinant0 - log_determinant1)
        + 0.5 * (mean0 @ precision0 @ mean0 - mean1 @ precision1 @ mean1)
    )
    return BayesBoundary(
        intercept=float(intercept),
        linear=precision1 @ mean1 - precision0 @ mean0,
        quadratic=np.zeros((2, 2)) if is_line else 0.5 * (precision0 - precision1),
    )


def gaussian_log_posteriors(classes: Sequence[GaussianClass], points: ArrayLike) -> FloatArray | None:
    """Log posterior odds of each of K Gaussians at `points` (m, 2), up to one number per point: (m, K).

    log n_k - log(det C_k) / 2 - (x - mu_k) . C_k^-1 (x - mu_k) / 2; the highest is the Bayes-optimal choice.
    None when a covariance is singular.
    """
    x = np.asarray(points, dtype=np.float64)
    posteriors = np.empty((len(x), len(classes)))
    for k, gaussian in enumerate(classes):
        covariance = np.array(gaussian.covariance)
        if _is_singular(covariance):
            return None
        offsets = x - np.array(gaussian.mean)
        distances = ((offsets @ np.linalg.inv(covariance)) * offsets).sum(axis=1)
        log_determinant = float(np.linalg.slogdet(covariance)[1])
        posteriors[:, k] = math.log(gaussian.size) - 0.5 * (log_determinant + distances)
    return posteriors


def maximum_likelihood(
    features: ArrayLike,
    target: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    intercept: bool = True,
) -> MaximumLikelihood:
    """The maximum likelihood weights of logistic regression, to full float64 accuracy.

    `features` is (n, d) without a column of ones, `target` (n,) of 0 and 1, `sample_weight` (n,) how often a
    row counts. Memory is some 16 n d bytes.

    Raises:
        ValueError: a shape does not fit, a number is not finite, a label is neither 0 nor 1, a row weight is
            negative or all are 0, or there is no column at all.
    """
    return finished(
        maximum_likelihood_pieces(features, target, sample_weight=sample_weight, intercept=intercept)
    )


def maximum_likelihood_pieces(
    features: ArrayLike,
    target: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    intercept: bool = True,
) -> Pieces[MaximumLikelihood]:
    """`maximum_likelihood`, in pieces of some milliseconds at 2,000,000 rows."""
    matrix = yield from feature_matrix_pieces(features)
    demand_columns(matrix, intercept)
    labels = binary_target(target, len(matrix))
    counts = row_weights(sample_weight, len(matrix))
    if counts is not None:
        matrix, labels, counts = matrix[counts > 0.0], labels[counts > 0.0], counts[counts > 0.0]
    obstacle = (
        (_single_class(labels) if intercept else "")
        or too_few_rows(matrix, intercept)
        or constant_column(matrix, intercept)
    )
    if obstacle:
        return _no_maximum(obstacle)
    table = yield from centred_table_pieces(matrix, intercept)
    triangle = yield from triangle_pieces(table)
    obstacle = dependent_column(triangle, table.rounding)
    if obstacle:
        return _no_maximum(obstacle)
    whitening = whitening_of(table, triangle, intercept)
    objective = yield from LogisticObjective.in_pieces(
        table.rows, labels, sample_weight=counts, intercept=intercept, coordinates=whitening.matrix
    )
    climb = yield from _climbed(objective, _Certifier(table.rows, whitening.matrix, labels, intercept))
    if climb.reason != FOUND:
        return _no_maximum(climb.reason, climb.iterations)
    return (yield from _in_own_units(objective, climb, whitening))


@dataclass(frozen=True, eq=False)
class _Climb:
    weights: FloatArray
    iterations: int
    reason: str


class _Certifier:
    """Proves that classes are separated: margins v . u_i above all that rounding can have done to them.

    Works on the centred rows, which are known up to one rounding, not on the whitened ones.
    """

    def __init__(
        self, rows: FloatArray, whitening: FloatArray, labels: NDArray[Any], intercept: bool = True
    ) -> None:
        self._intercept = intercept
        self._rows = rows
        self._whitening = whitening
        self._is_of_class_1 = labels == 1

    def is_separating(self, white_weights: FloatArray) -> bool:
        """Whether the margins of all rows are certainly positive."""
        return finished(self.is_separating_pieces(white_weights))

    def is_separating_pieces(self, white_weights: FloatArray) -> Pieces[bool]:
        """`is_separating`, some rows at a time."""
        weights = self._on_rows(white_weights)
        for part in pieces_of_rows(len(self._rows)):
            if not (self._margins(weights, part) > self._margin_errors(weights, part)).all():
                return False
            yield
        return True

    def is_quasi_separating(
        self, white_direction: FloatArray, white_weights: FloatArray | None = None
    ) -> bool:
        """Whether all margins are positive but those of rows in one flat, which are 0.

        The rows of that flat must leave the direction free to the last bits of float64, so that an overlap is
        never taken for a touch unless it is as thin as rounding. Of the free directions two are tried, the
        nearest to the one given and to the weights: a last step may turn against rows that have long been far
        on their side.
        """
        direction = self._on_rows(white_direction)
        margins = self._margins(direction)
        is_flat = np.abs(margins) <= 1e-6 * np.abs(margins).max()
        # Without an intercept its column is one of zeros: a direction that is free and not taken.
        flat = np.hstack((np.full((int(is_flat.sum()), 1), float(self._intercept)), self._rows[is_flat]))
        # Rows of zeros, so that all p directions are answered for when the flat holds fewer than p rows.
        padded = np.vstack((flat, np.zeros((flat.shape[1],) * 2)))
        _, singular_values, basis = np.linalg.svd(padded, full_matrices=False)
        free = basis[singular_values <= 32.0 * EPSILON * singular_values[0]]
        candidates = [direction] if white_weights is None else [direction, self._on_rows(white_weights)]
        return any(self._has_positive_margins(free.T @ (free @ one), is_flat) for one in candidates)

    def _has_positive_margins(self, direction: FloatArray, is_flat: NDArray[np.bool_]) -> bool:
        others = self._margins(direction) > self._margin_errors(direction)
        return bool((others | is_flat).all()) and bool(others[~is_flat].any())

    def _on_rows(self, white_weights: FloatArray) -> FloatArray:
        slopes = self._whitening @ white_weights[self._intercept :]
        return np.concatenate((white_weights[:1] if self._intercept else [0.0], slopes))

    def _margins(self, weights: FloatArray, part: slice = ALL) -> FloatArray:
        scores = weights[0] + self._rows[part] @ weights[1:]
        margins: FloatArray = np.negative(scores, out=scores, where=~self._is_of_class_1[part])
        return margins

    def _margin_errors(self, weights: FloatArray, part: slice = ALL) -> FloatArray:
        # One rounding of the difference, one of the product and p of the sum, and as much again for safety.
        errors: FloatArray = abs(weights[0]) + np.abs(self._rows[part]) @ np.abs(weights[1:])
        return 2.0 * (len(weights) + 2) * EPSILON * errors


def _single_class(labels: NDArray[Any]) -> str:
    n_ones = np.count_nonzero(labels)
    if 0 < n_ones < len(labels):
        return ""
    return f"all rows are of class {1 if n_ones else 0}: the intercept grows for ever and there is no maximum"


def _climbed(objective: LogisticObjective, certifier: _Certifier) -> Pieces[_Climb]:
    """Newton's method from zero weights, until rounding ends it or the classes prove to be separated."""
    weights = np.zeros(objective.n_weights)
    step = weights
    for iteration in range(1, MAX_ITERATIONS + 1):
        value, gradient = yield from objective.value_and_gradient_pieces(weights)
        root = inverse_root((yield from objective.hessian_pieces(weights)))
        if root is None:
            break
        before, step = step, root @ (root.T @ gradient)
        weights = weights + (
            yield from climbing_pieces(objective.value_pieces, weights, value, gradient, step)
        )
        if has_settled(weights, step, before):
            return _Climb(weights, iteration, FOUND)
        is_accurate = (yield from objective.accuracy_pieces(weights)) == 1.0
        if is_accurate and (yield from certifier.is_separating_pieces(weights)):
            return _Climb(weights, iteration, SEPARATED)
    # Only a climb without end comes here. Its last step points to where it was going.
    is_quasi_separated = certifier.is_quasi_separating(step, weights)
    return _Climb(weights, iteration, QUASI_SEPARATED if is_quasi_separated else OUT_OF_REACH)


def _in_own_units(
    objective: LogisticObjective, climb: _Climb, whitening: Whitening
) -> Pieces[MaximumLikelihood]:
    hessian = yield from objective.hessian_pieces(climb.weights)
    root = inverse_root(hessian)
    if root is None:
        return _no_maximum(OUT_OF_REACH, climb.iterations)
    own_hessian = whitening.to_white.T @ hessian @ whitening.to_white
    value = yield from objective.value_pieces(climb.weights)
    return MaximumLikelihood(
        weights=whitening.to_own @ climb.weights,
        log_likelihood=value,
        standard_errors=np.linalg.norm(whitening.to_own @ root, axis=1),
        hessian=0.5 * (own_hessian + own_hessian.T),
        iterations=climb.iterations,
        reason=FOUND,
    )


def _no_maximum(reason: str, iterations: int = 0) -> MaximumLikelihood:
    return MaximumLikelihood(None, None, None, None, iterations, reason)


def _is_singular(covariance: FloatArray) -> bool:
    variances = covariance[0, 0] * covariance[1, 1]
    return bool(variances - covariance[0, 1] ** 2 <= 8.0 * EPSILON * variances)


def _are_equal(covariance0: FloatArray, covariance1: FloatArray) -> bool:
    # Equal ellipses, one given by axes and one by deviations, differ by rounding: their boundary is a line.
    deviations = np.sqrt(np.diagonal(covariance0))
    tolerance = 32.0 * EPSILON * np.outer(deviations, deviations)
    return bool((np.abs(covariance0 - covariance1) <= tolerance).all())
