"""The log-likelihood by step, with its maximum as a dashed line; the penalised objective, the test set's.

A piece is a stretch of the curve on one data set; NaN stands between two pieces. Only the last, the present
piece, belongs to the data that are shown; the others are history.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QTransform
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import FloatArray, Frame, Ghost
from logreg_gui.views import geometry
from logreg_gui.views.axis import PlotAxis, fitting_text, major_ticks, set_margins, style_axis
from logreg_gui.views.copies import Grid, Still
from logreg_gui.views.curve_points import CurvePoints, Extent
from logreg_gui.views.curve_strokes import draw_curve
from logreg_gui.views.geometry import Rectangle
from logreg_gui.views.growing_curve import MOST_PIXELS, GrowingCurve
from logreg_gui.views.hover import PointerWatch, draw_lines
from logreg_gui.views.label_space import corners
from logreg_gui.views.labels import (
    Label,
    box_around,
    box_inside,
    draw_label,
    paint_label,
    plate_size,
    text_size,
)
from logreg_gui.views.layered_plot import LayeredPlot
from logreg_gui.views.layers import Layer, grid_pixels, mapped, pixel_area
from logreg_gui.views.style import Look, mix

MOST_NUMBERS = 6
"""Numbers on an axis: 0 and five more."""

REACH = 4.0
"""How far the picture goes below its highest value, in climbs from the first value of the piece to there."""

NEARLY = 0.01
"""Share of the highest value by which a first value must lie below it to say anything about the scale."""

HEADROOM = 0.16
"""Air above the highest value, as a share of the height that the values take; more where a label needs it."""

LABEL_PLACES = (0.75, 0.6, 0.45, 0.3, 0.9)
"""Where along its curve a label may stand, as shares of the steps so far."""

SMALLEST_SPAN = 1e-3
"""Least height of the picture, as a share of the highest value; and that value's least magnitude in this."""


TITLES = {
    "logistic": "log-likelihood ℓ(w)",
    "softmax": "log-likelihood ℓ(w)",
    "squared-error": "−½ squared error",
}
"""What the vertical axis shows, by objective."""


@dataclass(frozen=True)
class Ceiling:
    """What the log-likelihood cannot exceed; `texts` say so, the longest first."""

    value: float
    texts: tuple[str, ...]


@dataclass
class Companion:
    """Another quantity by step, drawn beside the log-likelihood while `is_shown`.

    `name` is its colour and `text` its label; `column` is its place in a frame's trace.
    """

    name: str
    column: int
    points: CurvePoints
    text: str = ""
    is_shown: bool = False
    present: float | None = None

    def __post_init__(self) -> None:
        self.curve = GrowingCurve(self.points)


class CurveHoverLayer(Layer):
    """The step and the log-likelihood of the point of the curve above or below the pointer, exactly."""

    is_transient = True

    def __init__(self, points: CurvePoints) -> None:
        super().__init__(10)
        self._points = points
        self._pointer: QPointF | None = None
        self.lines: tuple[str, ...] = ()
        """What was told at the last painting."""

    def point_at(self, pointer: QPointF | None) -> None:
        """The pointer is at this pixel of the viewport, or away."""
        if pointer is not None or self._pointer is not None:
            self._pointer = pointer
            self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        self.lines = ()
        area = pixel_area(to_pixels, rectangle)
        if self._pointer is None or not area.contains(self._pointer):
            return
        index = self._points.nearest(to_pixels.inverted()[0].map(self._pointer).x())
        if index is None:
            return
        step, value = float(self._points.steps[index]), float(self._points.values[index])
        # All digits: here a number is looked up, not watched.
        self.lines = (f"step {notation.whole(int(step))}", f"ℓ = {notation.fixed(value, 6)}")
        centre = to_pixels.map(QPointF(step, value))
        if area.contains(centre):
            radius = 1.6 * self.look.curve_width
            painter.setPen(QPen(self.look.color("plot"), 0.5 * self.look.curve_width))
            painter.setBrush(self.look.color("boundary"))
            painter.drawEllipse(centre, radius, radius)
        draw_lines(painter, self.look, area, self._pointer, self.lines)


class GhostCurve:
    """A course that was left: its pixels in one view, and a copy of its dots."""

    def __init__(self, ghost: Ghost) -> None:
        self.ghost, self.still = ghost, Still()
        self._known: object = None
        self._pixels = np.empty((0, 2))

    def pixels(self, to_pixels: QTransform, width: float) -> FloatArray:
        """Few pixels (m, 2) that draw the same curve; `width` is that of the picture."""
        known = (to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy(), width)
        if known != self._known:
            self._known = known
            points = geometry.decimated(self.ghost.steps, self.ghost.values, int(width))
            self._pixels = mapped(np.column_stack(points), to_pixels)
            np.clip(self._pixels[:, 1], -MOST_PIXELS, MOST_PIXELS, out=self._pixels[:, 1])
        return self._pixels


class CurveLayer(Layer):
    """Grid, maximum, curves and the present point."""

    def __init__(self, points: CurvePoints, companions: Sequence[Companion] = ()) -> None:
        super().__init__(0)
        self._points, self._curve = points, GrowingCurve(points)
        self._companions = companions
        self._ghosts: tuple[GhostCurve, ...] = ()
        self._breaks, self._past = Still(), Still()
        self._grid: tuple[list[float], list[float]] = ([], [])
        self._lines = Grid(is_smooth=True)
        self._ceiling: Ceiling | None = None
        self._present: tuple[float, float] | None = None

    @property
    def dot_radius(self) -> float:
        """Of the present point, its rim included, in pixels."""
        return 2.15 * self.look.curve_width

    @property
    def label_rise(self) -> float:
        """Pixels from the maximum's line to the upper edge of its label, which clears a dot on the line."""
        return self.dot_radius + 1.0 + text_size("", self.look)[1]

    def show_ghosts(self, ghosts: tuple[Ghost, ...]) -> None:
        """Draw the courses that were left."""
        known = {one.ghost: one for one in self._ghosts}
        self._ghosts = tuple(known.get(ghost) or GhostCurve(ghost) for ghost in ghosts)
        self.update()

    def show_grid(self, steps: list[float], values: list[float]) -> None:
        """Draw grid lines there."""
        self._grid = (steps, values)
        self.update()

    def show_present(self, step: float, value: float, ceiling: Ceiling | None) -> None:
        """Mark this point, and what the curve cannot exceed if that is known."""
        self._present, self._ceiling = (step, value), ceiling
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        painter.setClipRect(area)
        pixels, begin = self._curve.outline(to_pixels, area.width())
        self._draw_grid(painter, to_pixels, area)
        if begin:
            self._draw_past(painter, to_pixels, area, pixels[:begin])
        if self._ceiling is not None:
            self._draw_ceiling(painter, to_pixels, area, self._ceiling)
        for ghost in self._ghosts:
            self._draw_ghost(painter, to_pixels, area, ghost)
        companions = [one for one in self._companions if one.is_shown]
        presents = [self._draw_companion(painter, to_pixels, area, one) for one in companions]
        pen = self._pen("accent", 1.0)
        self._curve.draw(painter, to_pixels, area, pen, pixels[begin:])
        self.space.avoid(pixels[begin:], 0.5 * pen.widthF())
        dot = self._place_dot(to_pixels, area)
        # When it is known what they must not lie over; and the dot is seen whatever happens.
        self._draw_labels(painter, to_pixels, area, dot)
        for companion, present in zip(companions, presents, strict=True):
            self._label_companion(painter, area, companion, present)
        if dot is not None:
            self._draw_dot(painter, dot)

    def _pen(self, name: str, share: float) -> QPen:
        """Of a curve that is drawn in a colour of the theme, in a share of the usual width."""
        pen = QPen(self.look.color(name), share * self.look.curve_width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _draw_ghost(self, painter: QPainter, to_pixels: QTransform, area: QRectF, curve: GhostCurve) -> None:
        pixels, width = curve.pixels(to_pixels, area.width()), 0.75 * self.look.curve_width
        ink = self.look.ghost_color(curve.ghost.number)
        pen = QPen(ink, width, Qt.PenStyle.DotLine, Qt.PenCapStyle.FlatCap)
        _draw_still(painter, curve.still, area, pen, pixels)
        self.space.avoid(pixels, 0.5 * width, is_faint=True)

    def _draw_companion(
        self, painter: QPainter, to_pixels: QTransform, area: QRectF, companion: Companion
    ) -> FloatArray:
        """Draw its present piece, and return the pixels of that."""
        pixels, begin = companion.curve.outline(to_pixels, area.width())
        pen = self._pen(companion.name, 0.75)
        companion.curve.draw(painter, to_pixels, area, pen, pixels[begin:])
        self.space.avoid(pixels[begin:], 0.4 * self.look.curve_width)
        return pixels[begin:]

    def _label_companion(
        self, painter: QPainter, area: QRectF, companion: Companion, present: FloatArray
    ) -> None:
        """Beside the curve, where there is room: below it and above it, from the present step backwards."""
        if not len(present):
            return
        label = Label(companion.text, self.look.color(companion.name), bold=True)
        width, height = plate_size(self.look, label)
        lift = 0.5 * height + self.look.curve_width + 1.0
        places = []
        for share in LABEL_PLACES:
            x = present[0, 0] + share * (present[-1, 0] - present[0, 0])
            y = float(np.interp(x, present[:, 0], present[:, 1]))
            places += [(x, y + lift), (x, y - lift)]
        x, y = present[-1]
        places += [(x + 0.5 * width + self.dot_radius, y), (x, y + lift), (x, y - lift)]
        inside = corners(area)
        boxes = [box_inside(box_around(*place, (width, height)), inside, width) for place in places]
        index = self.space.first_free(boxes)
        if index is not None:
            self.space.plates.append(paint_label(painter, self.look, label, boxes[index]))

    def _draw_grid(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        columns, rows = grid_pixels(self._grid, to_pixels)
        self._lines.draw(painter, self.look.color("text", 0.10), columns, rows, area)

    def _draw_past(self, painter: QPainter, to_pixels: QTransform, area: QRectF, pixels: FloatArray) -> None:
        width = 0.75 * self.look.secondary_width
        dots = QPen(self.look.color("text", 0.45), width, Qt.PenStyle.DotLine, Qt.PenCapStyle.FlatCap)
        # One per pixel column: while data are dragged and trained there are thousands.
        breaks = np.array(self._points.breaks)
        columns = 0.5 + np.unique(np.rint(breaks * to_pixels.m11() + to_pixels.dx()))

        def draw_breaks(painter: QPainter) -> None:
            painter.setClipRect(area)
            painter.setPen(dots)
            painter.drawLines([QLineF(x, area.top(), x, area.bottom()) for x in columns.tolist()])

        self._breaks.draw(painter, area, (dots, columns.tobytes()), draw_breaks)
        # Opaque: where lines of one curve meet, they must not add up.
        pen = QPen(mix(self.look.color("plot"), self.look.color("accent"), 0.45), width)
        _draw_still(painter, self._past, area, pen, pixels)
        self.space.avoid(pixels, width, is_faint=True)

    def _place_dot(self, to_pixels: QTransform, area: QRectF) -> QPointF | None:
        """The middle of the present point, on the lower edge when it is off the scale; None without one."""
        if self._present is None or math.isnan(self._present[1]):
            return None
        x, y = to_pixels.map(QPointF(self._present[0], 0.0)).x(), self._present_y(to_pixels)
        return QPointF(x, area.bottom() - self.dot_radius if y > area.bottom() else max(y, area.top()))

    def _present_y(self, to_pixels: QTransform) -> float:
        # Not mapped by Qt, which makes a NaN of an infinite value.
        assert self._present is not None
        return self._present[1] * to_pixels.m22() + to_pixels.dy()

    def _draw_labels(
        self, painter: QPainter, to_pixels: QTransform, area: QRectF, dot: QPointF | None
    ) -> None:
        if dot is not None:
            radius = self.dot_radius
            self.space.plates.append(QRectF(dot.x() - radius, dot.y() - radius, 2 * radius, 2 * radius))
            if self._present_y(to_pixels) > area.bottom():
                self._draw_off_scale_label(painter, area, dot)
        if self._ceiling is not None:
            self._draw_ceiling_label(painter, to_pixels, area, self._ceiling)

    def _draw_dot(self, painter: QPainter, centre: QPointF) -> None:
        radius = self.dot_radius - 0.25 * self.look.curve_width
        painter.setPen(QPen(self.look.color("plot"), 0.5 * self.look.curve_width))
        painter.setBrush(self.look.color("accent"))
        painter.drawEllipse(centre, radius, radius)

    def _draw_off_scale_label(self, painter: QPainter, area: QRectF, dot: QPointF) -> None:
        assert self._present is not None
        value = self._present[1]
        height = text_size("", self.look)[1]
        margin = self.dot_radius + 0.5 * self.look.base
        room = max(area.right() - dot.x(), dot.x() - area.left()) - margin - self.look.base
        texts = (f"↓ {notation.log_likelihood(value)}", f"↓ {notation.significant(value)}", "↓")
        label = Label(fitting_text(texts, self._width_of, room), self.look.color("accent"))
        aside = margin + 0.5 * self._width_of(label.text)
        y = area.bottom() - 0.5 * height - 3.0
        above = dot.y() - self.dot_radius - 0.5 * height - 1.0
        places = [QPointF(dot.x() + aside, y), QPointF(dot.x() - aside, y), QPointF(dot.x(), above)]
        draw_label(painter, self.look, area, label, places, self.space)

    def _draw_ceiling(self, painter: QPainter, to_pixels: QTransform, area: QRectF, ceiling: Ceiling) -> None:
        y = to_pixels.map(QPointF(0.0, ceiling.value)).y()
        painter.setPen(
            QPen(
                self.look.color("maximum"),
                1.25 * self.look.secondary_width,
                Qt.PenStyle.DashLine,
                Qt.PenCapStyle.FlatCap,
            )
        )
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _draw_ceiling_label(
        self, painter: QPainter, to_pixels: QTransform, area: QRectF, ceiling: Ceiling
    ) -> None:
        height = text_size("", self.look)[1]
        room = area.width() - self.look.base
        label = Label(fitting_text(ceiling.texts, self._width_of, room), self.look.color("maximum"))
        line = to_pixels.map(QPointF(0.0, ceiling.value)).y()
        y = line - self.label_rise + 0.5 * height
        # Below the line, where a curve runs above it: a log-likelihood lies above the penalised maximum.
        below = line + 0.5 * height + self.dot_radius + 1.0
        columns = (area.right(), area.left(), area.center().x())
        places = [QPointF(x, height) for height in (y, below) for x in columns]
        draw_label(painter, self.look, area, label, places, self.space)

    def _width_of(self, text: str) -> float:
        return text_size(text, self.look)[0]


def _draw_still(painter: QPainter, still: Still, area: QRectF, pen: QPen, pixels: FloatArray) -> None:
    """Stroke a curve that is the same at most paintings: a long way of dots takes milliseconds."""

    def draw(painter: QPainter) -> None:
        painter.setClipRect(area)
        painter.setPen(pen)
        draw_curve(painter, pixels, area)

    still.draw(painter, area, (pen, pixels.tobytes()), draw)


class CurveView(LayeredPlot):
    """Shows frames; keeps the points of the run, so that a frame carries only the new ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {
            "bottom": PlotAxis("bottom", most=MOST_NUMBERS, whole=True),
            "left": PlotAxis("left", most=MOST_NUMBERS),
        }
        super().__init__(axes, parent)
        self.points = CurvePoints()
        self.companions = (
            Companion("maximum", 1, CurvePoints()),
            Companion("other", 2, CurvePoints()),
        )
        self.layer, self.hover = CurveLayer(self.points, self.companions), CurveHoverLayer(self.points)
        self._look = Look()
        self._title = TITLES["logistic"]
        self._run = -1
        self._frame: Frame | None = None
        self._ceiling: Ceiling | None = None
        self._limits: Rectangle = (0.0, 1.0, -1.0, 0.0)
        self.add_layers(self.layer, self.hover)
        view = self.getViewBox()
        self._watch = PointerWatch(self.viewport())
        self._watch.pointed.connect(self._point_at)
        view.sigRangeChanged.connect(self._move_grid)
        view.sigResized.connect(self._fit)
        view.sigResized.connect(self._move_grid)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Log-likelihood by step")

    def show_frame(self, frame: Frame) -> None:
        """Append the frame's points and mark its step."""
        if frame.run != self._run:
            self._run = frame.run
            for points in (self.points, *(one.points for one in self.companions)):
                points.clear()
        before, self._frame = self._frame, frame
        self._show_trace(frame)
        self.layer.show_ghosts(frame.ghosts)
        if TITLES[frame.model.objective] != self._title:
            self._title = TITLES[frame.model.objective]
            self._name_axes()
        if before is None or before.maximum is not frame.maximum or before.model != frame.model:
            self._ceiling = ceiling_of(frame)
        self._fit()
        self.layer.show_present(frame.step, frame.log_likelihood, self._ceiling)

    def _point_at(self, pointer: QPointF | None) -> None:
        self.hover.point_at(pointer)

    def _show_trace(self, frame: Frame) -> None:
        self.points.extend(frame.trace_steps, frame.trace_values[:, 0], frame.revision)
        penalised, test = self.companions
        penalised.is_shown, penalised.text = frame.has_penalty, "objective"
        penalised.present = frame.penalised
        test.is_shown, test.present = frame.test_log_likelihood is not None, frame.test_log_likelihood
        if test.is_shown:
            scale = frame.n_train / frame.data.sample.n_test
            test.text = f"test ×{notation.shortest(scale, 3)}"
        for companion in self.companions:
            if companion.is_shown:
                values = frame.trace_values[:, companion.column]
                companion.points.extend(frame.trace_steps, values, frame.revision)
            else:
                companion.points.clear()

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self._look = look
        self.setBackground(look.color("plot"))
        self._name_axes()
        set_margins(self, look, 1.7)
        self.layer.set_look(look)
        self.hover.set_look(look)
        self._fit()
        self._move_grid()

    def _name_axes(self) -> None:
        style_axis(self.getAxis("bottom"), self._look, "step t")
        style_axis(self.getAxis("left"), self._look, self._title, short="ℓ(w)", widest="−9,000")

    def _fit(self) -> None:
        """Give the plot the limits of the frame and of the label's height in it."""
        if self._frame is None:
            return
        frame, ceiling = self._frame, self._ceiling
        box, dot = self.getViewBox(), self.layer.dot_radius
        # Labels keep 3 pixels away from the edge of the plot.
        label = self.layer.label_rise + 4.0 if ceiling is not None else dot
        limits = curve_limits(
            max(frame.step, frame.stop_step),
            self._extent(),
            frame.log_likelihood,
            None if ceiling is None else ceiling.value,
            label_share=label / max(box.height(), 1.0),
            dot_share=dot / max(box.width(), 1.0),
        )
        if limits != self._limits:
            self._limits = limits
            left, right, bottom, top = limits
            self.getViewBox().setRange(xRange=(left, right), yRange=(bottom, top), padding=0.0)

    def _extent(self) -> Extent | None:
        """That of all the curves that are shown, on the scale that the log-likelihood sets."""
        extent = self.points.extent
        others = [one.points.extent for one in self.companions if one.is_shown]
        for other in others:
            if extent is not None and other is not None:
                extent = Extent(
                    min(extent.first, other.first),
                    min(extent.low, other.low),
                    max(extent.high, other.high),
                    min(extent.recent_low, other.recent_low),
                )
        return extent

    def _move_grid(self) -> None:
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        size = self.getViewBox().size()
        self.layer.show_grid(
            major_ticks(self.getAxis("bottom"), left, right, size.width()),
            major_ticks(self.getAxis("left"), bottom, top, size.height()),
        )


def ceiling_of(frame: Frame) -> Ceiling | None:
    """The maximum of what is climbed, or 0 when the classes are separated; None when neither is known.

    Quasi-separated classes have no maximum either, but the rows on the line keep the log-likelihood below 0.
    """
    if frame.maximum is None:
        return None
    value = frame.maximum.penalised_value
    if value is not None:
        number = notation.log_likelihood(value)
        if frame.has_penalty:
            return Ceiling(value, (f"maximum of the objective {number}", f"maximum {number}", number))
        if frame.model.objective == "squared-error":
            return Ceiling(value, (f"least squares (OLS) {number}", f"OLS {number}", number))
        return Ceiling(value, (f"maximum (MLE) {number}", f"MLE {number}", number))
    if "separated perfectly" in frame.maximum.reason:
        texts = ("supremum 0: separable, no maximum", "supremum 0: no maximum", "supremum 0")
        return Ceiling(0.0, texts)
    return None


def curve_limits(
    last: int,
    extent: Extent | None,
    present: float,
    ceiling: float | None,
    *,
    label_share: float = 0.0,
    dot_share: float = 0.0,
) -> Rectangle:
    """The part of the plane the curve needs: left, right, bottom, top.

    All steps to come, up to `last`; of the present piece every value that is not wildly low, `REACH` times
    the climb from its first value to the highest, so that one step too far does not flatten the rest for
    ever. Above the highest value a label takes `label_share` of the height, and on either side half a dot
    takes `dot_share` of the width.
    """
    last = max(last, 1)
    if extent is None:
        extent = Extent(-1.0, -1.0, 0.0, -1.0)
    known = (extent.high, present, -math.inf if ceiling is None else ceiling)
    high = max(value for value in known if math.isfinite(value))
    climb = high - extent.first
    says_scale = climb > NEARLY * max(abs(high), 1.0)
    low = extent.low if says_scale else min(extent.first, extent.recent_low)
    # Rounding alone must not fill the picture; and its axis would need seven digits.
    span = max(high - low, SMALLEST_SPAN * max(abs(high), SMALLEST_SPAN))
    bottom = high - 1.06 * span
    if says_scale:
        bottom = max(bottom, high - REACH * climb)
    share = min(label_share, 0.5)
    top = high + max(HEADROOM, share / (1.0 - share)) * (high - bottom)
    side = last * max(0.02, dot_share / (1.0 - 2.0 * min(dot_share, 0.25)))
    return -side, last + side, bottom, top
