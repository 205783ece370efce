"""The last session comes back: at once, or when it is large beside a window that is open already."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from logreg_gui.scenario_json import ENDING, Saved, ScenarioFileError, load
from logreg_gui.session.reading import FileReader

QUICK_BYTES = 200_000
"""A file up to this size is read at once, in some 20 ms; one of a table may take seconds."""

DAMAGED_NAME = f"session-damaged{ENDING}"
LEFT_NAME = f"session-left{ENDING}"


class Restored(NamedTuple):
    """What the last session left: its state or None, and a sentence if there is something to say."""

    saved: Saved | None
    words: str = ""


def is_large(path: str) -> bool:
    """Whether a file takes too long to be read at once."""
    try:
        return Path(path).stat().st_size > QUICK_BYTES
    except OSError:
        return False  # whoever reads it will say why


def restore(path: str) -> Restored:
    """The session in the file at `path`; a damaged file is put aside, for somebody to look at."""
    if not Path(path).exists():
        return Restored(None)
    try:
        return Restored(load(path))
    except ScenarioFileError as error:
        return Restored(None, _damaged(path, str(error)))


class Restorer(QObject):
    """Reads a large session while the window shows something else.

    Who begins something else meanwhile does without it: the file is put aside then, so that what comes next
    can be autosaved in its place. Call `shut_down` before the program ends.
    """

    restored = Signal(object)  # Saved
    told = Signal(str)  # one sentence: why the session did not come back, and where it is
    busy_changed = Signal(bool)  # True while it is read; nothing may be written in its place

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._reader = FileReader(load, ScenarioFileError, self)
        self._reader.file_read.connect(self.restored)
        self._reader.failed.connect(self._note_damage)
        self._reader.busy_changed.connect(self.busy_changed)

    def begin(self, path: str) -> None:
        """Read the session in the file at `path`."""
        self._path = path
        self._reader.read(path)

    @Slot()
    def give_up(self) -> None:
        """Do without the session, if it is still being read."""
        if self._reader.is_busy:
            words = f"The last session was not waited for. {_put_aside(self._path, LEFT_NAME)}"
            self._reader.cancel()
            self.told.emit(words)

    def shut_down(self) -> None:
        """End the thread that reads; the file stays for the next time."""
        self.blockSignals(True)  # nobody may write in its place
        self._reader.shut_down()

    @Slot(str)
    def _note_damage(self, reason: str) -> None:
        self.told.emit(_damaged(self._path, reason))


def _damaged(path: str, reason: str) -> str:
    return f"The last session could not be restored: {reason}. {_put_aside(path, DAMAGED_NAME)}"


def _put_aside(path: str, name: str) -> str:
    """Give the file another name, so that it is not written over; say where it is, or that it will be."""
    aside = Path(path).with_name(name)
    try:
        os.replace(path, aside)
    except OSError as error:
        return f"It could not be put aside, and the next one takes its place ({error.strerror})."
    return f"It is kept in {aside}."
