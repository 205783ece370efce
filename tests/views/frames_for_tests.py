"""Real frames of any scenario, without Qt and without a session: the core does the training.

`frame_of(scenario, step)` is the frame that a run of the scenario shows after so many steps. What is shown in
the plane or over the axis is computed here anew, on a coarse grid.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from logreg_gui.core import models
from logreg_gui.core.datasets import GaussianData
from logreg_gui.core.generators import NoisyCurve
from logreg_gui.core.penalties import stationarity
from logreg_gui.core.references import bayes_boundary
from logreg_gui.core.samples import Sample, draw, summary
from logreg_gui.core.surfaces import grid_points, level_lines
from logreg_gui.core.training import TrainingState, advance, start
from logreg_gui.frames import (
    Contour,
    DataSnapshot,
    FitPicture,
    FloatArray,
    Frame,
    Picture,
    PlanePicture,
    ReferenceLines,
    RunStatus,
    Surface,
    read_only,
)
from logreg_gui.scenario import PRESETS, ModelSpec, Scenario, with_model

GRID = 41
"""Points of a surface along each side."""

MOST_TRACED = 200
"""Points of the curve in a frame."""


def scenario_of(preset: str, *, data: Any = None, inputs: str = "", test_size: float = 0.0, **model: Any):
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
    view: tuple[float, float] | None = None,
    has_maximum: bool = True,
    **changes: Any,
) -> Frame:
    """The frame after `step` steps; `view` is the visible part of the axis, `changes` other fields of it."""
    sample = draw(
        scenario.data,
        scenario.inputs,
        label_noise=scenario.label_noise,
        test_size=scenario.test_size,
        split_seed=scenario.split_seed,
    )
    features, target = sample.training()
    model = models.build(scenario.model, features, target, sample.n_classes or None)
    states = _states(scenario, model, step)
    weights = states[-1].weights
    maximum = models.reference(model) if has_maximum else None
    frame = Frame(
        run=1,
        step=step,
        last_step=step,
        stop_step=max(step, scenario.steps),
        status=RunStatus.PAUSED,
        notice="",
        model=scenario.model,
        weights=weights,
        weight_names=model.weight_names,
        gradient=read_only(model.objective.gradient(weights)),
        gradient_norm=float(np.linalg.norm(stationarity(model.objective, weights))),
        next_weights=advance(states[-1], model.objective, model.optimizer).weights,
        learning_rate=getattr(model.optimizer, "learning_rate", None),
        log_likelihood=model.log_likelihood(weights),
        penalised=model.penalised_value(weights),
        test_log_likelihood=_test_value(model, sample, weights),
        accuracy=_accuracy(model, weights, features, target) if sample.n_classes else None,
        test_accuracy=_accuracy(model, weights, *sample.test())
        if sample.n_classes and sample.n_test
        else None,
        r2=None if sample.n_classes else _r2(model, weights, features, target),
        test_r2=None if sample.n_classes or not sample.n_test else _r2(model, weights, *sample.test()),
        trace_steps=read_only([state.step for state in states]),
        trace_values=read_only([_values(model, sample, state.weights) for state in states]),
        steps_per_second=0.0,
        precision="float64",
        revision=1,
        data=_snapshot(scenario, sample),
        maximum=maximum,
        picture=_picture(
            scenario, sample, model, weights, None if maximum is None else maximum.weights, view
        ),
    )
    return replace(frame, **changes)


def _states(scenario: Scenario, model: models.Model, step: int) -> list[TrainingState]:
    initial = np.array(scenario.initial_weights, dtype=np.float64)
    if len(initial) != model.n_weights:
        initial = np.zeros(model.n_weights)
    states = [start(initial, model.optimizer)]
    stride = max(1, -(-step // MOST_TRACED))
    while states[-1].step < step:
        steps = min(stride, step - states[-1].step)
        states.append(advance(states[-1], model.objective, model.optimizer, steps))
    return states


def _snapshot(scenario: Scenario, sample: Sample) -> DataSnapshot:
    classes = scenario.data.classes if isinstance(scenario.data, GaussianData) else ()
    return DataSnapshot(
        revision=1,
        sample=sample,
        classes=classes,
        places=classes or summary(sample),
        seed=scenario.seed if scenario.has_seed else None,
        bayes=bayes_boundary(*classes) if len(classes) == 2 else None,
    )


# numbers


def _values(model: models.Model, sample: Sample, weights: FloatArray) -> tuple[float, float, float]:
    test = _test_value(model, sample, weights)
    return (
        model.log_likelihood(weights),
        model.penalised_value(weights),
        float("nan") if test is None else test,
    )


def _test_value(model: models.Model, sample: Sample, weights: FloatArray) -> float | None:
    if not sample.n_test:
        return None
    features, target = sample.test()
    if model.spec.objective == "squared-error":
        values = -0.5 * (target - model.scores(weights, features)) ** 2
    else:
        probabilities = model.probabilities(weights, features)
        values = np.log(probabilities[np.arange(len(target)), target])
    return float(np.mean(values)) * (sample.n_rows - sample.n_test)


def _accuracy(model: models.Model, weights: FloatArray, features: Any, target: Any) -> float:
    return float(np.mean(_probabilities(model, weights, features).argmax(axis=-1) == target))


def _r2(model: models.Model, weights: FloatArray, features: Any, target: Any) -> float:
    rest = target - model.scores(weights, features)
    return 1.0 - float(rest @ rest) / float(np.sum((target - target.mean()) ** 2))


def _probabilities(model: models.Model, weights: FloatArray, points: Any) -> FloatArray:
    """Of the classes (..., K); for least squares on labels the prediction and what is left to 1."""
    if model.spec.objective != "squared-error":
        return model.probabilities(weights, points)
    prediction = model.scores(weights, points)
    return np.stack((1.0 - prediction, prediction), axis=-1)


# pictures


def _picture(
    scenario: Scenario,
    sample: Sample,
    model: models.Model,
    weights: FloatArray,
    best: FloatArray | None,
    view: tuple[float, float] | None,
) -> Picture:
    if not sample.has_plane:
        return _fit_picture(scenario, sample, model, weights, best, view)
    return _plane_picture(sample, model, weights, best)


def _fit_picture(
    scenario: Scenario,
    sample: Sample,
    model: models.Model,
    weights: FloatArray,
    best: FloatArray | None,
    view: tuple[float, float] | None,
) -> FitPicture:
    column = sample.features[:, 0].astype(np.float64)
    margin = 0.1 * np.ptp(column)
    left, right = view or (column.min() - margin, column.max() + margin)
    x = np.linspace(left, right, 401)

    def curves(of: FloatArray) -> FloatArray:
        if not sample.n_classes:
            return read_only(model.scores(of, x[:, None])[None])
        probabilities = _probabilities(model, of, x[:, None])
        return read_only(probabilities.T if sample.n_classes > 2 else probabilities[None, :, 1])

    return FitPicture(
        x=read_only(x),
        curves=curves(weights),
        maximum=None if best is None else curves(best),
        truth=read_only(NoisyCurve.curve(x)) if isinstance(scenario.data, NoisyCurve) else None,
    )


def _plane_picture(
    sample: Sample, model: models.Model, weights: FloatArray, best: FloatArray | None
) -> PlanePicture:
    points = sample.features[:, :2].astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.1 * (high - low)
    (left, bottom), (right, top) = low - margin, high + margin
    rectangle = (float(left), float(right), float(bottom), float(top))
    is_logistic = model.spec.objective != "squared-error"
    references = () if best is None else _maximum_lines(sample, model, best, rectangle)
    if sample.n_classes == 2 and model.feature_map.is_linear:
        return PlanePicture(_line(sample, model, weights), is_logistic, references=references)
    probabilities = _grid(sample, model, weights, rectangle)
    contours = ()
    if sample.n_classes == 2:
        contours = tuple(
            Contour(level, tuple(level_lines(probabilities[1], level, rectangle))) for level in (0.25, 0.75)
        )
    boundary = _seams(probabilities, rectangle)
    surface = Surface(rectangle, probabilities.astype(np.float32))
    return PlanePicture(None, is_logistic, surface, boundary, contours, references)


def _in_plane(sample: Sample, points: FloatArray) -> FloatArray:
    """Points (m, 2) with the other inputs at their means."""
    means = sample.features.mean(axis=0, dtype=np.float64)
    return np.hstack((points, np.tile(means[2:], (len(points), 1))))


def _line(sample: Sample, model: models.Model, weights: FloatArray) -> FloatArray:
    corners = _in_plane(sample, np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    scores = model.scores(weights, corners)
    if model.spec.objective == "softmax":
        scores = scores[:, 1] - scores[:, 0]
    if model.spec.objective == "squared-error":
        scores = scores - 0.5
    return read_only([scores[0], scores[1] - scores[0], scores[2] - scores[0]])


def _grid(sample: Sample, model: models.Model, weights: FloatArray, rectangle: Any) -> FloatArray:
    points = _in_plane(sample, grid_points(rectangle, GRID, GRID))
    return _probabilities(model, weights, points).T.reshape(-1, GRID, GRID)


def _seams(probabilities: FloatArray, rectangle: Any) -> tuple[FloatArray, ...]:
    lines: list[FloatArray] = []
    for label in range(len(probabilities) - (len(probabilities) == 2)):
        others = np.delete(probabilities, label, axis=0).max(axis=0)
        lines.extend(level_lines(probabilities[label] - others, 0.0, rectangle))
    return tuple(lines)


def _maximum_lines(
    sample: Sample, model: models.Model, best: FloatArray, rectangle: Any
) -> tuple[ReferenceLines, ...]:
    text = "MLE" if model.spec.penalty == "none" else "maximum"
    return (ReferenceLines("maximum", text, _seams(_grid(sample, model, best, rectangle), rectangle)),)


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

OPTIMIZER_NAMES = tuple(
    name
    for name in (
        "gradient-ascent",
        "sgd",
        "momentum",
        "nesterov",
        "adagrad",
        "rmsprop",
        "adam",
        "newton",
        "lbfgs",
        "proximal",
    )
)


def with_spec(frame: Frame, **changes: Any) -> Frame:
    """The frame as if its model were another; its numbers stay."""
    spec: ModelSpec = replace(frame.model, **changes)
    return replace(frame, model=spec)
