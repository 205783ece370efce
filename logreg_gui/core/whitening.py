"""Coordinates in which a maximum is looked for: columns of mean 0, variance 1 and no correlation.

Conventions as in `objectives`. With the column means c and an upper triangle R, q = (x - c) R^-1 has those
properties. In them the equations of a maximum are as well conditioned as the problem allows, whatever the
units of the columns; scores are the same numbers in both. Without an intercept c is 0, since scores could not
be kept otherwise, and "variance" is the mean square.

Columns are scaled by powers of two on the way, which rounds nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.validation import FloatArray

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Table:
    """The rows (x - centre) / scale, exact but for one rounding of each difference.

    `scale` holds powers of two near the standard deviations; `rounding` is how exactly the columns were
    stored, in the units of the rows. `centre` is in those units too.
    """

    rows: FloatArray
    centre: FloatArray
    scale: FloatArray
    rounding: FloatArray

    @property
    def own_centre(self) -> FloatArray:
        """The centre in the units of the features."""
        return self.centre * self.scale

    @property
    def own_rows(self) -> FloatArray:
        """The rows x - centre in the units of the features."""
        return self.rows * self.scale


@dataclass(frozen=True, eq=False)
class Whitening:
    """The way there and back: `matrix` takes rows of the table to q, `to_own` weights of q to the features'.

    `to_white` is the inverse of `to_own`; both are (p, p), the intercept first if there is one.
    """

    matrix: FloatArray
    to_own: FloatArray
    to_white: FloatArray


def centred_table(matrix: NDArray[np.floating[Any]], intercept: bool = True) -> Table:
    """The table of `matrix` (n, d)."""
    # Powers of two: first to magnitudes of at most 1, safe from overflow, then to deviations near 1.
    magnitudes = np.frexp(np.abs(matrix).max(axis=0).astype(np.float64))[1]
    rows = np.ldexp(matrix.astype(np.float64), -magnitudes)
    # Column by column numpy sums in pairs; over axis 0 it adds row after row, two digits less at 20,000 rows.
    centre = np.array([column.mean() if intercept else 0.0 for column in rows.T])
    rows -= centre
    deviations = np.frexp(np.sqrt(np.mean(rows * rows, axis=0)))[1]
    # Four ulps of the largest entry: a column computed from others carries the rounding of a few operations.
    rounding = np.full(len(centre), 2.0 * float(np.finfo(matrix.dtype).eps))
    return Table(
        rows=np.ldexp(rows, -deviations, out=rows),
        centre=np.ldexp(centre, -deviations),
        scale=np.ldexp(1.0, magnitudes + deviations),
        rounding=np.ldexp(rounding, -deviations),
    )


def triangle_of_rows(table: Table) -> FloatArray:
    """R (d, d), upper, with R^T R = the mean of x^T x over the rows of the table."""
    triangle: FloatArray = np.asarray(np.linalg.qr(table.rows, mode="r")) / math.sqrt(len(table.rows))
    return triangle


def whitening_of(table: Table, triangle: FloatArray, intercept: bool = True) -> Whitening:
    """The whitening that `triangle` gives; it must not be singular."""
    matrix = np.linalg.inv(triangle).astype(np.float64, copy=False)
    to_own, to_white = np.eye(intercept + len(triangle)), np.eye(intercept + len(triangle))
    to_own[intercept:, intercept:] = matrix / table.scale[:, np.newaxis]
    to_white[intercept:, intercept:] = triangle * table.scale
    if intercept:
        to_own[0, 1:] = -table.centre @ matrix
        to_white[0, 1:] = table.own_centre
    return Whitening(matrix, to_own, to_white)


def too_few_rows(matrix: NDArray[Any], intercept: bool = True) -> str:
    """Why the rows cannot tell the weights, or nothing."""
    n_rows, n_weights = len(matrix), intercept + matrix.shape[1]
    if n_rows >= n_weights:
        return ""
    return f"there are fewer rows ({n_rows}) than weights ({n_weights}): the maximum is not unique"


def constant_column(matrix: NDArray[Any], intercept: bool = True) -> str:
    """Names a column that the intercept repeats, or nothing."""
    constant = np.flatnonzero((matrix == matrix[0]).all(axis=0))
    if not intercept or not constant.size:
        return ""
    return f"column {constant[0] + 1} is constant, as the intercept is: the maximum is not unique"


def dependent_column(triangle: FloatArray, rounding: FloatArray) -> str:
    """Names a column that those before it and the intercept give, up to the rounding of its storage."""
    for column in range(len(triangle)):
        # The diagonal is the standard deviation of what the columns before do not explain.
        coefficients = np.linalg.solve(triangle[:column, :column], triangle[:column, column])
        stored = rounding[column] + np.abs(coefficients) @ rounding[:column]
        computed = 32.0 * EPSILON * np.linalg.norm(triangle[:, column])
        if abs(triangle[column, column]) <= stored + computed:
            return f"column {column + 1} repeats or combines the columns before it: the maximum is not unique"
    return ""
