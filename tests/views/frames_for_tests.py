"""Real frames of any scenario, without Qt and without a thread: those that a run of it makes.

`frame_of(scenario, step)` is what is shown after so many steps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from logreg_gui.core.optimizers import OPTIMIZERS
from logreg_gui.frames import Frame, RunStatus
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import Scenario, with_model
from logreg_gui.session.run import TrainingRun


def scenario_of(
    preset: str, *, data: Any = None, inputs: str = "", test_size: float = 0.0, **model: Any
) -> Scenario:
    """The preset with other data, inputs, test set and fields of its model; weights start from zeros."""
    scenario = replace(PRESETS[preset], test_size=test_size, initial_weights=())
    if inputs:
        scenario = replace(scenario, inputs=inputs)
    if data is not None:
        scenario = replace(scenario, data=data)
    return with_model(scenario, **model) if model else scenario


def frame_of(
    scenario: Scenario,
    step: int = 0,
    *,
    view: tuple[float, float, float, float] | None = None,
    has_maximum: bool = True,
    **changes: Any,
) -> Frame:
    """The frame after `step` steps; `view` is what is visible, `changes` are other fields of the frame."""
    return frames_of(scenario, (step,), view=view, has_maximum=has_maximum, **changes)[0]


def frames_of(
    scenario: Scenario,
    steps: tuple[int, ...],
    *,
    view: tuple[float, float, float, float] | None = None,
    has_maximum: bool = True,
    **changes: Any,
) -> list[Frame]:
    """The frames of one run at these steps, in ascending order."""
    run = TrainingRun.of(scenario)
    if view is not None:
        run.show_view(view)
    if has_maximum:
        run.compute_references()
    frames = []
    for step in steps:
        while run.step < step and run.is_finite:
            run.train(1)
        status = changes.get("status", RunStatus.PAUSED)
        frames.append(replace(run.frame(status, max(step, scenario.steps), 0.0), **changes))
    return frames


def with_spec(frame: Frame, **changes: Any) -> Frame:
    """The frame as if its model were another; its numbers stay."""
    return replace(frame, model=replace(frame.model, **changes))


ONE_INPUT = {
    "logistic": scenario_of("overlapping", inputs="first"),
    "logistic, degree 3": scenario_of("moons", inputs="first", degree=3, standardise=True, penalty="l2"),
    "least squares on labels": scenario_of("outlier", inputs="first"),
    "softmax of three": scenario_of("iris", inputs="first"),
    "softmax of two": scenario_of("overlapping", inputs="first", objective="softmax"),
    "regression": scenario_of("noisy-curve"),
    "regression with a test set": scenario_of("noisy-curve", test_size=0.3, degree=6),
    "lasso": scenario_of("noisy-curve", degree=6, penalty="l1", C=0.1),
}
"""Scenarios of every kind over one axis."""

IN_THE_PLANE = {
    "logistic": PRESETS["overlapping"],
    "logistic with a test set": scenario_of("overlapping", test_size=0.25),
    "ridge, degree 6": scenario_of("moons", degree=6, penalty="l2", C=10.0),
    "lasso, degree 3": scenario_of("moons", degree=3, penalty="l1", C=0.5),
    "separated": PRESETS["separated"],
    "softmax of three": PRESETS["three-gaussians"],
    "all inputs": scenario_of("iris", inputs="all"),
    "least squares on labels": PRESETS["outlier"],
    "spirals": PRESETS["spirals"],
}
"""Scenarios of every kind in the plane."""

EVERY_KIND = {
    **{f"one input: {name}": scenario for name, scenario in ONE_INPUT.items()},
    **IN_THE_PLANE,
}

OPTIMIZER_NAMES = tuple(OPTIMIZERS)
