"""When training is to pause by itself, beside the end of its budget.

A rule speaks once, when it comes to hold: a run that goes on from there is not stopped again by the same
rule until it has ceased to hold. At full speed rules are looked at as often as all numbers are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from logreg_gui.core.validation import positive_number, real_number, whole_number

ROUNDING = 1e-12
"""A log-likelihood that falls by less of itself has not fallen."""


@dataclass(frozen=True)
class Progress:
    """What the rules look at: as in a frame; `gap` is how far F lies below its maximum, None if unknown."""

    penalised: float
    accuracy: float | None
    gradient_norm: float
    gap: float | None


@dataclass(frozen=True)
class PauseRules:
    """Reasons to pause; None and False are no rule.

    At a `step`; at an `accuracy` (0 to 1) or more; below a `gradient_norm`; when F falls; when F is within
    `gap`, relative to its size, of its maximum.

    Raises:
        ValueError: naming the field and its value.
    """

    step: int | None = None
    accuracy: float | None = None
    gradient_norm: float | None = None
    at_fall: bool = False
    gap: float | None = None

    def __post_init__(self) -> None:
        if self.step is not None:
            object.__setattr__(self, "step", whole_number("step", self.step, smallest=1))
        if self.accuracy is not None:
            accuracy = real_number("accuracy", self.accuracy)
            if not 0.0 < accuracy <= 1.0:
                raise ValueError(f"accuracy must be above 0 and at most 1, got {self.accuracy!r}")
            object.__setattr__(self, "accuracy", accuracy)
        for name in ("gradient_norm", "gap"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, positive_number(name, getattr(self, name)))
        object.__setattr__(self, "at_fall", bool(self.at_fall))

    def reason(self, before: Progress, now: Progress) -> str:
        """Which rule has come to hold between two looks, in words, but for that of a step; else empty."""
        if self.at_fall and now.penalised < before.penalised - ROUNDING * abs(before.penalised):
            return "the log-likelihood fell"
        if self._is_accurate(now) and not self._is_accurate(before):
            return f"accuracy has reached {self.accuracy:.4g}"
        if self._is_flat(now) and not self._is_flat(before):
            return f"the gradient norm is below {self.gradient_norm:.3g}"
        if self._is_there(now) and not self._is_there(before):
            return f"within {self.gap:.3g} of the maximum"
        return ""

    def _is_accurate(self, one: Progress) -> bool:
        return self.accuracy is not None and one.accuracy is not None and one.accuracy >= self.accuracy

    def _is_flat(self, one: Progress) -> bool:
        return self.gradient_norm is not None and one.gradient_norm < self.gradient_norm

    def _is_there(self, one: Progress) -> bool:
        if self.gap is None or one.gap is None or not math.isfinite(one.gap):
            return False
        return one.gap <= self.gap * max(abs(one.penalised), 1.0)
