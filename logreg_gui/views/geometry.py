"""Plane geometry for drawing: lines clipped to a rectangle, ellipses, conics, arrow lengths.

Pure functions of numbers.

A rectangle is (left, right, bottom, top) in data coordinates; a line is intercept + linear . x = level.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logreg_gui.frames import BayesBoundary, GaussianClass, Sample

FloatArray = NDArray[np.float64]
Rectangle = tuple[float, float, float, float]
Ends = tuple[float, float, float, float]
"""The ends of a straight line: x and y of the first, then of the second."""

LABEL_DISTANCES = (0.8, 0.7, 0.6, 0.9, 0.5, 0.4)
"""Distances of a line's label from the middle of the view, as shares of the way to its edge."""

MISPLACED = 0.15
"""How far from such a distance a label may stand."""

FAR_APART = 0.6
"""Least distance between two places of a label, in halves of the view."""

SHORTEST_ARROW, LONGEST_ARROW, NEW_ARROW = 0.08, 0.30, 0.28
"""Lengths of the weight vector's arrow as shares of the view.

Between the first two its divisor stays; a new divisor makes it no longer than the third.
"""

LEAST_ROOM = 2.5 * SHORTEST_ARROW
"""An arrow of this share may stick out of the view: divided once more it could be too short."""

FIRST_LANE, LANE = -0.06, 0.07
"""Where the rows of class 0 of several classes lie, and how far below the next class's do."""

STEEPEST = 1e100
"""Weights beyond which a line is drawn from smaller ones."""

CONIC_SAMPLES = 600
"""Points along each axis of a curved boundary: about one per pixel of the plot."""


def tamed(weights: FloatArray | None) -> FloatArray | None:
    """Weights (3,) of the same line whose squares are numbers still; a run that diverges has others."""
    if weights is None:
        return None
    values = weights.tolist()
    if not all(map(math.isfinite, values)):
        return weights
    largest = max(map(abs, values))
    return weights if largest <= STEEPEST else weights * (STEEPEST / largest)


def clipped_line(weights: Iterable[float], rectangle: Rectangle, level: float = 0.0) -> FloatArray | None:
    """The two ends (2, 2) of a line inside the rectangle, None when the line does not cross it.

    The line is where weights . (1, x1, x2) = level. The ends are ordered so that class 1 (larger scores) lies
    to the left of the way from the first to the second.
    """
    ends = clipped_ends(weights, rectangle, level)
    return None if ends is None else np.array(ends).reshape(2, 2)


def clipped_ends(weights: Iterable[float], rectangle: Rectangle, level: float = 0.0) -> Ends | None:
    """The same ends as four plain numbers: every frame of a run asks for three lines'."""
    intercept, first, second = (float(weight) for weight in weights)
    left, right, bottom, top = rectangle
    largest = max(abs(first) * (right - left), abs(second) * (top - bottom))
    if not largest > 0.0 or not math.isfinite(largest):
        return None
    # Walk along the line's direction from the point nearest to the middle, and cut at the four sides (Liang
    # and Barsky).
    middle_x, middle_y = 0.5 * (left + right), 0.5 * (bottom + top)
    norm = math.hypot(first, second)
    away = (level - intercept - (first * middle_x + second * middle_y)) / norm
    x, y = middle_x + first / norm * away, middle_y + second / norm * away
    along, up = second / norm, -first / norm
    low, high = -math.inf, math.inf
    for begin, step, minimum, maximum in ((x, along, left, right), (y, up, bottom, top)):
        if step == 0.0:
            if not minimum <= begin <= maximum:
                return None
            continue
        one, other = (minimum - begin) / step, (maximum - begin) / step
        low, high = max(low, min(one, other)), min(high, max(one, other))
    if not (low < high and math.isfinite(x) and math.isfinite(y)):
        return None
    return x + low * along, y + low * up, x + high * along, y + high * up


def ellipse(gaussian: GaussianClass, deviations: float, points: int = 96) -> FloatArray:
    """The closed curve (points, 2) of that many standard deviations around the mean."""
    turn = np.linspace(0.0, 2.0 * np.pi, points)
    long, short = gaussian.axis_lengths
    cosine, sine = np.cos(gaussian.angle), np.sin(gaussian.angle)
    along, across = deviations * long * np.cos(turn), deviations * short * np.sin(turn)
    return np.column_stack(
        (
            gaussian.mean[0] + cosine * along - sine * across,
            gaussian.mean[1] + sine * along + cosine * across,
        )
    )


def bayes_curve(
    boundary: BayesBoundary, rectangle: Rectangle, means: FloatArray | None = None
) -> list[FloatArray]:
    """The Bayes-optimal boundary inside the rectangle, as one line or the pieces of a conic, each (m, 2).

    A piece may hold NaN rows, where the line is to be broken. The conic is solved for x2 along x1 and for x1
    along x2: where one parametrisation is steep and gappy, the other is flat and dense. With the classes'
    `means` (2, 2), a hyperbola is left with the branch between them.
    """
    if boundary.is_line:
        line = clipped_line(boundary.weights, rectangle)
        return [] if line is None else [line]
    left, right, bottom, top = rectangle
    quadratic = np.asarray(boundary.quadratic)
    linear = np.asarray(boundary.linear)
    branches = []
    for axis, (low, high) in enumerate(((left, right), (bottom, top))):
        other = 1 - axis
        along = np.linspace(low, high, CONIC_SAMPLES)
        for root in _quadratic_roots(
            quadratic[other, other],
            linear[other] + 2.0 * quadratic[axis, other] * along,
            boundary.intercept + linear[axis] * along + quadratic[axis, axis] * along**2,
        ):
            branch = np.empty((CONIC_SAMPLES, 2))
            branch[:, axis], branch[:, other] = along, root
            limits = (bottom, top) if other == 1 else (left, right)
            margin = 0.05 * (limits[1] - limits[0])
            outside = ~((root >= limits[0] - margin) & (root <= limits[1] + margin))
            # Where it is steep the other parametrisation draws it; drawn twice, dashes would blur.
            with np.errstate(invalid="ignore"):
                outside |= ~(np.abs(np.gradient(root, along)) <= (limits[1] - limits[0]) / (high - low))
            branch[outside] = np.nan
            if means is not None:
                outside |= ~on_separating_branch(boundary, means, branch)
                branch[outside] = np.nan
            if not outside.all():
                branches.append(branch)
    return branches


def on_separating_branch(boundary: BayesBoundary, means: FloatArray, points: FloatArray) -> NDArray[np.bool_]:
    """Whether points (m, 2) lie on the branch of a Bayes hyperbola that separates the two means (2, 2).

    About its centre and along its axes a hyperbola is v0 u0^2 + v1 u1^2 = level with v0 v1 < 0; its branches
    lie on either side of u = 0, u being the coordinate whose v has the sign of the level. The branch wanted
    is the one that the way between the means crosses; when it crosses none or both, the one nearer to the
    middle of that way (the branches mirror each other). Two parallel lines are treated alike. Every point of
    an ellipse or a parabola, which have one branch, is on it.
    """
    quadratic = np.asarray(boundary.quadratic)
    curvatures, axes = np.linalg.eigh(quadratic)
    slopes = axes.T @ np.asarray(boundary.linear)
    sharpest = float(np.abs(curvatures).max())
    curvatures = np.where(np.abs(curvatures) > 1e-12 * sharpest, curvatures, 0.0)
    is_parabola = bool(np.any((curvatures == 0.0) & (np.abs(slopes) > 1e-12 * np.abs(slopes).max())))
    if curvatures[0] * curvatures[1] > 0.0 or is_parabola:
        return np.ones(len(points), dtype=np.bool_)
    centre = np.divide(-0.5 * slopes, curvatures, out=np.zeros(2), where=curvatures != 0.0)
    level = -(boundary.intercept + 0.5 * float(slopes @ centre))
    transverse = int(np.argmax(curvatures * level))
    side = points @ axes[:, transverse] - centre[transverse] >= 0.0
    between = float(_crossing(boundary, means) @ axes[:, transverse]) - centre[transverse] >= 0.0
    separating: NDArray[np.bool_] = side == between
    return separating


def _crossing(boundary: BayesBoundary, means: FloatArray) -> FloatArray:
    """Where the way between the means crosses the boundary; its middle if both ends are on one side."""
    quadratic, linear = np.asarray(boundary.quadratic), np.asarray(boundary.linear)
    start, way = means[0], means[1] - means[0]
    curvature = float(way @ quadratic @ way)
    slope = float((linear + 2.0 * quadratic @ start) @ way)
    first = boundary.intercept + float(linear @ start + start @ quadratic @ start)
    share = 0.5
    if first * (first + slope + curvature) < 0.0:
        roots = np.concatenate(_quadratic_roots(curvature, np.array([slope]), np.array([first])))
        share = float(roots[np.nanargmin(np.abs(roots - 0.5))])
    crossing: FloatArray = start + share * way
    return crossing


def label_anchors(
    curves: Sequence[FloatArray], rectangle: Rectangle, *, is_below_first: bool
) -> tuple[FloatArray, FloatArray]:
    """Points of a line beside which its label may stand, and the line's directions there.

    Both are (2 len(LABEL_DISTANCES), 2), in the order of preference: two points far from each other at every
    distance, the lower one first or the upper one. Rows are NaN where the line has no such point, so that a
    row means the same place of every line.
    """
    left, right, bottom, top = rectangle
    middle = np.array([(left + right) / 2, (bottom + top) / 2])
    half = np.array([(right - left) / 2, (top - bottom) / 2])
    if len(curves) == 1 and len(curves[0]) == 2:
        return _straight_anchors(curves[0], middle, half, is_below_first=is_below_first)
    anchors = np.full((2, 2 * len(LABEL_DISTANCES), 2), np.nan)
    points, directions = with_directions(curves)
    if not len(points):
        return anchors[0], anchors[1]
    nearness = Nearness.of(points, middle, half, is_below_first=is_below_first)
    for index, target in enumerate(LABEL_DISTANCES):
        for number, best in enumerate(nearness.best(target)):
            if best is not None:
                anchors[:, 2 * index + number] = points[best], directions[best]
    return anchors[0], anchors[1]


@dataclass(frozen=True, eq=False)
class Nearness:
    """How suitable the points of a line are for a label beside them.

    `away` (m, 2) is where they lie, in halves of the view from its middle, `distance` (m,) how far that is,
    `unwanted` (m,) is larger on the side that is not wanted first.
    """

    away: FloatArray
    distance: FloatArray
    unwanted: FloatArray

    @classmethod
    def of(
        cls, points: FloatArray, middle: FloatArray, half: FloatArray, *, is_below_first: bool
    ) -> Nearness:
        """That of points (m, 2) in a view with this middle (2,) and half size (2,)."""
        away = (points - middle) / half
        distance = np.abs(away).max(axis=1)
        unwanted = 0.05 * ((away[:, 1] > 0.0) == is_below_first) + (distance > 1.0)
        return cls(away, distance, unwanted)

    def best(self, target: float) -> tuple[int | None, int | None]:
        """The points to take at that distance from the middle, the second far from the first."""
        misplaced = np.abs(self.distance - target) + self.unwanted
        first = int(np.argmin(misplaced))
        found = first if misplaced[first] < MISPLACED else None
        misplaced = misplaced + (np.abs(self.away - self.away[first]).max(axis=1) < FAR_APART)
        second = int(np.argmin(misplaced))
        return found, second if misplaced[second] < MISPLACED else None


def _straight_anchors(
    line: FloatArray, middle: FloatArray, half: FloatArray, *, is_below_first: bool
) -> tuple[FloatArray, FloatArray]:
    """The anchors of a single line (2, 2)."""
    start: list[float]
    end: list[float]
    start, end = ((line - middle) / half).tolist()
    way = (end[0] - start[0], end[1] - start[1])

    shares = [
        share
        for target in LABEL_DISTANCES
        for share in straight_shares(start, way, target, is_below_first=is_below_first)
    ]
    along = np.array(shares)[:, None]
    delta = line[1] - line[0]
    length = float(np.hypot(*delta))
    if not length > 0.0:
        along = np.full_like(along, np.nan)
    return line[0] + along * delta, np.where(np.isnan(along), np.nan, delta / (length or 1.0))


def straight_shares(
    start: Sequence[float], way: Sequence[float], target: float, *, is_below_first: bool
) -> tuple[float, float]:
    """Where on its way a line crosses the frame at that distance around the middle, or else comes nearest.

    The first is the better place for a label; NaN stands for no place. `start` and `way` are in halves of the
    view from its middle. Plain numbers: on arrays of two rows numpy is slow.
    """

    def distance(share: float) -> float:
        return max(abs(start[0] + share * way[0]), abs(start[1] + share * way[1]))

    entry, leave = _inside(start, way, (-target, -target), (target, target))
    found = [entry, leave] if entry < leave else [_nearest_to_middle(start, way)]
    found = [share for share in found if abs(distance(share) - target) < MISPLACED]
    found.sort(key=lambda share: (start[1] + share * way[1] > 0.0) == is_below_first)
    if len(found) == 2 and abs(found[1] - found[0]) * max(abs(way[0]), abs(way[1])) < FAR_APART:
        found.pop()
    first, second, *_ = (*found, math.nan, math.nan)
    return first, second


def _nearest_to_middle(start: Sequence[float], way: Sequence[float]) -> float:
    """The share of the way at which max(|x|, |y|) is least: at an end, or where two of its planes meet."""
    shares = [0.0, 1.0]
    planes = (way[0], start[0]), (way[1], start[1])
    for slope, height in (*planes, *((way[0] - s * way[1], start[0] - s * start[1]) for s in (1.0, -1.0))):
        if slope != 0.0:
            shares.append(min(max(-height / slope, 0.0), 1.0))
    return min(shares, key=lambda share: max(abs(height + share * slope) for slope, height in planes))


def _inside(
    start: Sequence[float], way: Sequence[float], least: Sequence[float], most: Sequence[float]
) -> tuple[float, float]:
    """Between which shares of its way a segment is inside a box; the first is larger when it never is."""
    entry, leave = 0.0, 1.0
    for begin, step, low, high in zip(start, way, least, most, strict=True):
        if step == 0.0:
            if not low <= begin <= high:
                return 1.0, 0.0
            continue
        one, other = (low - begin) / step, (high - begin) / step
        entry, leave = max(entry, min(one, other)), min(leave, max(one, other))
    return entry, leave


def with_directions(curves: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """The points (m, 2) of curves where these have a direction, and the directions (m, 2) there."""
    dense = [_densified(curve) for curve in curves if len(curve) > 1]
    if not dense:
        return np.empty((0, 2)), np.empty((0, 2))
    points = np.concatenate(dense)
    directions = np.concatenate([np.gradient(curve, axis=0) for curve in dense])
    lengths = np.hypot(directions[:, 0], directions[:, 1])
    # Beside a gap the difference is NaN too.
    usable = lengths > 0.0
    return points[usable], directions[usable] / lengths[usable, None]


def _densified(curve: FloatArray) -> FloatArray:
    if len(curve) > 2:
        return curve
    share = np.linspace(0.0, 1.0, 101)[:, None]
    dense: FloatArray = (1.0 - share) * curve[0] + share * curve[1]
    return dense


def visible_length(curves: Sequence[FloatArray], rectangle: Rectangle) -> float:
    """How much of the curves (m, 2) lies inside the rectangle; gaps do not count."""
    left, right, bottom, top = rectangle
    total = 0.0
    for curve in curves:
        if len(curve) == 2:
            total += visible_straight(curve.ravel().tolist(), rectangle)
            continue
        steps = np.hypot(*np.diff(curve, axis=0).T)
        x, y = (0.5 * (curve[1:] + curve[:-1])).T
        total += float(np.nansum(steps[(x >= left) & (x <= right) & (y >= bottom) & (y <= top)]))
    return total


def visible_straight(ends: Sequence[float], rectangle: Rectangle) -> float:
    """How much of a straight line from (x, y) to (x, y) lies inside the rectangle."""
    left, right, bottom, top = rectangle
    way = (ends[2] - ends[0], ends[3] - ends[1])
    entry, leave = _inside(ends[:2], way, (left, bottom), (right, top))
    length = (leave - entry) * math.hypot(*way)
    return length if 0.0 < length < math.inf else 0.0  # and not NaN, as beside a gap


def arrow_divisor(length: float, longest: float) -> float:
    """The smallest of 1, 2, 5, 10, 20 ... by which an arrow of that length must be divided to fit."""
    divisor = 1.0
    while length / divisor > longest and divisor < 1e12:
        divisor *= 2.5 if str(int(divisor)).startswith("2") else 2.0
    return divisor


def steady_divisor(length: float, view: float, previous: float, room: float = np.inf) -> float:
    """The divisor for an arrow of that length in a view of that size, the `previous` one if it still serves.

    `room` is how far the arrow can go before it leaves the view. Without the memory an arrow near a limit
    would change its scale between neighbouring steps.
    """
    fits = max(room, LEAST_ROOM * view)
    if SHORTEST_ARROW * view <= length / previous <= min(LONGEST_ARROW * view, fits):
        return previous
    return arrow_divisor(length, min(NEW_ARROW * view, fits))


def way_to_edge(point: Sequence[float], direction: Sequence[float], rectangle: Rectangle) -> float:
    """How far it is from a point inside the rectangle along a direction to the rectangle's edge."""
    left, right, bottom, top = rectangle
    norm = math.hypot(*direction)
    way = math.inf
    for begin, step, low, high in zip(point, direction, (left, bottom), (right, top), strict=True):
        if step != 0.0:
            way = min(way, ((high if step > 0.0 else low) - begin) / step * norm)
    return way


def foot_on_line(weights: Iterable[float], point: Sequence[float]) -> tuple[float, float] | None:
    """The point of the line weights . (1, x1, x2) = 0 nearest to `point`; None when there is no line."""
    intercept, first, second = (float(weight) for weight in weights)
    x, y = point
    squared = first * first + second * second
    if not squared > 0.0 or not math.isfinite(squared):
        return None
    share = (intercept + (first * x + second * y)) / squared
    return x - first * share, y - second * share


def gaussians_rectangle(classes: Sequence[GaussianClass], deviations: float) -> Rectangle:
    """The smallest rectangle that holds every class's ellipse of that many standard deviations."""
    curves = np.concatenate([ellipse(gaussian, deviations) for gaussian in classes])
    # All rows in one point make a view too.
    air = np.maximum(1e-6 * np.abs(curves).max(), np.where(np.ptp(curves, axis=0) > 0.0, 0.0, 0.5))
    (left, bottom), (right, top) = curves.min(axis=0) - air, curves.max(axis=0) + air
    return float(left), float(right), float(bottom), float(top)


def rows_rectangle(points: NDArray[np.floating], air: float = 0.07) -> Rectangle:
    """The smallest rectangle that holds all points (n, 2), and `air` around them as a share of its sides."""
    # Column by column: over axis 0 a million rows take fifteen times as long.
    low = np.array([column.min() for column in points.T], dtype=np.float64)
    high = np.array([column.max() for column in points.T], dtype=np.float64)
    # All rows in one point make a view too.
    margin = np.where(high > low, air * (high - low), 0.5 + 1e-6 * np.abs(high))
    (left, bottom), (right, top) = (low - margin).tolist(), (high + margin).tolist()
    return left, right, bottom, top


def decimated(steps: FloatArray, values: FloatArray, columns: int) -> tuple[FloatArray, FloatArray]:
    """At most four points per pixel column that draw the same curve: first, lowest, highest and last of each.

    A long antialiased path costs seconds to stroke. `steps` must increase; NaN values are kept as breaks.
    """
    count = len(steps)
    span = steps[-1] - steps[0] if count else 0.0
    if count <= 4 * columns or columns < 1 or not span > 0.0:
        return steps, values
    column = np.minimum(((steps - steps[0]) * (columns / span)).astype(np.intp), columns - 1)
    kept = outline_mask(values, np.flatnonzero(np.diff(column, prepend=-1)))
    return steps[kept], values[kept]


def outline_mask(values: FloatArray, begins: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the values (m,) draw the curve: of every stretch its first, lowest, highest and last, and NaN.

    The stretches begin at the indices `begins`, the first of which is 0. In linear time: sorting within the
    stretches takes more than ten times as long.
    """
    kept = np.isnan(values)
    lengths = np.diff(begins, append=len(values))
    stretch = np.repeat(np.arange(len(begins)), lengths)
    for extreme in (np.fmin, np.fmax):
        hits = np.flatnonzero(values == extreme.reduceat(values, begins)[stretch])
        # One for each: a curve that has arrived is a plateau of equal values.
        kept[hits[np.diff(stretch[hits], prepend=-1) > 0]] = True
    kept[begins] = True
    kept[begins + lengths - 1] = True
    return kept


def _quadratic_roots(a: float, b: FloatArray, c: FloatArray) -> list[FloatArray]:
    """Both real roots of a z^2 + b z + c, NaN where there is none, without cancellation."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if abs(a) < 1e-12:
            return [-c / b]
        half = -0.5 * (b + np.copysign(np.sqrt(b * b - 4.0 * a * c), b))
        return [half / a, c / half]


def row_points(
    sample: Sample, rows: NDArray[np.intp] | None = None
) -> tuple[FloatArray, NDArray[np.integer]]:
    """Where the rows, all or these (m,), lie (m, 2), and the class whose mark each has."""
    some = slice(None) if rows is None else rows
    x, target = sample.features[some, 0].astype(np.float64), sample.target[some]
    if not sample.n_classes:
        return np.column_stack((x, target)), np.zeros(len(x), dtype=np.int8)
    labels = target.astype(np.intp)
    heights = FIRST_LANE - LANE * np.arange(sample.n_classes)
    return np.column_stack((x, labels if sample.n_classes == 2 else heights[labels])), labels
