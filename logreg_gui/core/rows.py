"""Rows of data as the objectives take them in: checked, widened to float64, with or without an intercept.

Conventions as in `objectives`. A row weight counts a row that many times: a whole number c gives every sum
the value that c copies of the row would give it. Weights need not be whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.validation import FloatArray

IndexArray = NDArray[np.intp]


def row_weights(sample_weight: ArrayLike | None, n_rows: int) -> FloatArray | None:
    """`sample_weight` as float64 (n_rows,), or None where every row counts once.

    Raises:
        ValueError: its shape does not fit, a weight is negative or not finite, or all are 0.
    """
    if sample_weight is None:
        return None
    weights = _numbers("sample_weight", sample_weight, n_rows)
    if (weights < 0.0).any():
        raise ValueError(f"sample_weight must hold no negative numbers, got {weights[weights < 0.0][0]}")
    if not weights.any():
        raise ValueError("sample_weight must not be 0 for all rows")
    return weights


def class_indices(labels: ArrayLike, n_rows: int, n_classes: int) -> IndexArray:
    """`labels` as whole numbers (n_rows,) from 0 to n_classes - 1.

    Raises:
        ValueError: the shape does not fit or a label is no such number.
    """
    array = np.asarray(labels)
    if array.dtype.kind in "iu" and array.shape == (n_rows,):
        # Without the way over floats, three times as fast.
        smallest, largest = int(array.min(initial=0)), int(array.max(initial=0))
        if smallest >= 0 and largest < n_classes:
            return array.astype(np.intp)
    numbers = _numbers("labels", labels, n_rows)
    is_wrong = (numbers != np.floor(numbers)) | (numbers < 0) | (numbers >= n_classes)
    if is_wrong.any():
        raise ValueError(
            f"labels must hold whole numbers from 0 to {n_classes - 1}, got {numbers[is_wrong][0]:g}"
        )
    return numbers.astype(np.intp)


def regression_target(target: ArrayLike, n_rows: int) -> FloatArray:
    """`target` as float64 (n_rows,).

    Raises:
        ValueError: the shape does not fit or a number is not finite.
    """
    return _numbers("target", target, n_rows)


def columns_of(features: NDArray[Any], intercept: bool) -> FloatArray:
    """The columns of the model as rows of a contiguous float64 array (p, n): ones first, if asked for."""
    columns = np.empty((intercept + features.shape[1], len(features)))
    columns[:intercept] = 1.0
    columns[intercept:] = features.T
    return columns


def demand_columns(features: NDArray[Any], intercept: bool) -> None:
    """Refuse a model without any weight."""
    if not intercept and not features.shape[1]:
        raise ValueError("features must have at least one column when there is no intercept, got none")


def linear_scores(features: ArrayLike, weights: FloatArray, intercept: bool) -> FloatArray:
    """X w over the last axis of `features` (..., d): (...) for weights (p,), (..., K) for weights (K, p)."""
    points = np.asarray(features, dtype=np.float64)
    slopes = weights[..., intercept:]
    scores: FloatArray = points @ slopes.T
    if intercept:
        scores = scores + weights[..., 0]
    return scores


def _numbers(field: str, values: ArrayLike, n_rows: int) -> FloatArray:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{field} must be a rectangular array of numbers: {error}") from error
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{field} must hold numbers, got values of type {array.dtype}")
    if array.shape != (n_rows,):
        raise ValueError(
            f"{field} must have one entry per row of features ({n_rows}), got shape {array.shape}"
        )
    numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError(f"{field} must hold only finite numbers, got {numbers[~np.isfinite(numbers)][0]}")
    return numbers
