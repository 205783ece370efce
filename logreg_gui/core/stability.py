"""Learning rates that are known to be good, by optimizer: laws about the maximum and the curvature there."""

from __future__ import annotations

from dataclasses import dataclass

from logreg_gui.core.maxima import Maximum
from logreg_gui.core.models import ModelSpec
from logreg_gui.core.optimizers import LEARNING_RATE, OPTIMIZERS


@dataclass(frozen=True)
class StableRates:
    """Learning rates that are known to be good: None for what does not exist; `reason` says why nothing does.

    Below `always_climbing` every step climbs from anywhere; above `largest_stable` training never settles at
    the maximum.
    """

    always_climbing: float | None = None
    largest_stable: float | None = None
    reason: str = ""


def stable_rates(model: ModelSpec, maximum: Maximum | None) -> StableRates | None:
    """Those of the model's optimizer; None while the maximum is unknown.

    With momentum b a step near the maximum is stable below 2 (1 + b) / lambda, with Nesterov's below
    2 (1 + b) / ((1 + 2 b) lambda), lambda being the largest curvature there (Polyak 1964; the roots of the
    step's characteristic polynomial).
    """
    if maximum is None:
        return None
    if maximum.is_unknown:
        return StableRates(reason="the maximum is unknown, and so are the stable learning rates")
    stable, b = maximum.largest_stable_learning_rate, model.momentum
    if model.optimizer == "gradient-ascent":
        return StableRates(maximum.always_climbing_learning_rate, stable)
    factor = {"momentum": 1.0 + b, "nesterov": (1.0 + b) / (1.0 + 2.0 * b)}.get(model.optimizer)
    if factor is None:
        name = OPTIMIZERS[model.optimizer].noun
        if LEARNING_RATE not in OPTIMIZERS[model.optimizer].parameters:
            return StableRates(reason=f"no learning rate: {name} finds the length of its steps itself")
        return StableRates(reason=f"no law says which learning rates are stable for {name}")
    if stable is None:
        return StableRates(reason="there is no maximum, and so no largest stable learning rate")
    return StableRates(None, factor * stable)
