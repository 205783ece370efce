"""Points put into the plane by hand, and what a brush does to them.

Symbols: n points in the plane, float32, each of a class 0 to K - 1; a brush is an ellipse with centre (2,)
and half axes (2,) along x1 and x2, in data coordinates (round on the screen).

A painted set is a value: every function returns another one. Each class keeps at least one point, whatever is
erased or flipped, so that there is always something to tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.datasets import Dataset
from logreg_gui.core.pieces import Pieces, finished
from logreg_gui.core.validation import FloatArray, read_only, whole_number

Pair = tuple[float, float]

MOST_PAINTED = 20_000
"""Points of a painted set: each edit of them is kept for undo."""

MOST_PAINTED_CLASSES = 6
"""As many classes as marks and colours can be told apart."""

FARTHEST_POINT = 1e30


@dataclass(frozen=True, eq=False)
class PaintedData:
    """Points (n, 2) with their classes (n,) out of `n_classes`; equal if the points are, in the same order.

    Raises:
        ValueError: naming the field and its value.
    """

    features: NDArray[np.float32]
    labels: NDArray[np.int8]
    n_classes: int

    def __post_init__(self) -> None:
        n_classes = whole_number("n_classes", self.n_classes, smallest=2, largest=MOST_PAINTED_CLASSES)
        rows = Dataset(read_only(self.features, np.float32), self.labels)
        if rows.n_rows > MOST_PAINTED:
            raise ValueError(f"at most {MOST_PAINTED:,} points can be painted, got {rows.n_rows:,}")
        if np.abs(rows.features).max() > FARTHEST_POINT:
            raise ValueError(f"features must hold numbers up to {FARTHEST_POINT:g}")
        counts = np.bincount(rows.labels, minlength=n_classes)
        if len(counts) > n_classes or not counts.all():
            raise ValueError(
                f"labels must be of every class from 0 to {n_classes - 1}, got {counts.tolist()} points each"
            )
        object.__setattr__(self, "features", rows.features)
        object.__setattr__(self, "labels", rows.labels)
        object.__setattr__(self, "n_classes", n_classes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PaintedData):
            return NotImplemented
        return self is other or (
            self.n_classes == other.n_classes
            and np.array_equal(self.labels, other.labels)
            and np.array_equal(self.features, other.features)
        )

    def __hash__(self) -> int:
        return hash((self.n_classes, self.labels.tobytes(), self.features.tobytes()))

    def __repr__(self) -> str:
        return f"PaintedData({self.features.tolist()}, {self.labels.tolist()}, {self.n_classes})"

    @property
    def n_rows(self) -> int:
        """Number of points n."""
        return len(self.labels)

    def sample(self) -> Dataset:
        """The points."""
        return Dataset(self.features, self.labels)


def starting_points() -> PaintedData:
    """A point of each of two classes: what one starts to paint from."""
    return PaintedData(np.array([[-1, -1], [1, 1]], dtype=np.float32), np.array([0, 1], dtype=np.int8), 2)


def painted_from(rows: Dataset, n_classes: int) -> PaintedData:
    """The rows as painted points; of too many evenly chosen ones, at least one of each class.

    A class without rows lends its number to none: later classes move up.
    """
    return finished(painted_from_pieces(rows, n_classes))


def painted_from_pieces(rows: Dataset, n_classes: int) -> Pieces[PaintedData]:
    """`painted_from`, a class at a time."""
    counts = np.bincount(rows.labels)
    yield
    present, numbers = np.flatnonzero(counts), (np.cumsum(counts > 0) - 1).astype(np.int8)
    if len(present) < 2 or n_classes < 2:
        return starting_points()
    kept: NDArray[np.intp] = np.arange(rows.n_rows)
    if rows.n_rows > MOST_PAINTED:
        # Class by class the same share, the first row of every class among them.
        stride = rows.n_rows / (MOST_PAINTED - len(present))
        parts = []
        for label in present.tolist():
            own = np.flatnonzero(rows.labels == label)
            parts.append(own[np.arange(0, len(own), stride).astype(np.intp)])
            yield
        kept = np.sort(np.concatenate(parts))
    labels = numbers[rows.labels[kept]]
    return PaintedData(rows.features[kept].astype(np.float32), labels, len(present))


def with_points_added(data: PaintedData, points: ArrayLike, label: int) -> PaintedData:
    """`data` and these points (m, 2) of class `label`, which may be the first number that is not taken.

    Raises:
        ValueError: there is no such class, or there are too many points.
    """
    label = whole_number("label", label, smallest=0, largest=min(data.n_classes, MOST_PAINTED_CLASSES - 1))
    added = np.asarray(points, dtype=np.float32).reshape(-1, 2)
    return PaintedData(
        np.concatenate((data.features, added)),
        np.concatenate((data.labels, np.full(len(added), label, dtype=np.int8))),
        max(data.n_classes, label + 1),
    )


def sprayed(data: PaintedData, centres: Sequence[Pair], radii: Pair, label: int, count: int) -> PaintedData:
    """`data` and `count` points of class `label` for each of the centres, evenly scattered under the brush.

    The chance depends on the number of points alone: the same strokes make the same set, in one go or
    centre by centre.

    Raises:
        ValueError: there is no such class, or there are too many points.
    """
    points = [
        _scattered(np.random.default_rng([data.n_rows + number * count, count]), centre, radii, count)
        for number, centre in enumerate(centres)
    ]
    return with_points_added(data, np.reshape(points, (-1, 2)), label)


def _scattered(rng: np.random.Generator, centre: Pair, radii: Pair, count: int) -> FloatArray:
    radius, angle = np.sqrt(rng.random(count)), 2.0 * np.pi * rng.random(count)
    offsets = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
    scattered: FloatArray = np.array(centre) + offsets * np.array(radii)
    return scattered


def rows_near(data: PaintedData, centre: Pair, radii: Pair) -> NDArray[np.intp]:
    """The numbers (m,) of the points under the brush."""
    # First those in the upright stripe that the brush takes up, wider by what float32 rounds away: a stroke
    # of a small brush asks hundreds of times.
    x, reach = float(centre[0]), float(radii[0])
    slack = 1e-6 * (abs(x) + reach)
    rows = np.flatnonzero(np.abs(data.features[:, 0] - np.float32(x)) <= np.float32(reach + slack))
    away = (data.features[rows].astype(np.float64) - centre) / radii
    near: NDArray[np.intp] = rows[(away * away).sum(axis=1) <= 1.0]
    return near


def without_points(data: PaintedData, rows: Sequence[int]) -> PaintedData:
    """`data` without the points of these numbers, each named once, but for the last of a class."""
    if not len(rows):
        return data
    kept = np.ones(data.n_rows, dtype=np.bool_)
    kept[rows] = False
    counts = np.bincount(data.labels, minlength=data.n_classes)
    lost = np.bincount(data.labels[rows], minlength=data.n_classes)
    for label in np.flatnonzero(lost == counts):
        kept[np.argmax(data.labels == label)] = True
    return data if kept.all() else PaintedData(data.features[kept], data.labels[kept], data.n_classes)


def moved(data: PaintedData, rows: NDArray[np.intp], way: Pair) -> PaintedData:
    """`data` with the points of these numbers elsewhere."""
    if not len(rows) or way == (0.0, 0.0):
        return data
    features = data.features.copy()
    features[rows] += np.array(way, dtype=np.float32)
    return PaintedData(features, data.labels, data.n_classes)


def flipped(data: PaintedData, rows: Iterable[int]) -> PaintedData:
    """`data` with the points of these numbers in the next class, those of the last in the first.

    The last point of a class stays.
    """
    labels = data.labels.copy()
    counts = np.bincount(labels, minlength=data.n_classes)
    for row in rows:
        old = int(labels[row])
        if counts[old] > 1:
            new = (old + 1) % data.n_classes
            labels[row] = new
            counts[old] -= 1
            counts[new] += 1
    return PaintedData(data.features, labels, data.n_classes)


def jittered(data: PaintedData, share: float = 0.02) -> PaintedData:
    """`data` with normal noise on every point, of that share of the standard deviation along each axis.

    Where there is no deviation, of `share` itself. The noise depends on the points alone.
    """
    spread = data.features.astype(np.float64).std(axis=0)
    rng = np.random.default_rng(np.frombuffer(data.features.tobytes(), dtype=np.uint32)[:64])
    noise = rng.normal(0.0, 1.0, data.features.shape) * share * np.where(spread > 0.0, spread, 1.0)
    return PaintedData((data.features + noise).astype(np.float32), data.labels, data.n_classes)


def cleared(data: PaintedData) -> PaintedData:
    """One point of each class: the one nearest to the class's mean."""
    kept = []
    for label in range(data.n_classes):
        own = np.flatnonzero(data.labels == label)
        away = data.features[own] - data.features[own].mean(axis=0)
        kept.append(own[int(np.argmin((away * away).sum(axis=1)))])
    return PaintedData(data.features[kept], data.labels[kept], data.n_classes)
