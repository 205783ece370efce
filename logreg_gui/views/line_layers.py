"""The lines of the plane: contours, decision boundary, reference boundaries, weight vector.

Labels stand beside their lines and never on the decision boundary. The reference boundaries change with the
data and the view only, so what is needed to draw them is kept from painting to painting.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF, QTransform

from logreg_gui.frames import BayesBoundary, GaussianClass, PlanePicture, ReferenceLines
from logreg_gui.views import geometry
from logreg_gui.views.copies import Stamp
from logreg_gui.views.geometry import FloatArray, Rectangle
from logreg_gui.views.label_space import Box, Boxes, LabelSpace, Stroke, as_boxes
from logreg_gui.views.labels import (
    Label,
    box_beside,
    box_inside,
    boxes_beside,
    paint_label,
    plate_size,
    pushed_inside,
)
from logreg_gui.views.layers import Layer, mapped, open_path, pixel_area
from logreg_gui.views.style import Look
from logreg_gui.views.traces import (
    ANCHORS,
    OBSTACLE_STRIDE,
    BoxesBeside,
    CurvedTrace,
    Sheet,
    StraightTrace,
    Trace,
    trace_of,
)

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


@dataclass(frozen=True, eq=False)
class ReferenceMark:
    """A reference boundary ready to be painted, in pixels: outlines to be filled and places for its label.

    `strokes` are what labels keep off. `boxes` come two by two, on either side of the line; there are none
    when too little of it is visible.
    """

    label: Label
    strokes: list[Stroke]
    halo: Stamp
    dashes: Stamp
    boxes: list[Box]


class LinesLayer(Layer):
    """From the bottom up: contours of probability, decision boundary, references, weight vector, labels."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(40, space)
        self._picture: PlanePicture | None = None
        self._weights: tuple[float, float, float] | None = None
        self._bayes: BayesBoundary | None = None
        self._means: FloatArray | None = None
        self._centre: Sequence[float] = (0.0, 0.0)
        self._divisor = 1.0
        self._revision = 0
        self._marks: tuple[ReferenceMark, ...] = ()
        self._marks_key: object = None

    def show_picture(self, picture: PlanePicture, centre: Sequence[float]) -> None:
        """Draw the boundary of a model; the arrow starts at its point nearest to `centre`."""
        if self._picture is None or not _has_same_references(self._picture, picture):
            self._revision += 1
        self._picture, self._centre = picture, centre
        weights = geometry.tamed(picture.line)
        self._weights = None if weights is None else tuple(weights.tolist())
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
        area, sheet = pixel_area(to_pixels, rectangle), Sheet.of(to_pixels, rectangle)
        painter.setClipRect(area)
        marks = self._current_marks(to_pixels, rectangle, area)
        contours = self._contours(sheet)
        boundary = self._boundary(sheet)
        for _, _, trace in contours:
            self._draw_contour(painter, trace)
        ghosts = self._ghosts(sheet)
        for number, _, trace in ghosts:
            self._draw_ghost(painter, number, trace)
        if boundary is not None:
            self._draw_boundary(painter, boundary)
        for mark in marks:
            mark.halo.fill(painter, area)
            mark.dashes.fill(painter, area)
            self.space.strokes += mark.strokes
        self._draw_arrow(painter, sheet)
        straight = boundary.pixels if isinstance(boundary, StraightTrace) else None
        for mark in marks:
            self._place_reference(painter, mark, straight)
        for number, name, trace in ghosts:
            self._label_ghost(painter, sheet, number, name, trace)
        for text, outwards, trace in contours:
            self._label_contour(painter, sheet, text, outwards, trace)

    def _ghosts(self, sheet: Sheet) -> list[tuple[int, str, Trace]]:
        """Of the courses that were left: number, name and what is visible of their boundaries."""
        found: list[tuple[int, str, Trace]] = []
        for ghost in self._picture.ghosts if self._picture is not None else ():
            if ghost.line is None:
                found.append((ghost.number, ghost.name, trace_of(ghost.lines, sheet)))
                continue
            ends = geometry.clipped_ends(ghost.line.tolist(), sheet.rectangle)
            if ends is not None:
                found.append((ghost.number, ghost.name, StraightTrace(ends, sheet)))
        return found

    def _draw_ghost(self, painter: QPainter, number: int, trace: Trace) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width, paths = 0.7 * self.look.boundary_width, trace.paths()
        for pen in (
            QPen(self.look.color("plot", 0.7), width + 2.0),
            QPen(self.look.ghost_color(number), width, Qt.PenStyle.DotLine, Qt.PenCapStyle.FlatCap),
        ):
            painter.setPen(pen)
            for path in paths:
                painter.drawPath(path)
        self.space.strokes += trace.strokes(0.5 * width + 1.0)

    def _label_ghost(self, painter: QPainter, sheet: Sheet, number: int, name: str, trace: Trace) -> None:
        label = Label(name, self.look.ghost_color(number))
        if self._is_labelled(trace, label):
            boxes = BoxesBeside(
                trace,
                sheet,
                plate_size(self.look, label),
                self._gap(),
                (1.0, -1.0),
                furthest=self.look.base,
                is_below_first=True,
            )
            self._place(painter, label, boxes, name=f"ghost {number}")

    def _boundary(self, sheet: Sheet) -> Trace | None:
        if self._weights is not None:
            ends = geometry.clipped_ends(self._weights, sheet.rectangle)
            return None if ends is None else StraightTrace(ends, sheet)
        return None if self._picture is None else CurvedTrace(self._picture.boundary, sheet)

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
            trace = trace_of(reference.lines, Sheet.of(to_pixels, rectangle))
            marks.append(
                ReferenceMark(
                    label,
                    self._reference_strokes(reference.lines, to_pixels),
                    Stamp(dashed_outline(path, width, pattern, halo_width), self.look.color("plot")),
                    Stamp(dashed_outline(path, width, pattern), label.ink),
                    self._reference_boxes(trace, area, label) if self._is_labelled(trace, label) else [],
                )
            )
        return tuple(marks)

    def _reference_strokes(self, curves: Sequence[FloatArray], to_pixels: QTransform) -> list[Stroke]:
        clearance = 0.5 * reference_widths(self.look)[1] + 1.0
        thinned = (curve if len(curve) == 2 else curve[::OBSTACLE_STRIDE] for curve in curves)
        return [Stroke(mapped(curve, to_pixels), clearance) for curve in thinned]

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

    def _reference_boxes(self, trace: Trace, area: QRectF, label: Label) -> list[Box]:
        anchors = [trace.anchor(index, is_below_first=True) for index in range(ANCHORS)]
        points = np.array([(math.nan, math.nan) if one is None else (one.x, one.y) for one in anchors])
        normals = np.array([(math.nan, math.nan) if one is None else one.normal for one in anchors])
        size = plate_size(self.look, label)
        # Row by row: every distance, there every anchor, there both sides.
        both = np.stack((normals, -normals), axis=1).reshape(-1, 2)
        twice = np.repeat(points, 2, axis=0)
        boxes = [boxes_beside(twice, both, size, self._gap(step)) for step in LABEL_STEPS_EM]
        return as_boxes(pushed_inside(np.concatenate(boxes), area, furthest=self.look.base))

    def _is_labelled(self, trace: Trace, label: Label) -> bool:
        least = max(SHORTEST_LABELLED_EM * self.look.base, 1.5 * plate_size(self.look, label)[0])
        return trace.visible_length() >= least

    def _gap(self, step_in_em: float = 0.0) -> float:
        return (0.3 + step_in_em) * self.look.base + 0.5 * self.look.boundary_width

    def _contours(self, sheet: Sheet) -> list[tuple[str, float, Trace]]:
        """Of the visible contours: text, sign of the outer side along the left normal, and its line."""
        if self._picture is None:
            return []
        symbol = "P" if self._picture.is_logistic else "ŷ"
        if self._weights is None:
            return [
                (
                    f"{symbol} = {one.probability:g}",
                    1.0 if one.probability > 0.5 else -1.0,
                    trace_of(one.lines, sheet),
                )
                for one in self._picture.contours
            ]
        step = QUARTER_SCORE if self._picture.is_logistic else QUARTER_PREDICTION
        found: list[tuple[str, float, Trace]] = []
        for text, sign in ((f"{symbol} = 0.25", -1.0), (f"{symbol} = 0.75", 1.0)):
            ends = geometry.clipped_ends(self._weights, sheet.rectangle, sign * step)
            if ends is not None:
                found.append((text, sign, StraightTrace(ends, sheet)))
        return found

    def _draw_contour(self, painter: QPainter, trace: Trace) -> None:
        painter.setPen(
            QPen(
                self.look.color("boundary"),
                self.look.secondary_width,
                Qt.PenStyle.DashLine,
                Qt.PenCapStyle.FlatCap,
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for path in trace.paths():
            painter.drawPath(path)
        self.space.strokes += trace.strokes(0.5 * self.look.secondary_width + 1.0, is_faint=True)

    def _draw_boundary(self, painter: QPainter, trace: Trace) -> None:
        width = self.look.boundary_width
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paths = trace.paths()
        for pen in (
            QPen(self.look.color("plot", 0.8), width + 3.0),
            QPen(self.look.color("boundary"), width),
        ):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            for path in paths:
                painter.drawPath(path)
        self.space.strokes += trace.strokes(0.5 * width + 1.0)

    def _draw_arrow(self, painter: QPainter, sheet: Sheet) -> None:
        left, right, bottom, top = sheet.rectangle
        across, up = abs(sheet.mapping.scale_x), abs(sheet.mapping.scale_y)
        if self._weights is None or not math.isclose(across, up, rel_tol=1e-3):
            return  # not perpendicular to its boundary, it would only puzzle
        foot = geometry.foot_on_line(self._weights, self._centre)
        if foot is None or not (left <= foot[0] <= right and bottom <= foot[1] <= top):
            return
        vector = self._weights[1:]
        view = min(right - left, top - bottom)
        length, room = math.hypot(*vector), geometry.way_to_edge(foot, vector, sheet.rectangle)
        self._divisor = geometry.steady_divisor(length, view, self._divisor, room)
        start = sheet.mapping.map(*foot)
        tip = sheet.mapping.map(foot[0] + vector[0] / self._divisor, foot[1] + vector[1] / self._divisor)
        if math.dist(start, tip) < 3.0:
            return
        width = 0.8 * self.look.boundary_width
        shape = arrow_path(start, tip, width)
        painter.setPen(QPen(self.look.color("plot", 0.8), 3.0))
        painter.setBrush(self.look.color("boundary"))
        painter.drawPath(shape)
        painter.fillPath(shape, self.look.color("boundary"))
        self.space.avoid((start, tip), 2.0 * width)
        text = "w" if self._divisor == 1.0 else f"w ÷ {self._divisor:,.0f}"
        self._label_arrow(
            painter, sheet.area, Label(text, self.look.color("boundary"), bold=True), start, tip
        )

    def _label_arrow(
        self,
        painter: QPainter,
        area: Box,
        label: Label,
        start: tuple[float, float],
        tip: tuple[float, float],
    ) -> None:
        """Beyond the tip, or else beside the tip or the shaft: an arrow without its divisor would mislead."""
        way = tip[0] - start[0], tip[1] - start[1]
        length = math.hypot(*way)
        x, y = way[0] / length, way[1] / length
        size, gap = plate_size(self.look, label), 0.2 * self.look.base + 1.6 * self.look.boundary_width
        boxes = []
        for share, side in ((1.0, (x, y)), (1.0, (-y, x)), (1.0, (y, -x)), (0.6, (-y, x)), (0.6, (y, -x))):
            place = start[0] + share * way[0], start[1] + share * way[1]
            boxes.append(box_inside(box_beside(*place, side, size, gap), area))
        if not self._place(painter, label, boxes, name="arrow"):
            self.space.plates.append(paint_label(painter, self.look, label, boxes[0]))

    def _label_contour(
        self, painter: QPainter, sheet: Sheet, text: str, outwards: float, trace: Trace
    ) -> None:
        label = Label(text, self.look.color("text"))
        if self._contour_spacing(sheet) < 0.5 * self.look.base or not self._is_labelled(trace, label):
            return
        boxes = BoxesBeside(
            trace,
            sheet,
            plate_size(self.look, label),
            0.4 * self.look.base,
            (outwards,),
            furthest=self.look.base,
            is_below_first=False,
        )
        self._place(painter, label, boxes, needs_all=True)

    def _contour_spacing(self, sheet: Sheet) -> float:
        """Pixels between the decision boundary and a straight contour; infinite for a curved one."""
        if self._weights is None or self._picture is None:
            return math.inf
        step = QUARTER_SCORE if self._picture.is_logistic else QUARTER_PREDICTION
        return step * abs(sheet.mapping.scale_x) / max(math.hypot(*self._weights[1:]), 1e-300)

    def _place_reference(
        self, painter: QPainter, mark: ReferenceMark, boundary: geometry.Ends | None
    ) -> None:
        """Beside its line, on the side that is further from a straight boundary."""

        def ranks() -> list[list[int]]:
            line = None if boundary is None else np.array(boundary).reshape(2, 2)
            order = order_away(np.array(mark.boxes).reshape(-1, 4), line)
            ranked: list[list[int]] = order.reshape(len(LABEL_STEPS_EM), -1).tolist()
            return ranked

        first = len(mark.boxes) // len(LABEL_STEPS_EM)
        self._place(painter, mark.label, mark.boxes, ranks=ranks, first=first)

    def _place(
        self,
        painter: QPainter,
        label: Label,
        boxes: Boxes,
        *,
        name: str = "",
        ranks: Callable[[], Sequence[Sequence[int]]] | None = None,
        first: int | None = None,
        needs_all: bool = False,
    ) -> bool:
        """Draw the label in a free box, the one of the last painting if possible; whether there is one.

        The best of its `ranks` is, in whatever order, the `first` boxes.
        """
        name = name or label.text
        index = kept = self.kept_places.get(name)
        is_good = kept is not None and kept < (len(boxes) if first is None else first)
        if kept is None or not is_good or not self.space.is_bare(*boxes[kept]):
            order = None if ranks is None else ranks()
            index = self.space.first_free(boxes, ranks=order, kept=kept, needs_all=needs_all)
        if index is None:
            self.kept_places.pop(name, None)
            return False
        self.kept_places[name] = index
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


def arrow_path(start: tuple[float, float], tip: tuple[float, float], width: float) -> QPainterPath:
    """A filled arrow with a shaft `width` pixels wide."""
    length = math.dist(start, tip)
    x, y = (tip[0] - start[0]) / length, (tip[1] - start[1]) / length
    head = min(4.2 * width, 0.6 * length)
    corners = (
        (0.0, 0.5),
        (length - head, 0.5),
        (length - head, 1.9),
        (length, 0.0),
        (length - head, -1.9),
        (length - head, -0.5),
        (0.0, -0.5),
    )
    points = [
        QPointF(
            start[0] + distance * x - side * width * y,
            start[1] + distance * y + side * width * x,
        )
        for distance, side in corners
    ]
    path = QPainterPath()
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path
