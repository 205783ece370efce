"""From a hand on the decision boundary to the weights that training starts from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from logreg_gui.scenario import Edit, Scenario, with_initial_weights

Weights = tuple[float, float, float]
Place = tuple[float, float]
DRAGGED, NUDGED, PLACED = "Draw the boundary", "Nudge the boundary", "Place the boundary"
"""What the Edit menu calls it."""

SNAP = 0.25
"""What a snapping click meets, along both axes."""

DIGITS = 5
"""Of the weights that a hand makes, counted from the steepness, the intercept's from its size at the edge."""

SPAN = 300.0
"""Pixels of a line that is placed by clicks."""

NEAR = 4.0
"""Pixels between two clicks that are meant to be one place."""

MIDDLE = 1 / 6
"""Share of the visible line, either side of its middle, where the hand moves it; further out it turns it."""


@dataclass(frozen=True)
class LineDrag:
    """The line weights . (1, x1, x2) = 0, held at `start` since the hand closed.

    Near the `middle` of the visible line, of which `half` is half the length, the hand moves it without
    turning it; elsewhere it turns it about that middle. How steep the probabilities are stays as it was.
    """

    weights: Weights
    start: Place
    middle: Place
    half: float

    def moved(self, x: float, y: float) -> Weights:
        """The weights when the hand is there."""
        offset = (self.start[0] - self.middle[0], self.start[1] - self.middle[1])
        if math.hypot(*offset) <= 2.0 * MIDDLE * self.half:
            return through(self.weights, (x - offset[0], y - offset[1]), 0.0, self.half)
        way = (x - self.middle[0], y - self.middle[1])
        if math.hypot(*way) < 1e-9 * max(self.half, 1e-300):
            return self.weights
        angle = math.atan2(way[1], way[0]) - math.atan2(offset[1], offset[0])
        return through(self.weights, self.middle, angle, self.half)


def through(weights: Weights, point: Place, angle: float, span: float) -> Weights:
    """The line turned by an angle and then moved so that it goes through a point.

    Weights have the digits that can be seen on a line as long as `span`: so that fields can show them.
    """
    _, first, second = weights
    cosine, sine = math.cos(angle), math.sin(angle)
    slopes = (cosine * first - sine * second, sine * first + cosine * second)
    steepness = math.hypot(first, second)
    across, up = (_rounded(slope, steepness) for slope in slopes)
    return _rounded(-(across * point[0] + up * point[1]), steepness * span), across, up


def _rounded(value: float, size: float) -> float:
    """A number with the `DIGITS` that count beside numbers of that size; no negative zero."""
    return round(value, DIGITS - math.ceil(math.log10(max(size, 1e-300)))) + 0.0


def between(weights: Weights, first: Place, second: Place, pixel: float) -> Weights:
    """The line through two places, as steep as before, class 1 on the side nearer to where it was.

    Two clicks at one place move the line there without turning it.
    """
    way = (second[0] - first[0], second[1] - first[1])
    span = SPAN * pixel
    if math.hypot(*way) <= NEAR * pixel:
        return through(weights, first, 0.0, span)
    angle = math.atan2(way[1], way[0]) - math.atan2(-weights[1], weights[2])
    # A line has two directions: the smaller turn keeps the classes on their sides.
    return through(weights, first, math.remainder(angle, math.pi), span)


class LineEditor(QObject):
    """Turns what a hand does with the boundary into edits of the initial weights, one undo entry for each.

    At most one edit is on its way: the next leaves when `go_on` tells that the window has had news of it.
    """

    scenario_edited = Signal(object)  # Edit
    weights_changed = Signal(object)  # Weights, ahead of the frame that shows them
    outdated = Signal()  # training starts elsewhere now: the weights told ahead will not come
    held = Signal()  # the hand begins to move the boundary; a mere click does not
    let_go = Signal()  # it has opened, with the boundary where it left it
    taken_back = Signal()  # it has opened, and the weights that it had made are to be forgotten
    interrupted = Signal()  # the scenario is another now: whatever the hand held, it holds no longer

    def __init__(self, scenario: Scenario, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scenario = scenario
        self._before = self._expected = scenario
        self._drag: LineDrag | None = None
        self._wanted: Weights | None = None
        self._ahead: Weights | None = None
        self._has_begun = self._is_waiting = False

    @Slot(object)
    def show_scenario(self, scenario: Scenario) -> None:
        """Edit this one from now on; a drag goes on as long as what it makes comes back."""
        self._scenario = scenario
        if self._drag is not None and scenario != self._expected:
            self._drag = self._wanted = None
            self.interrupted.emit()
        if self._ahead is not None and not _starts_at(scenario, self._ahead):
            self._ahead = None
            self.outdated.emit()

    @Slot(object, float, float, float, float, float)
    def grab(
        self, weights: Weights, x: float, y: float, middle_x: float, middle_y: float, half: float
    ) -> None:
        """The hand closes on the line of these weights."""
        self._before = self._expected = self._scenario
        self._drag = LineDrag(weights, (x, y), (middle_x, middle_y), half)
        self._wanted, self._has_begun, self._is_waiting = None, False, False

    @Slot(float, float)
    def drag(self, x: float, y: float) -> None:
        """The hand has moved."""
        if self._drag is not None:
            self._wanted = self._drag.moved(x, y)
            if not self._is_waiting:
                self._send()

    @Slot()
    def release(self) -> None:
        """The hand opens."""
        if self._drag is not None:
            self._send()
            self._drag = self._wanted = None
            if self._has_begun:
                self.let_go.emit()

    @Slot()
    def cancel(self) -> None:
        """The weights as they were when the hand closed."""
        if self._drag is not None:
            self._drag = self._wanted = None
            if self._has_begun:
                self.scenario_edited.emit(Edit(self._before, DRAGGED, True))
                self.taken_back.emit()

    @Slot(object, object, object, float, object)
    def nudge(self, weights: Weights, place: Place, middle: Place, half: float, way: Place) -> None:
        """An arrow key moves a place of the line by `way`; presses in a row share an undo entry."""
        drag = LineDrag(weights, place, middle, half)
        self._set(drag.moved(place[0] + way[0], place[1] + way[1]), NUDGED, continues=True)

    @Slot(object, object, object, float, bool)
    def place(self, weights: Weights, first: Place, second: Place, pixel: float, snaps: bool) -> None:
        """Two clicks say where the line shall go."""
        if snaps:
            first, second = snapped(first), snapped(second)
        self._set(between(weights, first, second, pixel), PLACED)

    @Slot()
    def go_on(self) -> None:
        """The window has drawn: the next edit may leave."""
        self._is_waiting = False
        self._send()

    def _send(self) -> None:
        wanted = self._wanted
        if wanted is None or _starts_at(self._scenario, wanted):
            return
        if not self._has_begun:
            self.held.emit()
        continues, self._has_begun, self._is_waiting = self._has_begun, True, True
        self._expected = with_initial_weights(self._scenario, wanted)
        self.scenario_edited.emit(Edit(self._expected, DRAGGED, continues))

    def _set(self, weights: Weights, label: str, *, continues: bool = False) -> None:
        scenario = with_initial_weights(self._scenario, weights)
        if scenario != self._scenario:
            self._ahead = weights
            self.weights_changed.emit(weights)
            self.scenario_edited.emit(Edit(scenario, label, continues))


def _starts_at(scenario: Scenario, weights: Weights) -> bool:
    return scenario.start == "weights" and scenario.initial_weights == weights


def snapped(place: Place) -> Place:
    """The nearest place on a grid that is easy to name."""
    return SNAP * round(place[0] / SNAP), SNAP * round(place[1] / SNAP)
