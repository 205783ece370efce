"""The weights that training starts from, as numbers: what a hand on the boundary sets."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from logreg_gui.controls.editor import Editor
from logreg_gui.controls.form import SPACING, FieldGroup
from logreg_gui.controls.number_field import NumberField
from logreg_gui.scenario import Scenario, has_given_start, with_initial_weights

MOST = 3
"""Weights that are edited one by one: a line's."""

SUBSCRIPTS = "₀₁₂₃"
STEP = 0.1
HAND = "; dragging the boundary on the plot sets it too"


class StartWeights(FieldGroup):
    """A field for each given weight, side by side, where they are a line's or fewer, of one class's score."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._first = 0
        self._labels = [QLabel() for _ in range(MOST)]
        self.fields = tuple(self._make_field(place) for place in range(MOST))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACING)
        grid.setVerticalSpacing(0)
        for place, (label, field) in enumerate(zip(self._labels, self.fields, strict=True)):
            label.setBuddy(field)
            grid.addWidget(label, 0, place)
            grid.addWidget(field, 1, place)

    def show_scenario(self, scenario: Scenario) -> None:
        weights = scenario.initial_weights
        is_single = scenario.model.objective != "softmax"
        is_shown = is_single and has_given_start(scenario) and len(weights) <= MOST
        remark = HAND if _is_line(scenario) else ""
        self._first = 0 if scenario.model.intercept else 1
        for place, (label, field) in enumerate(zip(self._labels, self.fields, strict=True)):
            has_weight = is_shown and place < len(weights)
            if has_weight:
                self._name(label, field, place, remark)
                field.show_value(weights[place])
            else:
                field.discard()  # before it is hidden, which would take it for finished
            label.setVisible(has_weight)
            field.setVisible(has_weight)
        self.setVisible(is_shown)

    def _make_field(self, place: int) -> NumberField:
        def make(scenario: Scenario, value: float) -> Scenario:
            weights = list(scenario.initial_weights)
            weights[place] = value
            return with_initial_weights(scenario, tuple(weights))

        field = NumberField("w", step=STEP)
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._editor.join_number(field, make, "a number")
        return field

    def _name(self, label: QLabel, field: NumberField, place: int, remark: str) -> None:
        symbol = "w" + SUBSCRIPTS[self._first + place]
        field.rename(f"initial {symbol}")
        tip = f"{symbol} at step 0, where training starts{remark}"
        label.setText(symbol)
        label.setToolTip(tip)
        field.setToolTip(tip)


def _is_line(scenario: Scenario) -> bool:
    """Whether the weights are those of a line on the plane, which a hand can move."""
    model = scenario.model
    return (
        model.objective == "logistic"
        and model.degree == 1
        and model.intercept
        and not model.standardise
        and len(scenario.initial_weights) == MOST
    )
