"""Where the handles of Gaussians stand on the screen, and which of them a pointer means. Pure functions.

Places are pixels of the viewport, y downwards, unless they are said to be data coordinates. A Gaussian has
three handles: its mean, one on its long and one on its short axis, `REACH` standard deviations out.

A handle that cannot be used where it belongs stands elsewhere on its axis: at the opposite end when that one
is in view and the own one is not, nearer to the mean when both ends are out of view, and never closer to the
mean than `LEAST_DISTANCE`, so that the handles of the smallest ellipse can be told apart. So the targets have
the same size at every zoom and aspect.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from logreg_gui.frames import GaussianClass

MEAN, BODY, LONG, SHORT = "mean", "body", "long", "short"
"""The parts that can be held; the body is everything inside the outer ellipse."""

REACH = 2.0
"""Standard deviations from the mean to the handles, and to the edge of the body."""

TARGET = 14.0
"""Pixels from the middle of a handle within which a pointer means it."""

LEAST_DISTANCE = 26.0
"""Pixels from the mean to the other handles at least."""

Point = tuple[float, float]


class ToPixels(NamedTuple):
    """Pixels of data coordinates: scale (negative downwards) and shift."""

    scale_x: float
    scale_y: float
    shift_x: float
    shift_y: float

    def map(self, x: float, y: float) -> Point:
        """The pixel of a point of the plane."""
        return self.scale_x * x + self.shift_x, self.scale_y * y + self.shift_y

    def back(self, x: float, y: float) -> Point:
        """The point of the plane at a pixel."""
        return (x - self.shift_x) / self.scale_x, (y - self.shift_y) / self.scale_y

    @property
    def pixel(self) -> float:
        """How much of the plane a pixel covers, along the axis that shows more."""
        return 1.0 / max(abs(self.scale_x), abs(self.scale_y))


class Area(NamedTuple):
    """The visible part of the viewport."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, point: Point) -> bool:
        """Whether the whole target of a handle there is visible."""
        x, y = point
        return (
            self.left + TARGET <= x <= self.right - TARGET and self.top + TARGET <= y <= self.bottom - TARGET
        )


class Grip(NamedTuple):
    """A handle: the class it belongs to, its part, where it stands, and at which standard deviation.

    `reach` is negative at the opposite end, 0 at the mean.
    """

    owner: int
    part: str
    place: Point
    reach: float = 0.0


def grips(gaussians: Sequence[GaussianClass], to_pixels: ToPixels, area: Area) -> list[Grip]:
    """The handles of all Gaussians, class by class."""
    found = []
    for index, gaussian in enumerate(gaussians):
        mean = to_pixels.map(*gaussian.mean)
        long, short = gaussian.axis_lengths
        cosine, sine = math.cos(gaussian.angle), math.sin(gaussian.angle)
        found.append(Grip(index, MEAN, mean))
        along = _pixels_of(to_pixels, cosine, sine)
        across = _pixels_of(to_pixels, -sine, cosine)
        found.append(_on_axis(index, LONG, mean, along, REACH * long, area, 1.0))
        # On the side away from the long axis's handle, where the axes of the plot make the angle acute.
        side = -1.0 if along[0] * across[0] + along[1] * across[1] > 0.0 else 1.0
        found.append(_on_axis(index, SHORT, mean, across, REACH * short, area, side))
    return found


def nearest(handles: Sequence[Grip], x: float, y: float, favourite: int | None = None) -> Grip | None:
    """The handle that a pointer means; of two at the same place that of the favourite class."""

    def order(grip: Grip) -> tuple[float, bool]:
        return round(math.dist(grip.place, (x, y)), 1), grip.owner != favourite

    within = [grip for grip in handles if math.dist(grip.place, (x, y)) <= TARGET]
    return min(within, key=order, default=None)


def body_at(gaussians: Sequence[GaussianClass], x: float, y: float) -> int | None:
    """The class whose body a point (in data coordinates) is in, the one it is most at home in; else None."""
    distances = [_distance(gaussian, x, y) for gaussian in gaussians]
    inside = [index for index, distance in enumerate(distances) if distance <= REACH]
    return min(inside, key=distances.__getitem__, default=None)


def _pixels_of(to_pixels: ToPixels, x: float, y: float) -> Point:
    return to_pixels.scale_x * x, to_pixels.scale_y * y


def _on_axis(index: int, part: str, mean: Point, unit: Point, length: float, area: Area, side: float) -> Grip:
    """The handle on the axis along `unit`, the pixels of one unit of the plane, `length` units out."""
    scale = math.hypot(*unit)
    direction = (unit[0] / scale, unit[1] / scale)
    wanted = max(length * scale, LEAST_DISTANCE)
    for end in (side, -side):
        place = _along(mean, direction, end * wanted)
        if area.holds(place):
            return Grip(index, part, place, end * REACH)
    ways = [(_way_to_edge(mean, direction, end, area), end) for end in (side, -side)]
    room, end = max(ways, key=lambda way: way[0])
    if area.holds(mean) and room >= LEAST_DISTANCE:
        return Grip(index, part, _along(mean, direction, end * min(room, wanted)), end * REACH)
    return Grip(index, part, _along(mean, direction, side * wanted), side * REACH)


def _along(start: Point, direction: Point, way: float) -> Point:
    return start[0] + way * direction[0], start[1] + way * direction[1]


def _way_to_edge(start: Point, direction: Point, end: float, area: Area) -> float:
    """How far a handle can go from `start` before its target is cut."""
    ways = []
    for place, step, low, high in (
        (start[0], end * direction[0], area.left + TARGET, area.right - TARGET),
        (start[1], end * direction[1], area.top + TARGET, area.bottom - TARGET),
    ):
        if abs(step) > 1e-12:
            ways.append(((high if step > 0.0 else low) - place) / step)
    return max(0.0, min(ways, default=0.0))


def _distance(gaussian: GaussianClass, x: float, y: float) -> float:
    """Standard deviations from the mean, in the direction of the point; infinite off a degenerate axis."""
    long, short = gaussian.axis_lengths
    cosine, sine = math.cos(gaussian.angle), math.sin(gaussian.angle)
    across, up = x - gaussian.mean[0], y - gaussian.mean[1]
    ways = (cosine * across + sine * up, cosine * up - sine * across)
    shares = [
        way / length if length > 0.0 else (0.0 if way == 0.0 else math.inf)
        for way, length in zip(ways, (long, short), strict=True)
    ]
    return math.hypot(*shares)
