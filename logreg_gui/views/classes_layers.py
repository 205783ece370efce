"""Where the classes lie in the plane: the ellipses of the generating Gaussians, and the classes' names."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QTransform

from logreg_gui.frames import GaussianClass
from logreg_gui.views import geometry
from logreg_gui.views.geometry import Rectangle
from logreg_gui.views.label_space import LabelSpace
from logreg_gui.views.labels import Label, paint_label, plate_size
from logreg_gui.views.layers import Layer, PictureLayer, polygon
from logreg_gui.views.style import Look
from logreg_gui.views.traces import BoxesAround, Sheet

ELLIPSE_DEVIATIONS = (1.0, 2.0)

MANY_ROWS = 2_000
"""Rows above which the points make a surface of their class's colour that swallows its ellipse."""

NAME_DEVIATIONS = (2.0, 2.6)
"""How far from its class's mean a name stands."""

NAME_TURNS = (0, 6, 1, 11, 5, 7, 2, 10, 4, 8, 3, 9)
"""Twelfths of a turn from the outermost point of a class, in the order in which they are tried."""


class EllipsesLayer(PictureLayer):
    """The generating Gaussians: one and two standard deviations."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(10, space)
        self._classes: tuple[GaussianClass, ...] = ()
        self._has_outlines = True

    def show_classes(self, classes: tuple[GaussianClass, ...]) -> None:
        """Draw these."""
        self._classes = classes
        self.forget_picture()

    def show_outlines(self, visible: bool) -> None:
        """Show or hide them."""
        if visible != self._has_outlines:
            self._has_outlines = visible
            self.forget_picture()

    def draw_picture(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        if not self._has_outlines:
            return
        halo = ellipse_halo(self.look, sum(gaussian.size for gaussian in self._classes))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index, gaussian in enumerate(self._classes):
            for deviations in ELLIPSE_DEVIATIONS:
                outline = polygon(geometry.ellipse(gaussian, deviations), to_pixels)
                for pen in (halo, QPen(self.look.class_color(index), 1.25 * self.look.secondary_width)):
                    painter.setPen(pen)
                    painter.drawPolygon(outline)


def ellipse_halo(look: Look, rows: int) -> QPen:
    """The pen below an ellipse: broader among many points of its own colour, most so in the dark."""
    is_dark = look.color("plot").lightnessF() < 0.5
    if rows <= MANY_ROWS:
        return QPen(look.color("plot", 0.75), 2.2 * look.secondary_width)
    return QPen(
        look.color("plot", 0.95 if is_dark else 0.85), (3.8 if is_dark else 3.0) * look.secondary_width
    )


class NamesLayer(Layer):
    """The classes' names, each at the outer edge of its class, off the lines and the other labels."""

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(50, space)
        self._places: tuple[GaussianClass, ...] = ()
        self._names: tuple[str, ...] = ()
        self._candidates: list[list[tuple[float, float]]] = []

    def show_names(self, names: tuple[str, ...], places: tuple[GaussianClass, ...]) -> None:
        """Name the classes that lie at these places."""
        if names != self._names:
            self.kept_places.clear()
        self._names, self._places = names, places
        self._candidates = [self._points(index) for index in range(len(places))]
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        sheet = Sheet.of(to_pixels, rectangle)
        for index, (name, points) in enumerate(zip(self._names, self._candidates, strict=True)):
            label = Label(name, self.look.class_color(index), symbol=index)
            boxes = BoxesAround(points, sheet, plate_size(self.look, label))
            found = self.space.first_free(boxes, kept=self.kept_places.get(index))
            # A class without its name would be a riddle: better on a line than not at all.
            self.kept_places[index] = found = 0 if found is None else found
            self.space.plates.append(paint_label(painter, self.look, label, boxes[found]))

    def _points(self, index: int) -> list[tuple[float, float]]:
        """Places for a name, the best first: away from the other classes, then all around."""
        own = self._places[index]
        others = [other.mean for other in self._places if other is not own] or [(0.0, 0.0)]
        away = np.mean(others, axis=0)
        points = []
        for deviations in NAME_DEVIATIONS:
            curve = geometry.ellipse(own, deviations, 49)[:-1]
            outermost = int(np.argmax(np.hypot(*(curve - away).T)))
            points.append(np.roll(curve, -outermost, axis=0)[[4 * turn for turn in NAME_TURNS]])
        return [(x, y) for x, y in np.concatenate(points).tolist()]
