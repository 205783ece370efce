"""Which settings made which steps of a run: what may be walked again, and what would be another course."""

from __future__ import annotations

import bisect
from dataclasses import dataclass


@dataclass(frozen=True)
class Stretch:
    """Steps after `begin` that the same `settings` (model, rows) made; `is_single`: they were float32."""

    begin: int
    settings: tuple[object, ...]
    is_single: bool


class Stretches:
    """The stretches of a run in order; there is one from the first recorded step on."""

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []

    def begin(
        self, step: int, settings: tuple[object, ...], is_single: bool, *, comes_from_beside: bool = False
    ) -> bool:
        """The steps after `step` are made like this; returns whether that begins a new stretch.

        So do steps that go on from other weights than the last remembered ones.
        """
        last = self._stretches[-1] if self._stretches else None
        is_alike = last is not None and (last.settings, last.is_single) == (settings, is_single)
        if is_alike and not comes_from_beside:
            return False
        self._stretches.append(Stretch(step, settings, is_single))
        return True

    def at(self, step: int) -> Stretch:
        """The stretch that the step after `step` belongs to."""
        found = bisect.bisect_right(self._stretches, step, key=_begin) - 1
        return self._stretches[max(found, 0)]

    def end(self, step: int, last_step: int) -> int:
        """The furthest step that was made like the one after `step`, `last_step` if nothing else follows."""
        return next((one.begin for one in self._stretches if one.begin > step), last_step)

    def begin_of_rows(self) -> int:
        """The step from which on all steps were trained on the last stretch's rows."""
        rows = self._stretches[-1].settings[1]
        others = [one for one in self._stretches if one.settings[1] != rows]
        following = self._stretches.index(others[-1]) + 1 if others else 0
        return self._stretches[following].begin

    def truncate_after(self, step: int) -> None:
        """Forget all stretches that begin after `step`."""
        del self._stretches[bisect.bisect_right(self._stretches, step, key=_begin) :]

    def clear(self) -> None:
        """Forget everything."""
        self._stretches.clear()


def _begin(stretch: Stretch) -> int:
    return stretch.begin
