"""The window while it trains at full throttle.

Painted frames, lateness of the event loop, memory, unanswered frames.

The peer in the same run is the window at rest: the same timer, the same machine, nothing to train or paint.
"""

from __future__ import annotations

import itertools
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from logreg_gui.app import make_application
from logreg_gui.main_window import MainWindow
from logreg_gui.presets import preset
from logreg_gui.scenario import MAX_STEPS, UNLIMITED, Edit, Scenario, with_class, with_model
from logreg_gui.session.remote_worker import RemoteWorker
from logreg_gui.session.run import TrainingRun
from logreg_gui.session.session import TrainingSession
from logreg_gui.views import hit_test

TICK_MS = 10

GUARD_MS = 50
"""How long the event loop sleeps at most, should nothing happen."""

MOVE_MS = 8
"""Between two moves of a mouse: 125 a second, as most of them report."""

Row = tuple[str, float, str, float]


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
        first_step = self.window.session.frame.last_step
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
            self.window.session.frame.last_step - first_step,
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
    """Memory of this process and of those it has started now; 0 where the system does not tell.

    A page that several processes map counts for each by its share. One that starts or ends elsewhere and
    maps the same libraries shifts that by some MB.
    """
    started = (path.read_text().split() for path in Path("/proc/self/task").glob("*/children"))
    return sum(_share_of_pages(number) for number in ("self", *itertools.chain.from_iterable(started)))


def _share_of_pages(process: str) -> float:
    """In MB; 0 for a process that has just ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(1.024e-3 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def run(seconds: float, size: tuple[int, int] = (1280, 720)) -> tuple[Measurement, Measurement]:
    """The tutorial's 20,000 points: the window at rest, and training at full throttle."""
    window = _open(replace(preset("tutorial-sagar"), speed=UNLIMITED, steps=MAX_STEPS), size)
    observer = Observer(window)
    at_rest = observer.measure(seconds / 3)
    window.session.play()
    spin(1.0)
    training = observer.measure(seconds)
    window.close()
    return at_rest, training


def rows_together(quick: bool) -> list[Row]:
    """Window and training side by side, by number of rows: painted frames, answers, what training keeps."""
    rows: list[Row] = []
    for count in (200, 20_000) if quick else (200, 20_000, 2_000_000):
        is_large = count > 1_000_000
        window, seconds = _open(of_rows(count)), 0.5 if quick else 4.0
        idle = resident_megabytes()
        observer = Observer(window)
        window.session.play()
        spin(0.2 if quick else 1.0)
        seen = observer.measure(seconds)
        answers = [_answer_ms(window) for _ in range(3 if quick else 25)]
        dragged = _drag_an_ellipse(observer, seconds)
        window.close()
        alone = _steps_per_second_alone(count, 0.2 if quick else 2.0)
        what = f"{count:,} points at full throttle: "
        rows += [
            (what + "painted frames/s", seen.frames_per_second, ">", 30.0 if is_large else 55.0),
            (what + "10 ms timer late, ms, 99th percentile", seen.late(99), "<", 16.0),
            (what + "press to answer, ms, 95th", percentile(answers, 95), "<", 100.0 if is_large else 30.0),
            (what + "unanswered frames, most", float(seen.most_unanswered), "<", 2.0),
            (
                what + "frames/s while an ellipse is dragged",
                dragged.frames_per_second,
                ">",
                10.0 if is_large else 30.0,
            ),
            (what + "share of the steps without a window", seen.steps / seconds / alone, ">", 0.5),
        ]
        if is_large:
            per_point = 1e6 * (resident_megabytes() - idle) / count
            rows.append((what + "bytes per point gained while training", per_point, "<", 50.0))
    rows.append(_seek_row(quick))
    if not quick:
        rows += _new_sample_rows()
    return rows


def _seek_row(quick: bool) -> Row:
    """From asking for another step of a run of 20,000 points to all views having painted it."""
    last = 500 if quick else 10_000
    window = _open(of_rows(20_000))
    window.session.advance(last)
    _wait(lambda: window.session.frame.step == last and not window.session.is_playing)
    spin(0.3)
    observer = Observer(window)
    steps = np.random.default_rng(1).integers(0, last, 5 if quick else 60).tolist()
    taken = [_seek_ms(observer, step) for step in steps]
    window.close()
    return (
        "20,000 points: another step asked for to painted, ms, median",
        statistics.median(taken),
        "<",
        16.0,
    )


def _seek_ms(observer: Observer, step: int) -> float:
    session = observer.window.session
    began, painted = time.perf_counter(), observer.frames
    session.seek(step)
    _wait(lambda: session.frame.step == step and observer.frames > painted)
    taken = 1000.0 * (time.perf_counter() - began)
    spin(0.02)
    return taken


def _drag_an_ellipse(observer: Observer, seconds: float) -> Measurement:
    """The long axis of class 0 in the hand: a move every `MOVE_MS`, round and round, while it trains."""
    window, viewport = observer.window, observer.window.plane.viewport()
    plane = window.plane
    grips = hit_test.grips(window.session.scenario.data.classes, plane.mapping, plane.visible_area)
    start = QPointF(*next(grip.place for grip in grips if (grip.owner, grip.part) == (0, hit_test.LONG)))
    began = time.perf_counter()

    def move() -> None:
        turn = 3.0 * (time.perf_counter() - began)
        place = start + QPointF(40.0 * math.sin(turn), 40.0 * math.cos(turn) - 40.0)
        _send_mouse(viewport, QEvent.Type.MouseMove, place)

    if not window.session.is_playing:
        window.session.play()
    _send_mouse(viewport, QEvent.Type.MouseMove, start)
    _send_mouse(viewport, QEvent.Type.MouseButtonPress, start)
    mouse = QTimer()
    mouse.setTimerType(Qt.TimerType.PreciseTimer)
    mouse.timeout.connect(move)
    mouse.start(MOVE_MS)
    seen = observer.measure(seconds)
    mouse.stop()
    _send_mouse(viewport, QEvent.Type.MouseButtonRelease, start)
    _wait(lambda: window.session.frame.data.classes == window.session.scenario.data.classes)
    return seen


def _send_mouse(viewport: QWidget, kind: QEvent.Type, place: QPointF) -> None:
    is_move = kind is QEvent.Type.MouseMove
    button = Qt.MouseButton.NoButton if is_move else Qt.MouseButton.LeftButton
    event = QMouseEvent(
        kind,
        place,
        viewport.mapToGlobal(place),
        button,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


def _new_sample_rows() -> list[Row]:
    """Two million rows: what they take in memory over the idle program, and how long another sample takes."""
    count = 2_000_000
    window = _open(of_rows(200))
    idle = resident_megabytes()
    window.session.apply(Edit(of_rows(count), "Many points"))
    _wait(lambda: window.session.frame.data.sample.n_rows == count)
    _wait(lambda: window.session.frame.maximum is not None)
    began, revision = time.perf_counter(), window.session.frame.data.revision
    window.session.new_sample()
    _wait(lambda: window.session.frame.data.revision != revision)
    seconds = time.perf_counter() - began
    _wait(lambda: window.session.frame.maximum is not None)
    per_point = 1e6 * (resident_megabytes() - idle) / count
    window.close()
    return [
        ("new sample of 2,000,000 points, s", seconds, "<", 1.5),
        ("2,000,000 points: bytes per point over the idle program", per_point, "<", 200.0),
    ]


def of_rows(count: int) -> Scenario:
    scenario = preset("tutorial-sagar")
    for index, gaussian in enumerate(scenario.data.classes):
        scenario = with_class(scenario, index, replace(gaussian, size=count // 2))
    return replace(with_model(scenario, learning_rate=None), speed=UNLIMITED, steps=MAX_STEPS)


def _open(scenario: Scenario, size: tuple[int, int] = (1280, 720)) -> MainWindow:
    make_application()
    window = MainWindow(TrainingSession(scenario, worker=RemoteWorker()))
    window.resize(*size)
    window.show()
    window.typeset()
    spin(0.5)
    _wait(lambda: window.session.frame is not None and window.session.frame.maximum is not None)
    return window


def _answer_ms(window: MainWindow) -> float:
    """From pressing pause or play to the frame that says so."""
    was_playing = window.session.is_playing
    began = time.perf_counter()
    window.session.toggle()
    _wait(lambda: window.session.is_playing != was_playing)
    taken = 1000.0 * (time.perf_counter() - began)
    spin(0.02)
    return taken


def _steps_per_second_alone(count: int, seconds: float) -> float:
    """The same training without a window, as the worker does it, in the same process."""
    run = TrainingRun.of(of_rows(count))
    chunk = 1 if count > 1_000_000 else 100
    began, first = time.perf_counter(), run.step
    while time.perf_counter() - began < seconds:
        run.train(chunk, observes=False, is_unlimited=True)
        if run.step % (20 * chunk) == 0:
            run.observe()
    return (run.step - first) / (time.perf_counter() - began)


def _wait(condition: Callable[[], bool]) -> None:
    """Let the event loop run until then; between events it sleeps, as that of the program does."""
    deadline = time.perf_counter() + 60.0
    guard = QTimer()
    guard.start(GUARD_MS)
    while not condition():
        if time.perf_counter() > deadline:
            raise RuntimeError("the window did not answer within a minute")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    guard.stop()


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of all lies, in percent."""
    return float(np.percentile(np.array(values), share))
