"""Fitting to the end: from rows to the weights of the optimum, or the reason why there is none.

Conventions as in `objectives` and `penalties`: what is climbed is F(w) = value(w) - penalty(w), sums over the
rows; its negative is the loss. R rows of weights stand for the scores of a row: 1, or K with softmax.

Any optimizer of `optimizers` climbs here by `training.advance`, as it does live, on the columns as they are.
"newton" alone is given columns of its own, because with them it is exact at any scale of the data:

    no penalty     whitened: q = (x - centre) T with mean 0, variance 1 and no correlation. T comes from an
                   SVD of the scaled rows (of their QR triangle if there are more rows than columns), never
                   from X^T X, and leaves out directions that the columns do not span, up to the rounding of
                   their storage. Where the optimum is not unique (constant, repeated or too many columns)
                   this finds the shortest one.
    l2             centred: scores are the same, the intercept takes up the shift and is not penalised. The
                   Newton step scales the Hessian to a diagonal of ones, so scales of columns cost nothing.
    l1, both       centred, with `ProximalNewton`, whose zeros are exact.

    Softmax weights sum to 0 over the classes unless there is an l1 penalty.

Newton has converged when no weight moved by more than `tol` relative to 1 + |w|, in units where columns have
variance 1; the error left is of the order of tol^2. Other optimizers have when the gradient (with l1: the
residual of the Karush, Kuhn and Tucker conditions) is at most `tol` times that at zero weights.

Classes without a maximum of the likelihood (Albert and Anderson 1984), and how each is certified:

    separated        Margins of all rows above all that rounding can have done to them. Looked for as soon as
                     the loss is below log 2 times the smallest row weight, where every single row has a
                     probability above 1/2 for its own class: overlapping classes never allow that.
    quasi-separated  A direction along which no margin falls: margins that are not 0 exceed the rounding of
                     their sum, the others are 0 because their rows leave the direction free to the last bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.models import ModelSpec, optimizer_for
from logreg_gui.core.newton import inverse_root
from logreg_gui.core.objectives import Objective
from logreg_gui.core.optimizers import OPTIMIZERS, Newton, Optimizer
from logreg_gui.core.penalties import PenalisedObjective, Penalty, penalised_value, stationarity
from logreg_gui.core.proximal_newton import ProximalNewton, balanced
from logreg_gui.core.separation import SeparationCertificate, zero_sum_basis
from logreg_gui.core.squared_error import triangle_of
from logreg_gui.core.training import TrainingState, advance, start
from logreg_gui.core.validation import FloatArray
from logreg_gui.core.whitening import EPSILON, Table, centred_table

SEPARATED = (
    "the classes can be separated perfectly, so that the weights of the largest likelihood are infinite"
)
QUASI_SEPARATED = (
    "the classes can be separated but for rows that lie exactly on the boundary, so that the weights of the "
    "largest likelihood are infinite"
)
REMEDY = "a penalty (penalty='l2') makes them finite"
OUT_OF_REACH = "no optimum was found within the precision of float64"

PATIENCE = 12
"""Newton steps that ordinary data need at most; after them each one is checked for weights that run away."""

SATURATED = 12.0
"""Scores further apart than this give probabilities of 0 and 1 to five digits."""

LONG = 32
"""Steps after which weights that run away have left all others behind."""


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be fitted.

    `features` (n, d) and positive row weights `counts` (n,) or None; `objective` makes the likelihood of any
    columns (n, m), with an intercept first if `intercept`. `labels` (n,) are class numbers, None for a
    regression; `n_scores` is R.
    """

    features: FloatArray
    counts: FloatArray | None
    objective: Callable[[FloatArray], Objective]
    penalty: Penalty
    intercept: bool
    n_scores: int
    labels: NDArray[np.intp] | None

    @property
    def may_be_separated(self) -> bool:
        """Whether the weights may have no optimum: those of a likelihood of classes without a penalty."""
        return self.labels is not None and self.penalty.strength == 0.0

    @property
    def smallest_count(self) -> float:
        """The weight of the row that counts least."""
        return 1.0 if self.counts is None else float(self.counts.min())


@dataclass(frozen=True, eq=False)
class Fit:
    """What came out: `intercepts` (R,), `slopes` (R, d), and the loss before and after every iteration.

    `obstacle` says in words why it did not converge; it is empty where it did.
    """

    intercepts: FloatArray
    slopes: FloatArray
    losses: FloatArray
    obstacle: str

    @property
    def n_iterations(self) -> int:
        """How many iterations were made: steps, or passes over the rows of stochastic steps."""
        return len(self.losses) - 1


def fit_exactly(task: Task, before: Fit | None, max_iterations: int, tolerance: float) -> Fit:
    """The optimum of `task` by Newton's method, from `before` or else from zero weights."""
    frame = _whitened(task) if task.penalty.strength == 0.0 else _centred(task)
    if not task.intercept and not frame.columns.shape[1]:
        return _nothing_to_fit(task)
    optimizer: Optimizer = ProximalNewton(task.n_scores) if task.penalty.l1 > 0.0 else Newton()
    objective = _penalised(task.objective(frame.columns), task.penalty)
    coordinates = _Coordinates(task, frame, objective)
    certifier = _Certifier(task, frame.table, coordinates)
    state = start(coordinates.start(before), optimizer)
    losses = [-penalised_value(coordinates.objective, state.weights)]
    settling = _Settling(coordinates.units, tolerance)
    for _ in range(max_iterations):
        following = advance(state, coordinates.objective, optimizer)
        step = following.weights - state.weights
        settling = settling.after(following.weights, step)
        state = following
        losses.append(-penalised_value(coordinates.objective, state.weights))
        obstacle = certifier.obstacle(state, step, losses[-1], settling.has_settled)
        if obstacle or settling.has_settled:
            break
        if _has_stalled(losses):
            obstacle = f"{OUT_OF_REACH}: no step lowers the loss any more"
            break
    else:
        obstacle = _unfinished(max_iterations)
    return _fit(task, *coordinates.natural(state.weights), losses, obstacle)


def fit_by(spec: ModelSpec, task: Task, before: Fit | None, max_iterations: int, tolerance: float) -> Fit:
    """The weights that the optimizer of `spec` reaches on the columns as they are.

    Raises:
        ValueError: the learning rate is so large that the loss is finite no more.
    """
    objective = _penalised(task.objective(task.features), task.penalty)
    optimizer = optimizer_for(spec, objective)
    is_random = OPTIMIZERS[spec.optimizer].is_random
    steps = math.ceil(objective.n_rows / spec.batch_size) if is_random else 1
    state = start(_stacked(task, before), optimizer)
    losses = [-penalised_value(objective, state.weights)]
    smallest = tolerance * (_largest(stationarity(objective, np.zeros(objective.n_weights))) or 1.0)
    for _ in range(max_iterations):
        following = advance(state, objective, optimizer, steps)
        is_stuck = not is_random and np.array_equal(following.weights, state.weights)
        state = following
        losses.append(-penalised_value(objective, state.weights))
        if not math.isfinite(losses[-1]):
            raise ValueError(f"learning_rate must be smaller for these data, {_rate(spec)} diverged")
        has_converged = _largest(stationarity(objective, state.weights)) <= smallest
        obstacle = _obstacle(task, objective, state.weights, losses[-1], has_converged)
        if obstacle or has_converged:
            break
        if is_stuck:
            obstacle = f"{OUT_OF_REACH}: no step climbs any more, but the gradient is not below tol"
            break
    else:
        obstacle = _unfinished(
            max_iterations, "" if spec.optimizer == "lbfgs" else " or change learning_rate"
        )
    weights = state.weights.reshape(task.n_scores, -1)
    intercepts = weights[:, 0] if task.intercept else np.zeros(task.n_scores)
    return _fit(task, intercepts, weights[:, int(task.intercept) :], losses, obstacle)


def _obstacle(task: Task, objective: Objective, weights: FloatArray, loss: float, has_converged: bool) -> str:
    """Why there is no optimum, as far as the present weights prove it; nothing if they do not."""
    if _is_promising(task, loss):
        by_class = _by_class(weights.reshape(task.n_scores, -1))
        if _certificate(task, task.features).is_separating(by_class):
            return f"{SEPARATED}; {REMEDY}"
    return _hidden_separation(task, objective, weights) if has_converged else ""


def _hidden_separation(task: Task, objective: Objective, weights: FloatArray) -> str:
    """Why a gradient that is almost 0 may still be no optimum; nothing if it is one.

    On the way to infinite weights the gradient vanishes too. There scores are large, and Newton's method is
    asked for the certificate.
    """
    scores = np.atleast_2d(objective.scores(weights, task.features))
    if not task.may_be_separated or np.ptp(scores) < SATURATED:
        return ""
    obstacle = fit_exactly(task, None, 4 * LONG, 1e-8).obstacle
    return obstacle if obstacle.startswith((SEPARATED, QUASI_SEPARATED)) else ""


@dataclass(frozen=True, eq=False)
class _Frame:
    """Columns (n, m) that Newton climbs on, made of the rows of `table`, and the way back and forth.

    Slopes of x are `back` (d, m) @ weights of the columns, and these `forth` (m, d) @ slopes. `deviations`
    (m,) are the sizes of the columns.
    """

    columns: FloatArray
    table: Table
    back: FloatArray
    forth: FloatArray
    deviations: FloatArray


@dataclass(frozen=True, eq=False)
class _Settling:
    """Watches the lengths of the steps of Newton's method; `units` (p,) are those of the weights."""

    units: FloatArray
    tolerance: float
    length: float = math.inf
    has_settled: bool = False

    def after(self, weights: FloatArray, step: FloatArray) -> _Settling:
        length = _largest(step * self.units / (1.0 + np.abs(weights * self.units)))
        # Steps that are small and shrink no more are rounding.
        has_settled = length <= self.tolerance or 0.5 * self.length <= length <= 1e-6
        return _Settling(self.units, self.tolerance, length, has_settled)


class _Coordinates:
    """The weights that Newton climbs in: those of the columns, for softmax without the freedom of their sum.

    Only an l1 penalty may ask for a sum that is not 0.
    """

    def __init__(self, task: Task, frame: _Frame, objective: Objective) -> None:
        self._task = task
        self._frame = frame
        self._basis: FloatArray | None = None
        if task.n_scores > 1 and task.penalty.l1 == 0.0:
            unit = np.eye(objective.n_weights // task.n_scores)
            self._basis = np.kron(_contrasts(task.n_scores), unit).astype(np.float64, copy=False)
        # The soft threshold of an l1 penalty is a matter of the penalised objective itself.
        self.objective: Objective = objective if task.penalty.l1 > 0.0 else _Along(objective, self._basis)

    @property
    def units(self) -> FloatArray:
        """What the weights are multiplied with to be those of columns of variance 1."""
        own = np.concatenate((np.ones(int(self._task.intercept)), self._frame.deviations))
        return np.tile(own, self.objective.n_weights // len(own))

    def start(self, before: Fit | None) -> FloatArray:
        """The weights to start from: those of `before` unless zero weights are better."""
        nothing = np.zeros(self.objective.n_weights)
        if before is None:
            return nothing
        slopes = before.slopes @ self._frame.forth.T
        intercepts = before.intercepts + before.slopes @ self._frame.table.own_centre
        table = np.column_stack((intercepts, slopes)) if self._task.intercept else slopes
        weights = table.ravel() if self._basis is None else self._basis.T @ table.ravel()
        # Far on the wrong side, where probabilities are 0 and 1, no curvature is left to find the way back.
        return max(nothing, weights, key=lambda start: penalised_value(self.objective, start))

    def by_score(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Intercepts (R,) and slopes (R, d), those of the columns (x - centre)."""
        flat = weights if self._basis is None else self._basis @ weights
        table = flat.reshape(self._task.n_scores, -1)
        intercepts = table[:, 0] if self._task.intercept else np.zeros(len(table))
        return intercepts, table[:, int(self._task.intercept) :] @ self._frame.back.T

    def natural(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Intercepts (R,) and slopes (R, d), those of the features."""
        intercepts, slopes = self.by_score(weights)
        return intercepts - slopes @ self._frame.table.own_centre, slopes


class _Along:
    """An objective as a function of fewer weights a, where w = basis @ a (or a itself): an `Objective`.

    It remembers its last value, which the optimizer and the loss history ask for one after the other.
    """

    def __init__(self, objective: Objective, basis: FloatArray | None) -> None:
        self._objective = objective
        self._basis = basis
        self._last: tuple[FloatArray, float] | None = None

    @property
    def n_rows(self) -> int:
        return self._objective.n_rows

    @property
    def n_weights(self) -> int:
        return self._objective.n_weights if self._basis is None else int(self._basis.shape[1])

    @property
    def is_intercept(self) -> NDArray[np.bool_]:
        # Scores have the same columns each, so the first ones tell.
        return self._objective.is_intercept[: self.n_weights]

    def gradient(self, weights: FloatArray) -> FloatArray:
        return self._narrow(self._objective.gradient(self._wide(weights)))

    def value(self, weights: FloatArray) -> float:
        if self._last is None or not np.array_equal(self._last[0], weights):
            self._last = weights.copy(), self._objective.value(self._wide(weights))
        return self._last[1]

    def value_and_gradient(self, weights: FloatArray) -> tuple[float, FloatArray]:
        return self.value(weights), self.gradient(weights)

    def accuracy(self, weights: FloatArray) -> float:
        return self._objective.accuracy(self._wide(weights))

    def hessian(self, weights: FloatArray) -> FloatArray:
        hessian = self._objective.hessian(self._wide(weights))
        if self._basis is None:
            return hessian
        narrow = self._basis.T @ hessian @ self._basis
        return 0.5 * (narrow + narrow.T)

    def rows_gradient(self, weights: FloatArray, rows: NDArray[np.intp]) -> FloatArray:
        return self._narrow(self._objective.rows_gradient(self._wide(weights), rows))

    def curvature_bound(self) -> FloatArray:
        bound = self._objective.curvature_bound()
        return bound if self._basis is None else self._basis.T @ bound @ self._basis

    def row_curvature_bound(self) -> float:
        return self._objective.row_curvature_bound()

    def scores(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        return self._objective.scores(self._wide(weights), features)

    def probabilities(self, weights: FloatArray, features: ArrayLike) -> FloatArray:
        return self._objective.probabilities(self._wide(weights), features)

    def _wide(self, weights: FloatArray) -> FloatArray:
        return weights if self._basis is None else self._basis @ weights

    def _narrow(self, gradient: FloatArray) -> FloatArray:
        return gradient if self._basis is None else self._basis.T @ gradient


def _whitened(task: Task) -> _Frame:
    table = _table(task)
    n_rows, n_columns = table.rows.shape
    total = float(n_rows if task.counts is None else task.counts.sum())
    if n_rows > n_columns:
        factor = triangle_of(table.rows.T, task.counts)
    else:
        factor = table.rows if task.counts is None else table.rows * np.sqrt(task.counts)[:, np.newaxis]
    _, lengths, axes = np.linalg.svd(factor, full_matrices=False)
    stored = math.sqrt(total) * np.abs(axes) @ table.rounding
    is_spanned = lengths > 32.0 * EPSILON * lengths[0] + stored
    lengths, axes = lengths[is_spanned] / math.sqrt(total), axes[is_spanned]
    whitening = axes.T / lengths
    back = whitening / table.scale[:, np.newaxis]
    return _Frame(
        columns=table.rows @ whitening,
        table=table,
        back=back if len(axes) == n_columns else _shortest(back, axes, table.scale),
        forth=lengths[:, np.newaxis] * axes * table.scale,
        deviations=np.ones(len(lengths)),
    )


def _table(task: Task) -> Table:
    # Column after column in memory: means and maxima down narrow rows take numpy ten times as long.
    return centred_table(np.asfortranarray(task.features), task.intercept)


def _shortest(back: FloatArray, axes: FloatArray, scale: FloatArray) -> FloatArray:
    """The slopes of `back` (d, r) without what changes no score: the part across the rows' span."""
    span = np.linalg.qr(scale[:, np.newaxis] * axes.T)[0]
    shortest = span @ (span.T @ back)
    # Columns of very different scales cost the projection digits; what scores lost by it is put back.
    lost = axes @ (scale[:, np.newaxis] * (back - shortest))
    return shortest + axes.T @ lost / scale[:, np.newaxis]


def _centred(task: Task) -> _Frame:
    table = _table(task)
    identity = np.eye(task.features.shape[1])
    return _Frame(table.own_rows, table, identity, identity, table.scale)


def _contrasts(n_scores: int) -> FloatArray:
    """An orthonormal basis (R, R - 1) of the vectors whose entries sum to 0."""
    steps = np.tri(n_scores, n_scores - 1, -1) - np.triu(np.ones((n_scores, n_scores - 1)))
    basis: FloatArray = np.linalg.qr(steps - steps.mean(axis=0))[0].astype(np.float64, copy=False)
    return basis


class _Certifier:
    """Looks on the way of Newton's method for a proof that there is no optimum."""

    def __init__(self, task: Task, table: Table, coordinates: _Coordinates) -> None:
        self._task = task
        self._table = table
        self._coordinates = coordinates

    @cached_property
    def _certificate(self) -> SeparationCertificate:
        return _certificate(self._task, self._table.rows)

    def obstacle(self, state: TrainingState, step: FloatArray, loss: float, has_settled: bool) -> str:
        """Why there is no optimum, if `state`, or the `step` that led there, proves it; else nothing."""
        if not self._task.may_be_separated:
            return ""
        if _is_promising(self._task, loss) and self._certificate.is_separating(self._on_rows(state.weights)):
            return f"{SEPARATED}; {REMEDY}"
        is_degenerate = self._is_degenerate(state, has_settled)
        # Late, and then more and more seldom: where flat rows lie across the way, nothing ever degenerates.
        is_late = state.step >= LONG and state.step & (state.step - 1) == 0
        is_suspect = is_degenerate or is_late
        if is_suspect and self._certificate.is_partly_separating(
            self._on_rows(step), self._on_rows(state.weights)
        ):
            return f"{QUASI_SEPARATED}; {REMEDY}"
        return f"{OUT_OF_REACH}; {REMEDY}" if is_degenerate else ""

    def _is_degenerate(self, state: TrainingState, has_settled: bool) -> bool:
        """Whether float64 no longer tells the smallest curvature from 0; looked at where it may be so."""
        if not has_settled and not PATIENCE < state.step < LONG:
            return False
        return inverse_root(self._coordinates.objective.hessian(state.weights)) is None

    def _on_rows(self, weights: FloatArray) -> FloatArray:
        """Weights of the centred and scaled rows, class by class."""
        intercepts, slopes = self._coordinates.by_score(weights)
        scaled = slopes * self._table.scale
        return _by_class(np.column_stack((intercepts, scaled)) if self._task.intercept else scaled)


def _is_promising(task: Task, loss: float) -> bool:
    """Whether the loss leaves no doubt but rounding that all rows are on their own side."""
    return task.may_be_separated and loss < math.log(2.0) * task.smallest_count


def _certificate(task: Task, rows: FloatArray) -> SeparationCertificate:
    assert task.labels is not None
    basis = zero_sum_basis(max(task.n_scores, 2))
    return SeparationCertificate(rows, np.eye(rows.shape[1]), task.labels, basis, task.intercept)


def _by_class(weights: FloatArray) -> FloatArray:
    """Weights (R, p) in a row with those of each class: a single score is that of the second."""
    return (np.vstack((np.zeros_like(weights), weights)) if len(weights) == 1 else weights).ravel()


def _penalised(likelihood: Objective, penalty: Penalty) -> Objective:
    return likelihood if penalty.strength == 0.0 else PenalisedObjective(likelihood, penalty)


def _nothing_to_fit(task: Task) -> Fit:
    """All features are 0 and there is no intercept: scores are 0 whatever the weights."""
    n_weights = task.n_scores * task.features.shape[1]
    loss = -task.objective(task.features).value(np.zeros(n_weights))
    slopes = np.zeros((task.n_scores, task.features.shape[1]))
    return _fit(task, np.zeros(task.n_scores), slopes, [loss, loss], "")


def _stacked(task: Task, before: Fit | None) -> FloatArray:
    n_weights = task.features.shape[1] + int(task.intercept)
    if before is None:
        return np.zeros(task.n_scores * n_weights)
    if not task.intercept:
        return before.slopes.ravel()
    return np.column_stack((before.intercepts, before.slopes)).ravel()


def _fit(task: Task, intercepts: FloatArray, slopes: FloatArray, losses: list[float], obstacle: str) -> Fit:
    if task.n_scores > 1:
        has_l1 = np.full(slopes.shape[1], task.penalty.l1 > 0.0)
        intercepts, slopes = intercepts - intercepts.mean(), balanced(slopes, has_l1)
    return Fit(np.array(intercepts), np.array(slopes), np.array(losses), obstacle)


def _has_stalled(losses: list[float]) -> bool:
    """Whether the loss has been as low as it gets for long: a penalty, say, may be lost in its rounding."""
    return len(losses) > 2 * LONG and min(losses[-LONG:]) >= min(losses[:-LONG])


def _unfinished(max_iterations: int, or_else: str = "") -> str:
    return f"max_iter = {max_iterations} iterations did not reach the optimum: raise max_iter{or_else}"


def _rate(spec: ModelSpec) -> str:
    return "the automatic one" if spec.learning_rate is None else repr(spec.learning_rate)


def _largest(entries: FloatArray) -> float:
    return float(np.abs(entries).max(initial=0.0))
