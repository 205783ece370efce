"""Whether classes are separated, so that the weights of the largest likelihood are infinite: with proof.

K classes are separated by weights v_k when (v_y - v_o) . x > 0 for all rows of class y and other classes o,
and partly when some of these margins are 0 and none is negative (Albert and Anderson 1984). x is a row with
a one before it, if there is an intercept.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.pieces import Pieces, finished, pieces_of_rows
from logreg_gui.core.squared_error import triangle_of
from logreg_gui.core.validation import FloatArray
from logreg_gui.core.whitening import EPSILON

CHUNK = 16_384
"""Margins that are looked at in one go."""


def zero_sum_basis(n_classes: int) -> FloatArray:
    """An orthonormal basis (K, K - 1) of the vectors whose entries sum to 0."""
    axes: FloatArray = np.linalg.svd(np.eye(n_classes) - 1.0 / n_classes)[0]
    return axes[:, : n_classes - 1]


class SeparationCertificate:
    """Proves that classes are separated: (v_y - v_o) . x above all that rounding can have done.

    Works on `rows` (n, d) that are known up to one rounding, such as centred ones, while weights (K p,) are
    those of the rows times `whitening` (d, d). `basis` is `zero_sum_basis(K)`.
    """

    def __init__(
        self,
        rows: FloatArray,
        whitening: FloatArray,
        labels: NDArray[np.intp],
        basis: FloatArray,
        intercept: bool,
    ) -> None:
        self._rows = rows
        self._whitening = whitening
        self._labels = labels
        self._basis = basis
        self._intercept = intercept

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Each row with each class but its own."""
        return self._pairs_of(self._labels)

    def _pairs_of(self, labels: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        rows, others = np.nonzero(labels[:, np.newaxis] != np.arange(len(self._basis)))
        return rows, others

    def is_separating(self, white_weights: FloatArray) -> bool:
        """Whether all margins, of every row against every other class, are certainly positive."""
        return finished(self.is_separating_pieces(white_weights))

    def is_separating_pieces(self, white_weights: FloatArray) -> Pieces[bool]:
        """`is_separating`, some rows at a time."""
        weights = self._on_rows(white_weights)
        for part in pieces_of_rows(len(self._rows)):
            labels = self._labels[part]
            margins, errors = _margins(self._rows[part], labels, self._pairs_of(labels), weights)
            if not (margins > errors).all():
                return False
            yield
        return True

    def is_partly_separating(self, white_direction: FloatArray, white_weights: FloatArray) -> bool:
        """Whether some direction has margins that are all positive but for some that are 0.

        Which are 0 is read off `white_direction`. They must leave directions free to the last bits of
        float64, so that an overlap is never taken for a touch unless it is as thin as rounding. Of the free
        directions two are tried, the nearest to that one and to the weights: a last step may turn against
        rows that have long been far on their side.
        """
        direction = self._on_rows(white_direction)
        margins, _ = self._margins(direction)
        is_flat = np.abs(margins) <= 1e-6 * np.abs(margins).max()
        triangle = self._triangle_of_flat_margins(is_flat)
        _, singular_values, axes = np.linalg.svd(triangle)
        free = axes[singular_values <= 64.0 * EPSILON * singular_values[0]]
        return any(
            self._has_positive_margins(free, candidate, is_flat)
            for candidate in (direction, self._on_rows(white_weights))
        )

    def _has_positive_margins(
        self, free: FloatArray, direction: FloatArray, is_flat: NDArray[np.bool_]
    ) -> bool:
        """Whether the part of `direction` in the space `free` has, but for the flat margins."""
        coordinates = free.T @ (free @ (self._basis.T @ direction).ravel())
        margins, errors = self._margins(self._basis @ coordinates.reshape(self._basis.shape[1], -1))
        is_positive = margins > errors
        return bool((is_positive | is_flat).all()) and bool(is_positive[~is_flat].any())

    def _on_rows(self, white_weights: FloatArray) -> FloatArray:
        """The weights (K, 1 + d) of the table's rows, with an intercept of 0 if there is none."""
        matrix = white_weights.reshape(len(self._basis), -1)
        slopes = matrix[:, self._intercept :] @ self._whitening.T
        first = matrix[:, :1] if self._intercept else np.zeros((len(matrix), 1))
        return np.hstack((first, slopes))

    def _margins(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(v_y - v_o) . x of all pairs, and bounds of their errors."""
        return _margins(self._rows, self._labels, self._pairs, weights)

    def _triangle_of_flat_margins(self, is_flat: NDArray[np.bool_]) -> FloatArray:
        """R of the flat margins as linear functions of the coordinates in the basis, chunk by chunk."""
        n_columns = 1 + self._rows.shape[1]
        triangle = np.zeros((self._basis.shape[1] * n_columns,) * 2)
        rows, others = (indices[is_flat] for indices in self._pairs)
        for first in range(0, len(rows), CHUNK):
            chosen = rows[first : first + CHUNK]
            wide = np.hstack((np.full((len(chosen), 1), float(self._intercept)), self._rows[chosen]))
            contrast = self._basis[self._labels[chosen]] - self._basis[others[first : first + CHUNK]]
            pairs = (contrast[:, :, np.newaxis] * wide[:, np.newaxis, :]).reshape(len(chosen), -1)
            triangle = triangle_of(np.vstack((triangle, pairs)).T)
        return triangle


def _margins(
    rows: FloatArray,
    labels: NDArray[np.intp],
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]],
    weights: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """(v_y - v_o) . x of the pairs of row and other class, and bounds of their errors."""
    indices, others = pairs
    own = labels[indices]
    scores = weights[:, 0] + rows @ weights[:, 1:].T
    sizes = np.abs(weights[:, 0]) + np.abs(rows) @ np.abs(weights[:, 1:]).T
    # One rounding of each difference, of the products, p of the sums, and as much again for safety.
    errors = 2.0 * (weights.shape[1] + 3) * EPSILON * (sizes[indices, own] + sizes[indices, others])
    return scores[indices, own] - scores[indices, others], errors
