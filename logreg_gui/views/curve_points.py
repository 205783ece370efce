"""The points of the likelihood curve: appended while it trains, cut at a fork, thinned out behind.

A piece is a stretch of the curve on one data set; NaN stands between two pieces. Only the last, the present
piece, belongs to the data that are shown; the others are history.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from logreg_gui.views import geometry
from logreg_gui.views.geometry import FloatArray

RECENT = 200
"""Points at the end of a piece that set the scale when its first value does not."""

SETTLED_COLUMNS = 4_096
"""Columns to which the older part of the curve is thinned out: more than any screen gives it."""

SHORTEST_TAIL, LONGEST_TAIL = RECENT, 8_000
"""Points at the end that are not thinned out; they become fewer only when there are too many."""

MOST_KEPT = 262_144
"""Points beyond which the curve is thinned out for good: 4 MB, at any length of the run."""


@dataclass(frozen=True)
class Extent:
    """First, smallest and largest value of a piece, and the smallest of its last `RECENT`."""

    first: float
    low: float
    high: float
    recent_low: float


@dataclass
class _Piece:
    """Where it begins among all points, on which revision of the data, and its values' running extremes."""

    begin: int
    revision: int
    first: float = math.nan
    low: float = math.inf
    high: float = -math.inf

    def observe(self, values: FloatArray) -> None:
        finite = values[np.isfinite(values)]
        if len(finite):
            self.first = float(finite[0]) if math.isnan(self.first) else self.first
            self.low = min(self.low, float(finite.min()))
            self.high = max(self.high, float(finite.max()))


class CurvePoints:
    """The points of the curve so far, in arrays that grow by doubling.

    Points at or before the last step known cut the curve there: the course beyond it was left. What a frame
    costs does not grow with the number of points, and beyond `MOST_KEPT` neither does memory: of every
    stretch first, lowest, highest and last point stay, and the length of a stretch grows in proportion to its
    step. So wherever the curve is cut, what is left has the full resolution of a screen.
    """

    def __init__(self) -> None:
        self._steps = np.empty(1024)
        self._values = np.empty(1024)
        self.edition = 0
        """Changes with whatever changes the points, but for those that are appended."""
        self.clear()

    @property
    def steps(self) -> FloatArray:
        """Steps (m,), never decreasing."""
        return self._steps[: self._count]

    @property
    def values(self) -> FloatArray:
        """Log-likelihoods (m,); NaN where the data changed."""
        return self._values[: self._count]

    @property
    def breaks(self) -> list[float]:
        """The steps at which the data changed."""
        return [float(self._steps[piece.begin - 1]) for piece in self._pieces if piece.begin]

    @property
    def extent(self) -> Extent | None:
        """That of the present piece; None when it has no finite value."""
        if not self._pieces or math.isnan(self._pieces[-1].first):
            return None
        piece = self._pieces[-1]
        recent = self._values[max(piece.begin, self._count - RECENT) : self._count]
        finite = recent[np.isfinite(recent)]
        recent_low = float(finite.min()) if len(finite) else piece.low
        return Extent(piece.first, piece.low, piece.high, recent_low)

    def clear(self) -> None:
        """Forget all points."""
        self.edition += 1
        self._count = 0
        self._pieces: list[_Piece] = []
        self._settled = (np.empty(0), np.empty(0))
        self._settled_count = 0
        self._most = MOST_KEPT

    def extend(self, steps: FloatArray, values: FloatArray, revision: int) -> None:
        """Append points; those at later steps belong to a course that was left and are dropped.

        The last of them were made with `revision` of the data. When that is not the one of the piece they
        follow, as after going back to before a change, the curve breaks there too.
        """
        if not len(steps):
            return
        # A break begins where the last course ends; a fork begins after the step that both courses share.
        self._cut(steps[0], keeps_step=bool(np.isnan(values[0])))
        breaks = np.flatnonzero(np.isnan(values))
        if not self._pieces or (not len(breaks) and self._pieces[-1].revision != revision):
            self._begin_piece(float(steps[0]), revision)
        begin = 0
        for end in breaks.tolist():
            self._append(steps[begin:end], values[begin:end])
            self._begin_piece(float(steps[end]), revision)
            begin = end + 1
        self._append(steps[begin:], values[begin:])
        self._settle()

    def nearest(self, step: float) -> int | None:
        """The index of the point nearest to a step; None when there is no finite value."""
        if not self._count or not math.isfinite(step):
            return None
        after = int(np.searchsorted(self.steps, step))
        near = np.arange(max(after - 3, 0), min(after + 3, self._count))
        near = near[np.isfinite(self._values[near])]
        if not len(near):
            return None
        # The later of two at one step: it belongs to the present data.
        away = np.abs(self._steps[near] - step)[::-1]
        return int(near[::-1][np.argmin(away)])

    def outline(self) -> tuple[FloatArray, FloatArray]:
        """Steps and values of few points that draw the same curve, with its breaks."""
        steps, values = self._settled
        tail = slice(self._settled_count, self._count)
        return np.append(steps, self._steps[tail]), np.append(values, self._values[tail])

    def _cut(self, step: float, *, keeps_step: bool) -> None:
        count = int(np.searchsorted(self.steps, step, side="right" if keeps_step else "left"))
        if count == self._count:
            return
        self.edition += 1
        while self._pieces and self._pieces[-1].begin >= count:
            count = min(count, max(self._pieces.pop().begin - 1, 0))
        self._count = count
        if count < self._settled_count:
            # What is settled is too coarse for the part of it that is left, which will fill the picture.
            self._settled, self._settled_count = (np.empty(0), np.empty(0)), 0
        if self._pieces:
            piece = self._pieces[-1]
            self._pieces[-1] = _Piece(piece.begin, piece.revision)
            self._pieces[-1].observe(self._values[piece.begin : count])

    def _begin_piece(self, step: float, revision: int) -> None:
        self.edition += 1
        # Dragging the data makes a piece per move. One that was never trained has no line: it gives way.
        if self._pieces and self._count - self._pieces[-1].begin <= 1:
            self._count = self._pieces.pop().begin
        elif self._count:
            self._store(np.array([step]), np.array([math.nan]))
        if self._count:
            self._steps[self._count - 1] = step
        self._pieces.append(_Piece(self._count, revision))

    def _append(self, steps: FloatArray, values: FloatArray) -> None:
        self._store(steps, values)
        self._pieces[-1].observe(values)

    def _store(self, steps: FloatArray, values: FloatArray) -> None:
        if self._count + len(steps) > self._most:
            self._thin()
        needed = self._count + len(steps)
        if needed > len(self._steps):
            size = max(needed, 2 * len(self._steps))
            self._steps, self._values = _grown(self.steps, size), _grown(self.values, size)
        self._steps[self._count : needed] = steps
        self._values[self._count : needed] = values
        self._count = needed

    def _settle(self) -> None:
        if self._count - self._settled_count <= LONGEST_TAIL:
            return
        steps, values = self.outline()
        self._settled = geometry.decimated(steps[:-SHORTEST_TAIL], values[:-SHORTEST_TAIL], SETTLED_COLUMNS)
        self._settled_count = self._count - SHORTEST_TAIL

    def _thin(self) -> None:
        self.edition += 1
        steps, values = self.steps, self.values
        # The length of a stretch at step t is 1 + t / SETTLED_COLUMNS: this is the integral of its inverse.
        stretch = np.floor(SETTLED_COLUMNS * np.log1p((steps - steps[0]) / SETTLED_COLUMNS))
        is_break = np.isnan(values)
        is_begin = np.diff(stretch, prepend=-1.0) > 0.0
        is_begin |= is_break
        is_begin[1:] |= is_break[:-1]
        kept = geometry.outline_mask(values, np.flatnonzero(is_begin))
        kept[-SHORTEST_TAIL:] = True
        before = np.concatenate(([0], np.cumsum(kept)))
        for piece in self._pieces:
            piece.begin = int(before[piece.begin])
        self._settled_count = int(before[self._settled_count])
        self._count = int(before[-1])
        self._steps[: self._count], self._values[: self._count] = steps[kept], values[kept]
        # Beyond thousands of millions of steps, or with as many changes of the data, few can be left out.
        self._most = max(MOST_KEPT, 2 * self._count)


def _grown(values: FloatArray, size: int) -> FloatArray:
    grown = np.empty(size)
    grown[: len(values)] = values
    return grown


def present_begin(values: FloatArray) -> int:
    """Where the present piece begins: behind the last NaN."""
    breaks = np.flatnonzero(np.isnan(values))
    return int(breaks[-1]) + 1 if len(breaks) else 0
