"""The data: which preset, what kind of data with which numbers, which inputs, test set and sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.data_bodies import BODIES, OtherBody
from logreg_gui.controls.data_settings import COMMON, SEED
from logreg_gui.controls.editor import Editor
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
    """Edits the data of a scenario.

    What a kind of data needs is made when such data come: most of it is never seen, and all of it would have
    to be styled with what is.
    """

    preset_chosen = Signal(object)  # Scenario of the preset that was picked
    new_sample_requested = Signal()
    tool_changed = Signal(object)  # PaintTool that the user takes into the hand, or None

    def __init__(self, scenario: Scenario, parent: QWidget | None = None) -> None:
        super().__init__("1  Data", scenario, parent)
        self._presets = ChoiceField("Preset", [(PRESET_TITLES[name], name) for name in PRESETS])
        self._presets.setToolTip("Choose a data set with settings that suit it")
        self._bodies: dict[type | None, FieldGroup] = {}
        self._colors: Sequence[QColor] = ()
        place = QWidget()
        self._place = QVBoxLayout(place)
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
        self.column.addWidget(place)
        self.column.addWidget(self._common)
        self._place.setContentsMargins(0, 0, 0, 0)

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
        self._colors = colors
        for body in self._bodies.values():
            _show_colors(body, colors)

    def field(self, class_index: int, symbol: str) -> NumberField:
        """The field of a quantity of a Gaussian, for example `field(0, "μ₁")`."""
        return self._gaussians.field(class_index, symbol)

    @property
    def painting(self) -> PaintBody:
        """The tools of painted points."""
        body = self._body_for(PaintedData)
        assert isinstance(body, PaintBody)
        return body

    @property
    def _gaussians(self) -> GaussianBody:
        body = self._body_for(GaussianData)
        assert isinstance(body, GaussianBody)
        return body

    def _body_of(self, scenario: Scenario) -> FieldGroup:
        kind = type(scenario.data)
        return self._body_for(kind if kind in BODIES else None)

    def _body_for(self, kind: type | None) -> FieldGroup:
        if kind not in self._bodies:
            self._bodies[kind] = self._make_body(OtherBody if kind is None else BODIES[kind])
        return self._bodies[kind]

    def _make_body(self, make: Callable[[Editor], FieldGroup]) -> FieldGroup:
        body = make(self.editor)
        body.hide()
        self._place.addWidget(body)
        self._order_tabs(body)
        if self._colors:
            _show_colors(body, self._colors)
        if isinstance(body, PaintBody):
            body.tool_changed.connect(self.tool_changed)
        return body

    def _order_tabs(self, body: FieldGroup) -> None:
        """Tab leads from what is above the body through it to what is below."""
        chain = [
            widget
            for widget in (self._seed, *body.findChildren(QWidget))
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.window() is self.window()
        ]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def _show_chance(self, is_random: bool) -> None:
        for widget, tooltip in ((self._new_sample, NEW_SAMPLE), (self._seed, SEED.tooltip)):
            widget.setEnabled(is_random)
            widget.setToolTip(tooltip if is_random else NOTHING_RANDOM)

    def _choose_preset(self, name: str) -> None:
        self.preset_chosen.emit(preset(name))


def _show_colors(body: FieldGroup, colors: Sequence[QColor]) -> None:
    if isinstance(body, GaussianBody | PaintBody):
        body.show_colors(colors)
