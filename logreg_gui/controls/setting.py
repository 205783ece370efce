"""What can be edited about a scenario, as values: its name, when it applies, how it is read and changed.

A panel is mostly a table of these; `Form` makes the fields.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from logreg_gui.controls.choice_field import Choice
from logreg_gui.scenario import Scenario


def always(_scenario: Scenario) -> bool:
    """Of a setting that every scenario has."""
    return True


@dataclass(frozen=True, kw_only=True)
class Setting:
    """`label` stands beside the field, or is empty; `what` names it in messages and to a screen reader.

    `change` returns the scenario with another value, or raises ValueError. The field is shown while
    `applies`.
    """

    label: str
    what: str
    tooltip: str
    read: Callable[[Scenario], Any]
    change: Callable[[Scenario, Any], Scenario]
    applies: Callable[[Scenario], bool] = always


@dataclass(frozen=True, kw_only=True)
class NumberSetting(Setting):
    """A number; `wanted` says in words which. Arrows step by `step`, or along 1, 2, 5, within the bounds."""

    wanted: str
    step: float | None = None
    smallest: float = -math.inf
    largest: float = math.inf
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class ChoiceSetting(Setting):
    """One of the `choices` that the scenario leaves."""

    choices: Callable[[Scenario], Sequence[Choice]]
    unknown: Callable[[Scenario], str] = lambda _scenario: ""
    """What to show for a value that is not among the choices."""


@dataclass(frozen=True, kw_only=True)
class SwitchSetting(Setting):
    """Yes or no."""
