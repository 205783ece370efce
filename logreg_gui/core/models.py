"""A model: objective x penalty x feature map, with the optimizer that climbs it.

Conventions as in `objectives`. One `ModelSpec` says what is wanted, `build` makes it of rows, and the same
`Model` is trained live by `training.advance` and fitted at once by `reference`. What is climbed is

    F(w) = log-likelihood (or minus half the squared error) - (1 / C) * penalty(w),

with the penalties of `penalties` and sums over the rows, so that C is scikit-learn's. Weights belong to the
columns that the feature map makes, standardised ones if it standardises.

Learning rates. Where the spec names none, `automatic_learning_rate` finds one that is safe on the data:
    ascent, Nesterov, proximal: 1 / L with L the largest curvature anywhere; ascent then climbs at every step,
        by at least half of what the gradient promises.
    momentum b: (1 - b) / L, since a gradient that lasts moves the weights 1 / (1 - b) times as far. Steps d
        are then paid for: F - b |d|^2 / (2 rate) never falls below 2 (1 - b) / L, from anywhere (Zavriev and
        Kostyuk 1993; Ghadimi et al. 2015). For Nesterov F - |d|^2 / (2 rate) never falls up to 1 / L (Beck
        and Teboulle 2009, lemma 2.3). F itself may overshoot and fall, but not below where it started.
    sgd: 1 / (2 L_b), where L_b interpolates between L and n times the largest curvature of a single row, as
        batches of b of n rows do (Gower et al. 2019).
    adagrad, rmsprop, adam: the rate is a length in weights. A step so long in every weight bends F by a
        tenth of |F(0)| at most; for rmsprop, whose steps do not grow shorter at the top, by a hundredth.

l1 penalties. Only gradient ascent, sgd and proximal take them: ascent and sgd then apply the soft threshold
after each step, so that weights become exactly 0 and stay there. The others are refused: Newton and L-BFGS
model F as smooth, and a velocity or a rate of its own for each weight moves the threshold's fixed point.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.features import FeatureMap, FittedFeatureMap
from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.maxima import (
    Found,
    Maximum,
    least_squares_maximum,
    missing_class,
    nothing,
    penalised_maximum,
    softmax_maximum,
    stable_learning_rate,
)
from logreg_gui.core.objectives import Objective
from logreg_gui.core.optimizers import OPTIMIZERS, Optimizer, Proximal, decay
from logreg_gui.core.penalties import (
    PENALTIES,
    PenalisedObjective,
    Penalty,
    largest_curvature,
    penalised_value,
    ratio,
)
from logreg_gui.core.pieces import Pieces, finished
from logreg_gui.core.references import (
    OUT_OF_REACH,
    always_climbing_pieces,
    largest_stable_learning_rate,
    maximum_likelihood_pieces,
)
from logreg_gui.core.rows import row_weights
from logreg_gui.core.softmax_objective import SoftmaxObjective
from logreg_gui.core.squared_error import SquaredErrorObjective
from logreg_gui.core.validation import FloatArray, feature_matrix_pieces, positive_number, whole_number

Likelihood = LogisticObjective | SoftmaxObjective | SquaredErrorObjective

OBJECTIVES = ("logistic", "softmax", "squared-error")


@dataclass(frozen=True)
class ModelSpec:
    """All that is wanted of a model but its rows.

    `learning_rate` None stands for the automatic one. Fields that the optimizer or the penalty has no use
    for are checked and otherwise ignored. `intercept` False leaves the intercept out.

    Raises:
        ValueError: a field is not what it should be, or the optimizer cannot climb the penalty.
    """

    objective: str = "logistic"
    degree: int = 1
    interactions: bool = True
    standardise: bool = False
    penalty: str = "none"
    C: float = 1.0
    l1_ratio: float = 0.5
    optimizer: str = "gradient-ascent"
    learning_rate: float | None = None
    batch_size: int = 32
    momentum: float = 0.9
    seed: int = 0
    intercept: bool = True

    def __post_init__(self) -> None:
        for field, names in (
            ("objective", OBJECTIVES),
            ("penalty", PENALTIES),
            ("optimizer", tuple(OPTIMIZERS)),
        ):
            if getattr(self, field) not in names:
                raise ValueError(f"{field} must be one of {', '.join(names)}, got {getattr(self, field)!r}")
        feature_map = FeatureMap(self.degree, self.interactions, self.standardise)
        checked: dict[str, Any] = asdict(feature_map)
        checked["C"] = positive_number("C", self.C)
        checked["l1_ratio"] = ratio("l1_ratio", self.l1_ratio)
        if self.learning_rate is not None:
            checked["learning_rate"] = positive_number("learning_rate", self.learning_rate)
        checked["batch_size"] = whole_number("batch_size", self.batch_size, smallest=1)
        checked["momentum"] = decay("momentum", self.momentum)
        checked["seed"] = whole_number("seed", self.seed, smallest=0)
        if not isinstance(self.intercept, bool | np.bool_):
            raise ValueError(f"intercept must be True or False, got {self.intercept!r}")
        checked["intercept"] = bool(self.intercept)
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        self._demand_a_climbable_penalty()

    @property
    def feature_map(self) -> FeatureMap:
        """The feature map, not fitted."""
        return FeatureMap(self.degree, self.interactions, self.standardise)

    @property
    def penalty_value(self) -> Penalty:
        """The penalty with its strength 1 / C."""
        strength = 0.0 if self.penalty == "none" else 1.0 / self.C
        return Penalty(self.penalty, strength, self.l1_ratio)

    def _demand_a_climbable_penalty(self) -> None:
        if self.penalty_value.l1 > 0.0 and not OPTIMIZERS[self.optimizer].handles_l1:
            able = ", ".join(name for name, info in OPTIMIZERS.items() if info.handles_l1)
            raise ValueError(
                f"optimizer must be one of {able} with the penalty {self.penalty}, whose corners at 0 "
                f"the others cannot settle in, got {self.optimizer!r}"
            )


class Rows(NamedTuple):
    """What a model was built of, not copied: it must not be changed while the model is in use."""

    features: NDArray[Any]
    target: NDArray[Any]
    sample_weight: FloatArray | None


@dataclass(frozen=True, eq=False)
class Model:
    """A spec and its rows, ready to train: `training.advance(state, model.objective, model.optimizer)`.

    `likelihood` is the objective without its penalty; the two are one object where there is no penalty.
    `n_classes` is 0 for a target that is no labels. `weight_names` are the weights in order, "intercept" and
    the terms of the feature map; with softmax each behind its class, "class 0: intercept".
    """

    spec: ModelSpec
    feature_map: FittedFeatureMap
    likelihood: Likelihood
    objective: Likelihood | PenalisedObjective
    optimizer: Optimizer
    weight_names: tuple[str, ...]
    n_classes: int
    rows: Rows

    @property
    def n_weights(self) -> int:
        """Number of weights, those of all classes together."""
        return self.likelihood.n_weights

    def log_likelihood(self, weights: FloatArray) -> float:
        """The log-likelihood at `weights`, or minus half the squared error; no penalty."""
        return self.likelihood.value(weights)

    def penalised_value(self, weights: FloatArray) -> float:
        """F(w): what is climbed, every part of the penalty included."""
        return penalised_value(self.objective, weights)

    def values(self, weights: FloatArray) -> tuple[float, float]:
        """The log-likelihood and F(w), from one pass over the rows."""
        value = self.likelihood.value(weights)
        if isinstance(self.objective, PenalisedObjective):
            return value, value - self.objective.cost(weights)
        return value, value

    def likelihood_on(self, features: ArrayLike, target: ArrayLike) -> Likelihood:
        """The likelihood of other rows with the feature map of these: what a test set says of the weights.

        Raises:
            ValueError: as `build`.
        """
        return finished(self.likelihood_on_pieces(features, target))

    def likelihood_on_pieces(self, features: ArrayLike, target: ArrayLike) -> Pieces[Likelihood]:
        """`likelihood_on`, some rows at a time."""
        matrix = yield from feature_matrix_pieces(features)
        terms = yield from self.feature_map.transform_pieces(matrix)
        return (yield from _likelihood(self.spec, terms, target, self.n_classes or None, None))

    def scores(self, weights: ArrayLike, points: ArrayLike) -> FloatArray:
        """The scores at `points` (..., d): (...), or (..., K) with softmax; predictions of a regression."""
        return self.likelihood.scores(self._weights(weights), self.feature_map.transform(points))

    def probabilities(self, weights: ArrayLike, points: ArrayLike) -> FloatArray:
        """The probabilities of the classes at `points` (..., d): (..., K).

        Raises:
            ValueError: the target is no labels.
        """
        return self.likelihood.probabilities(self._weights(weights), self.feature_map.transform(points))

    def _weights(self, weights: ArrayLike) -> FloatArray:
        return np.asarray(weights, dtype=np.float64)


def build(
    spec: ModelSpec,
    features: ArrayLike,
    target: ArrayLike,
    n_classes: int | None = None,
    *,
    sample_weight: ArrayLike | None = None,
) -> Model:
    """The model of rows `features` (n, d), without a column of ones, with `target` (n,).

    The target holds labels 0 to `n_classes` - 1; for "squared-error" it may hold any numbers. `n_classes`
    None stands for 2, and with softmax for one more than the largest label. `sample_weight` (n,) says how
    often each row counts, not in the feature map's means, which are those of the rows.

    Raises:
        ValueError: a shape does not fit, a number is not finite, a label is no class, or the objective is
            not for so many classes.
    """
    return finished(build_pieces(spec, features, target, n_classes, sample_weight=sample_weight))


def build_pieces(
    spec: ModelSpec,
    features: ArrayLike,
    target: ArrayLike,
    n_classes: int | None = None,
    *,
    sample_weight: ArrayLike | None = None,
) -> Pieces[Model]:
    """`build`, some rows at a time."""
    matrix = yield from feature_matrix_pieces(features)
    feature_map, terms = yield from spec.feature_map.fitted_pieces(matrix)
    likelihood = yield from _likelihood(spec, terms, target, n_classes, sample_weight)
    if spec.learning_rate is None:
        yield from likelihood.curvature_bound_pieces()  # which the automatic rate asks for
    penalty = spec.penalty_value
    objective = likelihood if penalty.kind == "none" else PenalisedObjective(likelihood, penalty)
    return Model(
        spec=spec,
        feature_map=feature_map,
        likelihood=likelihood,
        objective=objective,
        optimizer=optimizer_for(spec, objective),
        weight_names=_weight_names(spec, feature_map, likelihood),
        n_classes=_number_of_classes(likelihood),
        rows=Rows(matrix, np.asarray(target), row_weights(sample_weight, len(matrix))),
    )


def respecified(model: Model, spec: ModelSpec) -> Model:
    """`model` with another penalty or optimizer on the same rows, which are not gone through again.

    Raises:
        ValueError: `spec` asks for another objective, other features or another intercept.
    """
    for name in ("objective", "degree", "interactions", "standardise", "intercept"):
        before, after = getattr(model.spec, name), getattr(spec, name)
        if before != after:
            raise ValueError(f"{name} must stay {before!r} on the same rows, got {after!r}")
    likelihood, penalty = model.likelihood, spec.penalty_value
    objective = likelihood if penalty.kind == "none" else PenalisedObjective(likelihood, penalty)
    return replace(model, spec=spec, objective=objective, optimizer=optimizer_for(spec, objective))


def reference(model: Model) -> Maximum:
    """The maximum of F for the rows of `model`, found anew to full accuracy, whatever the optimizer.

    Plain logistic regression gives exactly what `references.compute_references` gives.
    """
    return finished(reference_pieces(model))


def reference_pieces(model: Model) -> Pieces[Maximum]:
    """`reference`, in pieces of some milliseconds: `next` works one off, and the end brings the maximum."""
    spec, objective = model.spec, model.objective
    if spec.objective == "logistic" and spec.penalty == "none":
        return (yield from _logistic_reference(model))
    features, target, counts = model.rows
    columns = yield from model.feature_map.transform_pieces(features)
    if counts is not None:
        columns, target, counts = columns[counts > 0.0], target[counts > 0.0], counts[counts > 0.0]
    found = yield from _found(spec, columns, target, counts, model.n_classes)
    yield from model.likelihood.curvature_bound_pieces()
    climbing = 2.0 / largest_curvature(objective)
    if found.weights is None:
        return Maximum(None, None, None, None, None, None, climbing, found.iterations, found.reason)
    hessian = yield from objective.hessian_pieces(found.weights)
    if not np.isfinite(hessian).all():
        # Products of the largest features are beyond float64.
        return Maximum(None, None, None, None, None, None, climbing, found.iterations, OUT_OF_REACH)
    value = yield from model.likelihood.value_pieces(found.weights)
    return Maximum(
        weights=found.weights,
        log_likelihood=value,
        penalised_value=value if spec.penalty == "none" else model.penalised_value(found.weights),
        hessian=hessian,
        standard_errors=None,
        largest_stable_learning_rate=stable_learning_rate(hessian, found.weights, objective),
        always_climbing_learning_rate=climbing,
        iterations=found.iterations,
        reason=found.reason,
    )


def optimizer_for(spec: ModelSpec, objective: Objective) -> Optimizer:
    """The optimizer of `spec`, with the learning rate that suits `objective` where the spec names none."""
    info = OPTIMIZERS[spec.optimizer]
    settings = {parameter.name: getattr(spec, parameter.name) for parameter in info.parameters}
    if info.is_random:
        settings["seed"] = spec.seed
    if "learning_rate" in settings and spec.learning_rate is None:
        settings["learning_rate"] = automatic_learning_rate(spec, objective)
    if spec.optimizer == "gradient-ascent" and spec.penalty_value.l1 > 0.0:
        return Proximal(settings["learning_rate"], is_accelerated=False)
    return info.make(**settings)


def automatic_learning_rate(spec: ModelSpec, objective: Objective) -> float:
    """A learning rate that is safe for the optimizer of `spec` on `objective`; formulas above."""
    info = OPTIMIZERS[spec.optimizer]
    largest = largest_curvature(objective)
    if info.is_adaptive:
        unit = abs(objective.value(np.zeros(objective.n_weights))) or 1.0
        share = 0.01 if spec.optimizer == "rmsprop" else 0.1
        return math.sqrt(2.0 * share * unit / (largest * objective.n_weights))
    if info.is_random:
        n_rows, batch = objective.n_rows, min(spec.batch_size, objective.n_rows)
        share = 1.0 if n_rows == 1 else n_rows * (batch - 1) / (batch * (n_rows - 1))
        single = n_rows * objective.row_curvature_bound()
        return 0.5 / (share * largest + (1.0 - share) * single)
    return (1.0 - spec.momentum if spec.optimizer == "momentum" else 1.0) / largest


def _logistic_reference(model: Model) -> Pieces[Maximum]:
    features, target, counts = model.rows
    columns = yield from model.feature_map.transform_pieces(features)
    maximum = yield from maximum_likelihood_pieces(
        columns, target, sample_weight=counts, intercept=model.spec.intercept
    )
    if counts is None and model.spec.intercept:
        climbing = yield from always_climbing_pieces(columns)
    else:
        climbing = 2.0 / largest_curvature(model.objective)
    hessian = maximum.hessian
    return Maximum(
        weights=maximum.weights,
        log_likelihood=maximum.log_likelihood,
        penalised_value=maximum.log_likelihood,
        hessian=hessian,
        standard_errors=maximum.standard_errors,
        largest_stable_learning_rate=None if hessian is None else largest_stable_learning_rate(hessian),
        always_climbing_learning_rate=climbing,
        iterations=maximum.iterations,
        reason=maximum.reason,
    )


def _found(
    spec: ModelSpec,
    columns: NDArray[Any],
    target: NDArray[Any],
    counts: FloatArray | None,
    n_classes: int,
) -> Pieces[Found]:
    def likelihood(rows: FloatArray) -> Pieces[Likelihood]:
        return _likelihood(spec, rows, target, n_classes or None, counts)

    def penalised(rows: FloatArray) -> Pieces[PenalisedObjective]:
        return PenalisedObjective((yield from likelihood(rows)), spec.penalty_value)

    if spec.penalty != "none":
        obstacle = (
            "" if spec.objective == "squared-error" else missing_class(target, n_classes, spec.intercept)
        )
        if obstacle:
            return nothing(obstacle)
        n_rows_of_weights = n_classes if spec.objective == "softmax" else 1
        return (yield from penalised_maximum(columns, penalised, n_rows_of_weights, spec.intercept))
    if spec.objective == "softmax":
        labels = target.astype(np.intp)
        return (yield from softmax_maximum(columns, labels, n_classes, counts, spec.intercept))
    return (yield from least_squares_maximum(columns, likelihood, spec.intercept))


def _likelihood(
    spec: ModelSpec,
    terms: NDArray[Any],
    target: ArrayLike,
    n_classes: int | None,
    sample_weight: ArrayLike | None,
) -> Pieces[Likelihood]:
    if n_classes is not None:
        n_classes = whole_number("n_classes", n_classes, smallest=2)
    if spec.objective == "softmax":
        if n_classes is None:
            labels = np.asarray(target)
            # What is no label is refused by the objective, in its words.
            largest = labels.max(initial=1) if labels.dtype.kind in "biuf" else 1
            n_classes = 1 + int(largest) if np.isfinite(largest) else 2
        return (
            yield from SoftmaxObjective.in_pieces(
                terms, target, n_classes, sample_weight=sample_weight, intercept=spec.intercept
            )
        )
    if n_classes not in (None, 2):
        raise ValueError(
            f"objective must be softmax for more than two classes, got {spec.objective!r} for {n_classes}"
        )
    kind = LogisticObjective if spec.objective == "logistic" else SquaredErrorObjective
    return (yield from kind.in_pieces(terms, target, sample_weight=sample_weight, intercept=spec.intercept))


def _number_of_classes(likelihood: Likelihood) -> int:
    if isinstance(likelihood, SoftmaxObjective):
        return likelihood.n_classes
    if isinstance(likelihood, SquaredErrorObjective) and not likelihood.has_labels:
        return 0
    return 2


def _weight_names(
    spec: ModelSpec,
    feature_map: FittedFeatureMap,
    likelihood: Likelihood,
) -> tuple[str, ...]:
    names = (("intercept",) if spec.intercept else ()) + feature_map.names
    if isinstance(likelihood, SoftmaxObjective):
        return tuple(f"class {label}: {name}" for label in range(likelihood.n_classes) for name in names)
    return names
