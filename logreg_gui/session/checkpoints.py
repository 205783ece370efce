"""Places in a run from which it can be taken up again exactly, whatever the optimizer carries along."""

from __future__ import annotations

import bisect

from logreg_gui.core.training import TrainingState

LIMIT = 2_000
"""States kept; going to a step trains again what lies between it and the last of them."""


class Checkpoints:
    """Training states by step, thinned evenly once there are more than the limit.

    A stretch is a part of the run with the same settings. Its first state always stays: what comes before it
    leads elsewhere.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._states: list[TrainingState] = []
        self._begins: list[int] = []
        self._spacing = 1

    def __len__(self) -> int:
        return len(self._states)

    def begin(self, state: TrainingState) -> None:
        """A new stretch begins with `state`."""
        self.truncate_after(state.step - 1)
        self._states.append(state)
        self._begins.append(state.step)

    def append(self, state: TrainingState) -> None:
        """Remember a state, unless it lies too close to the last one."""
        if state.step - self._states[-1].step < self._spacing:
            return
        self._states.append(state)
        if len(self._states) > self._limit:
            begins = set(self._begins)
            self._states = [
                one for place, one in enumerate(self._states) if place % 2 == 0 or one.step in begins
            ]
            self._spacing *= 2

    def at_or_before(self, step: int) -> TrainingState:
        """The last state that is not after `step`; there is always one, that of the beginning."""
        return self._states[bisect.bisect_right(self._states, step, key=_step) - 1]

    def truncate_after(self, step: int) -> None:
        """Forget all states after `step`."""
        del self._states[bisect.bisect_right(self._states, step, key=_step) :]
        del self._begins[bisect.bisect_right(self._begins, step) :]

    def clear(self) -> None:
        """Forget everything."""
        self._states.clear()
        self._begins.clear()
        self._spacing = 1


def _step(state: TrainingState) -> int:
    return state.step
