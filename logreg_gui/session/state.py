"""The state of a run as plain values for a JSON file.

Every number that the window shows, to its last digit; what is not finite, which JSON has no word for, is
null.

`weights`, `mle.weights` and `mle.standard_errors` are in the order of `weight_names`. The same weights class
by class are `coef` (K rows with softmax, else one; a column for each of `terms`) and `intercept` (one number
per row; 0 where the model has none). They belong to the terms of the feature map: polynomials of the inputs
`feature_names`, standardised if `model.standardise` is true.

`log_likelihood` is a sum over the training rows, or minus half the squared error where `objective` is
"squared-error"; `penalised_objective` is what is climbed, the same less the penalty. `gradient_norm` is that
of the summed gradient. `accuracy` is null for a regression, `r2` for everything else.

`mle` is the maximum of what is climbed. But for `reason` its members are null together when there is no
finite maximum or more than one, and so is `largest_stable_learning_rate`; standard errors are known for
logistic regression without a penalty alone.

`converged` says that training has arrived at that maximum: no weight is off by more than 1e-8 of the largest,
or the height by more than 1e-12 of itself. Where the weights grow for ever it is false.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from logreg_gui.frames import FloatArray, Frame, Maximum, ModelSpec
from logreg_gui.scenario import Scenario

NEAR_WEIGHTS = 1e-8
NEAR_HEIGHT = 1e-12
"""Rounding of a sum over 1,000,000 rows stays below; the weights are then right to about its square root."""


def state_of(frame: Frame, scenario: Scenario) -> dict[str, Any]:
    """The numbers of a frame whose maximum is known, ready for JSON."""
    model, sample, bayes = frame.model, frame.data.sample, frame.data.bayes
    maximum = frame.maximum
    coef, intercept = _by_class(frame.weights, model, sample.n_classes)
    state = {
        "preset": scenario.preset,
        "step": frame.step,
        "status": frame.status.value.lower(),
        "notice": frame.notice,
        "objective": model.objective,
        "model": _described(model),
        "learning_rate": frame.learning_rate,
        "weights": frame.weights,
        "weight_names": frame.weight_names,
        "coef": coef,
        "intercept": intercept,
        "terms": _terms(frame.weight_names, model, sample.n_classes),
        "feature_names": sample.feature_names,
        "class_labels": sample.class_names,
        "log_likelihood": frame.log_likelihood,
        "penalised_objective": frame.penalised,
        "accuracy": frame.accuracy,
        "r2": frame.r2,
        "gradient_norm": frame.gradient_norm,
        "converged": has_converged(frame),
        "rows": sample.n_rows - sample.n_test,
        "test": _tested(frame),
        "mle": _described_maximum(maximum, model, sample.n_classes),
        "largest_stable_learning_rate": maximum.largest_stable_learning_rate if maximum else None,
        "always_climbing_learning_rate": maximum.always_climbing_learning_rate if maximum else None,
        "bayes_weights": bayes.weights if bayes is not None and bayes.is_line else None,
        "classes": [
            {"mean": gaussian.mean, "covariance": gaussian.covariance, "size": gaussian.size}
            for gaussian in frame.data.classes
        ],
        "seed": frame.data.seed,
        "precision": frame.precision,
    }
    return {name: _plain(value) for name, value in state.items()}


def has_converged(frame: Frame) -> bool:
    """Whether the weights are those of the maximum, or as high; see above."""
    maximum = frame.maximum
    if maximum is None or maximum.weights is None or maximum.penalised_value is None:
        return False
    distance = float(np.abs(frame.weights - maximum.weights).max())
    if distance <= NEAR_WEIGHTS * float(np.abs(maximum.weights).max()):
        return True
    return maximum.penalised_value - frame.penalised <= NEAR_HEIGHT * abs(maximum.penalised_value)


def _described(model: ModelSpec) -> dict[str, Any]:
    names = (
        "objective", "degree", "interactions", "standardise", "penalty", "C", "l1_ratio", "optimizer",
        "batch_size", "momentum",
    )  # fmt: skip
    return {name: getattr(model, name) for name in names}


def _described_maximum(maximum: Maximum | None, model: ModelSpec, n_classes: int) -> dict[str, Any]:
    coef, intercept = None, None
    if maximum is not None and maximum.weights is not None:
        coef, intercept = _by_class(maximum.weights, model, n_classes)
    return {
        "weights": maximum.weights if maximum else None,
        "coef": coef,
        "intercept": intercept,
        "log_likelihood": maximum.log_likelihood if maximum else None,
        "penalised_objective": maximum.penalised_value if maximum else None,
        "standard_errors": maximum.standard_errors if maximum else None,
        "reason": maximum.reason if maximum else "not computed",
    }


def _tested(frame: Frame) -> dict[str, Any] | None:
    """The numbers of the test rows; the scaled log-likelihood stands for as many rows as are trained on."""
    sample = frame.data.sample
    if not sample.n_test or frame.test_log_likelihood is None:
        return None
    n_train = sample.n_rows - sample.n_test
    return {
        "rows": sample.n_test,
        "log_likelihood": frame.test_log_likelihood * sample.n_test / n_train,
        "scaled_log_likelihood": frame.test_log_likelihood,
        "accuracy": frame.test_accuracy,
        "r2": frame.test_r2,
    }


def _by_class(weights: FloatArray, model: ModelSpec, n_classes: int) -> tuple[FloatArray, FloatArray]:
    """The slopes (K or 1, m) and the intercepts (K or 1,) among the weights (p,)."""
    matrix = weights.reshape(_n_vectors(model, n_classes), -1)
    if not model.intercept:
        return matrix, np.zeros(len(matrix))
    return matrix[:, 1:], matrix[:, 0]


def _terms(names: tuple[str, ...], model: ModelSpec, n_classes: int) -> list[str]:
    """The names of the columns of the slopes: those of the first class, without its name and intercept."""
    n_vectors = _n_vectors(model, n_classes)
    first = names[: len(names) // n_vectors]
    terms = first[1:] if model.intercept else first
    return [name.rpartition(": ")[2] if n_vectors > 1 else name for name in terms]


def _n_vectors(model: ModelSpec, n_classes: int) -> int:
    return n_classes if model.objective == "softmax" else 1


def _plain(value: Any) -> Any:
    """`value` of what JSON knows: arrays and tuples as lists, numbers that are not finite as None."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
