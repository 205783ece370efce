"""The log-likelihood by step, with its maximum as a dashed line."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QTransform
from PySide6.QtWidgets import QWidget

from logreg_gui.frames import Frame
from logreg_gui.views import formatting, geometry
from logreg_gui.views.geometry import FloatArray, Rectangle
from logreg_gui.views.labels import Label, draw_label
from logreg_gui.views.layers import Layer, pixel_area
from logreg_gui.views.plane import major_ticks, set_margins, style_axis
from logreg_gui.views.style import Look


class CurvePoints:
    """The points of the curve so far, in arrays that grow by doubling.

    A point at a step replaces all from there on.
    """

    def __init__(self) -> None:
        self._steps = np.empty(1024)
        self._values = np.empty(1024)
        self._count = 0

    @property
    def steps(self) -> FloatArray:
        """Steps (m,), never decreasing."""
        return self._steps[: self._count]

    @property
    def values(self) -> FloatArray:
        """Log-likelihoods (m,); NaN where the data changed."""
        return self._values[: self._count]

    def clear(self) -> None:
        """Forget all points."""
        self._count = 0

    def extend(self, steps: FloatArray, values: FloatArray) -> None:
        """Append points; those at later steps belong to a course that was left and are dropped."""
        if not len(steps):
            return
        self._count = int(np.searchsorted(self.steps, steps[0], side="right"))
        needed = self._count + len(steps)
        if needed > len(self._steps):
            size = max(needed, 2 * len(self._steps))
            self._steps, self._values = np.resize(self._steps, size), np.resize(self._values, size)
        self._steps[self._count : needed] = steps
        self._values[self._count : needed] = values
        self._count = needed


class CurveLayer(Layer):
    """Grid, maximum, curve and the present point."""

    def __init__(self, points: CurvePoints) -> None:
        super().__init__(0)
        self._points = points
        self._grid: tuple[list[float], list[float]] = ([], [])
        self._maximum: float | None = None
        self._present: tuple[float, float] | None = None

    def show_grid(self, steps: list[float], values: list[float]) -> None:
        """Draw grid lines there."""
        self._grid = (steps, values)
        self.update()

    def show_present(self, step: float, value: float, maximum: float | None) -> None:
        """Mark this point of the curve, and the maximum if there is a finite one."""
        self._present, self._maximum = (step, value), maximum
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        painter.setClipRect(area)
        painter.setPen(QPen(self.look.color("text", 0.10), 1.0))
        for step in self._grid[0]:
            x = to_pixels.map(QPointF(step, 0.0)).x()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for value in self._grid[1]:
            y = to_pixels.map(QPointF(0.0, value)).y()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if self._maximum is not None:
            self._draw_maximum(painter, to_pixels, area)
        self._draw_curve(painter, to_pixels, area)

    def _draw_maximum(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        assert self._maximum is not None
        y = to_pixels.map(QPointF(0.0, self._maximum)).y()
        painter.setPen(
            QPen(
                self.look.color("maximum"),
                1.25 * self.look.secondary_width,
                Qt.PenStyle.DashLine,
                Qt.PenCapStyle.FlatCap,
            )
        )
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        label = Label(f"maximum (MLE) {formatting.log_likelihood(self._maximum)}", self.look.color("maximum"))
        draw_label(painter, self.look, area, label, [QPointF(area.right(), y - 0.85 * self.look.base)])

    def _draw_curve(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        steps, values = geometry.decimated(self._points.steps, self._points.values, int(area.width()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(self.look.color("accent"), self.look.curve_width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        if len(steps) > 1:
            x = steps * to_pixels.m11() + to_pixels.dx()
            # Far outside the picture the painter's fixed-point numbers would overflow.
            y = np.clip(values * to_pixels.m22() + to_pixels.dy(), -1e5, 1e5)
            painter.drawPath(pg.functions.arrayToQPath(x, y, connect="finite"))
        if self._present is not None:
            radius = 1.9 * self.look.curve_width
            painter.setPen(QPen(self.look.color("plot"), 0.5 * self.look.curve_width))
            painter.setBrush(self.look.color("accent"))
            painter.drawEllipse(to_pixels.map(QPointF(*self._present)), radius, radius)


class CurveView(pg.PlotWidget):
    """Shows frames; keeps the points of the run, so that a frame carries only the new ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points = CurvePoints()
        self.layer = CurveLayer(self.points)
        self._run = -1
        self._limits: Rectangle = (0.0, 1.0, -1.0, 0.0)
        view = self.getViewBox()
        view.setMouseEnabled(False, False)
        view.disableAutoRange()
        view.setDefaultPadding(0.0)
        self.setMenuEnabled(False)
        self.hideButtons()
        view.addItem(self.layer, ignoreBounds=True)
        view.sigRangeChanged.connect(self._move_grid)
        view.sigResized.connect(self._move_grid)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Log-likelihood by step")

    def show_frame(self, frame: Frame) -> None:
        """Append the frame's points and mark its step."""
        if frame.run != self._run:
            self._run = frame.run
            self.points.clear()
        self.points.extend(frame.trace_steps, frame.trace_log_likelihoods)
        references = frame.data.references
        maximum = references.maximum_likelihood.log_likelihood if references is not None else None
        self._set_limits(curve_limits(frame.step, frame.stop_step, self.points.values, maximum))
        self.layer.show_present(frame.step, frame.log_likelihood, maximum)

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self.setBackground(look.color("plot"))
        style_axis(self.getAxis("bottom"), look, "step t")
        style_axis(self.getAxis("left"), look, "log-likelihood ℓ(w)", width_in_digits=6)
        set_margins(self, look, 1.7)
        self.layer.set_look(look)

    def _set_limits(self, limits: Rectangle) -> None:
        if limits != self._limits:
            self._limits = limits
            left, right, bottom, top = limits
            self.getViewBox().setRange(xRange=(left, right), yRange=(bottom, top), padding=0.0)

    def _move_grid(self) -> None:
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        size = self.getViewBox().size()
        self.layer.show_grid(
            major_ticks(self.getAxis("bottom"), left, right, size.width()),
            major_ticks(self.getAxis("left"), bottom, top, size.height()),
        )


def curve_limits(step: int, stop_step: int, values: FloatArray, maximum: float | None) -> Rectangle:
    """The part of the plane the curve needs.

    All steps to come, every value so far, and the maximum with air above.
    """
    last = max(step, stop_step, 1)
    finite = values[np.isfinite(values)]
    low = float(finite.min()) if len(finite) else -1.0
    high = float(finite.max()) if len(finite) else 0.0
    if maximum is not None:
        high = max(high, maximum)
    span = max(high - low, 1e-6 * max(abs(high), 1.0))
    return -0.02 * last, 1.02 * last, low - 0.06 * span, high + 0.16 * span
