"""What the data panel shows of each kind of data.

To add a kind: its settings, or a `FieldGroup` of its own, and a row in `BODIES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from logreg_gui.controls.data_settings import IRIS, SHAPES, TABLE
from logreg_gui.controls.editor import Editor
from logreg_gui.controls.form import FieldGroup, Form
from logreg_gui.controls.gaussian_body import GaussianBody
from logreg_gui.controls.paint_body import PaintBody
from logreg_gui.controls.setting import Setting
from logreg_gui.scenario import GaussianData, Iris, PaintedData, Scenario, TableData


class OtherBody(FieldGroup):
    """Data that are as they are: where they come from, and what they consist of."""

    def __init__(self, _editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setToolTip("Where the data come from, the features and the classes")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._words)

    def show_scenario(self, scenario: Scenario) -> None:
        lines = [f"Data from {scenario.preset}"]
        features: Sequence[str] = getattr(scenario.data, "input_names", ())
        classes: Sequence[str] = getattr(scenario.data, "class_names", ())
        if features:
            lines.append(f"features: {', '.join(features)}")
        if classes:
            lines.append(f"classes: {', '.join(classes)}")
        self._words.setText("\n".join(lines))


def _form(rows: Sequence[Sequence[Setting | None]]) -> Callable[[Editor], FieldGroup]:
    return partial(Form, rows=rows)


BODIES: Mapping[type, Callable[[Editor], FieldGroup]] = {
    GaussianData: GaussianBody,
    **{kind: _form(rows) for kind, rows in SHAPES.items()},
    Iris: _form(IRIS),
    PaintedData: PaintBody,
    TableData: _form(TABLE),
}
"""By the type of the data; `OtherBody` for every other."""
