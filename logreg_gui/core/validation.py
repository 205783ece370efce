"""Checks of what comes in from outside: a value in its working type, or a ValueError in words."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.pieces import Pieces, finished, pieces_of_rows

FloatArray = NDArray[np.float64]


def real_number(field: str, value: object) -> float:
    """`value` as a finite float; booleans are not numbers here."""
    return _float(field, "a finite number", value)


def positive_number(field: str, value: object) -> float:
    """`value` as a finite float above zero."""
    number = _float(field, "a positive finite number", value)
    if number <= 0.0:
        raise ValueError(f"{field} must be a positive finite number, got {value!r}")
    return number


def whole_number(field: str, value: object, smallest: int, largest: int | None = None) -> int:
    """`value` as an int from `smallest` to `largest`; 2.0 is whole, 2.5 and True are not."""
    wanted = f"a whole number of at least {smallest}"
    if largest is not None:
        wanted = f"a whole number from {smallest} to {largest}"
    number = _float(field, wanted, value)
    if number != math.floor(number) or number < smallest or (largest is not None and number > largest):
        raise ValueError(f"{field} must be {wanted}, got {value!r}")
    return int(value)  # type: ignore[call-overload, no-any-return]  # not int(number): 2**53 + 1 is no float


def feature_matrix(features: ArrayLike) -> NDArray[np.floating[Any]]:
    """`features` as a finite matrix (n >= 1, columns); float32 and float64 uncopied, the rest as float64."""
    return finished(feature_matrix_pieces(features))


def feature_matrix_pieces(features: ArrayLike) -> Pieces[NDArray[np.floating[Any]]]:
    """`feature_matrix`, some rows at a time."""
    matrix = _numeric_array("features", features)
    if matrix.ndim != 2:
        raise ValueError(f"features must have two dimensions (rows, columns), got shape {matrix.shape}")
    if matrix.shape[0] == 0:
        raise ValueError(f"features must have at least one row, got shape {matrix.shape}")
    if matrix.dtype not in (np.float32, np.float64):
        matrix = matrix.astype(np.float64)
    for part in pieces_of_rows(len(matrix)):
        _demand_finite("features", matrix[part])
        yield
    return matrix


def binary_target(target: ArrayLike, n_rows: int, field: str = "target") -> NDArray[Any]:
    """`target` as an array (n_rows,) that holds nothing but 0 and 1."""
    labels = _numeric_array(field, target)
    if labels.shape != (n_rows,):
        raise ValueError(
            f"{field} must have one entry per row of features ({n_rows}), got shape {labels.shape}"
        )
    is_wrong = (labels != 0) & (labels != 1)
    if is_wrong.any():
        raise ValueError(f"{field} must hold only 0 and 1, got {labels[is_wrong][0]}")
    return labels


def weight_vector(weights: ArrayLike, n_weights: int | None = None) -> FloatArray:
    """`weights` as a finite float64 vector, of `n_weights` entries if that is given."""
    vector = _numeric_array("weights", weights).astype(np.float64, copy=False)
    if vector.ndim != 1:
        raise ValueError(f"weights must have one dimension, got shape {vector.shape}")
    if n_weights is not None and vector.shape != (n_weights,):
        raise ValueError(f"weights must have one entry per column ({n_weights}), got shape {vector.shape}")
    _demand_finite("weights", vector)
    return vector


def read_only(values: ArrayLike, dtype: type[Any] = np.float64) -> NDArray[Any]:
    """`values` as an array that cannot be written to; a copy unless it is one already."""
    if isinstance(values, np.ndarray) and values.dtype == dtype:
        # A view may be read-only while its base is not.
        is_safe = values.flags.owndata and not values.flags.writeable
        if is_safe:
            return values
    array = np.array(values, dtype=dtype)
    array.setflags(write=False)
    return array


def _float(field: str, wanted: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ValueError(f"{field} must be {wanted}, got {value!r}")
    try:
        number = float(value)
    except OverflowError:  # an int beyond float64
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{field} must be {wanted}, got {value!r}")
    return number


def _numeric_array(field: str, values: ArrayLike) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{field} must be a rectangular array of numbers: {error}") from error
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{field} must hold numbers, got values of type {array.dtype}")
    return array


def _demand_finite(field: str, array: NDArray[Any]) -> None:
    is_finite = np.isfinite(array)
    if not is_finite.all():
        raise ValueError(f"{field} must hold only finite numbers, got {array[~is_finite][0]}")
