"""The feature map: from the columns of the data to the columns that the weights multiply.

Symbols: d features x, terms t (m,) in the order of their degrees, and within one degree x₁², x₁x₂, x₂² (that
of scikit-learn's PolynomialFeatures without its column of ones). With `interactions` the terms are all
products of up to `degree` features, m = C(d + degree, d) - 1; without, the powers of single features, m = d
degree. The intercept is no term: the objectives add it.

With `standardise` the features are centred and scaled by their standard deviations (over n, not n - 1) before
they are multiplied, and the terms once more after:

    z = (x - centre) / scale,   t = (products of z - term_centre) / term_scale

The first keeps high powers apart (x and x² of values near 1000 are one line to float64), the second gives all
terms the same weight in a penalty and ascent an almost round hill. Neither changes what an unpenalised model
can say: polynomials of z are polynomials of x. Columns that are constant are centred and not scaled.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.pieces import Pieces, finished, pieces_of_rows
from logreg_gui.core.validation import FloatArray, feature_matrix, read_only, whole_number

Matrix = NDArray[np.floating[Any]]

LARGEST_DEGREE = 6


@dataclass(frozen=True)
class FeatureMap:
    """Which terms to make, and whether to standardise them.

    Raises:
        ValueError: `degree` is not a whole number from 1 to 6, or a switch is neither True nor False.
    """

    degree: int = 1
    interactions: bool = True
    standardise: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "degree", whole_number("degree", self.degree, 1, LARGEST_DEGREE))
        for name in ("interactions", "standardise"):
            if not isinstance(getattr(self, name), bool | np.bool_):
                raise ValueError(f"{name} must be True or False, got {getattr(self, name)!r}")
            object.__setattr__(self, name, bool(getattr(self, name)))

    def fit(self, features: ArrayLike) -> FittedFeatureMap:
        """The map with the centres and scales of `features` (n, d).

        Raises:
            ValueError: `features` is not a matrix of finite numbers, or too large for the degree.
        """
        return finished(self.fitted_pieces(feature_matrix(features)))[0]

    def fitted_pieces(self, matrix: Matrix) -> Pieces[tuple[FittedFeatureMap, Matrix]]:
        """The map of a matrix of finite numbers (n, d), and its terms there (n, m), some rows at a time.

        Raises:
            ValueError: the numbers are too large for the degree.
        """
        n_features = int(matrix.shape[1])
        powers = self._powers(n_features)
        centre, scale = np.zeros(n_features), np.ones(n_features)
        term_centre, term_scale = np.zeros(len(powers)), np.ones(len(powers))
        if self.standardise:
            centre, scale = yield from _mean_and_deviation(matrix)
        fitted = FittedFeatureMap(powers, centre, scale, term_centre, term_scale)
        if fitted.is_identity:
            return fitted, matrix
        terms = np.empty((fitted.n_columns, len(matrix)))
        for part in pieces_of_rows(len(matrix)):
            with np.errstate(over="ignore", invalid="ignore"):
                fitted.fill(matrix[part], terms[:, part])
            if not np.isfinite(terms[:, part]).all():
                raise ValueError(f"features are too large for degree {self.degree}: a product is not finite")
            yield
        if self.standardise and self.degree > 1:
            term_centre, term_scale = yield from _mean_and_deviation(terms.T)
            fitted = FittedFeatureMap(powers, centre, scale, term_centre, term_scale)
            for part in pieces_of_rows(len(matrix)):
                fitted.scale_terms(terms[:, part])
                yield
        return fitted, terms.T

    def _powers(self, n_features: int) -> NDArray[np.int64]:
        terms = [
            factors
            for degree in range(1, self.degree + 1)
            for factors in combinations_with_replacement(range(n_features), degree)
            if self.interactions or len(set(factors)) == 1
        ]
        powers = np.zeros((len(terms), n_features), dtype=np.int64)
        for term, factors in enumerate(terms):
            np.add.at(powers[term], list(factors), 1)
        return powers


@dataclass(frozen=True, eq=False)
class FittedFeatureMap:
    """A map with its numbers: `powers` (m, d) of each term, `centre` and `scale` (d,), and the terms' (m,).

    All arrays are read-only.
    """

    powers: NDArray[np.int64]
    centre: FloatArray
    scale: FloatArray
    term_centre: FloatArray
    term_scale: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "powers", read_only(self.powers, np.int64))
        for name in ("centre", "scale", "term_centre", "term_scale"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def n_features(self) -> int:
        """Number of features d that go in."""
        return int(self.powers.shape[1])

    @property
    def n_columns(self) -> int:
        """Number of terms m that come out."""
        return len(self.powers)

    @property
    def is_linear(self) -> bool:
        """Whether the terms are the features themselves, up to centre and scale."""
        return bool((self.powers.sum(axis=1) == 1).all())

    @property
    def is_identity(self) -> bool:
        """Whether the terms are the features, untouched."""
        return (
            self.is_linear
            and not self.centre.any()
            and not self.term_centre.any()
            and bool((self.scale == 1.0).all() and (self.term_scale == 1.0).all())
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The terms as they are written: x₁, x₂, x₁², x₁x₂ ...; plain x for a single feature.

        Standardised features go by the same names.
        """
        return tuple(_name(row, self.n_features) for row in self.powers.tolist())

    def transform(self, points: ArrayLike) -> NDArray[np.floating[Any]]:
        """The terms (..., m) at `points` (..., d): float64, or `points` themselves if nothing changes.

        Raises:
            ValueError: the last axis of `points` does not hold the d features.
        """
        array = self._points(points)
        if self.is_identity:
            return array
        # Term by term in one piece of memory: the products read whole columns, and so does training.
        terms = np.empty((self.n_columns, *array.shape[:-1]))
        self.fill(array, terms)
        self.scale_terms(terms)
        return np.moveaxis(terms, 0, -1)

    def transform_pieces(self, points: Matrix) -> Pieces[Matrix]:
        """`transform` of rows (n, d), some of them at a time."""
        array = self._points(points)
        if self.is_identity:
            return array
        terms = np.empty((self.n_columns, len(array)))
        for part in pieces_of_rows(len(array)):
            self.fill(array[part], terms[:, part])
            self.scale_terms(terms[:, part])
            yield
        return terms.T

    def fill(self, points: Matrix, terms: FloatArray) -> None:
        """Set `terms` (m, ...) to the products at `points` (..., d), not scaled yet."""
        inputs = np.empty((self.n_features, *points.shape[:-1]))
        for feature in range(self.n_features):
            inputs[feature] = (points[..., feature] - self.centre[feature]) / self.scale[feature]
        for term, (parent, feature) in enumerate(self._factors()):
            if parent is None:
                terms[term] = inputs[feature]
            else:
                np.multiply(terms[parent], inputs[feature], out=terms[term, ...])

    def scale_terms(self, terms: FloatArray) -> None:
        """Centre and scale the products (m, ...) in place."""
        for term in range(self.n_columns):
            if self.term_centre[term] != 0.0:
                terms[term] -= self.term_centre[term]
            if self.term_scale[term] != 1.0:
                terms[term] /= self.term_scale[term]

    def _points(self, points: ArrayLike) -> Matrix:
        array = np.asarray(points)
        if array.dtype.kind != "f":
            array = array.astype(np.float64)
        if array.ndim == 0 or array.shape[-1] != self.n_features:
            raise ValueError(
                f"points must have {self.n_features} features on their last axis, got shape {array.shape}"
            )
        return array

    def _factors(self) -> list[tuple[int | None, int]]:
        """Each term as an earlier one times a feature: its number, or None for a bare feature, and which."""
        numbers: dict[tuple[int, ...], int] = {}
        factors = []
        for term, row in enumerate(self.powers.tolist()):
            feature = max(index for index, power in enumerate(row) if power)
            without = (*row[:feature], row[feature] - 1, *row[feature + 1 :])
            factors.append((numbers.get(without), feature))
            numbers[tuple(row)] = term
        return factors


def _mean_and_deviation(matrix: Matrix) -> Pieces[tuple[FloatArray, FloatArray]]:
    # Column by column numpy sums in pairs; over axis 0 it adds row after row, two digits less at 20,000 rows.
    centre, deviations = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
    for k in range(matrix.shape[1]):
        column = np.ascontiguousarray(matrix[:, k], dtype=np.float64)
        centre[k] = column.mean()
        if not (column == column[0]).all():
            deviations[k] = np.sqrt(np.mean((column - centre[k]) ** 2))
        yield
    return centre, np.where(deviations > 0.0, deviations, 1.0)


_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _name(row: list[int], n_features: int) -> str:
    parts = []
    for feature, power in enumerate(row):
        if power:
            index = "" if n_features == 1 else str(feature + 1).translate(_LOW)
            parts.append(f"x{index}" + (str(power).translate(_HIGH) if power > 1 else ""))
    return "".join(parts)
