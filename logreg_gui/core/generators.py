"""Named data: shapes in the plane, a noisy curve, Fisher's irises, and wrong labels for any of them.

Symbols: u uniform draws from [0, 1), z standard-normal ones, both for one row; K classes. Row i of a shape is
of class i mod K, so every beginning of a sample has all classes in equal numbers. A row is a point of the
shape, given by its u, plus noise z.

    Moons      t = pi u;  class 0 (cos t, sin t), class 1 (1 - cos t, 1/2 - sin t)
    Circles    t = 2 pi u;  r (cos t, sin t), r = 1 for class 0 and `factor` for class 1
    Xor        evenly over four squares of side 1, class 1 where the signs of x1 and x2 differ
    Spirals    r = sqrt(u), t = 2 pi (turns r + k / K);  r (cos t, sin t) for class k
    Curve      x = 6 u - 3, y = x^2 / 2 + x + 2

u and z come from two generators seeded by (seed, 0) and (seed, 1), row by row: more rows leave the rows drawn
before as they are, and more noise moves every row further along its own way. Features are float32, labels
class numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.csv_files import CsvError, parse_csv
from logreg_gui.core.datasets import FARTHEST, LARGEST_SEED, MOST_CLASSES, Dataset
from logreg_gui.core.pieces import Pieces, finished, pieces_of_rows
from logreg_gui.core.validation import FloatArray, read_only, real_number, whole_number

POSITIONS, NOISE, OUTLIERS, LABEL_NOISE = 0, 1, 2, 1000
"""Second halves of the seeds. Gaussian data use the class numbers: that of label noise lies beyond them."""

MOST_TURNS = 100.0
"""Beyond it the arms of a spiral are closer than the points they are drawn with."""

XOR_GAP = 0.05
"""Half of what is left free between the squares: without noise the classes can be seen to be separable."""

STRIPE_DISTANCE, STRIPE_WIDTH, STRIPE_LENGTH = 1.0, 0.5, 4.0
OUTLIER_CENTRE, OUTLIER_WIDTH = (8.0, 8.0), 1.0

IRIS_FEATURES = ("sepal length", "sepal width", "petal length", "petal width")
IRIS_HEADER = (*IRIS_FEATURES, "species")


class _Shape:
    """Rows in the plane whose classes alternate, drawn some at a time: what the shapes share."""

    size: int
    noise: float
    seed: int

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """The number of rows of each class."""
        return _alternating_sizes(self.size, self._n_classes)

    def sample(self) -> Dataset:
        """The rows of this seed; the same value always gives the same rows."""
        return finished(self.sample_pieces())

    def sample_pieces(self) -> Pieces[Dataset]:
        """`sample`, some rows at a time."""
        features = np.empty((self.size, 2), dtype=np.float32)
        labels = np.empty(self.size, dtype=np.int8)
        uniform, normal = _stream(self.seed, POSITIONS), _stream(self.seed, NOISE)
        for part in pieces_of_rows(self.size):
            labels[part] = _alternating(part, self._n_classes)
            points = self._points(uniform, labels[part])
            features[part] = points + self.noise * normal.standard_normal(points.shape)
            yield
        features.setflags(write=False)
        labels.setflags(write=False)
        return Dataset(features, labels)

    @property
    def _n_classes(self) -> int:
        return 2

    def _points(self, uniform: np.random.Generator, labels: NDArray[np.int8]) -> FloatArray:
        """The points (m, 2) of the next rows, without noise; `labels` (m,) are their classes."""
        raise NotImplementedError


@dataclass(frozen=True)
class Moons(_Shape):
    """Two half circles of radius 1, each reaching into the other; `noise` is a standard deviation.

    Raises:
        ValueError: naming the field and its value.
    """

    size: int
    noise: float
    seed: int

    def __post_init__(self) -> None:
        _set_common_fields(self)

    def _points(self, uniform: np.random.Generator, labels: NDArray[np.int8]) -> FloatArray:
        angles = math.pi * uniform.random(len(labels))
        across, up = np.cos(angles), np.sin(angles)
        is_upper = labels == 0
        x1, x2 = np.where(is_upper, across, 1.0 - across), np.where(is_upper, up, 0.5 - up)
        return np.column_stack((x1, x2))


@dataclass(frozen=True)
class Circles(_Shape):
    """A circle of radius 1, class 0, around one of radius `factor` in [0, 1), class 1.

    Raises:
        ValueError: naming the field and its value.
    """

    size: int
    noise: float
    factor: float
    seed: int

    def __post_init__(self) -> None:
        _set_common_fields(self)
        factor = real_number("factor", self.factor)
        if not 0.0 <= factor < 1.0:
            raise ValueError(f"factor must be at least 0 and less than 1, got {self.factor!r}")
        object.__setattr__(self, "factor", factor)

    def _points(self, uniform: np.random.Generator, labels: NDArray[np.int8]) -> FloatArray:
        angles = 2.0 * math.pi * uniform.random(len(labels))
        return _on_circles(np.where(labels == 0, 1.0, self.factor), angles)


@dataclass(frozen=True)
class Xor(_Shape):
    """Four squares around the origin, those across from each other of one class: exclusive or.

    Raises:
        ValueError: naming the field and its value.
    """

    size: int
    noise: float
    seed: int

    def __post_init__(self) -> None:
        _set_common_fields(self)

    def _points(self, uniform: np.random.Generator, labels: NDArray[np.int8]) -> FloatArray:
        draws = 2.0 * uniform.random((len(labels), 2)) - 1.0
        points = draws + np.copysign(XOR_GAP, draws)
        # The first coordinate is free, the second takes the sign that makes the class.
        sign = np.where(labels == 0, 1.0, -1.0) * np.copysign(1.0, points[:, 0])
        points[:, 1] = np.copysign(points[:, 1], sign)
        return points


@dataclass(frozen=True)
class Spirals(_Shape):
    """As many arms as `classes`, turned against each other, which wind `turns` times (0 to 100) to radius 1.

    Raises:
        ValueError: naming the field and its value.
    """

    size: int
    noise: float
    turns: float
    seed: int
    classes: int = 2

    def __post_init__(self) -> None:
        classes = whole_number("classes", self.classes, smallest=2, largest=MOST_CLASSES)
        object.__setattr__(self, "classes", classes)
        _set_common_fields(self, smallest_size=classes)
        turns = real_number("turns", self.turns)
        if not 0.0 <= turns <= MOST_TURNS:
            raise ValueError(f"turns must be a number from 0 to {MOST_TURNS:g}, got {self.turns!r}")
        object.__setattr__(self, "turns", turns)

    @property
    def _n_classes(self) -> int:
        return self.classes

    def _points(self, uniform: np.random.Generator, labels: NDArray[np.int8]) -> FloatArray:
        # Evenly along the arm, whose length grows about as the square of the radius.
        radii = np.sqrt(uniform.random(len(labels)))
        angles = 2.0 * math.pi * (self.turns * radii + labels / self.classes)
        return _on_circles(radii, angles)


@dataclass(frozen=True)
class StripeWithOutlier:
    """Two stripes that a line tells apart, and `outliers` more rows of class 1, far out on its own side.

    The stripes lie along x1, class 0 below and class 1 above x2 = 0, with half a unit between them; the
    outliers come last, around (8, 8). Logistic regression has no use for rows that are right anyhow; least
    squares on 0 and 1 punishes them for being too right, tilts its boundary towards them and gets rows of
    the stripes wrong, all the more the larger the share of outliers is: 1 in 40 will do.

    Raises:
        ValueError: naming the field and its value.
    """

    size: int
    outliers: int
    seed: int

    def __post_init__(self) -> None:
        _set_common_fields(self)
        object.__setattr__(self, "outliers", whole_number("outliers", self.outliers, smallest=0))

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """The number of rows of each class."""
        below, above = _alternating_sizes(self.size, 2)
        return below, above + self.outliers

    def sample(self) -> Dataset:
        """The `size` rows of the stripes and then the outliers; the same value gives the same rows."""
        return finished(self.sample_pieces())

    def sample_pieces(self) -> Pieces[Dataset]:
        """`sample`, some rows at a time."""
        n_rows = self.size + self.outliers
        features, labels = np.empty((n_rows, 2), dtype=np.float32), np.ones(n_rows, dtype=np.int8)
        uniform = _stream(self.seed, POSITIONS)
        for part in pieces_of_rows(self.size):
            labels[part] = _alternating(part, 2)
            stripes = (uniform.random(features[part].shape) - 0.5) * (STRIPE_LENGTH, STRIPE_WIDTH)
            stripes[:, 1] += np.where(labels[part] == 0, -0.5, 0.5) * STRIPE_DISTANCE
            features[part] = stripes
            yield
        far, uniform = features[self.size :], _stream(self.seed, OUTLIERS)
        for part in pieces_of_rows(self.outliers):
            far[part] = np.array(OUTLIER_CENTRE) + OUTLIER_WIDTH * (uniform.random(far[part].shape) - 0.5)
            yield
        features.setflags(write=False)
        labels.setflags(write=False)
        return Dataset(features, labels)


@dataclass(frozen=True, eq=False)
class RegressionSample:
    """Rows to fit a curve to: `x` (n,) and `y` (n,), float64, read-only; writable arrays are copied."""

    x: FloatArray
    y: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", read_only(self.x))
        object.__setattr__(self, "y", read_only(self.y))

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return len(self.x)


@dataclass(frozen=True)
class NoisyCurve:
    """A parabola over x in [-3, 3), each y off by `noise` (a standard deviation) times a normal draw.

    Raises:
        ValueError: naming the field and its value.
    """

    size: int
    noise: float
    seed: int

    def __post_init__(self) -> None:
        _set_common_fields(self)

    @staticmethod
    def curve(x: FloatArray) -> FloatArray:
        """The expected y at `x`, any shape: x^2 / 2 + x + 2."""
        return 0.5 * x * x + x + 2.0

    def sample(self) -> RegressionSample:
        """The rows of this seed, in random order of x; the same value always gives the same rows."""
        return finished(self.sample_pieces())

    def sample_pieces(self) -> Pieces[RegressionSample]:
        """`sample`, some rows at a time."""
        x, y = np.empty(self.size), np.empty(self.size)
        uniform, normal = _stream(self.seed, POSITIONS), _stream(self.seed, NOISE)
        for part in pieces_of_rows(self.size):
            x[part] = 6.0 * uniform.random(part.stop - part.start) - 3.0
            y[part] = self.curve(x[part]) + self.noise * normal.standard_normal(part.stop - part.start)
            yield
        x.setflags(write=False)
        y.setflags(write=False)
        return RegressionSample(x, y)


@dataclass(frozen=True, eq=False)
class IrisFlowers:
    """The measured flowers: `features` (n, 4) in cm, read-only float64, and the `species` (n,) of each."""

    features: FloatArray
    species: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", read_only(self.features))
        object.__setattr__(self, "species", tuple(self.species))


@dataclass(frozen=True)
class Iris:
    """Two or three species of iris, seen by two of four features; `classes` gives their class numbers.

    `flowers` is what `parse_iris` makes of the file. There is one such file: equality is that of the choice.

    Raises:
        ValueError: naming the field and its value.
    """

    classes: tuple[str, ...]
    x1: str
    x2: str
    flowers: IrisFlowers = field(compare=False, repr=False)

    def __post_init__(self) -> None:
        classes = tuple(self.classes)
        known = tuple(dict.fromkeys(self.flowers.species))
        if not 2 <= len(set(classes)) == len(classes) <= 3 or not set(classes) <= set(known):
            raise ValueError(f"classes must be two or three of {', '.join(known)}, got {self.classes!r}")
        object.__setattr__(self, "classes", classes)
        for name in ("x1", "x2"):
            if getattr(self, name) not in IRIS_FEATURES:
                raise ValueError(
                    f"{name} must be one of {', '.join(IRIS_FEATURES)}, got {getattr(self, name)!r}"
                )
        if self.x1 == self.x2:
            raise ValueError(f"x2 must be another feature than x1, got {self.x2!r} for both")

    def sample(self) -> Dataset:
        """The chosen features of the flowers of the chosen species, in the order of the file."""
        columns = [IRIS_FEATURES.index(self.x1), IRIS_FEATURES.index(self.x2)]
        labels = [self.classes.index(one) for one in self.flowers.species if one in self.classes]
        return Dataset(read_only(self.all_features()[:, columns], np.float32), read_only(labels, np.int8))

    @property
    def class_names(self) -> tuple[str, ...]:
        """The species in the order of their class numbers."""
        return self.classes

    @property
    def input_names(self) -> tuple[str, ...]:
        """The four features, the two of the plane first."""
        return (self.x1, self.x2, *(name for name in IRIS_FEATURES if name not in (self.x1, self.x2)))

    def all_inputs(self) -> FloatArray:
        """All features (n, 4) of the same flowers, in the order of `input_names`."""
        order = [IRIS_FEATURES.index(name) for name in self.input_names]
        return read_only(self.all_features()[:, order])

    def all_features(self) -> FloatArray:
        """All four features (n, 4) of the same flowers, in cm, read-only."""
        is_chosen = np.array([one in self.classes for one in self.flowers.species])
        return read_only(self.flowers.features[is_chosen])


def parse_iris(text: str) -> IrisFlowers:
    """The flowers in the text of a file: a header and then per line four lengths in cm and the species.

    Raises:
        CsvError: the header is another, a length is missing or no number, or a species is missing.
    """
    table = parse_csv(text, "the iris file")
    names = tuple(column.name for column in table.columns)
    if names != IRIS_HEADER:
        raise CsvError(f"{table.name} must have the columns {', '.join(IRIS_HEADER)}, got {', '.join(names)}")
    for column in table.columns:
        if column.n_missing or (column.numbers is None) != (column.name == "species"):
            wanted = "text" if column.name == "species" else "a number"
            raise CsvError(f"{table.name}, column {column.name!r}: every cell must be {wanted}")
    lengths = [column.numbers for column in table.columns if column.numbers is not None]
    return IrisFlowers(read_only(np.column_stack(lengths)), table.columns[-1].texts)


def with_label_noise(dataset: Dataset, fraction: float, seed: int) -> Dataset:
    """The same rows with `round(fraction * n)` labels changed to another class, each other one as likely.

    Each row draws its rank among those that change: with a larger `fraction` the labels that were changed
    stay so, and to the same class.

    Raises:
        ValueError: `fraction` is not from 0 to 1, or there is one class alone.
    """
    return finished(label_noise_pieces(dataset, fraction, seed))


def label_noise_pieces(dataset: Dataset, fraction: float, seed: int) -> Pieces[Dataset]:
    """`with_label_noise`, some rows at a time."""
    fraction = real_number("fraction", fraction)
    if not 0.0 <= fraction <= 1.0:
        raise ValueError(f"fraction must be a number from 0 to 1, got {fraction!r}")
    seed = whole_number("seed", seed, smallest=0, largest=LARGEST_SEED)
    if dataset.n_classes < 2:
        raise ValueError("dataset must have two classes at least, got 1")
    n_classes, stream = dataset.n_classes, _stream(seed, LABEL_NOISE)
    ranks, others = np.empty(dataset.n_rows), np.empty(dataset.n_rows, dtype=np.int8)
    for part in pieces_of_rows(dataset.n_rows):
        draws = stream.random((part.stop - part.start, 2))
        ranks[part] = draws[:, 0]
        # How far to go round the classes. The largest draw of all, times some numbers, is rounded up to a
        # whole.
        steps = np.minimum(1 + np.floor(draws[:, 1] * (n_classes - 1)), n_classes - 1)
        # As int64: int8 ends at 127, the sum may not.
        others[part] = (dataset.labels[part].astype(np.int64) + steps.astype(np.int64)) % n_classes
        yield
    is_changed = yield from _smallest(ranks, round(fraction * dataset.n_rows))
    labels = np.where(is_changed, others, dataset.labels)
    labels.setflags(write=False)
    return Dataset(dataset.features, labels)


def _smallest(numbers: FloatArray, count: int) -> Pieces[NDArray[np.bool_]]:
    """Which of the numbers (n,) are the `count` smallest; of equal ones the first."""
    if count == 0:
        return np.zeros(len(numbers), dtype=np.bool_)
    edge = np.partition(numbers, count - 1)[count - 1]
    yield
    is_small: NDArray[np.bool_] = numbers < edge
    ties = np.flatnonzero(numbers == edge)
    is_small[ties[: count - np.count_nonzero(is_small)]] = True
    yield
    return is_small


def _set_common_fields(data: Any, smallest_size: int = 2) -> None:
    """Check and set the size, the seed and, if it has one, the noise of a frozen value."""
    object.__setattr__(data, "size", whole_number("size", data.size, smallest=smallest_size))
    object.__setattr__(data, "seed", whole_number("seed", data.seed, smallest=0, largest=LARGEST_SEED))
    if hasattr(data, "noise"):
        noise = real_number("noise", data.noise)
        if not 0.0 <= noise <= FARTHEST:
            raise ValueError(f"noise must be a number from 0 to {FARTHEST:g}, got {data.noise!r}")
        object.__setattr__(data, "noise", noise)


def _stream(seed: int, number: int) -> np.random.Generator:
    return np.random.default_rng([seed, number])


def _alternating(rows: slice, n_classes: int) -> NDArray[np.int8]:
    return (np.arange(rows.start, rows.stop) % n_classes).astype(np.int8)


def _alternating_sizes(size: int, n_classes: int) -> tuple[int, ...]:
    return tuple(size // n_classes + (label < size % n_classes) for label in range(n_classes))


def _on_circles(radii: FloatArray, angles: FloatArray) -> FloatArray:
    return np.column_stack((radii * np.cos(angles), radii * np.sin(angles)))
