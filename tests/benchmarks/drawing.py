"""Whole frames, pan and zoom, and the likelihood curve, beside plain pyqtgraph and matplotlib.

A whole frame is tint, points, boundary, curve and numbers at 1280 x 720, of which all but the points change:
from the new values to the painted pixels. Ours changes its digits in every fifth frame, as it does live.
Everybody draws the same weights, rows and curve in one process, one after the other, with smooth lines;
beside a peer ours is without what the peer does not draw either. The peers are what their documentation
shows: of pyqtgraph an `ImageItem` of 256 x 256, a `ScatterPlotItem` per class and two `PlotDataItem`s, as
they are and with `antialias`; of matplotlib, which smooths by itself, a `FuncAnimation` with `blit=True`.

What a peer takes is not the same everywhere: on one processor pyqtgraph needs 59 ms for 20,000 points, on
another 14. So two plots with axes and nothing but a line are timed beside them. What they allow is the
ceiling of any view that is painted as pyqtgraph paints one: a target above that gives way to it.
"""

from __future__ import annotations

import importlib.util
import itertools
import math
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from logreg_gui.app import make_application
from logreg_gui.frames import Frame, RunStatus, read_only
from logreg_gui.presets import preset
from logreg_gui.scenario import GaussianClass, GaussianData, ModelSpec
from logreg_gui.session.run import TrainingRun
from logreg_gui.views.column import NumbersColumn
from logreg_gui.views.curve import CurveView
from logreg_gui.views.plane import PlaneView
from logreg_gui.views.style import Look
from tests.benchmarks.live import resident_megabytes

Row = tuple[str, float, str, float]

SIZE = (1280, 720)
SHARE = 0.62
"""Of the width that is the plane's."""

FIRST_STEP, STEPS_PER_FRAME = 5_000, 25
"""The tutorial's run of 10,000 steps, seen half-way."""

MOST_SECONDS = 10.0
"""For one frame of anybody's."""

MOST_PAINTINGS = 4
"""In a row until a plot of anybody's has come to rest."""

FIELD = 256
VIEW = (-8.0, 9.0, -3.5, 7.5)
"""What the peers show of the plane: about the same."""


@dataclass(frozen=True, eq=False)
class Story:
    """A run to be shown: its first frame, and how it goes on."""

    first: Frame

    def frames(self, count: int) -> Iterator[Frame]:
        """So many frames, the weights going round near the maximum while the likelihood climbs."""
        estimate = self.first.maximum.weights
        for number in range(1, count + 1):
            end = FIRST_STEP + number * STEPS_PER_FRAME
            steps = np.arange(end - STEPS_PER_FRAME, end, dtype=float)
            values = likelihoods(steps)
            turned = estimate * (1.0 + 0.2 * np.array([math.sin(number), 0.0, math.cos(number)]))
            yield replace(
                self.first,
                step=end - 1,
                last_step=end - 1,
                weights=read_only(turned),
                next_weights=read_only(turned),
                log_likelihood=float(values[-1]),
                trace_steps=read_only(steps),
                trace_values=trace_of(values),
                picture=replace(self.first.picture, line=read_only(turned)),
            )


def trace_of(values: np.ndarray) -> np.ndarray:
    """Points of the curves of a run without a penalty and without a test set."""
    return read_only(np.column_stack((values, values, np.full(len(values), np.nan))))


def likelihoods(steps: np.ndarray) -> np.ndarray:
    """A climb like the tutorial's, restless as mini-batches make it."""
    chance = np.modf(np.abs(np.sin(12.9898 * steps)) * 43_758.5453)[0]
    return -1032.2 - 12_000.0 / (1.0 + 0.1 * steps) - 100.0 * chance


def make_story(rows: int) -> Story:
    """The tutorial's Gaussians with so many rows."""
    run = TrainingRun.of(preset("tutorial-sagar"))
    run.compute_references()
    frame = run.frame(RunStatus.RUNNING, 10_000, 0.0)
    rng = np.random.default_rng(1)
    features = np.empty((rows, 2), dtype=np.float32)
    labels = np.repeat(np.array([0, 1], dtype=np.int8), rows // 2)
    for part, gaussian in zip(np.split(features, 2), frame.data.classes, strict=True):
        part[:] = rng.multivariate_normal(gaussian.mean, gaussian.covariance, rows // 2)
    features.setflags(write=False)
    labels.setflags(write=False)
    start = read_only([-2.0, -1.0, 1.0])
    steps = np.arange(FIRST_STEP, dtype=float)
    return Story(
        replace(
            frame,
            weights=start,
            next_weights=start,
            trace_steps=read_only(steps),
            trace_values=trace_of(likelihoods(steps)),
            picture=replace(frame.picture, line=start),
            data=replace(frame.data, sample=replace(frame.data.sample, features=features, target=labels)),
        )
    )


def curved_frames(count: int) -> list[Frame]:
    """A run of softmax with five classes and cubic features, whose regions and seams come from a grid."""
    turns = 0.4 * math.pi * np.arange(5)
    gaussians = tuple(
        GaussianClass((2.5 * math.cos(turn), 2.5 * math.sin(turn)), ((1.0, 0.3), (0.3, 0.8)), 400)
        for turn in turns.tolist()
    )
    model = ModelSpec("softmax", degree=3, standardise=True)
    run = TrainingRun.of(replace(preset("overlapping"), data=GaussianData(gaussians, seed=1), model=model))
    run.show_view((-6.0, 6.0, -5.0, 5.0))
    run.compute_references()
    frames = []
    for _ in range(count):
        run.train(STEPS_PER_FRAME)
        frames.append(run.frame(RunStatus.RUNNING, STEPS_PER_FRAME * count, 0.0))
    return frames


def run(quick: bool) -> list[Row]:
    """Rows (what, value, relation, target); a row without a relation is not judged."""
    application = make_application()
    assert application is not None
    rows: list[Row] = []
    before = resident_megabytes()
    for count in (2_000, 20_000, 200_000, 2_000_000):
        story = make_story(count)
        before = before if count < 2_000_000 else resident_megabytes() - 9e-6 * count
        (ours,) = _milliseconds([Ours(story)], story.frames(6 if quick else 61))
        rows.append((f"whole frame, {count:,} points, ms", ours, "<", 12.0))
    curved = curved_frames(6 if quick else 61)
    (ours,) = _milliseconds([Ours(Story(curved[0]))], curved)
    rows.append(("whole frame, softmax of five classes at degree 3, ms", ours, "<", 12.0))
    moving, deforming = _moving(story, 10 if quick else 90)
    rows.append(("pan and zoom, 2,000,000 points, frames/s", moving, ">", 15.0))
    rows.append(("dragged data, 2,000,000 points, frames/s", deforming, ">", 10.0))
    gained = 1e6 * (resident_megabytes() - before) / 2_000_000
    rows.append(("memory of rows and pictures, bytes per point", gained, "<", 60.0))
    for count, frames, target in ((20_000, 20, 6.0), (2_000_000, 12, 100.0)):
        count = 2_000 if quick else count
        for name, peer in (
            ("plain pyqtgraph", SmoothPyqtgraph),
            ("the same with rough lines", PlainPyqtgraph),
        ):
            rows.append(_beside(name, peer, count, 2 if quick else frames, target))
    count = 2_000 if quick else 20_000
    if importlib.util.find_spec("matplotlib") is not None:
        rows.append(_beside("blitted matplotlib", BlittedMatplotlib, count, 2 if quick else 10, 25.0))
    else:
        rows.append(("matplotlib is not installed: not measured beside it", math.nan, "", math.nan))
    count = 20_000 if quick else 1_000_000
    rows.append((f"curve update at {count:,} steps, ms", _curve(count), "<", 6.0))
    return rows


class Witness(QObject):
    """Runs the event loop until all of the widgets have been painted again."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._widgets, self._painted = set(widgets), set[QObject]()
        for widget in widgets:
            widget.installEventFilter(self)
        # On a screen a window is there some time after it was shown.
        QTest.qWaitForWindowExposed(widgets[0].window())

    def wait(self) -> None:
        """Until the painting that the caller has brought about is done."""
        self._painted.clear()
        deadline = time.perf_counter() + MOST_SECONDS
        while self._painted != self._widgets:
            if time.perf_counter() > deadline:
                raise RuntimeError("a frame was not painted")
            QCoreApplication.processEvents()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._painted.add(watched)
        return False


class Ours(QWidget):
    """The plane and the column, as in the window; `bare` without what the peers do not draw either."""

    def __init__(self, story: Story, *, bare: bool = False) -> None:
        super().__init__()
        # Sixty frames of ours are a second, whatever is painted between them.
        self._frames = 0
        self.plane, self.column = PlaneView(), NumbersColumn(clock=lambda: self._frames / 60.0)
        _lay_out(self, self.plane, self.column)
        look = Look(height=SIZE[1])
        self.plane.set_look(look)
        self.column.set_look(look)
        self._is_bare = bare
        self.show_frame(story.first)
        if not bare:
            self.column.equation.typeset()
        self.plane.finish_entrance()
        self.show()
        self.witness = Witness(self.plane.viewport(), self.column.curve.viewport())
        if bare:
            self._undress()

    def _undress(self) -> None:
        """Down to what a peer draws: no ellipses, contours, arrow, equation, table. See `show_frame`, too."""
        self.plane.ellipses.hide()
        lines = self.plane.lines
        lines.show_bayes(None)
        lines._contours = lambda _sheet: []  # type: ignore[method-assign]
        lines._draw_arrow = lambda *_: None  # type: ignore[method-assign]
        # After the window is shown: what fits is decided when its size is known.
        self.column.equation.hide()
        self.column.weights.hide()

    def show_frame(self, frame: Frame) -> None:
        self._frames += 1
        if self._is_bare:
            frame = replace(frame, maximum=None, picture=replace(frame.picture, maximum_line=None))
        self.plane.show_frame(frame)
        self.column.show_frame(frame)

    def paint(self) -> None:
        self.witness.wait()


class PlainPyqtgraph(QWidget):
    """What the manual shows."""

    is_smooth = False

    def __init__(self, story: Story) -> None:
        super().__init__()
        plane, column, self.numbers = pg.PlotWidget(), QWidget(), _line_of_numbers()
        self.plane, self.curve_view = plane, pg.PlotWidget()
        inner = QVBoxLayout(column)
        inner.addWidget(self.curve_view)
        inner.addWidget(self.numbers)
        _lay_out(self, plane, column)
        left, right, bottom, top = VIEW
        self.image = pg.ImageItem(field(story.first.weights).T, levels=(0.0, 1.0))
        self.image.setRect(left, bottom, right - left, top - bottom)
        self.image.setColorMap(pg.ColorMap([0.0, 1.0], ["#cfe3f0", "#f8e0d0"]))
        plane.addItem(self.image)
        data = story.first.data.sample
        for label, color in enumerate(("#0072b2", "#d55e00")):
            x, y = data.features[data.target == label].T
            plane.addItem(pg.ScatterPlotItem(x, y, size=5, pen=None, brush=color))
        self.line = plane.plot(pen=pg.mkPen("k", width=4), antialias=self.is_smooth)
        plane.setRange(xRange=(left, right), yRange=(bottom, top), padding=0)
        self.curve = self.curve_view.plot(pen=pg.mkPen("b", width=3), antialias=self.is_smooth)
        self.points = _appended((np.empty(0), np.empty(0)), story.first)
        self.show()
        self.witness = Witness(plane.viewport(), self.curve_view.viewport(), self.numbers)

    def show_frame(self, frame: Frame) -> None:
        self.image.setImage(field(frame.weights).T, levels=(0.0, 1.0))
        self.line.setData(*boundary(frame.weights))
        self.points = _appended(self.points, frame)
        self.curve.setData(*self.points)
        self.numbers.setText(numbers_text(frame))

    def paint(self) -> None:
        self.witness.wait()


class SmoothPyqtgraph(PlainPyqtgraph):
    """With lines as smooth as ours, which the manual has as an option."""

    is_smooth = True


class EmptyPyqtgraph(QWidget):
    """Two plots with axes, a line that moves, and a line of numbers: what is left when nothing is drawn."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        plane, column, self.numbers = pg.PlotWidget(), QWidget(), _line_of_numbers()
        curve = pg.PlotWidget()
        inner = QVBoxLayout(column)
        inner.addWidget(curve)
        inner.addWidget(self.numbers)
        _lay_out(self, plane, column)
        left, right, bottom, top = VIEW
        self.line, self.tail = plane.plot(pen=pg.mkPen("k", width=4)), curve.plot(pen=pg.mkPen("b", width=3))
        plane.setRange(xRange=(left, right), yRange=(bottom, top), padding=0)
        self.show()
        self.witness = Witness(plane.viewport(), curve.viewport(), self.numbers)

    def show_frame(self, frame: Frame) -> None:
        self.line.setData(*boundary(frame.weights))
        self.tail.setData(frame.trace_steps[-2:], frame.trace_values[-2:, 0])
        self.numbers.setText(numbers_text(frame))

    def paint(self) -> None:
        self.witness.wait()


class BlittedMatplotlib:
    """A `FuncAnimation` with blitting; a tint below the points makes it draw them again at every frame."""

    def __init__(self, story: Story) -> None:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot
        from matplotlib.animation import FuncAnimation

        self.frame, self.points = story.first, _appended((np.empty(0), np.empty(0)), story.first)
        figure, (plane, curve) = pyplot.subplots(
            1, 2, figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, width_ratios=(SHARE, 1 - SHARE)
        )
        left, right, bottom, top = VIEW
        image = plane.imshow(
            field(story.first.weights), extent=VIEW, origin="lower", cmap="coolwarm", alpha=0.3, aspect="auto"
        )
        data = story.first.data.sample
        # As the tutorial does it.
        points = plane.scatter(*data.features.T, c=data.target, alpha=0.3)
        (line,) = plane.plot([], [], "k", linewidth=3)
        plane.set(xlim=(left, right), ylim=(bottom, top))
        (course,) = curve.plot([], [], linewidth=2)
        curve.set(xlim=(0, 10_000), ylim=(-14_000, 0))
        numbers = curve.text(0.1, 0.1, "", transform=curve.transAxes)

        def update(_: object) -> list[object]:
            image.set_data(field(self.frame.weights))
            line.set_data(*boundary(self.frame.weights))
            course.set_data(*self.points)
            numbers.set_text(numbers_text(self.frame))
            return [image, points, line, course, numbers]

        self.animation = FuncAnimation(
            figure, update, frames=itertools.count, blit=True, cache_frame_data=False
        )
        figure.canvas.draw()
        self.close = lambda: pyplot.close(figure)

    def show_frame(self, frame: Frame) -> None:
        self.frame, self.points = frame, _appended(self.points, frame)

    def paint(self) -> None:
        # What its timer calls.
        self.animation._step()


View = Ours | PlainPyqtgraph | BlittedMatplotlib


def field(weights: np.ndarray) -> np.ndarray:
    """P(y = 1 | x) over the peers' view."""
    x, y = np.linspace(*VIEW[:2], FIELD), np.linspace(*VIEW[2:], FIELD)
    return 1.0 / (1.0 + np.exp(-(weights[0] + weights[1] * x[None] + weights[2] * y[:, None])))


def boundary(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The decision boundary from the left to the right edge."""
    x = np.array(VIEW[:2])
    return x, -(weights[0] + weights[1] * x) / weights[2]


def numbers_text(frame: Frame) -> str:
    """The same numbers as ours."""
    return (
        f"step {frame.step}  LL {frame.log_likelihood:.2f}  accuracy {frame.accuracy:.4f}  w {frame.weights}"
    )


def _line_of_numbers() -> QLabel:
    """One that does not make the window wider than 1280 pixels."""
    label = QLabel()
    label.setMinimumWidth(1)
    return label


def _lay_out(window: QWidget, plane: QWidget, column: QWidget) -> None:
    layout = QHBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(plane)
    layout.addWidget(column)
    plane.setFixedWidth(round(SHARE * SIZE[0]))
    window.resize(*SIZE)


def _appended(points: tuple[np.ndarray, np.ndarray], frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    return np.append(points[0], frame.trace_steps), np.append(points[1], frame.trace_values[:, 0])


def _milliseconds(views: Sequence[View], frames: Iterable[Frame]) -> list[float]:
    """Of a frame from the new values to the pixels, median by view; they take turns, frame by frame."""
    taken: list[list[float]] = [[] for _ in views]
    for frame in frames:
        for view, seconds in zip(views, taken, strict=True):
            _settle()
            began = time.perf_counter()
            view.show_frame(frame)
            view.paint()
            seconds.append(time.perf_counter() - began)
    for view in views:
        view.close()
    return [1000.0 * statistics.median(seconds[1:]) for seconds in taken]


def _settle() -> None:
    """What the last frame left for later is not the next one's.

    A plot that sets its range by itself finds the next one while it is painted, and is painted again.
    """
    for _ in range(MOST_PAINTINGS):
        QCoreApplication.processEvents()


def _beside(name: str, peer: Callable[[Story], View], count: int, frames: int, wanted: float) -> Row:
    story = make_story(count)
    views = [Ours(story, bare=True), peer(story), EmptyPyqtgraph(story)]
    ours, theirs, empty = _milliseconds(views, story.frames(frames + 1))
    ceiling = theirs / empty
    what = f"{count:,} points: {name} takes times ours (of {ceiling:.1f}; wanted {wanted:g})"
    return (what, theirs / ours, ">", min(wanted, ceiling))


def _moving(story: Story, count: int) -> tuple[float, float]:
    """Painted planes per second while they are panned and zoomed, and while their rows are deformed."""
    view = PlaneView()
    view.set_look(Look(height=SIZE[1]))
    view.resize(*SIZE)
    view.show_frame(story.first)
    view.finish_entrance()
    view.show()
    QCoreApplication.processEvents()
    data = story.first.data
    deformed = [
        replace(data.sample, features=data.sample.features * np.float32(1.0 + 0.01 * part)) for part in (0, 1)
    ]

    def move(number: int) -> None:
        if number % 2:
            view.pan_by(0.02 * math.sin(0.1 * number), 0.02)
        else:
            view.zoom_by(1.02 if number % 60 < 30 else 1.0 / 1.02)

    def deform(number: int) -> None:
        view.show_frame(
            replace(story.first, data=replace(data, revision=2 + number, sample=deformed[number % 2]))
        )

    rates = tuple(_rate(view, change, count) for change in (move, deform))
    view.close()
    return rates


def _rate(view: PlaneView, change: Callable[[int], None], count: int) -> float:
    witness = Witness(view.viewport())
    began = time.perf_counter()
    for number in range(count):
        change(number)
        witness.wait()
    return count / (time.perf_counter() - began)


def _curve(count: int) -> float:
    """Milliseconds of one frame's update and painting at the end of so many steps, median."""
    first = make_story(2_000).first
    view = CurveView()
    view.set_look(Look(height=SIZE[1]))
    view.resize(round((1.0 - SHARE) * SIZE[0]), SIZE[1] // 2)
    view.show()
    QTest.qWaitForWindowExposed(view)
    taken = []
    edges = [*range(0, count, count // 100), *range(count, count + 60 * STEPS_PER_FRAME, STEPS_PER_FRAME)]
    for begin, end in itertools.pairwise(edges):
        steps = np.arange(begin, end, dtype=float)
        values = likelihoods(steps)
        frame = replace(
            first,
            step=end - 1,
            stop_step=count + 60 * STEPS_PER_FRAME,
            log_likelihood=float(values[-1]),
            trace_steps=steps,
            trace_values=trace_of(values),
        )
        began = time.perf_counter()
        view.show_frame(frame)
        view.viewport().repaint()
        taken.append(time.perf_counter() - began)
    view.close()
    return 1000.0 * statistics.median(taken[-50:])
