"""Courses that a run has left: kept to be seen beside the present one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.history import History
from logreg_gui.core.models import ModelSpec
from logreg_gui.core.optimizers import OPTIMIZERS
from logreg_gui.frames import FloatArray, Ghost, read_only
from logreg_gui.notation import shortest
from logreg_gui.session.stretches import Stretch

MOST = 4
"""As many as can be told apart beside the present course."""

MOST_POINTS = 2_000
"""Points kept of the curve of a course, and weights along it."""


@dataclass(frozen=True, eq=False)
class Course:
    """A course that was left: what the views know of it, and its weights (m, p) at `steps` (m,)."""

    ghost: Ghost
    steps: NDArray[np.int64]
    weights: FloatArray
    has_same_map: bool

    def weights_at(self, step: int) -> FloatArray:
        """Its weights at a step, or the last ones it came to."""
        place = int(np.searchsorted(self.steps, step, side="right")) - 1
        weights: FloatArray = self.weights[max(place, 0)]
        return weights


class Ghosts:
    """The courses of a run that were left, the latest ones, each with a number of its own."""

    def __init__(self) -> None:
        self._courses: list[Course] = []

    @property
    def courses(self) -> tuple[Course, ...]:
        """All of them, the oldest first."""
        return tuple(self._courses)

    def keep(self, history: History, name: str, *, since: int = 0, has_same_map: bool) -> None:
        """Keep what a history holds, under a name; the oldest course gives way.

        Another of the same name gets a number. The curve begins at the step `since`: before, the heights are
        those of other rows. `has_same_map`: whether its weights mean what those of the present course mean.
        """
        if len(self._courses) == MOST:
            del self._courses[0]
        rows = np.unique(np.linspace(0, len(history) - 1, MOST_POINTS).astype(np.intp))
        values = history.log_likelihoods
        seen = rows[np.isfinite(values[rows]) & (history.steps[rows] >= since)]
        taken = {course.ghost.number for course in self._courses}
        number = next(number for number in range(MOST) if number not in taken)
        names = {course.ghost.name for course in self._courses}
        others = (f"{name} ({count})" for count in range(2, MOST + 2))
        name = next(one for one in (name, *others) if one not in names)
        ghost = Ghost(number, name, read_only(history.steps[seen]), read_only(values[seen]))
        self._courses.append(
            Course(ghost, history.steps[rows].copy(), history.weights[rows].copy(), has_same_map)
        )

    def remove(self, number: int) -> None:
        """Forget the course of that number."""
        self._courses = [course for course in self._courses if course.ghost.number != number]

    def clear(self) -> None:
        """Forget all."""
        self._courses.clear()


def course_name(left: Stretch, spec: ModelSpec) -> str:
    """What made a course that was left different from the one with `spec`, in a few characters."""
    old = left.settings[0]
    assert isinstance(old, ModelSpec)
    if old.optimizer != spec.optimizer:
        return OPTIMIZERS[old.optimizer].title
    if old.learning_rate != spec.learning_rate:
        return "η auto" if old.learning_rate is None else f"η = {shortest(old.learning_rate, 3)}"
    for name, symbol in (("momentum", "β"), ("batch_size", "batch"), ("C", "C")):
        if getattr(old, name) != getattr(spec, name):
            return f"{symbol} = {shortest(float(getattr(old, name)), 3)}"
    if old.penalty != spec.penalty:
        return "no penalty" if old.penalty == "none" else old.penalty
    return "other data"
