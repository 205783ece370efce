"""What the status says about a run that is in trouble: pure functions from numbers to sentences."""

from __future__ import annotations

from logreg_gui.core.references import References


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
    if references is None:
        return f"Try a learning rate smaller than {learning_rate:.3g}."
    largest = references.largest_stable_learning_rate
    if largest is None:
        return (
            f"The log-likelihood climbs at every step below a learning rate of "
            f"{references.always_climbing_learning_rate:.3g}; now it is {learning_rate:.3g}."
        )
    if learning_rate > largest:
        return f"Learning rate {learning_rate:.3g} is above the largest stable rate {largest:.3g}."
    return (
        f"Learning rate {learning_rate:.3g} is below the largest stable rate {largest:.3g}; it may recover."
    )
