"""The handles of the Gaussians, and the arrows that say that they can be dragged."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF, QTransform

from logreg_gui.frames import GaussianClass
from logreg_gui.views import geometry, hit_test
from logreg_gui.views.geometry import Rectangle
from logreg_gui.views.hit_test import LONG, MEAN, SHORT, Area, Grip, ToPixels
from logreg_gui.views.label_space import LabelSpace
from logreg_gui.views.labels import Label, draw_label
from logreg_gui.views.layers import Layer, pixel_area, polygon
from logreg_gui.views.style import Look

CUE = "drag me"

LINE, TURN = "line", "turn"
"""The parts of a boundary that the keys move: its middle, which carries it, and an end, which turns it."""


class LineMarks(NamedTuple):
    """A boundary that is meant: its weights, the part that the keys move or "", and the way to its end."""

    weights: tuple[float, float, float]
    marked: str
    direction: tuple[float, float]


TURN_SHARE = 0.7
"""Where on the visible half of a boundary it is marked as one to turn: beyond the part that moves it."""


class BodyLayer(Layer):
    """Below lines and labels: the ellipse that can be dragged, and the room that labels leave for handles."""

    is_transient = True

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(15, space)
        self._gaussians: tuple[GaussianClass, ...] = ()
        self._body: int | None = None

    def show_gaussians(self, gaussians: tuple[GaussianClass, ...], body: int | None) -> None:
        """Keep room for their handles, and draw the `body` of one of them."""
        self._gaussians, self._body = gaussians, body
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        half = 0.5 * handle_size(self.look) + 2.0
        for grip in visible_grips(self._gaussians, to_pixels, area):
            x, y = grip.place
            self.space.plates.append(QRectF(x - half, y - half, 2.0 * half, 2.0 * half))
        if self._body is None or self._body >= len(self._gaussians):
            return
        outline = polygon(geometry.ellipse(self._gaussians[self._body], hit_test.REACH), to_pixels)
        painter.setBrush(self.look.class_color(self._body, 0.10))
        painter.setPen(QPen(self.look.color("plot", 0.9), 4.2 * self.look.secondary_width))
        painter.drawPolygon(outline)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.look.class_color(self._body), 2.0 * self.look.secondary_width))
        painter.drawPolygon(outline)


class LineLayer(Layer):
    """What a hand can do with the boundary: a ring where it is moved, diamonds where it is turned.

    And the first of two places that it shall go through, with the line to the pointer.
    """

    is_transient = True

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(59, space)
        self._marks: LineMarks | None = None
        self._first: tuple[float, float] | None = None
        self._pointer: tuple[float, float] | None = None

    def show_marks(
        self,
        marks: LineMarks | None,
        first: tuple[float, float] | None = None,
        pointer: tuple[float, float] | None = None,
    ) -> None:
        """Mark this boundary; a boundary that is being placed goes from `first` to the `pointer`."""
        if (marks, first, pointer) != (self._marks, self._first, self._pointer):
            self._marks, self._first, self._pointer = marks, first, pointer
            self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        painter.setClipRect(pixel_area(to_pixels, rectangle))
        if self._marks is not None:
            self._draw_marks(painter, to_pixels, rectangle, self._marks)
        if self._first is not None:
            self._draw_first(painter, to_pixels, self._first)

    def _draw_marks(
        self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle, marks: LineMarks
    ) -> None:
        ends = geometry.clipped_line(marks.weights, rectangle)
        if ends is None:
            return
        (x0, y0), (x1, y1) = ends.tolist()
        middle, half = (0.5 * (x0 + x1), 0.5 * (y0 + y1)), 0.5 * math.hypot(x1 - x0, y1 - y0)
        for side in (1.0, -1.0):
            reach = side * TURN_SHARE * half
            place = middle[0] + reach * marks.direction[0], middle[1] + reach * marks.direction[1]
            self._draw_mark(painter, to_pixels, place, SHORT, marks.marked == TURN and side > 0.0)
        self._draw_mark(painter, to_pixels, middle, MEAN, marks.marked == LINE)

    def _draw_mark(
        self,
        painter: QPainter,
        to_pixels: QTransform,
        place: tuple[float, float],
        shape: str,
        is_marked: bool,
    ) -> None:
        centre, size = to_pixels.map(QPointF(*place)), handle_size(self.look)
        if is_marked:
            draw_halo(painter, self.look, centre, size)
        path = handle_path(shape, size, centre)
        painter.setBrush(self.look.color("boundary"))
        painter.setPen(QPen(self.look.color("plot"), 0.3 * size))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPath(path)

    def _draw_first(self, painter: QPainter, to_pixels: QTransform, first: tuple[float, float]) -> None:
        if self._pointer is not None:
            start, end = to_pixels.map(QPointF(*first)), to_pixels.map(QPointF(*self._pointer))
            painter.setPen(QPen(self.look.color("boundary"), self.look.secondary_width, Qt.PenStyle.DashLine))
            painter.drawLine(start, end)
        self._draw_mark(painter, to_pixels, first, MEAN, is_marked=False)


class HandlesLayer(Layer):
    """A ring with a cross on every mean, a square on every long axis and a diamond on every short one."""

    is_transient = True

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(60, space)
        self.below, self.line = BodyLayer(space), LineLayer(space)
        self._gaussians: tuple[GaussianClass, ...] = ()
        self._marked: tuple[int, str] | None = None
        self._cued: int | None = None

    def show_gaussians(
        self,
        gaussians: tuple[GaussianClass, ...],
        marked: tuple[int, str] | None = None,
        body: int | None = None,
        cued: int | None = None,
    ) -> None:
        """Draw their handles.

        One handle may be `marked` (class and part) by the pointer or the keys, the outline of one class's
        `body` drawn, and arrows around the mean of the class that is `cued`.
        """
        self.below.show_gaussians(gaussians, body)
        self._gaussians, self._marked, self._cued = gaussians, marked, cued
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        handles = visible_grips(self._gaussians, to_pixels, area)
        painter.setClipRect(area)
        for grip in handles:
            if grip.part != MEAN:
                self._draw_axis(painter, handles[3 * grip.owner].place, grip)
        # The means last: nothing may lie on them.
        for grip in sorted(handles, key=lambda one: one.part == MEAN):
            self._draw_handle(painter, grip)
        if self._cued is not None and 3 * self._cued < len(handles):
            self._draw_cue(painter, area, handles[3 * self._cued].place)

    def _draw_axis(self, painter: QPainter, mean: tuple[float, float], grip: Grip) -> None:
        for pen in (
            QPen(self.look.color("plot", 0.8), 2.2 * self.look.secondary_width),
            QPen(self.look.class_color(grip.owner), self.look.secondary_width),
        ):
            painter.setPen(pen)
            painter.drawLine(QPointF(*mean), QPointF(*grip.place))

    def _draw_handle(self, painter: QPainter, grip: Grip) -> None:
        centre, size = QPointF(*grip.place), self.size
        is_marked = self._marked == (grip.owner, grip.part)
        if is_marked:
            draw_halo(painter, self.look, centre, size)
        path = handle_path(grip.part, size, centre)
        # A halo in the colour of the plot, an edge in that of the text: never lost among points.
        painter.setBrush(self.look.class_color(grip.owner))
        painter.setPen(self._pen("plot", 0.55 * size))
        painter.drawPath(path)
        painter.setPen(self._pen("boundary", 0.2 * size))
        painter.drawPath(path)
        if grip.part == MEAN:
            arm = 0.36 * size
            painter.setPen(self._pen("plot", 0.2 * size))
            painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0))
            painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm))

    def _draw_cue(self, painter: QPainter, area: QRectF, mean: tuple[float, float]) -> None:
        centre = QPointF(*mean)
        begin, end, wing = 1.5 * self.size, 3.1 * self.size, 0.62 * self.size
        for quarter in range(4):
            angle = 0.5 * math.pi * quarter
            way, side = (
                QPointF(math.cos(angle), math.sin(angle)),
                QPointF(-math.sin(angle), math.cos(angle)),
            )
            tip = centre + way * end
            head = QPolygonF([tip, tip - way * wing + side * wing, tip - way * wing - side * wing])
            for pen in (
                QPen(self.look.color("plot"), 0.62 * self.size),
                QPen(self.look.color("boundary"), 0.26 * self.size),
            ):
                painter.setPen(pen)
                painter.setBrush(pen.color())
                painter.drawLine(centre + way * begin, tip - way * wing)
                painter.drawPolygon(head)
        label = Label(CUE, self.look.color("text"), bold=True)
        below = QPointF(centre.x(), centre.y() + end + 1.1 * self.look.base)
        above = QPointF(centre.x(), centre.y() - end - 1.1 * self.look.base)
        draw_label(painter, self.look, area, label, [below, above], self.space)

    def _pen(self, name: str, width: float) -> QPen:
        pen = QPen(self.look.color(name), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    @property
    def size(self) -> float:
        """Width of a handle in pixels."""
        return handle_size(self.look)


def draw_halo(painter: QPainter, look: Look, centre: QPointF, size: float) -> None:
    """The ring around the handle that the pointer or the keys mean."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, width in (("plot", 0.42), ("accent", 0.2)):
        painter.setPen(QPen(look.color(name), width * size))
        painter.drawEllipse(centre, 1.05 * size, 1.05 * size)


def handle_size(look: Look) -> float:
    """Width of a handle in pixels: larger than any point, smaller than its target."""
    return min(max(13.0, 1.45 * look.point_size), 22.0)


def visible_grips(gaussians: tuple[GaussianClass, ...], to_pixels: QTransform, area: QRectF) -> list[Grip]:
    """Where the handles stand in a picture."""
    mapping = ToPixels(to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy())
    return hit_test.grips(gaussians, mapping, Area(area.left(), area.top(), area.right(), area.bottom()))


def handle_path(part: str, size: float, centre: QPointF) -> QPainterPath:
    """The outline of a handle."""
    path, half = QPainterPath(), 0.5 * size
    if part == LONG:
        path.addRect(QRectF(centre.x() - 0.85 * half, centre.y() - 0.85 * half, 1.7 * half, 1.7 * half))
    elif part == SHORT:
        tip = 1.15 * half
        corners = [QPointF(0, -tip), QPointF(tip, 0), QPointF(0, tip), QPointF(-tip, 0)]
        path.addPolygon(QPolygonF([centre + corner for corner in corners]))
        path.closeSubpath()
    else:
        path.addEllipse(centre, half, half)
    return path
