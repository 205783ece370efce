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

from logreg_gui.core.pieces import Pieces, finished, pieces_of_rows
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
    return finished(centred_table_pieces(matrix, intercept))


def centred_table_pieces(matrix: NDArray[np.floating[Any]], intercept: bool = True) -> Pieces[Table]:
    """`centred_table`, some rows at a time."""
    parts = list(pieces_of_rows(len(matrix)))
    largest = np.zeros(matrix.shape[1], matrix.dtype)
    for part in parts:
        np.maximum(largest, np.abs(matrix[part]).max(axis=0), out=largest)
        yield
    # Powers of two: first to magnitudes of at most 1, safe from overflow, then to deviations near 1.
    magnitudes = np.frexp(largest.astype(np.float64))[1]
    rows = np.empty_like(matrix, dtype=np.float64)
    # Column by column numpy sums in pairs; over axis 0 it adds row after row, two digits less at 20,000 rows.
    sums = []
    for part in parts:
        rows[part] = np.ldexp(matrix[part].astype(np.float64), -magnitudes)
        sums.append([column.sum() for column in rows[part].T])
        yield
    centre = np.array(
        [math.fsum(column) / len(rows) if intercept else 0.0 for column in zip(*sums, strict=True)]
    )
    squares = np.zeros(len(centre))
    for part in parts:
        rows[part] -= centre
        squares += np.sum(rows[part] * rows[part], axis=0)
        yield
    deviations = np.frexp(np.sqrt(squares / len(rows)))[1]
    for part in parts:
        np.ldexp(rows[part], -deviations, out=rows[part])
        yield
    # Four ulps of the largest entry: a column computed from others carries the rounding of a few operations.
    rounding = np.full(len(centre), 2.0 * float(np.finfo(matrix.dtype).eps))
    return Table(
        rows=rows,
        centre=np.ldexp(centre, -deviations),
        scale=np.ldexp(1.0, magnitudes + deviations),
        rounding=np.ldexp(rounding, -deviations),
    )


def triangle_of_rows(table: Table) -> FloatArray:
    """R (d, d), upper, with R^T R = the mean of x^T x over the rows of the table."""
    return finished(triangle_pieces(table))


def triangle_pieces(table: Table) -> Pieces[FloatArray]:
    """`triangle_of_rows`, some rows at a time: the triangle of their triangles."""
    triangles = []
    for part in pieces_of_rows(len(table.rows)):
        triangles.append(np.linalg.qr(table.rows[part], mode="r"))
        yield
    whole = triangles[0] if len(triangles) == 1 else np.linalg.qr(np.vstack(triangles), mode="r")
    triangle: FloatArray = np.asarray(whole) / math.sqrt(len(table.rows))
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
    is_constant = np.full(matrix.shape[1], intercept)
    for part in pieces_of_rows(len(matrix)):
        is_constant &= (matrix[part] == matrix[0]).all(axis=0)
        if not is_constant.any():
            return ""
    constant = np.flatnonzero(is_constant)
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
