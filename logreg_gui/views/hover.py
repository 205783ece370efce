"""What the pointer is on, in words: a point and what the model says of it, or the probability of the place.

Everything is computed from the frame, with no word to the worker: on a straight boundary P(y = 1 | x) is the
sigmoid of the picture's score, exactly, and P of several classes with straight seams the softmax of theirs;
elsewhere it lies between four points of the picture's grid and is marked with a circa sign. Of models with
more inputs than the plane shows only the place is told: the other inputs of a point are not those of the
picture.

Over one input, P and predictions are exact where the score is a line, and marked with a circa sign elsewhere.

Symbols: p the probability of class 1, or with more classes that of the point's own; the share of a point is
its part of l(w), the log-likelihood summed over the training rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPen, QTransform
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import FitPicture, Frame, PlanePicture, Surface
from logreg_gui.views.geometry import Rectangle, row_points
from logreg_gui.views.label_space import LabelSpace
from logreg_gui.views.layers import Layer, pixel_area
from logreg_gui.views.style import Look

MOST_SEARCHED = 50_000
"""Rows up to which the nearest is looked for; beyond, points are drawn as a density anyhow."""

NEAR = 10.0
"""Pixels from a point's middle within which the pointer is on it; points may be smaller than that."""

SMALLEST_PROBABILITY = 1e-300


@dataclass(frozen=True)
class Story:
    """Lines of text about a place, and the point it is about, None for the plain plane."""

    lines: tuple[str, ...]
    place: tuple[float, float] | None = None


Tell = Callable[[Frame, float, float, tuple[float, float]], Story | None]
"""Finds what is to be told of a place."""


def story_at(frame: Frame, x: float, y: float, reach: tuple[float, float]) -> Story | None:
    """What is to be told of a place; `reach` is how far around it points count, along both axes."""
    if not isinstance(frame.picture, PlanePicture) or frame.data.sample.n_classes < 2:
        return None
    row = nearest_row(frame.data.sample.features, x, y, reach)
    if row is None:
        return Story(_of_place(frame, frame.picture, x, y))
    features = frame.data.sample.features[row]
    place = (float(features[0]), float(features[1]))
    return Story(_of_row(frame, frame.picture, row), place)


def nearest_row(features: NDArray[np.floating], x: float, y: float, reach: tuple[float, float]) -> int | None:
    """The row nearest to (x, y), in units of `reach`; None when it is farther or there are too many."""
    if len(features) > MOST_SEARCHED or not len(features):
        return None
    first = (features[:, 0].astype(np.float64) - x) / reach[0]
    second = (features[:, 1].astype(np.float64) - y) / reach[1]
    away = first * first + second * second
    row = int(np.argmin(away))
    return row if away[row] <= 1.0 else None


def probabilities_at(picture: PlanePicture, x: float, y: float) -> tuple[NDArray[np.float64], bool]:
    """The probabilities (K,) of a place, and whether they are exact; of least squares the prediction."""
    if picture.line is not None:
        score = float(picture.line[0] + picture.line[1] * x + picture.line[2] * y)
        one = 0.5 + 0.5 * math.tanh(0.5 * score) if picture.is_logistic else 0.5 + score
        return np.array([1.0 - one, one]), True
    if picture.scores is not None:
        heights = picture.scores @ (1.0, x, y)
        shares = np.exp(heights - heights.max())
        return shares / shares.sum(), True
    if picture.surface is None:
        return np.array([math.nan, math.nan]), False
    return interpolated(picture.surface, x, y), False


def interpolated(surface: Surface, x: float, y: float) -> NDArray[np.float64]:
    """The probabilities (K,) between the four nearest points of the grid, bilinear; at its edge outside."""
    left, right, bottom, top = surface.rectangle
    _, rows, columns = surface.probabilities.shape
    across = min(max((x - left) / (right - left) * (columns - 1), 0.0), columns - 1.0)
    up = min(max((y - bottom) / (top - bottom) * (rows - 1), 0.0), rows - 1.0)
    column, row = min(int(across), columns - 2), min(int(up), rows - 2)
    s, t = across - column, up - row
    corners = surface.probabilities[:, row : row + 2, column : column + 2].astype(np.float64)
    weights = np.array([[(1 - t) * (1 - s), (1 - t) * s], [t * (1 - s), t * s]])
    found: NDArray[np.float64] = (corners * weights).sum(axis=(1, 2))
    return found


def _of_place(frame: Frame, picture: PlanePicture, x: float, y: float) -> tuple[str, ...]:
    probabilities, is_exact = probabilities_at(picture, x, y)
    sign = "=" if is_exact else "≈"
    return _of_probabilities(frame, probabilities, sign, is_logistic=picture.is_logistic)


def _of_probabilities(
    frame: Frame, probabilities: NDArray[np.float64], sign: str, *, is_logistic: bool
) -> tuple[str, ...]:
    if len(probabilities) == 2:
        if not is_logistic:
            return (f"prediction {sign} {notation.fixed(float(probabilities[1]), 3)}",)
        return (f"P(y = 1 | x) {sign} {notation.fixed(float(probabilities[1]), 3)}",)
    names = frame.data.sample.class_names
    return tuple(
        f"P({name}) {sign} {notation.fixed(float(probability), 3)}"
        for name, probability in zip(names, probabilities, strict=True)
    )


def _of_row(frame: Frame, picture: PlanePicture, row: int) -> tuple[str, ...]:
    sample = frame.data.sample
    if sample.n_features > 2:
        return _head_of_row(frame, row)
    x, y = (float(value) for value in sample.features[row, :2])
    probabilities, is_exact = probabilities_at(picture, x, y)
    return (*_head_of_row(frame, row), *_numbers_of_row(frame, row, probabilities, is_exact=is_exact))


def _head_of_row(frame: Frame, row: int) -> tuple[str, ...]:
    sample = frame.data.sample
    kind = sample.class_names[int(sample.target[row])] if sample.n_classes else "point"
    numbers = [
        f"{name} {notation.significant(float(value), 4)}"
        for name, value in zip(sample.feature_names, sample.features[row], strict=True)
    ]
    if not sample.n_classes:
        numbers.append(f"y {notation.significant(float(sample.target[row]), 4)}")
    return f"{kind}{', test point' if _is_test(frame, row) else ''}", ", ".join(numbers)


def _numbers_of_row(
    frame: Frame, row: int, values: NDArray[np.float64], *, is_exact: bool
) -> tuple[str, ...]:
    """What the model says of a row, `values` being the probabilities (K,), or the prediction (1,)."""
    sample = frame.data.sample
    sign = "=" if is_exact else "≈"
    label = int(sample.target[row]) if sample.n_classes else 0
    is_pair, is_regression = len(values) == 2, not sample.n_classes
    shown = float(values[1 if is_pair else label])
    target = float(sample.target[row]) if is_pair or is_regression else 1.0
    if is_regression:
        name, residual = "ŷ", "y − ŷ"
    elif is_pair:
        name, residual = "p", "y − p"
    else:
        name, residual = f"P({sample.class_names[label]})", "1 − P"
    lines = (
        f"{name} {sign} {notation.fixed(shown, 4)}   {residual} {sign} {notation.fixed(target - shown, 4)}",
    )
    if _is_test(frame, row):
        return lines
    if frame.model.objective == "squared-error":
        # Not by a power, which raises an error where a product is infinite: while a run diverges.
        what, height = "−½ squared error", -0.5 * (target - shown) * (target - shown)
    else:
        what, height = "ℓ", math.log(max(float(values[label]), SMALLEST_PROBABILITY))
    text = f"{what} of this point {sign} {notation.fixed(height, 4)}"
    if frame.log_likelihood < 0.0 and math.isfinite(frame.log_likelihood):
        text += f", {notation.percent(height / frame.log_likelihood)}"
    return (*lines, text)


def _is_test(frame: Frame, row: int) -> bool:
    test_rows = frame.data.sample.test_rows
    return test_rows is not None and row in test_rows


# over one input


def fit_story_at(frame: Frame, x: float, y: float, reach: tuple[float, float]) -> Story | None:
    """What is to be told of a place over one input: of the row there, or of the fitted curves at its x."""
    if not isinstance(frame.picture, FitPicture):
        return None
    sample = frame.data.sample
    places = row_points(sample)[0] if sample.n_rows <= MOST_SEARCHED else np.empty((0, 2))
    row = nearest_row(places, x, y, reach)
    at = x if row is None else float(places[row, 0])
    values, is_exact = _fitted_at(frame, frame.picture, at)
    if row is None:
        where = f"{sample.feature_names[0]} {notation.significant(at, 3)}"
        return Story((where, *_of_curve(frame, values, "=" if is_exact else "≈")))
    lines = (*_head_of_row(frame, row), *_numbers_of_row(frame, row, values, is_exact=is_exact))
    return Story(lines, (float(places[row, 0]), float(places[row, 1])))


def _fitted_at(frame: Frame, picture: FitPicture, x: float) -> tuple[NDArray[np.float64], bool]:
    """The probabilities (K,) or the prediction (1,) at x, and whether they are exact.

    They are where the score is the weights times 1 and x; elsewhere they lie between two points of the curve.
    """
    model, is_regression = frame.model, not frame.data.sample.n_classes
    is_exact = model.degree == 1 and not model.standardise and model.objective != "softmax"
    if is_exact:
        value = float(frame.weights[-1]) * x + (float(frame.weights[0]) if model.intercept else 0.0)
        value = 0.5 + 0.5 * math.tanh(0.5 * value) if model.objective == "logistic" else value
        found = np.array([value])
    else:
        found = np.array([np.interp(x, picture.x, curve) for curve in picture.curves])
    if len(found) == 1 and not is_regression:
        found = np.array([1.0 - found[0], found[0]])
    return found, is_exact


def _of_curve(frame: Frame, values: NDArray[np.float64], sign: str) -> tuple[str, ...]:
    if not frame.data.sample.n_classes:
        return (f"prediction {sign} {notation.significant(float(values[0]), 4)}",)
    return _of_probabilities(frame, values, sign, is_logistic=frame.model.objective != "squared-error")


class HoverLayer(Layer):
    """The label beside the pointer, a ring around the point it is about, and the circle of a brush.

    Words are found when it is painted: as often as the picture, however often the pointer moves.
    """

    is_transient = True

    def __init__(self, space: LabelSpace, tell: Tell = story_at) -> None:
        super().__init__(70, space)
        self._tell = tell
        self._frame: Frame | None = None
        self._pointer: QPointF | None = None
        self._brush: tuple[float, int] = (0.0, -1)
        self._is_silent = False
        self.story: Story | None = None
        """What was told at the last painting."""

    def show_frame(self, frame: Frame) -> None:
        """Tell of this instant."""
        self._frame = frame
        if self._pointer is not None:
            self.update()

    def point_at(self, pointer: QPointF | None, *, is_silent: bool = False) -> None:
        """The pointer is at this pixel of the viewport, or away; `is_silent` while the hand is at work."""
        if pointer is not None or self._pointer is not None:
            self._pointer, self._is_silent = pointer, is_silent
            self.update()

    def show_brush(self, radius: float, index: int) -> None:
        """Draw a circle around the pointer, in the colour of a class or (-1) of none; radius 0: no circle."""
        self._brush = (radius, index)
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        self.story = None
        area = pixel_area(to_pixels, rectangle)
        if self._pointer is None or self._frame is None or not area.contains(self._pointer):
            return
        if self._brush[0] > 0.0:
            self._draw_brush(painter, self._pointer)
        if self._is_silent:
            return
        point = to_pixels.inverted()[0].map(self._pointer)
        reach = max(NEAR, 0.6 * self.look.point_size)
        self.story = self._tell(
            self._frame, point.x(), point.y(), (reach / abs(to_pixels.m11()), reach / abs(to_pixels.m22()))
        )
        if self.story is None:
            return
        if self.story.place is not None:
            centre = to_pixels.map(QPointF(*self.story.place))
            radius = 0.85 * self.look.point_size
            for name, width in (("plot", 0.45), ("boundary", 0.2)):
                painter.setPen(QPen(self.look.color(name), width * self.look.point_size))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(centre, radius, radius)
        draw_lines(painter, self.look, area, self._pointer, self.story.lines)

    def _draw_brush(self, painter: QPainter, centre: QPointF) -> None:
        radius, index = self._brush
        ink = self.look.class_color(index) if index >= 0 else self.look.color("boundary")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((self.look.color("plot"), 2.2), (ink, 1.0)):
            painter.setPen(QPen(color, width * self.look.secondary_width))
            painter.drawEllipse(centre, radius, radius)


class PointerWatch(QObject):
    """Tells where the pointer is on a viewport."""

    pointed = Signal(object)  # QPointF, or None when it has left

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self.pointed.emit(event.position())
        elif event.type() == QEvent.Type.Leave:
            self.pointed.emit(None)
        return False


def draw_lines(
    painter: QPainter, look: Look, area: QRectF, pointer: QPointF, lines: tuple[str, ...]
) -> QRectF:
    """Lines of text on a plate beside the pointer, inside the area; returns the plate."""
    font = look.font(look.base)
    metrics = QFontMetricsF(font)
    pad = 0.4 * look.base
    width = max(metrics.horizontalAdvance(line) for line in lines) + 2.0 * pad
    height = metrics.height() * len(lines) + 1.2 * pad
    away = 1.1 * look.base
    left = pointer.x() + away
    if left + width > area.right() - 3.0:
        left = pointer.x() - away - width
    top = pointer.y() + away
    if top + height > area.bottom() - 3.0:
        top = pointer.y() - away - height
    left = max(min(left, area.right() - width - 3.0), area.left() + 3.0)
    top = max(min(top, area.bottom() - height - 3.0), area.top() + 3.0)
    plate = QRectF(left, top, width, height)
    painter.setPen(QPen(look.color("edge"), 1.0))
    painter.setBrush(look.color("plot", 0.94))
    painter.drawRoundedRect(plate, pad, pad)
    painter.setPen(look.color("text"))
    painter.setFont(font)
    for number, line in enumerate(lines):
        row = QRectF(left + pad, top + 0.6 * pad + number * metrics.height(), width, metrics.height())
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line)
    return plate
