"""The layers of the view over one input: background and levels, rows, curves.

A curve (m, 2) is in data coordinates. Several classes have lanes of their own below y = 0, one per class, in
which their rows lie; two classes lie at y = 0 and y = 1, a regression's rows at their targets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform

from logreg_gui import notation
from logreg_gui.views import geometry
from logreg_gui.views.copies import Grid
from logreg_gui.views.curve_strokes import draw_curve
from logreg_gui.views.field import field_image
from logreg_gui.views.geometry import FloatArray, Rectangle
from logreg_gui.views.label_space import Boxes, LabelSpace, as_boxes, corners
from logreg_gui.views.labels import (
    Label,
    box_around,
    box_inside,
    boxes_around,
    boxes_beside,
    glyph,
    paint_label,
    plate_size,
    pushed_inside,
)
from logreg_gui.views.layers import Layer, PictureLayer, grid_pixels, mapped, pixel_area
from logreg_gui.views.line_layers import DASHES, DASHES_AND_DOTS, dashed_outline, reference_widths
from logreg_gui.views.points_layer import drawing_order, point_opacities, point_size
from logreg_gui.views.style import Look

HARD_TINT = 0.6
"""Share of the full tint where a class is predicted without a probability, as by least squares."""

OBSTACLES = 60
"""Pieces of a curve that labels keep clear of."""

MOST_AVOIDED = 400
"""Rows that labels keep clear of one by one; where there are more they lie everywhere."""

SMALLEST_IN_LANE = 0.6
"""Least size of rows that lie on a line, as a share of the largest."""

MOST_BOUNDARIES = 6
"""Crossings of 1/2 that are marked: degree 6 has no more."""

PATTERNS = {"maximum": DASHES, "truth": DASHES_AND_DOTS}
COLOURS = {"maximum": "maximum", "truth": "bayes"}


@dataclass(frozen=True, eq=False)
class Reference:
    """Curves to compare with: their `name` in the tables above, their label, and each as (m, 2)."""

    name: str
    text: str
    curves: tuple[FloatArray, ...]


class GroundLayer(Layer):
    """The predicted class as a tint, the grid, and the lines y = 0, 1/2 and 1 where they mean something."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(-100, space)
        self._x: FloatArray = np.empty(0)
        self._probabilities: FloatArray | None = None
        self._levels: tuple[float, ...] = ()
        self._grid: tuple[Sequence[float], Sequence[float]] = ((), ())
        self._lines = Grid(is_smooth=False)

    def show_probabilities(self, x: FloatArray, probabilities: FloatArray | None) -> None:
        """Tint by the probabilities (K, m) of the classes at `x` (m,); None for no tint."""
        self._x, self._probabilities = x, probabilities
        self.update()

    def show_levels(self, levels: tuple[float, ...]) -> None:
        """Draw lines at these y, the one at 1/2 dashed."""
        self._levels = levels
        self.update()

    def show_grid(self, first: Sequence[float], second: Sequence[float]) -> None:
        """Draw grid lines at these x and y."""
        self._grid = (first, second)
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(area, self.look.color("plot"))
        if self._probabilities is not None and len(self._x):
            self._draw_tint(painter, to_pixels, area, self._probabilities)
        columns, rows = grid_pixels(self._grid, to_pixels)
        self._lines.draw(painter, self.look.color("text", 0.10), columns, rows, area)
        for level in self._levels:
            style = Qt.PenStyle.DashLine if level == 0.5 else Qt.PenStyle.SolidLine
            painter.setPen(QPen(self.look.color("edge"), self.look.secondary_width, style))
            self._draw_level(painter, to_pixels, area, level)

    def _draw_level(self, painter: QPainter, to_pixels: QTransform, area: QRectF, level: float) -> None:
        y = to_pixels.map(QPointF(0.0, level)).y()
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _draw_tint(
        self, painter: QPainter, to_pixels: QTransform, area: QRectF, probabilities: FloatArray
    ) -> None:
        columns = max(1, round(area.width()))
        pixels = area.left() + (np.arange(columns) + 0.5) * area.width() / columns
        x = (pixels - to_pixels.dx()) / to_pixels.m11()
        here = np.stack([np.interp(x, self._x, row) for row in probabilities])
        # Beyond the largest numbers nothing is known: plain, as where all classes are as likely.
        known = np.clip(np.nan_to_num(here, nan=1.0 / len(here)), 0.0, 1.0)
        painter.drawImage(area, field_image(self.look, known[:, np.newaxis]))


class RowsLayer(PictureLayer):
    """The rows as glyphs, those of the test set hollow, with the names of the classes beside them."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(0, space)
        self._points: FloatArray = np.empty((0, 2))
        self._labels: NDArray[np.integer] = np.empty(0, dtype=np.int8)
        self._is_test: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)
        self._opacities: FloatArray = np.empty(0)
        self._names: tuple[str, ...] = ()
        self._note = ""
        self._lanes: list[tuple[float, float, float]] = []
        self._single: FloatArray = np.empty((0, 2))

    def show_rows(
        self,
        points: FloatArray,
        labels: NDArray[np.integer],
        is_test: NDArray[np.bool_],
        *,
        names: tuple[str, ...] = (),
        are_in_lanes: bool = False,
        note: str = "",
    ) -> None:
        """Draw rows at `points` (n, 2) with the marks of their `labels` (n,).

        `names` are those of the classes, or none; `are_in_lanes` when all rows of a class have one y. The
        `note` stands in a corner.
        """
        order = drawing_order(labels)
        self._lanes = []
        for height in np.unique(points[:, 1]) if are_in_lanes else ():
            x = points[points[:, 1] == height, 0]
            self._lanes.append((float(height), float(x.min()), float(x.max())))
        self._single = points if not are_in_lanes and len(points) <= MOST_AVOIDED else np.empty((0, 2))
        self._points, self._labels, self._is_test = points[order], labels[order], is_test[order]
        self._opacities = point_opacities(self._labels)
        self._names, self._note = names, note
        self.forget_picture()

    @property
    def glyph_size(self) -> float:
        """Diameter of a row in pixels."""
        size = point_size(self.look.point_size, len(self._labels))
        # On a line smaller rows hide each other no less, and are seen less well.
        return max(size, SMALLEST_IN_LANE * self.look.point_size) if self._lanes else size

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        super().draw(painter, to_pixels, rectangle)
        radius = 0.5 * self.glyph_size
        for height, left, right in self._lanes:
            self.space.avoid(mapped(np.array([(left, height), (right, height)]), to_pixels), radius)
        if len(self._single):
            pixels = np.repeat(mapped(self._single, to_pixels), 2, axis=0)
            # Each row is a stroke without length, between two breaks.
            strokes = np.insert(pixels, np.arange(2, len(pixels), 2), np.nan, axis=0)
            self.space.avoid(strokes, radius, is_faint=True)

    def draw_picture(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        if not len(self._labels):
            return
        ratio = painter.device().devicePixelRatioF()
        atlas, cell = self._glyphs(self.glyph_size, ratio)
        pixels = mapped(self._points, to_pixels)
        fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
        fragments.resize(len(pixels))
        # x, y, sourceLeft, sourceTop, width, height, scaleX, scaleY, rotation, opacity
        rows = fragments.ndarray()
        rows[:, :2] = pixels
        rows[:, 2] = self._labels * cell
        rows[:, 3] = self._is_test * cell
        rows[:, 4:6] = cell
        rows[:, 6:8] = 1.0 / ratio
        rows[:, 8] = 0.0
        rows[:, 9] = self._opacities
        painter.drawPixmapFragments(*fragments.drawargs(), atlas)  # type: ignore[call-arg]  # pointer, count
        taken = LabelSpace()
        self._draw_names(painter, to_pixels, area, taken)
        for text in ("hollow: test rows" if self._is_test.any() else "", self._note):
            if text:
                self._draw_in_corner(painter, area, taken, pixels, text)
        self._plates.extend(taken.plates)

    def _glyphs(self, size: float, ratio: float) -> tuple[QPixmap, int]:
        """Square cells in device pixels, one per class side by side, the hollow ones below; their width."""
        look = self.look
        rim = max(1.5, 0.18 * size)
        cell = int(np.ceil((1.25 * size + 3.0 * rim) * ratio)) + 2
        classes = len(look.theme.class_colors)
        atlas = QPixmap(cell * classes, 2 * cell)
        atlas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(atlas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(classes):
            full, hollow = (QPointF(cell * (index + 0.5), cell * (row + 0.5)) for row in range(2))
            painter.setPen(QPen(look.color("point_outline"), 0.11 * size * ratio))
            painter.setBrush(look.class_color(index))
            painter.drawPath(glyph(index, size * ratio, full))
            shape = glyph(index, 0.9 * size * ratio, hollow)
            painter.setBrush(look.color("plot"))
            for colour, width in ((look.color("plot"), 2.0 * rim), (look.class_color(index), rim)):
                painter.setPen(QPen(colour, width * ratio))
                painter.drawPath(shape)
        painter.end()
        return atlas, cell

    def _draw_names(self, painter: QPainter, to_pixels: QTransform, area: QRectF, taken: LabelSpace) -> None:
        for index, name in enumerate(self._names):
            label = Label(name, self.look.class_color(index), symbol=index)
            size = plate_size(self.look, label)
            centre = (
                self._above_or_below(to_pixels, area, index, size)
                if len(self._names) == 2
                else self._beside_lane(to_pixels, area, index, size)
            )
            box = box_inside(box_around(*centre, size), corners(area))
            taken.plates.append(paint_label(painter, self.look, label, box))

    def _above_or_below(
        self, to_pixels: QTransform, area: QRectF, index: int, size: tuple[float, float]
    ) -> tuple[float, float]:
        """Class 1 is named above its rows, class 0 below them: between runs the curve."""
        rise = (0.5 * self.glyph_size + 0.35 * self.look.base + 0.5 * size[1]) * (1 - 2 * index)
        y = to_pixels.map(QPointF(0.0, float(index))).y() + rise
        return (area.left() + 0.5 * size[0] + self.look.gap if index == 0 else area.right(), y)

    def _beside_lane(
        self, to_pixels: QTransform, area: QRectF, index: int, size: tuple[float, float]
    ) -> tuple[float, float]:
        """On the side of the class's rows where there is more room."""
        rows = mapped(self._points[self._labels == index], to_pixels)
        if not len(rows):
            return area.center().x(), area.center().y()
        first, last = rows[:, 0].min(), rows[:, 0].max()
        aside = 0.5 * size[0] + self.glyph_size
        is_right = area.right() - last >= first - area.left()
        return (last + aside if is_right else first - aside), float(rows[0, 1])

    def _draw_in_corner(
        self, painter: QPainter, area: QRectF, taken: LabelSpace, pixels: FloatArray, text: str
    ) -> None:
        """Say something of the rows, in the corner with the fewest of them."""
        label = Label(text, self.look.color("muted"))
        inner = area.adjusted(*(sign * 0.5 * self.look.base for sign in (1, 1, -1, -1)))
        corners = (inner.topLeft(), inner.topRight(), inner.bottomLeft(), inner.bottomRight())
        centres = np.array([(corner.x(), corner.y()) for corner in corners])
        boxes = pushed_inside(boxes_around(centres, plate_size(self.look, label)), inner)
        inside = (pixels[None] > boxes[:, None, :2]) & (pixels[None] < boxes[:, None, 2:])
        places = as_boxes(boxes)
        is_taken = np.array([not taken.is_bare(*box) for box in places])
        crowd = np.all(inside, axis=2).sum(axis=1) + len(pixels) * is_taken
        box = places[int(np.argmin(crowd))]
        taken.plates.append(paint_label(painter, self.look, label, box))


class CurvesLayer(Layer):
    """From the bottom up: decision boundaries, fitted curves, references, labels."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(40, space)
        self._curves: tuple[FloatArray, ...] = ()
        self._are_classes = False
        self._boundaries: tuple[float, ...] = ()
        self._references: tuple[Reference, ...] = ()
        self._ghosts: tuple[tuple[int, FloatArray], ...] = ()
        self._outlines: list[tuple[QPainterPath, QPainterPath]] = []
        self._outlines_key: object = None
        self._revision = 0

    def show_curves(
        self, curves: tuple[FloatArray, ...], boundaries: tuple[float, ...], *, are_classes: bool
    ) -> None:
        """Draw fitted curves (m, 2), perhaps one per class, and decision boundaries at these x."""
        self._curves, self._are_classes = curves, are_classes
        self._boundaries = boundaries[:MOST_BOUNDARIES]
        self.update()

    def show_references(self, references: tuple[Reference, ...]) -> None:
        """Draw these beside the fitted curves."""
        if not _are_same(references, self._references):
            self._references = references
            self._revision += 1
        self.update()

    def show_ghosts(self, ghosts: tuple[tuple[int, FloatArray], ...]) -> None:
        """Draw the curves (m, 2) of courses that were left, each with its number."""
        self._ghosts = ghosts
        self.update()

    def set_look(self, look: Look) -> None:
        self._revision += 1
        super().set_look(look)

    def _draw_ghost(self, painter: QPainter, pixels: FloatArray, area: QRectF, number: int) -> None:
        width = 0.7 * self.look.boundary_width
        painter.setPen(
            QPen(self.look.ghost_color(number), width, Qt.PenStyle.DotLine, Qt.PenCapStyle.FlatCap)
        )
        draw_curve(painter, pixels, area)

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        painter.setClipRect(area)
        for x in self._boundaries:
            self._draw_boundary(painter, to_pixels, area, x)
        fitted = [clipped_curve(curve, to_pixels, area) for curve in self._curves]
        for number, curve in self._ghosts:
            self._draw_ghost(painter, clipped_curve(curve, to_pixels, area), area, number)
        for index, pixels in enumerate(fitted):
            self._draw_curve(painter, pixels, self._ink(index))
        self._draw_references(painter, to_pixels, rectangle, area)
        if self._are_classes:
            self._draw_marks(painter, fitted)
        for reference in self._references:
            curves = [clipped_curve(curve, to_pixels, area) for curve in reference.curves]
            label = Label(reference.text, self.look.color(COLOURS[reference.name]))
            self._label_curve(painter, area, reference.name, label, curves[-1:])
        self._label_boundaries(painter, to_pixels, rectangle, area)

    def _ink(self, index: int) -> QColor:
        return self.look.class_color(index) if self._are_classes else self.look.color("boundary")

    def _draw_boundary(self, painter: QPainter, to_pixels: QTransform, area: QRectF, x: float) -> None:
        pixel = to_pixels.map(QPointF(x, 0.0)).x()
        ends = np.array([(pixel, area.top()), (pixel, area.bottom())])
        width = 0.5 * self.look.boundary_width
        for colour, thickness in (("plot", width + 2.0), ("boundary", width)):
            painter.setPen(QPen(self.look.color(colour), thickness, c=Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(*ends[0]), QPointF(*ends[1]))
        self.space.avoid(ends, 0.5 * width + 1.0)

    def _draw_curve(self, painter: QPainter, pixels: FloatArray, ink: QColor) -> None:
        path = path_of(pixels)
        width = self.look.boundary_width
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, thickness in ((self.look.color("plot", 0.8), width + 3.0), (ink, width)):
            painter.setPen(QPen(colour, thickness, j=Qt.PenJoinStyle.RoundJoin, c=Qt.PenCapStyle.FlatCap))
            painter.drawPath(path)
        self.space.avoid(thinned(pixels), 0.5 * width + 1.0)

    def _draw_marks(self, painter: QPainter, fitted: list[FloatArray]) -> None:
        """The mark of each class on its curve, in the middle of where it is the likeliest."""
        heights = -np.stack([pixels[:, 1] for pixels in fitted])
        likeliest = heights.argmax(axis=0)
        size = 1.1 * self.look.base
        for index, pixels in enumerate(fitted):
            places = np.flatnonzero(likeliest == index)
            place = round(places.mean()) if len(places) else int(heights[index].argmax())
            centre = QPointF(*pixels[place])
            painter.setPen(QPen(self.look.color("plot"), 2.0))
            painter.setBrush(self._ink(index))
            painter.drawPath(glyph(index, size, centre))
            self.space.plates.append(QRectF(centre.x() - size / 2, centre.y() - size / 2, size, size))

    def _draw_references(
        self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle, area: QRectF
    ) -> None:
        shifts = (to_pixels.dx(), to_pixels.dy(), to_pixels.m11(), to_pixels.m22())
        key = (self._revision, rectangle, shifts)
        if key != self._outlines_key:
            self._outlines = [self._outline(reference, to_pixels, area) for reference in self._references]
            self._outlines_key = key
        for reference, (dashes, halo) in zip(self._references, self._outlines, strict=True):
            painter.fillPath(halo, self.look.color("plot"))
            painter.fillPath(dashes, self.look.color(COLOURS[reference.name]))
            for curve in reference.curves:
                pixels = clipped_curve(curve, to_pixels, area)
                self.space.avoid(thinned(pixels), 0.5 * reference_widths(self.look)[1] + 1.0)

    def _outline(
        self, reference: Reference, to_pixels: QTransform, area: QRectF
    ) -> tuple[QPainterPath, QPainterPath]:
        path = QPainterPath()
        for curve in reference.curves:
            path.addPath(path_of(clipped_curve(curve, to_pixels, area)))
        width, halo = reference_widths(self.look)
        pattern = PATTERNS[reference.name]
        return dashed_outline(path, width, pattern), dashed_outline(path, width, pattern, halo)

    def _label_curve(
        self, painter: QPainter, area: QRectF, name: str, label: Label, curves: list[FloatArray]
    ) -> None:
        corners = (area.left(), area.right(), area.top(), area.bottom())
        points, ways = geometry.label_anchors(curves, corners, is_below_first=False)
        normals = np.column_stack((-ways[:, 1], ways[:, 0]))
        both = np.stack((normals, -normals), axis=1).reshape(-1, 2)
        gap = 0.35 * self.look.base + 0.5 * self.look.boundary_width
        boxes = boxes_beside(np.repeat(points, 2, axis=0), both, plate_size(self.look, label), gap)
        self._place(painter, name, label, as_boxes(pushed_inside(boxes, area, furthest=self.look.base)))

    def _label_boundaries(
        self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle, area: QRectF
    ) -> None:
        decimals = int(np.clip(2 - np.floor(np.log10(rectangle[1] - rectangle[0])), 0, 6))
        heights = area.top() + area.height() * np.array((0.72, 0.28, 0.62, 0.38, 0.82, 0.18))
        sides = np.tile(((1.0, 0.0), (-1.0, 0.0)), (len(heights), 1))
        for number, x in enumerate(self._boundaries):
            lead = "boundary " if len(self._boundaries) == 1 else ""
            label = Label(f"{lead}{notation.fixed(x, decimals)}", self.look.color("boundary"))
            pixel = to_pixels.map(QPointF(x, 0.0)).x()
            points = np.column_stack((np.full(2 * len(heights), pixel), np.repeat(heights, 2)))
            gap = 0.35 * self.look.base + 0.25 * self.look.boundary_width
            boxes = boxes_beside(points, sides, plate_size(self.look, label), gap)
            boxes = pushed_inside(boxes, area, furthest=1.0)
            self._place(painter, f"boundary {number}", label, as_boxes(boxes))

    def _place(self, painter: QPainter, name: str, label: Label, boxes: Boxes) -> None:
        index = self.space.first_free(boxes, kept=self.kept_places.get(name))
        if index is None:
            self.kept_places.pop(name, None)
            return
        self.kept_places[name] = index
        self.space.plates.append(paint_label(painter, self.look, label, boxes[index]))


def clipped_curve(curve: FloatArray, to_pixels: QTransform, area: QRectF) -> FloatArray:
    """Pixels (m, 2) of a curve, no further than its own height beyond the area."""
    pixels = mapped(curve, to_pixels)
    # Strokes of a wild polynomial would cost time where nobody sees them, and overflow the painter.
    pixels[:, 1] = np.clip(pixels[:, 1], area.top() - area.height(), area.bottom() + area.height())
    return pixels


def path_of(pixels: FloatArray) -> QPainterPath:
    """A path through the pixels, broken where they are NaN."""
    path: QPainterPath = pg.functions.arrayToQPath(pixels[:, 0], pixels[:, 1], connect="finite")
    return path


def thinned(pixels: FloatArray) -> FloatArray:
    """Few points that follow the same curve."""
    if len(pixels) <= OBSTACLES:
        return pixels
    return pixels[np.linspace(0, len(pixels) - 1, OBSTACLES).astype(np.intp)]


def _are_same(first: tuple[Reference, ...], second: tuple[Reference, ...]) -> bool:
    return len(first) == len(second) and all(
        (one.name, one.text, len(one.curves)) == (other.name, other.text, len(other.curves))
        and all(map(np.array_equal, one.curves, other.curves))
        for one, other in zip(first, second, strict=True)
    )
