"""The model: objective, features and penalty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from logreg_gui.controls.choice_field import Choice
from logreg_gui.controls.form import Form
from logreg_gui.controls.remark import Remark
from logreg_gui.controls.section_panel import SectionPanel
from logreg_gui.controls.setting import ChoiceSetting, NumberSetting, Setting, SwitchSetting
from logreg_gui.controls.start_weights import StartWeights
from logreg_gui.notation import shortest
from logreg_gui.scenario import (
    LARGEST_DEGREE,
    MOST_TERMS,
    OBJECTIVES,
    PENALTIES,
    Scenario,
    has_given_start,
    number_of_inputs,
    number_of_weights,
    with_initial_weights,
    with_model,
)

OBJECTIVE_TITLES = {
    "logistic": "Logistic: two classes",
    "softmax": "Softmax: two or more",
    "squared-error": "Least squares",
}
PENALTY_TITLES = {"none": "none", "l2": "ridge (l2)", "l1": "lasso (l1)", "elasticnet": "elastic net"}
NUMBER_TARGET = "The target is a number here, not a class"


def obstacle(objective: str, n_classes: int) -> str:
    """Why the objective is not for so many classes (0: a regression); empty when it is."""
    if objective == "squared-error":
        return f"For a number, or for two classes as 0 and 1; here are {n_classes}" if n_classes > 2 else ""
    if n_classes == 0:
        return NUMBER_TARGET
    if objective == "logistic":
        return f"For two classes; here are {n_classes}" if n_classes > 2 else ""
    return ""


def classic_name(scenario: Scenario) -> str:
    """What the field calls the model, and what is not in that name."""
    model = scenario.model
    if model.objective == "squared-error":
        plain = "Polynomial regression" if model.degree > 1 else "Linear regression"
        penalised = {"l2": "Ridge regression", "l1": "Lasso", "elasticnet": "Elastic net"}
        names = [penalised.get(model.penalty, plain) + (" of 0 and 1" if scenario.n_classes else "")]
    else:
        names = [f"{model.objective.capitalize()} regression"]
        names += [] if model.penalty == "none" else [PENALTY_TITLES[model.penalty]]
    if model.degree > 1:
        names.insert(1, f"degree {model.degree}")
    if model.penalty != "none":
        names.append(f"1/\N{WORD JOINER}C\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{shortest(1.0 / model.C, 3)}")
    return ", ".join(names)


def _objectives(scenario: Scenario) -> Sequence[Choice]:
    return [Choice(OBJECTIVE_TITLES[name], name, obstacle(name, scenario.n_classes)) for name in OBJECTIVES]


def _penalties(_scenario: Scenario) -> Sequence[Choice]:
    return [Choice(PENALTY_TITLES[name], name) for name in PENALTIES]


def _start(scenario: Scenario) -> str:
    is_given = has_given_start(scenario)
    return "zeros" if scenario.start == "weights" and not is_given else scenario.start


def _starts(_scenario: Scenario) -> Sequence[Choice]:
    return [Choice("zeros", "zeros"), Choice("random", "random"), Choice("given", "weights")]


def _with_l1_ratio(scenario: Scenario, ratio: float) -> Scenario:
    # With the penalty named, an optimizer that cannot climb the new l1 part gives way.
    return with_model(scenario, penalty="elasticnet", l1_ratio=ratio)


ROWS: Sequence[Sequence[Setting]] = (
    (
        ChoiceSetting(
            label="",
            what="objective",
            tooltip="What is made as large as possible: the log-likelihood, or minus half the squared error",
            read=lambda scenario: scenario.model.objective,
            change=lambda scenario, value: with_model(scenario, objective=value),
            choices=_objectives,
        ),
    ),
    (
        NumberSetting(
            label="degree",
            what="degree",
            tooltip="Highest power of the inputs among the features: 1 leaves boundaries straight",
            wanted=f"a whole number from 1 to {LARGEST_DEGREE} that makes at most {MOST_TERMS} terms",
            step=1.0,
            smallest=1.0,
            largest=LARGEST_DEGREE,
            read=lambda scenario: float(scenario.model.degree),
            change=lambda scenario, value: with_model(scenario, degree=value),
        ),
        SwitchSetting(
            label="standardise",
            what="standardise",
            tooltip="Give every feature mean 0 and standard deviation 1, so that one learning rate suits all",
            read=lambda scenario: scenario.model.standardise,
            change=lambda scenario, value: with_model(scenario, standardise=value),
        ),
    ),
    (
        SwitchSetting(
            label="interactions",
            what="interactions",
            tooltip="Products of different inputs too, such as x₁x₂; else powers of each input alone",
            read=lambda scenario: scenario.model.interactions,
            change=lambda scenario, value: with_model(scenario, interactions=value),
            applies=lambda scenario: scenario.model.degree > 1 and number_of_inputs(scenario) > 1,
        ),
    ),
    (
        ChoiceSetting(
            label="penalty",
            what="penalty",
            tooltip="The price of large weights but the intercept: ridge shrinks them, lasso makes some 0",
            read=lambda scenario: scenario.model.penalty,
            change=lambda scenario, value: with_model(scenario, penalty=value),
            choices=_penalties,
        ),
    ),
    (
        NumberSetting(
            label="C",
            what="C",
            tooltip="The strength of the penalty is 1/C: the smaller C, the smaller the weights",
            wanted="a positive number",
            read=lambda scenario: scenario.model.C,
            change=lambda scenario, value: with_model(scenario, C=value),
            applies=lambda scenario: scenario.model.penalty != "none",
        ),
        NumberSetting(
            label="l1 ratio",
            what="l1 ratio",
            tooltip="The share of the lasso in the elastic net; the rest is ridge",
            wanted="a number from 0 to 1",
            step=0.1,
            smallest=0.0,
            largest=1.0,
            read=lambda scenario: scenario.model.l1_ratio,
            change=_with_l1_ratio,
            applies=lambda scenario: scenario.model.penalty == "elasticnet",
        ),
    ),
)


def _start_rows(with_start: Callable[[Scenario, Any], Scenario]) -> Sequence[Sequence[Setting]]:
    return (
        (
            ChoiceSetting(
                label="start",
                what="initial weights",
                tooltip="Where training starts, and where resetting the weights leads back to",
                read=_start,
                change=with_start,
                choices=_starts,
            ),
            NumberSetting(
                label="seed",
                what="seed of the initial weights",
                tooltip="The same seed gives the same initial weights",
                wanted="a whole number from 0 to 4,294,967,295",
                step=1.0,
                smallest=0.0,
                largest=4_294_967_295.0,
                read=lambda scenario: float(scenario.start_seed),
                change=lambda scenario, value: replace(scenario, start_seed=value),
                applies=lambda scenario: scenario.start == "random",
            ),
        ),
    )


class ModelPanel(SectionPanel):
    """Edits what is to be learned: objective, features and penalty."""

    def __init__(self, scenario: Scenario, parent: QWidget | None = None) -> None:
        super().__init__("2  Model", scenario, parent)
        self._name = Remark()
        self._name.setToolTip("What the field calls this model")
        self._weights: tuple[float, ...] = ()
        self.form = Form(self.editor, [*ROWS, *_start_rows(self._with_start)])
        self.start_weights = StartWeights(self.editor)
        self.column.addWidget(self.form)
        self.column.addWidget(self.start_weights)
        self.column.addWidget(self._name)
        self.show_scenario(scenario)

    def show_scenario(self, scenario: Scenario) -> None:
        """Show a scenario in every field; never an edit."""
        self.editor.scenario = scenario
        self._name.setText(classic_name(scenario))
        self.form.show_scenario(scenario)
        self.start_weights.show_scenario(scenario)

    def show_weights(self, weights: tuple[float, ...]) -> None:
        """These are the present ones: where training starts when it is to start from given ones."""
        self._weights = weights

    def _with_start(self, scenario: Scenario, start: str) -> Scenario:
        given = replace(scenario, start=start)
        if start != "weights" or has_given_start(given):
            return given
        needed = number_of_weights(scenario)
        present = self._weights if len(self._weights) == needed else (0.0,) * needed
        return with_initial_weights(scenario, tuple(float(f"{weight:.5g}") for weight in present))
