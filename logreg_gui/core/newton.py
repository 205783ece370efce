"""Newton's method for concave functions: the step, and how much of it to take.

A step solves -H step = g. H is scaled to a diagonal of ones first: its entries are exact relative to
themselves, so that only correlation of the columns costs digits, not their scale.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from logreg_gui.core.pieces import Pieces, at_once, finished
from logreg_gui.core.validation import FloatArray

SMALLEST_CURVATURE = 1e-13
"""Of the largest: below it, float64 sums no longer hold the smallest eigenvalue of the Hessian."""


def inverse_root(hessian: FloatArray) -> FloatArray | None:
    """F (p, p) with F F^T = (-H)^-1; None when float64 no longer tells the smallest curvature from 0."""
    diagonal = np.sqrt(-np.diagonal(hessian))
    if not diagonal.all():
        return None
    curvatures, axes = np.linalg.eigh(-hessian / np.outer(diagonal, diagonal))
    if not curvatures[0] > SMALLEST_CURVATURE * curvatures[-1]:
        return None
    root: FloatArray = axes / np.sqrt(curvatures) / diagonal[:, np.newaxis]
    return root


def newton_step(hessian: FloatArray, gradient: FloatArray) -> FloatArray:
    """The step (p,), with nothing of the directions in which float64 sees no curvature.

    Softmax has such directions by nature, and no gradient along them; repeated columns have, and separated
    classes in the end. Not finite where the Hessian is not.
    """
    if not (np.isfinite(hessian).all() and np.isfinite(gradient).all()):
        return np.full_like(gradient, np.nan)
    diagonal = np.sqrt(np.maximum(-np.diagonal(hessian), 0.0))
    diagonal[diagonal == 0.0] = 1.0
    curvatures, axes = np.linalg.eigh(-hessian / np.outer(diagonal, diagonal))
    is_curved = curvatures > SMALLEST_CURVATURE * max(curvatures[-1], 0.0)
    along = (axes[:, is_curved].T @ (gradient / diagonal)) / curvatures[is_curved]
    step: FloatArray = (axes[:, is_curved] @ along) / diagonal
    if not is_curved.all():
        # The shortest of the steps that differ by such directions, in the weights as they are, not as scaled:
        # softmax weights that sum to 0 over the classes stay so.
        flat = np.linalg.qr(axes[:, ~is_curved] / diagonal[:, np.newaxis])[0]
        step = step - flat @ (flat.T @ step)
    return step


def climbing_part(
    value_at: Callable[[FloatArray], float],
    weights: FloatArray,
    value: float,
    gradient: FloatArray,
    step: FloatArray,
) -> FloatArray:
    """The step, halved until it climbs: far from the maximum a full one may overshoot without bound."""
    return finished(climbing_pieces(lambda place: at_once(value_at(place)), weights, value, gradient, step))


def climbing_pieces(
    value_at: Callable[[FloatArray], Pieces[float]],
    weights: FloatArray,
    value: float,
    gradient: FloatArray,
    step: FloatArray,
) -> Pieces[FloatArray]:
    """`climbing_part`, with values in pieces."""
    promised = float(gradient @ step)
    # A gain that drowns in the rounding of the value cannot be compared; there Newton's method needs no
    # check.
    while promised > 1e-10 * abs(value):
        if (yield from value_at(weights + step)) >= value + 1e-4 * promised:
            break
        step, promised = 0.5 * step, 0.5 * promised
    return step


def has_settled(weights: FloatArray, step: FloatArray, before: FloatArray) -> bool:
    """Whether the next step would be rounding: this one was tiny, or small and hardly smaller than before.

    Along a direction without a maximum steps stay near 1 for ever, while gradient and gain vanish: they prove
    nothing.
    """
    length = np.max(np.abs(step) / (1.0 + np.abs(weights)))
    length_before = np.max(np.abs(before) / (1.0 + np.abs(weights)))
    return bool(length <= 1e-10 or 0.5 * length_before <= length <= 1e-6)
