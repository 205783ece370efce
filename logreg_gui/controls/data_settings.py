"""The settings of every kind of data, and of what all data have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from logreg_gui.controls.choice_field import Choice
from logreg_gui.controls.setting import ChoiceSetting, NumberSetting, Setting
from logreg_gui.scenario import (
    IRIS_FEATURES,
    MAX_CLASS_SIZE,
    MOST_GAUSSIANS,
    Circles,
    GaussianData,
    Iris,
    Moons,
    NoisyCurve,
    Scenario,
    Spirals,
    StripeWithOutlier,
    TableData,
    Xor,
    likely_features,
    number_of_features,
    possible_labels,
    with_class_count,
    with_data,
    with_seed,
)

PERCENTAGE = "a percentage of at least 0 and below 100"


def _with_fields(scenario: Scenario, **changes: Any) -> Scenario:
    """The scenario with fields of its data changed; which ones there are depends on the kind of data."""
    data: Any = scenario.data
    return with_data(scenario, replace(data, **changes))


def _of_data(name: str, label: str, tooltip: str, wanted: str, **options: Any) -> NumberSetting:
    """A field of the data, by its name."""
    return NumberSetting(
        label=label,
        what=options.pop("what", label),
        tooltip=tooltip,
        wanted=wanted,
        read=lambda scenario: float(getattr(scenario.data, name)),
        change=lambda scenario, value: _with_fields(scenario, **{name: value}),
        **options,
    )


_SIZE = _of_data(
    "size",
    "n",
    "n: number of points, of all classes together",
    f"a whole number from 2 to {2 * MAX_CLASS_SIZE:,}",
    what="number of points",
    smallest=2,
    largest=2 * MAX_CLASS_SIZE,
)
_NOISE = _of_data(
    "noise",
    "noise",
    "Standard deviation of the normal noise on every point",
    "a number of at least 0",
    step=0.05,
    smallest=0.0,
)
_FACTOR = _of_data(
    "factor",
    "factor",
    "Radius of the inner circle; that of the outer one is 1",
    "a number of at least 0 and below 1",
    step=0.05,
    smallest=0.0,
    largest=0.95,
)
_TURNS = _of_data(
    "turns",
    "turns",
    "How often each arm winds around the centre",
    "a number from 0 to 100",
    step=0.25,
    smallest=0.0,
    largest=100.0,
)
_OUTLIERS = _of_data(
    "outliers",
    "outliers",
    "Points of class 1 far out on their own side",
    f"a whole number from 0 to {MAX_CLASS_SIZE:,}",
    step=1.0,
    smallest=0.0,
    largest=MAX_CLASS_SIZE,
)

SHAPES: Mapping[type, Sequence[Sequence[Setting | None]]] = {
    Moons: ((_SIZE, _NOISE),),
    Circles: ((_SIZE, _NOISE), (_FACTOR, None)),
    Xor: ((_SIZE, _NOISE),),
    Spirals: ((_SIZE, _NOISE), (_TURNS, None)),
    StripeWithOutlier: ((_SIZE, _OUTLIERS),),
    NoisyCurve: ((_SIZE, _NOISE),),
}
"""The rows of fields for each of the data that are made by a formula."""


def _iris(scenario: Scenario) -> Iris:
    assert isinstance(scenario.data, Iris)  # these settings are shown for no other data
    return scenario.data


def _species(scenario: Scenario) -> Sequence[Choice]:
    known = tuple(dict.fromkeys(_iris(scenario).flowers.species))
    pairs = combinations(known, 2)
    return [Choice("all three", known), *(Choice(" and ".join(pair), pair) for pair in pairs)]


def _axis(
    label: str, axis: str, other_label: str, other: str, names: Callable[[Scenario], Sequence[str]]
) -> ChoiceSetting:
    """Which feature lies along an axis; the axes change places if it is that of the other one."""

    def change(scenario: Scenario, feature: str) -> Scenario:
        changes = {axis: feature}
        if getattr(scenario.data, other) == feature:
            changes[other] = getattr(scenario.data, axis)
        return _with_fields(scenario, **changes)

    return ChoiceSetting(
        label=label,
        what=f"feature {label}",
        tooltip=f"What is measured along {label}; choosing that of {other_label} swaps the two",
        read=lambda scenario: getattr(scenario.data, axis),
        change=change,
        applies=lambda scenario: axis == "x1" or scenario.n_classes > 0,  # a regression has x₁ alone
        choices=lambda scenario: [Choice(name, name) for name in names(scenario)],
    )


def _axes(names: Callable[[Scenario], Sequence[str]]) -> Sequence[Sequence[Setting]]:
    return ((_axis("x₁", "x1", "x₂", "x2", names),), (_axis("x₂", "x2", "x₁", "x1", names),))


IRIS: Sequence[Sequence[Setting]] = (
    (
        ChoiceSetting(
            label="species",
            what="species",
            tooltip="The classes: all three species of iris, or two of them",
            read=lambda scenario: _iris(scenario).classes,
            change=lambda scenario, value: _with_fields(scenario, classes=value),
            choices=_species,
        ),
    ),
    *_axes(lambda _scenario: IRIS_FEATURES),
)


def _table(scenario: Scenario) -> TableData:
    assert isinstance(scenario.data, TableData)  # these settings are shown for no other data
    return scenario.data


def _columns(scenario: Scenario) -> Sequence[str]:
    """The columns that may be features, as they stand in the table."""
    data = _table(scenario)
    able = likely_features(data.table, data.label)
    return [column.name for column in data.table.columns if column.name in able]


def _with_label(scenario: Scenario, label: str) -> Scenario:
    """Another column as the label; a feature that it was gives its axis to the likeliest free column."""
    data = _table(scenario)
    free = [name for name in likely_features(data.table, label) if name not in (data.x1, data.x2)]
    axes = {axis: free.pop(0) for axis in ("x1", "x2") if getattr(data, axis) == label and free}
    return _with_fields(scenario, label=label, **axes)


TABLE: Sequence[Sequence[Setting]] = (
    *_axes(_columns),
    (
        ChoiceSetting(
            label="label",
            what="label",
            tooltip="The column to predict: classes if it has 2 to 6 different values, else numbers over x₁",
            read=lambda scenario: _table(scenario).label,
            change=_with_label,
            choices=lambda scenario: [Choice(name, name) for name in possible_labels(_table(scenario).table)],
        ),
    ),
)


def _inputs(scenario: Scenario) -> Sequence[Choice]:
    count = number_of_features(scenario.data)
    offered = {"first": "x₁", "both": "x₁, x₂"} | ({"all": f"all {count}"} if count > 2 else {})
    return [Choice(text, inputs, _too_many(scenario, inputs)) for inputs, text in offered.items()]


def _too_many(scenario: Scenario, inputs: str) -> str:
    """Why the model cannot have these inputs; empty when it can."""
    try:
        replace(scenario, inputs=inputs)
    except ValueError as error:
        return str(error)
    return ""


def _with_classes(scenario: Scenario, count: float) -> Scenario:
    if isinstance(scenario.data, GaussianData):
        return with_class_count(scenario, count)  # type: ignore[arg-type]  # it checks
    return _with_fields(scenario, classes=count)


def _is_labelled(scenario: Scenario) -> bool:
    return scenario.n_classes > 0


SEED = NumberSetting(
    label="seed",
    what="seed",
    tooltip="Seed of the random numbers: the same seed gives the same points",
    wanted="a whole number from 0 to 4,294,967,295",
    step=1.0,
    smallest=0.0,
    largest=2**32 - 1,
    read=lambda scenario: float(scenario.seed),
    change=with_seed,
)

COMMON: Sequence[Sequence[Setting]] = (
    (
        ChoiceSetting(
            label="inputs",
            what="inputs",
            tooltip="The features that the model sees: x₁ alone is drawn over one axis, more over the plane",
            read=lambda scenario: scenario.inputs,
            change=lambda scenario, value: replace(scenario, inputs=value),
            applies=lambda scenario: number_of_features(scenario.data) > 1,
            choices=_inputs,
            unknown=lambda _scenario: "x₁, x₂",  # all there are
        ),
        NumberSetting(
            label="classes",
            what="number of classes",
            tooltip=f"How many classes, 2 to {MOST_GAUSSIANS}: more than two ask for softmax",
            wanted=f"a whole number from 2 to {MOST_GAUSSIANS}",
            step=1.0,
            smallest=2.0,
            largest=MOST_GAUSSIANS,
            read=lambda scenario: float(scenario.n_classes),
            change=_with_classes,
            applies=lambda scenario: isinstance(scenario.data, GaussianData | Spirals),
        ),
    ),
    (
        NumberSetting(
            label="test",
            what="test set",
            tooltip="Test set: the percentage of the points that are not trained on",
            wanted=PERCENTAGE,
            step=5.0,
            smallest=0.0,
            largest=95.0,
            unit="%",
            read=lambda scenario: 100.0 * scenario.test_size,
            change=lambda scenario, value: replace(scenario, test_size=value / 100.0),
        ),
        NumberSetting(
            label="wrong",
            what="wrong labels",
            tooltip="Label noise: the percentage of the labels that are changed to another class",
            wanted=PERCENTAGE,
            step=5.0,
            smallest=0.0,
            largest=95.0,
            unit="%",
            read=lambda scenario: 100.0 * scenario.label_noise,
            change=lambda scenario, value: replace(scenario, label_noise=value / 100.0),
            applies=_is_labelled,
        ),
    ),
)
"""What all data have, as far as it applies."""
