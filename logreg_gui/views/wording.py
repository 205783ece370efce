"""What models, optimizers and their numbers are called, the same in every view.

Least squares is climbed like everything else: minus half the squared error takes the log-likelihood's place.
"""

from __future__ import annotations

from logreg_gui import notation
from logreg_gui.frames import OPTIMIZERS, Frame, ModelSpec
from logreg_gui.frames import maximum_name as maximum_name

_PENALTIES = {"none": "", "l2": "ridge", "l1": "lasso", "elasticnet": "elastic net"}
_COMMON_NOUNS = ("gradient-ascent", "sgd", "momentum", "proximal")
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
    title = OPTIMIZERS[model.optimizer].title
    if is_short and model.optimizer in _SHORT_OPTIMIZERS:
        return _SHORT_OPTIMIZERS[model.optimizer]
    return title[0].lower() + title[1:] if model.optimizer in _COMMON_NOUNS else title


def _base_name(frame: Frame) -> str:
    model = frame.model
    if model.objective != "squared-error":
        return f"{model.objective} regression"
    if not frame.is_regression:
        return "least squares on labels"
    if model.penalty != "none":
        return {"l2": "ridge regression", "l1": "lasso", "elasticnet": "elastic net"}[model.penalty]
    return "polynomial regression" if model.degree > 1 else "linear regression"
