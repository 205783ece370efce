"""Reading a file while the window and the training go on: in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from logreg_gui.scenario import Table, read_csv

logger = logging.getLogger(__name__)

Read = Callable[[str, Callable[[], object]], object]
"""What makes something of the file at a path; calls the check between pieces, which may end the reading."""


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


def read_table(path: str, check: Callable[[], object]) -> Table:
    """The table in a file, looked through once: the window has no time for it.

    Raises:
        CsvError: as `read_csv`.
    """
    table = read_csv(path, check)
    table.look_through()
    return table


class FileReader(QObject):
    """Paths in, what `read` makes of the files out; of several requests the last one is answered.

    The others are given up. What `read` raises of the type `refusal` is a sentence already. The thread runs
    from the first request on. Call `shut_down` before the program ends.
    """

    file_read = Signal(object)  # what the last path asked for holds
    failed = Signal(str)  # one sentence: why the last path gives nothing
    busy_changed = Signal(bool)  # True while an answer is to come

    # A command to the worker is a signal, so that it runs in the worker's thread.
    _read_requested = Signal(object)  # Request
    _shut_down_requested = Signal()

    def __init__(self, read: Read, refusal: type[Exception], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request: Request | None = None
        self._thread = QThread()
        self._thread.setObjectName("reading")
        self._worker = ReadingWorker(read, refusal)
        self._worker.moveToThread(self._thread)

        self._read_requested.connect(self._worker.read)
        self._shut_down_requested.connect(self._worker.shut_down)
        self._worker.file_read.connect(self._receive)
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
    def cancel(self) -> None:
        """Give up what is being read; it is not answered any more."""
        self._replace(None)

    @Slot()
    def shut_down(self) -> None:
        """End the thread; nothing is answered any more."""
        self._replace(None)
        if self._thread.isRunning():
            self._shut_down_requested.emit()
            self._thread.wait()

    @Slot(object, object)
    def _receive(self, request: Request, content: object) -> None:
        if request is self._request:
            self._replace(None)
            self.file_read.emit(content)

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
    """Reads one file after the other; lives in the thread of a `FileReader`."""

    file_read = Signal(object, object)  # Request, what the file holds
    failed = Signal(object, str)  # Request, one sentence
    stopped = Signal()  # after shut_down

    def __init__(self, read: Read, refusal: type[Exception]) -> None:
        super().__init__()
        self._read = read
        self._refusal = refusal

    @Slot(object)
    def read(self, request: Request) -> None:
        """Read a file, unless it has been given up; a request that is given up has no answer."""
        try:
            request.check()
            content = self._read(request.path, request.check)
        except GivenUpError:
            return
        except self._refusal as error:
            self.failed.emit(request, str(error))
            return
        except Exception as error:  # Qt would print it, and no answer would ever come
            logger.exception("a file could not be read")
            self.failed.emit(request, f"The file could not be read: {type(error).__name__}: {error}")
            return
        self.file_read.emit(request, content)

    @Slot()
    def shut_down(self) -> None:
        """Say that all commands before this one are carried out."""
        self.stopped.emit()
