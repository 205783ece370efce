"""What crosses from training to the views: frozen values with read-only arrays.

Symbols: n rows, d inputs, K classes; p weights, the intercept first (with softmax class after class); l(w)
the log-likelihood, a sum over the training rows, or minus half the squared error of a regression; F(w) what
is climbed: l(w) less the penalty.

A model of one input is drawn over one axis, any other over the plane of its first two inputs, the others
being at their means there. What is to be drawn of it comes ready-made: a `PlanePicture` or a `FitPicture`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

# The views' whole vocabulary is in this module: what a frame holds is named here too.
from logreg_gui.core.datasets import GaussianClass as GaussianClass
from logreg_gui.core.maxima import Maximum as Maximum
from logreg_gui.core.models import ModelSpec as ModelSpec
from logreg_gui.core.optimizers import OPTIMIZERS as OPTIMIZERS
from logreg_gui.core.references import BayesBoundary as BayesBoundary
from logreg_gui.core.samples import PLANE_NAMES as PLANE_NAMES
from logreg_gui.core.samples import Sample as Sample
from logreg_gui.core.stability import StableRates as StableRates
from logreg_gui.core.surfaces import Rectangle as Rectangle

FloatArray = NDArray[np.float64]
Lines = tuple[FloatArray, ...]
"""Polylines (m, 2) in the plane."""


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
    again. `classes` are the generating Gaussians, () for other data; `places` are Gaussians that say where
    the classes lie in the plane, whatever made them. `bayes` is None when there are no two Gaussians or they
    have no density (singular covariance). `seed` is None when nothing about the data is random.
    """

    revision: int
    sample: Sample
    classes: tuple[GaussianClass, ...]
    places: tuple[GaussianClass, ...]
    seed: int | None
    bayes: BayesBoundary | None


@dataclass(frozen=True, eq=False)
class Surface:
    """What a model says over the plane where its boundary is not one straight line.

    `probabilities` (K, rows, columns) lie on a grid over `rectangle` (left, right, bottom, top), the first
    row at the bottom.
    """

    rectangle: Rectangle
    probabilities: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Contour:
    """The lines along which the probability of class 1 is `probability`, class 1 to the left of their way."""

    probability: float
    lines: Lines


@dataclass(frozen=True, eq=False)
class ReferenceLines:
    """A boundary to compare with: its `name` in the table of colours, its label, and where it runs.

    `name` is "maximum", "bayes" or "other", the last for another model on the same rows.
    """

    name: str
    text: str
    lines: Lines


@dataclass(frozen=True, eq=False)
class Ghost:
    """A course of the run that was left: its `number` (0 to 3) is its colour, `name` says what it was.

    `steps` and `values` (m,) are its log-likelihoods.
    """

    number: int
    name: str
    steps: FloatArray
    values: FloatArray


@dataclass(frozen=True, eq=False)
class GhostBoundary:
    """The decision boundary of a course that was left, at the step that is shown or its last one.

    As in `PlanePicture` either a `line` (3,) or `lines`.
    """

    number: int
    name: str
    line: FloatArray | None
    lines: Lines = ()


@dataclass(frozen=True, eq=False)
class PlanePicture:
    """The model over the plane.

    With two classes and straight level lines `line` (3,) holds weights of 1, x1 and x2: the score is 0 on the
    decision boundary and positive where class 1 is predicted; `maximum_line` (3,) is that of the maximum,
    labelled `maximum_text`.
    `is_logistic` says that P(y = 1 | x) is the sigmoid of that score; else the score is the prediction of a
    least squares fit less 1/2. All other models have a `surface`, `boundary` lines (seams between classes)
    and, with two classes, `contours`. `scores` (K, 3) are the weights of 1, x1 and x2 of more
    than two classes whose seams are straight.
    """

    line: FloatArray | None
    is_logistic: bool
    maximum_line: FloatArray | None = None
    maximum_text: str = "MLE"
    surface: Surface | None = None
    boundary: Lines = ()
    contours: tuple[Contour, ...] = ()
    references: tuple[ReferenceLines, ...] = ()
    ghosts: tuple[GhostBoundary, ...] = ()
    scores: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class FitPicture:
    """The model over one input: `x` (m,) and the fitted `curves` (c, m) there.

    For a regression and for two classes c = 1: the prediction, or P(y = 1 | x); else one probability per
    class. `maximum` is (c, m) likewise for the weights at the maximum, or None. `truth` (m,) is the curve
    that the rows scatter about, where that is known. `ghosts` are the curves (c, m) of courses that were
    left, by number.
    """

    x: FloatArray
    curves: FloatArray
    maximum: FloatArray | None
    truth: FloatArray | None
    ghosts: tuple[tuple[int, FloatArray], ...] = ()


Picture = PlanePicture | FitPicture


@dataclass(frozen=True, eq=False)
class Frame:
    """One instant of a run.

    `weights` (p,) are those of `step`, named by `weight_names` (p); `gradient` (p,) is that of F at `weights`
    (of its smooth part, with an l1 penalty) and `gradient_norm` measures how far `weights` are from a
    maximum; `next_weights` (p,) are what one more step would make of them. `learning_rate` is None for an
    optimizer that has none. `last_step` is the furthest step trained so far (beyond `step` after a seek) and
    `stop_step` the one at which training pauses by itself.

    `log_likelihood` is l(w), `penalised` F(w). `test_log_likelihood` is the mean over the test rows times the
    number of training rows, so that both can be compared; None without a test set. `accuracy` is None for a
    regression, `r2` for everything else; those of the test rows likewise.

    `trace_steps` (m,) and `trace_values` (m, 3) are all the points of the curves since the previous frame, so
    that a skipped frame loses none: l(w), F(w) and the test's l(w); NaN in a whole row breaks the lines where
    the data changed, NaN in the last column alone says that there is no test set.

    `maximum` is where F is largest on these rows, `stable_rates` what that says about the learning rate; None
    until it has been computed. `revision` grows with everything that moves the maximum. `steps_per_second` is
    measured, 0 when not running. `notice` is a sentence about a run in trouble, `pause_reason` says which
    rule made it pause; either may be empty. `ghosts` are the courses that were left.
    """

    run: int
    step: int
    last_step: int
    stop_step: int
    status: RunStatus
    notice: str
    model: ModelSpec
    weights: FloatArray
    weight_names: tuple[str, ...]
    gradient: FloatArray
    gradient_norm: float
    next_weights: FloatArray
    learning_rate: float | None
    log_likelihood: float
    penalised: float
    test_log_likelihood: float | None
    accuracy: float | None
    test_accuracy: float | None
    r2: float | None
    test_r2: float | None
    trace_steps: FloatArray
    trace_values: FloatArray
    steps_per_second: float
    precision: str
    revision: int
    data: DataSnapshot
    maximum: Maximum | None
    stable_rates: StableRates | None
    picture: Picture
    pause_reason: str = ""
    ghosts: tuple[Ghost, ...] = ()

    @property
    def gap_to_maximum(self) -> float | None:
        """How far F lies below its maximum; None when no finite maximum is known."""
        if self.maximum is None or self.maximum.penalised_value is None:
            return None
        return self.maximum.penalised_value - self.penalised

    @property
    def n_train(self) -> int:
        """Number of rows that are trained on."""
        return self.data.sample.n_rows - self.data.sample.n_test

    @property
    def has_penalty(self) -> bool:
        """Whether F differs from the log-likelihood."""
        return self.model.penalty != "none"

    @property
    def is_regression(self) -> bool:
        """Whether the target is no class."""
        return not self.data.sample.n_classes


def maximum_name(model: ModelSpec) -> str:
    """What the weights are called at which F is largest."""
    if model.penalty != "none":
        return "maximum"
    return "OLS" if model.objective == "squared-error" else "MLE"


def read_only(values: object) -> FloatArray:
    """A float64 copy of `values` that cannot be written to."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array
