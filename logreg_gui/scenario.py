"""What the user asked for: everything that is needed to reproduce a run, and nothing that a run produces.

A `Scenario` is a value. An edit is a new one (`dataclasses.replace`), checked when it is made, so that a
scenario that exists is a scenario that can be trained. `classify_change` says what an edit means for a run in
progress.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

# The controls' whole vocabulary is in this module: what a scenario is made of is named here too.
from logreg_gui.core.datasets import GaussianClass as GaussianClass
from logreg_gui.core.datasets import GaussianData as GaussianData
from logreg_gui.core.datasets import tutorial_becker, tutorial_sagar
from logreg_gui.core.validation import positive_number, whole_number

UNLIMITED = math.inf
"""The speed of a run that takes as many steps per second as the machine can."""

SPEEDS: tuple[float, ...] = (1, 2, 5, 10, 30, 60, 100, 600, UNLIMITED)
"""The speeds offered to the user, in steps per second."""

MAX_STEPS = 100_000_000
"""The largest step budget: at this many steps even the smallest data set trains for minutes at full speed."""

MAX_CLASS_SIZE = 200_000
"""Rows per class: with two such classes every command is answered within a few tenths of a second."""

SMALLEST_LEARNING_RATE = 1e-12
LARGEST_LEARNING_RATE = 1e12


@dataclass(frozen=True)
class Scenario:
    """All settings of a run.

    `preset` names the scenario this one was derived from. `learning_rate` is per summed gradient, as in the
    tutorials: w <- w + learning_rate * X^T (y - p). `steps` is the budget after which training pauses by
    itself. `speed` is in steps per second. `initial_weights` holds the intercept first.

    Raises ValueError naming the field and the value.
    """

    preset: str
    data: GaussianData
    learning_rate: float
    steps: int
    speed: float = 10.0
    initial_weights: tuple[float, ...] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "learning_rate", _learning_rate(self.learning_rate))
        object.__setattr__(self, "steps", whole_number("steps", self.steps, 1, MAX_STEPS))
        object.__setattr__(self, "speed", _speed(self.speed))
        for gaussian in self.data.classes:
            whole_number("size", gaussian.size, 1, MAX_CLASS_SIZE)
        weights = tuple(float(weight) for weight in self.initial_weights)
        if len(weights) != 3 or not all(map(math.isfinite, weights)):
            raise ValueError(f"initial_weights must be three finite numbers, got {self.initial_weights!r}")
        object.__setattr__(self, "initial_weights", weights)


@dataclass(frozen=True)
class Edit:
    """A scenario that the user made from the last one, and what the Edit menu calls the change.

    `continues` marks the later parts of one gesture (a slider being dragged): they share one undo entry.
    """

    scenario: Scenario
    label: str
    continues: bool = False


class Change(Enum):
    """What an edit means for the run in progress."""

    NOTHING = auto()
    HYPERPARAMETERS = auto()
    """Keep the weights, go on."""
    DATA = auto()
    """Deform the data, keep the weights."""
    NEW_RUN = auto()
    """Start again from the initial weights."""


def classify_change(old: Scenario, new: Scenario) -> Change:
    """The consequence of replacing `old` by `new` while it trains."""
    if old == new:
        return Change.NOTHING
    started_elsewhere = old.preset != new.preset or old.initial_weights != new.initial_weights
    if started_elsewhere or len(old.data.classes) != len(new.data.classes):
        return Change.NEW_RUN
    return Change.HYPERPARAMETERS if old.data == new.data else Change.DATA


def with_class(scenario: Scenario, index: int, gaussian: GaussianClass) -> Scenario:
    """`scenario` with class `index` replaced."""
    classes = list(scenario.data.classes)
    classes[index] = gaussian
    return replace(scenario, data=replace(scenario.data, classes=tuple(classes)))


def with_seed(scenario: Scenario, seed: int) -> Scenario:
    """`scenario` with another seed, that is with another sample of the same classes."""
    return replace(scenario, data=replace(scenario.data, seed=seed))


def slower(speed: float) -> float:
    """The next slower offered speed, or the slowest."""
    return max((offered for offered in SPEEDS if offered < speed), default=SPEEDS[0])


def faster(speed: float) -> float:
    """The next faster offered speed, or the fastest."""
    return min((offered for offered in SPEEDS if offered > speed), default=SPEEDS[-1])


def preset(name: str) -> Scenario:
    """The scenario of that name.

    Raises:
        ValueError: naming the presets there are.
    """
    if name not in PRESETS:
        raise ValueError(f"unknown preset {name!r}; the presets are {', '.join(PRESETS)}")
    return PRESETS[name]


def _speed(value: object) -> float:
    return UNLIMITED if value == UNLIMITED else positive_number("speed", value)


def _learning_rate(value: object) -> float:
    number = positive_number("learning_rate", value)
    # The bounds keep learning_rate * gradient clear of underflow and overflow; teaching needs 1e-6 to 1e2.
    if not SMALLEST_LEARNING_RATE <= number <= LARGEST_LEARNING_RATE:
        raise ValueError(
            f"learning_rate must be a positive finite number from {SMALLEST_LEARNING_RATE:g} to "
            f"{LARGEST_LEARNING_RATE:g}, got {value!r}"
        )
    return number


def _gaussians(
    seed: int, *classes: tuple[tuple[float, float], tuple[float, float], float, int]
) -> GaussianData:
    made = (GaussianClass.from_standard_deviations(*description) for description in classes)
    return GaussianData(classes=tuple(made), seed=seed)


def _presets() -> Mapping[str, Scenario]:
    scenarios = (
        # Starts visibly wrong and swings into place in about five seconds at 10 steps/s.
        Scenario(
            preset="overlapping",
            data=_gaussians(7, ((-0.9, -0.5), (1.1, 0.85), 0.5, 100), ((0.9, 0.6), (1.0, 0.8), -0.25, 100)),
            learning_rate=0.004,
            steps=60,
            initial_weights=(0.3, -1.2, 0.9),
        ),
        # No finite maximum: the weights grow for ever, the log-likelihood tends to 0.
        Scenario(
            preset="separated",
            data=_gaussians(3, ((-2.2, -1.4), (0.7, 0.6), 0.2, 100), ((2.0, 1.5), (0.6, 0.7), -0.2, 100)),
            learning_rate=0.002,
            steps=200,
            speed=30,
            initial_weights=(0.0, -0.6, 0.8),
        ),
        # Narrow oblique clouds: the line between the means says little about the best boundary.
        Scenario(
            preset="correlated",
            data=_gaussians(5, ((-0.5, 0.25), (1.3, 1.1), 0.8, 120), ((0.5, -0.25), (1.3, 1.1), 0.8, 120)),
            learning_rate=0.004,
            steps=120,
            initial_weights=(0.0, -0.4, -0.6),
        ),
        # Nine to one: the boundary moves into the small class, and accuracy alone says little.
        Scenario(
            preset="unbalanced",
            data=_gaussians(11, ((-0.9, -0.3), (1.1, 0.9), 0.3, 180), ((1.3, 1.1), (0.7, 0.7), 0.0, 20)),
            learning_rate=0.004,
            steps=200,
            speed=30,
        ),
        Scenario(
            preset="tutorial-sagar",
            data=tutorial_sagar(),
            learning_rate=5e-5,
            steps=10_000,
            speed=UNLIMITED,
        ),
        Scenario(
            preset="tutorial-becker",
            data=tutorial_becker(),
            learning_rate=5e-5,
            steps=50_000,
            speed=UNLIMITED,
        ),
    )
    return {scenario.preset: scenario for scenario in scenarios}


PRESETS: Mapping[str, Scenario] = _presets()
"""The named scenarios, in the order in which they are offered."""
