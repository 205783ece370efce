"""Axes that can be read from the last row: few numbers, none cut, none touching another or the name."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from logreg_gui import notation
from logreg_gui.views.style import Look

_UNITS = ((1e12, 1e12, "T"), (1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))
"""From which magnitude on, divided by what, and the unit; four digits are still written out."""

_ROUNDING = 1e-9
"""Share of a number by which rounding may have moved it."""

_MINOR_PARTS = {1: 5, 2: 2, 5: 5}
"""Into how many parts the small ticks divide one spacing, by its first digit."""


class PlotAxis(pg.AxisItem):
    """An axis with at most `most` numbers; `whole` when there is nothing between two whole numbers.

    Its ticks reach into the plot, which is painted sixty times a second, its numbers do not: they are drawn
    only when some of their room is painted.
    """

    # Set on the class: pyqtgraph's constructor calls the methods below.
    _texts: tuple[str, ...] = ()
    _overhang = 15
    _text_room = math.inf

    def __init__(self, orientation: str, *, most: int = 12, whole: bool = False) -> None:
        super().__init__(orientation)
        self._most = most
        self._smallest = 1.0 if whole else 0.0
        self._lines: list[tuple[QPen, list[QLineF]]] = []
        """The axis and its ticks, those of one pen together."""
        self._numbers_area = QRectF()
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # tells what is painted
        self.enableAutoSIPrefix(False)
        self.setStyle(maxTickLevel=1, maxTextLevel=0)

    def set_look(self, look: Look, texts: Sequence[str], widest: str) -> None:
        """Take font and colours, the first of `texts` that fits as name, and room for the number `widest`."""
        font = look.font(look.base)
        self.prepareGeometryChange()
        self._overhang = 3 * look.base
        self._texts = tuple(texts)
        self.setStyle(tickFont=font, tickTextOffset=round(0.35 * look.base), tickLength=-4)
        self.setTextPen(look.color("text"))
        self.setPen(look.pen("edge", 1.2))
        self.setLabel(self.labelText, color=look.theme.text, **{"font-size": f"{look.base}px"})
        self._fit_label()
        if self.orientation == "left":
            self._text_room = QFontMetricsF(font).horizontalAdvance(widest) + 2
            self.setWidth(math.ceil(self._label_depth() + self._text_room + 0.35 * look.base))
        else:
            self.setHeight(round(look.base * 3.0))

    def _fit_label(self) -> None:
        if not self._texts or self.label is None:
            return
        metrics = QFontMetricsF(self.style["tickFont"])
        own = self.size()
        length = own.height() if self.orientation == "left" else own.width()
        text = fitting_text(self._texts, metrics.horizontalAdvance, length)
        if text != self.labelText:
            # Without the style pyqtgraph keeps the one it has.
            self.setLabel(text)

    def _label_depth(self) -> float:
        # pyqtgraph lets the label, whose text has a margin of 4 pixels all round, stick out by 5 pixels.
        return max(0.0, float(self.label.boundingRect().height()) - 5.0 - 2.0)

    def _plot_length(self) -> float | None:
        """Pixels of the plot along the axis; None for an axis that belongs to none."""
        view = self.linkedView()
        if view is None:
            return None
        return float(view.height() if self.orientation == "left" else view.width())

    def _has_room(self, values: list[float], spacing: float, pixels: float) -> bool:
        # The largest type size is the distance at which two numbers read as two.
        metrics = QFontMetricsF(self.style["tickFont"] or QFont())
        if self.orientation == "left":
            return metrics.height() <= pixels
        widths = [metrics.horizontalAdvance(text) for text in tick_strings(values, spacing)]
        gap = 0.6 * metrics.height()
        return all((one + other) / 2 + gap <= pixels for one, other in pairwise(widths))

    def draw_ticks(self, painter: QPainter) -> None:
        """Draw the axis without its numbers."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for pen, lines in self._lines:
            painter.setPen(pen)
            painter.drawLines(lines)

    # Overrides of pyqtgraph's methods, with its names.

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        span = maxVal - minVal
        # Not `size`, which differs by two pixels between axis and grid: both must choose the same spacing.
        length = self._plot_length() or size
        if not span > 0.0 or not length > 0.0:
            return []

        def fits(spacing: float) -> bool:
            values = tick_values(minVal, maxVal, spacing)
            return len(values) <= self._most and self._has_room(values, spacing, length * spacing / span)

        major = nice_spacing(span, self._most, self._smallest, fits)
        minor = major / _MINOR_PARTS[int(f"{major:e}"[0])]
        return [(major, 0.0), (minor, 0.0)] if minor >= self._smallest else [(major, 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return tick_strings([value * scale for value in values], spacing * scale)

    def boundingRect(self) -> QRectF:
        # pyqtgraph leaves out the number that sticks out of this: the last one, and any that is too wide.
        margin = self._overhang
        return QRectF(super().boundingRect()).adjusted(-margin, -margin, margin, margin)

    def drawPicture(
        self,
        p: QPainter,
        axisSpec: tuple[QPen, QPointF, QPointF],
        tickSpecs: Sequence[tuple[QPen, QPointF, QPointF]],
        textSpecs: list[tuple[QRectF, int, str]],
    ) -> None:
        for pen, begin, end in (axisSpec, *tickSpecs):
            if not self._lines or self._lines[-1][0] != pen:
                self._lines.append((QPen(pen), []))
            self._lines[-1][1].append(on_pixels(begin, end))
        rooms = (rect for rect, _, _ in textSpecs)
        self._numbers_area = reduce(QRectF.united, rooms, QRectF()).adjusted(-2.0, -2.0, 2.0, 2.0)
        is_wide = [self.orientation == "left" and rect.width() > self._text_room for rect, _, _ in textSpecs]
        specs = list(zip(textSpecs, is_wide, strict=True))
        # Of the picture the texts alone: the lines are drawn beside it.
        nothing = QPen(Qt.PenStyle.NoPen), *axisSpec[1:]
        super().drawPicture(p, nothing, [], [spec for spec, wide in specs if not wide])
        # Squeezed rather than written over the axis's name.
        for rect, flags, text in (spec for spec, wide in specs if wide):
            p.save()
            p.translate(rect.right(), rect.top())
            p.scale(self._text_room / rect.width(), 1.0)
            p.drawText(QRectF(-rect.width(), 0.0, rect.width(), rect.height()), int(flags), text)
            p.restore()

    def paint(self, p: QPainter, opt: QStyleOptionGraphicsItem, widget: QWidget) -> None:
        if self.picture is None:
            self._lines.clear()
        # Without a picture pyqtgraph makes it, by `drawPicture`.
        if self.picture is None or opt.exposedRect.intersects(self._numbers_area):
            super().paint(p, opt, widget)
        self.draw_ticks(p)

    def resizeEvent(self, ev: object = None) -> None:
        self._fit_label()
        super().resizeEvent(ev)
        # pyqtgraph has an index touch the edge of the plot; a closed axis has no name any more.
        if self.orientation == "bottom" and self.label is not None:
            self.label.moveBy(0.0, -2.0)


def on_pixels(begin: QPointF, end: QPointF) -> QLineF:
    """The line through the middles of the pixels it runs over, so that all ticks are equally thick."""
    x0, y0, x1, y1 = begin.x(), begin.y(), end.x(), end.y()
    if x0 == x1:
        x0 = x1 = math.floor(x0) + 0.5
    if y0 == y1:
        y0 = y1 = math.floor(y0) + 0.5
    return QLineF(x0, y0, x1, y1)


def style_axis(axis: PlotAxis, look: Look, text: str, *, short: str = "", widest: str = "−0.5") -> None:
    """Give an axis the look's font and colours, and a fixed size: no number then shifts the plot.

    `short` names the axis where `text` is longer than the axis; `widest` is the widest number likely on it.
    """
    axis.set_look(look, (text, short) if short else (text,), widest)


def set_margins(plot: pg.PlotWidget, look: Look, right: float) -> None:
    """Room above the plot and, in type sizes, to its right, where the last number of an axis sticks out."""
    plot.getPlotItem().layout.setContentsMargins(0, round(0.55 * look.base), round(right * look.base), 0)


def major_ticks(axis: pg.AxisItem, low: float, high: float, pixels: float) -> list[float]:
    """Where the axis has its numbers."""
    levels = axis.tickValues(low, high, pixels)
    return [float(value) for value in levels[0][1]] if levels else []


def fitting_text(texts: Sequence[str], width: Callable[[str], float], room: float) -> str:
    """The first of `texts`, the longest first, that is not wider than `room`; the last one if none fits."""
    return next((text for text in texts if width(text) <= room), texts[-1])


def nice_spacing(span: float, most: int, smallest: float, fits: Callable[[float], bool]) -> float:
    """The smallest of 1, 2 and 5 times a power of ten, from `smallest` on, that fits.

    When none up to ten times the `span` does, the first one beyond that: an axis without numbers.
    """
    exponent = math.floor(math.log10(span / most))
    while True:
        for digit in (1, 2, 5):
            # Written and read: the product of a digit and a power of ten is not always the nearest number.
            spacing = float(f"{digit}e{exponent}")
            if spacing >= smallest and (fits(spacing) or spacing > 10.0 * span):
                return spacing
        exponent += 1


def tick_values(low: float, high: float, spacing: float) -> list[float]:
    """The multiples of `spacing` from `low` to `high`, both included when they are one."""
    first = math.ceil(low / spacing - _ROUNDING)
    last = math.floor(high / spacing + _ROUNDING)
    return [index * spacing for index in range(first, last + 1)]


def tick_strings(values: Sequence[float], spacing: float) -> list[str]:
    """The numbers of an axis, in one unit, from 10,000 up in thousands; no zeros at the end of decimals.

    Numbers that would need more than six decimals, or beyond 9,999 T, are written with a power of ten.
    """
    largest = max((abs(value) for value in values), default=0.0) * (1.0 + _ROUNDING)
    divisor, unit = next(((by, unit) for least, by, unit in _UNITS if largest >= least), (1.0, ""))
    # One decimal more than a spacing of 1, 2 or 5 needs; it goes away with the zeros.
    decimals = max(0, 1 - math.floor(math.log10(spacing / divisor)))
    if decimals > 7 or largest >= 1e16:
        digits = 1 + max(0, math.ceil(math.log10(max(largest / spacing, 1.0))))
        return [notation.shortest(_rounded(value, spacing), digits) for value in values]
    return [_tick_string(value / divisor, decimals, unit) for value in values]


def _tick_string(value: float, decimals: int, unit: str) -> str:
    text = notation.fixed(value, decimals)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if text == "0" else text + unit


def _rounded(value: float, spacing: float) -> float:
    """Zero where rounding has left a trace of the spacing."""
    return 0.0 if abs(value) < _ROUNDING * spacing else value
