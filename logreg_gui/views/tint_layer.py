"""The background of the plane: P(y = 1 | x) as a tint of the class colours, and the grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QLinearGradient, QPainter, QPen, QTransform

from logreg_gui.views.geometry import FloatArray, Rectangle
from logreg_gui.views.labels import LabelSpace
from logreg_gui.views.layers import Layer, pixel_area
from logreg_gui.views.style import probability_color

FULL_SCORE = 6.0
"""Beyond this score a probability is within 0.25 % of 1 and the tint no longer changes visibly."""


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
        area = pixel_area(to_pixels, rectangle)
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


def _probability(score: float) -> float:
    return 0.5 + 0.5 * float(np.tanh(score / 2.0))
