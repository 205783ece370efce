"""The named scenarios to start from: what they show, and with which numbers it is seen best."""

from __future__ import annotations

from collections.abc import Mapping

from logreg_gui.core.datasets import GaussianClass, GaussianData, tutorial_becker, tutorial_sagar
from logreg_gui.core.generators import (
    Circles,
    Iris,
    Moons,
    NoisyCurve,
    Spirals,
    StripeWithOutlier,
    Xor,
    parse_iris,
)
from logreg_gui.core.models import ModelSpec
from logreg_gui.resource_files import resource
from logreg_gui.scenario import UNLIMITED, Scenario


def preset(name: str) -> Scenario:
    """The scenario of that name.

    Raises:
        ValueError: naming the presets there are.
    """
    if name not in PRESETS:
        raise ValueError(f"unknown preset {name!r}; the presets are {', '.join(PRESETS)}")
    return PRESETS[name]


def _gaussians(
    seed: int, *classes: tuple[tuple[float, float], tuple[float, float], float, int]
) -> GaussianData:
    made = (GaussianClass.from_standard_deviations(*description) for description in classes)
    return GaussianData(classes=tuple(made), seed=seed)


def _presets() -> Mapping[str, Scenario]:
    scenarios = (*_gaussian_presets(), *_tutorial_presets(), *_shape_presets(), *_other_presets())
    return {scenario.preset: scenario for scenario in scenarios}


def _gaussian_presets() -> tuple[Scenario, ...]:
    return (
        # Starts visibly wrong and swings into place in about five seconds at 10 steps/s.
        Scenario(
            preset="overlapping",
            data=_gaussians(7, ((-0.9, -0.5), (1.1, 0.85), 0.5, 100), ((0.9, 0.6), (1.0, 0.8), -0.25, 100)),
            model=ModelSpec(learning_rate=0.004),
            steps=60,
            initial_weights=(0.3, -1.2, 0.9),
        ),
        # No finite maximum: the weights grow for ever, the log-likelihood tends to 0.
        Scenario(
            preset="separated",
            data=_gaussians(3, ((-2.2, -1.4), (0.7, 0.6), 0.2, 100), ((2.0, 1.5), (0.6, 0.7), -0.2, 100)),
            model=ModelSpec(learning_rate=0.002),
            steps=200,
            speed=30,
            initial_weights=(0.0, -0.6, 0.8),
        ),
        # Narrow oblique clouds: the line between the means says little about the best boundary.
        Scenario(
            preset="correlated",
            data=_gaussians(5, ((-0.5, 0.25), (1.3, 1.1), 0.8, 120), ((0.5, -0.25), (1.3, 1.1), 0.8, 120)),
            model=ModelSpec(learning_rate=0.004),
            steps=120,
            initial_weights=(0.0, -0.4, -0.6),
        ),
        # Nine to one: the boundary moves into the small class, and accuracy alone says little.
        Scenario(
            preset="unbalanced",
            data=_gaussians(11, ((-0.9, -0.3), (1.1, 0.9), 0.3, 180), ((1.3, 1.1), (0.7, 0.7), 0.0, 20)),
            model=ModelSpec(learning_rate=0.004),
            steps=200,
            speed=30,
        ),
        Scenario(
            preset="three-gaussians",
            data=_three_gaussians(),
            model=ModelSpec("softmax", learning_rate=2e-4),
            steps=300,
            speed=30,
        ),
    )


def _tutorial_presets() -> tuple[Scenario, ...]:
    return (
        Scenario(
            preset="tutorial-sagar",
            data=tutorial_sagar(),
            model=ModelSpec(learning_rate=5e-5),
            steps=10_000,
            speed=UNLIMITED,
        ),
        Scenario(
            preset="tutorial-becker",
            data=tutorial_becker(),
            model=ModelSpec(learning_rate=5e-5),
            steps=50_000,
            speed=UNLIMITED,
        ),
    )


def _shape_presets() -> tuple[Scenario, ...]:
    return (
        Scenario("moons", Moons(300, 0.25, 1), ModelSpec(degree=3, standardise=True), steps=600, speed=60),
        Scenario("circles", Circles(300, 0.2, 0.4, 1), ModelSpec(degree=2), steps=300, speed=60),
        # Without the product x1 x2 no line and no circle tells these classes apart.
        Scenario("xor", Xor(300, 0.08, 1), ModelSpec(degree=2), steps=300, speed=60),
        Scenario(
            "spirals",
            Spirals(300, 0.03, 0.75, 1),
            ModelSpec(degree=5, standardise=True, penalty="l2", C=100.0, optimizer="nesterov"),
            steps=2000,
            speed=100,
        ),
    )


def _other_presets() -> tuple[Scenario, ...]:
    flowers = parse_iris(resource("data", "iris.csv").read_text(encoding="utf-8"))
    species = tuple(dict.fromkeys(flowers.species))
    return (
        Scenario(
            "iris",
            Iris(species, "petal length", "petal width", flowers),
            ModelSpec("softmax", standardise=True, penalty="l2", C=10.0),
            steps=500,
            speed=60,
        ),
        # Least squares is drawn to the far points that logistic regression has no use for.
        Scenario("outlier", StripeWithOutlier(200, 12, 1), ModelSpec("squared-error"), steps=300, speed=60),
        Scenario(
            "noisy-curve",
            NoisyCurve(60, 1.0, 1),
            ModelSpec("squared-error", degree=2, standardise=True, learning_rate=1e-3),
            steps=200,
            speed=30,
        ),
    )


def _three_gaussians() -> GaussianData:
    """The draws of `np.random.seed(0)`, 1,000 of each of three Gaussians, not rounded."""
    identity = ((1.0, 0.0), (0.0, 1.0))
    means = ((0.0, 0.0), (4.0, 0.0), (2.0, 3.5))
    return GaussianData(
        tuple(GaussianClass(mean, identity, 1000) for mean in means), 0, (identity,) * 3, is_double=True
    )


PRESETS: Mapping[str, Scenario] = _presets()
"""The named scenarios, in the order in which they are offered."""
