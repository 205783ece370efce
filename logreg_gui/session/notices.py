"""What the status says about a run that is in trouble: pure functions from numbers to sentences."""

from __future__ import annotations

from logreg_gui.core.references import References
from logreg_gui.notation import shortest, significant


def describe(
    *, learning_rate: float, is_finite: bool, is_falling: bool, step: int, references: References | None
) -> str:
    """The sentence for a run that left the finite numbers or keeps falling back; empty when all is well."""
    if not is_finite:
        return (
            f"Training stopped after step {step:,}: the next weights are not finite. "
            f"{_advice(learning_rate, references)}"
        )
    if is_falling:
        advice = _advice(learning_rate, references)
        return f"The log-likelihood keeps falling back below its best value. {advice}"
    return ""


def _advice(learning_rate: float, references: References | None) -> str:
    present = shortest(learning_rate)
    if references is None:
        return f"Try a learning rate smaller than {present}."
    if references.largest_stable_learning_rate is None:
        climbing = significant(references.always_climbing_learning_rate)
        return f"Every step climbs below a learning rate of {climbing}; now it is {present}."
    largest = references.largest_stable_learning_rate
    if learning_rate > largest:
        return f"Learning rate {present} is above the largest stable rate {significant(largest)}."
    return f"Learning rate {present} is below the largest stable rate {significant(largest)}: it may recover."
