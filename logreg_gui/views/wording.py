"""What models, optimizers and their numbers are called, the same in every view.

Least squares is climbed like everything else: minus half the squared error takes the log-likelihood's place.
"""

from __future__ import annotations

from logreg_gui import notation
from logreg_gui.frames import OPTIMIZERS, Frame, ModelSpec
from logreg_gui.frames import maximum_name as maximum_name

_PENALTIES = {"none": "", "l2": "ridge", "l1": "lasso", "elasticnet": "elastic net"}
_SHORT_OPTIMIZERS = {"sgd": "SGD", "proximal": "FISTA"}


def value_name(model: ModelSpec) -> str:
    """What a frame's `log_likelihood` is."""
    return "−½ squared error" if model.objective == "squared-error" else "log-likelihood"


def model_name(frame: Frame) -> str:
    """For example: logistic regression, degree 3, ridge C = 10."""
    model = frame.model
    strength = "" if model.penalty == "none" else f"C = {notation.shortest(model.C, 4)}"
    if model.penalty == "elasticnet":
        strength += f", {notation.percent(model.l1_ratio)} l1"
    parts = [_base_name(frame)]
    if model.degree > 1:
        parts.append(f"degree {model.degree}")
    if strength:
        # Ridge regression, the lasso and the elastic net have their penalty in their name already.
        is_named = frame.is_regression
        parts.append(strength if is_named else f"{_PENALTIES[model.penalty]} {strength}")
    return ", ".join(parts)


def optimizer_name(model: ModelSpec, *, is_short: bool = False) -> str:
    """For example: gradient ascent, Adam; where it must be short, SGD and FISTA."""
    if is_short and model.optimizer in _SHORT_OPTIMIZERS:
        return _SHORT_OPTIMIZERS[model.optimizer]
    return OPTIMIZERS[model.optimizer].noun


def term_names(frame: Frame) -> dict[str, str]:
    """What the terms of the features are called, by their names among the weights.

    As the columns of the data, where every term is one; else as powers and products of x₁ and x₂.
    """
    terms = dict.fromkeys(name.rpartition(": ")[2] for name in frame.weight_names)
    terms.pop("intercept", None)
    own = frame.data.sample.feature_names
    is_linear = frame.model.degree == 1 and len(terms) == len(own)
    return dict(zip(terms, own if is_linear else terms, strict=True))


def _base_name(frame: Frame) -> str:
    model = frame.model
    if model.objective != "squared-error":
        return f"{model.objective} regression"
    if not frame.is_regression:
        return "least squares on labels"
    if model.penalty != "none":
        return {"l2": "ridge regression", "l1": "lasso", "elasticnet": "elastic net"}[model.penalty]
    return "polynomial regression" if model.degree > 1 else "linear regression"
