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

    def take_back(self, asked: Scenario, kept: Scenario) -> None:
        """The last edit, undo or redo led to `asked`, which is impossible: go back to `kept`."""
        self._is_open = False
        following = self._entries[self._position] if self._position < len(self._entries) else None
        if following is not None and (following.before, following.after) == (asked, kept):
            self._position += 1  # it was an undo
            return
        last = self._entries[self._position - 1] if self._position else None
        if last is None or last.after != asked:
            return
        if last.before == kept:
            self._position -= 1
            del self._entries[self._position]
        else:  # the end of a gesture whose earlier parts were possible
            self._entries[self._position - 1] = _Entry(last.label, last.before, kept)

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
