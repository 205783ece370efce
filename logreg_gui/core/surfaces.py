"""Arrays over the plane, ready to be drawn: a grid of points, and the level lines of values on it.

A rectangle is (left, right, bottom, top). A grid has `rows` x `columns` points, the first row at the bottom,
the first column at the left, the outermost points on the sides of the rectangle. Values on it are (rows,
columns).

Level lines are those of marching squares: inside a cell of four neighbours a value is taken as linear along
the sides, and a cell whose corners alternate is split by the mean of its corners (Lorensen and Cline 1987, in
the plane).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.validation import FloatArray

Rectangle = tuple[float, float, float, float]

# The sides of a cell: 0 bottom, 1 right, 2 top, 3 left. For the sixteen cases (bit k set: corner k is above
# the level, with the corners counterclockwise from the bottom left) the pairs of sides that a line joins; the
# two ambiguous cases, 5 and 10, are those in which the middle of the cell is below.
_JOINS: tuple[tuple[tuple[int, int], ...], ...] = (
    (),
    ((3, 0),),
    ((0, 1),),
    ((3, 1),),
    ((1, 2),),
    ((3, 0), (1, 2)),
    ((0, 2),),
    ((3, 2),),
    ((2, 3),),
    ((2, 0),),
    ((0, 1), (2, 3)),
    ((2, 1),),
    ((1, 3),),
    ((1, 0),),
    ((0, 3),),
    (),
)
_OTHER_JOINS = {5: ((3, 2), (1, 0)), 10: ((0, 3), (2, 1))}


def grid_points(rectangle: Rectangle, rows: int, columns: int) -> FloatArray:
    """The points (rows * columns, 2) of a grid, row by row."""
    left, right, bottom, top = rectangle
    first, second = np.meshgrid(np.linspace(left, right, columns), np.linspace(bottom, top, rows))
    return np.column_stack((first.ravel(), second.ravel()))


def level_lines(values: NDArray[np.floating], level: float, rectangle: Rectangle) -> list[FloatArray]:
    """The lines (m, 2) along which `values` on the grid equal `level`; closed ones end where they begin.

    Cells with a corner that is not finite have no line.
    """
    heights = np.asarray(values, dtype=np.float64) - level
    starts, ends = _segments(heights)
    if not len(starts):
        return []
    places = _crossings(heights, rectangle)
    return [places[chain] for chain in _chains(starts, ends)]


def seams(scores: NDArray[np.floating], rectangle: Rectangle) -> list[FloatArray]:
    """The lines (m, 2) on which the two highest of `scores` (K, rows, columns) tie; K >= 2.

    Each with the class of the larger number to the left of its way.
    """
    lines = []
    for label in range(1, len(scores)):
        others = np.delete(scores, label, axis=0)
        neighbour = others.argmax(axis=0)  # the class across the border; smaller ones keep their numbers
        for border in level_lines(scores[label] - others.max(axis=0), 0.0, rectangle):
            row, column = _nearest(border, rectangle, neighbour.shape)
            lines += _runs(border, neighbour[row, column] < label)
    return lines


def straight_seams(scores: FloatArray, rectangle: Rectangle) -> list[FloatArray]:
    """`seams` of scores that are linear in the plane, exactly, however narrow a class's part of it is.

    `scores` (K, 3) multiply 1, x1 and x2. A seam of two classes is the part of the line on which they tie
    where no third class is higher.
    """
    lines = []
    for label in range(1, len(scores)):
        for other in range(label):
            ends = _clipped(scores[label] - scores[other], rectangle)
            if ends is not None:
                rest = np.delete(scores, (label, other), axis=0)
                ends = _highest_part(ends, scores[label], rest)
            if ends is not None:
                lines.append(ends)
    return lines


def _clipped(weights: FloatArray, rectangle: Rectangle) -> FloatArray | None:
    """The ends (2, 2) in the rectangle of the line where weights . (1, x1, x2) = 0, the higher side left."""
    slopes = weights[1:]
    steepness = float(slopes @ slopes)
    if not 0.0 < steepness < np.inf:
        return None
    foot = -weights[0] / steepness * slopes
    way = np.array([slopes[1], -slopes[0]]) / np.sqrt(steepness)
    low, high = -np.inf, np.inf
    for axis in range(2):
        limits = np.array(rectangle[2 * axis : 2 * axis + 2])
        if way[axis] == 0.0:
            if not limits[0] <= foot[axis] <= limits[1]:
                return None
            continue
        cuts = np.sort((limits - foot[axis]) / way[axis])
        low, high = max(low, cuts[0]), min(high, cuts[1])
    return np.array([foot + low * way, foot + high * way]) if low < high else None


def _highest_part(ends: FloatArray, score: FloatArray, rest: FloatArray) -> FloatArray | None:
    """The part of a piece of line (2, 2) on which no score of the `rest` (m, 3) exceeds `score` (3,)."""
    low, high = 0.0, 1.0
    first, last = np.column_stack((np.ones(2), ends)) @ (score - rest).T
    for begin, end in zip(first.tolist(), last.tolist(), strict=True):
        if begin < 0.0 and end < 0.0:
            return None
        if begin < 0.0:
            low = max(low, begin / (begin - end))
        elif end < 0.0:
            high = min(high, begin / (begin - end))
    way = ends[1] - ends[0]
    return np.array([ends[0] + low * way, ends[0] + high * way]) if low < high else None


def _nearest(
    points: FloatArray, rectangle: Rectangle, shape: tuple[int, ...]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column of the grid point nearest to each of the points (m, 2)."""
    left, right, bottom, top = rectangle
    shares = (points - (left, bottom)) / (right - left, top - bottom)
    column, row = np.rint(shares * (shape[1] - 1, shape[0] - 1)).astype(np.intp).T
    return row, column


def _runs(line: FloatArray, is_wanted: NDArray[np.bool_]) -> list[FloatArray]:
    """The wanted stretches of a line, each with one point more on either side: none ends too early."""
    if is_wanted.all():
        return [line]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_wanted, [False])).astype(np.int8)))
    return [line[max(begin - 1, 0) : end + 1] for begin, end in edges.reshape(-1, 2).tolist()]


def _segments(heights: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The numbers of the grid sides that each piece of line joins; sides are numbered as in `_crossings`."""
    rows, columns = heights.shape
    is_above = heights >= 0.0
    case = (is_above[:-1, :-1] + 2 * is_above[:-1, 1:] + 4 * is_above[1:, 1:] + 8 * is_above[1:, :-1]).astype(
        np.intp
    )
    corners = (heights[:-1, :-1], heights[:-1, 1:], heights[1:, 1:], heights[1:, :-1])
    middle = corners[0] + corners[1] + corners[2] + corners[3]
    case[~np.isfinite(middle)] = 0
    horizontal = rows * (columns - 1)
    starts, ends = [], []
    row, column = np.nonzero((case != 0) & (case != 15))
    kinds = case[row, column]
    is_split = middle[row, column] >= 0.0
    bottom = row * (columns - 1) + column
    left = horizontal + row * columns + column
    sides = np.stack((bottom, left + 1, bottom + columns - 1, left))
    for kind in range(1, 15):
        for joins, chosen in (
            (_JOINS[kind], (kinds == kind) & ~(is_split & (kind in _OTHER_JOINS))),
            (_OTHER_JOINS.get(kind, ()), (kinds == kind) & is_split),
        ):
            for first, second in joins:
                starts.append(sides[first, chosen])
                ends.append(sides[second, chosen])
    return np.concatenate(starts), np.concatenate(ends)


def _crossings(heights: FloatArray, rectangle: Rectangle) -> FloatArray:
    """Where each side is crossed (sides, 2): the horizontal ones row by row, then the vertical ones."""
    rows, columns = heights.shape
    left, right, bottom, top = rectangle
    x, y = np.linspace(left, right, columns), np.linspace(bottom, top, rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        along = heights[:, :-1] / (heights[:, :-1] - heights[:, 1:])
        up = heights[:-1] / (heights[:-1] - heights[1:])
    horizontal = np.stack((x[:-1] + along * np.diff(x), np.broadcast_to(y[:, None], along.shape)), axis=-1)
    vertical = np.stack((np.broadcast_to(x, up.shape), y[:-1, None] + up * np.diff(y)[:, None]), axis=-1)
    return np.concatenate((horizontal.reshape(-1, 2), vertical.reshape(-1, 2)))


def _chains(starts: NDArray[np.intp], ends: NDArray[np.intp]) -> list[list[int]]:
    """Pieces that share a side, strung together; every piece has the higher ground on the same hand."""
    following = dict(zip(starts.tolist(), ends.tolist(), strict=True))
    chains = []
    # Open lines begin at a side that no piece leads to; what is left over is closed.
    openings = sorted(following.keys() - set(ends.tolist()))
    for opening in openings:
        chains.append(_follow(opening, following))
    while following:
        chains.append(_follow(next(iter(following)), following))
    return chains


def _follow(side: int, following: dict[int, int]) -> list[int]:
    chain = [side]
    while (successor := following.pop(chain[-1], None)) is not None:
        chain.append(successor)
    return chain
