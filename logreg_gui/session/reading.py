"""Reading a file of data while the window and the training go on: in a thread of its own."""

from __future__ import annotations

import logging
from threading import Event

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from logreg_gui.scenario import CsvError, read_csv

logger = logging.getLogger(__name__)


class Request:
    """A file to read. `given_up` can be set from any thread, also while it is being read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.given_up = Event()

    def check(self) -> None:
        """Go on, or raise `GivenUpError`."""
        if self.given_up.is_set():
            raise GivenUpError


class GivenUpError(Exception):
    """Nobody waits for the file any more."""


class TableReader(QObject):
    """Paths in, tables out; of several requests the last one is answered, the others are given up.

    The thread runs from the first request on. Call `shut_down` before the program ends.
    """

    table_read = Signal(object)  # Table of the last path asked for, looked through once
    failed = Signal(str)  # one sentence: why the last path gives no table
    busy_changed = Signal(bool)  # True while an answer is to come

    # A command to the worker is a signal, so that it runs in the worker's thread.
    _read_requested = Signal(object)  # Request
    _shut_down_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request: Request | None = None
        self._thread = QThread()
        self._thread.setObjectName("reading")
        self._worker = ReadingWorker()
        self._worker.moveToThread(self._thread)

        self._read_requested.connect(self._worker.read)
        self._shut_down_requested.connect(self._worker.shut_down)
        self._worker.table_read.connect(self._receive)
        self._worker.failed.connect(self._fail)
        # The worker ends its thread itself, after the last command; `quit` may be called from any thread.
        self._worker.stopped.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)
        self._thread.finished.connect(self._worker.deleteLater)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is to come."""
        return self._request is not None

    @Slot(str)
    def read(self, path: str) -> None:
        """Read the file at `path`; what was asked for before is not answered any more."""
        if not self._thread.isRunning():
            self._thread.start()
        request = Request(path)
        self._replace(request)
        self._read_requested.emit(request)

    @Slot()
    def shut_down(self) -> None:
        """End the thread; nothing is answered any more."""
        self._replace(None)
        if self._thread.isRunning():
            self._shut_down_requested.emit()
            self._thread.wait()

    @Slot(object, object)
    def _receive(self, request: Request, table: object) -> None:
        if request is self._request:
            self._replace(None)
            self.table_read.emit(table)

    @Slot(object, str)
    def _fail(self, request: Request, reason: str) -> None:
        if request is self._request:
            self._replace(None)
            self.failed.emit(reason)

    def _replace(self, request: Request | None) -> None:
        was_busy = self.is_busy
        if self._request is not None:
            self._request.given_up.set()
        self._request = request
        if self.is_busy != was_busy:
            self.busy_changed.emit(self.is_busy)


class ReadingWorker(QObject):
    """Reads one file after the other; lives in the thread of a `TableReader`."""

    table_read = Signal(object, object)  # Request, Table
    failed = Signal(object, str)  # Request, one sentence
    stopped = Signal()  # after shut_down

    @Slot(object)
    def read(self, request: Request) -> None:
        """Read a file, unless it has been given up; a request that is given up has no answer."""
        try:
            request.check()
            table = read_csv(request.path, request.check)
            table.look_through()  # here: the window has no time for it
        except GivenUpError:
            return
        except CsvError as error:
            self.failed.emit(request, str(error))
            return
        except Exception as error:  # Qt would print it, and no answer would ever come
            logger.exception("a file of data could not be read")
            self.failed.emit(request, f"The file could not be read: {type(error).__name__}: {error}")
            return
        self.table_read.emit(request, table)

    @Slot()
    def shut_down(self) -> None:
        """Say that all commands before this one are carried out."""
        self.stopped.emit()
