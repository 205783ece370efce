"""What a model looks like: from weights to the lines, grids and curves that the views draw. No Qt.

A picture covers the visible part of the plane or of the axis, which the window tells. What stays the same
from frame to frame (the terms of the feature map on the grid, the lines of the references) is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.datasets import GaussianData
from logreg_gui.core.generators import NoisyCurve
from logreg_gui.core.models import Model
from logreg_gui.core.references import gaussian_log_posteriors
from logreg_gui.core.samples import Data, Sample
from logreg_gui.core.surfaces import Rectangle, grid_points, level_lines, seams, straight_seams
from logreg_gui.frames import (
    Contour,
    FitPicture,
    FloatArray,
    Ghost,
    GhostBoundary,
    Lines,
    Picture,
    PlanePicture,
    ReferenceLines,
    Surface,
    maximum_name,
    read_only,
)

GRID_COLUMNS = 112
"""Points of the grid across the picture: some six pixels apart, and linear in between."""

FIT_POINTS = 480
"""Points of a fitted curve across the picture."""

QUARTERS = (0.25, 0.75)
"""Probabilities that have a contour of their own."""

MARGIN = 0.08
"""Air around the rows, as a share of their extent, before the window has told what is visible."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Another model on the same rows, at its maximum, and the label of its boundary."""

    model: Model
    weights: FloatArray
    text: str


class Painter:
    """Makes the pictures of one model on one sample."""

    def __init__(self, model: Model, sample: Sample, data: Data, view: Rectangle | None) -> None:
        self._model = model
        self._sample = sample
        self._classes = data.classes if isinstance(data, GaussianData) else ()
        self._truth = NoisyCurve.curve if isinstance(data, NoisyCurve) else None
        self._view = visible_part(sample) if view is None else view
        self._rest = np.asarray(model.rows.features[:, 2:], dtype=np.float64).mean(axis=0)
        self._maximum: FloatArray | None = None
        self._maximum_line: FloatArray | None = None
        self._comparison: Comparison | None = None
        self._terms: NDArray[np.floating] | None = None
        self._references: tuple[ReferenceLines, ...] | None = None

    @property
    def depends_on_view(self) -> bool:
        """Whether another visible part asks for another picture."""
        return not (self._sample.has_plane and self._is_straight())

    def show_view(self, view: Rectangle) -> None:
        """The window shows another part."""
        self._view = view
        self._terms = self._references = None

    def show_references(self, maximum: FloatArray | None, comparison: Comparison | None) -> None:
        """The maximum of the present objective, and another model to compare with."""
        self._maximum, self._comparison = maximum, comparison
        self._references = None
        if maximum is not None and self._sample.has_plane and self._is_straight():
            self._maximum_line = self._line(maximum)

    def picture(self, weights: FloatArray, ghosts: Sequence[tuple[Ghost, FloatArray]] = ()) -> Picture:
        """What the model says with these weights (p,), and the boundaries or curves of other ones."""
        if not self._sample.has_plane:
            picture = self._fit(weights)
            curves = tuple((ghost.number, read_only(self._curves(other))) for ghost, other in ghosts)
            return replace(picture, ghosts=curves)
        boundaries = tuple(self._ghost_boundary(ghost, other) for ghost, other in ghosts)
        if self._references is None:
            self._references = tuple(self._reference_lines())
        if self._is_straight():
            return PlanePicture(
                line=self._line(weights),
                is_logistic=self._model.spec.objective != "squared-error",
                maximum_line=self._maximum_line,
                maximum_text=maximum_name(self._model.spec),
                references=self._references,
                ghosts=boundaries,
            )
        return replace(self._surface(weights), references=self._references, ghosts=boundaries)

    # over the plane

    def _ghost_boundary(self, ghost: Ghost, weights: FloatArray) -> GhostBoundary:
        if self._is_straight():
            return GhostBoundary(ghost.number, ghost.name, self._line(weights))
        with np.errstate(over="ignore", invalid="ignore"):
            lines = self._seams(weights)
        return GhostBoundary(ghost.number, ghost.name, None, _frozen(lines))

    def _is_straight(self) -> bool:
        return self._model.feature_map.is_linear and self._model.n_classes == 2

    def _line(self, weights: FloatArray) -> FloatArray:
        return read_only(straight_line(self._model, weights, self._rest))

    def _shape(self) -> tuple[int, int]:
        left, right, bottom, top = self._view
        share = (top - bottom) / max(right - left, 1e-300)
        return min(max(round(GRID_COLUMNS * share), 8), 2 * GRID_COLUMNS), GRID_COLUMNS

    def _grid_terms(self) -> NDArray[np.floating]:
        if self._terms is None:
            self._terms = self._model.feature_map.transform(self._grid())
        return self._terms

    def _grid(self) -> FloatArray:
        points = grid_points(self._view, *self._shape())
        return np.hstack((points, np.broadcast_to(self._rest, (len(points), len(self._rest)))))

    def _surface(self, weights: FloatArray) -> PlanePicture:
        likelihood = self._model.likelihood
        terms = self._grid_terms()
        with np.errstate(over="ignore", invalid="ignore"):
            probabilities = likelihood.probabilities(weights, terms).T
            boundary, contours = self._lines(weights, terms, likelihood)
        grid = np.ascontiguousarray(probabilities.reshape(-1, *self._shape()), dtype=np.float32)
        grid.setflags(write=False)
        return PlanePicture(
            line=None,
            is_logistic=self._model.spec.objective != "squared-error",
            surface=Surface(self._view, grid),
            boundary=boundary,
            contours=contours,
            scores=read_only(self._straight_scores(weights)) if self._has_straight_seams() else None,
        )

    def _lines(
        self, weights: FloatArray, terms: NDArray[np.floating], likelihood: object
    ) -> tuple[Lines, tuple[Contour, ...]]:
        if self._model.n_classes > 2:
            return _frozen(self._seams(weights)), ()
        scores = self._class_scores(self._model, weights, terms)
        height = scores[1] - scores[0]
        is_logistic = self._model.spec.objective != "squared-error"
        levels = [math.log(p / (1.0 - p)) if is_logistic else p - 0.5 for p in QUARTERS]
        contours = tuple(
            Contour(probability, _frozen(level_lines(height, level, self._view)))
            for probability, level in zip(QUARTERS, levels, strict=True)
        )
        return _frozen(level_lines(height, 0.0, self._view)), contours

    def _seams(self, weights: FloatArray) -> list[FloatArray]:
        """The boundaries between the classes: exact where they are straight, else from the grid."""
        if self._has_straight_seams():
            return straight_seams(self._straight_scores(weights), self._view)
        return seams(self._class_scores(self._model, weights, self._grid_terms()), self._view)

    def _has_straight_seams(self) -> bool:
        return self._model.feature_map.is_linear and self._model.n_classes > 2

    def _straight_scores(self, weights: FloatArray) -> FloatArray:
        return straight_scores(self._model, weights, self._rest)

    def _class_scores(
        self, model: Model, weights: FloatArray, terms: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        """Scores (K, rows, columns) whose highest is the predicted class."""
        scores = model.likelihood.scores(weights, terms)
        if model.spec.objective == "softmax":
            return scores.T.reshape(-1, *self._shape())
        height = scores - (0.5 if model.spec.objective == "squared-error" else 0.0)
        return np.stack((np.zeros_like(height), height)).reshape(2, *self._shape())

    def _reference_lines(self) -> list[ReferenceLines]:
        found = []
        if self._maximum is not None and not self._is_straight():
            lines = self._seams(self._maximum)
            found.append(ReferenceLines("maximum", maximum_name(self._model.spec), _frozen(lines)))
        if len(self._classes) > 2:
            posteriors = gaussian_log_posteriors(self._classes, grid_points(self._view, *self._shape()))
            if posteriors is not None:
                lines = seams(posteriors.T.reshape(-1, *self._shape()), self._view)
                found.append(ReferenceLines("bayes", "Bayes", _frozen(lines)))
        if self._comparison is not None:
            other = self._comparison
            terms = other.model.feature_map.transform(self._grid())
            lines = seams(self._class_scores(other.model, other.weights, terms), self._view)
            found.append(ReferenceLines("other", other.text, _frozen(lines)))
        return found

    # over one axis

    def _fit(self, weights: FloatArray) -> FitPicture:
        x = np.linspace(self._view[0], self._view[1], FIT_POINTS)
        if self._terms is None:
            self._terms = self._model.feature_map.transform(x[:, np.newaxis])
        return FitPicture(
            x=read_only(x),
            curves=read_only(self._curves(weights)),
            maximum=None if self._maximum is None else read_only(self._curves(self._maximum)),
            truth=None if self._truth is None else read_only(self._truth(x)),
        )

    def _curves(self, weights: FloatArray) -> FloatArray:
        assert self._terms is not None
        likelihood = self._model.likelihood
        with np.errstate(over="ignore", invalid="ignore"):
            if self._model.spec.objective == "squared-error":
                return likelihood.scores(weights, self._terms)[np.newaxis]
            probabilities = likelihood.probabilities(weights, self._terms).T
        return probabilities[1:] if len(probabilities) == 2 else probabilities


def straight_scores(model: Model, weights: FloatArray, rest: FloatArray) -> FloatArray:
    """The scores of all classes over the plane as weights (K, 3) of 1, x1 and x2, for linear terms.

    `rest` (d - 2,) are the other inputs.
    """
    offset = int(model.spec.intercept)
    by_class = weights.reshape(model.n_classes, -1)
    first = by_class[:, 0] if offset else np.zeros(model.n_classes)
    fitted = model.feature_map
    slopes = by_class[:, offset:] / fitted.scale
    centred = np.concatenate((np.zeros(2), rest)) - fitted.centre
    return np.column_stack((first + slopes @ centred, slopes[:, :2]))


def straight_line(model: Model, weights: FloatArray, rest: FloatArray) -> FloatArray:
    """The score of class 1 over the plane as weights (3,) of 1, x1 and x2, for a model with linear terms.

    `rest` (d - 2,) are the other inputs. The score is 0 where both classes are as likely: least squares is
    shifted by 1/2, softmax taken as the difference of its two classes.
    """
    offset = int(model.spec.intercept)
    if model.spec.objective == "softmax":
        both = weights.reshape(2, -1)
        weights = both[1] - both[0]
    first = float(weights[0]) if offset else 0.0
    if model.spec.objective == "squared-error":
        first -= 0.5
    fitted = model.feature_map
    if fitted.is_identity and not len(rest):
        return np.array([first, *weights[offset:]])
    slopes = weights[offset:] / fitted.scale
    centred = np.concatenate((np.zeros(2), rest)) - fitted.centre
    return np.array([first + float(slopes @ centred), *slopes[:2]])


def visible_part(sample: Sample) -> Rectangle:
    """What to show before the window has told: all rows, and some air; for one input their axis alone."""
    columns = sample.features[:, :2].T
    # Column by column, and before they are float64: over axis 0 a million rows take fifteen times as long.
    low = np.array([column.min() for column in columns], dtype=np.float64)
    high = np.array([column.max() for column in columns], dtype=np.float64)
    air = np.where(high > low, MARGIN * (high - low), 0.5)
    (left, *bottom), (right, *top) = (low - air).tolist(), (high + air).tolist()
    return (left, right, *bottom, *top) if bottom else (left, right, 0.0, 1.0)


def _frozen(lines: list[FloatArray]) -> Lines:
    return tuple(read_only(line) for line in lines)
