"""The edits a user can take back: a list of scenarios and a place in it. Training steps are not edits."""

from __future__ import annotations

from dataclasses import dataclass

from logreg_gui.scenario import Edit, PaintedData, Scenario
from logreg_gui.session.kept_points import KeptPoints

DEEPEST = 1000
"""Edits kept; a scenario is a few hundred bytes, that of painted points also the blocks it alone has."""

RECENT = 2
"""Scenarios of painted points that are known as they were given: those before and after the last edit."""

MOST_GONE = 50
"""So many entries go before the blocks of points are looked through for those that nothing holds any more."""

Kept = Scenario | KeptPoints


@dataclass(frozen=True)
class _Entry:
    label: str
    kept_before: Kept
    kept_after: Kept

    @property
    def before(self) -> Scenario:
        return _scenario_of(self.kept_before)

    @property
    def after(self) -> Scenario:
        return _scenario_of(self.kept_after)


def _scenario_of(kept: Kept) -> Scenario:
    return kept.scenario() if isinstance(kept, KeptPoints) else kept


@dataclass(frozen=True)
class _Gesture:
    """What edits may continue: label, beginning, what could be redone then, whether it did anything."""

    label: str
    before: Scenario
    undone: tuple[_Entry, ...]
    has_entry: bool = False


class UndoStack:
    """One entry per gesture: an edit that continues the last one replaces its outcome.

    A gesture that ends where it began has no entry, and what could be redone before can be redone still.
    """

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._position = 0
        self._gesture: _Gesture | None = None
        # A gesture asks for the one at its beginning again and again, and the next one begins where it ends.
        # Undo gives back the very object, too: an opened file is known to have been left by that.
        self._recent: list[tuple[Scenario, KeptPoints]] = []
        self._blocks: dict[bytes, bytes] = {}
        self._n_gone = 0

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
        gesture = self._gesture
        if gesture is None or not edit.continues or gesture.label != edit.label:
            gesture = _Gesture(edit.label, before, tuple(self._entries[self._position :]))
        n_entries = len(self._entries)
        del self._entries[self._position - gesture.has_entry :]
        self._n_gone += n_entries - len(self._entries)
        has_entry = edit.scenario != gesture.before
        if has_entry:
            self._entries.append(self._entry(edit.label, gesture.before, edit.scenario))
            self._n_gone += max(0, len(self._entries) - DEEPEST)
            del self._entries[:-DEEPEST]
        self._position = len(self._entries)
        if not has_entry:
            self._entries += gesture.undone
        self._gesture = _Gesture(gesture.label, gesture.before, gesture.undone, has_entry)
        self._forget_blocks()

    def take_back(self, asked: Scenario, kept: Scenario) -> None:
        """The last edit, undo or redo led to `asked`, which is impossible: go back to `kept`."""
        self._gesture = None
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
            self._entries[self._position - 1] = self._entry(last.label, last.before, kept)

    def close(self) -> None:
        """The last gesture is over: what comes is another entry, whatever it says."""
        self._gesture = None

    def undo(self) -> Scenario | None:
        """The scenario before the last edit, or None."""
        if not self._position:
            return None
        self._position -= 1
        self._gesture = None
        return self._given(self._entries[self._position].kept_before)

    def redo(self) -> Scenario | None:
        """The scenario after the edit undone last, or None."""
        if self._position == len(self._entries):
            return None
        self._position += 1
        self._gesture = None
        return self._given(self._entries[self._position - 1].kept_after)

    def _entry(self, label: str, before: Scenario, after: Scenario) -> _Entry:
        return _Entry(label, self._kept(before), self._kept(after))

    def _kept(self, scenario: Scenario) -> Kept:
        if not isinstance(scenario.data, PaintedData):
            return scenario
        known = next((pair for pair in self._recent if pair[0] is scenario), None)
        others = [pair for pair in self._recent if pair is not known]
        if known is None:
            known = scenario, KeptPoints.of(scenario, self._blocks)
        self._recent = [*others, known][-RECENT:]
        return known[1]

    def _given(self, kept: Kept) -> Scenario:
        """The scenario itself where it is still known, else one that says the same."""
        known = (scenario for scenario, points in self._recent if points is kept)
        return next(known, None) or _scenario_of(kept)

    def _forget_blocks(self) -> None:
        """Those of edits that are gone; now and then, because all there are have to be looked through."""
        if self._n_gone < MOST_GONE:
            return
        self._n_gone = 0
        kept = [one for entry in self._entries for one in (entry.kept_before, entry.kept_after)]
        kept += [points for _, points in self._recent]
        blocks = (block for one in kept if isinstance(one, KeptPoints) for block in one.blocks)
        self._blocks = {block: block for block in blocks}
