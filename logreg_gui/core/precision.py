"""In which arithmetic a run trains: float64 always, or float32 where only the eye is the judge.

`precision` is part of a scenario:
    "float64"    every step in float64.
    "automatic"  float64, but float32 at unlimited speed above 2,000 rows: nobody can read a number then.
    "float32"    float32 at unlimited speed wherever there is such a thing, at any size.

Whatever it says, float32 ends near convergence and at rest, so that every digit on the screen is right. What
a run to a given step computes is float64, and so are steps at a speed that can be followed: the same scenario
gives the same digits.

How a worker trains with it
    1. At a new run and after each edit:
           fast = single_precision_of(objective, optimizer)   # None: there is no float32 for the two
           is_single = fast is not None and may_be_single(precision, objective.n_rows, is_unlimited)
       The float32 rows are made at the first call, some milliseconds per million rows, and kept.
    2. Between two frames: state = advance(state, fast if is_single else objective, optimizer, steps). States
       pass from one to the other as they are; their weights are float64 in both.
    3. Values, gradients and accuracies of frames come from `objective`, which is float64. With the value of
       each: if is_near_convergence(before, value) then is_single = False until the next edit or new run.
    4. Pause, end of the budget and "to step k" turn is_single off as well; from the weights of a float32 run
       float64 goes on. To show a run that was float32 with digits, train its steps again from the start:
       decision 11 says how.
"""

from __future__ import annotations

import math

from logreg_gui.core.objectives import Objective
from logreg_gui.core.optimizers import (
    Adagrad,
    Adam,
    GradientAscent,
    Momentum,
    Nesterov,
    Optimizer,
    Proximal,
    RMSProp,
)

PRECISIONS = ("automatic", "float64", "float32")

SINGLE_PRECISION_ROWS = 2_000
"""Above so many rows "automatic" may be float32: below, the calls of numpy take longer than the rows."""

NEAR_CONVERGENCE = 1e-6
"""Relative change of the log-likelihood from frame to frame. float32 comes to rest at some 1e-10."""

FULL_GRADIENT = (GradientAscent, Momentum, Nesterov, Adagrad, RMSProp, Adam, Proximal)
"""Optimizers that take full gradients only. The others compare values, invert curvature or take some rows."""


def single_precision_of(objective: Objective, optimizer: Optimizer) -> Objective | None:
    """`objective` with gradients in float32; None where it has none or `optimizer` would gain nothing."""
    if not isinstance(optimizer, FULL_GRADIENT):
        return None
    make = getattr(objective, "in_single_precision", None)
    single: Objective | None = None if make is None else make()
    return single


def may_be_single(precision: str, n_rows: int, is_unlimited: bool) -> bool:
    """Whether a run far from convergence may train in float32.

    Raises:
        ValueError: there is no such precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, got {precision!r}")
    is_enough = precision == "float32" or (precision == "automatic" and n_rows > SINGLE_PRECISION_ROWS)
    return is_unlimited and is_enough


def is_near_convergence(before: float, value: float) -> bool:
    """Whether a log-likelihood has moved so little since the frame before that digits begin to count.

    A value that is not finite is not near anything, and no reason to stay in float32 either: True.
    """
    change = abs(value - before)
    return not (math.isfinite(change) and change > NEAR_CONVERGENCE * abs(value))
