"""What crosses from the training thread to the views: frozen values with read-only arrays.

Symbols: p weights, the intercept first (three for two features); n rows; l(w) the log-likelihood, a sum over
the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

# The views' whole vocabulary is in this module: what a frame holds is named here too.
from logreg_gui.core.datasets import Dataset as Dataset
from logreg_gui.core.datasets import GaussianClass as GaussianClass
from logreg_gui.core.references import BayesBoundary as BayesBoundary
from logreg_gui.core.references import References as References

FloatArray = NDArray[np.float64]


class RunStatus(Enum):
    """What the run is doing; the value is the word the status line shows."""

    PAUSED = "Paused"
    RUNNING = "Running"
    FINISHED = "Finished"
    STOPPED = "Stopped"
    """By a number that is no longer finite; only a reset or an edit goes on from there."""


@dataclass(frozen=True, eq=False)
class DataSnapshot:
    """The rows being trained on and what is known about them.

    `revision` grows with every change of the rows, so a view knows by one comparison whether to draw them
    again. `references` is None until it has been computed for these rows; `bayes` is None when the generating
    Gaussians have no density (singular covariance).
    """

    revision: int
    dataset: Dataset
    classes: tuple[GaussianClass, ...]
    seed: int
    bayes: BayesBoundary | None
    references: References | None


@dataclass(frozen=True, eq=False)
class Frame:
    """One instant of a run.

    `weights` (p,) are those of `step`; `gradient` (p,) is that of the log-likelihood at `weights`;
    `next_weights` (p,) are what one more step would make of them. `last_step` is the furthest step trained so
    far (beyond `step` after a seek) and `stop_step` the one at which training pauses by itself. `trace_steps`
    and `trace_log_likelihoods` (m,) are all the points of the likelihood curve since the previous frame, so
    that a skipped frame loses none; NaN breaks the line where the data changed. `steps_per_second` is
    measured, 0 when not running. `notice` is a sentence for the user, or empty.
    """

    run: int
    step: int
    last_step: int
    stop_step: int
    status: RunStatus
    notice: str
    weights: FloatArray
    gradient: FloatArray
    next_weights: FloatArray
    learning_rate: float
    log_likelihood: float
    accuracy: float
    trace_steps: FloatArray
    trace_log_likelihoods: FloatArray
    steps_per_second: float
    precision: str
    data: DataSnapshot

    @property
    def gradient_norm(self) -> float:
        """Euclidean norm of the gradient."""
        return float(np.linalg.norm(self.gradient))

    @property
    def gap_to_maximum(self) -> float | None:
        """How far the log-likelihood lies below its maximum; None when no finite maximum is known."""
        references = self.data.references
        if references is None or references.maximum_likelihood.log_likelihood is None:
            return None
        return references.maximum_likelihood.log_likelihood - self.log_likelihood


def read_only(values: object) -> FloatArray:
    """A float64 copy of `values` that cannot be written to."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array
