"""The rows that a model sees: any kind of data as one value, with wrong labels and a test set if asked for.

Symbols: n rows with d inputs and a target: class numbers 0 to K - 1, or any numbers (a regression, K = 0).
The first two inputs are the coordinates of the plane; with one input there is no plane.

`inputs` says which of the data's features are inputs: "first" the first alone, "both" the two of the plane,
"all" every numeric feature the data have, the two of the plane first. Data of one feature have one input.

Test rows are set apart once, from all rows, class by class (`splitting.split_indices`), by a seed that is not
that of the data; labels are made wrong first, for training and test rows alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.datasets import FARTHEST, Dataset, GaussianClass, GaussianData
from logreg_gui.core.generators import (
    Circles,
    Iris,
    Moons,
    NoisyCurve,
    RegressionSample,
    Spirals,
    StripeWithOutlier,
    Xor,
    label_noise_pieces,
)
from logreg_gui.core.painted import PaintedData
from logreg_gui.core.pieces import Pieces, finished, pieces_of_rows
from logreg_gui.core.splitting import demand_rows_for_both, split_pieces
from logreg_gui.core.tables import TableData
from logreg_gui.core.validation import read_only

INPUTS = ("first", "both", "all")

PLANE_NAMES = ("x₁", "x₂")


@runtime_checkable
class NamedColumns(Protocol):
    """Data of named features and named classes, of which two features make the plane."""

    @property
    def input_names(self) -> tuple[str, ...]:
        """The features, the two of the plane first."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes in the order of their numbers."""

    def sample(self) -> Dataset | RegressionSample:
        """The rows in the plane; those of a regression, which has no classes, over the first feature."""

    def all_inputs(self) -> NDArray[Any]:
        """All features (n, d) of the same rows, in the order of `input_names`."""


@runtime_checkable
class DrawnInPieces(Protocol):
    """Data whose rows are drawn some at a time."""

    def sample_pieces(self) -> Pieces[Dataset | RegressionSample]:
        """The rows."""


Data = (
    GaussianData
    | Moons
    | Circles
    | Xor
    | Spirals
    | StripeWithOutlier
    | NoisyCurve
    | Iris
    | TableData
    | PaintedData
    | NamedColumns
)


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows as a model takes them in: `features` (n, d) and `target` (n,), read-only.

    `target` holds class numbers, or with no `class_names` any numbers. `test_rows` (m,), in ascending order,
    are those that are not trained on; None when there is no test set.
    """

    features: NDArray[np.floating[Any]]
    target: NDArray[Any]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    test_rows: NDArray[np.intp] | None = None

    def __post_init__(self) -> None:
        for array in (self.features, self.target):
            array.setflags(write=False)
        if self.test_rows is not None:
            object.__setattr__(self, "test_rows", read_only(self.test_rows, np.intp))

    @property
    def n_rows(self) -> int:
        """Number of rows n, those of the test set included."""
        return len(self.target)

    @property
    def n_features(self) -> int:
        """Number of inputs d."""
        return int(self.features.shape[1])

    @property
    def n_classes(self) -> int:
        """Number of classes K; 0 for a regression."""
        return len(self.class_names)

    @property
    def n_test(self) -> int:
        """Number of rows that are not trained on."""
        return 0 if self.test_rows is None else len(self.test_rows)

    @property
    def is_test(self) -> NDArray[np.bool_] | None:
        """Which rows (n,) are not trained on; None when there is no test set."""
        if self.test_rows is None:
            return None
        is_test = np.zeros(self.n_rows, dtype=np.bool_)
        is_test[self.test_rows] = True
        return is_test

    @property
    def has_plane(self) -> bool:
        """Whether the rows lie in a plane; else over one axis."""
        return self.n_features > 1

    def training(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Features and target of the rows to train on; no copies when that is all of them."""
        return finished(self.training_pieces())

    def training_pieces(self) -> Pieces[tuple[NDArray[Any], NDArray[Any]]]:
        """`training`, some rows at a time."""
        is_test = self.is_test
        if is_test is None:
            return self.features, self.target
        yield
        features = []
        for part in pieces_of_rows(self.n_rows):
            features.append(self.features[part][~is_test[part]])
            yield
        return np.concatenate(features), self.target[~is_test]

    def test(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Features and target of the rows to test on."""
        rows = np.empty(0, dtype=np.intp) if self.test_rows is None else self.test_rows
        return self.features[rows], self.target[rows]


def number_of_classes(data: Data) -> int:
    """How many classes the rows of `data` have; 0 for a regression. Draws no rows."""
    if isinstance(data, NoisyCurve):
        return 0
    if isinstance(data, GaussianData):
        return len(data.classes)
    if isinstance(data, PaintedData):
        return data.n_classes
    if isinstance(data, Spirals):
        return data.classes
    if isinstance(data, NamedColumns):
        return len(data.class_names)
    return 2


def number_of_rows(data: Data) -> int:
    """About how many rows `data` have, without drawing them; 0 where that is not known and little."""
    if isinstance(data, GaussianData):
        return sum(gaussian.size for gaussian in data.classes)
    return int(getattr(data, "n_rows", getattr(data, "size", 0)))


def number_of_features(data: Data) -> int:
    """How many numeric features `data` have in all."""
    if isinstance(data, NoisyCurve):
        return 1
    return len(data.input_names) if isinstance(data, NamedColumns) else 2


def draw(
    data: Data, inputs: str = "both", *, label_noise: float = 0.0, test_size: float = 0.0, split_seed: int = 0
) -> Sample:
    """The rows of `data`; a share `label_noise` of the labels wrong, a share `test_size` set apart.

    Raises:
        ValueError: `inputs` is unknown, a share lies outside [0, 1), or a part would be without rows of a
            class.
    """
    pieces = draw_pieces(data, inputs, label_noise=label_noise, test_size=test_size, split_seed=split_seed)
    return finished(pieces)


def rows_pieces(data: Data) -> Pieces[Dataset | RegressionSample]:
    """The rows as they are made, some at a time where that takes long."""
    drawn = (yield from data.sample_pieces()) if isinstance(data, DrawnInPieces) else data.sample()
    yield
    return drawn


def draw_pieces(
    data: Data, inputs: str = "both", *, label_noise: float = 0.0, test_size: float = 0.0, split_seed: int = 0
) -> Pieces[Sample]:
    """`draw`, some rows at a time."""
    if inputs not in INPUTS:
        raise ValueError(f"inputs must be one of {', '.join(INPUTS)}, got {inputs!r}")
    drawn = yield from rows_pieces(data)
    if isinstance(drawn, RegressionSample):
        names = data.input_names[:1] if isinstance(data, NamedColumns) else ("x",)
        test_rows = yield from _test_rows(drawn.n_rows, test_size, split_seed, None)
        return Sample(drawn.x[:, np.newaxis], drawn.y, names, (), test_rows)
    if label_noise:
        drawn = yield from label_noise_pieces(drawn, label_noise, split_seed)
    features, names = _inputs(data, drawn, inputs)
    test_rows = yield from _test_rows(drawn.n_rows, test_size, split_seed, drawn.labels)
    return Sample(features, drawn.labels, names, _class_names(data), test_rows)


def demand_split(data: Data, test_size: float) -> None:
    """See that a test set of this size leaves rows of each class to both parts, before any label is wrong.

    Draws no rows where their number by class is known without.

    Raises:
        ValueError: it does not.
    """
    if isinstance(data, NoisyCurve):
        sizes: tuple[int, ...] = ()
    elif isinstance(data, DrawnInPieces):
        sizes = data.class_sizes
    else:
        drawn = data.sample()
        sizes = tuple(np.bincount(drawn.labels).tolist()) if isinstance(drawn, Dataset) else ()
    n_rows = sum(sizes) if sizes else number_of_rows(data)
    demand_rows_for_both(n_rows, test_size, {label: size for label, size in enumerate(sizes) if size})


def summary(sample: Sample) -> tuple[GaussianClass, ...]:
    """Per class the Gaussian with the mean and covariance of its rows in the plane; () without a plane.

    A class without rows lies in the middle of all. From at most some ten thousand rows, evenly chosen: it
    says where things are on the screen, and is no estimate that is shown.
    """
    if not sample.has_plane or not sample.n_classes:
        return ()
    stride = max(1, sample.n_rows // 20_000)
    points = sample.features[::stride, :2].astype(np.float64)
    labels = sample.target[::stride]
    middle = points.mean(axis=0)
    found = []
    for label in range(sample.n_classes):
        rows = points[labels == label]
        size = max(1, int(np.count_nonzero(sample.target == label)))
        mean = rows.mean(axis=0) if len(rows) else middle
        covariance = np.cov(rows.T, bias=True) if len(rows) > 1 else np.zeros((2, 2))
        mean, covariance = np.clip(mean, -FARTHEST, FARTHEST), np.minimum(covariance, FARTHEST**2)
        found.append(GaussianClass(tuple(mean.tolist()), _symmetric(covariance), size))
    return tuple(found)


def _symmetric(covariance: NDArray[np.float64]) -> tuple[tuple[float, float], tuple[float, float]]:
    first, second = float(covariance[0, 0]), float(covariance[1, 1])
    # Rounding may leave rows on a line with a determinant just below 0.
    bound = np.sqrt(first * second) * (1.0 - 1e-12)
    mixed = float(np.clip(covariance[0, 1], -bound, bound))
    return (first, mixed), (mixed, second)


def _test_rows(
    n_rows: int, test_size: float, seed: int, labels: NDArray[Any] | None
) -> Pieces[NDArray[np.intp] | None]:
    if not test_size:
        return None
    _, rows = yield from split_pieces(n_rows, test_size, seed, labels)
    yield
    is_test = np.zeros(n_rows, dtype=np.bool_)
    is_test[rows] = True
    yield
    return np.flatnonzero(is_test)  # in ascending order


def _inputs(data: Data, drawn: Dataset, inputs: str) -> tuple[NDArray[Any], tuple[str, ...]]:
    names: Sequence[str] = data.input_names if isinstance(data, NamedColumns) else PLANE_NAMES
    if inputs == "first" or len(names) == 1:
        return drawn.features[:, :1], (names[0],)
    if inputs == "all" and isinstance(data, NamedColumns) and len(names) > 2:
        return data.all_inputs(), tuple(names)
    return drawn.features, (names[0], names[1])


def _class_names(data: Data) -> tuple[str, ...]:
    if isinstance(data, NamedColumns):
        return data.class_names
    return tuple(f"class {label}" for label in range(number_of_classes(data)))
