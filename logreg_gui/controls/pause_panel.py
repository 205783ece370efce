"""When training pauses by itself: a step, an accuracy, a flat gradient, a fall, the maximum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from logreg_gui.controls.form import Form
from logreg_gui.controls.section_panel import SectionPanel
from logreg_gui.controls.setting import NumberSetting, Setting, SwitchSetting
from logreg_gui.scenario import MAX_STEPS, Scenario

FIRST_VALUES = {"step": 100, "accuracy": 0.9, "gradient_norm": 0.01, "gap": 1e-6}
"""What a rule says when it is switched on."""


def _with(scenario: Scenario, **changes: Any) -> Scenario:
    return replace(scenario, pause_at=replace(scenario.pause_at, **changes))


def _switch(name: str, label: str, tooltip: str) -> SwitchSetting:
    return SwitchSetting(
        label=label,
        what=f"pause at {label}",
        tooltip=tooltip,
        read=lambda scenario: getattr(scenario.pause_at, name) is not None,
        change=lambda scenario, value: _with(scenario, **{name: FIRST_VALUES[name] if value else None}),
    )


def _number(
    name: str, what: str, wanted: str, *, factor: float = 1.0, unit: str = "", **bounds: Any
) -> NumberSetting:
    def change(scenario: Scenario, value: float) -> Scenario:
        return _with(scenario, **{name: value / factor if factor != 1.0 else value})

    def read(scenario: Scenario) -> float:
        # A rule that is off has a number all the same: the one it would have.
        value = getattr(scenario.pause_at, name)
        return factor * float(FIRST_VALUES[name] if value is None else value)

    return NumberSetting(
        label="",
        what=what,
        tooltip=f"Pause at {what}",
        wanted=wanted,
        unit=unit,
        read=read,
        change=change,
        applies=_is_on(name),
        **bounds,
    )


def _is_on(name: str) -> Callable[[Scenario], bool]:
    return lambda scenario: getattr(scenario.pause_at, name) is not None


ROWS: tuple[tuple[Setting, ...], ...] = (
    (
        _switch("step", "step", "Pause when so many steps have been taken"),
        _number(
            "step", "this step", f"a whole number from 1 to {MAX_STEPS:,}", smallest=1.0, largest=MAX_STEPS
        ),
    ),
    (
        _switch("accuracy", "accuracy", "Pause when so many training rows are classified rightly"),
        _number(
            "accuracy",
            "this accuracy",
            "a percentage above 0 and up to 100",
            factor=100.0,
            unit="%",
            step=1.0,
            smallest=1.0,
            largest=100.0,
        ),
    ),
    (
        _switch("gradient_norm", "‖gradient‖", "Pause when the gradient is as good as flat"),
        _number("gradient_norm", "a gradient norm below this", "a positive number"),
    ),
    (
        _switch("gap", "maximum", "Pause when the objective is this near its maximum, relative to its size"),
        _number("gap", "this distance to the maximum", "a positive number"),
    ),
    (
        SwitchSetting(
            label="when the log-likelihood falls",
            what="pause when the log-likelihood falls",
            tooltip="Pause after a step that went down: the learning rate may be too large",
            read=lambda scenario: scenario.pause_at.at_fall,
            change=lambda scenario, value: _with(scenario, at_fall=value),
        ),
    ),
)


class PausePanel(SectionPanel):
    """Edits the rules by which training pauses."""

    def __init__(self, scenario: Scenario, parent: QWidget | None = None) -> None:
        super().__init__("Pause at", scenario, parent)
        self.form = Form(self.editor, ROWS)
        self.column.addWidget(self.form)
        self.section.show_open(False)
        self.show_scenario(scenario)

    def show_scenario(self, scenario: Scenario) -> None:
        """Show a scenario in every field; never an edit."""
        self.editor.scenario = scenario
        self.form.show_scenario(scenario)
