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


def all_running() -> list[Running]:
    """Threads that would keep the process alive, running QThreads, active QTimers, visible windows."""
    found = list(_threads())
    if "PySide6.QtCore" in sys.modules:
        found += [*_qt_threads(), *_timers()]
    if "PySide6.QtWidgets" in sys.modules:
        found += _windows()
    return found


def _threads() -> Iterator[Running]:
    for thread in threading.enumerate():
        if not thread.daemon:
            # Nothing ends a plain thread from outside; waiting is all there is.
            yield Running(thread, f'a running thread "{thread.name}"', lambda thread=thread: thread.join(2.0))


def _qt_threads() -> Iterator[Running]:
    from PySide6.QtCore import QThread

    for thread in _wrappers(QThread):
        if thread.isRunning() and thread is not QThread.currentThread():
            yield Running(thread, _words("a running", thread), lambda thread=thread: _end_qt_thread(thread))


def _end_qt_thread(thread: Any) -> None:
    # Destroyed while it runs, it would end the whole test run.
    thread.quit()
    thread.wait(2000)


def _timers() -> Iterator[Running]:
    from PySide6.QtCore import QTimer

    for timer in _wrappers(QTimer):
        if timer.isActive():
            yield Running(timer, _words("an active", timer), timer.stop)


def _windows() -> Iterator[Running]:
    from PySide6.QtWidgets import QApplication

    for window in QApplication.topLevelWidgets() if QApplication.instance() else ():
        if window.isVisible():
            yield Running(window, _words("a visible", window), window.close)


def _wrappers(kind: type) -> list[Any]:
    import shiboken6

    return [wrapper for wrapper in shiboken6.getAllValidWrappers() if isinstance(wrapper, kind)]


def _words(state: str, thing: Any) -> str:
    name = f' "{thing.objectName()}"' if thing.objectName() else ""
    return f"{state} {type(thing).__name__}{name}"
