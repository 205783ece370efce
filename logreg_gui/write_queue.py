"""Files that wait for their turn to be written, each with the content it had when it was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from logreg_gui.writing import FileWriter


class _Job(NamedTuple):
    path: str
    pieces: Iterable[str | bytes]
    about: object


class WriteQueue(QObject):
    """Writes one file after the other; what is short is written before `add` returns.

    What goes with a file, `about`, comes with its end. One that cannot be written, or is cancelled, holds up
    none of the others; one that waits for a path that is asked for again is left out.
    """

    finished = Signal(str, object)  # the path, about; the file is there
    failed = Signal(str, object)  # one sentence: why there is none; about
    cancelled = Signal(object)  # about
    progressed = Signal()  # between two slices of a file
    rested = Signal()  # nothing is left to write

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[_Job] = []
        """The first one is being written."""
        self._writer = FileWriter(self)
        self._writer.finished.connect(self._note_finished)
        self._writer.failed.connect(self._note_failed)
        self._writer.cancelled.connect(self._note_cancelled)
        self._writer.progressed.connect(self.progressed)

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be written."""
        return bool(self._jobs)

    @property
    def abouts(self) -> list[object]:
        """What goes with the file that is being written, and with those that wait."""
        return [job.about for job in self._jobs]

    def add(self, path: str, pieces: Iterable[str | bytes], about: object) -> None:
        """Write `pieces` to the file at `path` when its turn comes."""
        waiting = [job for job in self._jobs[1:] if job.path != path]
        self._jobs = [*self._jobs[:1], *waiting, _Job(path, pieces, about)]
        if len(self._jobs) == 1:
            self._begin()

    def finish(self) -> None:
        """Write all of it now."""
        while self._jobs:
            self._writer.finish()

    @Slot()
    def cancel(self) -> None:
        """Leave the file that is being written as it was, and go on with the next."""
        self._writer.cancel()

    def cancel_all(self) -> None:
        """Leave all of them as they were."""
        del self._jobs[1:]
        self._writer.cancel()

    def _begin(self) -> None:
        job = self._jobs[0]
        self._writer.start(job.path, job.pieces)

    def _go_on(self) -> None:
        if self._jobs:
            self._begin()
        else:
            self.rested.emit()

    @Slot(str)
    def _note_finished(self, path: str) -> None:
        self.finished.emit(path, self._jobs.pop(0).about)
        self._go_on()

    @Slot(str)
    def _note_failed(self, reason: str) -> None:
        self.failed.emit(reason, self._jobs.pop(0).about)
        self._go_on()

    @Slot()
    def _note_cancelled(self) -> None:
        self.cancelled.emit(self._jobs.pop(0).about)
        self._go_on()
