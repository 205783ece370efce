"""Plane geometry for drawing: lines clipped to a rectangle, ellipses, conics, arrow lengths.

Pure functions of numbers.

A rectangle is (left, right, bottom, top) in data coordinates; a line is intercept + linear . x = level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from logreg_gui.frames import BayesBoundary, GaussianClass

FloatArray = NDArray[np.float64]
Rectangle = tuple[float, float, float, float]

LABEL_DISTANCES = (0.8, 0.65, 0.9, 0.5)
"""Distances of a boundary's label from the middle of the view, as shares of the way to its edge."""

CONIC_SAMPLES = 600
"""Points along each axis of a curved boundary: about one per pixel of the plot."""


def clipped_line(weights: Iterable[float], rectangle: Rectangle, level: float = 0.0) -> FloatArray | None:
    """The two ends (2, 2) of the line weights .

    (1, x1, x2) = level inside the rectangle, None when it does not cross it.

    The ends are ordered so that class 1 (larger scores) lies to the left of the way from the first to the
    second.
    """
    intercept, first, second = (float(weight) for weight in weights)
    left, right, bottom, top = rectangle
    largest = max(abs(first) * (right - left), abs(second) * (top - bottom))
    if not largest > 0.0 or not np.isfinite(largest):
        return None
    offset = level - intercept
    # Walk along the line's direction from the point nearest to the middle, and cut at the four sides (Liang
    # and Barsky).
    middle = np.array([(left + right) / 2, (bottom + top) / 2])
    normal = np.array([first, second])
    norm = float(np.hypot(first, second))
    start = middle + normal / norm * ((offset - float(normal @ middle)) / norm)
    direction = np.array([second, -first]) / norm
    low, high = -np.inf, np.inf
    for axis, (minimum, maximum) in enumerate(((left, right), (bottom, top))):
        if direction[axis] == 0.0:
            if not minimum <= start[axis] <= maximum:
                return None
            continue
        cuts = sorted(((minimum - start[axis]) / direction[axis], (maximum - start[axis]) / direction[axis]))
        low, high = max(low, cuts[0]), min(high, cuts[1])
    if not (low < high and np.isfinite(start).all()):
        return None
    return np.array([start + low * direction, start + high * direction])


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


def outermost_point(gaussian: GaussianClass, deviations: float, away_from: Sequence[float]) -> FloatArray:
    """The point of the ellipse furthest from another point: where a label is least in the way."""
    curve = ellipse(gaussian, deviations)
    distances = np.hypot(curve[:, 0] - away_from[0], curve[:, 1] - away_from[1])
    furthest: FloatArray = curve[int(np.argmax(distances))]
    return furthest


def bayes_curve(boundary: BayesBoundary, rectangle: Rectangle) -> list[FloatArray]:
    """The Bayes-optimal boundary inside the rectangle, as one line or the branches of a conic, each (m, 2).

    A branch may hold NaN rows, where the line is to be broken. The conic is solved for x2 along x1 and for x1
    along x2: where one parametrisation is steep and gappy, the other is flat and dense.
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
            if not outside.all():
                branches.append(branch)
    return branches


def label_places(curves: Sequence[FloatArray], rectangle: Rectangle) -> list[FloatArray]:
    """Points of a boundary where its label may stand: well away from the middle, in the order of preference.

    Empty when nothing of the boundary is visible.
    """
    left, right, bottom, top = rectangle
    middle = np.array([(left + right) / 2, (bottom + top) / 2])
    half = np.array([(right - left) / 2, (top - bottom) / 2])
    dense = [_densified(curve) for curve in curves]
    points = np.concatenate(dense) if dense else np.empty((0, 2))
    away = (points - middle) / half
    distance = np.abs(away).max(axis=1) if len(points) else np.empty(0)
    places: list[FloatArray] = []
    for target in LABEL_DISTANCES:
        # Below the middle first, then above: contours have their labels above.
        for side in (1.0, -1.0):
            misplaced = np.abs(distance - target) + 10.0 * (distance > 1.0) + (side * away[:, 1] > 0.0)
            if len(points) and misplaced.min() < 0.2:
                places.append(points[int(np.argmin(misplaced))])
    return places


def _densified(curve: FloatArray) -> FloatArray:
    visible: FloatArray = curve[~np.isnan(curve[:, 0])]
    if len(visible) == 2:
        share = np.linspace(0.0, 1.0, 101)[:, None]
        visible = (1.0 - share) * visible[0] + share * visible[1]
    return visible


def arrow_divisor(length: float, longest: float) -> float:
    """The smallest of 1, 2, 5, 10, 20 ... by which an arrow of that length must be divided to fit."""
    divisor = 1.0
    while length / divisor > longest and divisor < 1e12:
        divisor *= 2.5 if str(int(divisor)).startswith("2") else 2.0
    return divisor


def foot_on_line(weights: Iterable[float], point: Sequence[float]) -> FloatArray | None:
    """The point of the line weights . (1, x1, x2) = 0 nearest to `point`; None when there is no line."""
    intercept, *direction = (float(weight) for weight in weights)
    normal = np.array(direction)
    squared = float(normal @ normal)
    if not squared > 0.0 or not np.isfinite(squared):
        return None
    score = intercept + float(normal @ np.asarray(point, dtype=np.float64))
    foot: FloatArray = np.asarray(point, dtype=np.float64) - normal * (score / squared)
    return foot


def data_rectangle(features: NDArray[np.floating], classes: Sequence[GaussianClass]) -> Rectangle:
    """A rectangle that holds nearly all rows and every class's two-deviation ellipse, with a little air.

    One row in a thousand may lie outside on each side, so that a single far outlier does not make the rest
    tiny.
    """
    low = np.quantile(features, 0.001, axis=0)
    high = np.quantile(features, 0.999, axis=0)
    for gaussian in classes:
        curve = ellipse(gaussian, 2.0)
        low, high = np.minimum(low, curve.min(axis=0)), np.maximum(high, curve.max(axis=0))
    margin = 0.06 * np.maximum(high - low, 1e-9)
    low, high = low - margin, high + margin
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


def decimated(steps: FloatArray, values: FloatArray, columns: int) -> tuple[FloatArray, FloatArray]:
    """At most four points per pixel column that draw the same curve: first, lowest, highest and last of each.

    A long antialiased path costs seconds to stroke. `steps` must increase; NaN values are kept as breaks.
    """
    count = len(steps)
    if count <= 4 * columns or columns < 1:
        return steps, values
    span = steps[-1] - steps[0]
    column = np.minimum(((steps - steps[0]) * (columns / span)).astype(np.intp), columns - 1)
    begins = np.flatnonzero(np.diff(column, prepend=-1))
    ends = np.append(begins[1:], count) - 1
    order = np.lexsort((values, column))
    breaks = np.flatnonzero(np.isnan(values))
    kept = np.unique(
        np.concatenate(
            (begins, ends, order[begins], order[_last_number(order, begins, ends, values)], breaks)
        )
    )
    return steps[kept], values[kept]


def _last_number(
    order: NDArray[np.intp], begins: NDArray[np.intp], ends: NDArray[np.intp], values: FloatArray
) -> NDArray[np.intp]:
    # NaN sorts last within a column; step back over it so that the highest number is found.
    nans = np.add.reduceat(np.isnan(values[order]).astype(np.intp), begins)
    return np.maximum(ends - nans, begins)


def _quadratic_roots(a: float, b: FloatArray, c: FloatArray) -> list[FloatArray]:
    """Both real roots of a z^2 + b z + c, NaN where there is none, without cancellation."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if abs(a) < 1e-12:
            return [-c / b]
        half = -0.5 * (b + np.copysign(np.sqrt(b * b - 4.0 * a * c), b))
        return [half / a, c / half]
