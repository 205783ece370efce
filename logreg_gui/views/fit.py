"""The model over one input: rows at their targets, the fitted curve and what it should approach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import FitPicture, Frame, Sample
from logreg_gui.views.axis import PlotAxis, major_ticks, set_margins, style_axis
from logreg_gui.views.density import class_sizes
from logreg_gui.views.fit_layers import HARD_TINT, CurvesLayer, GroundLayer, Reference, RowsLayer
from logreg_gui.views.geometry import FIRST_LANE, LANE, FloatArray, Rectangle, row_points
from logreg_gui.views.hover import HoverLayer, PointerWatch, fit_story_at
from logreg_gui.views.label_space import LabelSpace
from logreg_gui.views.layered_plot import LayeredPlot
from logreg_gui.views.points_layer import rare_rows
from logreg_gui.views.style import Look
from logreg_gui.views.wording import maximum_name

MARGIN = 0.06
"""Air beside the rows, as a share of their width."""

TARGET_MARGIN = 0.14
"""Air below and above the rows of a regression, as a share of their height."""

LABEL_MARGIN = 0.24
"""Air below y = 0 and above y = 1: for the names of the classes, and to see a straight line leave [0, 1]."""

MOST_SHOWN = 25_000
"""Rows up to which all are drawn: on a line, or in a cloud, more would be the same picture."""

SMALLEST_SHARE = 0.5
"""Of the view's width or height that the rows must fill; else the view is fitted to them anew."""


class TargetAxis(PlotAxis):
    """The upright axis; with `has_bounds` its numbers are those of probabilities, from 0 to 1."""

    has_bounds = False

    # An override of pyqtgraph's method, with its name.

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        levels: list[tuple[float, list[float]]] = super().tickValues(minVal, maxVal, size)
        if not self.has_bounds:
            return levels
        return [
            (spacing, [value for value in values if abs(value - 0.5) <= 0.5 + 1e-9])
            for spacing, values in levels
        ]


class FitView(LayeredPlot):
    """Shows frames whose picture is a `FitPicture`; the plot cannot be moved by accident."""

    view_changed = Signal(object)  # (left, right): the visible part of the axis, after it has changed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__({"bottom": PlotAxis("bottom"), "left": TargetAxis("left")}, parent)
        self._look = Look()
        self._limits: Rectangle | None = None
        self._drawn: tuple[int, int] | None = None
        self._axis_texts = ("x", "y", "−0.5")

        space = LabelSpace()
        self.ground, self.rows, self.curves = GroundLayer(space), RowsLayer(space), CurvesLayer(space)
        self.hover = HoverLayer(space, fit_story_at)
        self.add_layers(self.ground, self.rows, self.curves, self.hover)
        view = self.getViewBox()
        self._watch = PointerWatch(self.viewport())
        self._watch.pointed.connect(self.hover.point_at)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Rows and fitted curve over one input")
        view.sigRangeChanged.connect(self._move_grid)
        view.sigResized.connect(self._move_grid)
        view.sigXRangeChanged.connect(self._announce_view)

    def show_frame(self, frame: Frame) -> None:
        """Draw this instant; rows only when they are others than last time."""
        picture = frame.picture
        if not isinstance(picture, FitPicture):
            return
        data = (frame.run, frame.data.revision)
        if data != self._drawn:
            self._show_data(frame, is_other_run=self._drawn is None or data[0] != self._drawn[0])
            self._drawn = data
        self._show_axis_texts(frame)
        self.hover.show_frame(frame)
        sample = frame.data.sample
        is_classifier = sample.n_classes > 0
        self.ground.show_probabilities(picture.x, tint_probabilities(frame, picture))
        self.ground.show_levels((0.0, 0.5, 1.0) if is_classifier else ())
        boundaries = crossings(picture.x, picture.curves[0]) if sample.n_classes == 2 else ()
        self.curves.show_curves(
            _points(picture.x, picture.curves), boundaries, are_classes=sample.n_classes > 2
        )
        self.curves.show_references(references_of(frame, picture))
        self.curves.show_ghosts(
            tuple(
                (number, curve) for number, curves in picture.ghosts for curve in _points(picture.x, curves)
            )
        )

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self._look = look
        self.setBackground(look.color("plot"))
        self._style_axes()
        set_margins(self, look, 0.55)
        for layer in self.layers:
            layer.set_look(look)

    def describe(self, frame: Frame) -> str:
        """What the picture shows, in words, for those who do not see it."""
        sample, picture = frame.data.sample, frame.picture
        axis = sample.feature_names[0]
        parts = [f"{notation.whole(sample.n_rows)} points over {axis}"]
        if sample.n_rows > MOST_SHOWN:
            parts[0] += f", 1 in {stride_of(sample)} drawn"
        if sample.n_test:
            parts[0] += f", {notation.whole(sample.n_test)} of them to test on"
        if sample.n_classes == 2 and isinstance(picture, FitPicture):
            found = [notation.significant(x) for x in crossings(picture.x, picture.curves[0])]
            where = f" at {axis} = {', '.join(found)}"
            parts.append(f"decision boundary{where}" if found else "no decision boundary")
        elif sample.n_classes:
            parts.append(f"probabilities of {sample.n_classes} classes")
        if frame.accuracy is not None:
            parts.append(f"accuracy {notation.percent(frame.accuracy)}")
        if frame.r2 is not None:
            parts.append(f"R² {notation.fixed(frame.r2, 3)}")
        return "; ".join(parts)

    def _show_data(self, frame: Frame, *, is_other_run: bool) -> None:
        sample = frame.data.sample
        rows = shown_rows(sample)
        points, labels = row_points(sample, rows)
        is_test = np.zeros(sample.n_rows, dtype=np.bool_) if sample.is_test is None else sample.is_test
        self.rows.show_rows(
            points,
            labels,
            is_test if rows is None else is_test[rows],
            names=sample.class_names,
            are_in_lanes=sample.n_classes > 0,
            note=f"1 row in {stride_of(sample)} is drawn" if rows is not None else "",
        )
        needed = rows_limits(sample)
        if self._limits is None or is_other_run or not holds(self._limits, needed):
            self._limits = needed
            left, right, bottom, top = needed
            self.getViewBox().setRange(xRange=(left, right), yRange=(bottom, top), padding=0.0)

    def _show_axis_texts(self, frame: Frame) -> None:
        sample = frame.data.sample
        widest = "−0.5"
        if not sample.n_classes and self._limits is not None:
            widest = max((notation.significant(value, 2) for value in self._limits[2:]), key=len)
        texts = (sample.feature_names[0], target_name(frame), widest)
        if texts != self._axis_texts:
            self._axis_texts = texts
            self.getAxis("left").has_bounds = texts[1] != "y"
            self._style_axes()
            self._move_grid()

    def _style_axes(self) -> None:
        axis, target, widest = self._axis_texts
        style_axis(self.getAxis("bottom"), self._look, axis)
        style_axis(self.getAxis("left"), self._look, target, widest=widest)

    def _move_grid(self) -> None:
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        size = self.getViewBox().size()
        self.ground.show_grid(
            major_ticks(self.getAxis("bottom"), left, right, size.width()),
            major_ticks(self.getAxis("left"), bottom, top, size.height()),
        )

    def _announce_view(self, _view: object, limits: tuple[float, float]) -> None:
        left, right = limits
        self.view_changed.emit((float(left), float(right)))


def rows_limits(sample: Sample) -> Rectangle:
    """What the view shows: left, right, bottom, top; by the rows alone, so that no curve moves it."""
    left, right = _with_air(sample.features[:, 0], MARGIN)
    if not sample.n_classes:
        return left, right, *_with_air(sample.target, TARGET_MARGIN)
    if sample.n_classes > 2:
        return left, right, FIRST_LANE - LANE * sample.n_classes, 1.0 + 0.5 * LABEL_MARGIN
    return left, right, -LABEL_MARGIN, 1.0 + LABEL_MARGIN


def stride_of(sample: Sample) -> int:
    """From one row that is drawn to the next."""
    return max(1, -(-sample.n_rows // MOST_SHOWN))


def shown_rows(sample: Sample) -> NDArray[np.intp] | None:
    """The rows that are drawn: all (None), or of too many every so manieth, and all of the rare classes.

    Rows stand class after class, so every class has its share.
    """
    if sample.n_rows <= MOST_SHOWN:
        return None
    chosen: NDArray[np.intp] = np.arange(0, sample.n_rows, stride_of(sample))
    if sample.n_classes:
        labels = sample.target.astype(np.intp)
        chosen = np.union1d(chosen, rare_rows(labels, class_sizes(labels)))
    return chosen


def _with_air(values: NDArray[np.floating], share: float) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    # All rows in one point make a view too.
    air = share * (high - low) or 0.5 + 1e-6 * abs(low)
    return low - air, high + air


def holds(outer: Rectangle, inner: Rectangle) -> bool:
    """Whether a view serves for what is needed now: all of it inside, and not too small in it."""
    return all(
        outer[low] - 0.03 * (outer[low + 1] - outer[low]) <= inner[low]
        and inner[low + 1] <= outer[low + 1] + 0.03 * (outer[low + 1] - outer[low])
        and inner[low + 1] - inner[low] >= SMALLEST_SHARE * (outer[low + 1] - outer[low])
        for low in (0, 2)
    )


def crossings(x: FloatArray, curve: FloatArray, level: float = 0.5) -> tuple[float, ...]:
    """The x (m,) between which the curve (m,) passes through `level`, as straight pieces have it."""
    heights = curve - level
    above = heights > 0.0
    places = np.flatnonzero(above[:-1] != above[1:])
    before, after = heights[places], heights[places + 1]
    shares = before / (before - after)
    found = x[places] + shares * (x[places + 1] - x[places])
    return tuple(float(place) for place in found if np.isfinite(place))


def tint_probabilities(frame: Frame, picture: FitPicture) -> FloatArray | None:
    """The probabilities (K, m) that the background shows; None for a regression."""
    if frame.is_regression:
        return None
    if len(picture.curves) > 1:
        return picture.curves
    first = picture.curves[0]
    if frame.model.objective == "squared-error":
        # A straight line is no probability: only its side of 1/2 is shown.
        first = 0.5 + 0.5 * HARD_TINT * np.sign(first - 0.5)
    return np.stack((1.0 - first, first))


def references_of(frame: Frame, picture: FitPicture) -> tuple[Reference, ...]:
    """The curves to compare with, those that are known."""
    found = []
    if picture.truth is not None:
        found.append(Reference("truth", "truth", _points(picture.x, picture.truth[None])))
    if picture.maximum is not None:
        curves = _points(picture.x, picture.maximum)
        found.append(Reference("maximum", maximum_name(frame.model), curves))
    return tuple(found)


def target_name(frame: Frame) -> str:
    """What the upright axis measures."""
    if frame.is_regression or frame.model.objective == "squared-error":
        return "y"
    return "P(y = 1 | x)" if frame.data.sample.n_classes == 2 else "P(class | x)"


def _points(x: FloatArray, curves: FloatArray) -> tuple[FloatArray, ...]:
    return tuple(np.column_stack((x, curve)) for curve in curves)
