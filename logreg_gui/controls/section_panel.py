"""A part of the control column: a section whose fields edit their part of the scenario."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from logreg_gui.controls.editor import Editor
from logreg_gui.controls.section import Section
from logreg_gui.scenario import Scenario


class SectionPanel(QWidget):
    """A section with an editor; what is in it comes from `show_scenario` of the panel that is made of it."""

    scenario_edited = Signal(object)  # Edit, when a field holds a new valid value
    field_finished = Signal()  # Enter or Esc in a field
    rejected = Signal(str)  # why the last entry was refused, empty when all is well again

    def __init__(self, title: str, scenario: Scenario, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = Editor(scenario, self)
        content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.section = Section(title, content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.section)

        self.editor.scenario_edited.connect(self.scenario_edited)
        self.editor.field_finished.connect(self.field_finished)
        self.editor.rejected.connect(self.rejected)
        self.editor.unchanged.connect(self._show_again)

    def show_scenario(self, scenario: Scenario) -> None:
        """Show a scenario in every field; never an edit."""
        raise NotImplementedError

    def _show_again(self) -> None:
        self.show_scenario(self.editor.scenario)
