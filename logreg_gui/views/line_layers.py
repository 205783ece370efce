"""The lines of the plane: Gaussians, reference boundaries, contours, decision boundary, weight vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from logreg_gui.frames import BayesBoundary, GaussianClass
from logreg_gui.views import geometry
from logreg_gui.views.geometry import FloatArray, Rectangle
from logreg_gui.views.labels import Label, LabelSpace, draw_label
from logreg_gui.views.layers import Layer, PictureLayer, open_path, pixel_area, polygon

QUARTER_SCORE = float(np.log(3.0))
"""The score at which P(y = 1 | x) = 0.75."""

ELLIPSE_DEVIATIONS = (1.0, 2.0)

CONTOUR_LABEL_SHARES = (0.10, 0.16, 0.22, 0.90, 0.84, 0.78)
"""How far along a contour its label may stand: near one end, or else near the other."""


class EllipsesLayer(PictureLayer):
    """The generating Gaussians: one and two standard deviations, with the class's name beside."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(10, space)
        self._classes: tuple[GaussianClass, ...] = ()

    def show_classes(self, classes: tuple[GaussianClass, ...]) -> None:
        """Draw these."""
        self._classes = classes
        self.forget_picture()

    def draw_picture(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        for index, gaussian in enumerate(self._classes):
            for deviations in ELLIPSE_DEVIATIONS:
                outline = polygon(geometry.ellipse(gaussian, deviations), to_pixels)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                halo = QPen(self.look.color("plot", 0.75), 2.2 * self.look.secondary_width)
                for pen in (halo, QPen(self.look.class_color(index), 1.25 * self.look.secondary_width)):
                    painter.setPen(pen)
                    painter.drawPolygon(outline)
        for index, gaussian in enumerate(self._classes):
            self._label(painter, to_pixels, area, index, gaussian)

    def _label(
        self, painter: QPainter, to_pixels: QTransform, area: QRectF, index: int, gaussian: GaussianClass
    ) -> None:
        others = [other.mean for other in self._classes if other is not gaussian] or [(0.0, 0.0)]
        anchor = geometry.outermost_point(gaussian, 2.0, np.mean(others, axis=0))
        label = Label(f"class {index}", self.look.class_color(index), symbol=index)
        plate = draw_label(painter, self.look, area, label, [to_pixels.map(QPointF(*anchor))])
        self._plates.append(plate)


class LinesLayer(Layer):
    """From the bottom up: references, contours of probability, decision boundary, weight vector."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(40, space)
        self._weights: FloatArray | None = None
        self._maximum: FloatArray | None = None
        self._bayes: BayesBoundary | None = None
        self._centre: Sequence[float] = (0.0, 0.0)

    def show_weights(self, weights: FloatArray, centre: Sequence[float]) -> None:
        """Draw the boundary of these weights (3,); the arrow starts at its point nearest to `centre`."""
        self._weights, self._centre = weights, centre
        self.update()

    def show_references(self, maximum: FloatArray | None, bayes: BayesBoundary | None) -> None:
        """Draw the boundary at the maximum of the likelihood and that of the generating Gaussians."""
        self._maximum, self._bayes = maximum, bayes
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        bayes = [] if self._bayes is None else geometry.bayes_curve(self._bayes, rectangle)
        line = None if self._maximum is None else geometry.clipped_line(self._maximum, rectangle)
        maximum = [] if line is None else [line]
        self._dashes(painter, to_pixels, bayes, "bayes", Qt.PenStyle.DashDotLine)
        self._dashes(painter, to_pixels, maximum, "maximum", Qt.PenStyle.DashLine)
        if self._weights is not None:
            self._contours(painter, to_pixels, rectangle, area)
            self._boundary(painter, to_pixels, rectangle)
        for curves, name, text in ((maximum, "maximum", "MLE"), (bayes, "bayes", "Bayes")):
            places = [to_pixels.map(QPointF(*place)) for place in geometry.label_places(curves, rectangle)]
            if places:
                draw_label(painter, self.look, area, Label(text, self.look.color(name)), places, self.space)
        if self._weights is not None:
            self._arrow(painter, to_pixels, rectangle, area)

    def _dashes(
        self,
        painter: QPainter,
        to_pixels: QTransform,
        curves: list[FloatArray],
        name: str,
        style: Qt.PenStyle,
    ) -> None:
        width = 1.25 * self.look.secondary_width
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.look.color(name), width, style, Qt.PenCapStyle.FlatCap))
        for curve in curves:
            painter.drawPath(open_path(curve, to_pixels))

    def _contours(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle, area: QRectF) -> None:
        assert self._weights is not None
        dashed = QPen(
            self.look.color("boundary"),
            self.look.secondary_width,
            Qt.PenStyle.DashLine,
            Qt.PenCapStyle.FlatCap,
        )
        metrics = QFontMetricsF(self.look.font(self.look.base))
        for level, text in ((-QUARTER_SCORE, "P = 0.25"), (QUARTER_SCORE, "P = 0.75")):
            ends = geometry.clipped_line(self._weights, rectangle, level)
            if ends is None:
                continue
            painter.setPen(dashed)
            path = open_path(ends, to_pixels)
            painter.drawPath(path)
            is_readable = self._contour_spacing(to_pixels) > metrics.height()
            if is_readable and path.length() > 6.0 * metrics.horizontalAdvance(text):
                places = [path.pointAtPercent(share) for share in CONTOUR_LABEL_SHARES]
                draw_label(painter, self.look, area, Label(text, self.look.color("text")), places, self.space)

    def _contour_spacing(self, to_pixels: QTransform) -> float:
        assert self._weights is not None
        return QUARTER_SCORE * abs(to_pixels.m11()) / max(float(np.hypot(*self._weights[1:])), 1e-300)

    def _boundary(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        assert self._weights is not None
        ends = geometry.clipped_line(self._weights, rectangle)
        if ends is None:
            return
        path = open_path(ends, to_pixels)
        width = self.look.boundary_width
        painter.setPen(QPen(self.look.color("plot", 0.8), width + 3.0))
        painter.drawPath(path)
        painter.setPen(QPen(self.look.color("boundary"), width))
        painter.drawPath(path)

    def _arrow(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle, area: QRectF) -> None:
        assert self._weights is not None
        foot = geometry.foot_on_line(self._weights, self._centre)
        left, right, bottom, top = rectangle
        if foot is None or not (left <= foot[0] <= right and bottom <= foot[1] <= top):
            return
        vector = self._weights[1:]
        divisor = geometry.arrow_divisor(float(np.hypot(*vector)), 0.28 * min(right - left, top - bottom))
        start, tip = to_pixels.map(QPointF(*foot)), to_pixels.map(QPointF(*(foot + vector / divisor)))
        length = float(np.hypot(tip.x() - start.x(), tip.y() - start.y()))
        if length < 3.0:
            return
        width = 0.8 * self.look.boundary_width
        shape = arrow_path(start, tip, width)
        painter.setPen(QPen(self.look.color("plot", 0.8), 3.0))
        painter.setBrush(self.look.color("boundary"))
        painter.drawPath(shape)
        painter.fillPath(shape, self.look.color("boundary"))
        along = QPointF((tip.x() - start.x()) / length, (tip.y() - start.y()) / length)
        label = Label(
            "w" if divisor == 1.0 else f"w ÷ {divisor:,.0f}", self.look.color("boundary"), bold=True
        )
        draw_label(painter, self.look, area, label, [tip + along * (1.1 * self.look.base)])


def arrow_path(start: QPointF, tip: QPointF, width: float) -> QPainterPath:
    """A filled arrow with a shaft `width` pixels wide."""
    delta = np.array([tip.x() - start.x(), tip.y() - start.y()])
    length = float(np.hypot(*delta))
    along = delta / length
    across = np.array([-along[1], along[0]])
    head = min(4.2 * width, 0.6 * length)
    origin = np.array([start.x(), start.y()])
    corners = (
        (0.0, 0.5),
        (length - head, 0.5),
        (length - head, 1.9),
        (length, 0.0),
        (length - head, -1.9),
        (length - head, -0.5),
        (0.0, -0.5),
    )
    points = [origin + distance * along + side * width * across for distance, side in corners]
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(*point) for point in points]))
    path.closeSubpath()
    return path
