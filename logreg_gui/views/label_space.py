"""Where the plates of labels may lie: clear of each other and of the lines of the plot.

Everything is in pixels, y downwards. A box is (left, top, right, bottom); the boxes of a label are the places
where it may stand, in the order of preference.

A label mostly stays where it was, so one box is judged in plain numbers, and a line that is nowhere near it
is passed over by its bounds. Of long curves numpy finds the part that is near.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import numpy as np
from PySide6.QtCore import QRectF

from logreg_gui.views.geometry import FloatArray

Box = tuple[float, float, float, float]

Arm = tuple[float, float, float, float, float, float]
"""Of a segment its middle, half its way, and how far it reaches from the middle along both axes."""

NOWHERE: Box = (math.nan, math.nan, math.nan, math.nan)
"""A place that there is not."""

FEW_SEGMENTS = 24
"""Up to so many all are looked at in plain numbers; among more numpy finds those that are near."""


class Boxes(Protocol):
    """A list of boxes, or one that finds a box when it is asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Box: ...


class Stroke:
    """A curve that plates keep `clearance` away from, a faint one only if there is room.

    It goes through points (x, y), or the rows of an array (m, 2), and is broken where these are NaN.
    """

    def __init__(
        self, curve: FloatArray | Sequence[tuple[float, float]], clearance: float, is_faint: bool = False
    ) -> None:
        self.curve, self.clearance, self.is_faint = curve, clearance, is_faint
        self._is_long = len(curve) > FEW_SEGMENTS + 1
        self._arms: list[Arm] | None = None
        self._columns: FloatArray | None = None
        self._bounds: Box | None = None

    def enters(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a plate there would be too close to one of the segments between neighbouring points.

        The plate is grown on all sides by the clearance. A segment and a box are apart exactly when one of
        three directions separates them: the two sides of the box and the segment's normal.
        """
        if len(self.curve) > 2 and self._misses(left, top, right, bottom):
            return False
        x, y = 0.5 * (left + right), 0.5 * (top + bottom)
        width, height = 0.5 * (right - left) + self.clearance, 0.5 * (bottom - top) + self.clearance
        arms = self._arms_near(x, y, width, height) if self._is_long else self._all_arms()
        for middle_x, middle_y, across, up, reach_x, reach_y in arms:
            aside = middle_x - x
            if -width - reach_x <= aside <= width + reach_x:
                above = middle_y - y
                if (
                    -height - reach_y <= above <= height + reach_y
                    and abs(across * above - up * aside) <= width * reach_y + height * reach_x
                ):
                    return True
        return False

    def _misses(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether all of it is to one side of a plate there."""
        if self._bounds is None:
            self._bounds = self._grown_bounds()
        least_x, least_y, most_x, most_y = self._bounds
        return not (left <= most_x and right >= least_x and top <= most_y and bottom >= least_y)

    def _all_arms(self) -> list[Arm]:
        if self._arms is None:
            self._arms = _arms_of(self.curve)
        return self._arms

    def _arms_near(self, x: float, y: float, width: float, height: float) -> Sequence[Sequence[float]]:
        """Of a long curve the segments that are not to one side of a box."""
        if self._columns is None:
            self._columns = _columns_of(np.asarray(self.curve))
        columns = self._columns
        near = np.abs(columns[0] - x) <= columns[4] + width
        near &= np.abs(columns[1] - y) <= columns[5] + height
        found: list[list[float]] = columns[:, near].T.tolist()
        return found

    def _grown_bounds(self) -> Box:
        if self._is_long:
            columns = np.asarray(self.curve).T
            # Without the NaN, unless there is nothing else.
            left, top = np.fmin.reduce(columns, axis=1).tolist()
            right, bottom = np.fmax.reduce(columns, axis=1).tolist()
        elif self._all_arms():
            left = min(x - reach for x, _, _, _, reach, _ in self._all_arms())
            right = max(x + reach for x, _, _, _, reach, _ in self._all_arms())
            top = min(y - reach for _, y, _, _, _, reach in self._all_arms())
            bottom = max(y + reach for _, y, _, _, _, reach in self._all_arms())
        else:
            return NOWHERE
        clearance = self.clearance
        return left - clearance, top - clearance, right + clearance, bottom + clearance


def _arms_of(curve: FloatArray | Sequence[tuple[float, float]]) -> list[Arm]:
    points = curve.tolist() if isinstance(curve, np.ndarray) else curve
    found = []
    for (x0, y0), (x1, y1) in pairwise(points):
        across, up = 0.5 * (x1 - x0), 0.5 * (y1 - y0)
        if math.isfinite(across) and math.isfinite(up):
            found.append((x0 + across, y0 + up, across, up, abs(across), abs(up)))
    return found


def _columns_of(curve: FloatArray) -> FloatArray:
    """The same as columns (6, s), with NaN beside a break."""
    starts, arms = curve[:-1].T, 0.5 * np.diff(curve, axis=0).T
    columns: FloatArray = np.concatenate((starts + arms, arms, np.abs(arms)))
    return columns


@dataclass
class LabelSpace:
    """The plates and the lines that one painting of a plot has placed so far."""

    plates: list[QRectF] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)

    def clear(self) -> None:
        """A new painting begins."""
        self.plates.clear()
        self.strokes.clear()

    def avoid(
        self,
        curve: FloatArray | Sequence[tuple[float, float]],
        clearance: float,
        *,
        is_faint: bool = False,
    ) -> None:
        """Labels to come keep off this curve, which is broken where it is NaN."""
        self.strokes.append(Stroke(curve, clearance, is_faint))

    def is_bare(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a box has nothing in it yet. One of NaN never is bare."""
        if not math.isfinite(left):
            return False
        for plate in self.plates:
            if (
                left < plate.right()
                and plate.left() < right
                and top < plate.bottom()
                and plate.top() < bottom
            ):
                return False
        return not any(stroke.enters(left, top, right, bottom) for stroke in self.strokes)

    def first_free(
        self,
        boxes: Boxes,
        *,
        ranks: Sequence[Sequence[int]] | None = None,
        kept: int | None = None,
        needs_all: bool = False,
    ) -> int | None:
        """The index of the box to take, None when there is no place at all.

        `ranks` are rows of indices: a box of an earlier row is better even on a faint stroke. Within a row,
        boxes clear of the faint strokes come first; with `needs_all` only those count. Among boxes as good as
        each other, that of the last time, `kept`, is taken before the first one.
        """
        rows = [range(len(boxes))] if ranks is None else ranks
        if kept is not None and kept in rows[0] and self.is_bare(*boxes[kept]):
            return kept
        search = _Search(self, boxes)
        for row in rows:
            usable = None
            for index in _beginning_with(kept, row):
                room = search.room(index)
                if room == _CLEAR:
                    return index
                if room == _FAINT and usable is None:
                    usable = index
            if usable is not None and not needs_all:
                return usable
        return None


def corners(area: QRectF) -> Box:
    """A rectangle as a box."""
    return area.left(), area.top(), area.right(), area.bottom()


def as_boxes(rows: FloatArray) -> list[Box]:
    """The rows (c, 4) as boxes."""
    return [(left, top, right, bottom) for left, top, right, bottom in rows.tolist()]


_TAKEN, _FAINT, _CLEAR = range(3)
"""How much room a box has: none, none without faint strokes, all of it."""


class _Search:
    """Looks at the boxes of one label, as far as it has to, until there is one with room."""

    def __init__(self, space: LabelSpace, boxes: Boxes) -> None:
        self._boxes = boxes
        self._plates = [corners(plate) for plate in space.plates]
        # What blocks a box before what is only a pity.
        self._strokes = sorted(space.strokes, key=lambda stroke: stroke.is_faint)

    def room(self, index: int) -> int:
        left, top, right, bottom = self._boxes[index]
        if not math.isfinite(left):
            return _TAKEN
        for least_x, least_y, most_x, most_y in self._plates:
            if left < most_x and least_x < right and top < most_y and least_y < bottom:
                return _TAKEN
        for stroke in self._strokes:
            if stroke.enters(left, top, right, bottom):
                return _FAINT if stroke.is_faint else _TAKEN
        return _CLEAR


def _beginning_with(kept: int | None, row: Sequence[int]) -> Sequence[int]:
    return row if kept is None or kept not in row else (kept, *row)
