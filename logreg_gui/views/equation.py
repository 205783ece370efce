"""The update of the weights: in symbols, and with the numbers of this step."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QByteArray, QPointF, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import Frame, ModelSpec
from logreg_gui.views.formulas import Formula, formula_of
from logreg_gui.views.panel import Panel
from logreg_gui.views.style import Look

MOST_NUMBERS = 3
"""Weights that are written out as vectors."""

MOST_MEANINGS = 9
"""More lines than any formula needs to say what its symbols mean."""

ROW_EM, WHERE_EM = 1.32, 1.6
"""Heights of a row of numbers and of a line of symbols, in type sizes."""

Column = list[str] | str


class EquationPanel(Panel):
    """The update in symbols, set by ziamath, and below it with the numbers of this step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QPixmap | None = None
        self._picture_key: object = None
        self._may_typeset = False
        self._next_line = QTimer(self)
        self._next_line.setSingleShot(True)
        self._next_line.setInterval(0)
        self._next_line.timeout.connect(self._set_next_line)
        self._meanings = MOST_MEANINGS
        self.setAccessibleName("Update of the weights")

    def typeset(self) -> None:
        """Set the symbols. Called once the window is on the screen: loading ziamath takes a while."""
        self._may_typeset = True
        self.update()

    def finish(self) -> None:
        """Set at once what is still to be set: a picture will be taken."""
        while self._may_typeset and (line := self._line_to_set()) is not None:
            set_line(line)
            self.update()

    def show_frame(self, frame: Frame) -> None:
        super().show_frame(frame)
        self._fit_height()

    def show_meanings(self, lines: int) -> None:
        """Say in so many lines, as far as there are some, what the symbols mean."""
        if lines != self._meanings:
            self._meanings = lines
            self._fit_height()
            self.update()

    def describe(self, frame: Frame) -> str:
        """The numbers in words, for those who do not see them."""
        if len(frame.weights) > MOST_NUMBERS:
            return step_line(frame)
        return f"next weights {', '.join(notation.column(frame.next_weights))}"

    def height_for(self, look: Look) -> int:
        return self.needed_height(look, self._meanings)

    def needed_height(self, look: Look, meanings: int) -> int:
        """The height with so many lines on the symbols."""
        count = MOST_NUMBERS if self.frame is None else len(self.frame.weights)
        rows = count if count <= MOST_NUMBERS else 1
        return round(self._head(look, meanings) + rows * ROW_EM * look.base + 1.2 * look.gap)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        if self._may_typeset:
            picture = self._symbols(self._formula(), painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(self.look.gap, 0.0), picture)
        top = self._head(self.look, self._meanings)
        if len(frame.weights) <= MOST_NUMBERS:
            self._numbers(painter, frame, top)
            return
        painter.setFont(self.look.font(self.look.base))
        painter.setPen(self.look.color("text"))
        row = QRectF(self.look.gap, top, self.width() - 2.0 * self.look.gap, ROW_EM * self.look.base)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, step_line(frame))

    def _head(self, look: Look, meanings: int) -> float:
        """Height of the symbols."""
        lines = len(self._formula().where[:meanings])
        return 1.75 * look.key + (lines * WHERE_EM + (0.2 if lines else 0.0)) * look.base

    def _formula(self) -> Formula:
        return formula_of(ModelSpec() if self.frame is None else self.frame.model)

    def _fit_height(self) -> None:
        height = self.height_for(self.look)
        if height != self.height():
            self.setFixedHeight(height)

    def _lines(self, formula: Formula) -> tuple[str, ...]:
        return (formula.update, *formula.where[: self._meanings])

    def _line_to_set(self) -> str | None:
        return next((line for line in self._lines(self._formula()) if not is_set(line)), None)

    def _set_next_line(self) -> None:
        """One at a time: a formula of five lines takes 0.15 s, and the hand may want something else."""
        line = self._line_to_set()
        if line is not None:
            set_line(line)
            self.update()

    def _symbols(self, formula: Formula, ratio: float) -> QPixmap:
        lines = self._lines(formula)
        if self.isVisible():
            known = tuple(is_set(line) for line in lines)
            if not all(known):
                self._next_line.start()
        else:
            # Nobody waits for it, and nobody would see it completed.
            known = (True,) * len(lines)
        key = (lines, known, self.look, self.width(), ratio)
        if self._picture is None or self._picture_key != key:
            shown = [line if is_known else "" for line, is_known in zip(lines, known, strict=True)]
            self._picture, self._picture_key = self._render(shown, ratio), key
        return self._picture

    def _render(self, lines: Sequence[str], ratio: float) -> QPixmap:
        """The lines one below the other, the first larger; an empty one leaves its room."""
        look = self.look
        width, height = self.width() - 2.0 * look.gap, self._head(look, self._meanings)
        picture = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 0.0
        for index, latex in enumerate(lines):
            size, room = (look.base, WHERE_EM * look.base) if index else (1.15 * look.key, 1.75 * look.key)
            if latex:
                _draw_line(painter, latex, size, QRectF(0.0, top, width, room), look)
            top += room
        painter.end()
        return picture

    def _numbers(self, painter: QPainter, frame: Frame, top: float) -> None:
        look = self.look
        columns = number_columns(frame)
        rows = len(frame.weights)
        font = look.font(look.base)
        metrics = QFontMetricsF(font)
        row = ROW_EM * look.base
        bracket, gap = 0.75 * look.base, 0.36 * look.base
        # Columns as wide as the longest number they are likely to hold, so that they stand still while it
        # trains.
        number = metrics.horizontalAdvance("−0.0000")
        widths = [
            metrics.horizontalAdvance(column)
            if isinstance(column, str)
            else max(number, *(metrics.horizontalAdvance(text) for text in column)) + 2 * bracket
            for column in columns
        ]
        needed = sum(widths) + gap * (len(columns) - 1)
        scale = min(1.0, (self.width() - 2 * look.gap) / needed)
        painter.save()
        painter.setFont(font)
        painter.translate(look.gap, top)
        painter.scale(scale, scale)
        left = 0.0
        for column, width in zip(columns, widths, strict=True):
            if isinstance(column, str):
                painter.setPen(look.color("accent" if "·" in column else "text"))
                painter.drawText(QRectF(left, 0, width + 1, rows * row), Qt.AlignmentFlag.AlignCenter, column)
            else:
                self._vector(painter, left, width, row, bracket, column)
            left += width + gap
        painter.restore()

    def _vector(
        self, painter: QPainter, left: float, width: float, row: float, bracket: float, texts: list[str]
    ) -> None:
        height = row * len(texts)
        painter.setPen(QPen(self.look.color("text"), max(1.4, 0.09 * self.look.base)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for edge, inward in ((left + 1.0, 1.0), (left + width - 1.0, -1.0)):
            parenthesis = QPainterPath(QPointF(edge + inward * bracket, 0.0))
            parenthesis.quadTo(edge - inward * 0.8 * bracket, height / 2, edge + inward * bracket, height)
            painter.drawPath(parenthesis)
        painter.setPen(self.look.color("text"))
        for index, text in enumerate(texts):
            cell = QRectF(left + bracket, index * row, width - 2.1 * bracket, row)
            painter.drawText(cell, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def number_columns(frame: Frame) -> list[Column]:
    """The vectors of this step and the signs between them.

    next = now + learning rate · gradient where an optimizer does just that, else next = now + change.
    """
    now, after = notation.column(frame.weights), notation.column(frame.next_weights)
    model = frame.model
    is_plain = model.optimizer == "gradient-ascent" and model.penalty_value.l1 == 0.0
    if is_plain and frame.learning_rate is not None:
        rate = notation.shortest(frame.learning_rate, 4)
        return [after, "=", now, "+", f"{rate} ·", notation.column(frame.gradient)]
    return [after, "=", now, "+", notation.column(frame.next_weights - frame.weights)]


def step_line(frame: Frame) -> str:
    """How far the next step goes, where there are too many weights to write them out."""
    length = float(np.linalg.norm(frame.next_weights - frame.weights))
    return f"{len(frame.weights)} weights, ‖Δw‖ = {notation.significant(length)}"


def _draw_line(painter: QPainter, latex: str, size: float, room: QRectF, look: Look) -> None:
    """Symbols at the left of `room`, in the middle of its height, smaller than `size` if they must be."""
    renderer = QSvgRenderer(QByteArray(svg_of(latex, look.theme.text, look.theme.accent)))
    set_size, share = renderer.viewBoxF().size(), size / SET_SIZE
    natural = (set_size - QSizeF(2.0 * RIM, 2.0 * RIM)) * share + QSizeF(2.0 * RIM, 2.0 * RIM)
    scale = min(1.0, room.width() / natural.width(), room.height() / natural.height())
    middle = room.top() + 0.5 * (room.height() - natural.height() * scale)
    # The rim stays a pixel wide.
    inset = RIM * (1.0 - share) * scale
    place = QRectF(QPointF(inset, middle + inset), set_size * share * scale)
    renderer.render(painter, place)


SET_SIZE = 100.0
"""Symbols are set once at this size in pixels, and drawn at any other."""

RIM = 1.0
"""Pixels around the symbols, at any size that they are set in."""

INK, ACCENT_INK = "#010203", "#040506"
"""Stand for the colours of text and accent until it is drawn."""


def svg_of(latex: str, ink: str, accent: str) -> bytes:
    """The symbols as a picture in these colours, `SET_SIZE` pixels large."""
    return set_line(latex).replace(INK.encode(), ink.encode()).replace(ACCENT_INK.encode(), accent.encode())


def is_set(latex: str) -> bool:
    """Whether a line is at hand: to set one takes 10 to 50 ms."""
    return latex in _svgs


def set_line(latex: str) -> bytes:
    """The symbols in stand-ins of the colours; kept, for the program knows a hundred lines."""
    if latex not in _svgs:
        _svgs[latex] = _set(latex)
    return _svgs[latex]


_svgs: dict[str, bytes] = {}


def _set(latex: str) -> bytes:
    with warnings.catch_warnings():
        # It opens its font by a call that Python 3.11 calls deprecated, as it is imported.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath  # 0.1 s that the first picture need not wait for

    # Qt's SVG renderer draws nothing for the <symbol> elements that ziamath writes by default.
    ziamath.config.svg2 = False
    formula = ziamath.Latex(latex.replace("ACCENT", ACCENT_INK), size=SET_SIZE, color=INK)
    return str(formula.svg()).encode()
