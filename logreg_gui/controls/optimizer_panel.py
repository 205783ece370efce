"""The optimizer: which one, its own parameters, the step budget and the speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from logreg_gui.controls.choice_field import Choice, ChoiceField
from logreg_gui.controls.form import Form
from logreg_gui.controls.learning_rate import LearningRateGroup
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.section_panel import SectionPanel
from logreg_gui.controls.setting import ChoiceSetting, NumberSetting, Setting
from logreg_gui.controls.sliders import LogSlider
from logreg_gui.controls.speeds import SPEED_CHOICES, speed_text
from logreg_gui.controls.switch import Switch
from logreg_gui.scenario import MAX_STEPS, OPTIMIZERS, Parameter, Scenario, with_model

LABELS = {"momentum": "β", "batch_size": "batch"}
"""Short ones: beside the steps there is half a row."""

TOOLTIPS = {
    "momentum": "Momentum β: how much of the last step goes into the next one",
    "batch_size": "Rows per step: how many rows the gradient of one step is taken from",
}
CORNERS = "Cannot settle in the corners of the l1 penalty: weights would never become exactly 0"


def _optimizers(scenario: Scenario) -> Sequence[Choice]:
    has_corners = scenario.model.penalty_value.l1 > 0.0
    return [
        Choice(info.title, name, CORNERS if has_corners and not info.handles_l1 else "")
        for name, info in OPTIMIZERS.items()
    ]


def _has(scenario: Scenario, name: str) -> bool:
    return any(parameter.name == name for parameter in OPTIMIZERS[scenario.model.optimizer].parameters)


def _parameter(parameter: Parameter) -> Setting:
    name, least, most = parameter.name, parameter.smallest, parameter.largest
    kind = "a whole number" if parameter.is_whole else "a number"

    def change(scenario: Scenario, value: float) -> Scenario:
        if not least <= value <= most:
            raise ValueError(f"{name} must be from {least} to {most}, got {value!r}")
        return with_model(scenario, **{name: value})

    title = parameter.title[0].lower() + parameter.title[1:]
    return NumberSetting(
        label=LABELS[name],
        what=title,
        tooltip=TOOLTIPS[name],
        wanted=f"{kind} from {least:g} to {most:,}",
        step=None if parameter.is_whole else 0.05,
        smallest=least,
        largest=most,
        read=lambda scenario: float(getattr(scenario.model, name)),
        change=change,
        applies=lambda scenario: _has(scenario, name),
    )


OPTIMIZER = ChoiceSetting(
    label="",
    what="optimizer",
    tooltip="How the weights move uphill",
    read=lambda scenario: scenario.model.optimizer,
    change=lambda scenario, value: with_model(scenario, optimizer=value),
    choices=_optimizers,
)
PARAMETERS = {
    parameter.name: _parameter(parameter)
    for info in OPTIMIZERS.values()
    for parameter in info.parameters
    if parameter.name != "learning_rate"
}
STEPS = NumberSetting(
    label="steps",
    what="steps",
    tooltip="Training pauses by itself after this many steps; play goes on for as many again",
    wanted=f"a whole number from 1 to {MAX_STEPS:,}",
    smallest=1.0,
    largest=MAX_STEPS,
    read=lambda scenario: float(scenario.steps),
    change=lambda scenario, value: replace(scenario, steps=value),
)
SPEED = ChoiceSetting(
    label="speed",
    what="speed",
    tooltip="Steps per second  ([ slower, ] faster)",
    read=lambda scenario: scenario.speed,
    change=lambda scenario, value: replace(scenario, speed=value),
    choices=lambda _scenario: [Choice(text, speed) for text, speed in SPEED_CHOICES],
    unknown=lambda scenario: speed_text(scenario.speed),
)


class OptimizerPanel(SectionPanel):
    """Edits how the model is trained."""

    def __init__(self, scenario: Scenario, parent: QWidget | None = None) -> None:
        super().__init__("3  Optimizer", scenario, parent)
        self._method = Form(self.editor, [[OPTIMIZER]])
        self._rate = LearningRateGroup(self.editor)
        # As many rows for every method: nothing moves under the pointer that has chosen one.
        self._rest = Form(self.editor, [[STEPS, [*PARAMETERS.values()]], [SPEED]])
        for part in (self._method, self._rate, self._rest):
            self.column.addWidget(part)
        self.show_scenario(scenario)

    @property
    def learning_rate(self) -> NumberField:
        """The field of the learning rate."""
        return self._rate.field

    @property
    def automatic(self) -> Switch:
        """Whether the learning rate is automatic."""
        return self._rate.automatic

    @property
    def slider(self) -> LogSlider:
        """The slider of the learning rate."""
        return self._rate.slider

    @property
    def steps(self) -> NumberField:
        """The field of the step budget."""
        field = self._rest.field("steps")
        assert isinstance(field, NumberField)
        return field

    @property
    def speed(self) -> ChoiceField:
        """The choice of a speed."""
        field = self._rest.field("speed")
        assert isinstance(field, ChoiceField)
        return field

    def show_scenario(self, scenario: Scenario) -> None:
        """Show a scenario in every field; never an edit."""
        self.editor.scenario = scenario
        self._method.show_scenario(scenario)
        self._rate.show_scenario(scenario)
        self._rest.show_scenario(scenario)

    def show_learning_rate(self, rate: float | None) -> None:
        """Show the rate that training uses, for as long as it is automatic; None when there is none."""
        self._rate.show_used(rate)

    def show_stable_rates(
        self, always_climbing: float | None, largest_stable: float | None, reason: str = ""
    ) -> None:
        """Mark the zones of the learning rate; None for what is not known or does not exist.

        With a `reason` there are no zones for this optimizer, and the reason is shown instead.
        """
        self._rate.show_stable_rates(always_climbing, largest_stable, reason)

    def show_zone_colors(self, safe: QColor, edge: QColor, unstable: QColor) -> None:
        """The colours of the zones."""
        self._rate.show_zone_colors(safe, edge, unstable)
