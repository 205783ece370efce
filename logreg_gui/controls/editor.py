"""From what a field holds to an edit of the scenario, or to a refusal in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.switch import Switch
from logreg_gui.scenario import Edit, Scenario

Make = Callable[[Scenario, Any], Scenario]
"""Returns the scenario with the value in it, or raises ValueError."""


class Editor(QObject):
    """Makes edits of the scenario that is being shown; fields are joined to it once, when they are made."""

    scenario_edited = Signal(object)  # Edit, when a field holds a new valid value
    unchanged = Signal()  # an entry came to what was there already: the field has to show it again
    field_finished = Signal()  # Enter or Esc in a field
    rejected = Signal(str)  # why the last entry was refused, empty when all is well again

    def __init__(self, scenario: Scenario, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scenario = scenario

    def join_number(self, field: NumberField, make: Make, wanted: str) -> None:
        """Take what is typed into `field`; what does not fit is refused as not `wanted`."""

        def edit(value: float, is_held: bool) -> None:
            if self.offer(make, value, field.what, is_held):
                field.refuse(wanted)

        field.value_edited.connect(edit)
        field.rejected.connect(self.rejected)
        field.finished.connect(self.field_finished)

    def join_choice(self, field: ChoiceField | Switch, make: Make, what: str) -> None:
        """Take what is chosen in `field`."""

        def edit(value: object) -> None:
            reason = self.offer(make, value, what)
            if reason:
                self.unchanged.emit()
            self.rejected.emit(reason)

        field.value_chosen.connect(edit)

    def offer(self, make: Make, value: object, what: str, continues: bool = False) -> str:
        """Tell of the edit that changes `what`; returns the reason if there is no such scenario."""
        try:
            scenario = make(self.scenario, value)
        except ValueError as error:
            return str(error)
        # Told even if nothing changes: a gesture may begin where the last one ended.
        is_same = scenario == self.scenario
        self.scenario_edited.emit(Edit(scenario, f"Change {what}", continues))
        if is_same:
            self.unchanged.emit()
        return ""
