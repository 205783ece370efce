"""From a hand on the decision boundary to the weights that training starts from."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from logreg_gui.scenario import Edit, Scenario

Weights = tuple[float, float, float]
LABEL = "Draw the boundary"

MIDDLE = 1 / 6
"""Share of the visible line, either side of its middle, where the hand moves it; further out it turns it."""


@dataclass(frozen=True)
class LineDrag:
    """The line weights . (1, x1, x2) = 0, held at `start` since the hand closed.

    Near the `middle` of the visible line, of which `half` is half the length, the hand moves it without
    turning it; elsewhere it turns it about that middle. How steep the probabilities are stays as it was.
    """

    weights: Weights
    start: tuple[float, float]
    middle: tuple[float, float]
    half: float

    def moved(self, x: float, y: float) -> Weights:
        """The weights when the hand is there."""
        offset = (self.start[0] - self.middle[0], self.start[1] - self.middle[1])
        if math.hypot(*offset) <= 2.0 * MIDDLE * self.half:
            return self._through((x - offset[0], y - offset[1]), 0.0)
        way = (x - self.middle[0], y - self.middle[1])
        if math.hypot(*way) < 1e-9 * max(self.half, 1e-300):
            return self.weights
        angle = math.atan2(way[1], way[0]) - math.atan2(offset[1], offset[0])
        return self._through(self.middle, angle)

    def _through(self, point: tuple[float, float], angle: float) -> Weights:
        """The line turned by an angle and then moved so that it goes through a point."""
        _, first, second = self.weights
        cosine, sine = math.cos(angle), math.sin(angle)
        slopes = (cosine * first - sine * second, sine * first + cosine * second)
        digits = [float(f"{slope:.5g}") for slope in slopes]
        intercept = -(digits[0] * point[0] + digits[1] * point[1])
        return float(f"{intercept:.5g}"), digits[0], digits[1]


class LineEditor(QObject):
    """Turns drags of the boundary into edits of the initial weights, one undo entry for each.

    At most one edit is on its way: the next leaves when `go_on` tells that the window has had news of it.
    """

    scenario_edited = Signal(object)  # Edit

    def __init__(self, scenario: Scenario, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scenario = scenario
        self._before = scenario
        self._drag: LineDrag | None = None
        self._wanted: Weights | None = None
        self._has_begun = self._is_waiting = False

    @Slot(object)
    def show_scenario(self, scenario: Scenario) -> None:
        """Edit this one from now on."""
        self._scenario = scenario

    @Slot(object, float, float, float, float, float)
    def grab(
        self, weights: Weights, x: float, y: float, middle_x: float, middle_y: float, half: float
    ) -> None:
        """The hand closes on the line of these weights."""
        self._before = self._scenario
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
        self._send()
        self._drag = self._wanted = None

    @Slot()
    def cancel(self) -> None:
        """The weights as they were when the hand closed."""
        if self._drag is not None:
            self._drag = self._wanted = None
            if self._has_begun:
                self.scenario_edited.emit(Edit(self._before, LABEL, True))

    @Slot()
    def go_on(self) -> None:
        """The window has drawn: the next edit may leave."""
        self._is_waiting = False
        self._send()

    def _send(self) -> None:
        wanted = self._wanted
        if wanted is None or (self._scenario.initial_weights == wanted and self._scenario.start == "weights"):
            return
        continues, self._has_begun, self._is_waiting = self._has_begun, True, True
        scenario = replace(self._scenario, initial_weights=wanted, start="weights")
        self.scenario_edited.emit(Edit(scenario, LABEL, continues))
