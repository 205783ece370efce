"""Painted points: the class to paint, the tools, the brush, and what can be done to all points at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from logreg_gui.controls.class_marks import ClassButton
from logreg_gui.controls.editor import Editor
from logreg_gui.controls.form import SPACING, VERTICAL_SPACING, FieldGroup
from logreg_gui.controls.gestures import PaintTool
from logreg_gui.controls.number_field import NumberField
from logreg_gui.scenario import MOST_GAUSSIANS, Edit, PaintedData, Scenario, cleared, jittered, with_data

SMALLEST_BRUSH, LARGEST_BRUSH = 4, 200
MOST_DENSE = 50

TOOLS = (
    ("paint", "Paint", "A click adds a point of the chosen class, dragging paints with the brush"),
    ("erase", "Erase", "Take away the points under the brush; every class keeps one"),
    ("move", "Move", "Drag the points that are under the brush when it is pressed"),
    ("flip", "Flip", "Put the points under the brush into the next class: wrong labels where you want them"),
)


class PaintBody(FieldGroup):
    """Chooses the tool in the hand; while none is pressed, the left button does nothing."""

    tool_changed = Signal(object)  # PaintTool, or None

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._tool = PaintTool()
        self._is_out = True
        self._class_buttons = [ClassButton(index) for index in range(MOST_GAUSSIANS)]
        self._tool_buttons = {kind: QPushButton(text) for kind, text, _ in TOOLS}
        self._radius = NumberField("brush size", step=2.0, smallest=SMALLEST_BRUSH, largest=LARGEST_BRUSH)
        self._density = NumberField("brush density", step=1.0, smallest=1, largest=MOST_DENSE)
        self._jitter, self._clear = QPushButton("Jitter"), QPushButton("Clear")
        self._count = QLabel()

        classes, tools = QHBoxLayout(), QHBoxLayout()
        for row in (classes, tools):
            row.setSpacing(3)
        for button in self._class_buttons:
            classes.addWidget(button)
        classes.addStretch(1)
        for kind, _, tip in TOOLS:
            tool_button = self._tool_buttons[kind]
            tool_button.setCheckable(True)
            # All four fit into the narrowest column, each with a quarter of it.
            tool_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            tool_button.setProperty("slim", True)
            tool_button.setToolTip(f"{tip}. Press again to put it away.")
            tools.addWidget(tool_button, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACING)
        grid.setVerticalSpacing(VERTICAL_SPACING)
        grid.addLayout(classes, 0, 0, 1, 4)
        grid.addLayout(tools, 1, 0, 1, 4)
        for column, (text, field, tip) in enumerate(
            (
                ("size", self._radius, "Size of the brush: its radius in pixels"),
                ("density", self._density, "How many points half a brush's way leaves behind"),
            )
        ):
            label = QLabel(text)
            label.setBuddy(field)
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            for widget in (label, field):
                widget.setToolTip(tip)
            grid.addWidget(label, 2, 2 * column)
            grid.addWidget(field, 2, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
        whole = QHBoxLayout()
        whole.setSpacing(SPACING)
        for part in (self._jitter, self._clear):
            whole.addWidget(part, 1)
        whole.addWidget(self._count, 2)
        grid.addLayout(whole, 3, 0, 1, 4)
        self._jitter.setToolTip("Move every point a little, by 2 % of the spread; again: a little more")
        self._clear.setToolTip("Leave one point of each class, to paint from there")
        for push in (*self._tool_buttons.values(), self._jitter, self._clear):
            push.setFocusPolicy(self._class_buttons[0].focusPolicy())

        for index, button in enumerate(self._class_buttons):
            button.clicked.connect(lambda _checked, index=index: self._choose_class(index))
        for kind, tool_button in self._tool_buttons.items():
            tool_button.clicked.connect(lambda checked, kind=kind: self._choose_tool(kind, checked))
        self._radius.value_edited.connect(self._set_radius)
        self._density.value_edited.connect(self._set_density)
        for field in (self._radius, self._density):
            field.rejected.connect(editor.rejected)
            field.finished.connect(editor.field_finished)
        self._jitter.clicked.connect(self._jitter_points)
        self._clear.clicked.connect(self._clear_points)
        self._show_tool()

    def show_scenario(self, scenario: Scenario) -> None:
        data = scenario.data
        assert isinstance(data, PaintedData)  # this body is shown for no other data
        for index, button in enumerate(self._class_buttons):
            button.setVisible(index <= data.n_classes)
            is_new = index == data.n_classes
            button.setToolTip("Paint another class" if is_new else f"Paint points of class {index}")
        self._count.setText(f"{data.n_rows:,} points")
        if self._tool.label > data.n_classes:
            self._take(replace(self._tool, label=0))

    def show_colors(self, colors: Sequence[QColor]) -> None:
        """The colours of the classes."""
        for button, color in zip(self._class_buttons, colors, strict=False):
            button.show_color(color)

    @property
    def tool(self) -> PaintTool | None:
        """The tool in the hand, None when it is put away."""
        return self._tool if self._is_out else None

    def _choose_class(self, index: int) -> None:
        self._is_out = True
        self._take(replace(self._tool, kind="paint", label=index))

    def _choose_tool(self, kind: str, is_out: bool) -> None:
        self._is_out = is_out
        self._take(replace(self._tool, kind=kind))

    def _set_radius(self, radius: float, _is_held: bool) -> None:
        if SMALLEST_BRUSH <= radius <= LARGEST_BRUSH:
            self._take(replace(self._tool, radius=radius))
        else:
            self._radius.refuse(f"a number of pixels from {SMALLEST_BRUSH} to {LARGEST_BRUSH}")

    def _set_density(self, density: float, _is_held: bool) -> None:
        if 1 <= density <= MOST_DENSE and density == int(density):
            self._take(replace(self._tool, density=int(density)))
        else:
            self._density.refuse(f"a whole number from 1 to {MOST_DENSE}")

    def _take(self, tool: PaintTool) -> None:
        self._tool = tool
        self._show_tool()
        self.tool_changed.emit(self.tool)

    def _show_tool(self) -> None:
        for kind, button in self._tool_buttons.items():
            button.setChecked(self._is_out and kind == self._tool.kind)
        for index, mark in enumerate(self._class_buttons):
            mark.setChecked(self._is_out and self._tool.kind == "paint" and index == self._tool.label)
        self._radius.show_value(self._tool.radius)
        self._density.show_value(self._tool.density)

    def _jitter_points(self) -> None:
        self._edit("Jitter points", jittered)

    def _clear_points(self) -> None:
        self._edit("Clear points", cleared)

    def _edit(self, label: str, make: object) -> None:
        scenario = self._editor.scenario
        if isinstance(scenario.data, PaintedData) and callable(make):
            self._editor.scenario_edited.emit(Edit(with_data(scenario, make(scenario.data)), label))
