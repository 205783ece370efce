"""Objectives: what training maximises. The conventions of the core stand here, once.

Symbols and shapes
    n rows, d features, p weights; p = 1 + d with an intercept, which is always the first weight and the
    column of ones. X (n, p) feature rows, y (n,) labels 0 or 1, w (p,) weights. s = X w scores, sigma(s) = 1
    / (1 + exp(-s)) the probability of class 1; the decision boundary is s = 0. m = (2 y - 1) s margins:
    positive where the row is on its own side of the boundary.

Formulas: sums over the rows, as in the tutorials, never means
    log-likelihood  l(w) = sum y s - log(1 + exp(s)) = sum log sigma(m)
    gradient        g(w) = X^T (y - sigma(s))        = X^T ((2 y - 1) sigma(-m))
    Hessian         H(w) = -X^T diag(sigma(s) sigma(-s)) X, negative semidefinite
    row weights     c (n,), optional: each term of these sums times c_i, as if row i were there c_i times
    ascent          w <- w + learning_rate * g(w), full batch

    The forms in m are used: log sigma(m) and sigma(-m) keep all their digits for rows that are fitted almost
    perfectly, where y - sigma(s) and y s - log(1 + exp(s)) are differences of nearly equal numbers.

Arithmetic is float64: float32 features are widened before they are multiplied. Nothing is penalised.

The functions below are the tutorials', with their names. They read as the formulas do and check their
arguments; `kernels.LogisticObjective` computes the same numbers faster, for training.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.pieces import Pieces
from logreg_gui.core.validation import (
    FloatArray,
    binary_target,
    feature_matrix,
    positive_number,
    weight_vector,
    whole_number,
)


class Objective(Protocol):
    """A function of the weights over fixed rows, to be maximised; all that training knows of a model."""

    @property
    def n_rows(self) -> int:
        """Number of rows n."""

    @property
    def n_weights(self) -> int:
        """Number of weights p, intercept included."""

    @property
    def is_intercept(self) -> NDArray[np.bool_]:
        """Which of the weights (p,) are intercepts: never penalised."""

    def gradient(self, weights: FloatArray) -> FloatArray:
        """Gradient (p,) at `weights` (p,), in a fresh array."""

    def value(self, weights: FloatArray) -> float:
        """Value at `weights` (p,)."""

    def value_and_gradient(self, weights: FloatArray) -> tuple[float, FloatArray]:
        """Both at once, cheaper than one after the other and equal to the last bit."""

    def accuracy(self, weights: FloatArray) -> float:
        """Fraction of the rows whose predicted class is their label."""

    def hessian(self, weights: FloatArray) -> FloatArray:
        """Hessian (p, p) at `weights` (p,), in a fresh array."""

    def rows_gradient(self, weights: FloatArray, rows: NDArray[np.intp]) -> FloatArray:
        """The gradient (p,) over `rows` alone, times n / len(rows): on average over all rows `gradient`."""

    def curvature_bound(self) -> FloatArray:
        """A matrix (p, p) that minus the Hessian exceeds nowhere."""

    def row_curvature_bound(self) -> float:
        """What minus the Hessian of no single row's term exceeds anywhere."""

    def scores(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The scores at `features` (..., d), without a column of ones: (...), or (..., K) for K of them."""

    def probabilities(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The probabilities of the K classes at `features` (..., d): (..., K)."""


class ObjectiveInPieces(Objective, Protocol):
    """An objective that also takes its longest computations in pieces, equal to the last bit."""

    def value_pieces(self, weights: FloatArray) -> Pieces[float]:
        """`value`, in pieces."""

    def value_and_gradient_pieces(self, weights: FloatArray) -> Pieces[tuple[float, FloatArray]]:
        """`value_and_gradient`, in pieces."""

    def hessian_pieces(self, weights: FloatArray) -> Pieces[FloatArray]:
        """`hessian`, in pieces."""


class ObjectiveAround:
    """An objective made of another one, `objective`, with the same rows, weights and predictions."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return self.objective.n_rows

    @property
    def n_weights(self) -> int:
        """Number of weights p, intercepts included."""
        return self.objective.n_weights

    @property
    def is_intercept(self) -> NDArray[np.bool_]:
        """Which of the weights (p,) are intercepts: never penalised."""
        return self.objective.is_intercept

    def accuracy(self, weights: FloatArray) -> float:
        """Fraction of the rows whose predicted class is their label."""
        return self.objective.accuracy(weights)

    def scores(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The scores at `features` (..., d): (...), or (..., K) for K of them."""
        return self.objective.scores(weights, features)

    def probabilities(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        """The probabilities at `features` (..., d): (..., K)."""
        return self.objective.probabilities(weights, features)


def ascended(
    objective: Objective,
    weights: FloatArray,
    learning_rate: float,
    steps: int,
    shrinkage: FloatArray | None = None,
) -> FloatArray:
    """The weights after `steps` of w <- w + learning_rate * (gradient - shrinkage * w), in a fresh array.

    An objective that has `ascend` does it itself, faster and equal but for rounding. `shrinkage` (p,) is that
    of an l2 penalty. Any division of the steps into calls gives the same bits.
    """
    own = getattr(objective, "ascend", None)
    if own is not None:
        ahead: FloatArray = (
            own(weights, learning_rate, steps)
            if shrinkage is None
            else own(weights, learning_rate, steps, shrinkage)
        )
        return ahead
    weights = weights.copy()
    for _ in range(steps):
        gradient = objective.gradient(weights)
        if shrinkage is not None:
            gradient = gradient - shrinkage * weights
        weights = weights + learning_rate * gradient
    return weights


def sigmoid(scores: ArrayLike) -> NDArray[np.float64]:
    """sigma(s) = 1 / (1 + exp(-s)), elementwise, any shape; 0 and 1 at the infinities, NaN for NaN."""
    scores = np.asarray(scores, dtype=np.float64)
    with np.errstate(under="ignore"):
        # exp of -|s| cannot overflow: exp(-s) itself does below s = -709.78.
        decay = np.exp(-np.abs(scores))
        result: NDArray[np.float64] = np.where(scores < 0.0, decay, 1.0) / (1.0 + decay)
    return result


def log_likelihood(features: ArrayLike, target: ArrayLike, weights: ArrayLike) -> float:
    """The Bernoulli log-likelihood l(w) of labels `target` (n,) given `features` (n, p).

    Raises:
        ValueError: a shape does not fit, a number is not finite or a label is neither 0 nor 1.
    """
    matrix, signs, vector = _checked(features, target, weights)
    return float(_log_sigmoid(signs * _scores(matrix, vector)).sum())


def log_likelihood_gradient(features: ArrayLike, target: ArrayLike, weights: ArrayLike) -> FloatArray:
    """The gradient g(w) (p,) of the log-likelihood; arguments and errors as for `log_likelihood`."""
    return _gradient(*_checked(features, target, weights))


def log_likelihood_hessian(features: ArrayLike, target: ArrayLike, weights: ArrayLike) -> FloatArray:
    """The Hessian H(w) (p, p) of the log-likelihood, exactly symmetric.

    Arguments and errors are those of `log_likelihood`. It does not depend on the labels, which are asked for
    (and checked) so that the three functions are called alike.
    """
    matrix, _, vector = _checked(features, target, weights)
    scores = _scores(matrix, vector)
    # One factor multiplied with its own transpose: the product is symmetric to the last bit.
    factor = matrix * np.sqrt(sigmoid(scores) * sigmoid(-scores))[:, np.newaxis]
    return -(factor.T @ factor)


def add_intercept(features: ArrayLike) -> FloatArray:
    """`features` (n, d) behind a column of ones: (n, 1 + d), float64.

    Raises:
        ValueError: `features` is not a matrix of finite numbers.
    """
    return _behind_ones(features)


def logistic_regression(
    features: ArrayLike,
    target: ArrayLike,
    num_steps: int,
    learning_rate: float,
    add_intercept: bool = False,
) -> FloatArray:
    """The weights (p,) after `num_steps` steps of full-batch gradient ascent from zero weights.

    Prints nothing. A learning rate far too large leads to weights that are not finite, without a warning.

    Raises:
        ValueError: as `log_likelihood`, or `num_steps` is not a whole number of at least 0, or
        `learning_rate` is not
            a positive finite number.
    """
    num_steps = whole_number("num_steps", num_steps, smallest=0)
    learning_rate = positive_number("learning_rate", learning_rate)
    matrix, signs, weights = _checked(_behind_ones(features) if add_intercept else features, target)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(num_steps):
            weights = weights + learning_rate * _gradient(matrix, signs, weights)
    return weights


def _behind_ones(features: ArrayLike) -> FloatArray:
    matrix = feature_matrix(features)
    return np.hstack((np.ones((len(matrix), 1)), matrix), dtype=np.float64)


def _checked(
    features: ArrayLike, target: ArrayLike, weights: ArrayLike | None = None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """X, 2 y - 1 and w in float64; zero weights if none are given."""
    matrix = feature_matrix(features).astype(np.float64, copy=False)
    n_rows, n_weights = matrix.shape
    labels = binary_target(target, n_rows)
    vector = np.zeros(n_weights) if weights is None else weight_vector(weights, n_weights)
    return matrix, np.where(labels == 1, 1.0, -1.0), vector


def _scores(matrix: FloatArray, weights: FloatArray) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):
        return matrix @ weights


def _gradient(matrix: FloatArray, signs: FloatArray, weights: FloatArray) -> FloatArray:
    return matrix.T @ (signs * sigmoid(-signs * _scores(matrix, weights)))


def _log_sigmoid(margins: FloatArray) -> FloatArray:
    # min(m, 0) - log(1 + exp(-|m|)): two terms of one sign, and nothing that overflows.
    with np.errstate(under="ignore"):
        return np.minimum(margins, 0.0) - np.log1p(np.exp(-np.abs(margins)))
