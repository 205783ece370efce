"""What a hand on the plane makes of the data. Values and functions only; no Qt.

A gesture begins at a press and is asked with every movement for its successor, whose `data` are what the
hand has made so far. A Gaussian is always made from the one at the beginning, so that a hand that comes back
undoes what it did, and what is cut off on the way (an axis at its least length) is there again afterwards.

Positions are data coordinates. A handle stands `reach` standard deviations from the mean on its axis, on the
other side if `reach` is negative; it keeps its distance from the hand. `pixel` is how much of the plane one
pixel of the screen covers: numbers are rounded to a part of it, so that fields can show all their digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import Any, Protocol, Self

from logreg_gui.scenario import (
    MOST_PAINTED,
    Data,
    GaussianClass,
    GaussianData,
    PaintedData,
    flipped,
    moved,
    rows_near,
    sprayed,
    with_points_added,
    without_points,
)

SNAP = 0.25
"""Means and axis lengths that a snapping hand meets."""

SNAP_ANGLE = math.radians(15.0)

LEAST_SHARE = 0.03
"""Of the longer axis: a thinner ellipse could not be seen, and its correlation would look like 1."""

LONGEST_AXIS = 1e29
"""Half axes by hand stay below what data may have."""

LARGEST_MEAN = 1e30

CORRELATION_DECIMALS = 4
"""With `LEAST_SHARE` no correlation is rounded to 1."""


class Part(StrEnum):
    """What of an ellipse the hand holds; the value is the word that comes with a grip."""

    MEAN = "mean"
    BODY = "body"
    LONG = "long"
    SHORT = "short"


class Gesture(Protocol):
    """What is being done to `data`; `label` is what undo calls it, `refusal` what it could not do and why."""

    @property
    def data(self) -> Data:
        """The data as the hand has made them so far."""

    @property
    def label(self) -> str:
        """What the Edit menu calls it."""

    @property
    def refusal(self) -> str:
        """What could not be done, in words; empty when all went well."""

    def moved(self, x: float, y: float, *, snaps: bool, keeps_angle: bool) -> Self:
        """The same gesture with the hand there."""


@dataclass(frozen=True)
class Drag:
    """The hand holds a `part` of a Gaussian since it pressed at `start`."""

    gaussian: GaussianClass
    part: Part
    start: tuple[float, float]
    reach: float = 2.0
    pixel: float = 0.01

    def moved_to(
        self, x: float, y: float, *, snaps: bool = False, keeps_angle: bool = False
    ) -> GaussianClass:
        """The Gaussian when the hand is at (x, y).

        `snaps` rounds means and axes to 0.25 and angles to 15 degrees; `keeps_angle` stretches without
        turning.
        """
        if (x, y) == self.start and not snaps:
            return self.gaussian
        if self.part in (Part.MEAN, Part.BODY):
            return self._carried(x, y, snaps)
        if self.part is Part.LONG:
            return self._stretched(x, y, snaps, keeps_angle)
        return self._widened(x, y, snaps)

    def _carried(self, x: float, y: float, snaps: bool) -> GaussianClass:
        ways = (x - self.start[0], y - self.start[1])
        wanted = (old + way for old, way in zip(self.gaussian.mean, ways, strict=True))
        first, second = (_place(value, SNAP if snaps else _step(self.pixel)) for value in wanted)
        return replace(self.gaussian, mean=(first, second))

    def _stretched(self, x: float, y: float, snaps: bool, keeps_angle: bool) -> GaussianClass:
        long, short = self.gaussian.axis_lengths
        angle = self.gaussian.angle
        before, after = self._from_mean(*self.start), self._from_mean(x, y)
        if keeps_angle:
            growth = self._along(angle, before, after)
        else:
            growth = math.hypot(*after) - math.hypot(*before)
            crossed = before[0] * after[1] - before[1] * after[0]
            angle += math.atan2(crossed, before[0] * after[0] + before[1] * after[1])
            angle = SNAP_ANGLE * round(angle / SNAP_ANGLE) if snaps else angle
        long = self._length(long, growth, short, snaps)
        return self._shaped((long, _at_least(short, long)), angle, snaps)

    def _widened(self, x: float, y: float, snaps: bool) -> GaussianClass:
        long, short = self.gaussian.axis_lengths
        angle = self.gaussian.angle
        across = angle + 0.5 * math.pi
        growth = self._along(across, self._from_mean(*self.start), self._from_mean(x, y))
        short = self._length(short, growth, long, snaps)
        return self._shaped((_at_least(long, short), short), angle, snaps)

    def _from_mean(self, x: float, y: float) -> tuple[float, float]:
        return x - self.gaussian.mean[0], y - self.gaussian.mean[1]

    def _along(self, angle: float, before: tuple[float, float], after: tuple[float, float]) -> float:
        """How far the hand has moved outwards on the axis of that direction."""
        way = (after[0] - before[0]) * math.cos(angle) + (after[1] - before[1]) * math.sin(angle)
        return math.copysign(1.0, self.reach) * way

    def _length(self, length: float, growth: float, other: float, snaps: bool) -> float:
        length += growth / abs(self.reach)
        if snaps:
            length = max(SNAP, SNAP * round(length / SNAP))
        return min(max(_at_least(length, other), 0.1 * self.pixel), LONGEST_AXIS)

    def _shaped(self, axes: tuple[float, float], angle: float, snaps: bool) -> GaussianClass:
        made = GaussianClass.from_axes(self.gaussian.mean, axes, angle, self.gaussian.size)
        if snaps:
            return made  # rounded already, and its angle to a whole number of degrees
        deviations = [_tidy(value, _step(self.pixel)) for value in made.standard_deviations]
        correlation = round(made.correlation, CORRELATION_DECIMALS)
        return GaussianClass.from_standard_deviations(made.mean, deviations, correlation, made.size)


@dataclass(frozen=True)
class GaussianDrag:
    """A drag of one class among `before`."""

    before: GaussianData
    index: int
    drag: Drag
    data: GaussianData
    refusal: str = ""

    @classmethod
    def begun(
        cls,
        data: GaussianData,
        index: int,
        part: Part,
        start: tuple[float, float],
        reach: float,
        pixel: float,
    ) -> Self:
        """The hand has just closed."""
        return cls(data, index, Drag(data.classes[index], part, start, reach, pixel), data)

    @property
    def label(self) -> str:
        """What the Edit menu calls it."""
        verb = {Part.LONG: "Stretch", Part.SHORT: "Widen"}.get(self.drag.part, "Move")
        return f"{verb} class {self.index}"

    def moved(self, x: float, y: float, *, snaps: bool, keeps_angle: bool) -> Self:
        """The same gesture with the hand there."""
        gaussian = self.drag.moved_to(x, y, snaps=snaps, keeps_angle=keeps_angle)
        return replace(self, data=with_gaussian(self.before, self.index, gaussian))


def with_gaussian(data: GaussianData, index: int, gaussian: GaussianClass) -> GaussianData:
    """`data` with one class replaced."""
    classes = list(data.classes)
    classes[index] = gaussian
    return replace(data, classes=tuple(classes))


def nudged(gaussian: GaussianClass, part: Part, reach: float, way: tuple[float, float]) -> GaussianClass:
    """The Gaussian after its handle was moved by `way`, as the arrow keys do."""
    pixel = max(map(abs, way))
    start = _handle(gaussian, part, reach)
    drag = Drag(gaussian, part, start, reach, pixel)
    return drag.moved_to(start[0] + way[0], start[1] + way[1])


def placed(
    gaussian: GaussianClass, x: float, y: float, pixel: float, *, snaps: bool = False
) -> GaussianClass:
    """The Gaussian with its mean at a place that was pointed at."""
    step = SNAP if snaps else _step(pixel)
    return replace(gaussian, mean=(_place(x, step), _place(y, step)))


def _handle(gaussian: GaussianClass, part: Part, reach: float) -> tuple[float, float]:
    if part in (Part.MEAN, Part.BODY):
        return gaussian.mean
    long, short = gaussian.axis_lengths
    angle, length = (gaussian.angle, long) if part is Part.LONG else (gaussian.angle + 0.5 * math.pi, short)
    return (
        gaussian.mean[0] + reach * length * math.cos(angle),
        gaussian.mean[1] + reach * length * math.sin(angle),
    )


def _at_least(length: float, other: float) -> float:
    return max(length, LEAST_SHARE * other)


def _place(value: float, step: float) -> float:
    return min(max(_rounded(value, step), -LARGEST_MEAN), LARGEST_MEAN)


def _tidy(value: float, step: float) -> float:
    """A positive number, rounded to `step` but to no fewer than four digits."""
    if value <= 0.0:
        return value
    return _rounded(value, min(step, 10.0 ** (math.floor(math.log10(value)) - 3)))


def _step(pixel: float) -> float:
    """The power of ten at most half a pixel large."""
    return float(10.0 ** math.floor(math.log10(0.5 * max(pixel, 1e-300))))


def _rounded(value: float, step: float) -> float:
    # Through its decimal digits: 3 * 0.1 is not 0.3.
    return float(f"{round(value / step) * step:.12g}")


@dataclass(frozen=True)
class PaintTool:
    """What a brush does: "paint" points of class `label`, "erase", "move" or "flip" those it passes over.

    `radius` is in pixels; `density` is how many points half a brush's way leaves behind.
    """

    kind: str = "paint"
    label: int = 0
    radius: float = 18.0
    density: int = 3


TOOL_LABELS = {
    "paint": "Paint points",
    "erase": "Erase points",
    "move": "Move points",
    "flip": "Flip labels",
}
"""What the Edit menu calls a stroke."""

LAST_STAYS = "Every class keeps one point: the last one stays."


@dataclass(frozen=True)
class Stroke:
    """A brush that paints, erases or flips on its way.

    `place` is where it last did, `touched` the points flipped so far, none of which flips back.
    """

    data: PaintedData
    tool: PaintTool
    radii: tuple[float, float]
    place: tuple[float, float]
    touched: frozenset[int] = frozenset()
    refusal: str = ""

    @classmethod
    def begun(
        cls, data: PaintedData, tool: PaintTool, place: tuple[float, float], radii: tuple[float, float]
    ) -> Stroke:
        """The brush touches the plane: a click paints one point."""
        begun = cls(data, tool, radii, place)
        if tool.kind == "paint":
            return begun._with(lambda: with_points_added(data, [place], tool.label))
        return begun._dabbed([place])

    @property
    def label(self) -> str:
        """What the Edit menu calls it."""
        return TOOL_LABELS[self.tool.kind]

    def moved(self, x: float, y: float, *, snaps: bool, keeps_angle: bool) -> Stroke:
        """The brush has gone there in a straight line, and done its work every half radius."""
        across, up = (x - self.place[0]) / self.radii[0], (y - self.place[1]) / self.radii[1]
        dabs = int(2.0 * math.hypot(across, up))
        shares = (number / dabs for number in range(1, dabs + 1))
        places = [
            (self.place[0] + share * (x - self.place[0]), self.place[1] + share * (y - self.place[1]))
            for share in shares
        ]
        return self._dabbed(places) if places else self

    def _dabbed(self, places: Sequence[tuple[float, float]]) -> Stroke:
        """The brush has done its work at all of these places at once: the set is made once, not for each."""
        stroke = replace(self, place=places[-1])
        if self.tool.kind == "paint":
            return stroke._painted(places)
        rows = (rows_near(self.data, place, self.radii).tolist() for place in places)
        near = list(dict.fromkeys(chain.from_iterable(rows)))
        if self.tool.kind == "erase":
            data = without_points(self.data, near)
            left = len(near) - (self.data.n_rows - data.n_rows)
            return replace(stroke, data=data, refusal=LAST_STAYS if left else self.refusal)
        fresh = [row for row in near if row not in self.touched]
        data = flipped(self.data, fresh)
        left = int((data.labels[fresh] == self.data.labels[fresh]).sum())
        refusal = LAST_STAYS if left else self.refusal
        return replace(stroke, data=data, touched=self.touched | set(fresh), refusal=refusal)

    def _painted(self, places: Sequence[tuple[float, float]]) -> Stroke:
        """Points at as many places as there is room for; the first place without room says why."""
        n_fitting = (MOST_PAINTED - self.data.n_rows) // self.tool.density
        stroke = self
        for part in (places[:n_fitting], places[n_fitting : n_fitting + 1]):
            if part:
                stroke = stroke._sprayed(part)
        return stroke

    def _sprayed(self, places: Sequence[tuple[float, float]]) -> Stroke:
        tool = self.tool
        return self._with(lambda: sprayed(self.data, places, self.radii, tool.label, tool.density))

    def _with(self, make: Callable[[], PaintedData]) -> Stroke:
        try:
            return replace(self, data=make())
        except ValueError as error:
            return replace(self, refusal=str(error))


@dataclass(frozen=True)
class Carry:
    """Painted points under way: those of `rows`, since the hand pressed at `start`."""

    before: PaintedData
    rows: Any
    start: tuple[float, float]
    data: PaintedData
    refusal: str = ""

    @classmethod
    def begun(cls, data: PaintedData, place: tuple[float, float], radii: tuple[float, float]) -> Carry:
        """The hand closes on the points under the brush."""
        return cls(data, rows_near(data, place, radii), place, data)

    @property
    def label(self) -> str:
        """What the Edit menu calls it."""
        return TOOL_LABELS["move"]

    def moved(self, x: float, y: float, *, snaps: bool, keeps_angle: bool) -> Carry:
        """The same points with the hand there."""
        return replace(self, data=moved(self.before, self.rows, (x - self.start[0], y - self.start[1])))
