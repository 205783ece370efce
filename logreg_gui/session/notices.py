"""What the status says about a run that is in trouble: pure functions from numbers to sentences."""

from __future__ import annotations

from dataclasses import dataclass

from logreg_gui.core.maxima import Maximum
from logreg_gui.core.models import ModelSpec
from logreg_gui.notation import shortest, significant


@dataclass(frozen=True)
class StableRates:
    """Learning rates that are known to be good: None for what is not known or does not exist.

    Below `always_climbing` every step climbs from anywhere; above `largest_stable` training never settles at
    the maximum.
    """

    always_climbing: float | None = None
    largest_stable: float | None = None


def stable_rates(model: ModelSpec, maximum: Maximum | None) -> StableRates | None:
    """Those of the model's optimizer; None when the maximum is unknown or no such law holds for it.

    With momentum b a step near the maximum is stable below 2 (1 + b) / lambda, with Nesterov's below
    2 (1 + b) / ((1 + 2 b) lambda), lambda being the largest curvature there (Polyak 1964; the roots of the
    step's characteristic polynomial).
    """
    if maximum is None:
        return None
    stable, b = maximum.largest_stable_learning_rate, model.momentum
    if model.optimizer == "gradient-ascent":
        return StableRates(maximum.always_climbing_learning_rate, stable)
    if model.optimizer == "momentum":
        return StableRates(None, None if stable is None else stable * (1.0 + b))
    if model.optimizer == "nesterov":
        return StableRates(None, None if stable is None else stable * (1.0 + b) / (1.0 + 2.0 * b))
    return None


def describe(
    *,
    learning_rate: float | None,
    is_finite: bool,
    is_falling: bool,
    step: int,
    rates: StableRates | None,
) -> str:
    """The sentence for a run that left the finite numbers or keeps falling back; empty when all is well."""
    if not is_finite:
        return (
            f"Training stopped after step {step:,}: the next weights are not finite. "
            f"{_advice(learning_rate, rates)}"
        ).rstrip()
    if is_falling:
        advice = _advice(learning_rate, rates)
        return f"The log-likelihood keeps falling back below its best value. {advice}".rstrip()
    return ""


def _advice(learning_rate: float | None, rates: StableRates | None) -> str:
    if learning_rate is None:
        return ""
    present = shortest(learning_rate, 4)
    if rates is None or rates == StableRates():
        return f"Try a learning rate smaller than {present}."
    if rates.largest_stable is None:
        climbing = significant(rates.always_climbing or 0.0)
        return f"Every step climbs below a learning rate of {climbing}; now it is {present}."
    largest = rates.largest_stable
    if learning_rate > largest:
        return f"Learning rate {present} is above the largest stable rate {significant(largest)}."
    return f"Learning rate {present} is below the largest stable rate {significant(largest)}: it may recover."
