"""The models by their classic names, with scikit-learn's conventions, and the functions that go with them.

An estimator is a thin name over the code that trains live: an objective, a penalty and an optimizer, climbed
to the end by `fitting`. All are deterministic and use all rows at every step unless `solver="sgd"`.

Symbols: n rows x_i with targets y_i and weights c_i (1 where none are given), d features, slopes w
(`coef_`), intercept b (`intercept_`), scores s_i = x_i . w + b. Sums run over the rows; the intercept is
never penalised.

Arguments that all have in common
    solver         "newton" (the default: exact, at any scale of the columns), or an optimizer of the live
                   trainer: "lbfgs", "gradient-ascent", "sgd", "momentum", "nesterov", "adagrad", "rmsprop",
                   "adam", "proximal". With an l1 penalty only newton, gradient-ascent, sgd and proximal.
    learning_rate  None for one that suits the data; multiplies summed gradients. newton and lbfgs have none.
    max_iter, tol  The fit ends after `max_iter` iterations (steps; passes over the rows with sgd), or as soon
                   as it has converged: see `fitting` for what `tol` means.
    batch_size     Rows per step of sgd.
    momentum       Of the solvers momentum and nesterov, at least 0 and below 1.
    random_state   Of sgd: a seed, a generator, or None for other batches every time.
    fit_intercept  False leaves the intercept at 0.
    warm_start     True starts from the weights of the last fit instead of from 0.

What all learn: `coef_`, `intercept_`, `n_features_in_`, `feature_names_in_` (of a data frame), `n_iter_`,
`loss_history_` (the loss before and after every iteration), `converged_`, and `message_`: why it did not
converge, else empty. A fit that did not converge warns with `ConvergenceWarning` and keeps what it reached.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.features import FeatureMap
from logreg_gui.core.fitting import Fit, Task, fit_by, fit_exactly
from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.links import log_sigmoid, log_softmax, sigmoid, softmax
from logreg_gui.core.metrics import (
    accuracy_score,
    calibration_curve,
    confusion_matrix,
    log_loss,
    mean_squared_error,
    r2_score,
    roc_auc_score,
    roc_curve,
)
from logreg_gui.core.models import ModelSpec
from logreg_gui.core.objectives import Objective
from logreg_gui.core.optimizers import OPTIMIZERS
from logreg_gui.core.penalties import Penalty
from logreg_gui.core.sklearn_conventions import (
    ConvergenceWarning,
    DataConversionWarning,
    Estimator,
    NotFittedError,
    Rows,
    checked_rows,
    chosen,
    row_weights,
    switch,
    target_vector,
    warn,
)
from logreg_gui.core.softmax_objective import SoftmaxObjective
from logreg_gui.core.splitting import train_test_split
from logreg_gui.core.squared_error import SquaredErrorObjective
from logreg_gui.core.transformers import OneHotEncoder, PolynomialFeatures, StandardScaler
from logreg_gui.core.validation import FloatArray, positive_number, real_number, whole_number

__all__ = [
    "ConvergenceWarning",
    "DataConversionWarning",
    "ElasticNet",
    "Lasso",
    "LinearRegression",
    "LogisticRegression",
    "NotFittedError",
    "OneHotEncoder",
    "PolynomialFeatures",
    "PolynomialRegression",
    "Ridge",
    "SoftmaxRegression",
    "StandardScaler",
    "accuracy_score",
    "calibration_curve",
    "confusion_matrix",
    "log_loss",
    "log_sigmoid",
    "log_softmax",
    "mean_squared_error",
    "r2_score",
    "roc_auc_score",
    "roc_curve",
    "sigmoid",
    "softmax",
    "train_test_split",
]

NEWTON = "newton"

RandomState = int | np.random.Generator | np.random.RandomState | None


class _LinearModel(Estimator):
    """What classifiers and regressors share: arguments of the climb, and what it leaves behind."""

    fit_intercept: bool
    solver: str
    learning_rate: float | None
    max_iter: int
    tol: float
    batch_size: int
    momentum: float
    random_state: RandomState
    warm_start: bool
    intercept_: Any
    coef_: FloatArray

    def _climb(self) -> _Climb:
        """The arguments of the climb, checked."""
        chosen("solver", self.solver, tuple(OPTIMIZERS))
        spec = ModelSpec(
            optimizer="proximal" if self.solver == NEWTON else self.solver,
            learning_rate=self.learning_rate,
            batch_size=self.batch_size,
            momentum=self.momentum,
            seed=_seed(self.random_state, is_used=self.solver == "sgd"),
        )
        return _Climb(
            solver=self.solver,
            spec=spec,
            max_iter=whole_number("max_iter", self.max_iter, smallest=1),
            tol=positive_number("tol", self.tol),
            intercept=switch("fit_intercept", self.fit_intercept),
            is_warm=switch("warm_start", self.warm_start),
        )

    def _start(self, climb: _Climb, n_scores: int, n_slopes: int) -> Fit | None:
        """Where a warm start begins; None for zero weights."""
        if not climb.is_warm or not hasattr(self, "coef_"):
            return None
        slopes = np.atleast_2d(self.coef_)
        if slopes.shape != (n_scores, n_slopes):
            raise ValueError(
                f"warm_start must be False for other classes or features than those of the last fit, got "
                f"{n_scores} x {n_slopes} weights after {slopes.shape[0]} x {slopes.shape[1]}"
            )
        return Fit(np.atleast_1d(self.intercept_), slopes, np.empty(0), "")

    def _learn(self, fit: Fit) -> None:
        self.n_iter_ = fit.n_iterations
        self.loss_history_ = fit.losses
        self.converged_ = not fit.obstacle
        self.message_ = fit.obstacle
        if fit.obstacle:
            warn(ConvergenceWarning, f"{type(self).__name__} did not converge: {fit.obstacle}")


@dataclass(frozen=True)
class _Climb:
    """Checked arguments of a climb; `spec` speaks of its optimizer alone."""

    solver: str
    spec: ModelSpec
    max_iter: int
    tol: float
    intercept: bool
    is_warm: bool

    def demand_climbable(self, penalty: Penalty) -> None:
        if penalty.l1 > 0.0 and self.solver != NEWTON and not OPTIMIZERS[self.solver].handles_l1:
            able = [NEWTON, *(name for name, info in OPTIMIZERS.items() if info.handles_l1)]
            raise ValueError(
                f"solver must be one of {', '.join(able)} with an l1 penalty, got {self.solver!r}"
            )

    def to(self, task: Task, before: Fit | None) -> Fit:
        if self.solver == NEWTON:
            return fit_exactly(task, before, self.max_iter, self.tol)
        # The strength is in the task's own penalty; a spec with an l1 part makes its steps proximal.
        spec = replace(self.spec, penalty=task.penalty.kind, l1_ratio=task.penalty.l1_ratio)
        return fit_by(spec, task, before, self.max_iter, self.tol)


class _Classifier(_LinearModel):
    """A classifier whose scores are linear."""

    is_multiclass: bool
    classes_: NDArray[Any]

    def __init__(
        self,
        penalty: str | None = None,
        *,
        C: float = 1.0,
        l1_ratio: float = 0.5,
        fit_intercept: bool = True,
        solver: str = NEWTON,
        learning_rate: float | None = None,
        max_iter: int = 1000,
        tol: float = 1e-8,
        batch_size: int = 32,
        momentum: float = 0.9,
        random_state: RandomState = None,
        warm_start: bool = False,
    ) -> None:
        self.penalty = penalty
        self.C = C
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.batch_size = batch_size
        self.momentum = momentum
        self.random_state = random_state
        self.warm_start = warm_start

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Find the weights for features `X` (n, d) and labels `y` (n,) of any kind.

        `sample_weight` (n,) says how often a row counts.

        Raises:
            ValueError: an argument is out of range, of the wrong shape or not finite, or `y` holds one class.
        """
        penalty = self._penalty()
        climb = self._climb()
        climb.demand_climbable(penalty)
        rows = checked_rows(type(self).__name__, X, y, sample_weight, "labels")
        classes, labels = np.unique(rows.target, return_inverse=True)
        self._demand_classes(classes)
        n_scores = len(classes) if self.is_multiclass else 1
        task = Task(
            features=rows.features,
            counts=rows.weights,
            objective=lambda columns: self._objective(columns, labels, len(classes), rows, climb),
            penalty=penalty,
            intercept=climb.intercept,
            n_scores=n_scores,
            labels=labels,
        )
        fit = climb.to(task, self._start(climb, n_scores, rows.columns.number))
        self._remember_columns(rows.columns)
        self.classes_ = classes
        self.coef_, self.intercept_ = fit.slopes, fit.intercepts
        self._learn(fit)
        return self

    def _objective(
        self, columns: FloatArray, labels: NDArray[np.intp], n_classes: int, rows: Rows, climb: _Climb
    ) -> Objective:
        raise NotImplementedError

    def _penalty(self) -> Penalty:
        chosen("penalty", self.penalty, (None, "l2", "l1", "elasticnet"))
        strength = 1.0 / positive_number("C", self.C)
        if self.penalty is None:
            return Penalty("none", 0.0, self.l1_ratio)
        return Penalty(self.penalty, strength, self.l1_ratio)

    def _demand_classes(self, classes: NDArray[Any]) -> None:
        if len(classes) < 2:
            raise ValueError(f"y must hold at least two classes, got one class: {classes.tolist()[0]!r}")
        if len(classes) > 2 and not self.is_multiclass:
            raise ValueError(
                f"Only binary classification is supported. y holds {len(classes)} classes: use "
                "SoftmaxRegression"
            )

    def decision_function(self, X: Any) -> FloatArray:
        """Scores at `X` (n, d): (n,) for two classes, positive for the second; (n, K) for more."""
        raise NotImplementedError

    def predict(self, X: Any) -> NDArray[Any]:
        """The likeliest class of every row of `X` (n, d); the first of those that are equally likely."""
        scores = self.decision_function(X)
        places = (scores > 0.0).astype(np.intp) if scores.ndim == 1 else scores.argmax(axis=1)
        predicted: NDArray[Any] = self.classes_[places]
        return predicted

    def predict_proba(self, X: Any) -> FloatArray:
        """Probabilities of the classes, in the order of `classes_`, at `X` (n, d): (n, K)."""
        scores = self.decision_function(X)
        return np.column_stack((sigmoid(-scores), sigmoid(scores))) if scores.ndim == 1 else softmax(scores)

    def predict_log_proba(self, X: Any) -> FloatArray:
        """Logarithms of `predict_proba`, exact where a probability is too small for float64."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            return np.column_stack((log_sigmoid(-scores), log_sigmoid(scores)))
        return log_softmax(scores)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Fraction of the rows of `X` (n, d) whose label `y` (n,) is predicted, by `sample_weight`."""
        predicted = self.predict(X)
        truth = target_vector(y, len(predicted))
        is_right = np.asarray(truth == predicted, dtype=np.float64)
        return float(np.average(is_right, weights=row_weights(sample_weight, len(predicted))))

    def _set_tags(self, tags: Any, utils: Any) -> None:
        tags.estimator_type = "classifier"
        tags.classifier_tags = utils.ClassifierTags(multi_class=self.is_multiclass)
        tags.target_tags.required = True


class LogisticRegression(_Classifier):
    """Two classes, and a probability sigmoid(s) of the second: `coef_` (1, d), `intercept_` (1,).

    The loss, which `loss_history_` records and the fit minimises, is

        sum_i c_i log(1 + exp(-m_i)) + penalty / C,   m_i = s_i for rows of the second class, else -s_i

    with penalty = 0 for None, 1/2 |w|_2^2 for "l2", |w|_1 for "l1", and for "elasticnet"
    l1_ratio |w|_1 + (1 - l1_ratio) / 2 |w|_2^2. Times C it is scikit-learn's objective. The default is no
    penalty: the maximum of the likelihood. Where that does not exist, because the classes can be separated,
    the fit stops as soon as it has proved it, and warns; the weights reached separate the classes.
    """

    is_multiclass = False

    def decision_function(self, X: Any) -> FloatArray:
        """The log-odds of the second class at `X` (n, d): (n,).

        Raises:
            ValueError: `X` does not fit, or `fit` was not called.
        """
        features = self._checked_features(X)
        scores: FloatArray = features @ self.coef_[0] + self.intercept_[0]
        return scores

    def _objective(
        self, columns: FloatArray, labels: NDArray[np.intp], n_classes: int, rows: Rows, climb: _Climb
    ) -> Objective:
        return LogisticObjective(columns, labels, sample_weight=rows.weights, intercept=climb.intercept)


class SoftmaxRegression(_Classifier):
    """K >= 2 classes, and probabilities softmax(s) of K scores: `coef_` (K, d), `intercept_` (K,).

    The loss, which `loss_history_` records and the fit minimises, is

        sum_i c_i log(sum_k exp(s_ik) / exp(s_iy)) + penalty / C,   y the class of row i

    with the penalties of `LogisticRegression`, of the slopes of all classes together. One vector added to the
    weights of all classes changes no probability: intercepts, and without an l1 penalty slopes, are given
    with sum 0 over the classes. For two classes the log-odds are those of `LogisticRegression`; with an l2
    penalty they are those of one with twice the C, since two classes share the slopes.
    """

    is_multiclass = True

    def decision_function(self, X: Any) -> FloatArray:
        """The scores at `X` (n, d): (n, K); for two classes the log-odds of the second, (n,).

        Raises:
            ValueError: `X` does not fit, or `fit` was not called.
        """
        scores: FloatArray = self._checked_features(X) @ self.coef_.T + self.intercept_
        return scores[:, 1] - scores[:, 0] if scores.shape[1] == 2 else scores

    def _objective(
        self, columns: FloatArray, labels: NDArray[np.intp], n_classes: int, rows: Rows, climb: _Climb
    ) -> Objective:
        return SoftmaxObjective(
            columns, labels, n_classes, sample_weight=rows.weights, intercept=climb.intercept
        )


class _Regressor(_LinearModel):
    """A regressor whose predictions are linear in its terms."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Find the weights for features `X` (n, d) and targets `y` (n,).

        `sample_weight` (n,) says how often a row counts.

        Raises:
            ValueError: an argument is out of range, of the wrong shape or not finite.
        """
        self._demand_own_arguments()
        climb = self._climb()
        rows = checked_rows(type(self).__name__, X, y, sample_weight, "numbers")
        total = float(len(rows.features) if rows.weights is None else rows.weights.sum())
        penalty = self._penalty(total)
        climb.demand_climbable(penalty)
        terms = self._fitted_terms(rows.features)
        task = Task(
            features=terms,
            counts=rows.weights,
            objective=lambda columns: SquaredErrorObjective(
                columns, rows.target, sample_weight=rows.weights, intercept=climb.intercept
            ),
            penalty=penalty,
            intercept=climb.intercept,
            n_scores=1,
            labels=None,
        )
        fit = climb.to(task, self._start(climb, 1, terms.shape[1]))
        self._remember_columns(rows.columns)
        self.coef_, self.intercept_ = fit.slopes[0], float(fit.intercepts[0])
        self._learn(fit)
        return self

    def predict(self, X: Any) -> FloatArray:
        """The predictions (n,) at `X` (n, d).

        Raises:
            ValueError: `X` does not fit, or `fit` was not called.
        """
        predictions: FloatArray = self._terms(self._checked_features(X)) @ self.coef_ + self.intercept_
        return predictions

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R^2 of the predictions at `X` (n, d) for `y` (n,), rows weighed by `sample_weight`."""
        predictions = self.predict(X)
        return r2_score(target_vector(y, len(predictions)), predictions, sample_weight=sample_weight)

    def _penalty(self, total: float) -> Penalty:
        """The penalty of a squared error whose row weights sum to `total`."""
        return Penalty()

    def _demand_own_arguments(self) -> None:
        """Check the arguments that other regressors have not."""

    def _fitted_terms(self, features: FloatArray) -> FloatArray:
        """The columns that are fitted, and whatever must be learned to make them again."""
        return features

    def _terms(self, features: FloatArray) -> FloatArray:
        return features

    def _set_tags(self, tags: Any, utils: Any) -> None:
        tags.estimator_type = "regressor"
        tags.regressor_tags = utils.RegressorTags()
        tags.target_tags.required = True


class LinearRegression(_Regressor):
    """Least squares: `coef_` (d,), `intercept_`.

    The loss is 1/2 sum_i c_i (y_i - s_i)^2. Of several solutions it takes the one with the shortest `coef_`.
    """

    def __init__(
        self,
        *,
        fit_intercept: bool = True,
        solver: str = NEWTON,
        learning_rate: float | None = None,
        max_iter: int = 1000,
        tol: float = 1e-8,
        batch_size: int = 32,
        momentum: float = 0.9,
        random_state: RandomState = None,
        warm_start: bool = False,
    ) -> None:
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.batch_size = batch_size
        self.momentum = momentum
        self.random_state = random_state
        self.warm_start = warm_start


class PolynomialRegression(_Regressor):
    """Least squares of a polynomial of `degree` 1 to 6: `coef_` (terms,), `intercept_`.

    Terms are those of `PolynomialFeatures` without its column of ones, in that order; `powers_` (terms, d)
    tells the power of every feature in every term. `interactions=False` leaves out products of different
    features. The loss is that of `LinearRegression`. High powers of features far from 0 are almost one line:
    standardise such features first.
    """

    powers_: NDArray[np.int64]

    def __init__(
        self,
        degree: int = 2,
        *,
        interactions: bool = True,
        fit_intercept: bool = True,
        solver: str = NEWTON,
        learning_rate: float | None = None,
        max_iter: int = 1000,
        tol: float = 1e-8,
        batch_size: int = 32,
        momentum: float = 0.9,
        random_state: RandomState = None,
        warm_start: bool = False,
    ) -> None:
        self.degree = degree
        self.interactions = interactions
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.batch_size = batch_size
        self.momentum = momentum
        self.random_state = random_state
        self.warm_start = warm_start

    def _demand_own_arguments(self) -> None:
        FeatureMap(self.degree, self.interactions)

    def _fitted_terms(self, features: FloatArray) -> FloatArray:
        self._feature_map = FeatureMap(self.degree, self.interactions).fit(features)
        self.powers_ = self._feature_map.powers
        return self._terms(features)

    def _terms(self, features: FloatArray) -> FloatArray:
        return self._feature_map.transform(features).astype(np.float64, copy=False)


class Ridge(_Regressor):
    """Least squares with an l2 penalty: `coef_` (d,), `intercept_`.

    The loss is 1/2 (sum_i c_i (y_i - s_i)^2 + alpha |w|_2^2), half of scikit-learn's; `alpha` >= 0.
    """

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        fit_intercept: bool = True,
        solver: str = NEWTON,
        learning_rate: float | None = None,
        max_iter: int = 1000,
        tol: float = 1e-8,
        batch_size: int = 32,
        momentum: float = 0.9,
        random_state: RandomState = None,
        warm_start: bool = False,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.batch_size = batch_size
        self.momentum = momentum
        self.random_state = random_state
        self.warm_start = warm_start

    def _penalty(self, total: float) -> Penalty:
        return _penalty("l2", _strength(self.alpha))


class Lasso(Ridge):
    """Least squares with an l1 penalty, which makes weights exactly 0: `coef_` (d,), `intercept_`.

    The loss is 1/2 sum_i c_i (y_i - s_i)^2 + alpha n |w|_1 with n the sum of the c_i: n times scikit-learn's.
    """

    def _penalty(self, total: float) -> Penalty:
        return _penalty("l1", _strength(self.alpha) * total)


class ElasticNet(_Regressor):
    """Least squares with both penalties: `coef_` (d,), `intercept_`.

    The loss is 1/2 sum_i c_i (y_i - s_i)^2 + alpha n (l1_ratio |w|_1 + (1 - l1_ratio) / 2 |w|_2^2) with n the
    sum of the c_i: n times scikit-learn's.
    """

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        l1_ratio: float = 0.5,
        fit_intercept: bool = True,
        solver: str = NEWTON,
        learning_rate: float | None = None,
        max_iter: int = 1000,
        tol: float = 1e-8,
        batch_size: int = 32,
        momentum: float = 0.9,
        random_state: RandomState = None,
        warm_start: bool = False,
    ) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.batch_size = batch_size
        self.momentum = momentum
        self.random_state = random_state
        self.warm_start = warm_start

    def _penalty(self, total: float) -> Penalty:
        return _penalty("elasticnet", _strength(self.alpha) * total, self.l1_ratio)


def _penalty(kind: str, strength: float, l1_ratio: float = 0.5) -> Penalty:
    checked = Penalty(kind, strength, l1_ratio)
    return checked if strength > 0.0 else Penalty()


def _strength(alpha: object) -> float:
    number = real_number("alpha", alpha)
    if number < 0.0:
        raise ValueError(f"alpha must be a finite number of at least 0, got {alpha!r}")
    return number


def _seed(random_state: object, is_used: bool) -> int:
    """The seed of one fit; a generator gives one, and only if it is used."""
    if random_state is None or isinstance(random_state, np.random.Generator | np.random.RandomState):
        if not is_used:
            return 0
        if isinstance(random_state, np.random.RandomState):
            return int(random_state.randint(2**31 - 1))
        return int(np.random.default_rng(random_state).integers(2**31))
    return whole_number("random_state", random_state, smallest=0)
