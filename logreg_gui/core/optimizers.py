"""Optimizers: how the weights move, given the gradient. A frozen value with `init` and `update` each.

Objectives are maximised: `gradient` points uphill. Weights and gradients are float64 (p,), the intercept
first. The state is whatever an optimizer carries from step to step (momentum, moments); it is never changed
in place, and neither are the weights, so that every earlier point of a run can be gone back to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from logreg_gui.core.validation import FloatArray, positive_number


class Optimizer(Protocol):
    """One way to climb an objective."""

    def init(self, weights: FloatArray) -> object:
        """The state before the first step from `weights`."""

    def update(self, weights: FloatArray, gradient: FloatArray, state: object) -> tuple[FloatArray, object]:
        """The weights after one step, in a fresh array, and the state with them."""


@dataclass(frozen=True)
class GradientAscent:
    """w <- w + learning_rate * gradient, where the gradient is a sum over the rows.

    Raises:
        ValueError: `learning_rate` is not a positive finite number.
    """

    learning_rate: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "learning_rate", positive_number("learning_rate", self.learning_rate))

    def init(self, weights: FloatArray) -> None:
        """Nothing is carried from step to step."""

    def update(self, weights: FloatArray, gradient: FloatArray, state: object) -> tuple[FloatArray, None]:
        """One step uphill; `state` is not looked at."""
        return weights + self.learning_rate * gradient, None
