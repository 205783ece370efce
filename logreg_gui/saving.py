"""Scenarios on their way into files: one after the other, each as it was when it was saved."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from logreg_gui.scenario import Scenario
from logreg_gui.writing import FileWriter


class _Job(NamedTuple):
    path: str
    scenario: Scenario
    pieces: Iterable[str | bytes]


class SaveQueue(QObject):
    """Writes what it is given in this order; what is short is written before `save` returns.

    A file that cannot be written, or is cancelled, keeps none of the others.
    """

    saved = Signal(str, object)  # the path, and the Scenario that is there now
    failed = Signal(str)  # one sentence: why a file is not there
    cancelled = Signal()
    rested = Signal()  # nothing is left to write
    busy_changed = Signal(bool)  # True while something takes longer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: deque[_Job] = deque()
        """The first one is being written."""
        self._writer = FileWriter(self)
        self._writer.finished.connect(self._note_finished)
        self._writer.failed.connect(self._note_failed)
        self._writer.cancelled.connect(self._note_cancelled)

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be written."""
        return bool(self._jobs)

    def save(self, path: str, scenario: Scenario, pieces: Iterable[str | bytes]) -> None:
        """Write `pieces`, which say the scenario, to the file at `path` when its turn comes."""
        job = _Job(path, scenario, pieces)
        # What waits for the same file would be written over at once.
        waiting = [one for one in list(self._jobs)[1:] if one.path != path]
        self._jobs = deque([*list(self._jobs)[:1], *waiting, job])
        if len(self._jobs) == 1:
            self._begin()

    def finish(self) -> None:
        """Write all of it now."""
        while self._jobs:
            self._writer.finish()

    @Slot()
    def cancel(self) -> None:
        """Leave the file that is being written as it was."""
        self._writer.cancel()

    def _begin(self) -> None:
        job = self._jobs[0]
        self._writer.start(job.path, job.pieces)
        if self._writer.is_busy:
            self.busy_changed.emit(True)

    def _go_on(self) -> None:
        if self._jobs:
            self._begin()
        else:
            self.busy_changed.emit(False)
            self.rested.emit()

    @Slot(str)
    def _note_finished(self, path: str) -> None:
        self.saved.emit(path, self._jobs.popleft().scenario)
        self._go_on()

    @Slot(str)
    def _note_failed(self, reason: str) -> None:
        self._jobs.popleft()
        self.failed.emit(reason)
        self._go_on()

    @Slot()
    def _note_cancelled(self) -> None:
        self._jobs.popleft()
        self.cancelled.emit()
        self._go_on()
