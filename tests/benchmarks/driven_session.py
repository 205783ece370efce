"""The real program, driven through a lecture with mouse and keys; what comes of it is checked and pictured.

    python -m tests.benchmarks.driven_session --pictures FOLDER

The window is the program's own, as its command line makes it, on the screen there is or on none. Every drag
presses, moves and releases on the viewport of the plot. Numbers are compared with a few lines of numpy, and
in the end the file is opened in another window, which must come to the same scenario, step and weights, bit
for bit. Exit code 1 when something differs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from logreg_gui.display import has_display

if not has_display(os.environ, sys.platform):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

from logreg_gui.app import make_application
from logreg_gui.command_line import parse
from logreg_gui.frames import Frame, RunStatus
from logreg_gui.main_window import MainWindow
from logreg_gui.scenario import Scenario
from logreg_gui.session.remote_worker import RemoteWorker
from logreg_gui.session.session import TrainingSession
from logreg_gui.settings import Settings
from logreg_gui.views import geometry, hit_test

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
FINE_STEPS = 12
"""Moves of one drag."""

PATIENCE_SECONDS = 60.0
LAST_STEP = 25
SLOWER_RATE = "0.0005"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    is_right: bool
    seen: str = ""


class Lecturer:
    """Mouse and keys on one window, and the notes of what came of them."""

    def __init__(self, window: MainWindow, pictures: Path | None, checks: list[Check]) -> None:
        self.window = window
        self._pictures = pictures
        self._checks = checks

    # seeing

    @property
    def scenario(self) -> Scenario:
        """The present scenario."""
        return self.window.session.scenario

    @property
    def frame(self) -> Frame:
        """The present frame."""
        frame = self.window.session.frame
        assert frame is not None
        return frame

    def check(self, what: str, is_right: object, seen: object = "") -> None:
        """Note whether something is as it should be."""
        self._checks.append(Check(what, bool(is_right), str(seen)))

    def rest(self, step: int | None = None) -> None:
        """Wait until training rests, at a step if it is said, and the numbers of the maximum are there."""

        def rests() -> bool:
            frame = self.window.session.frame
            return (
                frame is not None
                and frame.status is not RunStatus.RUNNING
                and frame.maximum is not None
                and (step is None or frame.step == step)
            )

        wait(rests)

    def picture(self, name: str) -> None:
        """Keep what is on the screen now; a hand that holds nothing is out of the picture."""
        if self._pictures is None:
            return
        if not self.window.plane.hands.is_down:
            QCoreApplication.sendEvent(self.window.plane.viewport(), QEvent(QEvent.Type.Leave))
        wait(lambda: not self.window.plane.hands._fade.state().value)
        settle()
        path = self._pictures / f"{len(list(self._pictures.glob('*.png'))) + 1:02d} {name}.png"
        self.window.grab().save(str(path), "PNG")

    def handle(self, index: int, part: str) -> QPoint:
        """Where a handle is, worked out from the scenario."""
        plane = self.window.plane
        grips = hit_test.grips(self.scenario.data.classes, plane.mapping, plane.visible_area)  # type: ignore[attr-defined]  # Gaussians
        place = next(grip.place for grip in grips if (grip.owner, grip.part) == (index, part))
        return QPoint(round(place[0]), round(place[1]))

    def pixel(self, x: float, y: float) -> QPoint:
        """The pixel of a point of the plane."""
        across, down = self.window.plane.mapping.map(x, y)
        return QPoint(round(across), round(down))

    def boundary(self, share: float) -> QPoint:
        """A pixel of the visible boundary, that share of the way along it."""
        ends = geometry.clipped_line(self.frame.weights, self.window.plane.visible_rectangle)
        assert ends is not None
        x, y = (ends[0] + share * (ends[1] - ends[0])).tolist()
        return self.pixel(x, y)

    # doing

    def press(self, place: QPoint) -> None:
        """Go to a place and press the left button."""
        QTest.mouseMove(self.window.plane.viewport(), place)
        QTest.mousePress(self.window.plane.viewport(), LEFT, NO_KEYS, place)

    def drag_to(self, start: QPoint, end: QPoint) -> None:
        """Move with the button down, as a hand does: in many small steps, between which the window lives."""
        for number in range(1, FINE_STEPS + 1):
            way = QPointF(end - start) * (number / FINE_STEPS)
            QTest.mouseMove(self.window.plane.viewport(), start + way.toPoint())
            QCoreApplication.processEvents()

    def release(self, place: QPoint) -> None:
        """Let the left button go."""
        QTest.mouseRelease(self.window.plane.viewport(), LEFT, NO_KEYS, place)

    def key(self, keys: str) -> None:
        """Press keys with the plots in focus."""
        self.window.pictures.setFocus()
        combination = QKeySequence(keys)[0]
        QTest.keyClick(self.window.plane, combination.key(), combination.keyboardModifiers())

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click on a widget, in its middle or at a place of it."""
        QTest.mouseClick(widget, LEFT, NO_KEYS, place or widget.rect().center())

    def type_into(self, field: QWidget, text: str) -> None:
        """Replace what a field says, and press Enter."""
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def undo_label(self) -> str:
        """What the Edit menu would take back."""
        return self.window.actions_by_name["undo"].text().removeprefix("&Undo").strip()


def drive(folder: Path, pictures: Path | None, *, reopens: bool = True) -> list[Check]:
    """The whole lecture; the scenario is saved in `folder`. Returns everything that was checked."""
    checks: list[Check] = []
    path = folder / "lecture.logreg.json"
    lecturer = Lecturer(launch([]), pictures, checks)
    try:
        for stage in (
            see_the_launch, drag_a_mean, drag_an_ellipse, play_and_take_the_boundary, paint_a_stroke,
            train_to_the_end, seek, branch, train_from_the_start,
        ):  # fmt: skip
            stage(lecturer)
        save_as(lecturer, path)
    finally:
        quit_program(lecturer)
    if reopens:
        reopen(lecturer, path)
    return checks


def launch(arguments: list[str]) -> MainWindow:
    """The window as the program makes it for a command line."""
    make_application()
    request = parse(["--no-settings", *arguments])
    window = MainWindow(TrainingSession(request.scenario, worker=RemoteWorker()), Settings(theme="light"))
    window.resize(1280, 720)
    window.show()
    QTest.qWaitForWindowExposed(window)
    window.typeset()
    if request.opened is not None and request.file is not None:
        window.document.begin(str(request.file.absolute()), request.opened, request.at_step)
    return window


# the stages


def see_the_launch(lecturer: Lecturer) -> None:
    lecturer.rest(0)
    frame = lecturer.frame
    lecturer.check("launch: 200 points, two classes", frame.data.sample.n_rows == 200)
    lecturer.check("launch: log-likelihood as numpy says", agrees(frame), frame.log_likelihood)
    lecturer.picture("launch")


def drag_a_mean(lecturer: Lecturer) -> None:
    before = lecturer.scenario
    start = lecturer.handle(1, "mean")
    end = start + QPoint(46, -34)
    pixel = lecturer.window.plane.mapping.pixel  # of the view as it is while the hand is down
    lecturer.press(start)
    lecturer.drag_to(start, end)
    lecturer.picture("a mean in the hand")
    lecturer.release(end)
    wait(lambda: lecturer.frame.data.classes == lecturer.scenario.data.classes)  # type: ignore[attr-defined]
    lecturer.rest()
    old, new = before.data.classes[1], lecturer.scenario.data.classes[1]  # type: ignore[attr-defined]
    way = np.subtract(new.mean, old.mean) / pixel
    lecturer.check("mean: moved with the hand", np.allclose(way, (46, 34), atol=1.5), way)
    lecturer.check("mean: the ellipse is as it was", new.covariance == old.covariance)
    shown = [
        lecturer.window.data_panel.field(1, symbol).lineEdit().text().replace("\N{MINUS SIGN}", "-")
        for symbol in ("μ₁", "μ₂")
    ]
    lecturer.check("mean: fields agree", [float(text) for text in shown] == list(new.mean), shown)
    lecturer.check("mean: one entry to undo", lecturer.undo_label() == "Move class 1", lecturer.undo_label())
    lecturer.check("mean: log-likelihood as numpy says", agrees(lecturer.frame))
    lecturer.picture("a mean moved")


def drag_an_ellipse(lecturer: Lecturer) -> None:
    before = lecturer.scenario.data.classes[0]  # type: ignore[attr-defined]
    start = lecturer.handle(0, "long")
    end = start + QPoint(-16, -58)
    lecturer.press(start)
    lecturer.drag_to(start, end)
    lecturer.picture("an ellipse in the hand")
    lecturer.release(end)
    wait(lambda: lecturer.frame.data.classes == lecturer.scenario.data.classes)  # type: ignore[attr-defined]
    lecturer.rest()
    after = lecturer.scenario.data.classes[0]  # type: ignore[attr-defined]
    lecturer.check("ellipse: turned with the hand", after.angle > before.angle + 0.1, after.angle)
    lecturer.check("ellipse: its mean is as it was", after.mean == before.mean)
    lecturer.check("ellipse: log-likelihood as numpy says", agrees(lecturer.frame))
    changed = lecturer.scenario
    lecturer.key("Ctrl+Z")
    lecturer.check("undo: the ellipse is back", lecturer.scenario.data.classes[0] == before)  # type: ignore[attr-defined]
    lecturer.key("Ctrl+Shift+Z")
    lecturer.check("redo: the ellipse is turned again", lecturer.scenario == changed)
    lecturer.rest()
    lecturer.picture("an ellipse turned")


def play_and_take_the_boundary(lecturer: Lecturer) -> None:
    play = lecturer.window.transport.findChild(QToolButton, "play")
    lecturer.click(play)
    wait(lambda: lecturer.frame.step >= 3)
    lecturer.check("play: training goes on by itself", lecturer.window.session.is_playing)
    start = lecturer.boundary(0.5)
    end = start + QPoint(70, 40)
    lecturer.press(start)
    lecturer.drag_to(start, end)
    lecturer.rest(0)
    held = lecturer.frame
    lecturer.check("boundary: training rests in the hand", not lecturer.window.session.is_playing)
    is_set = wait(lambda: tuple(lecturer.frame.weights.tolist()) == lecturer.scenario.initial_weights)
    lecturer.check("boundary: its line is the initial weights", is_set, held.weights)
    lecturer.check("boundary: log-likelihood as numpy says", agrees(lecturer.frame))
    lecturer.picture("the boundary in the hand")
    lecturer.release(end)
    wait(lambda: lecturer.frame.step >= 3)
    lecturer.check("boundary: training goes on from there", lecturer.window.session.is_playing)
    lecturer.click(play)
    lecturer.rest()
    lecturer.picture("trained from the hand")


def paint_a_stroke(lecturer: Lecturer) -> None:
    lecturer.key("E")
    wait(lambda: not lecturer.frame.data.classes)
    lecturer.rest()
    before = lecturer.scenario.data
    start, end = lecturer.pixel(-2.6, 2.9), lecturer.pixel(0.4, 3.1)
    lecturer.press(start)
    lecturer.drag_to(start, end)
    lecturer.release(end)
    after = lecturer.scenario.data
    wait(lambda: lecturer.frame.data.sample.n_rows == after.n_rows)  # type: ignore[attr-defined]
    lecturer.rest()
    added = after.n_rows - before.n_rows  # type: ignore[attr-defined]
    lecturer.check("paint: a stroke of points", added > 20, added)
    lecturer.check("paint: one entry to undo", lecturer.undo_label() == "Paint points")
    lecturer.picture("a stroke painted")
    lecturer.key("Ctrl+Z")
    lecturer.check("undo: the stroke is gone", lecturer.scenario.data == before)
    lecturer.key("Ctrl+Shift+Z")
    lecturer.check("redo: the stroke is back", lecturer.scenario.data == after)
    wait(lambda: lecturer.frame.data.sample.n_rows == after.n_rows)  # type: ignore[attr-defined]
    lecturer.rest()
    lecturer.check("paint: log-likelihood as numpy says", agrees(lecturer.frame))


def train_to_the_end(lecturer: Lecturer) -> None:
    for _ in range(4):
        lecturer.key("]")
    lecturer.key("Space")
    wait(lambda: lecturer.frame.status is RunStatus.FINISHED)
    lecturer.check("play: to the last step", lecturer.frame.step == lecturer.scenario.steps)
    lecturer.check("play: numbers as numpy says", agrees(lecturer.frame))
    lecturer.picture("trained to the end")


def seek(lecturer: Lecturer) -> None:
    scrubber = lecturer.window.transport.scrubber
    lecturer.click(scrubber, QPoint(round(0.33 * scrubber.width()), scrubber.height() // 2))
    wait(lambda: lecturer.frame.step < lecturer.scenario.steps)
    lecturer.rest()
    step = lecturer.frame.step
    lecturer.check("seek: near a third of the way", 15 <= step <= 25, step)
    lecturer.check("seek: what lies ahead is kept", lecturer.frame.last_step == lecturer.scenario.steps)
    lecturer.key("Left")
    lecturer.rest(step - 1)
    lecturer.key("Shift+Left")
    lecturer.rest(step - 11)
    is_there = is_course_of(lecturer.frame, lecturer.scenario)
    lecturer.check("seek: weights of that step as numpy says", is_there)
    lecturer.picture("gone back")


def branch(lecturer: Lecturer) -> None:
    window = lecturer.window
    if not window.optimizer_panel.isVisible():
        window.actions_by_name["hide_controls"].trigger()
    lecturer.type_into(window.optimizer_panel.learning_rate, SLOWER_RATE)
    lecturer.key("Space")
    wait(lambda: bool(lecturer.frame.ghosts) and lecturer.frame.status is RunStatus.FINISHED)
    names = [ghost.name for ghost in lecturer.frame.ghosts]
    lecturer.check("branch: the course that was left is a ghost", len(names) == 1, names)
    lecturer.check("branch: the menu takes it away", window.comparisons.menu.isEnabled())
    lecturer.rest()
    lecturer.picture("a branch beside the old course")


def train_from_the_start(lecturer: Lecturer) -> None:
    lecturer.key("Home")
    lecturer.rest(0)
    for number in range(LAST_STEP // 10):
        lecturer.key("Shift+Right")
        lecturer.rest(10 * (number + 1))
    for number in range(LAST_STEP % 10):
        lecturer.key("Right")
        lecturer.rest(LAST_STEP - LAST_STEP % 10 + number + 1)
    lecturer.check("steps: numbers as numpy says", agrees(lecturer.frame))
    lecturer.check("steps: weights as numpy says", is_course_of(lecturer.frame, lecturer.scenario))
    points = lecturer.window.column.curve.points
    lecturer.check("steps: the curve has one point a step", points.steps.tolist() == [*range(LAST_STEP + 1)])
    lecturer.check("steps: the curve climbs all the way", bool((np.diff(points.values) > 0.0).all()))
    lecturer.picture(f"at step {LAST_STEP}")


def save_as(lecturer: Lecturer, path: Path) -> None:
    with patch.object(QFileDialog, "getSaveFileName", lambda *_: (str(path), "")):  # the system's dialog
        lecturer.key("Ctrl+S")
        lecturer.window.document.writer.finish()
    lecturer.check("save: the file is there", path.exists(), path.name)
    lecturer.check("save: nothing is unsaved", not lecturer.window.isWindowModified())
    lecturer.picture("saved")


def quit_program(lecturer: Lecturer) -> None:
    lecturer.window.document._is_modified = False  # nobody is here to answer, if it came to that
    lecturer.window.actions_by_name["quit"].trigger()
    lecturer.check("quit: the window is closed", not lecturer.window.isVisible())


def reopen(before: Lecturer, path: Path) -> None:
    old_frame, old_scenario = before.frame, before.scenario
    after = Lecturer(launch([str(path)]), before._pictures, before._checks)
    try:
        after.rest(old_frame.step)
        after.check("reopen: the same scenario", after.scenario == old_scenario)
        after.check("reopen: the same step", after.frame.step == old_frame.step, after.frame.step)
        same = after.frame.weights.tobytes() == old_frame.weights.tobytes()
        after.check("reopen: the same weights, bit for bit", same, after.frame.weights)
        after.check("reopen: the same log-likelihood", after.frame.log_likelihood == old_frame.log_likelihood)
        after.picture("opened again")
    finally:
        quit_program(after)


# what is right


def agrees(frame: Frame) -> bool:
    """Whether log-likelihood, gradient and accuracy are those of the frame's weights on its rows."""
    sample = frame.data.sample
    rows = np.column_stack((np.ones(sample.n_rows), sample.features.astype(np.float64)))
    scores = rows @ frame.weights
    value = float((sample.target * scores - np.logaddexp(0.0, scores)).sum())
    gradient = rows.T @ (sample.target - 0.5 * (1.0 + np.tanh(0.5 * scores)))
    return (
        np.isclose(frame.log_likelihood, value, rtol=1e-10)
        and np.allclose(frame.gradient, gradient, rtol=1e-8, atol=1e-9)
        and frame.accuracy == float(np.mean((scores > 0.0) == sample.target))
    )


def is_course_of(frame: Frame, scenario: Scenario) -> bool:
    """Whether the weights are where so many steps of plain gradient ascent lead to."""
    sample = frame.data.sample
    rows = np.column_stack((np.ones(sample.n_rows), sample.features.astype(np.float64)))
    weights = np.array(scenario.initial_weights)
    for _ in range(frame.step):
        probabilities = 1.0 / (1.0 + np.exp(-(rows @ weights)))
        weights = weights + scenario.learning_rate * (rows.T @ (sample.target - probabilities))
    return bool(np.allclose(frame.weights, weights, rtol=1e-10))


# the event loop


def wait(condition: Callable[[], bool]) -> bool:
    """Let the window live until something is so; whether it came to that."""
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while not condition():
        if time.perf_counter() > deadline:
            return False
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    return True


def settle() -> None:
    """Let what is due be painted."""
    for _ in range(3):
        QCoreApplication.processEvents()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="keep a picture of every stage there")
    pictures = parser.parse_args().pictures
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        checks = drive(Path(folder), pictures)
    print(f"Qt platform {QGuiApplication.platformName()}, window 1280 x 720")
    for check in checks:
        print(f"{'right' if check.is_right else 'WRONG'}  {check.what:55} {check.seen}".rstrip())
    wrong = sum(not check.is_right for check in checks)
    print(f"{len(checks)} things checked, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
