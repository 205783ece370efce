"""Ten minutes in the hands of chance: random events on the real window, and what must not happen meanwhile.

`python -m tests.benchmarks.soak` prints what was seen beside its targets; exit 1 when one falls short. With
`--quiet` there are no events: the window trains at full throttle, and its memory is watched. With `--events`
it ends after so many events and judges neither times nor memory.

Memory is weighed when the window has been brought back to what it was at the start. How much it takes
meanwhile depends on how large chance has made it and on what is open; what it keeps of that is there then.

Before anything else the hand looks around, so that what is made at its first use is made; with `--events`
it does neither. The seed gives the same events as far as the window is in the same state when they come;
training is another process, so another time it may not be. The last events before a trouble are printed.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import os
import random
import statistics
import sys
import tempfile
import threading
import time
import traceback
import warnings
from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from logreg_gui.display import has_display

if not has_display(os.environ, sys.platform):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QObject, Qt, QTimer, Signal, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from logreg_gui.app import make_application
from logreg_gui.main_window import MainWindow
from logreg_gui.scenario import Scenario
from logreg_gui.session.garbage import hand_back, keep_heap_small
from logreg_gui.session.remote_worker import RemoteWorker
from logreg_gui.session.session import TrainingSession
from tests.benchmarks.answers import ANSWER_MS, MOST_LATE, Answer, Answers
from tests.benchmarks.live import Row, of_rows, percentile, resident_megabytes, spin
from tests.benchmarks.random_hand import Deed, RandomHand
from tests.leaks import Witness

TICK_MS = 10
WARM_UP_SECONDS = 60.0
"""In which caches fill and the hand has looked around: memory is judged from then on."""

MOST_MEGABYTES = 20.0
"""By how much the median of the last third may exceed that of the first third."""

WEIGHING_MS, FEWEST_WEIGHINGS = 2000, 4

HOME_SECONDS = 30.0
"""From one return to the state of the start to the next."""

PAUSE_MS, SHORT_PAUSE_MS = (15, 50), (0, 2)
"""Between two events: time enough to paint what the first one changed, or where no times are judged."""

MOST_TROUBLES = 10

MEANINGLESS = ("does not support propagateSizeHints", "does not support raise()", "does not support grabbing")
"""What the offscreen platform says of windows."""


@dataclass
class Troubles:
    """Exceptions and warnings from anywhere, with the events before them."""

    exceptions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    last_events: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    does_trace: bool = False

    def listen(self) -> None:
        """Hear of everything that goes wrong from now on, in any thread."""
        sys.excepthook = self._note_exception
        sys.unraisablehook = lambda it: self._note_exception(it.exc_type, it.exc_value, it.exc_traceback)
        threading.excepthook = lambda it: self._note_exception(it.exc_type, it.exc_value, it.exc_traceback)
        warnings.showwarning = lambda message, category, file, line, *_: self._note_warning(
            f"{file}:{line}: {category.__name__}: {message}"
        )
        qInstallMessageHandler(lambda _kind, _context, message: self._note_warning(message))

    def note_event(self, words: str) -> None:
        """An event will be sent."""
        self.last_events.append(words)
        if self.does_trace:
            print(words, file=sys.stderr, flush=True)

    def _note_exception(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._note(self.exceptions, "".join(traceback.format_exception(kind, error, trace)))

    def _note_warning(self, message: str) -> None:
        if not any(words in message for words in MEANINGLESS):
            self._note(self.warnings, message)

    def _note(self, troubles: list[str], text: str) -> None:
        troubles.append(text)
        if len(troubles) <= MOST_TROUBLES:
            print(f"\n{text}\n  after: {'; '.join(self.last_events)}", file=sys.stderr, flush=True)


class Watch(QObject):
    """Measures how late a timer is, and how much memory there is, while something else goes on.

    And how long this thread has computed between two ticks of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lateness = array("f")
        self.megabytes: list[tuple[float, float]] = []
        self.worst = self.most_computing = 0.0
        self._computed = time.thread_time()
        self._began = time.perf_counter()
        self._expected = self._began + TICK_MS / 1000
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._memory_timer = QTimer(self)
        self._memory_timer.timeout.connect(self.weigh)

    def start(self, does_weigh: bool) -> None:
        """Watch from now on, and weigh at regular times or only when told to."""
        self._began = time.perf_counter()
        self._expected = self._began + TICK_MS / 1000
        self._timer.start(TICK_MS)
        if does_weigh:
            self._memory_timer.start(WEIGHING_MS)

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        self._memory_timer.stop()

    def worst_since_asked(self) -> tuple[float, float]:
        """The worst lateness and the longest computing between two ticks since this was asked last, in ms."""
        self._note_computing()
        worst = self.worst, self.most_computing
        self.worst = self.most_computing = 0.0
        return worst

    def megabytes_gained(self) -> float | None:
        """Of the last third over the first third, medians, after the warm-up; None when that is too short."""
        settled = [megabytes for seconds, megabytes in self.megabytes if seconds > WARM_UP_SECONDS]
        third = len(settled) // 3
        if third < FEWEST_WEIGHINGS:
            return None
        return statistics.median(settled[-third:]) - statistics.median(settled[:third])

    def _tick(self) -> None:
        now = time.perf_counter()
        late = max(0.0, 1000.0 * (now - self._expected))
        self.lateness.append(late)
        self.worst = max(self.worst, late)
        self._expected = max(now, self._expected) + TICK_MS / 1000
        self._note_computing()

    def _note_computing(self) -> None:
        now = time.thread_time()
        self.most_computing = max(self.most_computing, 1000.0 * (now - self._computed))
        self._computed = now

    def weigh(self) -> None:
        """Note how much memory there is."""
        began = time.perf_counter()
        gc.collect()
        hand_back()
        self.megabytes.append((began - self._began, resident_megabytes()))
        # What the weighing takes is nobody's answer.
        self._expected += time.perf_counter() - began
        self._note_computing()


class Driver(QObject):
    """Sends one event after the other, each some time after the last one was answered.

    By a timer: some events open a menu with an event loop of its own, and then the next one comes in there.
    """

    done = Signal()  # so many events are answered as were wanted

    def __init__(
        self, hand: RandomHand, watch: Watch, troubles: Troubles, seed: int, most: int | None = None
    ) -> None:
        super().__init__()
        self.answers = Answers()
        self._hand, self._watch, self._troubles = hand, watch, troubles
        self._random, self._most = random.Random(seed), most
        self._pause = PAUSE_MS if most is None else SHORT_PAUSE_MS
        self._deed: Deed | None = None
        self._own = 0.0
        self._next_home = time.perf_counter() + HOME_SECONDS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Begin."""
        self._timer.start(0)

    def stop(self) -> None:
        """Send nothing more, and put away what pops up."""
        self._timer.stop()
        self._hand.let_go()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()

    def _go_on(self) -> None:
        self._note_answer()
        if self._most is not None and len(self.answers) >= self._most:
            self.done.emit()
            return
        if self._most is None and time.perf_counter() > self._next_home:
            self._next_home = time.perf_counter() + HOME_SECONDS
            self._hand.go_home(self._watch.weigh)
        deed = self._hand.next()
        self._troubles.note_event(deed.words)
        # Before the event, so that the next one comes even if this one waits in a loop of its own.
        self._timer.start(self._random.randint(*self._pause))
        self._watch.worst_since_asked()
        self._deed, self._own = deed, 0.0
        began, n_answers = time.perf_counter(), len(self.answers)
        deed.do()
        if len(self.answers) == n_answers:
            self._own = 1000.0 * (time.perf_counter() - began)

    def _note_answer(self) -> None:
        """The event is answered when the timer comes round again: what it changed was painted, too."""
        if self._deed is not None:
            late, computing = self._watch.worst_since_asked()
            self.answers.note(Answer(max(self._own, late), computing, self._deed.words))
            self._deed = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600.0, help="how long (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the random events (%(default)s)")
    parser.add_argument("--rows", type=int, default=20_000, help="points at the start (%(default)s)")
    parser.add_argument("--size", default="1280x720", help="of the window at the start (%(default)s)")
    parser.add_argument("--events", type=int, help="end after so many, and judge no times and no memory")
    parser.add_argument("--quiet", action="store_true", help="no events: only training at full throttle")
    parser.add_argument("--trace", action="store_true", help="print every event before it: for a crash")
    chosen = parser.parse_args(arguments)
    width, height = (int(part) for part in chosen.size.split("x"))

    faulthandler.enable()
    troubles = Troubles(does_trace=chosen.trace)
    troubles.listen()
    keep_heap_small()
    make_application()
    watch, witness = Watch(), Witness()
    with tempfile.TemporaryDirectory() as folder:
        window = _open(of_rows(chosen.rows), (width, height), Path(folder))
        driver = None
        if not chosen.quiet:
            hand = RandomHand(window, window.session.scenario, Path(folder), chosen.seed)
            if chosen.events is None:
                hand.look_around()
            driver = Driver(hand, watch, troubles, chosen.seed, chosen.events)
        window.session.play()
        seconds = _run(watch, driver, chosen.seconds)
        steps = window.session.frame.last_step if window.session.frame is not None else 0
        leaks = _close(window, witness)
    print(
        f"seed {chosen.seed}, {chosen.rows:,} points, window {chosen.size}, {seconds:.0f} s, "
        f"Qt platform {QGuiApplication.platformName()}, {os.cpu_count()} processors"
    )
    rows = _rows_of_troubles(troubles, leaks)
    if chosen.quiet:
        print(f"no events; {steps:,} steps")
    if chosen.events is None:
        rows += _rows_of_times(watch, driver)
    if driver is not None:
        print(f"{len(driver.answers):,} events")
        driver.answers.print()
    return _print(rows)


def _open(scenario: Scenario, size: tuple[int, int], folder: Path) -> MainWindow:
    window = MainWindow(
        TrainingSession(scenario, worker=RemoteWorker()), autosave_path=str(folder / "autosave")
    )
    window.resize(*size)
    window.show()
    QTimer.singleShot(0, window.typeset)
    spin(1.0)
    gc.freeze()  # as the program does
    return window


def _run(watch: Watch, driver: Driver | None, seconds: float) -> float:
    """In the application's own loop: outside of it Qt does not tell widgets of another font."""
    began = time.perf_counter()
    over = QTimer()
    over.setSingleShot(True)
    over.timeout.connect(_leave)
    watch.start(does_weigh=driver is None)
    over.start(round(1000 * seconds))
    if driver is not None:
        driver.done.connect(_leave)
        # A menu that waits in a loop of its own would keep the other one from ending.
        over.timeout.connect(driver.stop)
        driver.start()
    QApplication.exec()
    over.stop()
    watch.stop()
    if driver is not None:
        driver.stop()
    return time.perf_counter() - began


def _leave() -> None:
    QApplication.exit()  # unlike `quit` it closes no window


def _close(window: MainWindow, witness: Witness) -> list[str]:
    """What is left running when all windows are closed."""
    for other in QApplication.topLevelWidgets():
        if other.isVisible() and other is not window:
            other.close()
    window.close()
    spin(0.5)
    return [leak.words for leak in witness.leaks()]


def _rows_of_troubles(troubles: Troubles, leaks: list[str]) -> list[Row]:
    for words in leaks:
        print(f"left behind: {words}", file=sys.stderr)
    return [
        ("exceptions", float(len(troubles.exceptions)), "<", 1.0),
        ("warnings of Qt or Python", float(len(troubles.warnings)), "<", 1.0),
        ("threads, timers and windows left behind", float(len(leaks)), "<", 1.0),
    ]


def _rows_of_times(watch: Watch, driver: Driver | None) -> list[Row]:
    rows: list[Row] = []
    gained = watch.megabytes_gained()
    if gained is not None:
        rows.append(("memory gained after the first minute, MB", gained, "<", MOST_MEGABYTES))
    megabytes = [one for _, one in watch.megabytes]
    rows += [
        ("memory, MB, least", min(megabytes, default=0.0), "", 0.0),
        ("memory, MB, most", max(megabytes, default=0.0), "", 0.0),
        ("10 ms timer late, ms, 99th percentile", percentile(watch.lateness, 99), "", 0.0),
        ("10 ms timer late, ms, most", max(watch.lateness), "", 0.0),
    ]
    if driver is not None:
        answers = driver.answers
        rows += [
            ("event answered, ms, median", answers.median, "", 0.0),
            ("event answered, ms, slowest", answers.most, "", 0.0),
            (f"% of events answered after more than {ANSWER_MS:.0f} ms", answers.late, "<", MOST_LATE),
        ]
    return rows


def _print(rows: Sequence[Row]) -> int:
    short = 0
    for what, value, relation, target in rows:
        is_met = not relation or value < target
        short += not is_met
        goal = f"target {relation} {target:<6g}" if relation else ""
        print(f"{what:60} {value:10.2f}   {goal} {'' if is_met else 'SHORT'}".rstrip())
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
