"""The lines of the plane: contours, decision boundary, reference boundaries, weight vector.

Labels stand beside their lines and never on the decision boundary. The reference boundaries change with the
data and the view only, so what is needed to draw them is kept from painting to painting.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF, QTransform

from logreg_gui.frames import BayesBoundary, GaussianClass, PlanePicture, ReferenceLines
from logreg_gui.views import geometry
from logreg_gui.views.geometry import FloatArray, Rectangle
from logreg_gui.views.labels import (
    Label,
    LabelSpace,
    boxes_beside,
    paint_label,
    plate_size,
    pushed_inside,
)
from logreg_gui.views.layers import Layer, mapped, open_path, pixel_area
from logreg_gui.views.style import Look

QUARTER_SCORE = float(np.log(3.0))
"""The score at which P(y = 1 | x) = 0.75."""

QUARTER_PREDICTION = 0.25
"""How far a least squares fit of 0.75 lies above its boundary."""

SHORTEST_LABELLED_EM = 4.0
"""Visible length of a line, in type sizes, below which it has no label."""

LABEL_STEPS_EM = (0.0, 0.5, 1.0)
"""How much further from its line a label may stand, in type sizes, where another line runs beside it."""

DASHES = (4.5, 3.5)
DASHES_AND_DOTS = (4.5, 2.8, 1.3, 2.8)
SHORT_DASHES = (2.2, 2.2)
"""Strokes and gaps in widths of the line: gaps wide enough to see the decision boundary through."""

PATTERNS = {"maximum": DASHES, "bayes": DASHES_AND_DOTS, "other": SHORT_DASHES}

OBSTACLE_STRIDE = 8
"""Of the points of a curve, every how many are enough to keep labels off it."""


@dataclass(frozen=True, eq=False)
class ReferenceMark:
    """A reference boundary ready to be painted, in pixels: outlines to be filled and places for its label.

    `boxes` (c, 4) come two by two, on either side of the line; there are none when too little of it is
    visible.
    """

    label: Label
    curves: list[FloatArray]
    dashes: QPainterPath
    halo: QPainterPath
    boxes: FloatArray


class LinesLayer(Layer):
    """From the bottom up: contours of probability, decision boundary, references, weight vector, labels."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(40, space)
        self._picture: PlanePicture | None = None
        self._weights: FloatArray | None = None
        self._bayes: BayesBoundary | None = None
        self._means: FloatArray | None = None
        self._centre: Sequence[float] = (0.0, 0.0)
        self._divisor = 1.0
        self._kept: dict[str, int] = {}
        """The place of every label at the last painting, so that it jumps only when it must."""
        self._revision = 0
        self._marks: tuple[ReferenceMark, ...] = ()
        self._marks_key: object = None

    def show_picture(self, picture: PlanePicture, centre: Sequence[float]) -> None:
        """Draw the boundary of a model; the arrow starts at its point nearest to `centre`."""
        if self._picture is None or not _has_same_references(self._picture, picture):
            self._revision += 1
        self._picture, self._weights, self._centre = picture, geometry.tamed(picture.line), centre
        self.update()

    def show_bayes(self, bayes: BayesBoundary | None, classes: Sequence[GaussianClass] = ()) -> None:
        """Draw the best boundary there is between two Gaussians.

        With the two `classes` a hyperbola is left with the branch between them: the other one, in a far
        corner, would only raise a question.
        """
        self._bayes = bayes
        self._means = np.array([gaussian.mean for gaussian in classes]) if len(classes) == 2 else None
        self._revision += 1
        self.update()

    def set_look(self, look: Look) -> None:
        self._revision += 1
        super().set_look(look)

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        painter.setClipRect(area)
        marks = self._current_marks(to_pixels, rectangle, area)
        contours = self._contours(rectangle)
        boundary = self._boundary(rectangle)
        for _, _, curves in contours:
            self._draw_contour(painter, to_pixels, curves)
        ghosts = self._ghosts(rectangle)
        for number, _, curves in ghosts:
            self._draw_ghost(painter, to_pixels, number, curves)
        self._draw_boundary(painter, to_pixels, boundary)
        for mark in marks:
            self._draw_reference(painter, mark)
        self._draw_arrow(painter, to_pixels, rectangle, area)
        straight = mapped(boundary[0], to_pixels) if self._weights is not None and boundary else None
        for mark in marks:
            ranks = order_away(mark.boxes, straight).reshape(len(LABEL_STEPS_EM), -1)
            self._place(painter, mark.label, mark.boxes, ranks=ranks)
        for number, name, curves in ghosts:
            self._label_ghost(painter, to_pixels, rectangle, area, number, name, curves)
        for text, outwards, curves in contours:
            self._label_contour(painter, to_pixels, rectangle, area, text, outwards, curves)

    def _ghosts(self, rectangle: Rectangle) -> list[tuple[int, str, list[FloatArray]]]:
        """Of the courses that were left: number, name and what is visible of their boundaries."""
        found = []
        for ghost in self._picture.ghosts if self._picture is not None else ():
            if ghost.line is None:
                found.append((ghost.number, ghost.name, list(ghost.lines)))
            else:
                ends = geometry.clipped_line(ghost.line, rectangle)
                found.append((ghost.number, ghost.name, [] if ends is None else [ends]))
        return found

    def _draw_ghost(
        self, painter: QPainter, to_pixels: QTransform, number: int, curves: list[FloatArray]
    ) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = 0.7 * self.look.boundary_width
        for pen in (
            QPen(self.look.color("plot", 0.7), width + 2.0),
            QPen(self.look.ghost_color(number), width, Qt.PenStyle.DotLine, Qt.PenCapStyle.FlatCap),
        ):
            painter.setPen(pen)
            for curve in curves:
                painter.drawPath(open_path(curve, to_pixels))
        for curve in curves:
            self._avoid(curve, to_pixels, 0.5 * width + 1.0)

    def _label_ghost(
        self,
        painter: QPainter,
        to_pixels: QTransform,
        rectangle: Rectangle,
        area: QRectF,
        number: int,
        name: str,
        curves: list[FloatArray],
    ) -> None:
        label = Label(name, self.look.ghost_color(number))
        if curves and self._is_labelled(curves, to_pixels, rectangle, label):
            anchors, normals = self._anchors(curves, to_pixels, rectangle, is_below_first=True)
            both = np.concatenate((normals, -normals))
            size = plate_size(self.look, label)
            boxes = boxes_beside(np.concatenate((anchors, anchors)), both, size, self._gap())
            boxes = pushed_inside(boxes, area, furthest=self.look.base)
            self._place(painter, label, boxes, name=f"ghost {number}")

    def _boundary(self, rectangle: Rectangle) -> list[FloatArray]:
        if self._weights is not None:
            ends = geometry.clipped_line(self._weights, rectangle)
            return [] if ends is None else [ends]
        return [] if self._picture is None else list(self._picture.boundary)

    def _current_marks(
        self, to_pixels: QTransform, rectangle: Rectangle, area: QRectF
    ) -> tuple[ReferenceMark, ...]:
        shifts = (to_pixels.dx(), to_pixels.dy(), to_pixels.m11(), to_pixels.m22())
        key = (self._revision, rectangle, shifts)
        if key != self._marks_key:
            self._marks, self._marks_key = self._make_marks(to_pixels, rectangle, area), key
        return self._marks

    def _make_marks(
        self, to_pixels: QTransform, rectangle: Rectangle, area: QRectF
    ) -> tuple[ReferenceMark, ...]:
        marks = []
        for reference in self._references(rectangle):
            path = QPainterPath()
            for curve in reference.lines:
                path.addPath(open_path(curve, to_pixels))
            width, halo_width = reference_widths(self.look)
            label = Label(reference.text, self.look.color(reference.name))
            pattern = PATTERNS[reference.name]
            curves = list(reference.lines)
            marks.append(
                ReferenceMark(
                    label,
                    [mapped(curve, to_pixels) for curve in curves],
                    dashed_outline(path, width, pattern),
                    dashed_outline(path, width, pattern, halo_width),
                    self._reference_boxes(curves, to_pixels, rectangle, area, label),
                )
            )
        return tuple(marks)

    def _references(self, rectangle: Rectangle) -> list[ReferenceLines]:
        """All of them, from the bottom up: the Bayes-optimal boundary, those of the picture, the maximum."""
        found = []
        if self._bayes is not None:
            curves = geometry.bayes_curve(self._bayes, rectangle, self._means)
            found.append(ReferenceLines("bayes", "Bayes", tuple(curves)))
        if self._picture is not None:
            found += self._picture.references
            maximum = self._picture.maximum_line
            line = None if maximum is None else geometry.clipped_line(maximum, rectangle)
            if line is not None:
                text = self._picture.maximum_text
                found.append(ReferenceLines("maximum", text, (line,)))
        return found

    def _reference_boxes(
        self,
        curves: list[FloatArray],
        to_pixels: QTransform,
        rectangle: Rectangle,
        area: QRectF,
        label: Label,
    ) -> FloatArray:
        if not self._is_labelled(curves, to_pixels, rectangle, label):
            return np.empty((0, 4))
        anchors, normals = self._anchors(curves, to_pixels, rectangle, is_below_first=True)
        size = plate_size(self.look, label)
        # Row by row: every distance, there every anchor, there both sides.
        both = np.stack((normals, -normals), axis=1).reshape(-1, 2)
        twice = np.repeat(anchors, 2, axis=0)
        boxes = [boxes_beside(twice, both, size, self._gap(step)) for step in LABEL_STEPS_EM]
        return pushed_inside(np.concatenate(boxes), area, furthest=self.look.base)

    def _is_labelled(
        self, curves: list[FloatArray], to_pixels: QTransform, rectangle: Rectangle, label: Label
    ) -> bool:
        area = pixel_area(to_pixels, rectangle)
        pixels = [mapped(curve, to_pixels) for curve in curves]
        length = geometry.visible_length(pixels, (area.left(), area.right(), area.top(), area.bottom()))
        return length >= max(SHORTEST_LABELLED_EM * self.look.base, 1.5 * plate_size(self.look, label)[0])

    def _anchors(
        self, curves: list[FloatArray], to_pixels: QTransform, rectangle: Rectangle, *, is_below_first: bool
    ) -> tuple[FloatArray, FloatArray]:
        """Places for a label on a line (a, 2), and the unit normals (a, 2) to the left of its way."""
        anchors, directions = geometry.label_anchors(curves, rectangle, is_below_first=is_below_first)
        # In pixels y points downwards, and the axes may have different scales.
        ways = directions * (to_pixels.m11(), to_pixels.m22())
        ways /= np.hypot(ways[:, 0], ways[:, 1])[:, None]
        return mapped(anchors, to_pixels), np.column_stack((ways[:, 1], -ways[:, 0]))

    def _gap(self, step_in_em: float = 0.0) -> float:
        return (0.3 + step_in_em) * self.look.base + 0.5 * self.look.boundary_width

    def _contours(self, rectangle: Rectangle) -> list[tuple[str, float, list[FloatArray]]]:
        """Of the visible contours: text, sign of the outer side along the left normal, curves."""
        if self._picture is None:
            return []
        symbol = "P" if self._picture.is_logistic else "ŷ"
        if self._weights is None:
            return [
                (f"{symbol} = {one.probability:g}", 1.0 if one.probability > 0.5 else -1.0, list(one.lines))
                for one in self._picture.contours
            ]
        step = QUARTER_SCORE if self._picture.is_logistic else QUARTER_PREDICTION
        found: list[tuple[str, float, list[FloatArray]]] = []
        for text, sign in ((f"{symbol} = 0.25", -1.0), (f"{symbol} = 0.75", 1.0)):
            ends = geometry.clipped_line(self._weights, rectangle, sign * step)
            if ends is not None:
                found.append((text, sign, [ends]))
        return found

    def _draw_contour(self, painter: QPainter, to_pixels: QTransform, curves: list[FloatArray]) -> None:
        painter.setPen(
            QPen(
                self.look.color("boundary"),
                self.look.secondary_width,
                Qt.PenStyle.DashLine,
                Qt.PenCapStyle.FlatCap,
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for curve in curves:
            painter.drawPath(open_path(curve, to_pixels))
            self._avoid(curve, to_pixels, 0.5 * self.look.secondary_width + 1.0, is_faint=True)

    def _draw_boundary(self, painter: QPainter, to_pixels: QTransform, curves: list[FloatArray]) -> None:
        width = self.look.boundary_width
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paths = [open_path(curve, to_pixels) for curve in curves]
        for pen in (
            QPen(self.look.color("plot", 0.8), width + 3.0),
            QPen(self.look.color("boundary"), width),
        ):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            for path in paths:
                painter.drawPath(path)
        for curve in curves:
            self._avoid(curve, to_pixels, 0.5 * width + 1.0)

    def _avoid(
        self, curve: FloatArray, to_pixels: QTransform, clearance: float, *, is_faint: bool = False
    ) -> None:
        thinned = (
            curve if len(curve) <= OBSTACLE_STRIDE else np.vstack((curve[::OBSTACLE_STRIDE], curve[-1:]))
        )
        self.space.avoid(mapped(thinned, to_pixels), clearance, is_faint=is_faint)

    def _draw_reference(self, painter: QPainter, mark: ReferenceMark) -> None:
        painter.fillPath(mark.halo, self.look.color("plot"))
        painter.fillPath(mark.dashes, mark.label.ink)
        for curve in mark.curves:
            thinned = curve if len(curve) == 2 else curve[::OBSTACLE_STRIDE]
            self.space.avoid(thinned, 0.5 * reference_widths(self.look)[1] + 1.0)

    def _draw_arrow(
        self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle, area: QRectF
    ) -> None:
        left, right, bottom, top = rectangle
        if not np.isclose(abs(to_pixels.m11()), abs(to_pixels.m22()), rtol=1e-3):
            return  # not perpendicular to its boundary, it would only puzzle
        foot = None if self._weights is None else geometry.foot_on_line(self._weights, self._centre)
        if (
            self._weights is None
            or foot is None
            or not (left <= foot[0] <= right and bottom <= foot[1] <= top)
        ):
            return
        vector = self._weights[1:]
        view = min(right - left, top - bottom)
        length, room = float(np.hypot(*vector)), geometry.way_to_edge(foot, vector, rectangle)
        self._divisor = geometry.steady_divisor(length, view, self._divisor, room)
        ends = mapped(np.array([foot, foot + vector / self._divisor]), to_pixels)
        if float(np.hypot(*(ends[1] - ends[0]))) < 3.0:
            return
        width = 0.8 * self.look.boundary_width
        shape = arrow_path(QPointF(*ends[0]), QPointF(*ends[1]), width)
        painter.setPen(QPen(self.look.color("plot", 0.8), 3.0))
        painter.setBrush(self.look.color("boundary"))
        painter.drawPath(shape)
        painter.fillPath(shape, self.look.color("boundary"))
        self.space.avoid(ends, 2.0 * width)
        text = "w" if self._divisor == 1.0 else f"w ÷ {self._divisor:,.0f}"
        self._label_arrow(painter, area, Label(text, self.look.color("boundary"), bold=True), ends)

    def _label_arrow(self, painter: QPainter, area: QRectF, label: Label, ends: FloatArray) -> None:
        """Beyond the tip, or else beside the tip or the shaft: an arrow without its divisor would mislead."""
        along = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0]))
        across = np.array([-along[1], along[0]])
        points = ends[0] + np.outer((1.0, 1.0, 1.0, 0.6, 0.6), ends[1] - ends[0])
        sides = np.array([along, across, -across, across, -across])
        gap = 0.2 * self.look.base + 1.6 * self.look.boundary_width
        boxes = pushed_inside(boxes_beside(points, sides, plate_size(self.look, label), gap), area)
        if not self._place(painter, label, boxes, name="arrow"):
            self.space.plates.append(paint_label(painter, self.look, label, boxes[0]))

    def _label_contour(
        self,
        painter: QPainter,
        to_pixels: QTransform,
        rectangle: Rectangle,
        area: QRectF,
        text: str,
        outwards: float,
        curves: list[FloatArray],
    ) -> None:
        label = Label(text, self.look.color("text"))
        if self._contour_spacing(to_pixels) < 0.5 * self.look.base or not self._is_labelled(
            curves, to_pixels, rectangle, label
        ):
            return
        anchors, normals = self._anchors(curves, to_pixels, rectangle, is_below_first=False)
        boxes = boxes_beside(anchors, outwards * normals, plate_size(self.look, label), 0.4 * self.look.base)
        boxes = pushed_inside(boxes, area, furthest=self.look.base)
        self._place(painter, label, boxes, needs_all=True)

    def _contour_spacing(self, to_pixels: QTransform) -> float:
        """Pixels between the decision boundary and a straight contour; infinite for a curved one."""
        if self._weights is None or self._picture is None:
            return np.inf
        step = QUARTER_SCORE if self._picture.is_logistic else QUARTER_PREDICTION
        return step * abs(to_pixels.m11()) / max(float(np.hypot(*self._weights[1:])), 1e-300)

    def _place(
        self,
        painter: QPainter,
        label: Label,
        boxes: FloatArray,
        *,
        name: str = "",
        ranks: NDArray[np.intp] | None = None,
        needs_all: bool = False,
    ) -> bool:
        """Draw the label in a free box, the one of the last painting if possible; whether there is one."""
        name = name or label.text
        index = self.space.first_free(boxes, ranks=ranks, kept=self._kept.get(name), needs_all=needs_all)
        if index is None:
            self._kept.pop(name, None)
            return False
        self._kept[name] = index
        self.space.plates.append(paint_label(painter, self.look, label, boxes[index]))
        return True


def _has_same_references(first: PlanePicture, second: PlanePicture) -> bool:
    """Whether all that stays is the same. Of a frame from another process arrays and tuples are new."""
    one, other = first.maximum_line, second.maximum_line
    has_same_line = one is other if one is None or other is None else np.array_equal(one, other)
    return (
        has_same_line
        and first.maximum_text == second.maximum_text
        and len(first.references) == len(second.references)
        and all(map(operator.is_, first.references, second.references))
    )


def reference_widths(look: Look) -> tuple[float, float]:
    """Of a reference's line and its halo, which leaves the edges of the boundary below it visible."""
    width = 1.25 * look.secondary_width
    return width, 0.5 * (width + look.boundary_width)


def dashed_outline(
    path: QPainterPath, width: float, pattern: Sequence[float], outer_width: float | None = None
) -> QPainterPath:
    """The outline of a dashed line; with `outer_width` that of its halo, as much larger on every side.

    `pattern` is in widths of the line and starts with a stroke.
    """
    outer = width if outer_width is None else outer_width
    extra = 0.5 * (outer - width)
    lengths = [
        width * part + (2.0 * extra if number % 2 == 0 else -2.0 * extra)
        for number, part in enumerate(pattern)
    ]
    stroker = QPainterPathStroker()
    stroker.setWidth(outer)
    stroker.setCapStyle(Qt.PenCapStyle.FlatCap)
    stroker.setDashPattern([length / outer for length in lengths])
    stroker.setDashOffset(extra / outer)
    outline = stroker.createStroke(path)
    outline.setFillRule(Qt.FillRule.WindingFill)
    return outline


def order_away(boxes: FloatArray, line: FloatArray | None) -> NDArray[np.intp]:
    """The order in which to try boxes (2 m, 4): of each pair first the one further from the line (2, 2)."""
    order = np.arange(len(boxes)).reshape(-1, 2)
    if line is None or not len(boxes):
        return order.ravel()
    way = (line[1] - line[0]) / np.hypot(*(line[1] - line[0]))
    offsets = 0.5 * (boxes[:, :2] + boxes[:, 2:]) - line[0]
    distances = np.abs(way[0] * offsets[:, 1] - way[1] * offsets[:, 0]).reshape(-1, 2)
    # Nearly as far: the boundary lies along the line, and neither side is better.
    swapped = distances[:, 1] > distances[:, 0] + 1.0
    return np.where(swapped[:, None], order[:, ::-1], order).ravel()


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
