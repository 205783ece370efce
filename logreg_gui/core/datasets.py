"""Gaussian classes, and the rows drawn from them.

Symbols: classes k = 0, 1 ... with mean mu_k (2,), covariance C_k (2, 2) and n_k rows; Z_k (n_k, 2)
standard-normal draws. Rows are float32, class after class, as in the tutorials; labels are the class numbers.

A row is x = mu + z S with S = C^(1/2), the symmetric square root: it is a continuous function of C, so an
ellipse that is dragged deforms the same cloud, while the factors of an eigenvalue or singular value
decomposition flip their signs on the way. Z_k is drawn from a generator seeded by (seed, k), row by row:
neither another class nor more rows of the same class change a row that is there.

The tutorials' data come from numpy's legacy generator: one `RandomState(seed)` for all classes in turn, and x
= mu + z diag(sqrt(s)) V with C = V^T diag(s) V by numpy's SVD. Reproduced to the last bit while a covariance
is the tutorial's own. V S is equal to diag(sqrt(s)) V there, so any other covariance continues from it as x =
mu + z V S.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.pieces import Pieces, finished, pieces_of_rows
from logreg_gui.core.validation import FloatArray, read_only, real_number, whole_number

Pair = tuple[float, float]
Covariance = tuple[Pair, Pair]

FARTHEST = 1e30
"""Largest mean and standard deviation: rows are float32, which end at 3.4e38."""

ROUNDING = 8 * float(np.finfo(np.float64).eps)
"""By how much of its trace a covariance may miss being symmetric and positive semidefinite."""

LARGEST_SEED = 2**32 - 1
"""The legacy generator takes no larger one."""

MOST_CLASSES = 127
"""Labels are int8."""


@dataclass(frozen=True)
class GaussianClass:
    """`size` rows to be drawn from a Gaussian with `mean` (2,) and `covariance` (2, 2).

    Any array-likes are taken and kept as tuples of floats. A singular covariance is a Gaussian too: all rows
    on a line, or on one point.

    Raises:
        ValueError: naming the field and its value.
    """

    mean: Pair
    covariance: Covariance
    size: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", _pair("mean", self.mean))
        object.__setattr__(self, "covariance", _covariance("covariance", self.covariance))
        object.__setattr__(self, "size", whole_number("size", self.size, smallest=1))

    @classmethod
    def from_standard_deviations(
        cls, mean: ArrayLike, standard_deviations: ArrayLike, correlation: float, size: int
    ) -> GaussianClass:
        """The class whose features have these standard deviations (> 0) and this correlation (in (-1, 1)).

        Raises:
            ValueError: naming the field and its value.
        """
        first, second = _pair("standard_deviations", standard_deviations)
        if first <= 0.0 or second <= 0.0:
            raise ValueError(f"standard_deviations must be two positive numbers, got {(first, second)}")
        correlation = real_number("correlation", correlation)
        if not -1.0 < correlation < 1.0:
            raise ValueError(f"correlation must lie between -1 and 1, both excluded, got {correlation!r}")
        covariance = correlation * first * second
        return cls(_pair("mean", mean), ((first * first, covariance), (covariance, second * second)), size)

    @classmethod
    def from_axes(cls, mean: ArrayLike, axis_lengths: ArrayLike, angle: float, size: int) -> GaussianClass:
        """The class whose one-sigma ellipse has these half axes (>= 0), the first at `angle` in radians.

        Raises:
            ValueError: naming the field and its value.
        """
        first, second = _pair("axis_lengths", axis_lengths)
        if first < 0.0 or second < 0.0:
            raise ValueError(f"axis_lengths must be two numbers of at least 0, got {(first, second)}")
        angle = real_number("angle", angle)
        along, across = math.cos(angle), math.sin(angle)
        # As differences from the second axis: a circle is exactly one at every angle.
        excess = (first - second) * (first + second)
        covariance = excess * along * across
        variances = (second * second + excess * along * along, second * second + excess * across * across)
        return cls(_pair("mean", mean), ((variances[0], covariance), (covariance, variances[1])), size)

    @property
    def standard_deviations(self) -> Pair:
        """Of the two features."""
        (first, _), (_, second) = self.covariance
        return math.sqrt(first), math.sqrt(second)

    @property
    def correlation(self) -> float:
        """Of the two features; 0 where one of them does not vary."""
        first, second = self.standard_deviations
        if first == 0.0 or second == 0.0:
            return 0.0
        return min(1.0, max(-1.0, self.covariance[0][1] / first / second))

    @property
    def axis_lengths(self) -> Pair:
        """Half axes of the ellipse of one standard deviation, the longer first."""
        (first, mixed), (_, second) = self.covariance
        larger = _eigenvalues(self.covariance)[1]
        if larger == 0.0:
            return 0.0, 0.0
        # From the determinant: as a difference it would lose its digits on thin upright ellipses.
        return math.sqrt(larger), math.sqrt(max(0.0, first * second - mixed * mixed) / larger)

    @property
    def angle(self) -> float:
        """Direction of the longer axis in radians, above -pi/2, at most pi/2; 0 for a circle."""
        (first, covariance), (_, second) = self.covariance
        angle = 0.5 * math.atan2(2.0 * covariance, first - second)
        return angle if angle > -0.5 * math.pi else 0.5 * math.pi


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows to train on: `features` (n, 2) float32 or float64 and `labels` (n,) int8, read-only.

    Writable arrays are copied; features of other types become float32. Either way they are numbers that
    float32 can hold, because pictures are made of it.

    Raises:
        ValueError: a shape does not fit, a feature is not finite in float32, or a label is no class number.
    """

    features: NDArray[np.floating[Any]]
    labels: NDArray[np.int8]

    def __post_init__(self) -> None:
        is_double = getattr(self.features, "dtype", None) == np.float64
        with np.errstate(over="ignore"):
            features = read_only(self.features, np.float64 if is_double else np.float32)
        labels = _labels(self.labels)
        if features.ndim != 2 or features.shape[1] != 2 or not len(features):
            raise ValueError(f"features must be rows of two numbers, got shape {features.shape}")
        if labels.shape != (len(features),):
            raise ValueError(
                f"labels must have one entry per row ({len(features)}), got shape {labels.shape}"
            )
        if not all(_are_finite_in_float32(features[part]) for part in pieces_of_rows(len(features))):
            raise ValueError("features must hold only numbers that are finite in float32")
        object.__setattr__(self, "features", features)
        object.__setattr__(self, "labels", labels)

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return len(self.labels)

    @property
    def n_classes(self) -> int:
        """Number of classes, by the largest label."""
        return int(self.labels.max()) + 1


@dataclass(frozen=True)
class GaussianData:
    """Two or more Gaussian classes and the seed of their sample.

    `legacy_covariances`, one per class, asks for the legacy generator (see above); None for the present one.
    `is_double` keeps the rows in float64, as numpy draws them; else they are rounded to float32.

    Raises:
        ValueError: naming the field and its value.
    """

    classes: tuple[GaussianClass, ...]
    seed: int
    legacy_covariances: tuple[Covariance, ...] | None = None
    is_double: bool = False

    def __post_init__(self) -> None:
        classes = tuple(self.classes)
        if not 2 <= len(classes) <= MOST_CLASSES:
            raise ValueError(f"classes must be 2 to {MOST_CLASSES}, got {len(classes)}")
        for gaussian in classes:
            if not isinstance(gaussian, GaussianClass):
                raise ValueError(f"classes must be of type GaussianClass, got {gaussian!r}")
        object.__setattr__(self, "classes", classes)
        object.__setattr__(self, "seed", whole_number("seed", self.seed, smallest=0, largest=LARGEST_SEED))
        if self.legacy_covariances is not None:
            legacy = tuple(_covariance("legacy_covariances", one) for one in self.legacy_covariances)
            if len(legacy) != len(classes):
                raise ValueError(
                    f"legacy_covariances must be one per class ({len(classes)}), got {len(legacy)}"
                )
            object.__setattr__(self, "legacy_covariances", legacy)

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """The number of rows of each class."""
        return tuple(gaussian.size for gaussian in self.classes)

    def sample(self) -> Dataset:
        """The rows of this seed; the same value always gives the same rows."""
        return finished(self.sample_pieces())

    def sample_pieces(self) -> Pieces[Dataset]:
        """`sample`, some rows at a time."""
        sizes = self.class_sizes
        features = np.empty((sum(sizes), 2), dtype=np.float64 if self.is_double else np.float32)
        labels = np.repeat(np.arange(len(sizes), dtype=np.int8), sizes)
        # Class by class into place: at most one class is held in float64 at a time.
        places = np.split(features, np.cumsum(sizes)[:-1])
        if self.legacy_covariances is None:
            for k, (gaussian, place) in enumerate(zip(self.classes, places, strict=True)):
                yield from _draw(gaussian, np.random.default_rng([self.seed, k]), place)
        else:
            stream = np.random.RandomState(self.seed)
            for gaussian, covariance, place in zip(
                self.classes, self.legacy_covariances, places, strict=True
            ):
                yield from _draw_legacy(gaussian, covariance, stream, place)
        features.setflags(write=False)
        labels.setflags(write=False)
        return Dataset(features, labels)


def tutorial_becker() -> GaussianData:
    """The data of Becker (2016), `np.random.seed(12)`: two classes of 5,000 rows."""
    return _tutorial(seed=12, correlation=0.75, size=5_000)


def tutorial_sagar() -> GaussianData:
    """The data of Sagar (2019), `np.random.seed(10)`: two classes of 10,000 rows."""
    return _tutorial(seed=10, correlation=0.5, size=10_000)


def _tutorial(seed: int, correlation: float, size: int) -> GaussianData:
    covariance = ((1.0, correlation), (correlation, 1.0))
    classes = tuple(GaussianClass(mean, covariance, size) for mean in ((0.0, 0.0), (1.0, 4.0)))
    return GaussianData(classes, seed, legacy_covariances=(covariance, covariance))


def _draw(gaussian: GaussianClass, stream: np.random.Generator, rows: NDArray[Any]) -> Pieces[None]:
    """Set `rows` (n, 2), some at a time."""
    factor = _square_root(gaussian.covariance)
    for part in pieces_of_rows(len(rows)):
        _place(stream.standard_normal(rows[part].shape), factor, gaussian.mean, rows[part])
        yield


def _draw_legacy(
    gaussian: GaussianClass, covariance: Covariance, stream: np.random.RandomState, rows: NDArray[Any]
) -> Pieces[None]:
    draws = np.empty(rows.shape)
    for part in pieces_of_rows(len(rows)):
        draws[part] = stream.standard_normal(draws[part].shape)
        yield
    _, variances, orthogonal = np.linalg.svd(np.array(covariance))
    if gaussian.covariance != covariance:
        factor = orthogonal @ _square_root(gaussian.covariance)
        for part in pieces_of_rows(len(rows)):
            _place(draws[part], factor, gaussian.mean, rows[part])
            yield
        return
    # As `RandomState.multivariate_normal` does it, with one product of all rows: in BLAS the last bit of a
    # row may depend on how many there are.
    placed = np.dot(draws, np.sqrt(variances)[:, np.newaxis] * orthogonal)
    yield
    placed += gaussian.mean
    rows[:] = placed
    yield


def _place(draws: FloatArray, factor: FloatArray, mean: Pair, rows: NDArray[Any]) -> None:
    """Set each of `rows` (n, 2) to mean + z factor, with z that of `draws`."""
    for k in range(2):
        # Not a matrix product, for the reason above.
        column = draws[:, 0] * factor[0, k]
        column += draws[:, 1] * factor[1, k]
        column += mean[k]
        rows[:, k] = column


def _square_root(covariance: Covariance) -> FloatArray:
    """The symmetric S >= 0 with S S = C: (C + sqrt(det C) I) / sqrt(trace C + 2 sqrt(det C))."""
    # Cayley and Hamilton in two dimensions: no eigenvectors, so nothing to flip.
    (first, mixed), (_, second) = covariance
    root_of_determinant = math.sqrt(max(0.0, first * second - mixed * mixed))
    trace_of_root = math.sqrt(first + second + 2.0 * root_of_determinant)
    if trace_of_root == 0.0:
        return np.zeros((2, 2))
    return (np.array(covariance) + root_of_determinant * np.eye(2)) / trace_of_root


def _eigenvalues(covariance: Covariance) -> Pair:
    (first, mixed), (_, second) = covariance
    middle = 0.5 * (first + second)
    radius = math.hypot(0.5 * (first - second), mixed)
    return middle - radius, middle + radius


def _covariance(field: str, value: Any) -> Covariance:
    rows = _entries(field, value, "a matrix of two rows and two columns")
    first, second = (_pair(field, row, largest=FARTHEST**2) for row in rows)
    (a, b), (c, d) = first, second
    tolerance = ROUNDING * (abs(a) + abs(d))
    if abs(b - c) > tolerance:
        raise ValueError(f"{field} must be symmetric, got {b!r} above and {c!r} below the diagonal")
    mixed = 0.5 * (b + c) + 0.0  # never -0.0
    if _eigenvalues(((a, mixed), (mixed, d)))[0] < -tolerance:
        raise ValueError(f"{field} must have no negative eigenvalue, got {(first, second)!r}")
    return (max(a, 0.0), mixed), (mixed, max(d, 0.0))


def _pair(field: str, value: Any, largest: float = FARTHEST) -> Pair:
    first, second = (real_number(field, entry) for entry in _entries(field, value, "two numbers"))
    if max(abs(first), abs(second)) > largest:
        raise ValueError(f"{field} must hold numbers up to {largest:g}, got {(first, second)}")
    return first, second


def _entries(field: str, value: Any, wanted: str) -> Sequence[Any]:
    entries = list(value) if isinstance(value, Sequence | np.ndarray) and not isinstance(value, str) else []
    if len(entries) != 2:
        raise ValueError(f"{field} must be {wanted}, got {value!r}")
    return entries


def _are_finite_in_float32(features: NDArray[Any]) -> bool:
    return bool((np.abs(features) <= np.finfo(np.float32).max).all())


def _labels(values: ArrayLike) -> NDArray[np.int8]:
    labels = np.asarray(values)
    if labels.dtype == np.int8 and labels.size and labels.min() >= 0 and labels.max() < MOST_CLASSES:
        return read_only(labels, np.int8)  # without the way over floats, a tenth of the time
    is_class = (labels >= 0) & (labels < MOST_CLASSES) & (labels == np.floor(labels))
    if not is_class.all():
        raise ValueError(
            f"labels must be whole numbers from 0 to {MOST_CLASSES - 1}, got {labels[~is_class][0]}"
        )
    return read_only(labels, np.int8)
