"""What a test may leave running: threads, timers and windows, told apart from what was there before it.

Qt is looked at only where it is loaded already: a test of the numerical core costs nothing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple


class Running(NamedTuple):
    """Something alive, what to call it, and how to end it."""

    thing: Any
    words: str
    end: Callable[[], object]


class Witness:
    """Remembers what runs when it is made, and tells what has come since.

    Holds the objects themselves, not their `id`: an id can be taken by a new object.
    """

    def __init__(self) -> None:
        self._before = [running.thing for running in all_running()]

    def leaks(self) -> list[Running]:
        """What runs now and did not then."""
        return [now for now in all_running() if not any(now.thing is old for old in self._before)]


def finish_deletions() -> None:
    """Delete what waits for an event loop to delete it.

    Without one the closed windows of hundreds of tests would stay: a gigabyte, and all tests get slower.
    """
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        if QCoreApplication.instance():
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def all_running() -> list[Running]:
    """Threads that would keep the process alive, running QThreads, active QTimers, visible windows."""
    found = list(_threads())
    if "PySide6.QtCore" in sys.modules:
        found += _qt_objects()
    if "PySide6.QtWidgets" in sys.modules:
        found += _windows()
    return found


def _threads() -> Iterator[Running]:
    for thread in threading.enumerate():
        if not thread.daemon:
            # Nothing ends a plain thread from outside; waiting is all there is.
            yield Running(thread, f'a running thread "{thread.name}"', lambda thread=thread: thread.join(2.0))


def _qt_objects() -> Iterator[Running]:
    import shiboken6
    from PySide6.QtCore import QThread, QTimer

    for thing in shiboken6.getAllValidWrappers():
        if isinstance(thing, QTimer):
            if thing.isActive():
                yield Running(thing, _words("an active", thing), thing.stop)
        elif isinstance(thing, QThread) and thing.isRunning() and thing is not QThread.currentThread():
            yield Running(thing, _words("a running", thing), lambda thing=thing: _end_qt_thread(thing))


def _end_qt_thread(thread: Any) -> None:
    # Destroyed while it runs, it would end the whole test run.
    thread.quit()
    thread.wait(2000)


def _windows() -> Iterator[Running]:
    from PySide6.QtWidgets import QApplication

    for window in QApplication.topLevelWidgets() if QApplication.instance() else ():
        if window.isVisible():
            yield Running(window, _words("a visible", window), window.close)


def _words(state: str, thing: Any) -> str:
    name = f' "{thing.objectName()}"' if thing.objectName() else ""
    return f"{state} {type(thing).__name__}{name}"
