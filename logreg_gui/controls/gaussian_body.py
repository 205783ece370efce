"""The Gaussian classes: mean, deviations, correlation, size and prior of two of them at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from logreg_gui.controls.class_marks import ClassButtons, ClassTitle
from logreg_gui.controls.editor import Editor
from logreg_gui.controls.form import VERTICAL_SPACING, FieldGroup
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.steady_label import SteadyLabel
from logreg_gui.scenario import (
    MAX_CLASS_SIZE,
    GaussianClass,
    GaussianData,
    Scenario,
    with_class,
    with_prior,
)

NUMBER = "a number up to 10³⁰"
COLUMNS = 2


@dataclass(frozen=True)
class _Row:
    """One quantity of a class: how it is called, what it must be, and how it is read and changed.

    Arrows step by `step` within `reach`, or without a step along 1, 2, 5.
    """

    symbol: str
    meaning: str
    wanted: str
    step: float | None
    reach: tuple[float, float]
    read: Callable[[GaussianData, int], float]
    make: Callable[[Scenario, int, float], Scenario]


def _row(
    symbol: str,
    meaning: str,
    wanted: str,
    step: float | None,
    reach: tuple[float, float],
    read: Callable[[GaussianClass], float],
    change: Callable[[GaussianClass, float], GaussianClass],
) -> _Row:
    """A quantity of one Gaussian alone."""

    def make(scenario: Scenario, index: int, value: float) -> Scenario:
        return with_class(scenario, index, change(gaussians_of(scenario).classes[index], value))

    return _Row(symbol, meaning, wanted, step, reach, lambda data, index: read(data.classes[index]), make)


def gaussians_of(scenario: Scenario) -> GaussianData:
    """The data of a scenario of Gaussians, the only one that this body is shown."""
    assert isinstance(scenario.data, GaussianData)
    return scenario.data


def _with_standard_deviations(gaussian: GaussianClass, first: float, second: float) -> GaussianClass:
    return GaussianClass.from_standard_deviations(
        gaussian.mean, (first, second), gaussian.correlation, gaussian.size
    )


def _with_size(gaussian: GaussianClass, size: float) -> GaussianClass:
    return GaussianClass(gaussian.mean, gaussian.covariance, size)  # type: ignore[arg-type]  # it checks


def _share(data: GaussianData, index: int) -> float:
    # As many digits as there is room for: it is the sizes that are exact.
    return float(f"{data.classes[index].size / sum(gaussian.size for gaussian in data.classes):.3g}")


ANYWHERE = (-math.inf, math.inf)
_ROWS = (
    _row(
        "μ₁",
        "mean of x₁",
        NUMBER,
        0.1,
        ANYWHERE,
        lambda g: g.mean[0],
        lambda g, v: replace(g, mean=(v, g.mean[1])),
    ),
    _row(
        "μ₂",
        "mean of x₂",
        NUMBER,
        0.1,
        ANYWHERE,
        lambda g: g.mean[1],
        lambda g, v: replace(g, mean=(g.mean[0], v)),
    ),
    _row(
        "σ₁",
        "standard deviation of x₁",
        "a positive number",
        0.1,
        (0.1, math.inf),
        lambda g: g.standard_deviations[0],
        lambda g, v: _with_standard_deviations(g, v, g.standard_deviations[1]),
    ),
    _row(
        "σ₂",
        "standard deviation of x₂",
        "a positive number",
        0.1,
        (0.1, math.inf),
        lambda g: g.standard_deviations[1],
        lambda g, v: _with_standard_deviations(g, g.standard_deviations[0], v),
    ),
    _row(
        "ρ",
        "correlation of x₁ and x₂",
        "a number between −1 and 1, both excluded",
        0.05,
        (-0.95, 0.95),
        lambda g: g.correlation,
        lambda g, v: GaussianClass.from_standard_deviations(g.mean, g.standard_deviations, v, g.size),
    ),
    _row(
        "n",
        "number of points",
        f"a whole number from 1 to {MAX_CLASS_SIZE:,}",
        None,
        (1.0, MAX_CLASS_SIZE),
        lambda g: float(g.size),
        _with_size,
    ),
    _Row(
        "π",
        "prior, the share of all points",
        "a number between 0 and 1, both excluded",
        0.05,
        (0.05, 0.95),
        _share,
        with_prior,
    ),
)


class GaussianBody(FieldGroup):
    """A column for each of two neighbouring classes; with more classes, buttons choose which."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._first = 0
        self._colors: list[QColor] = [QColor()]
        self._buttons = ClassButtons()
        self._titles = [ClassTitle() for _ in range(COLUMNS)]
        self._fields: dict[tuple[int, str], NumberField] = {}
        self._covariances = [SteadyLabel("matrix") for _ in range(COLUMNS)]
        self._named = [-1] * COLUMNS

        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(VERTICAL_SPACING)
        grid.addWidget(self._buttons, 0, 0, 1, 1 + COLUMNS)
        for column, title in enumerate(self._titles):
            grid.addWidget(title, 1, 1 + column)
            grid.setColumnStretch(1 + column, 1)
        for line, row in enumerate(_ROWS, start=2):
            self._add_line(grid, line, row.symbol, row.meaning)
            for column in range(COLUMNS):
                grid.addWidget(self._make_field(column, row), line, 1 + column)
        line = 2 + len(_ROWS)
        self._add_line(grid, line, "Σ", "The covariance matrix that σ₁, σ₂ and ρ make")
        for column, covariance in enumerate(self._covariances):
            grid.addWidget(covariance, line, 1 + column)

        self._buttons.class_chosen.connect(self.show_class)

    def show_scenario(self, scenario: Scenario) -> None:
        data = gaussians_of(scenario)
        count = len(data.classes)
        self._first = min(self._first, count - COLUMNS)
        self._buttons.setVisible(count > COLUMNS)
        self._buttons.show_classes(count, self._first)
        for column in range(COLUMNS):
            self._show_column(column, data)

    def show_class(self, index: int) -> None:
        """Bring a class and its next neighbour into the columns."""
        self.settle()
        self._first = index
        self.show_scenario(self._editor.scenario)

    def show_colors(self, colors: Sequence[QColor]) -> None:
        """The colours of the classes."""
        self._colors = list(colors)
        self._buttons.show_colors(colors)
        for column, title in enumerate(self._titles):
            self._color_title(title, self._first + column)

    def field(self, class_index: int, symbol: str) -> NumberField:
        """The field of a quantity of a class, which is brought into the columns if it is not there."""
        if not self._first <= class_index < self._first + COLUMNS:
            self.show_class(class_index)
        return self._fields[class_index - self._first, symbol]

    def _add_line(self, grid: QGridLayout, line: int, symbol: str, meaning: str) -> None:
        label = QLabel(symbol)
        label.setToolTip(meaning)
        grid.addWidget(label, line, 0)

    def _make_field(self, column: int, row: _Row) -> NumberField:
        def make(scenario: Scenario, value: float) -> Scenario:
            return row.make(scenario, self._first + column, value)

        field = NumberField(row.symbol, step=row.step, smallest=row.reach[0], largest=row.reach[1])
        self._editor.join_number(field, make, row.wanted)
        self._fields[column, row.symbol] = field
        return field

    def _name_column(self, column: int, index: int) -> None:
        self._color_title(self._titles[column], index)
        if self._named[column] == index:
            return
        self._named[column] = index
        for row in _ROWS:
            field = self._fields[column, row.symbol]
            field.rename(f"{row.symbol} of class {index}")
            field.setToolTip(f"{row.symbol}: {row.meaning}, class {index}")

    def _color_title(self, title: ClassTitle, index: int) -> None:
        title.show_class(index, self._colors[index % len(self._colors)])

    def _show_column(self, column: int, data: GaussianData) -> None:
        index = self._first + column
        self._name_column(column, index)
        for row in _ROWS:
            self._fields[column, row.symbol].show_value(row.read(data, index))
        (first, shared), (_, second) = data.classes[index].covariance
        label = self._covariances[column]
        label.setText(f"{_short(first)}  {_short(shared)}\n{_short(shared)}  {_short(second)}")
        label.setAccessibleName(f"covariance {first:g}, {shared:g}; {shared:g}, {second:g}")


def _short(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
