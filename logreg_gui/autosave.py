"""The session on the disk a few seconds behind the window, so that a crash costs no more than that."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal, Slot

from logreg_gui.scenario_json import ENDING, Saved, ScenarioFileError, pieces_of
from logreg_gui.writing import SLICE_SECONDS, FileWriter

DELAY_MS = 4000
"""From a change to its file; with the writing it stays below five seconds."""

FILE_NAME = f"session{ENDING}"


class Autosave(QObject):
    """Writes what `state` returns some seconds after a change; nothing runs while nothing changes.

    Held, it writes nothing: the session of the last time is still being read from its place.
    """

    failed = Signal(str)  # one sentence, once until it works again

    def __init__(self, path: str, state: Callable[[], Saved], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._state = state
        self._has_failed = self._is_held = False
        self._writer = FileWriter(self)
        self._writer.finished.connect(self._note_success)
        self._writer.failed.connect(self._note_failure)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.write)

    @Slot()
    def note_change(self) -> None:
        """Something is not in the file yet."""
        # Not started again by the next change: while somebody drags, the file must not wait for the end.
        if not self._timer.isActive() and not self._is_held:
            self._timer.start()

    @Slot(bool)
    def hold(self, is_held: bool) -> None:
        """Leave the file alone from now on, or no longer; what has changed meanwhile is written then."""
        self._is_held = is_held
        if not is_held:
            self.note_change()

    @Slot()
    def write(self) -> None:
        """Write the present state."""
        if self._writer.is_busy:  # a large table from the last time; it is written whole before the next
            self._timer.start()
            return
        self._timer.stop()
        saved = self._state()
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            pieces = pieces_of(saved.scenario, saved.run, saved.named)
        except (OSError, ScenarioFileError) as error:
            self._note_failure(str(error))
            return
        self._writer.start(self._path, pieces, SLICE_SECONDS)  # nobody has asked for it, and nobody waits

    def shut_down(self) -> None:
        """Write what is not in the file yet, to the end."""
        self._writer.finish()
        if self._timer.isActive():
            self.write()
            self._writer.finish()
        self._timer.stop()

    @Slot()
    def _note_success(self) -> None:
        self._has_failed = False

    @Slot(str)
    def _note_failure(self, reason: str) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(f"The session cannot be autosaved: {reason}")


def default_path() -> str:
    """Where the session is kept from one start to the next."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return str(Path(folder, FILE_NAME))
