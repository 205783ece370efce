"""From scores to probabilities, and to their logarithms, at any size of score.

Symbols: scores s, any shape; for softmax the last axis holds the K classes. With |s| of 1e4 every result is
exact: nothing overflows, and a logarithm is never that of a probability that went to 0.

    sigmoid(s)     = 1 / (1 + exp(-s))
    softmax(s)_k   = exp(s_k) / sum_j exp(s_j)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from logreg_gui.core.objectives import sigmoid
from logreg_gui.core.validation import FloatArray

__all__ = ["log_sigmoid", "log_softmax", "sigmoid", "softmax"]


def log_sigmoid(scores: ArrayLike) -> FloatArray:
    """The logarithm of sigmoid(s), elementwise; minus infinity and 0 at the infinities, NaN for NaN."""
    scores = np.asarray(scores, dtype=np.float64)
    with np.errstate(under="ignore"):
        # min(s, 0) - log(1 + exp(-|s|)): both terms of one sign, and exp never above 1.
        logarithms: FloatArray = np.minimum(scores, 0.0) - np.log1p(np.exp(-np.abs(scores)))
    return logarithms


def softmax(scores: ArrayLike) -> FloatArray:
    """The probabilities of the K classes on the last axis of `scores`; infinite scores share evenly."""
    with np.errstate(under="ignore"):
        shares = np.exp(_below_the_top(scores))
        probabilities: FloatArray = shares / shares.sum(axis=-1, keepdims=True)
    return probabilities


def log_softmax(scores: ArrayLike) -> FloatArray:
    """The logarithms of `softmax`, (..., K)."""
    shifted = _below_the_top(scores)
    with np.errstate(under="ignore"):
        shares = np.exp(shifted)
        # The top's own share of 1 is left to log1p, or a sure class would lose all digits of its doubt.
        np.put_along_axis(shares, shares.argmax(axis=-1)[..., np.newaxis], 0.0, axis=-1)
        logarithms: FloatArray = shifted - np.log1p(shares.sum(axis=-1, keepdims=True))
    return logarithms


def _below_the_top(scores: ArrayLike) -> FloatArray:
    """Scores less the largest of their row: at most 0, so that exp cannot overflow."""
    scores = np.asarray(scores, dtype=np.float64)
    top = scores.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        shifted: FloatArray = np.where(scores == top, 0.0, scores - top)  # infinity less infinity is NaN
    return shifted
