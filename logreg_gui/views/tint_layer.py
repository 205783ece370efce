"""The background of the plane: P(y = 1 | x) as a tint of the class colours, and the grid."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QLinearGradient, QPainter, QTransform

from logreg_gui.frames import PlanePicture, Surface
from logreg_gui.views.copies import Grid
from logreg_gui.views.field import field_image
from logreg_gui.views.geometry import Rectangle, tamed
from logreg_gui.views.label_space import LabelSpace
from logreg_gui.views.layers import Layer, grid_pixels, pixel_area
from logreg_gui.views.style import Look, probability_color

FULL_SCORE = 6.0
"""Beyond this score a probability is within 0.25 % of 1 and the tint no longer changes visibly."""

FULL_PREDICTION = 0.5
"""A least squares fit of 1 lies so far above its boundary; beyond it the tint is that of 1."""

STOPS = 25
"""Colours of the gradient; between two of them it is linear."""

LARGEST_TINT = 2_000
"""Pixels along either side of the smoothly scaled tint."""

COARSENESS = 3
"""Pixels of the picture per pixel of the smoothly scaled tint, which has no edges that would show it."""


class TintLayer(Layer):
    """The background coloured by P(y = 1 | x), and the grid.

    With linear features the probability depends on one direction only, so the tint is one linear gradient: no
    field is computed, and the cost does not depend on the number of colours.
    """

    def __init__(self, space: LabelSpace) -> None:
        super().__init__(-100, space)
        self._weights: tuple[float, float, float] | None = None
        self._is_logistic = True
        self._surface: Surface | None = None
        self._image: QImage | None = None
        self._gradient: QLinearGradient | None = None
        self._grid: tuple[Sequence[float], Sequence[float]] = ((), ())
        self._lines = Grid(is_smooth=False)

    def show_picture(self, picture: PlanePicture) -> None:
        """Colour by what a model says."""
        if picture.is_logistic != self._is_logistic:
            self._gradient = None
        self._is_logistic = picture.is_logistic
        weights = tamed(picture.line)
        self._weights = None if weights is None else tuple(weights.tolist())
        if picture.surface is not self._surface:
            self._surface, self._image = picture.surface, None
        self.update()

    def set_look(self, look: Look) -> None:
        self._image = self._gradient = None
        super().set_look(look)

    def show_grid(self, first: Sequence[float], second: Sequence[float]) -> None:
        """Draw grid lines at these coordinates of x1 and x2."""
        self._grid = (first, second)
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._surface is None:
            painter.fillRect(area, self._brush(to_pixels, rectangle))
        else:
            self._draw_surface(painter, to_pixels, area, self._surface)
        columns, rows = grid_pixels(self._grid, to_pixels)
        self._lines.draw(painter, self.look.color("text", 0.10), columns, rows, area)

    def _draw_surface(self, painter: QPainter, to_pixels: QTransform, area: QRectF, surface: Surface) -> None:
        if self._image is None:
            self._image = field_image(self.look, surface.probabilities)
        left, right, bottom, top = surface.rectangle
        rows, columns = surface.probabilities.shape[1:]
        # The outermost grid points are on the sides of the rectangle, but in the middles of the outermost
        # pixels.
        aside, above = (right - left) / (columns - 1) / 2, (top - bottom) / (rows - 1) / 2
        covered = pixel_area(to_pixels, (left - aside, right + aside, bottom - above, top + above))
        # Scaled smoothly at once the same picture takes twice as long.
        size = QSize(*(max(1, round(length / COARSENESS)) for length in (covered.width(), covered.height())))
        if max(size.width(), size.height()) > LARGEST_TINT:
            size = self._image.size()  # a stale picture, seen from much nearer; the next one is on its way
        smooth = self._image.scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.setClipRect(area)
        painter.drawImage(covered, smooth)
        painter.setClipping(False)

    def _brush(self, to_pixels: QTransform, rectangle: Rectangle) -> QBrush:
        if self._weights is None:
            return QBrush(self.look.color("plot"))
        left, right, bottom, top = rectangle
        x, y = 0.5 * (left + right), 0.5 * (bottom + top)
        intercept, first, second = self._weights
        score = intercept + (first * x + second * y)
        # The score as a linear function of pixels: its gradient is that in data units divided by pixels per
        # unit.
        across, down = first / to_pixels.m11(), second / to_pixels.m22()
        full = FULL_SCORE if self._is_logistic else FULL_PREDICTION
        # Steeper within half a pixel its ends would be one point, and Qt would fill all with one colour.
        steepness = math.hypot(across, down) / (4.0 * full)
        if steepness > 1.0:
            score, across, down = score / steepness, across / steepness, down / steepness
        squared = across * across + down * down
        if squared * (right - left) ** 2 * to_pixels.m11() ** 2 < 1e-12:
            return QBrush(probability_color(self.look, self._probability(score)))
        centre_x = to_pixels.m11() * x + to_pixels.dx()
        centre_y = to_pixels.m22() * y + to_pixels.dy()
        gradient = self._current_gradient(full)
        start, stop = ((target - score) / squared for target in (-full, full))
        gradient.setStart(centre_x + start * across, centre_y + start * down)
        gradient.setFinalStop(centre_x + stop * across, centre_y + stop * down)
        return QBrush(gradient)

    def _current_gradient(self, full: float) -> QLinearGradient:
        """The colours from the score -full to full; the same at every frame of a run."""
        if self._gradient is None:
            self._gradient = QLinearGradient()
            self._gradient.setStops(
                [
                    (place, probability_color(self.look, self._probability((2.0 * place - 1.0) * full)))
                    for place in np.linspace(0.0, 1.0, STOPS).tolist()
                ]
            )
        return self._gradient

    def _probability(self, score: float) -> float:
        if self._is_logistic:
            return 0.5 + 0.5 * float(np.tanh(score / 2.0))
        return min(max(0.5 + score, 0.0), 1.0)
