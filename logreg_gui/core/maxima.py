"""The maximum of any model: softmax, squared error and penalties, beside `references` for plain logistic.

Conventions as in `objectives`, `softmax_objective` and `penalties`; F is what is climbed.

Without a penalty the maximum is found by Newton's method in the coordinates of `whitening`. Softmax has one
freedom too many, a vector added to the weights of all classes: of all its maxima the one with weights that
sum to 0 over the classes is meant, the one that ascent from zero weights approaches. A softmax maximum exists
exactly when no direction V has (v_y - v_o) . x >= 0 for all rows and other classes o, with one of them
positive (Albert and Anderson 1984). One class that a line parts from all the others is enough for there to be
none.

With a penalty F always has a maximum in the slopes. An intercept has one exactly when each class has rows.
The columns are centred, which the intercept takes up and the penalty does not see. Each step maximises the
second-order model of the smooth part with the exact |w|_1 (proximal Newton), by a search over the signs of
the weights that ends after finitely many linear systems (feature-sign search, Lee et al. 2007). The result
then meets the conditions of Karush, Kuhn and Tucker to rounding, with exact zeros.

A number is only given out when the search has come to rest: else the reason says that it has not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.newton import climbing_pieces, has_settled, inverse_root
from logreg_gui.core.objectives import Objective
from logreg_gui.core.penalties import PenalisedObjective
from logreg_gui.core.pieces import Pieces, pieces_of_rows
from logreg_gui.core.references import FOUND, MAX_ITERATIONS, OUT_OF_REACH, largest_stable_learning_rate
from logreg_gui.core.separation import SeparationCertificate, zero_sum_basis
from logreg_gui.core.softmax_objective import SoftmaxObjective
from logreg_gui.core.validation import FloatArray, read_only
from logreg_gui.core.whitening import (
    Table,
    Whitening,
    centred_table_pieces,
    constant_column,
    dependent_column,
    too_few_rows,
    triangle_pieces,
    whitening_of,
)

SEPARATED = (
    "each class can be separated perfectly from the others: the weights grow for ever and there is no maximum"
)
PARTLY_SEPARATED = (
    "some classes can be separated from the others, but for rows that lie exactly between: "
    "the weights grow for ever and there is no maximum"
)
NOT_UNIQUE = "several sets of weights are equally good: the maximum is not unique"


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where F is largest.

    `weights` (p,), `log_likelihood` (without the penalty; minus half the squared error for a regression),
    `penalised_value` (F), `hessian` (p, p) (of the smooth part) and `largest_stable_learning_rate` are None
    together when there is no such point or more than one; `reason` then says why in words, else it is
    "found". `standard_errors` (p,) belong to unpenalised logistic regression alone.

    The largest stable learning rate is 2 / lambda_max(-H); with an l1 penalty H is that of the weights which
    are not 0, since the others stay there. Below `always_climbing_learning_rate`, which always exists, a step
    of gradient ascent, with its soft threshold if there is one, climbs from anywhere. None there says that
    nothing is known, not even whether there is a maximum: the search failed for that `reason`.
    """

    weights: FloatArray | None
    log_likelihood: float | None
    penalised_value: float | None
    hessian: FloatArray | None
    standard_errors: FloatArray | None
    largest_stable_learning_rate: float | None
    always_climbing_learning_rate: float | None
    iterations: int
    reason: str

    def __post_init__(self) -> None:
        for name in ("weights", "hessian", "standard_errors"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def is_unknown(self) -> bool:
        """Whether the search for it failed."""
        return self.always_climbing_learning_rate is None


def unknown_maximum(reason: str) -> Maximum:
    """What is known after a search that failed for that reason."""
    return Maximum(None, None, None, None, None, None, None, 0, reason)


class Found(NamedTuple):
    """A maximum in the weights of the model's columns, or the reason why there is none."""

    weights: FloatArray | None
    iterations: int
    reason: str


def nothing(reason: str, iterations: int = 0) -> Found:
    """No maximum, for that reason."""
    return Found(None, iterations, reason)


def missing_class(labels: NDArray[Any], n_classes: int, intercept: bool) -> str:
    """Names a class whose intercept would fall for ever, or nothing."""
    # Not np.unique, which sorts: at 2,000,000 rows five times as long.
    missing = np.flatnonzero(np.bincount(labels.astype(np.intp), minlength=n_classes) == 0)
    if not intercept or not missing.size:
        return ""
    return f"class {missing[0]} has no rows: its intercept falls for ever and there is no maximum"


def least_squares_maximum(
    columns: NDArray[Any], make: Callable[[FloatArray], Pieces[Objective]], intercept: bool
) -> Pieces[Found]:
    """The maximum of a squared error over rows `columns` (n, d); `make(rows)` is its objective on others."""
    whitened = yield from _whitened(columns, intercept)
    if isinstance(whitened, str):
        return nothing(whitened)
    table, whitening = whitened
    for part in pieces_of_rows(len(table.rows)):
        table.rows[part] = table.rows[part] @ whitening.matrix  # in place: 8 n d bytes less at the peak
        yield
    objective = yield from make(table.rows)
    weights = np.zeros(objective.n_weights)
    for _ in range(3):  # the first step arrives, the others take away what rounding left
        root = inverse_root(objective.hessian(weights))
        if root is None:
            return nothing(OUT_OF_REACH)
        weights = weights + root @ (root.T @ objective.gradient(weights))
    return Found(whitening.to_own @ weights, 1, FOUND)


def softmax_maximum(
    columns: NDArray[Any],
    labels: NDArray[np.intp],
    n_classes: int,
    counts: FloatArray | None,
    intercept: bool,
) -> Pieces[Found]:
    """The maximum of an unpenalised softmax over rows `columns` (n, d), with weights that sum to 0."""
    whitened = missing_class(labels, n_classes, intercept) or (yield from _whitened(columns, intercept))
    if isinstance(whitened, str):
        return nothing(whitened)
    table, whitening = whitened
    objective = yield from SoftmaxObjective.in_pieces(
        table.rows,
        labels,
        n_classes,
        sample_weight=counts,
        intercept=intercept,
        coordinates=whitening.matrix,
    )
    # Weights that sum to 0 over the classes: W = basis V, with K - 1 rows of V and columns of length 1.
    basis = zero_sum_basis(n_classes)
    wide = np.asarray(np.kron(basis, np.eye(intercept + columns.shape[1])), np.float64)
    weights, iterations, reason = yield from _climbed(
        objective, wide, SeparationCertificate(table.rows, whitening.matrix, labels, basis, intercept)
    )
    if reason != FOUND:
        return nothing(reason, iterations)
    own = weights.reshape(n_classes, -1) @ whitening.to_own.T
    return Found(own.ravel(), iterations, FOUND)


def penalised_maximum(
    columns: NDArray[Any],
    make: Callable[[FloatArray], Pieces[PenalisedObjective]],
    n_classes: int,
    intercept: bool,
) -> Pieces[Found]:
    """The maximum of a penalised objective over rows `columns` (n, d); `make(rows)` is it on others.

    `n_classes` is the number of rows of weights: K for softmax, else 1.
    """
    table = yield from centred_table_pieces(columns, intercept)
    for part in pieces_of_rows(len(table.rows)):
        table.rows[part] *= table.scale  # in place: 8 n d bytes less at the peak
        yield
    objective = yield from make(table.rows)
    climb = yield from _penalised_climb(objective, n_classes)
    if climb.weights is None:
        return climb
    own = climb.weights.reshape(n_classes, -1).copy()
    if intercept:
        own[:, 0] -= own[:, 1:] @ table.own_centre
        if n_classes > 1:
            own[:, 0] -= own[:, 0].mean()
    return Found(own.ravel(), climb.iterations, FOUND)


def stable_learning_rate(hessian: FloatArray, weights: FloatArray, objective: Objective) -> float | None:
    """2 / lambda_max(-H) at the maximum, over the weights that move; None where nothing curves."""
    moves = np.ones(len(weights), dtype=bool)
    if isinstance(objective, PenalisedObjective) and objective.l1 > 0.0:
        moves = (weights != 0.0) | objective.is_intercept
    if not moves.any() or not np.diagonal(hessian)[moves].any():
        return None
    return largest_stable_learning_rate(hessian[np.ix_(moves, moves)])


def _whitened(columns: NDArray[Any], intercept: bool) -> Pieces[tuple[Table, Whitening] | str]:
    """The columns in good coordinates, or why no single set of weights can be best."""
    obstacle = too_few_rows(columns, intercept) or constant_column(columns, intercept)
    if obstacle:
        return obstacle
    table = yield from centred_table_pieces(columns, intercept)
    triangle = yield from triangle_pieces(table)
    return dependent_column(triangle, table.rounding) or (table, whitening_of(table, triangle, intercept))


def _climbed(
    objective: SoftmaxObjective, wide: FloatArray, certificate: SeparationCertificate
) -> Pieces[tuple[FloatArray, int, str]]:
    """Newton's method from zero weights, until rounding ends it or classes prove to be separated."""
    weights = np.zeros(objective.n_weights)
    step = weights
    iteration = 0
    for iteration in range(1, MAX_ITERATIONS + 1):
        value, gradient = yield from objective.value_and_gradient_pieces(weights)
        hessian = yield from objective.hessian_pieces(weights)
        root = inverse_root(wide.T @ hessian @ wide)
        if root is None:
            break
        before, step = step, wide @ (root @ (root.T @ (wide.T @ gradient)))
        weights = weights + (
            yield from climbing_pieces(objective.value_pieces, weights, value, gradient, step)
        )
        if has_settled(weights, step, before):
            return weights, iteration, FOUND
        is_accurate = (yield from objective.accuracy_pieces(weights)) == 1.0
        if is_accurate and (yield from certificate.is_separating_pieces(weights)):
            return weights, iteration, SEPARATED
    # Only a climb without end comes here. Its last step points to where it was going.
    is_parted = certificate.is_partly_separating(step, weights)
    return weights, iteration, PARTLY_SEPARATED if is_parted else OUT_OF_REACH


def _penalised_climb(objective: PenalisedObjective, n_classes: int) -> Pieces[Found]:
    """Proximal Newton from zero weights, until rounding ends it."""
    l1 = np.where(objective.is_intercept, 0.0, objective.l1)
    metric = objective.curvature_bound() / objective.n_rows
    weights = np.zeros(objective.n_weights)
    # Lengths in scores per row. This is what they are worth: the errors at zero weights.
    start = yield from objective.value_pieces(weights)
    unit = math.sqrt(2.0 * abs(start) / objective.n_rows)
    length = math.inf
    for iteration in range(1, MAX_ITERATIONS + 1):
        value, gradient = yield from objective.value_and_gradient_pieces(weights)
        hessian = yield from objective.hessian_pieces(weights)
        if not objective.penalty.l2:
            # What rounding leaves of its sum over the classes, 0, would be taken for a way up.
            gradient = _without_common_shift(gradient, n_classes)
        model = _Model(-hessian, gradient, weights, l1, n_classes)
        wanted = model.maximum()
        height = value - objective.corners(weights)
        following = yield from _climbing_point(objective, height, weights, wanted, gradient, l1)
        if not objective.l1:
            following = _without_common_shift(following, n_classes)
        step, weights = following - weights, following
        before, length = length, math.sqrt(max(0.0, float(step @ metric @ step)))
        size = unit + math.sqrt(max(0.0, float(weights @ metric @ weights)))
        # The next step would be rounding: this one was tiny, or small and hardly smaller than the one before.
        if length <= 1e-11 * size or 0.5 * before <= length <= 1e-7 * size:
            return (yield from _settled(objective, weights, n_classes, iteration))
    return nothing(OUT_OF_REACH, MAX_ITERATIONS)


def _climbing_point(
    objective: PenalisedObjective,
    value: float,
    weights: FloatArray,
    wanted: FloatArray,
    gradient: FloatArray,
    l1: FloatArray,
) -> Pieces[FloatArray]:
    """The wanted weights, or as far towards them as F climbs by a fair part of what the model promises.

    `value` is F at `weights`.
    """
    cost = float(l1 @ (np.abs(wanted) - np.abs(weights)))
    promised = float(gradient @ (wanted - weights)) - cost
    share, reached = 1.0, wanted
    while share * promised > 1e-10 * abs(value):
        height = (yield from objective.value_pieces(reached)) - objective.corners(reached)
        if height >= value + 1e-4 * share * promised:
            break
        share *= 0.5
        reached = weights + share * (wanted - weights)
    return reached


class _Model:
    """The second-order model of F around some weights, scaled to a curvature of 1 for each weight.

    Maximises b . x - 1/2 x . A x - lambda . |x| in x = weights times scale. Directions without curvature get
    a little, around the present weights: it slows the way and does not move its end.
    """

    def __init__(
        self,
        curvature: FloatArray,
        gradient: FloatArray,
        weights: FloatArray,
        l1: FloatArray,
        n_classes: int,
    ) -> None:
        scale = np.sqrt(np.maximum(np.diagonal(curvature), 0.0))
        scale[scale == 0.0] = 1.0
        self.scale = scale
        self.start = weights * scale
        self.thresholds = l1 / scale
        self.is_free = l1 == 0.0
        self.matrix = curvature / np.outer(scale, scale) + 1e-13 * np.eye(len(weights))
        if n_classes > 1:
            self.matrix += _common_shifts(scale, n_classes, self.is_free)
        self.right = gradient / scale + self.matrix @ self.start

    def maximum(self) -> FloatArray:
        """The weights at which the model is largest."""
        x = self.start.copy()
        signs = np.sign(x)
        is_active = self.is_free | (x != 0.0)
        for _ in range(50 * len(x)):
            x, is_complete = self._towards_best(x, signs, is_active)
            is_active = self.is_free | ((x != 0.0) if not is_complete else is_active)
            if is_complete:
                slope = self.right - self.matrix @ x
                excess = np.where(is_active, -np.inf, np.abs(slope) - self.thresholds * (1.0 + 1e-12))
                entering = int(np.argmax(excess))
                if excess[entering] <= 0.0:
                    break
                is_active[entering] = True
                signs = np.sign(x)
                signs[entering] = np.sign(slope[entering])
            else:
                signs = np.sign(x)
        return x / self.scale

    def _towards_best(
        self, x: FloatArray, signs: FloatArray, is_active: NDArray[np.bool_]
    ) -> tuple[FloatArray, bool]:
        """The best weights with these signs; or, if signs change on the way there, the best on the way."""
        active = np.flatnonzero(is_active)
        best = np.zeros_like(x)
        best[active] = np.linalg.solve(
            self.matrix[np.ix_(active, active)], (self.right - self.thresholds * signs)[active]
        )
        turns = np.flatnonzero(is_active & ~self.is_free & (best * signs <= 0.0))
        if not turns.size:
            return best, True
        points = [best]
        for turn in turns:
            point = x + (x[turn] / (x[turn] - best[turn])) * (best - x) if x[turn] != best[turn] else x.copy()
            point[turn] = 0.0
            points.append(point)
        return max(points, key=self._height), False

    def _height(self, x: FloatArray) -> float:
        return float(self.right @ x - 0.5 * (x @ self.matrix @ x) - self.thresholds @ np.abs(x))


def _without_common_shift(weights: FloatArray, n_classes: int) -> FloatArray:
    """The same probabilities with weights that sum to 0 over the classes: the shortest of their kind."""
    if n_classes == 1:
        return weights
    matrix = weights.reshape(n_classes, -1)
    centred: FloatArray = matrix - matrix.mean(axis=0)
    return centred.ravel()


def _common_shifts(scale: FloatArray, n_classes: int, is_fixed: NDArray[np.bool_]) -> FloatArray:
    """Curvature for what softmax cannot see, one number added to a column's weights in all classes.

    Weights without an l1 penalty are kept from such a shift altogether: their sum at the maximum is known to
    be 0. The others get little, since the penalty may ask for a shift.
    """
    n_columns = len(scale) // n_classes
    total = np.zeros((len(scale),) * 2)
    for column in range(n_columns):
        shift = np.zeros(len(scale))
        shift[column::n_columns] = scale[column::n_columns]
        shift /= np.linalg.norm(shift)
        total += (1.0 if is_fixed[column] else 1e-9) * np.outer(shift, shift)
    return total


def _settled(
    objective: PenalisedObjective, weights: FloatArray, n_classes: int, iterations: int
) -> Pieces[Found]:
    """The maximum, if it is the only one."""
    if objective.penalty.l2 == 0.0:
        if n_classes > 1:
            # A pair of classes, w and -w, may be shifted without cost: the balanced one is meant.
            centred = _without_common_shift(weights, n_classes)
            here, there = objective.penalised_value(weights), objective.penalised_value(centred)
            weights = centred if there >= here - 1e-13 * abs(here) else weights
        if not (yield from _is_unique(objective, weights, n_classes)):
            return nothing(NOT_UNIQUE, iterations)
    return Found(weights, iterations, FOUND)


def _is_unique(objective: PenalisedObjective, weights: FloatArray, n_classes: int) -> Pieces[bool]:
    """Whether the weights that may differ from 0 at a maximum see curvature in every direction.

    Those are the ones whose slope reaches the l1 threshold (Tibshirani 2013). A common shift of softmax is
    not counted as another maximum.
    """
    slopes = np.abs(objective.gradient(weights))
    may_move = objective.is_intercept | (weights != 0.0) | (slopes >= (1.0 - 1e-9) * objective.l1)
    hessian = yield from objective.hessian_pieces(weights)
    curvature = -hessian[np.ix_(may_move, may_move)]
    scale = np.sqrt(np.diagonal(curvature))
    if not scale.all():
        return False
    curvature = curvature / np.outer(scale, scale)
    if n_classes > 1:
        full_scale = np.zeros(len(weights))
        full_scale[may_move] = scale
        n_columns = len(weights) // n_classes
        for column in range(n_columns):
            shift = np.zeros(len(weights))
            shift[column::n_columns] = full_scale[column::n_columns]
            if may_move[column::n_columns].all():
                curvature = curvature + np.outer(shift, shift)[np.ix_(may_move, may_move)] / (shift @ shift)
    curvatures = np.linalg.eigvalsh(curvature)
    return bool(curvatures[0] > 1e-12 * curvatures[-1]) if len(curvatures) else True
