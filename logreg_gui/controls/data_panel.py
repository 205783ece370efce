"""The data: which preset, where each class lies, how wide it is, how many rows, which sample."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.section import Section
from logreg_gui.scenario import (
    MAX_CLASS_SIZE,
    PRESETS,
    Edit,
    GaussianClass,
    Scenario,
    preset,
    with_class,
    with_seed,
)

PRESET_TITLES = {
    "overlapping": "Overlapping Gaussians",
    "separated": "Separated Gaussians",
    "correlated": "Correlated features",
    "unbalanced": "Unbalanced classes",
    "tutorial-sagar": "Tutorial: Sagar 2019",
    "tutorial-becker": "Tutorial: Becker 2016",
}
CLASS_MARKS = ("●", "▲")
NUMBER = "a number up to 10³⁰"


@dataclass(frozen=True)
class _Row:
    """One quantity of a Gaussian: how it is called, what it must be, and how it is read and changed."""

    symbol: str
    meaning: str
    wanted: str
    step: float | None
    read: Callable[[GaussianClass], float]
    change: Callable[[GaussianClass, float], GaussianClass]


def _with_standard_deviations(gaussian: GaussianClass, first: float, second: float) -> GaussianClass:
    return GaussianClass.from_standard_deviations(
        gaussian.mean, (first, second), gaussian.correlation, gaussian.size
    )


def _with_size(gaussian: GaussianClass, size: float) -> GaussianClass:
    return GaussianClass(gaussian.mean, gaussian.covariance, size)  # type: ignore[arg-type]  # it checks


_ROWS = (
    _Row("μ₁", "mean of x₁", NUMBER, 0.1, lambda g: g.mean[0], lambda g, v: replace(g, mean=(v, g.mean[1]))),
    _Row("μ₂", "mean of x₂", NUMBER, 0.1, lambda g: g.mean[1], lambda g, v: replace(g, mean=(g.mean[0], v))),
    _Row(
        "σ₁",
        "standard deviation of x₁",
        "a positive number",
        0.1,
        lambda g: g.standard_deviations[0],
        lambda g, v: _with_standard_deviations(g, v, g.standard_deviations[1]),
    ),
    _Row(
        "σ₂",
        "standard deviation of x₂",
        "a positive number",
        0.1,
        lambda g: g.standard_deviations[1],
        lambda g, v: _with_standard_deviations(g, g.standard_deviations[0], v),
    ),
    _Row(
        "ρ",
        "correlation of x₁ and x₂",
        "a number between −1 and 1, both excluded",
        0.05,
        lambda g: g.correlation,
        lambda g, v: GaussianClass.from_standard_deviations(g.mean, g.standard_deviations, v, g.size),
    ),
    _Row(
        "n",
        "number of points",
        f"a whole number from 1 to {MAX_CLASS_SIZE:,}",
        None,
        lambda g: float(g.size),
        _with_size,
    ),
)


class DataPanel(QWidget):
    """Edits the data of a scenario."""

    scenario_edited = Signal(object)  # Edit, when a field holds a new valid value
    preset_chosen = Signal(object)  # Scenario of the preset that was picked
    new_sample_requested = Signal()
    field_finished = Signal()  # Enter or Esc in a field
    rejected = Signal(str)  # why the last entry was refused, empty when all is well again

    def __init__(self, scenario: Scenario, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scenario = scenario
        self._presets = ChoiceField("Preset", [(PRESET_TITLES[name], name) for name in PRESETS])
        self._presets.setToolTip("Choose a data set with settings that suit it")
        self._titles = [QLabel() for _ in scenario.data.classes]
        self._fields: dict[tuple[int, int], NumberField] = {}
        self._covariances = [QLabel() for _ in scenario.data.classes]
        self._seed = NumberField("seed", step=1.0, smallest=0.0)
        self._seed.setToolTip("Seed of the random numbers: the same seed gives the same points")
        self._new_sample = QPushButton("New sample")
        self._new_sample.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._new_sample.setToolTip(
            "Draw new points from the same Gaussians (N). After a finished run, training starts over."
        )

        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        for index, title in enumerate(self._titles):
            title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            grid.addWidget(title, 0, 1 + index)
        for line, row in enumerate(_ROWS, start=1):
            label = QLabel(row.symbol)
            label.setToolTip(row.meaning)
            grid.addWidget(label, line, 0)
            for index in range(len(scenario.data.classes)):
                grid.addWidget(self._make_field(index, line - 1, row), line, 1 + index)
        covariance_label = QLabel("Σ")
        covariance_label.setToolTip("The covariance matrix that σ₁, σ₂ and ρ make")
        grid.addWidget(covariance_label, len(_ROWS) + 1, 0)
        for index, covariance in enumerate(self._covariances):
            covariance.setObjectName("matrix")
            grid.addWidget(covariance, len(_ROWS) + 1, 1 + index)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        sample = QHBoxLayout()
        sample.addWidget(self._new_sample, 3)
        seed_label = QLabel("seed")
        seed_label.setBuddy(self._seed)
        sample.addWidget(seed_label)
        sample.addWidget(self._seed, 2)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._presets)
        column.addLayout(grid)
        column.addLayout(sample)
        self._section = Section("1  Data", content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._section)

        self._presets.value_chosen.connect(self._choose_preset)
        self._seed.value_edited.connect(self._edit_seed)
        self._seed.rejected.connect(self.rejected)
        self._seed.finished.connect(self.field_finished)
        self._new_sample.clicked.connect(self.new_sample_requested)
        self.show_scenario(scenario)

    def show_scenario(self, scenario: Scenario) -> None:
        """Show a scenario in every field; never an edit."""
        self._scenario = scenario
        self._presets.show_value(scenario.preset, scenario.preset)
        for (index, line), field in self._fields.items():
            field.show_value(_ROWS[line].read(scenario.data.classes[index]))
        for label, gaussian in zip(self._covariances, scenario.data.classes, strict=True):
            (first, shared), (_, second) = gaussian.covariance
            label.setText(f"{_short(first)}  {_short(shared)}\n{_short(shared)}  {_short(second)}")
            label.setAccessibleName(f"covariance {first:g}, {shared:g}; {shared:g}, {second:g}")
        self._seed.show_value(float(scenario.data.seed))

    def show_class_colors(self, colors: Sequence[QColor]) -> None:
        """Head each class's column in its colour."""
        for index, (title, color) in enumerate(zip(self._titles, colors, strict=False)):
            title.setText(f'<b style="color:{color.name()}">{CLASS_MARKS[index]} class {index}</b>')

    def field(self, class_index: int, symbol: str) -> NumberField:
        """The field of a quantity, for example `field(0, "μ₁")`."""
        line = next(line for line, row in enumerate(_ROWS) if row.symbol == symbol)
        return self._fields[class_index, line]

    def _make_field(self, index: int, line: int, row: _Row) -> NumberField:
        smallest = 1.0 if row.symbol == "n" else -math.inf
        field = NumberField(f"{row.symbol} of class {index}", step=row.step, smallest=smallest)
        field.setToolTip(f"{row.symbol}: {row.meaning}, class {index}")
        field.value_edited.connect(lambda value, held: self._edit_class(index, line, value, held))
        field.rejected.connect(self.rejected)
        field.finished.connect(self.field_finished)
        self._fields[index, line] = field
        return field

    def _edit_class(self, index: int, line: int, value: float, is_held: bool) -> None:
        field, row = self._fields[index, line], _ROWS[line]
        try:
            scenario = with_class(
                self._scenario, index, row.change(self._scenario.data.classes[index], value)
            )
        except ValueError:
            field.refuse(row.wanted)
            return
        self.scenario_edited.emit(Edit(scenario, f"Change {field.what}", is_held))

    def _edit_seed(self, value: float, is_held: bool) -> None:
        try:
            scenario = with_seed(self._scenario, value)  # type: ignore[arg-type]
        except ValueError:
            self._seed.refuse("a whole number from 0 to 4,294,967,295")
            return
        self.scenario_edited.emit(Edit(scenario, "Change the seed", is_held))

    def _choose_preset(self, name: str) -> None:
        self.preset_chosen.emit(preset(name))


def _short(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
