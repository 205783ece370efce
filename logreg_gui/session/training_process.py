"""The process of its own that trains: a `TrainingWorker` behind two pipes.

Python runs one thread at a time. A worker in a thread of the window's process stands still while the window
paints, and the window waits for it; here both run at once, each on its core.

Commands come in by the standard input, what the worker signals leaves by the standard output. The end of the
input is the end of the process, so it never outlives the window.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

# One thread for linear algebra: the other core is the window's. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal, Slot

from logreg_gui.scenario import Scenario
from logreg_gui.session.garbage import GarbageCollector
from logreg_gui.session.messages import LENGTH, Reader, Writer
from logreg_gui.session.worker import TrainingWorker

logger = logging.getLogger(__name__)

NICENESS = 10
"""How far the window, and whoever brings it to the screen, go before the training where cores are few."""


class Inbox(QThread):
    """Waits for messages, so that the worker need not."""

    arrived = Signal(object)  # bytes of one message
    ended = Signal()

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def run(self) -> None:
        """Read to the end."""
        while len(head := self._stream.read(LENGTH.size)) == LENGTH.size:
            (length,) = LENGTH.unpack(head)
            self.arrived.emit(self._stream.read(length))
        self.ended.emit()


class Desk(QObject):
    """Hands commands to the worker and passes on what it signals.

    A scenario comes with its number, and what is told about it is told by that: what it holds, such as the
    table of a file, is the same only on the side it comes from.
    """

    def __init__(self, folder: Path, stream: FileIO) -> None:
        super().__init__()
        self._stream = stream
        self._reader, self._writer = Reader(folder), Writer(folder, "frame")
        self._numbers: list[tuple[int, Scenario]] = []
        self._worker = worker = TrainingWorker()
        self._commands: dict[str, Callable[..., None]] = {
            name: getattr(worker, name)
            for name in (
                "cancel", "play", "toggle", "go_back", "pause", "advance", "seek", "reset_weights",
                "show_view", "remove_ghost", "send_record", "acknowledge",
            )
        }  # fmt: skip
        self._commands["apply"] = self._apply
        worker.frame_ready.connect(self._pass_frame)
        worker.record_ready.connect(self._pass_record)
        worker.busy_changed.connect(self._pass_busy)
        worker.failed.connect(self._pass_failure)
        worker.maximum_missed.connect(self._pass_missed_maximum)
        worker.refused.connect(self._pass_refusal)
        worker.adopted.connect(self._pass_adoption)
        worker.stopped.connect(QCoreApplication.quit)

    @Slot(object)
    def receive(self, data: bytes) -> None:
        """Carry out a command."""
        try:
            name, arguments = self._reader.decode(data)
        except Exception:
            _give_up("a command did not arrive")
        else:
            self._commands[name](*arguments)

    @Slot()
    def close(self) -> None:
        """Nobody is there any more to give commands."""
        self._worker.shut_down()

    def _apply(self, number: int, scenario: Scenario) -> None:
        self._numbers.append((number, scenario))
        self._worker.apply(scenario)

    def _number_of(self, scenario: Scenario) -> int:
        return next(number for number, one in self._numbers if one is scenario)

    @Slot(object)
    def _pass_frame(self, frame: object) -> None:
        self._tell("frame", frame)

    @Slot(object)
    def _pass_record(self, record: object) -> None:
        self._tell("record", record)

    @Slot(bool)
    def _pass_busy(self, is_busy: bool) -> None:
        self._tell("busy", is_busy)

    @Slot(str)
    def _pass_failure(self, reason: str) -> None:
        self._tell("failure", reason)

    @Slot(str, object)
    def _pass_missed_maximum(self, reason: str, scenario: Scenario) -> None:
        self._tell("missed maximum", reason, self._number_of(scenario))

    @Slot(str, object, object)
    def _pass_refusal(self, reason: str, asked: Scenario, kept: Scenario) -> None:
        self._tell("refusal", reason, self._number_of(asked), self._number_of(kept))

    @Slot(object)
    def _pass_adoption(self, scenario: Scenario) -> None:
        number = self._number_of(scenario)
        # Earlier ones are not spoken of again.
        self._numbers = [entry for entry in self._numbers if entry[0] >= number]
        self._tell("adoption", number)

    def _tell(self, name: str, *arguments: Any) -> None:
        try:
            data = self._writer.encode((name, arguments))
        except Exception:
            _give_up(f"a {name} could not be sent")
        else:
            self._send(data)

    def _send(self, data: bytes) -> None:
        try:
            while data:
                data = data[self._stream.write(data) :]
        except OSError:
            pass  # nobody reads any more: the input has ended, too


def _give_up(words: str) -> NoReturn:
    """End at once: later messages may speak of what was in the one that is lost. The window trains itself."""
    logger.exception("in the training process %s", words)
    # Not by the event loop: at its end it waits for the input's.
    os._exit(1)


def main() -> int:
    """Train until the standard input ends; the argument is the folder for large arrays."""
    folder = Path(sys.argv[1])
    # What anybody prints must not get between the messages.
    # Without a buffer of its own: what nobody reads any more would wait in it for the end.
    stream = FileIO(os.dup(sys.stdout.fileno()), "wb")
    # A program without a console has no standard error.
    elsewhere = os.open(os.devnull, os.O_WRONLY) if sys.stderr is None else sys.stderr.fileno()
    os.dup2(elsewhere, sys.stdout.fileno())
    # The window decides what an interrupt from the keyboard or the end of the terminal means, and ends this
    # process; if both ended by themselves, the folder would stay.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)

    def end(*_: object) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)

    # At the end of a desktop's session both are told to end.
    signal.signal(signal.SIGTERM, end)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    application = QCoreApplication(sys.argv)
    desk, inbox = Desk(folder, stream), Inbox(sys.stdin.buffer)
    inbox.arrived.connect(desk.receive)
    inbox.ended.connect(desk.close)
    garbage = GarbageCollector()
    garbage.start()
    inbox.start()
    code = application.exec()
    inbox.wait()
    garbage.stop()
    shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
