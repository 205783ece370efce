"""Optimizers: how the weights move. Frozen values, one class each, and the table that names them.

Objectives are maximised: gradients g point uphill. Weights and gradients are float64 (p,). The state is
whatever an optimizer carries from step to step (a velocity, moments); it is never changed in place, and
neither are the weights, so that every earlier point of a run can be gone back to.

There are two kinds, and `training.advance` takes both. A `GradientRule` needs nothing but the full gradient
and has `update`. A `Stepper` asks the objective for what it wants (values, the Hessian, the gradient of some
rows or at another point, the soft threshold of an l1 penalty) and has `step`.

To add one: its class, and its row in `OPTIMIZERS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

import numpy as np

from logreg_gui.core.newton import climbing_part, newton_step
from logreg_gui.core.objectives import Objective
from logreg_gui.core.penalties import largest_curvature, proximal_step
from logreg_gui.core.rows import IndexArray
from logreg_gui.core.validation import FloatArray, positive_number, read_only, real_number, whole_number


class GradientRule(Protocol):
    """One way to climb that needs nothing but the gradient at the present weights."""

    def init(self, weights: FloatArray) -> object:
        """The state before the first step from `weights`."""

    def update(self, weights: FloatArray, gradient: FloatArray, state: object) -> tuple[FloatArray, object]:
        """The weights after one step, in a fresh array, and the state with them."""


@runtime_checkable
class Stepper(Protocol):
    """One way to climb that asks the objective itself."""

    def init(self, weights: FloatArray) -> object:
        """The state before the first step from `weights`."""

    def step(self, weights: FloatArray, state: object, objective: Objective) -> tuple[FloatArray, object]:
        """The weights after one step, in a fresh array, and the state with them."""


Optimizer = GradientRule | Stepper


def stepping(
    optimizer: Optimizer, objective: Objective
) -> Callable[[FloatArray, object], tuple[FloatArray, object]]:
    """One step on `objective` as a function of weights and state, for either kind of optimizer."""
    if isinstance(optimizer, Stepper):
        stepper = optimizer
        return lambda weights, state: stepper.step(weights, state, objective)
    rule = optimizer
    return lambda weights, state: rule.update(weights, objective.gradient(weights), state)


@dataclass(frozen=True)
class GradientAscent:
    """w <- w + learning_rate * gradient, where the gradient is a sum over the rows.

    Raises:
        ValueError: `learning_rate` is not a positive finite number.
    """

    learning_rate: float

    def __post_init__(self) -> None:
        _set_learning_rate(self)

    def init(self, weights: FloatArray) -> None:
        """Nothing is carried from step to step."""

    def update(self, weights: FloatArray, gradient: FloatArray, state: object) -> tuple[FloatArray, None]:
        """One step uphill; `state` is not looked at."""
        return weights + self.learning_rate * gradient, None


@dataclass(frozen=True)
class BatchPosition:
    """Where stochastic ascent stands: `position` rows of epoch `epoch` have been used."""

    epoch: int
    position: int


@dataclass(frozen=True)
class StochasticGradientAscent:
    """w <- w + learning_rate * (n / batch_size) * gradient over the next `batch_size` rows.

    Every epoch goes once through all rows, in an order drawn from (seed, epoch) alone: any step of a run can
    be taken again from its weights and its `BatchPosition`. The last batch of an epoch may be smaller. With
    an l1 penalty the soft threshold follows each step.

    Raises:
        ValueError: `learning_rate` is not a positive finite number, `batch_size` no whole number of at least
            1 or `seed` none of at least 0.
    """

    learning_rate: float
    batch_size: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        _set_learning_rate(self)
        object.__setattr__(self, "batch_size", whole_number("batch_size", self.batch_size, smallest=1))
        object.__setattr__(self, "seed", whole_number("seed", self.seed, smallest=0))

    def init(self, weights: FloatArray) -> BatchPosition:
        """The beginning of epoch 0."""
        return BatchPosition(0, 0)

    def step(
        self, weights: FloatArray, state: object, objective: Objective
    ) -> tuple[FloatArray, BatchPosition]:
        """One step along the gradient of the next batch."""
        assert isinstance(state, BatchPosition)
        order = _row_order(self.seed, state.epoch, objective.n_rows)
        rows = order[state.position : state.position + self.batch_size]
        moved = weights + self.learning_rate * objective.rows_gradient(weights, rows)
        moved = proximal_step(objective, moved, self.learning_rate)
        position = state.position + len(rows)
        if position >= objective.n_rows:
            return moved, BatchPosition(state.epoch + 1, 0)
        return moved, BatchPosition(state.epoch, position)


@dataclass(frozen=True)
class Momentum:
    """v <- momentum * v + learning_rate * gradient, w <- w + v (Polyak 1964, the heavy ball).

    Raises:
        ValueError: `learning_rate` is not a positive finite number or `momentum` not in [0, 1).
    """

    learning_rate: float
    momentum: float = 0.9

    def __post_init__(self) -> None:
        _set_learning_rate(self)
        _set_decay(self, "momentum")

    def init(self, weights: FloatArray) -> FloatArray:
        """No velocity."""
        return np.zeros_like(weights)

    def update(
        self, weights: FloatArray, gradient: FloatArray, state: object
    ) -> tuple[FloatArray, FloatArray]:
        """One step; `state` is the velocity (p,)."""
        velocity: FloatArray = self.momentum * _array(state) + self.learning_rate * gradient
        return weights + velocity, velocity


@dataclass(frozen=True)
class Nesterov:
    """Momentum with the gradient taken where the velocity leads (Nesterov 1983; Sutskever et al. 2013).

    v <- momentum * v + learning_rate * gradient(w + momentum * v), w <- w + v.

    Raises:
        ValueError: `learning_rate` is not a positive finite number or `momentum` not in [0, 1).
    """

    learning_rate: float
    momentum: float = 0.9

    def __post_init__(self) -> None:
        _set_learning_rate(self)
        _set_decay(self, "momentum")

    def init(self, weights: FloatArray) -> FloatArray:
        """No velocity."""
        return np.zeros_like(weights)

    def step(self, weights: FloatArray, state: object, objective: Objective) -> tuple[FloatArray, FloatArray]:
        """One step; `state` is the velocity (p,)."""
        drift = self.momentum * _array(state)
        velocity: FloatArray = drift + self.learning_rate * objective.gradient(weights + drift)
        return weights + velocity, velocity


@dataclass(frozen=True)
class Adagrad:
    """G <- G + gradient^2, w <- w + learning_rate * gradient / (sqrt(G) + epsilon) (Duchi et al. 2011).

    Raises:
        ValueError: `learning_rate` is not a positive finite number.
    """

    learning_rate: float

    def __post_init__(self) -> None:
        _set_learning_rate(self)

    def init(self, weights: FloatArray) -> FloatArray:
        """No squares yet."""
        return np.zeros_like(weights)

    def update(
        self, weights: FloatArray, gradient: FloatArray, state: object
    ) -> tuple[FloatArray, FloatArray]:
        """One step; `state` is G (p,)."""
        squares = _array(state) + gradient * gradient
        return weights + self.learning_rate * gradient / (np.sqrt(squares) + EPSILON), squares


@dataclass(frozen=True)
class RMSProp:
    """G <- decay * G + (1 - decay) * gradient^2, then as `Adagrad` (Tieleman and Hinton 2012).

    Raises:
        ValueError: `learning_rate` is not a positive finite number or `decay` not in [0, 1).
    """

    learning_rate: float
    decay: float = 0.9

    def __post_init__(self) -> None:
        _set_learning_rate(self)
        _set_decay(self, "decay")

    def init(self, weights: FloatArray) -> FloatArray:
        """No squares yet."""
        return np.zeros_like(weights)

    def update(
        self, weights: FloatArray, gradient: FloatArray, state: object
    ) -> tuple[FloatArray, FloatArray]:
        """One step; `state` is G (p,)."""
        squares: FloatArray = self.decay * _array(state) + (1.0 - self.decay) * gradient * gradient
        return weights + self.learning_rate * gradient / (np.sqrt(squares) + EPSILON), squares


@dataclass(frozen=True, eq=False)
class Moments:
    """What Adam carries: means of the gradient and of its square (p,), weighted to the past `count` steps."""

    count: int
    first: FloatArray
    second: FloatArray


@dataclass(frozen=True)
class Adam:
    """Steps of mean gradient over root mean square, both corrected for their start (Kingma and Ba 2015).

    m <- beta1 m + (1 - beta1) g, v <- beta2 v + (1 - beta2) g^2,
    w <- w + learning_rate * (m / (1 - beta1^k)) / (sqrt(v / (1 - beta2^k)) + epsilon) at step k = 1, 2 ...

    Raises:
        ValueError: `learning_rate` is not a positive finite number, or `beta1` or `beta2` not in [0, 1).
    """

    learning_rate: float
    beta1: float = 0.9
    beta2: float = 0.999

    def __post_init__(self) -> None:
        _set_learning_rate(self)
        _set_decay(self, "beta1")
        _set_decay(self, "beta2")

    def init(self, weights: FloatArray) -> Moments:
        """No moments yet."""
        return Moments(0, np.zeros_like(weights), np.zeros_like(weights))

    def update(self, weights: FloatArray, gradient: FloatArray, state: object) -> tuple[FloatArray, Moments]:
        """One step."""
        assert isinstance(state, Moments)
        count = state.count + 1
        first = self.beta1 * state.first + (1.0 - self.beta1) * gradient
        second = self.beta2 * state.second + (1.0 - self.beta2) * gradient * gradient
        mean = first / (1.0 - self.beta1**count)
        root = np.sqrt(second / (1.0 - self.beta2**count))
        return weights + self.learning_rate * mean / (root + EPSILON), Moments(count, first, second)


@dataclass(frozen=True)
class Newton:
    """w <- w + (-H)^-1 g, halved until it climbs; iteratively reweighted least squares by another name.

    It has no learning rate. Along directions without curvature it does not move.
    """

    def init(self, weights: FloatArray) -> None:
        """Nothing is carried from step to step."""

    def step(self, weights: FloatArray, state: object, objective: Objective) -> tuple[FloatArray, None]:
        """One step; `state` is not looked at."""
        value, gradient = objective.value_and_gradient(weights)
        step = newton_step(objective.hessian(weights), gradient)
        return weights + climbing_part(objective.value, weights, value, gradient, step), None


Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class LBFGS:
    """Newton's method with a curvature learned from the last `memory` steps (Nocedal 1980; two loops).

    Each step is as long as a line search by halving and doubling finds it: it climbs by a fair part of what
    the slope promises, and far enough for the slope to have fallen (the weak Wolfe conditions; Lewis and
    Overton 2013). No learning rate, no chance.

    Raises:
        ValueError: `memory` is not a whole number of at least 1.
    """

    memory: int = 10

    def __post_init__(self) -> None:
        object.__setattr__(self, "memory", whole_number("memory", self.memory, smallest=1))

    def init(self, weights: FloatArray) -> tuple[Pair, ...]:
        """No steps to learn from."""
        return ()

    def step(
        self, weights: FloatArray, state: object, objective: Objective
    ) -> tuple[FloatArray, tuple[Pair, ...]]:
        """One step; `state` holds (change of weights, fall of the gradient) of the last steps."""
        assert isinstance(state, tuple)
        value, gradient = objective.value_and_gradient(weights)
        direction = _two_loops(gradient, state)
        if not state:
            # Nothing known of the curvature: a first trial of length 1 at most.
            direction = direction / max(1.0, float(np.linalg.norm(direction)))
        found = _line_search(objective, weights, value, gradient, direction)
        if found is None:
            return weights.copy(), ()
        moved, slope = found
        change, fall = moved - weights, gradient - slope
        # Rounding may hide the curvature of a tiny step, and the inverse it would give is noise; where
        # gradients have all but vanished, as on separated classes, their square is 0.
        curvature, square = float(change @ fall), float(fall @ fall)
        if not (square > SMALLEST_SQUARE and curvature > 1e-14 * float(np.linalg.norm(change)) * square**0.5):
            return moved, state
        return moved, (*state, (read_only(change), read_only(fall)))[-self.memory :]


@dataclass(frozen=True, eq=False)
class Flight:
    """What accelerated ascent carries: the weights before these, and how far acceleration has come.

    `rate` is the length of its steps once that has been found.
    """

    before: FloatArray
    acceleration: float
    rate: float | None


@dataclass(frozen=True)
class Proximal:
    """Gradient steps, each followed by the soft threshold of the l1 penalty: exact zeros.

    Accelerated (FISTA: Beck and Teboulle 2009): the gradient is taken ahead of w, in the direction of the
    last step, further with every step; when a step turns against the last, it starts afresh (O'Donoghue and
    Candes 2015). Without acceleration it is plain gradient ascent with a threshold (ISTA). Without an l1
    penalty there is no threshold.

    `learning_rate` None takes 1 / L, with L the largest curvature anywhere.

    Raises:
        ValueError: `learning_rate` is neither None nor a positive finite number.
    """

    learning_rate: float | None = None
    is_accelerated: bool = True

    def __post_init__(self) -> None:
        if self.learning_rate is not None:
            _set_learning_rate(self)

    def init(self, weights: FloatArray) -> Flight:
        """At rest."""
        return Flight(read_only(weights), 0.0, self.learning_rate)

    def step(self, weights: FloatArray, state: object, objective: Objective) -> tuple[FloatArray, Flight]:
        """One step."""
        assert isinstance(state, Flight)
        rate = 1.0 / largest_curvature(objective) if state.rate is None else state.rate
        acceleration = 0.5 * (1.0 + math.sqrt(1.0 + 4.0 * state.acceleration**2))
        ahead = weights
        if self.is_accelerated and state.acceleration > 1.0:
            ahead = weights + ((state.acceleration - 1.0) / acceleration) * (weights - state.before)
        moved = proximal_step(objective, ahead + rate * objective.gradient(ahead), rate)
        if float((ahead - moved) @ (moved - weights)) > 0.0:
            acceleration = 0.0
        return moved, Flight(read_only(weights), acceleration, rate)


SMALLEST_SQUARE = 1e-290
"""Of a fall of the gradient: below it products are no normal float64 numbers."""

EPSILON = 1e-8
"""Keeps the adaptive optimizers' quotients finite; the papers' value."""


@dataclass(frozen=True)
class Parameter:
    """A number that an optimizer has, for a window to offer.

    `default` None is found by the model from the data: see `models.automatic_learning_rate`.
    """

    name: str
    title: str
    default: float | None
    smallest: float
    largest: float
    is_whole: bool = False


@dataclass(frozen=True)
class OptimizerInfo:
    """A row of the table: what a window shows of an optimizer, and how a model makes it.

    `handles_l1`: whether it can climb an l1 penalty. `is_random`: whether its objective goes up and down by
    chance. `is_adaptive`: whether its learning rate is a length in weights, whatever the size of gradients.
    `is_name`: whether the title is one, and begins with a capital in the middle of a sentence too.
    """

    title: str
    make: Callable[..., Optimizer]
    parameters: tuple[Parameter, ...] = ()
    handles_l1: bool = False
    is_random: bool = False
    is_adaptive: bool = False
    is_name: bool = False

    @property
    def noun(self) -> str:
        """The title in the middle of a sentence."""
        return self.title if self.is_name else self.title[0].lower() + self.title[1:]


LEARNING_RATE = Parameter("learning_rate", "Learning rate", None, 1e-12, 1e6)
MOMENTUM = Parameter("momentum", "Momentum", 0.9, 0.0, 0.999)
BATCH_SIZE = Parameter("batch_size", "Rows per step", 32, 1, 1_000_000, is_whole=True)

OPTIMIZERS: Mapping[str, OptimizerInfo] = MappingProxyType(
    {
        "gradient-ascent": OptimizerInfo(
            "Gradient ascent", GradientAscent, (LEARNING_RATE,), handles_l1=True
        ),
        "sgd": OptimizerInfo(
            "Stochastic gradient ascent",
            StochasticGradientAscent,
            (LEARNING_RATE, BATCH_SIZE),
            handles_l1=True,
            is_random=True,
        ),
        "momentum": OptimizerInfo("Momentum", Momentum, (LEARNING_RATE, MOMENTUM)),
        "nesterov": OptimizerInfo("Nesterov momentum", Nesterov, (LEARNING_RATE, MOMENTUM), is_name=True),
        "adagrad": OptimizerInfo("AdaGrad", Adagrad, (LEARNING_RATE,), is_adaptive=True, is_name=True),
        "rmsprop": OptimizerInfo("RMSProp", RMSProp, (LEARNING_RATE,), is_adaptive=True, is_name=True),
        "adam": OptimizerInfo("Adam", Adam, (LEARNING_RATE,), is_adaptive=True, is_name=True),
        "newton": OptimizerInfo("Newton", Newton, is_name=True),
        "lbfgs": OptimizerInfo("L-BFGS", LBFGS, is_name=True),
        "proximal": OptimizerInfo("Proximal gradient (FISTA)", Proximal, (LEARNING_RATE,), handles_l1=True),
    }
)


def _two_loops(gradient: FloatArray, pairs: tuple[Pair, ...]) -> FloatArray:
    """The learned inverse curvature times the gradient."""
    direction = gradient.copy()
    shares = []
    for change, fall in reversed(pairs):
        share = float(change @ direction) / float(change @ fall)
        direction -= share * fall
        shares.append(share)
    if pairs:
        change, fall = pairs[-1]
        direction *= float(change @ fall) / float(fall @ fall)
    for (change, fall), share in zip(pairs, reversed(shares), strict=True):
        direction += (share - float(fall @ direction) / float(change @ fall)) * change
    return direction


def _line_search(
    objective: Objective, weights: FloatArray, value: float, gradient: FloatArray, direction: FloatArray
) -> Pair | None:
    """The weights a fair way along `direction`, and the gradient there; None if there is no way up."""
    slope = float(gradient @ direction)
    if not slope > 0.0:
        return None
    shortest, longest, length = 0.0, math.inf, 1.0
    best: tuple[float, Pair] | None = None
    for _ in range(60):
        moved = weights + length * direction
        reached, steepness = objective.value_and_gradient(moved)
        ahead = float(steepness @ direction)
        # Near the maximum the gain drowns in the rounding of the value; the slope still tells.
        is_gain_hidden = length * slope <= 1e-10 * abs(value)
        is_too_far = ahead < -0.8 * slope if is_gain_hidden else not reached >= value + 1e-4 * length * slope
        if is_too_far or not math.isfinite(ahead):
            longest = length
        else:
            if best is None or reached >= best[0]:
                best = reached, (moved, steepness)
            if ahead <= 0.9 * slope:
                return moved, steepness
            shortest = length
        length = 2.0 * shortest if math.isinf(longest) else 0.5 * (shortest + longest)
    # Uphill without end (separated classes): the furthest climb is as good as any.
    return None if best is None else best[1]


@lru_cache(maxsize=2)
def _row_order(seed: int, epoch: int, n_rows: int) -> IndexArray:
    # Kept only because drawing it again for each batch would cost more than the batch.
    order: IndexArray = np.random.default_rng((seed, epoch)).permutation(n_rows)
    order.setflags(write=False)
    return order


def _array(state: object) -> FloatArray:
    assert isinstance(state, np.ndarray)
    return state


def _set_learning_rate(optimizer: Any) -> None:
    rate = positive_number("learning_rate", optimizer.learning_rate)
    object.__setattr__(optimizer, "learning_rate", rate)


def _set_decay(optimizer: Any, field: str) -> None:
    object.__setattr__(optimizer, field, decay(field, getattr(optimizer, field)))


def decay(field: str, value: object) -> float:
    """`value` as a float in [0, 1)."""
    number = real_number(field, value)
    if not 0.0 <= number < 1.0:
        raise ValueError(f"{field} must be a number of at least 0 and below 1, got {value!r}")
    return number
