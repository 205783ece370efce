"""A table as data: which of its columns are features, which is the label, and the rows that have all of them.

`x1` and `x2` are columns of numbers, the coordinates of the plane; the same column twice stands for one
feature alone. What the label is makes the problem:
    classes      two to six different values, in ascending order (numbers by size, text by its characters)
    regression   numbers with more than six different values: the label over `x1`, for `squared-error`;
                 `x2` is of no use then, and may be any column

Rows where one of these cells is missing are dropped. The other columns of numbers are features too, behind
those of the plane, when they have a number in every row that is left: no row is dropped for a column that is
not in use, and no number is made up. Columns that do not vary or only number the rows are none, and a number
beyond float32 (3.4e38) cannot be drawn.

A value looks through its columns when it is made, once: what a column is like is remembered by the column,
and which rows are kept by the value. Features are float64, as the file has them: rounded to float32 they
would give other weights in the sixth digit than numpy with the same file. Tables are compared by identity,
because comparing their cells would take as long as reading them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.csv_files import (
    LARGEST_NUMBER,
    MOST_CLASSES,
    BoolArray,
    Column,
    CsvError,
    Table,
    demand_float32,
    numbers_of,
    to_dataset,
)
from logreg_gui.core.datasets import Dataset
from logreg_gui.core.generators import RegressionSample

LABEL_NAMES = ("label", "class", "species", "target", "y")
"""What people call the column to predict, the surest first; the last is as often a coordinate."""

USELESS = 2
"""The unlikeliness of a feature that does not vary or only numbers the rows."""


@dataclass(frozen=True)
class TableData:
    """Columns `x1`, `x2` and `label` of a table.

    Raises:
        CsvError: there is no such column, a feature is text or beyond float32 or is the label itself, the
            label is neither two to six classes nor numbers, or no row has all three.
    """

    table: Table = field(repr=False)
    x1: str
    x2: str
    label: str

    def __post_init__(self) -> None:
        table, column = self.table, self.table.column(self.label)
        table.column(self.x2)
        for name in self._features:
            numbers_of(table, name)
            if name == self.label:
                raise CsvError(f"{table.name}, column {name!r}: a feature is another column than the label")
        if not self.n_rows:
            names = " and ".join(repr(name) for name in self._used)
            raise CsvError(f"{table.name} has no row where {names} are all there")
        for name in self._used if self.is_regression else self._features:
            demand_float32(table, name, self._is_kept)
        n_classes = len(self.class_names)
        if not self.is_regression and not 2 <= n_classes <= MOST_CLASSES:
            wanted = f"a label has 2 to {MOST_CLASSES} different values, or more if they are numbers"
            raise CsvError(f"{table.name}, column {column.name!r}: {wanted}; this one has {n_classes}")

    @property
    def name(self) -> str:
        """That of the file."""
        return self.table.name

    @cached_property
    def is_regression(self) -> bool:
        """Whether the label is numbers and no classes."""
        column = self.table.column(self.label)
        return column.numbers is not None and column.categories is None

    @cached_property
    def n_rows(self) -> int:
        """Number of rows that are left."""
        return int(np.count_nonzero(self._is_kept))

    @property
    def n_dropped(self) -> int:
        """Number of rows that are not, for a missing cell."""
        return self.table.n_rows - self.n_rows

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        """The classes in the order of their numbers; () for a regression."""
        categories = self.table.column(self.label).categories
        if categories is None:
            return ()
        sizes = categories.sizes(self._is_kept)
        return tuple(name for name, size in zip(categories.names, sizes.tolist(), strict=True) if size)

    @cached_property
    def input_names(self) -> tuple[str, ...]:
        """The features, those of the plane first; `x1` alone for a regression or when it is `x2` as well."""
        if len(self._features) == 1:
            return self._features
        others = (column for column in self.table.columns if column.name not in self._used)
        return *self._features, *(column.name for column in others if self._is_feature(column))

    def sample(self) -> Dataset | RegressionSample:
        """The rows in the plane; those of a regression as x and y."""
        return self._rows

    def all_inputs(self) -> NDArray[Any]:
        """All features (n, d) of the same rows, in the order of `input_names`."""
        rows = np.empty((self.n_rows, len(self.input_names)))
        for k, name in enumerate(self.input_names):
            rows[:, k] = self._numbers(name)
        rows.setflags(write=False)
        return rows

    @property
    def _features(self) -> tuple[str, ...]:
        return (self.x1,) if self.is_regression or self.x1 == self.x2 else (self.x1, self.x2)

    @property
    def _used(self) -> tuple[str, ...]:
        return (*self._features, self.label)

    @cached_property
    def _is_kept(self) -> BoolArray:
        is_kept = ~self.table.column(self.label).is_missing
        for name in self._used:
            is_kept &= ~self.table.column(name).is_missing
        return is_kept

    @cached_property
    def _rows(self) -> Dataset | RegressionSample:
        if self.is_regression:
            return RegressionSample(self._numbers(self.x1), self._numbers(self.label))
        return to_dataset(self.table, self.x1, self.x2, self.label)[0]

    def _numbers(self, name: str) -> NDArray[np.float64]:
        numbers = self.table.column(name).numbers
        assert numbers is not None  # a feature was asked for its numbers when this value was made
        return numbers[self._is_kept]

    def _is_feature(self, column: Column) -> bool:
        if column.numbers is None or column.largest > LARGEST_NUMBER or _unlikeliness(column) == USELESS:
            return False
        return not column.n_missing or not (column.is_missing & self._is_kept).any()


def best_guess(
    table: Table, *, x1: str | None = None, x2: str | None = None, label: str | None = None
) -> TableData:
    """The table with the label and the features that it seems to be about, but for those that are named.

    The label is the column called label, class, species or target, in any case; else one called y if it has
    two to six different values; else the last column that has; else one called y, or the last of numbers.
    The features are the first two other columns of numbers; those of two to six different values come after
    measurements, and those that do not vary, or only number the rows, come last.

    Raises:
        CsvError: no column can be the label, or none a feature; or as `TableData`.
    """
    features = [name for name in (x1, x2) if name is not None]
    if label is None:
        label = _likely_label(table, features)
    if label is None:
        wanted = f"2 to {MOST_CLASSES} different values, or numbers"
        raise CsvError(f"{table.name} has no column that could be the label, which takes {wanted}")
    free = [name for name in likely_features(table, label) if name not in features]
    if not free and not features:
        raise CsvError(f"{table.name} has no column of numbers to predict {label!r} from")
    first = x1 if x1 is not None else (free.pop(0) if free else features[0])
    second = x2 if x2 is not None else (free.pop(0) if free else first)
    return TableData(table, first, second, label)


def possible_labels(table: Table) -> tuple[str, ...]:
    """The columns that may be the label: of two to six different values, or of numbers."""
    return tuple(column.name for column in table.columns if column.may_be_classes or _varies(column))


def likely_features(table: Table, label: str) -> tuple[str, ...]:
    """The columns of numbers but the label, the likeliest first: see `best_guess`."""
    columns = [
        column
        for column in table.columns
        if column.numbers is not None and column.name != label and column.largest <= LARGEST_NUMBER
    ]
    return tuple(column.name for column in sorted(columns, key=_unlikeliness))


def _likely_label(table: Table, features: Container[str]) -> str | None:
    columns = [column for column in table.columns if column.name not in features]
    called = {name: _called(columns, name) for name in LABEL_NAMES}
    sure = [one for name in LABEL_NAMES[:-1] for one in called[name] if one.may_be_classes or _varies(one)]
    named = called[LABEL_NAMES[-1]]
    classes = [column for column in reversed(columns) if column.may_be_classes]
    numbers = [column for column in reversed(columns) if _varies(column)]
    candidates = (
        *sure, *(column for column in named if column.may_be_classes), *classes,
        *(column for column in named if _varies(column)), *numbers,
    )  # fmt: skip
    return candidates[0].name if candidates else None


def _called(columns: Iterable[Column], name: str) -> list[Column]:
    return [column for column in columns if column.name.strip().casefold() == name]


def _varies(column: Column) -> bool:
    """Whether a column is numbers, of which two at least are different."""
    if column.numbers is None or column.n_missing == len(column.numbers):
        return False
    return column.categories is None or len(column.categories.names) > 1


def _unlikeliness(column: Column) -> int:
    if not _varies(column) or _is_numbering(column):
        return USELESS
    return int(column.may_be_classes)


def _is_numbering(column: Column) -> bool:
    """Whether a column counts the rows, from 0 or 1."""
    numbers = column.numbers
    if numbers is None or numbers[0] not in (0.0, 1.0):
        return False
    return bool((numbers == numbers[0] + np.arange(len(numbers))).all())
