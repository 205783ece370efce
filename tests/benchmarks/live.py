"""The window while it trains at full throttle.

Painted frames, lateness of the event loop, memory, unanswered frames.

The peer in the same run is the window at rest: the same timer, the same machine, nothing to train or paint.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer

from logreg_gui.app import make_application
from logreg_gui.main_window import MainWindow
from logreg_gui.scenario import MAX_STEPS, UNLIMITED, preset
from logreg_gui.session.session import TrainingSession

TICK_MS = 10


@dataclass(frozen=True)
class Measurement:
    """What was seen in one stretch of time."""

    seconds: float
    frames: int
    steps: int
    lateness_ms: np.ndarray
    most_unanswered: int
    megabytes_gained: float

    @property
    def frames_per_second(self) -> float:
        """Painted frames of the plane."""
        return self.frames / self.seconds

    def late(self, percentile: float) -> float:
        """Lateness of the timer in milliseconds at a percentile."""
        return float(np.percentile(self.lateness_ms, percentile))


class Observer(QObject):
    """Counts paints of the plane and unanswered frames, and measures how late a timer is."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window = window
        self.frames = 0
        self.unanswered = self.most_unanswered = 0
        self.lateness: list[float] = []
        self._expected = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        window.plane.viewport().installEventFilter(self)
        session = window.session
        session.frame_changed.connect(self._count_up)
        session.frame_acknowledged.connect(self._count_down)

    def measure(self, seconds: float) -> Measurement:
        """Watch for so long."""
        first_step = self.window.session.frame.step
        memory = resident_megabytes()
        self.frames, self.most_unanswered = 0, 0
        self.lateness.clear()
        began = time.perf_counter()
        self._expected = began + TICK_MS / 1000
        self._timer.start(TICK_MS)
        spin(seconds)
        self._timer.stop()
        return Measurement(
            time.perf_counter() - began,
            self.frames,
            self.window.session.frame.step - first_step,
            np.array(self.lateness),
            self.most_unanswered,
            resident_megabytes() - memory,
        )

    def _tick(self) -> None:
        now = time.perf_counter()
        self.lateness.append(max(0.0, 1000 * (now - self._expected)))
        self._expected = max(now, self._expected) + TICK_MS / 1000

    def _count_up(self) -> None:
        self.unanswered += 1
        self.most_unanswered = max(self.most_unanswered, self.unanswered)

    def _count_down(self) -> None:
        self.unanswered -= 1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.frames += 1
        return False


def spin(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def resident_megabytes() -> float:
    """Memory of this process now; 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return 0.0
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(seconds: float, size: tuple[int, int] = (1280, 720)) -> tuple[Measurement, Measurement]:
    """The tutorial's 20,000 points: the window at rest, and training at full throttle."""
    make_application()
    scenario = replace(preset("tutorial-sagar"), speed=UNLIMITED, steps=MAX_STEPS)
    session = TrainingSession(scenario)
    window = MainWindow(session)
    window.resize(*size)
    window.show()
    window.typeset()
    spin(1.5)
    observer = Observer(window)
    at_rest = observer.measure(seconds / 3)
    session.play()
    spin(1.0)
    training = observer.measure(seconds)
    window.close()
    return at_rest, training
