"""Reading a file of data while the window and the training go on: in a thread of its own."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from logreg_gui.scenario import CsvError, read_csv

logger = logging.getLogger(__name__)


class TableReader(QObject):
    """Paths in, tables out; of several requests the last one is answered.

    The thread runs from the first request on. Call `shut_down` before the program ends.
    """

    table_read = Signal(object)  # Table of the last path asked for, looked through once
    failed = Signal(str)  # one sentence: why the last path gives no table
    busy_changed = Signal(bool)  # True while an answer is to come

    # A command to the worker is a signal, so that it runs in the worker's thread.
    _read_requested = Signal(int, str)
    _shut_down_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._is_busy = False
        self._thread = QThread()
        self._thread.setObjectName("reading")
        self._worker = ReadingWorker()
        self._worker.moveToThread(self._thread)

        self._read_requested.connect(self._worker.ask)
        self._shut_down_requested.connect(self._worker.shut_down)
        self._worker.table_read.connect(self._receive)
        self._worker.failed.connect(self._fail)
        # The worker ends its thread itself, after the last command; `quit` may be called from any thread.
        self._worker.stopped.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)
        self._thread.finished.connect(self._worker.deleteLater)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is to come."""
        return self._is_busy

    @Slot(str)
    def read(self, path: str) -> None:
        """Read the file at `path`; what was asked for before is not answered any more."""
        if not self._thread.isRunning():
            self._thread.start()
        self._number += 1
        self._set_busy(True)
        self._read_requested.emit(self._number, path)

    @Slot()
    def shut_down(self) -> None:
        """End the thread; waits for the file being read. Nothing is answered any more."""
        self._number += 1
        if self._thread.isRunning():
            self._shut_down_requested.emit()
            self._thread.wait()
        self._set_busy(False)

    @Slot(int, object)
    def _receive(self, number: int, table: object) -> None:
        if number == self._number:
            self._set_busy(False)
            self.table_read.emit(table)

    @Slot(int, str)
    def _fail(self, number: int, reason: str) -> None:
        if number == self._number:
            self._set_busy(False)
            self.failed.emit(reason)

    def _set_busy(self, is_busy: bool) -> None:
        if is_busy != self._is_busy:
            self._is_busy = is_busy
            self.busy_changed.emit(is_busy)


class ReadingWorker(QObject):
    """Reads the file asked for last; lives in the thread of a `TableReader`."""

    table_read = Signal(int, object)  # number of the request, Table
    failed = Signal(int, str)  # number of the request, one sentence
    stopped = Signal()  # after shut_down: no timer runs any more

    def __init__(self) -> None:
        super().__init__()
        self._number, self._path = 0, ""
        # Requests that came while a file was being read are all taken in before the timer fires.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._read)

    @Slot(int, str)
    def ask(self, number: int, path: str) -> None:
        """Read the file at `path`, unless another is asked for before that has begun."""
        self._number, self._path = number, path
        self._timer.start(0)

    @Slot()
    def shut_down(self) -> None:
        """Stop all timers; must be called in the worker's own thread, because no other may stop them."""
        self._timer.stop()
        self.stopped.emit()

    @Slot()
    def _read(self) -> None:
        number, path = self._number, self._path
        try:
            table = read_csv(path)
            table.look_through()  # here: the window has no time for it
        except CsvError as error:
            self.failed.emit(number, str(error))
            return
        except Exception as error:  # Qt would print it, and no answer would ever come
            logger.exception("a file of data could not be read")
            self.failed.emit(number, f"The file could not be read: {type(error).__name__}: {error}")
            return
        self.table_read.emit(number, table)
