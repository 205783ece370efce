"""The edits a user can take back: a list of scenarios and a place in it. Training steps are not edits."""

from __future__ import annotations

from dataclasses import dataclass

from logreg_gui.scenario import Edit, Scenario

DEEPEST = 1000
"""Edits kept; a scenario is a few hundred bytes."""


@dataclass(frozen=True)
class _Entry:
    label: str
    before: Scenario
    after: Scenario


class UndoStack:
    """One entry per gesture: an edit that continues the last one replaces its outcome."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._position = 0
        self._is_open = False

    @property
    def undo_label(self) -> str:
        """What undo would take back, or empty."""
        return self._entries[self._position - 1].label if self._position else ""

    @property
    def redo_label(self) -> str:
        """What redo would do again, or empty."""
        return self._entries[self._position].label if self._position < len(self._entries) else ""

    def push(self, before: Scenario, edit: Edit) -> None:
        """Remember `edit` of `before`; what had been undone is forgotten."""
        del self._entries[self._position :]
        last = self._entries[-1] if self._entries else None
        if edit.continues and self._is_open and last is not None and last.label == edit.label:
            self._entries[-1] = _Entry(edit.label, last.before, edit.scenario)
        else:
            self._entries.append(_Entry(edit.label, before, edit.scenario))
        del self._entries[:-DEEPEST]
        self._position = len(self._entries)
        self._is_open = True

    def drop_last(self, after: Scenario) -> None:
        """Forget the last edit, if it led to `after`: it turned out to be impossible."""
        if self._position and self._entries[self._position - 1].after == after:
            del self._entries[self._position - 1]
            self._position -= 1
        self._is_open = False

    def close(self) -> None:
        """The last gesture is over: what comes is another entry, whatever it says."""
        self._is_open = False

    def undo(self) -> Scenario | None:
        """The scenario before the last edit, or None."""
        if not self._position:
            return None
        self._position -= 1
        self._is_open = False
        return self._entries[self._position].before

    def redo(self) -> Scenario | None:
        """The scenario after the edit undone last, or None."""
        if self._position == len(self._entries):
            return None
        self._position += 1
        return self._entries[self._position - 1].after
