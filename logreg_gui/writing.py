"""Files written beside everything else: piece by piece between two events, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from logreg_gui.scenario_json import ScenarioFileError, written_atomically

SLICE_SECONDS = 0.008
"""Longest stretch of writing between two events: half a frame."""

FIRST_SECONDS = 0.02
"""Of the first one: what takes no longer is done before anybody has seen that it takes time."""


class FileWriter(QObject):
    """Writes one file at a time on a timer; what is short is written before `start` returns."""

    finished = Signal(str)  # the path, when the file is there
    failed = Signal(str)  # one sentence: why there is none
    cancelled = Signal()
    progressed = Signal(int)  # bytes so far, between two slices

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._job: Iterator[int] | None = None
        self._size = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._write_slice)

    @property
    def is_busy(self) -> bool:
        """Whether a file is being written."""
        return self._job is not None

    def start(self, path: str, pieces: Iterable[str | bytes], first: float = FIRST_SECONDS) -> None:
        """Write `pieces` to the file at `path`, in the `first` seconds what can be.

        What was being written is finished before.
        """
        self.finish()
        self._path, self._size = path, 0
        self._job = written_atomically(path, pieces)
        self._write_some(time.perf_counter() + first)
        self._go_on()

    @Slot()
    def finish(self) -> None:
        """Write the rest now."""
        while self._job is not None:
            self._write_some(float("inf"))

    @Slot()
    def cancel(self) -> None:
        """Leave the file as it was."""
        if self._job is not None:
            self._end()
            self.cancelled.emit()

    @Slot()
    def _write_slice(self) -> None:
        self._write_some(time.perf_counter() + SLICE_SECONDS)
        self._go_on()

    def _go_on(self) -> None:
        if self._job is not None:
            self.progressed.emit(self._size)
            self._timer.start(0)

    def _write_some(self, deadline: float) -> None:
        job = self._job
        if job is None:
            return
        try:
            for self._size in job:
                if time.perf_counter() > deadline:
                    return
        except OSError as error:
            self._end()
            self.failed.emit(f"{self._path} cannot be written: {error.strerror or error}")
        except (ScenarioFileError, MemoryError) as error:
            self._end()
            self.failed.emit(f"{self._path} cannot be written: {str(error) or 'there is not enough memory'}")
        else:
            self._end()
            self.finished.emit(self._path)

    def _end(self) -> None:
        self._timer.stop()
        job, self._job = self._job, None
        close = getattr(job, "close", None)
        if close is not None:
            close()  # an unfinished one takes its temporary file away
