"""Garbage collection in one thread alone, and what is free given back.

Python collects cycles in whichever thread happens to allocate. Qt objects among them, such as those of a
closed window, would then be destroyed by the training thread, and that can end in a deadlock: the destructor
holds a lock of Qt and waits for the interpreter, while the window's thread holds the interpreter and waits
for that lock.
"""

from __future__ import annotations

import ctypes
import gc
import sys

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 200

HAND_BACK_MS = 10_000
"""How often free memory is given back: rows, frames and pictures of all sizes come and go."""


LARGE = 4 << 20
"""Bytes from which on memory is asked of the system one by one: more than a picture of the window."""

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""What `mallopt` takes, from glibc's malloc.h."""


def keep_heap_small() -> None:
    """Have the system take large arrays back at once, and one heap for all threads.

    By itself glibc moves its limit to the largest block that was ever freed: what comes then lies in the heap
    between what stays, and the heap only grows. A process that is told so keeps to it.
    """
    option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if option is not None:
        option(_MMAP_THRESHOLD, LARGE)
        option(_ARENA_MAX, 1)


def hand_back() -> None:
    """Give the system the memory that is free; glibc keeps what lies between arrays that are in use."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


class GarbageCollector(QObject):
    """While one of these runs Python does not collect by itself: its own thread does, by a timer.

    The thresholds are Python's. Lives in the thread of the window. Now and then it gives memory back, too.
    """

    _n_running = 0

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect_due)
        self._memory = QTimer(self)
        self._memory.setInterval(HAND_BACK_MS)
        self._memory.timeout.connect(self._hand_back)

    def start(self) -> None:
        """Collect here from now on; to be called before other threads start."""
        if not self._timer.isActive():
            GarbageCollector._n_running += 1
            gc.disable()
            self._timer.start()
            self._memory.start()

    def stop(self) -> None:
        """Leave it to Python again, once none is running; to be called after other threads have ended."""
        if self._timer.isActive():
            self._timer.stop()
            self._memory.stop()
            GarbageCollector._n_running -= 1
            if GarbageCollector._n_running == 0:
                gc.enable()

    @Slot()
    def _hand_back(self) -> None:
        hand_back()

    @Slot()
    def collect_due(self) -> None:
        """Collect the oldest generation that is due, and with it the younger ones."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if 0 < thresholds[generation] < counts[generation]:
                gc.collect(generation)
                return
