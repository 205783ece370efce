"""Many weights as bars, beside the values at the maximum: which are large, which have gone to exactly 0.

Rows are the terms of the feature map. With one set of weights there is one column of bars; with softmax one
column per class, in the class's colour. All columns have the same scale, from -reach to +reach.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import FloatArray, Frame
from logreg_gui.views.axis import fitting_text
from logreg_gui.views.copies import Backdrop
from logreg_gui.views.labels import glyph
from logreg_gui.views.panel import Panel, draw_fitted, draw_name
from logreg_gui.views.style import Look
from logreg_gui.views.wording import maximum_name, term_names

ROW_EM = 1.3
"""Height of a row with text, in type sizes."""

SMALLEST_ROW_EM, SMALLEST_ROW_EM_ON_STAGE = 0.3, 0.22
"""Least height of a row, in type sizes: large type leaves the curve little room beside it."""

HEAD_EM, FOOT_EM, CLASSES_EM = 1.6, 1.35, 1.35
"""Heights of the caption, of the scale below and, with several classes, of their names."""

WIDEST_NAME = 0.3
"""Share of the width that the names of the terms may take."""

VISIBLE = 10.0
"""The scale covers the maximum unless that would leave the longest bar shorter than this part of it."""

SHRINKING = 0.4
"""The scale gets smaller only when less than this share of it is needed."""


@dataclass(frozen=True, eq=False)
class Bars:
    """What is drawn: `values` and perhaps `best` (c, m) by column and term, their names, and the scale."""

    terms: tuple[str, ...]
    values: FloatArray
    best: FloatArray | None


class CoefficientsPanel(Panel):
    """All weights but the intercepts as bars, with a mark at the value that each has at the maximum."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reach = 0.0
        self._scale_of: object = None
        self._bars: Bars | None = None
        self._backdrop = Backdrop()
        self.setAccessibleName("Weights as bars, and their values at the maximum")

    @property
    def reach(self) -> float:
        """The largest value on the scale: 1, 2 or 5 times a power of ten."""
        return self._reach

    def show_frame(self, frame: Frame) -> None:
        self._bars = bars_of(frame)
        subject = (frame.run, frame.weight_names)
        if subject != self._scale_of:
            self._scale_of, self._reach = subject, 0.0
        self._reach = steady_reach(self._bars, self._reach)
        super().show_frame(frame)

    def set_look(self, look: Look) -> None:
        self.look = look
        self.update()

    def caption(self, frame: Frame) -> str:
        """How many weights have gone to 0, where a penalty makes them do so."""
        values = bars_of(frame).values
        if frame.model.penalty_value.l1 == 0.0:
            return ""
        return f"{int(np.count_nonzero(values == 0.0))} of {values.size} are exactly 0"

    def remarks(self, frame: Frame) -> tuple[str, ...]:
        """The caption, and before it, if there is room, where the intercepts are: no bars, but no secret.

        They are not penalised and have another unit, so that bars of theirs would say nothing beside these.
        """
        caption, intercepts = self.caption(frame), intercepts_of(frame)
        if not intercepts:
            return (caption,)
        is_one = len(intercepts) == 1
        where = f"intercept {notation.significant(intercepts[0])}" if is_one else "intercepts not shown"
        return f"{where}, {caption}".removesuffix(", "), caption

    def describe(self, frame: Frame) -> str:
        """The weights in words, for those who do not see them: the largest ones, and how many are 0."""
        bars = bars_of(frame)
        column, term = np.unravel_index(np.argsort(-np.abs(bars.values), axis=None)[:6], bars.values.shape)
        names = frame.data.sample.class_names if len(bars.values) > 1 else ("",)
        parts = [
            f"{names[k]} {bars.terms[j]}: {notation.significant(float(bars.values[k, j]))}".strip()
            for k, j in zip(column.tolist(), term.tolist(), strict=True)
        ]
        return "; ".join(part for part in (*parts, self.caption(frame)) if part)

    def height_for(self, look: Look) -> int:
        """The height with which every term has a row with text."""
        return self._height(look, ROW_EM)

    def least_height(self, look: Look) -> int:
        """The height below which the bars could not be told apart."""
        terms = 1 if self._bars is None else len(self._bars.terms)
        # A few rows with text rather than many stripes: what is too low for one name says nothing.
        smallest = SMALLEST_ROW_EM_ON_STAGE if look.stage else SMALLEST_ROW_EM
        return max(self._height(look, smallest), self._height(look, ROW_EM * min(3, terms) / terms))

    def _height(self, look: Look, row: float) -> int:
        terms = 1 if self._bars is None else len(self._bars.terms)
        classes = CLASSES_EM if self._bars is not None and len(self._bars.values) > 1 else 0.0
        return math.ceil((HEAD_EM + classes + FOOT_EM + row * terms) * look.base + look.gap)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        look, bars = self.look, self._bars
        if bars is None or not bars.terms:
            return
        is_split = len(bars.values) > 1
        top, row = self._rows(bars)
        columns = self._column_areas(bars, top, row)
        names = frame.data.sample.class_names if is_split else ()

        def draw_still(painter: QPainter) -> None:
            self._draw_names(painter, bars, top, row)
            for index, area in enumerate(columns):
                if is_split:
                    self._draw_class(painter, area, index, names[index])
                self._draw_scale(painter, area, has_numbers=self._has_numbers(area) or index == 0)

        key = (look, bars.terms, len(bars.values), names, self._reach)
        self._backdrop.draw(painter, self.rect(), look.color("window"), key, draw_still)
        self._draw_head(painter, frame)
        for index, area in enumerate(columns):
            ink = look.class_color(index) if is_split else look.color("accent")
            self._draw_bars(painter, bars, index, area, ink)
        if not is_split and self._has_values(row):
            self._draw_values(painter, bars, columns[0])

    def _rows(self, bars: Bars) -> tuple[float, float]:
        """Where the first row begins, and the height of a row."""
        look = self.look
        top = (HEAD_EM + (CLASSES_EM if len(bars.values) > 1 else 0.0)) * look.base
        room = self.height() - top - FOOT_EM * look.base - 0.5 * look.gap
        row = min(room / len(bars.terms), 1.6 * look.base)
        # The first name and the last one may be higher than their rows.
        overhang = max(0.0, 0.5 * (QFontMetricsF(look.font(look.base)).height() - row))
        if not overhang:
            return top, row
        return top + overhang, (room - 2.0 * overhang) / len(bars.terms)

    def _draw_head(self, painter: QPainter, frame: Frame) -> None:
        look = self.look
        cell = QRectF(look.gap, 0.0, self.width() - 2.0 * look.gap, HEAD_EM * look.base)
        painter.setFont(look.font(look.base, bold=True))
        painter.setPen(look.color("muted"))
        painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter, "weights")
        left = cell.left() + QFontMetricsF(painter.font()).horizontalAdvance("weights") + 1.2 * look.base
        if frame.maximum is not None and frame.maximum.weights is not None:
            # The key of the marks.
            middle = cell.center().y()
            painter.setPen(QPen(look.color("maximum"), self._mark_width()))
            painter.drawLine(QPointF(left, middle - 0.4 * look.base), QPointF(left, middle + 0.4 * look.base))
            painter.setFont(look.font(look.base))
            painter.setPen(look.color("maximum"))
            key = cell.adjusted(left - cell.left() + 0.5 * look.base, 0, 0, 0)
            painter.drawText(key, Qt.AlignmentFlag.AlignVCenter, maximum_name(frame.model))
            left = key.left() + QFontMetricsF(painter.font()).horizontalAdvance(maximum_name(frame.model))
        painter.setFont(look.font(look.base))
        painter.setPen(look.color("text"))
        alignment = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        room = cell.right() - left - 0.8 * look.base
        text = fitting_text(self.remarks(frame), QFontMetricsF(painter.font()).horizontalAdvance, room)
        painter.drawText(cell, alignment, text)

    def _column_areas(self, bars: Bars, top: float, row: float) -> list[QRectF]:
        look = self.look
        left = look.gap + self._name_width(bars) + 0.5 * look.base
        right = float(self.width() - look.gap)
        if len(bars.values) == 1 and self._has_values(row):
            right -= self._value_width() + 0.5 * look.base
        gap = 1.0 * look.base
        width = (right - left - gap * (len(bars.values) - 1)) / len(bars.values)
        height = row * len(bars.terms)
        return [QRectF(left + k * (width + gap), top, width, height) for k in range(len(bars.values))]

    def _name_width(self, bars: Bars) -> float:
        metrics = QFontMetricsF(self.look.font(self.look.base))
        widest = max(metrics.horizontalAdvance(name) for name in bars.terms)
        return min(widest, WIDEST_NAME * self.width())

    def _value_width(self) -> float:
        return QFontMetricsF(self.look.font(self.look.base)).horizontalAdvance("−0.000")

    def _has_values(self, row: float) -> bool:
        return row >= QFontMetricsF(self.look.font(self.look.base)).height()

    def _has_numbers(self, area: QRectF) -> bool:
        metrics = QFontMetricsF(self.look.font(self.look.base))
        needed = metrics.horizontalAdvance(f"{self._scale_text(-1)} 0 {self._scale_text(1)}")
        return needed + 1.2 * self.look.base <= area.width()

    def _draw_names(self, painter: QPainter, bars: Bars, top: float, row: float) -> None:
        look = self.look
        painter.setFont(look.font(look.base))
        painter.setPen(look.color("text"))
        height = QFontMetricsF(painter.font()).height()
        stride = max(1, math.ceil(height / row))
        width = self._name_width(bars)
        for term in range(0, len(bars.terms), stride):
            cell = QRectF(look.gap, top + (term + 0.5) * row - 0.5 * height, width, height)
            alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            draw_name(painter, cell, alignment, bars.terms[term])

    def _draw_class(self, painter: QPainter, area: QRectF, index: int, name: str) -> None:
        look = self.look
        size = 0.8 * look.base
        cell = QRectF(area.left(), HEAD_EM * look.base, area.width(), CLASSES_EM * look.base)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.class_color(index))
        painter.setFont(look.font(look.base, bold=True))
        width = QFontMetricsF(painter.font()).horizontalAdvance(name)
        # The mark alone says it where the name would have to be squeezed beyond reading.
        has_name = 0.7 * width <= cell.width() - 1.3 * size
        left = max(cell.left(), cell.center().x() - 0.5 * (1.3 * size + width)) if has_name else 0.0
        centre = left + 0.5 * size if has_name else cell.center().x()
        painter.drawPath(glyph(index, size, QPointF(centre, cell.center().y())))
        if has_name:
            painter.setPen(look.class_color(index))
            text = QRectF(left + 1.3 * size, cell.top(), cell.right() - left - 1.3 * size, cell.height())
            alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            draw_fitted(painter, text, alignment, name)

    def _draw_scale(self, painter: QPainter, area: QRectF, *, has_numbers: bool) -> None:
        look = self.look
        middle = area.center().x()
        painter.setPen(QPen(look.color("text", 0.15), 1.0))
        for share in (-1.0, -0.5, 0.5, 1.0):
            x = middle + 0.5 * share * area.width()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(QPen(look.color("edge"), look.secondary_width))
        painter.drawLine(QPointF(middle, area.top()), QPointF(middle, area.bottom()))
        if not has_numbers or not self._reach:
            return
        painter.setFont(look.font(look.base))
        painter.setPen(look.color("muted"))
        foot = QRectF(area.left(), area.bottom(), area.width(), FOOT_EM * look.base)
        texts = [(Qt.AlignmentFlag.AlignHCenter, "0")]
        if self._has_numbers(area):
            texts += [
                (Qt.AlignmentFlag.AlignLeft, self._scale_text(-1)),
                (Qt.AlignmentFlag.AlignRight, self._scale_text(1)),
            ]
        else:
            texts = [(Qt.AlignmentFlag.AlignHCenter, f"± {self._scale_text(1)}")]
        for alignment, text in texts:
            draw_fitted(painter, foot, alignment | Qt.AlignmentFlag.AlignVCenter, text)

    def _scale_text(self, sign: int) -> str:
        return notation.shortest(sign * self._reach, 3)

    def _draw_bars(self, painter: QPainter, bars: Bars, column: int, area: QRectF, ink: QColor) -> None:
        row = area.height() / len(bars.terms)
        thickness = max(2.0, min(0.62 * row, 0.8 * self.look.base))
        middle, most = area.center().x(), 0.5 * area.width()
        scale, best = most / (self._reach or 1.0), None if bars.best is None else bars.best[column].tolist()
        for term, value in enumerate(bars.values[column].tolist()):
            y = area.top() + (term + 0.5) * row
            if value != 0.0 and math.isfinite(value):
                length = min(max(value * scale, -most), most)
                # A weight that is not 0 never looks like one that is.
                length = math.copysign(max(abs(length), 1.5 + self.look.secondary_width), value)
                bar = QRectF(middle, y - 0.5 * thickness, length, thickness).normalized()
                painter.fillRect(bar, ink)
            if best is not None:
                self._draw_mark(painter, area, y, max(thickness, 0.75 * row), best[term])
            if value == 0.0:
                # On top of a mark at 0: that both are there is the point of a lasso.
                self._draw_zero(painter, QPointF(middle, y), row, ink)

    def _draw_zero(self, painter: QPainter, centre: QPointF, row: float, ink: QColor) -> None:
        radius = max(2.0, min(0.36 * row, 0.34 * self.look.base))
        painter.setPen(QPen(ink, max(1.2, 0.32 * radius)))
        painter.setBrush(self.look.color("window"))
        painter.drawEllipse(centre, radius, radius)

    def _draw_mark(self, painter: QPainter, area: QRectF, y: float, height: float, value: float) -> None:
        look = self.look
        share = value / self._reach if self._reach else 0.0
        x = area.center().x() + 0.5 * area.width() * share
        ink = look.color("maximum")
        if abs(share) <= 1.0 + 1e-9:
            ends = QPointF(x, y - 0.5 * height), QPointF(x, y + 0.5 * height)
            width = self._mark_width()
            painter.setPen(QPen(look.color("window"), width + 2.0, c=Qt.PenCapStyle.FlatCap))
            painter.drawLine(*ends)
            painter.setPen(QPen(ink, width, c=Qt.PenCapStyle.FlatCap))
            painter.drawLine(*ends)
            return
        # Beyond the scale: an arrowhead at its end.
        side = math.copysign(1.0, share)
        tip = area.center().x() + 0.5 * area.width() * side
        half = 0.5 * min(height, 0.8 * look.base)
        corners = [
            QPointF(tip, y),
            QPointF(tip - side * half, y - half),
            QPointF(tip - side * half, y + half),
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF(corners))

    def _mark_width(self) -> float:
        return 1.4 * self.look.secondary_width

    def _draw_values(self, painter: QPainter, bars: Bars, area: QRectF) -> None:
        look = self.look
        painter.setFont(look.font(look.base))
        painter.setPen(look.color("text"))
        row = area.height() / len(bars.terms)
        right = self.width() - look.gap
        width = self._value_width()
        decimals = int(np.clip(3 - math.ceil(math.log10(self._reach or 1.0)), 0, 4))
        for term, value in enumerate(bars.values[0].tolist()):
            cell = QRectF(right - width, area.top() + term * row, width, row)
            text = "0" if value == 0.0 else notation.fixed(value, decimals)
            alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            draw_fitted(painter, cell, alignment, text)


def bars_of(frame: Frame) -> Bars:
    """The weights without the intercepts, by class and term."""
    groups = [name.rpartition(": ") for name in frame.weight_names]
    classes = len({group for group, _, _ in groups})
    names = [name for _, _, name in groups][: len(groups) // classes]
    is_term = np.array([name != "intercept" for name in names], dtype=np.bool_)

    def by_class(weights: FloatArray) -> FloatArray:
        rows: FloatArray = weights.reshape(classes, -1)[:, is_term]
        return rows

    best = None if frame.maximum is None or frame.maximum.weights is None else frame.maximum.weights
    return Bars(
        terms=tuple(term_names(frame).values()),
        values=by_class(frame.weights),
        best=None if best is None else by_class(best),
    )


def intercepts_of(frame: Frame) -> tuple[float, ...]:
    """Those of all classes, or the one there is; () for a model without."""
    named = zip(frame.weight_names, frame.weights.tolist(), strict=True)
    return tuple(weight for name, weight in named if name.rpartition(": ")[2] == "intercept")


def steady_reach(bars: Bars, previous: float) -> float:
    """The end of the scale: 1, 2 or 5 times a power of ten, the `previous` one while it serves.

    It covers all weights, and the maximum too, unless the bars would be lost beside it.
    """
    longest = _largest(bars.values)
    farthest = 0.0 if bars.best is None else _largest(bars.best)
    needed = max(longest, farthest if longest == 0.0 else min(farthest, VISIBLE * longest))
    if needed == 0.0 or not math.isfinite(needed):
        return previous
    if SHRINKING * previous <= needed <= previous:
        return previous
    return _rounded_up(needed)


def _largest(values: FloatArray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))


def _rounded_up(value: float) -> float:
    exponent = math.floor(math.log10(value)) - 1
    while True:
        for digit in (1, 2, 5):
            # Written and read: the product of a digit and a power of ten is not always the nearest number.
            step = float(f"{digit}e{exponent}")
            if step >= value:
                return step
        exponent += 1
