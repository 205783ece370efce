"""The layers of the plane: tint, points, ellipses, lines, arrow. Each is built once and told what to show.

Every layer paints in pixels: it maps its few data coordinates through the plot's transform and then draws
with pens whose widths are pixels, so that strokes and glyphs keep their size at every zoom. Text and strokes
never scale with the plot.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QTransform,
)

from logreg_gui.frames import BayesBoundary, GaussianClass
from logreg_gui.views import geometry
from logreg_gui.views.geometry import FloatArray, Rectangle
from logreg_gui.views.labels import Label, LabelSpace, draw_label, glyph
from logreg_gui.views.style import Look, probability_color

QUARTER_SCORE = float(np.log(3.0))
"""The score at which P(y = 1 | x) = 0.75."""

FULL_SCORE = 6.0
"""Beyond this score a probability is within 0.25 % of 1 and the tint no longer changes visibly."""

ELLIPSE_DEVIATIONS = (1.0, 2.0)

CONTOUR_LABEL_SHARES = (0.10, 0.16, 0.22, 0.90, 0.84, 0.78)
"""How far along a contour its label may stand: near one end, or else near the other."""


class Layer(pg.UIGraphicsItem):
    """Covers the view; subclasses draw in viewport pixels."""

    def __init__(self, z_value: float, space: LabelSpace | None = None) -> None:
        super().__init__()
        self.look = Look()
        self.space = space if space is not None else LabelSpace()
        self.setZValue(z_value)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self.look = look
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        """Paint in pixels; `to_pixels` maps data coordinates, `rectangle` is the visible part of them."""
        raise NotImplementedError

    def paint(self, painter: QPainter, *_: object) -> None:
        view = self.viewRect()
        if view is None or view.isEmpty():
            return
        painter.save()
        to_pixels = painter.worldTransform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, to_pixels, (view.left(), view.right(), view.top(), view.bottom()))
        painter.restore()


class TintLayer(Layer):
    """The background coloured by P(y = 1 | x), and the grid.

    With linear features the probability depends on one direction only, so the tint is one linear gradient: no
    field is computed, and the cost does not depend on the number of colours.
    """

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(-100, space)
        self._weights: FloatArray | None = None
        self._grid: tuple[Sequence[float], Sequence[float]] = ((), ())

    def show_weights(self, weights: FloatArray) -> None:
        """Colour by these weights (3,)."""
        self._weights = weights
        self.update()

    def show_grid(self, first: Sequence[float], second: Sequence[float]) -> None:
        """Draw grid lines at these coordinates of x1 and x2."""
        self._grid = (first, second)
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        # The lowest layer is painted first, and all layers are painted together because each covers the view.
        self.space.clear()
        area = _pixel_area(to_pixels, rectangle)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(area, self._brush(to_pixels, rectangle))
        painter.setPen(QPen(self.look.color("text", 0.10), 1.0))
        for value in self._grid[0]:
            x = to_pixels.map(QPointF(value, 0.0)).x()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for value in self._grid[1]:
            y = to_pixels.map(QPointF(0.0, value)).y()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _brush(self, to_pixels: QTransform, rectangle: Rectangle) -> QBrush:
        if self._weights is None:
            return QBrush(self.look.color("plot"))
        left, right, bottom, top = rectangle
        middle = np.array([(left + right) / 2, (bottom + top) / 2])
        score = float(self._weights[0] + self._weights[1:] @ middle)
        # The score as a linear function of pixels: its gradient is that in data units divided by pixels per
        # unit.
        slope = np.array([self._weights[1] / to_pixels.m11(), self._weights[2] / to_pixels.m22()])
        squared = float(slope @ slope)
        if squared * (right - left) ** 2 * to_pixels.m11() ** 2 < 1e-12:
            return QBrush(probability_color(self.look, _probability(score)))
        centre = to_pixels.map(QPointF(*middle))
        start, stop = ((target - score) / squared * slope for target in (-FULL_SCORE, FULL_SCORE))
        gradient = QLinearGradient(
            QPointF(centre.x() + start[0], centre.y() + start[1]),
            QPointF(centre.x() + stop[0], centre.y() + stop[1]),
        )
        for position in np.linspace(0.0, 1.0, 25):
            target = (2.0 * position - 1.0) * FULL_SCORE
            gradient.setColorAt(position, probability_color(self.look, _probability(target)))
        return QBrush(gradient)


class PointsLayer(Layer):
    """The rows as glyphs: a picture that is made again only when rows, view or look change.

    Drawing 20,000 glyphs takes ten times as long as everything else in a frame; blitting their picture takes
    no time.
    """

    def __init__(self) -> None:
        super().__init__(0)
        self._features: NDArray[np.floating] = np.empty((0, 2), dtype=np.float32)
        self._labels: NDArray[np.integer] = np.empty(0, dtype=np.int8)
        self._origins: NDArray[np.floating] = self._features
        self._spread = 1.0
        self._revision = 0
        self._picture: QPixmap | None = None
        self._picture_key: object = None

    def show_rows(
        self, features: NDArray[np.floating], labels: NDArray[np.integer], means: FloatArray
    ) -> None:
        """Draw these rows (n, 2) with their labels (n,); `means` (K, 2) is where they enter from."""
        # A fixed shuffle, so that among many points no class lies on top of the other.
        order = np.random.default_rng(0).permutation(len(labels))
        self._features, self._labels = features[order], labels[order]
        self._origins = means.astype(np.float32)[self._labels]
        self._forget_picture()

    def show_spread(self, share: float) -> None:
        """Draw every point that share of the way from its class's mean to its place, 1 being there."""
        self._spread = share
        self._forget_picture()

    def set_look(self, look: Look) -> None:
        self._forget_picture()
        super().set_look(look)

    def _forget_picture(self) -> None:
        self._revision += 1
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = _pixel_area(to_pixels, rectangle)
        ratio = painter.device().devicePixelRatioF()
        key = (self._revision, rectangle, area.size().toTuple(), area.topLeft().toTuple(), ratio)
        if key != self._picture_key or self._picture is None:
            self._picture = self._draw_picture(to_pixels, area, ratio)
            self._picture_key = key
        painter.drawPixmap(area.topLeft(), self._picture)

    def _draw_picture(self, to_pixels: QTransform, area: QRectF, ratio: float) -> QPixmap:
        picture = QPixmap(max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        if len(self._labels):
            size = point_size(self.look.point_size, len(self._labels))
            atlas, cell = self._glyphs(size, ratio)
            placed = self._origins + np.float32(self._spread) * (self._features - self._origins)
            fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
            fragments.resize(len(placed))
            # x, y, sourceLeft, sourceTop, width, height, scaleX, scaleY, rotation, opacity
            rows = fragments.ndarray()
            rows[:, 0] = placed[:, 0] * to_pixels.m11() + to_pixels.dx() - area.left()
            rows[:, 1] = placed[:, 1] * to_pixels.m22() + to_pixels.dy() - area.top()
            rows[:, 2] = self._labels * cell
            rows[:, 3] = 0.0
            rows[:, 4] = rows[:, 5] = cell
            rows[:, 6] = rows[:, 7] = 1.0 / ratio
            rows[:, 8] = 0.0
            rows[:, 9] = point_opacity(len(placed))
            painter = QPainter(picture)
            painter.drawPixmapFragments(*fragments.drawargs(), atlas)  # type: ignore[call-arg]  # pointer, count
            painter.end()
        return picture

    def _glyphs(self, size: float, ratio: float) -> tuple[QPixmap, int]:
        """One square cell per class side by side, in device pixels, and the width of a cell."""
        outline = max(1.0, 0.11 * size)
        cell = int(np.ceil((size * 1.25 + 2.0 * outline) * ratio)) + 2
        classes = len(self.look.theme.class_colors)
        atlas = QPixmap(cell * classes, cell)
        atlas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(atlas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.look.color("point_outline"), outline * ratio))
        for index in range(classes):
            painter.setBrush(self.look.class_color(index))
            painter.drawPath(glyph(index, size * ratio, QPointF(cell * (index + 0.5), cell / 2)))
        painter.end()
        return atlas, cell


class EllipsesLayer(Layer):
    """The generating Gaussians: one and two standard deviations, with the class's name beside."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(10, space)
        self._classes: tuple[GaussianClass, ...] = ()

    def show_classes(self, classes: tuple[GaussianClass, ...]) -> None:
        """Draw these."""
        self._classes = classes
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = _pixel_area(to_pixels, rectangle)
        for index, gaussian in enumerate(self._classes):
            for deviations in ELLIPSE_DEVIATIONS:
                outline = _polygon(geometry.ellipse(gaussian, deviations), to_pixels)
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
        draw_label(painter, self.look, area, label, [to_pixels.map(QPointF(*anchor))], self.space)


class LinesLayer(Layer):
    """References, contours of probability, the decision boundary.

    The weight vector, from the bottom up.
    """

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
        area = _pixel_area(to_pixels, rectangle)
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
            painter.drawPath(_open_path(curve, to_pixels))

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
            path = _open_path(ends, to_pixels)
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
        path = _open_path(ends, to_pixels)
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


def point_size(largest: float, count: int) -> float:
    """Diameter in pixels: that of few points, shrinking with the fourth root of how many share the plane."""
    return float(np.clip(largest * (400.0 / max(count, 1)) ** 0.25, 0.32 * largest, largest))


def point_opacity(count: int) -> float:
    """Opaque for few; many are translucent so that dense and sparse regions differ."""
    return float(np.clip(1.15 - 0.15 * np.log10(max(count, 1)), 0.4, 1.0)) if count > 500 else 1.0


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


def _probability(score: float) -> float:
    return 0.5 + 0.5 * float(np.tanh(score / 2.0))


def _pixel_area(to_pixels: QTransform, rectangle: Rectangle) -> QRectF:
    left, right, bottom, top = rectangle
    return to_pixels.mapRect(QRectF(QPointF(left, bottom), QPointF(right, top)))


def _mapped(points: FloatArray, to_pixels: QTransform) -> FloatArray:
    scale = np.array([to_pixels.m11(), to_pixels.m22()])
    shift = np.array([to_pixels.dx(), to_pixels.dy()])
    mapped: FloatArray = points * scale + shift
    return mapped


def _polygon(points: FloatArray, to_pixels: QTransform) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in _mapped(points, to_pixels).tolist()])


def _open_path(points: FloatArray, to_pixels: QTransform) -> QPainterPath:
    """A path through the points, broken where they are NaN."""
    mapped = _mapped(points, to_pixels)
    path: QPainterPath = pg.functions.arrayToQPath(mapped[:, 0], mapped[:, 1], connect="finite")
    return path
