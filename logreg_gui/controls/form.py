"""Fields made from settings, in rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.editor import Editor
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.setting import ChoiceSetting, NumberSetting, Setting
from logreg_gui.controls.switch import Switch
from logreg_gui.scenario import Scenario

Field = NumberField | ChoiceField | Switch

Half = Setting | Sequence[Setting] | None
"""What stands in half a row, or in a whole one."""

HALF = 2
"""Columns of a label and its field; a row has room for two."""

SPACING, VERTICAL_SPACING = 5, 4

SHORT = 4
"""Letters that a choice in half a row has room for at least."""


class FieldGroup(QWidget):
    """Fields that come and go together."""

    def show_scenario(self, scenario: Scenario) -> None:
        """Show a scenario in every field; never an edit."""
        raise NotImplementedError

    def discard(self) -> None:
        """Forget what was typed and not taken, before the fields are put away."""
        for field in self.findChildren(NumberField):
            field.discard()

    def settle(self) -> None:
        """Take what was typed, before the fields stand for something else."""
        for field in self.findChildren(NumberField):
            field.settle()


class _Entry(NamedTuple):
    setting: Setting
    field: Field
    label: QLabel | None


class Form(FieldGroup):
    """One or two fields a row, each shown while its setting applies."""

    def __init__(self, editor: Editor, rows: Sequence[Sequence[Half]], parent: QWidget | None = None) -> None:
        """None leaves half a row empty; a setting without a label has the whole width for its field.

        Several settings in one half take turns: at most one of them applies.
        """
        super().__init__(parent)
        self._editor = editor
        self._entries: list[_Entry] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACING)
        self._grid.setVerticalSpacing(VERTICAL_SPACING)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(HALF + 1, 1)
        for line, row in enumerate(rows):
            for half, settings in enumerate(row):
                for setting in (settings,) if isinstance(settings, Setting) else settings or ():
                    self._add(setting, line, half, 1 if len(row) > 1 else HALF)

    def field(self, what: str) -> Field:
        """The field of that name, for example `field("degree")`."""
        return next(entry.field for entry in self._entries if entry.setting.what == what)

    def show_scenario(self, scenario: Scenario) -> None:
        for setting, field, label in self._entries:
            applies = setting.applies(scenario)
            if applies:
                _show(setting, field, scenario)
            elif isinstance(field, NumberField):
                field.discard()  # before it is hidden, which would take it for finished
            field.setVisible(applies)
            if label is not None:
                label.setVisible(applies)

    def _add(self, setting: Setting, line: int, half: int, halves: int) -> None:
        field = self._make_field(setting)
        field.setToolTip(setting.tooltip)
        label = None
        column = HALF * half
        if isinstance(field, ChoiceField) and halves == 1:
            field.setMinimumContentsLength(SHORT)
        if isinstance(field, Switch) or not setting.label:
            self._grid.addWidget(field, line, column, 1, HALF * halves)
        else:
            label = QLabel(setting.label)
            label.setToolTip(setting.tooltip)
            label.setBuddy(field)
            self._grid.addWidget(label, line, column)
            self._grid.addWidget(field, line, column + 1, 1, HALF * halves - 1)
        self._entries.append(_Entry(setting, field, label))

    def _make_field(self, setting: Setting) -> Field:
        if isinstance(setting, NumberSetting):
            number = NumberField(
                setting.what,
                step=setting.step,
                smallest=setting.smallest,
                largest=setting.largest,
                unit=setting.unit,
            )
            number.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._editor.join_number(number, setting.change, setting.wanted)
            return number
        field = (
            ChoiceField(setting.what, ())
            if isinstance(setting, ChoiceSetting)
            else Switch(setting.label, setting.what)
        )
        self._editor.join_choice(field, setting.change, setting.what)
        return field


def _show(setting: Setting, field: Field, scenario: Scenario) -> None:
    value = setting.read(scenario)
    if isinstance(setting, ChoiceSetting) and isinstance(field, ChoiceField):
        field.show_choices(setting.choices(scenario))
        field.show_value(value, setting.unknown(scenario))
    else:
        field.show_value(value)
