"""From a hand on the plane to edits of the data.

The plane says where the hand is, in data coordinates, and knows no scenario; this knows the scenario and no
plane. `gestures` says what comes of it.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from logreg_gui.controls.gestures import (
    Carry,
    GaussianDrag,
    Gesture,
    PaintTool,
    Part,
    Stroke,
    nudged,
    placed,
    with_gaussian,
)
from logreg_gui.scenario import (
    Data,
    Edit,
    GaussianData,
    PaintedData,
    Pieces,
    Scenario,
    painted_pieces,
    with_data,
)

SLICE_SECONDS = 0.008
"""Longest stretch of work on points between two events: half a frame."""


class PlaneEditor(QObject):
    """Turns grips, drags and strokes into edits, one undo entry for each.

    At most one edit of a gesture is on its way: the next leaves when `go_on` tells that the window has had
    news of the last, so that drags of millions of rows do not queue up.
    """

    scenario_edited = Signal(object)  # Edit
    gaussians_changed = Signal(object)  # tuple[GaussianClass, ...], ahead of the edit; () for other data
    rejected = Signal(str)  # why something could not be done, empty when all is well again
    scenario_chosen = Signal(object)  # Scenario of points to paint on, to start from
    brush_changed = Signal(float, int)  # radius in pixels and class; 0 and -1 when there is nothing to paint
    interrupted = Signal()  # the data are others now: whatever the hand held, it holds no longer

    def __init__(self, scenario: Scenario, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scenario = scenario
        self._before: Data | None = None
        self._gesture: Gesture | None = None
        self._has_begun = False
        self._is_waiting = False
        self._is_held = False
        self._tool: PaintTool | None = PaintTool()
        self._points: Pieces[Scenario] | None = None
        self._next_slice = QTimer(self)
        self._next_slice.setSingleShot(True)
        self._next_slice.timeout.connect(self._make_points)

    @Slot(object)
    def show_scenario(self, scenario: Scenario) -> None:
        """Edit this one from now on; a gesture goes on as long as its own data come back."""
        if self._points is not None:
            has_same_rows = scenario.data == self._scenario.data
            self._points = painted_pieces(scenario) if has_same_rows else None
        self._scenario = scenario
        if self._gesture is not None and scenario.data not in (self._gesture.data, self._before):
            self._end()
            self.interrupted.emit()
        if self._gesture is None:
            self._show_gaussians(scenario.data)
            self._show_brush()

    @Slot(int, str, float, float, float, float)
    def grab(self, index: int, part: str, x: float, y: float, reach: float, pixel: float) -> None:
        """The hand closes on a part of a Gaussian."""
        data = self._scenario.data
        if isinstance(data, GaussianData) and index < len(data.classes):
            self._begin(GaussianDrag.begun(data, index, Part(part), (x, y), reach, pixel))

    @Slot(float, float, float, float)
    def begin_stroke(self, x: float, y: float, radius_x: float, radius_y: float) -> None:
        """The brush touches the plane."""
        data, tool = self._scenario.data, self._tool
        if not isinstance(data, PaintedData) or tool is None:
            return
        if tool.kind == "move":
            self._begin(Carry.begun(data, (x, y), (radius_x, radius_y)))
        else:
            stroke = Stroke.begun(data, tool, (x, y), (radius_x, radius_y))
            self._begin(stroke)
            self._send(stroke.data)

    @Slot(object)
    def take_tool(self, tool: PaintTool | None) -> None:
        """Paint with this from now on, as far as there is something to paint on; None: with nothing."""
        self._tool = tool
        self._show_brush()

    @Slot()
    def paint(self) -> None:
        """Make the present rows points to paint on, unless they are; of millions that takes a while."""
        if not isinstance(self._scenario.data, PaintedData):
            self._points = painted_pieces(self._scenario)
            self._make_points()

    @Slot(float, float, bool, bool)
    def drag(self, x: float, y: float, snaps: bool, keeps_angle: bool) -> None:
        """The hand has moved."""
        if self._gesture is not None:
            self._gesture = self._gesture.moved(x, y, snaps=snaps, keeps_angle=keeps_angle)
            self._show_gaussians(self._gesture.data)
            if not self._is_waiting:
                self._send(self._gesture.data)

    @Slot()
    def release(self) -> None:
        """The hand opens."""
        if self._gesture is not None:
            self._send(self._gesture.data)
            self.rejected.emit(self._gesture.refusal)
            self._end()

    @Slot()
    def cancel(self) -> None:
        """Everything as it was when the hand closed."""
        if self._gesture is not None and self._before is not None:
            self._show_gaussians(self._before)
            self._send(self._before)
            self._end()

    @Slot()
    def go_on(self) -> None:
        """The window has drawn: the next edit may leave, unless many rows are still being made ready."""
        if not self._is_held:
            self._is_waiting = False
            if self._gesture is not None:
                self._send(self._gesture.data)

    @Slot(bool)
    def hold(self, is_busy: bool) -> None:
        """Many rows are being made ready; another edit would begin that all over, and none would be seen."""
        self._is_held = is_busy
        self._is_waiting = self._is_waiting or is_busy

    @Slot(int, str, float, float, float)
    def nudge(self, index: int, part: str, reach: float, across: float, up: float) -> None:
        """An arrow key moves a handle; presses in a row share an undo entry."""
        data = self._scenario.data
        if isinstance(data, GaussianData) and index < len(data.classes):
            gaussian = nudged(data.classes[index], Part(part), reach, (across, up))
            self._tell(with_gaussian(data, index, gaussian), f"Nudge class {index}", continues=True)

    @Slot(int, float, float, float, bool)
    def place(self, index: int, x: float, y: float, pixel: float, snaps: bool) -> None:
        """Put the mean of a class where the plane was clicked."""
        data = self._scenario.data
        if isinstance(data, GaussianData) and index < len(data.classes):
            gaussian = placed(data.classes[index], x, y, pixel, snaps=snaps)
            self._tell(with_gaussian(data, index, gaussian), f"Place class {index}")

    @Slot()
    def _make_points(self) -> None:
        deadline = time.perf_counter() + SLICE_SECONDS
        while self._points is not None:
            try:
                next(self._points)
            except StopIteration as end:
                self._points = None
                self.scenario_chosen.emit(end.value)
                return
            if time.perf_counter() > deadline:
                self._next_slice.start()
                return

    def _begin(self, gesture: Gesture) -> None:
        self._gesture, self._before = gesture, self._scenario.data
        self._has_begun, self._is_waiting = False, self._is_held

    def _end(self) -> None:
        self._gesture = self._before = None

    def _send(self, data: Data) -> None:
        if self._gesture is None or data == self._scenario.data:
            return
        label, continues = self._gesture.label, self._has_begun
        self._has_begun = self._is_waiting = True
        self._tell(data, label, continues=continues)

    def _tell(self, data: Data, label: str, *, continues: bool = False) -> None:
        try:
            scenario = with_data(self._scenario, data)
        except ValueError as error:
            self.rejected.emit(str(error))
            return
        self.scenario_edited.emit(Edit(scenario, label, continues))

    def _show_brush(self) -> None:
        tool = self._tool
        if tool is None or not isinstance(self._scenario.data, PaintedData):
            self.brush_changed.emit(0.0, -1)
        else:
            self.brush_changed.emit(tool.radius, tool.label if tool.kind == "paint" else -1)

    def _show_gaussians(self, data: Data) -> None:
        self.gaussians_changed.emit(data.classes if isinstance(data, GaussianData) else ())
