"""Where the plates of labels may lie: clear of each other and of the lines of the plot.

Everything is in pixels, y downwards. A box is (left, top, right, bottom); the boxes of a label are the places
where it may stand, in the order of preference.

A label mostly stays where it was, so one box is judged in plain numbers, and a line that is nowhere near it
is passed over by its bounds. numpy judges what is left of long curves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from logreg_gui.views.geometry import FloatArray

Mask = NDArray[np.bool_]
Box = tuple[float, float, float, float]

NOWHERE: Box = (math.nan, math.nan, math.nan, math.nan)
"""A place that there is not."""

FEW_SEGMENTS = 24
"""Up to so many plain numbers are faster than numpy."""


class Boxes(Protocol):
    """A list of boxes, or one that finds a box when it is asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Box: ...


@dataclass(frozen=True, eq=False)
class Stroke:
    """A curve (m, 2), broken where it is NaN, that plates keep `clearance` away from.

    A faint one only if there is room.
    """

    curve: FloatArray
    clearance: float
    is_faint: bool = False

    @cached_property
    def segments(self) -> FloatArray:
        """Its pieces (s, 2, 2) between neighbouring points."""
        pairs = np.stack((self.curve[:-1], self.curve[1:]), axis=1)
        segments: FloatArray = pairs[np.isfinite(pairs).all(axis=(1, 2))]
        return segments

    @cached_property
    def _arms(self) -> list[tuple[float, float, float, float]]:
        """Of few pieces: the middle of each, and half its way."""
        found = []
        for (x0, y0), (x1, y1) in pairwise(self.curve.tolist()):
            across, up = 0.5 * (x1 - x0), 0.5 * (y1 - y0)
            if math.isfinite(across) and math.isfinite(up):
                found.append((x0 + across, y0 + up, across, up))
        return found

    @cached_property
    def _bounds(self) -> Box:
        """The box that a plate must share something with to be too close."""
        if not self._is_short:
            finite = self.segments.reshape(-1, 2)
            if not len(finite):
                return NOWHERE
            (left, top), (right, bottom) = finite.min(axis=0).tolist(), finite.max(axis=0).tolist()
        elif self._arms:
            left = min(x - abs(across) for x, _, across, _ in self._arms)
            right = max(x + abs(across) for x, _, across, _ in self._arms)
            top = min(y - abs(up) for _, y, _, up in self._arms)
            bottom = max(y + abs(up) for _, y, _, up in self._arms)
        else:
            return NOWHERE
        clearance = self.clearance
        return left - clearance, top - clearance, right + clearance, bottom + clearance

    @property
    def _is_short(self) -> bool:
        return len(self.curve) <= FEW_SEGMENTS + 1

    def misses(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether all of it is to one side of a plate there."""
        least_x, least_y, most_x, most_y = self._bounds
        return not (left <= most_x and right >= least_x and top <= most_y and bottom >= least_y)

    def enters(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a plate there would be too close to one of the segments; `crosses` says why."""
        if self.misses(left, top, right, bottom):
            return False
        if not self._is_short:
            return self.entered(np.array([[left, top, right, bottom]]))[0]
        x, y = 0.5 * (left + right), 0.5 * (top + bottom)
        width, height = 0.5 * (right - left) + self.clearance, 0.5 * (bottom - top) + self.clearance
        for middle_x, middle_y, across, up in self._arms:
            aside, above = middle_x - x, middle_y - y
            if (
                abs(aside) <= width + abs(across)
                and abs(above) <= height + abs(up)
                and abs(across * above - up * aside) <= width * abs(up) + height * abs(across)
            ):
                return True
        return False

    def entered(self, boxes: FloatArray) -> list[bool]:
        """Which of the plates (c, 4) would be too close."""
        crossed = crosses(boxes, self.segments, np.full(len(self.segments), self.clearance))
        found: list[bool] = np.any(crossed, axis=1).tolist()
        return found


@dataclass
class LabelSpace:
    """The plates and the lines that one painting of a plot has placed so far."""

    plates: list[QRectF] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)

    def clear(self) -> None:
        """A new painting begins."""
        self.plates.clear()
        self.strokes.clear()

    def avoid(self, curve: FloatArray, clearance: float, *, is_faint: bool = False) -> None:
        """Labels to come keep off this curve (m, 2), which is broken where it is NaN."""
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
        self._plates = [(one.left(), one.top(), one.right(), one.bottom()) for one in space.plates]
        self._strokes = space.strokes
        self._array: FloatArray | None = None
        self._entered: dict[int, list[bool]] = {}

    def room(self, index: int) -> int:
        left, top, right, bottom = box = self._boxes[index]
        if not math.isfinite(left):
            return _TAKEN
        for least_x, least_y, most_x, most_y in self._plates:
            if left < most_x and least_x < right and top < most_y and least_y < bottom:
                return _TAKEN
        found = _CLEAR
        for number, stroke in enumerate(self._strokes):
            if (found == _CLEAR or not stroke.is_faint) and self._is_entered(number, stroke, index, box):
                if not stroke.is_faint:
                    return _TAKEN
                found = _FAINT
        return found

    def _is_entered(self, number: int, stroke: Stroke, index: int, box: Box) -> bool:
        if len(stroke.curve) <= FEW_SEGMENTS + 1:
            return stroke.enters(*box)
        if stroke.misses(*box):
            return False
        # A long curve near one box of a label is near others too: all of them at once.
        if number not in self._entered:
            if self._array is None:
                self._array = np.array([self._boxes[place] for place in range(len(self._boxes))])
            self._entered[number] = stroke.entered(self._array)
        return self._entered[number][index]


def _beginning_with(kept: int | None, row: Sequence[int]) -> Sequence[int]:
    return row if kept is None or kept not in row else (kept, *row)


def overlaps(boxes: FloatArray, plates: FloatArray) -> Mask:
    """Whether each of the boxes (c, 4) shares area with each of the plates (p, 4): (c, p)."""
    one, other = boxes[:, None], plates[None]
    shared: Mask = np.all((one[..., :2] < other[..., 2:]) & (other[..., :2] < one[..., 2:]), axis=2)
    return shared


def crosses(boxes: FloatArray, segments: FloatArray, clearances: FloatArray) -> Mask:
    """Whether each of the segments (s, 2, 2) enters each of the boxes (c, 4): (c, s).

    Every box is grown on all sides by the clearance (s,) of the segment. A segment and a box are apart
    exactly when one of three directions separates them: the two sides of the box and the segment's normal.
    """
    centres = 0.5 * (boxes[:, None, :2] + boxes[:, None, 2:])
    halves = 0.5 * (boxes[:, None, 2:] - boxes[:, None, :2]) + clearances[None, :, None]
    arms = 0.5 * (segments[None, :, 1] - segments[None, :, 0])
    offsets = segments[None, :, 0] + arms - centres
    reach = np.abs(arms)
    apart: Mask = np.any(np.abs(offsets) > halves + reach, axis=2)
    apart |= np.abs(arms[..., 0] * offsets[..., 1] - arms[..., 1] * offsets[..., 0]) > (
        halves[..., 0] * reach[..., 1] + halves[..., 1] * reach[..., 0]
    )
    return ~apart
