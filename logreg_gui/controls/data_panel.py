"""The data: which preset, what kind of data with which numbers, which inputs, test set and sample."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.data_bodies import BODIES, OtherBody
from logreg_gui.controls.data_settings import COMMON, SEED
from logreg_gui.controls.form import FieldGroup, Form
from logreg_gui.controls.gaussian_body import GaussianBody
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.paint_body import PaintBody
from logreg_gui.controls.section_panel import SectionPanel
from logreg_gui.presets import PRESETS, preset
from logreg_gui.scenario import PAINTED, GaussianData, PaintedData, Scenario

PRESET_TITLES = {
    "overlapping": "Overlapping Gaussians",
    "separated": "Separated Gaussians",
    "correlated": "Correlated features",
    "unbalanced": "Unbalanced classes",
    "three-gaussians": "Three Gaussians",
    "tutorial-sagar": "Tutorial: Sagar 2019",
    "tutorial-becker": "Tutorial: Becker 2016",
    "moons": "Moons",
    "circles": "Circles",
    "xor": "Exclusive or",
    "spirals": "Spirals",
    "iris": "Iris",
    "outlier": "Outliers",
    "noisy-curve": "Noisy curve",
    PAINTED: "Painted points",
}
NOTHING_RANDOM = (
    "Nothing is random here: these points were measured. A test set or wrong labels would be drawn anew."
)
NEW_SAMPLE = "Draw new random numbers for the same data (N). After a finished run, training starts over."


class DataPanel(SectionPanel):
    """Edits the data of a scenario."""

    preset_chosen = Signal(object)  # Scenario of the preset that was picked
    new_sample_requested = Signal()

    def __init__(self, scenario: Scenario, parent: QWidget | None = None) -> None:
        super().__init__("1  Data", scenario, parent)
        self._presets = ChoiceField("Preset", [(PRESET_TITLES[name], name) for name in PRESETS])
        self._presets.setToolTip("Choose a data set with settings that suit it")
        self._bodies: dict[type | None, FieldGroup] = {
            kind: make(self.editor) for kind, make in BODIES.items()
        }
        self._bodies[None] = OtherBody(self.editor)
        self._common = Form(self.editor, COMMON)
        self._new_sample = QPushButton("New sample")
        self._new_sample.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._seed = NumberField(SEED.what, step=SEED.step, smallest=SEED.smallest, largest=SEED.largest)
        self._seed_label = QLabel(SEED.label)
        self._seed_label.setBuddy(self._seed)

        sample = QHBoxLayout()
        sample.addWidget(self._new_sample, 3)
        sample.addWidget(self._seed_label)
        sample.addWidget(self._seed, 2)
        self.column.addWidget(self._presets)
        self.column.addLayout(sample)
        for body in self._bodies.values():
            self.column.addWidget(body)
            body.hide()
        self.column.addWidget(self._common)

        self._presets.value_chosen.connect(self._choose_preset)
        self.editor.join_number(self._seed, SEED.change, SEED.wanted)
        self._new_sample.clicked.connect(self.new_sample_requested)
        self._body = self._body_of(scenario)
        self.show_scenario(scenario)

    def show_scenario(self, scenario: Scenario) -> None:
        """Show a scenario in every field; never an edit."""
        body = self._body_of(scenario)
        if body is not self._body:
            # First, because what is hidden takes what was typed in it for finished.
            self._body.discard()
            self._body.hide()
            self._body = body
        self.editor.scenario = scenario
        self._presets.show_value(scenario.preset, PRESET_TITLES.get(scenario.preset, scenario.preset))
        body.show_scenario(scenario)
        body.show()
        self._common.show_scenario(scenario)
        self._seed.show_value(SEED.read(scenario))
        self._show_chance(scenario.has_seed)

    def show_class_colors(self, colors: Sequence[QColor]) -> None:
        """Head each class's column in its colour."""
        self._gaussians.show_colors(colors)
        self.painting.show_colors(colors)

    def field(self, class_index: int, symbol: str) -> NumberField:
        """The field of a quantity of a Gaussian, for example `field(0, "μ₁")`."""
        return self._gaussians.field(class_index, symbol)

    @property
    def painting(self) -> PaintBody:
        """The tools of painted points."""
        body = self._bodies[PaintedData]
        assert isinstance(body, PaintBody)
        return body

    @property
    def _gaussians(self) -> GaussianBody:
        body = self._bodies[GaussianData]
        assert isinstance(body, GaussianBody)
        return body

    def _body_of(self, scenario: Scenario) -> FieldGroup:
        return self._bodies.get(type(scenario.data), self._bodies[None])

    def _show_chance(self, is_random: bool) -> None:
        for widget, tooltip in ((self._new_sample, NEW_SAMPLE), (self._seed, SEED.tooltip)):
            widget.setEnabled(is_random)
            widget.setToolTip(tooltip if is_random else NOTHING_RANDOM)

    def _choose_preset(self, name: str) -> None:
        self.preset_chosen.emit(preset(name))
