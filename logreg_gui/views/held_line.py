"""A decision boundary as a hand meets it: where it can be held, and where its handles are. No Qt.

It lies where weights . (1, x1, x2) = 0. Places are data coordinates unless they are said to be pixels.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from logreg_gui.views import geometry
from logreg_gui.views.geometry import FloatArray
from logreg_gui.views.hit_test import Area, Point, ToPixels

LINE_PIXELS = 12.0
"""How near to the boundary a press takes hold of it: a target as broad as a finger."""


class HeldLine(NamedTuple):
    """A boundary in a view."""

    weights: tuple[float, float, float]
    mapping: ToPixels
    area: Area

    def visible_ends(self) -> FloatArray | None:
        """The ends (2, 2) of what is visible of it; None when nothing is."""
        left, top = self.mapping.back(self.area.left, self.area.top)
        right, bottom = self.mapping.back(self.area.right, self.area.bottom)
        return geometry.clipped_line(self.weights, (left, right, bottom, top))

    def middle(self) -> tuple[Point, float]:
        """The middle of what is visible of it, and half its length.

        Of a boundary out of view, its point nearest to the middle of the view, and half the view's width.
        """
        visible = self.visible_ends()
        if visible is not None:
            (left, bottom), (right, top) = visible.tolist()
            return (0.5 * (left + right), 0.5 * (bottom + top)), 0.5 * math.hypot(right - left, top - bottom)
        area, (intercept, first, second) = self.area, self.weights
        x, y = self.mapping.back(0.5 * (area.left + area.right), 0.5 * (area.top + area.bottom))
        away = (intercept + first * x + second * y) / (first * first + second * second)
        half = 0.5 * (area.right - area.left) * self.mapping.pixel
        return (x - away * first, y - away * second), half

    def direction(self, side: float) -> Point:
        """Along it, to the end of that `side`, 1 or -1."""
        _, first, second = self.weights
        scale = side / math.hypot(first, second)
        return second * scale, -first * scale

    def right_side(self) -> float:
        """The side on which its right end is, of an upright boundary the upper one."""
        _, first, second = self.weights
        return math.copysign(1.0, second if abs(second) > 1e-9 * abs(first) else -first)

    def is_at(self, x: float, y: float) -> bool:
        """Whether a pixel is on the boundary, or so near that it is meant."""
        ends = self.visible_ends()
        if ends is None:
            return False
        (x0, y0), (x1, y1) = (self.mapping.map(*end) for end in ends.tolist())
        length = math.hypot(x1 - x0, y1 - y0)
        offset = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
        return length > 0.0 and abs(offset) / length <= LINE_PIXELS
