"""Transformers with scikit-learn's conventions: standard scores, polynomial terms, one-hot columns.

Symbols: n rows, d columns that come in, c_i the weight of row i (1 where none are given). Everything that
goes out is float64.

    standard scores    (x - mean) / deviation, per column; mean = sum c x / sum c and deviation^2 =
                       sum c (x - mean)^2 / sum c, the population's, not the sample's
    polynomial terms   products of columns: by degree, and within a degree in the order of the columns:
                       1, a, b, a^2, a b, b^2, ...
    one-hot columns    per column and category, in ascending order, 1 where the row is of it and else 0

Names, arguments and results are scikit-learn's, but for sparse output, which is not offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations, combinations_with_replacement
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.sklearn_conventions import (
    Columns,
    Transformer,
    chosen,
    demand_finite,
    feature_names,
    finite_matrix,
    matrix_of,
    row_weights,
    switch,
)
from logreg_gui.core.validation import FloatArray, whole_number

Terms = list[tuple[int, ...]]


class StandardScaler(Transformer):
    """Shift every column to mean 0 and scale it to variance 1; a constant column becomes zeros.

    Learned: `mean_`, `var_`, `scale_` (d,), `n_samples_seen_` (the sum of the weights, if there are any).
    `var_` and `scale_` are None without `with_std`.
    """

    def __init__(self, *, with_mean: bool = True, with_std: bool = True) -> None:
        self.with_mean = with_mean
        self.with_std = with_std

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn mean and variance of the columns of `X` (n, d), rows weighed by `sample_weight` (n,).

        Raises:
            ValueError: a parameter, a shape or a number is not as it must be.
        """
        switch("with_mean", self.with_mean)
        with_std = switch("with_std", self.with_std)
        columns = Columns(matrix_of(X).shape[1], feature_names(X))
        matrix = finite_matrix(X)
        weights = row_weights(sample_weight, len(matrix))
        mean, deviation = column_moments(matrix, weights)
        self._remember_columns(columns)
        self.mean_ = mean
        self.var_ = deviation * deviation if with_std else None
        self.scale_: FloatArray | None = np.where(deviation > 0.0, deviation, 1.0) if with_std else None
        self.n_samples_seen_ = len(matrix) if weights is None else float(weights.sum())
        return self

    def transform(self, X: Any) -> FloatArray:
        """The standard scores of `X` (n, d).

        Raises:
            ValueError: `X` does not fit, or `fit` was not called.
        """
        scores = self._checked_features(X)
        scores = scores - self.mean_ if self.with_mean else scores.copy()
        return scores if self.scale_ is None else scores / self.scale_

    def inverse_transform(self, X: Any) -> FloatArray:
        """What `transform` made `X` (n, d) of; errors as there."""
        self._demand_fitted()
        features = finite_matrix(X)
        self._demand_same_number(features.shape[1])
        features = features.copy() if self.scale_ is None else features * self.scale_
        return features + self.mean_ if self.with_mean else features

    def _names_out(self, names: Sequence[str]) -> list[str]:
        return list(names)


class PolynomialFeatures(Transformer):
    """All products of at most `degree` columns; with `interaction_only` of different columns alone.

    Learned: `powers_` (terms, d), the power of every column in every term, and `n_output_features_`.
    """

    def __init__(self, degree: int = 2, *, interaction_only: bool = False, include_bias: bool = True) -> None:
        self.degree = degree
        self.interaction_only = interaction_only
        self.include_bias = include_bias

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the number of columns of `X` (n, d).

        Raises:
            ValueError: a parameter, a shape or a number is not as it must be.
        """
        degree = whole_number("degree", self.degree, smallest=1)
        interaction_only = switch("interaction_only", self.interaction_only)
        include_bias = switch("include_bias", self.include_bias)
        columns = Columns(finite_matrix(X).shape[1], feature_names(X))
        terms = polynomial_terms(columns.number, degree, interaction_only)
        self._remember_columns(columns)
        self._terms: Terms = [(), *terms] if include_bias else terms
        self.n_output_features_ = len(self._terms)
        return self

    @property
    def powers_(self) -> NDArray[np.int64]:
        """The power of every column in every term, (terms, d)."""
        self._demand_fitted()
        return np.array([[term.count(i) for i in range(self.n_features_in_)] for term in self._terms])

    def transform(self, X: Any) -> FloatArray:
        """The terms of `X` (n, d): (n, terms).

        Raises:
            ValueError: `X` does not fit or a term exceeds float64, or `fit` was not called.
        """
        return expanded(self._checked_features(X), self._terms)

    def _names_out(self, names: Sequence[str]) -> list[str]:
        return [
            " ".join(_power(names[i], term.count(i)) for i in dict.fromkeys(term)) or "1"
            for term in self._terms
        ]


class OneHotEncoder(Transformer):
    """One column of zeros and ones per category of every column, which may hold text or numbers.

    `drop="first"` leaves out the first category of every column, which makes the rest independent of an
    intercept. A category that `fit` has not seen is an error, or a row of zeros with
    `handle_unknown="ignore"`. Learned: `categories_`, an ascending array per column.
    """

    def __init__(
        self,
        *,
        drop: Literal["first"] | None = None,
        handle_unknown: Literal["error", "ignore"] = "error",
    ) -> None:
        self.drop = drop
        self.handle_unknown = handle_unknown

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the categories of the columns of `X` (n, d).

        Raises:
            ValueError: a parameter or a shape is not as it must be, or a category is missing or infinite.
            TypeError: `X` is sparse, or a column holds categories that cannot be compared.
        """
        chosen("drop", self.drop, (None, "first"))
        chosen("handle_unknown", self.handle_unknown, ("error", "ignore"))
        table = _categorical(X)
        categories = [_categories(column) for column in table.T]
        self._remember_columns(Columns(table.shape[1], feature_names(X)))
        self.categories_ = categories
        return self

    def transform(self, X: Any) -> FloatArray:
        """The one-hot columns of `X` (n, d), column by column.

        Raises:
            ValueError: `X` does not fit or holds an unknown category, or `fit` was not called.
        """
        self._demand_fitted()
        self._demand_same_names(feature_names(X))
        table = _categorical(X)
        self._demand_same_number(table.shape[1])
        blocks = [self._block(i, column) for i, column in enumerate(table.T)]
        return np.hstack(blocks)

    def inverse_transform(self, X: Any) -> NDArray[Any]:
        """The categories (n, d) that `X`, one-hot columns, stands for; None where a row has none.

        Raises:
            ValueError: `X` has another number of columns, or `fit` was not called.
        """
        self._demand_fitted()
        columns = finite_matrix(X)
        widths = [len(self._kept(categories)) for categories in self.categories_]
        if columns.shape[1] != sum(widths):
            raise ValueError(f"X must have {sum(widths)} one-hot columns, got {columns.shape[1]}")
        blocks = np.split(columns, np.cumsum(widths)[:-1], axis=1)
        decoded = [
            self._decoded(categories, block)
            for categories, block in zip(self.categories_, blocks, strict=True)
        ]
        return np.column_stack(decoded)

    def _block(self, position: int, column: NDArray[Any]) -> FloatArray:
        categories = self.categories_[position]
        places = {category: place for place, category in enumerate(categories.tolist())}
        codes = np.array([places.get(value, -1) for value in column.tolist()])
        if self.handle_unknown == "error" and (codes < 0).any():
            unknown = column[codes < 0].tolist()[0]
            raise ValueError(f"X holds {unknown!r} in column {position + 1}, which fit has not seen")
        first = 1 if self.drop == "first" else 0
        block: FloatArray = np.equal.outer(codes, np.arange(first, len(categories))).astype(np.float64)
        return block

    def _decoded(self, categories: NDArray[Any], block: FloatArray) -> NDArray[Any]:
        kept = self._kept(categories)
        is_none = ~block.any(axis=1)
        if self.drop == "first":
            return np.asarray(categories[np.where(is_none, 0, 1 + _place_of_one(block))])
        values = kept[_place_of_one(block)]
        if is_none.any():
            values = values.astype(object)
            values[is_none] = None
        return values

    def _kept(self, categories: NDArray[Any]) -> NDArray[Any]:
        kept: NDArray[Any] = categories[1:] if self.drop == "first" else categories
        return kept

    def _names_out(self, names: Sequence[str]) -> list[str]:
        pairs = zip(names, self.categories_, strict=True)
        return [f"{name}_{category}" for name, categories in pairs for category in self._kept(categories)]

    def _set_tags(self, tags: Any, utils: Any) -> None:
        super()._set_tags(tags, utils)
        tags.input_tags.categorical = True
        tags.input_tags.string = True


def column_moments(matrix: FloatArray, weights: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
    """Mean and deviation (d,) of the columns of `matrix` (n, d), rows weighed by `weights` (n,).

    Both keep their digits in columns far from 0 and for magnitudes whose squares leave float64; a constant
    column has deviation 0 to the last bit.
    """
    # Powers of two scale without rounding.
    exponents = np.frexp(np.abs(matrix).max(axis=0))[1]
    scaled = np.ldexp(matrix, -exponents)
    mean = np.average(scaled, axis=0, weights=weights)
    # The mean of what is left corrects the rounding of a long sum.
    mean = mean + np.average(scaled - mean, axis=0, weights=weights)
    counted = scaled if weights is None else scaled[weights > 0.0]
    is_constant = (counted == counted[0]).all(axis=0)
    mean = np.where(is_constant, counted[0], mean)
    variance = np.average((scaled - mean) ** 2, axis=0, weights=weights)
    deviation = np.where(is_constant, 0.0, np.sqrt(variance))
    return np.ldexp(mean, exponents), np.ldexp(deviation, exponents)


def polynomial_terms(n_columns: int, degree: int, interaction_only: bool) -> Terms:
    """The terms of degree 1 to `degree`, each as the columns multiplied: (0,), (1,), (0, 0), (0, 1) ..."""
    choose = combinations if interaction_only else combinations_with_replacement
    return list(chain.from_iterable(choose(range(n_columns), order) for order in range(1, degree + 1)))


def expanded(matrix: FloatArray, terms: Terms) -> FloatArray:
    """The products that `terms` name of the columns of `matrix` (n, d): (n, len(terms)).

    Raises:
        ValueError: a product exceeds float64.
    """
    products = np.empty((len(matrix), len(terms)))
    places = {term: place for place, term in enumerate(terms)}
    with np.errstate(over="ignore", under="ignore"):
        for place, term in enumerate(terms):
            if len(term) < 2:
                products[:, place] = matrix[:, term[0]] if term else 1.0
            else:
                # Its first columns are a term of lower degree, which stands further left.
                np.multiply(products[:, places[term[:-1]]], matrix[:, term[-1]], out=products[:, place])
    if not np.isfinite(products).all():
        raise ValueError(f"X is too large for degree {max(map(len, terms))}: a term exceeds float64")
    return products


def _place_of_one(block: FloatArray) -> NDArray[np.intp]:
    """The column of the first one in every row; 0 for none, and where there are no columns."""
    return block.argmax(axis=1) if block.shape[1] else np.zeros(len(block), dtype=np.intp)


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def _categorical(features: Any) -> NDArray[Any]:
    """`features` (n, d) as they are, without missing values; text in lists stays beside numbers."""
    table = matrix_of(features)
    if table.dtype.kind in "SU" and not isinstance(features, np.ndarray):
        table = np.asarray(features, dtype=object)
    if table.dtype.kind == "f":
        demand_finite("X", table)
    elif table.dtype == object:
        is_missing = np.array([value is None or value != value for value in table.ravel().tolist()])
        if is_missing.any():
            row = np.flatnonzero(is_missing)[0] // table.shape[1]
            raise ValueError(f"X must hold no missing values, got None or NaN in row {row + 1}")
    return table


def _categories(column: NDArray[Any]) -> NDArray[Any]:
    try:
        return np.unique(column)
    except TypeError as error:
        kinds = sorted({type(value).__name__ for value in column.tolist()})
        raise TypeError(
            f"X must hold either text or numbers in every column, got {', '.join(kinds)} in one"
        ) from error
