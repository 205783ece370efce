"""What the status says about a run that is in trouble: pure functions from numbers to sentences."""

from __future__ import annotations

from logreg_gui.core.stability import StableRates
from logreg_gui.notation import shortest, significant


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
    if rates is None or rates.reason:
        return f"Try a learning rate smaller than {present}."
    if rates.largest_stable is None:
        climbing = significant(rates.always_climbing or 0.0)
        return f"Every step climbs below a learning rate of {climbing}; now it is {present}."
    largest = rates.largest_stable
    if learning_rate > largest:
        return f"Learning rate {present} is above the largest stable rate {significant(largest)}."
    return f"Learning rate {present} is below the largest stable rate {significant(largest)}: it may recover."
