"""The model and its optimizer: learning rate, step budget, speed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.section import Section
from logreg_gui.controls.sliders import LogSlider
from logreg_gui.notation import significant
from logreg_gui.scenario import MAX_STEPS, SPEEDS, UNLIMITED, Edit, Scenario

WANTED = {
    "learning_rate": "a positive number from 10⁻¹² to 10¹²",
    "steps": f"a whole number from 1 to {MAX_STEPS:,}",
}

LOWEST_EXPONENT, HIGHEST_EXPONENT = -6, 2


def speed_text(speed: float) -> str:
    """A speed as the menus show it."""
    if speed == UNLIMITED:
        return "unlimited"
    return "1 step/s" if speed == 1 else f"{speed:g} steps/s"


SPEED_CHOICES = [(speed_text(speed), speed) for speed in SPEEDS]


class ModelPanel(QWidget):
    """Edits the settings of the training."""

    scenario_edited = Signal(object)  # Edit, when a field holds a new valid value
    field_finished = Signal()  # Enter or Esc in a field
    rejected = Signal(str)  # why the last entry was refused, empty when all is well again

    def __init__(self, scenario: Scenario, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scenario = scenario
        self._model = QLabel("Logistic regression")
        self.learning_rate = NumberField("learning rate η")
        self.learning_rate.setToolTip(
            "Learning rate η of w ← w + η Xᵀ(y − p), on the summed gradient; 3e-4 is understood"
        )
        self.slider = LogSlider("learning rate η", LOWEST_EXPONENT, HIGHEST_EXPONENT)
        self.slider.setToolTip(
            "Green: every step climbs. Amber: stable, steps may fall. Red: no step size this large settles"
        )
        self._zones = QLabel()
        self._zones.setObjectName("remark")
        self._zones.setWordWrap(True)
        self.steps = NumberField("steps", smallest=1.0)
        self.steps.setToolTip(
            "Training pauses by itself after this many steps; play goes on for as many again"
        )
        self.speed = ChoiceField("speed", SPEED_CHOICES)
        self.speed.setToolTip("Steps per second  ([ slower, ] faster)")

        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._model, 0, 0, 1, 2)
        for line, text, field in (
            (1, "learning rate η", self.learning_rate),
            (4, "steps", self.steps),
            (5, "speed", self.speed),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            grid.addWidget(label, line, 0)
            grid.addWidget(field, line, 1)
        grid.addWidget(self.slider, 2, 0, 1, 2)
        grid.addWidget(self._zones, 3, 0, 1, 2)
        self._section = Section("2  Model and optimizer", content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._section)

        self.learning_rate.value_edited.connect(self._edit_learning_rate)
        self.slider.value_dragged.connect(self._drag_learning_rate)
        self.steps.value_edited.connect(self._edit_steps)
        self.speed.value_chosen.connect(self._choose_speed)
        for field in (self.learning_rate, self.steps):
            field.rejected.connect(self.rejected)
            field.finished.connect(self.field_finished)
        self.show_stable_rates(None, None)
        self.show_scenario(scenario)

    def show_scenario(self, scenario: Scenario) -> None:
        """Show a scenario in every field; never an edit."""
        self._scenario = scenario
        self.learning_rate.show_value(scenario.learning_rate)
        self.slider.show_value(scenario.learning_rate)
        self.steps.show_value(float(scenario.steps))
        self.speed.show_value(scenario.speed, speed_text(scenario.speed))

    def show_stable_rates(self, always_climbing: float | None, largest_stable: float | None) -> None:
        """Mark the zones of the learning rate; None for what is not known or does not exist."""
        self.slider.show_zones(always_climbing, largest_stable)
        if always_climbing is None:
            self._zones.setText("stable learning rates: computing")
            return
        if largest_stable is None:
            edge = "separable: no largest stable rate"
        else:
            edge = f"largest stable rate {significant(largest_stable)}"
        self._zones.setText(f"always climbs below {significant(always_climbing)}; {edge}")

    def show_zone_colors(self, safe: QColor, edge: QColor, unstable: QColor) -> None:
        """The colours of the zones."""
        self.slider.show_colors(safe, edge, unstable)

    def _edit_learning_rate(self, value: float, is_held: bool) -> None:
        self._offer(self.learning_rate, "learning_rate", value, "Change the learning rate", is_held)

    def _drag_learning_rate(self, value: float, continues: bool) -> None:
        self._offer(self.learning_rate, "learning_rate", value, "Change the learning rate", continues)

    def _edit_steps(self, value: float, is_held: bool) -> None:
        self._offer(self.steps, "steps", value, "Change the steps", is_held)

    def _choose_speed(self, speed: float) -> None:
        self._offer(None, "speed", speed, "Change the speed")

    def _offer(
        self, field: NumberField | None, name: str, value: float, label: str, continues: bool = False
    ) -> None:
        try:
            change: dict[str, Any] = {name: value}
            scenario = replace(self._scenario, **change)
        except ValueError:
            if field is not None:
                field.refuse(WANTED[name])
            return
        self.scenario_edited.emit(Edit(scenario, label, continues))
