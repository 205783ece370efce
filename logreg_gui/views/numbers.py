"""The numbers that the room must read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import Frame
from logreg_gui.views.panel import Panel, draw_fitted, text_width
from logreg_gui.views.style import Look
from logreg_gui.views.wording import value_name

WIDEST = ("10,000", "−00,000.00", "0.00×10⁻⁰⁰", "100.0 %")
"""What each tile has room for, so that nothing moves while the digits change."""

WIDEST_CAPTIONS = ("step t", "log-likelihood", "gradient norm", "accuracy")

SMALLEST_SHRINK = 0.86
"""How much smaller the tiles may be set for the sake of one row, but not on the stage."""

ROUNDING = 1e-9
"""A gap to the maximum below this share of it is rounding noise."""


class Tile(NamedTuple):
    """A number with its caption above and a remark of some lines below."""

    caption: str
    value: str
    remark: str

    @property
    def lines(self) -> int:
        """Lines of the remark; one is always kept free."""
        return 1 + self.remark.count("\n")


class Line(NamedTuple):
    """A text of a tile, the room it has, where its ink may be, and how it looks.

    `width` is that of the text, which may be narrowed to its room.
    """

    area: QRectF
    pixels: QRect
    text: str
    width: float
    size: float
    bold: bool
    ink: str


@lru_cache(maxsize=64)
def line_at(
    left: float, top: int, room: float, height: int, text: str, size: float, bold: bool, ink: str
) -> Line:
    """The line with that text there; most say at a frame what they said at the last one."""
    width = text_width(text, round(size), bold=bold)
    # Letters may reach beyond their room on the sides, but not up and down: see `line_height`.
    first, last = math.floor(left) - 2, math.ceil(left + min(room, width)) + 2
    pixels = QRect(first, top, last - first, height)
    return Line(QRectF(left, top, room, height), pixels, text, width, size, bold, ink)


def line_height(size: float) -> int:
    """Whole rows of pixels that hold a text of that size with all that reaches up and down."""
    return math.ceil(1.25 * size)


class TileGrid(NamedTuple):
    """Left edge and width of every column of tiles, and how much smaller their texts are set."""

    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    shrink: float


class NumbersPanel(Panel):
    """Step, log-likelihood with its penalty and its gap to the maximum, gradient norm, accuracy or R².

    Of a frame only the texts that have changed are painted.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[Tile] = []
        self._lines: list[Line] = []
        self._known: tuple[Look, int, TileGrid] | None = None

    def tiles(self, frame: Frame) -> list[Tile]:
        """Caption, value and remark of each tile."""
        return [
            Tile("step t", notation.whole(frame.step), f"of {notation.whole(frame.stop_step)}"),
            Tile(
                value_name(frame.model),
                notation.log_likelihood(frame.log_likelihood),
                "\n".join(value_remarks(frame)),
            ),
            Tile("gradient norm", notation.significant(frame.gradient_norm), ""),
            quality_tile(frame),
        ]

    def show_frame(self, frame: Frame) -> None:
        if self.frame is None:
            self.update()  # also the ground, which has another colour now
        self.frame, self._tiles = frame, self.tiles(frame)
        height = self.height_for(self.look)
        if height != self.height():
            self.setFixedHeight(height)
        before, self._lines = self._lines, self._laid_out()
        # Those of before that are gone or other now, and those that are new.
        for line in (*_without(before, self._lines), *_without(self._lines, before)):
            self.update(line.pixels)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        self._lines = self._laid_out()

    def height_for(self, look: Look) -> int:
        return sum(self._row_heights(look))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        painter.fillRect(self.rect(), self.look.color("window"))
        for line in self._lines:
            if self.exposed.intersects(line.pixels):
                painter.setFont(self.look.font(line.size, bold=line.bold))
                painter.setPen(self.look.color(line.ink))
                draw_fitted(painter, line.area, Qt.AlignmentFlag.AlignVCenter, line.text, line.width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self.height_for(self.look))
        self._lines = self._laid_out()

    def _laid_out(self) -> list[Line]:
        grid, heights, lines = self._grid(self.look), self._row_heights(self.look), []
        for index, tile in enumerate(self._tiles):
            row, column = divmod(index, len(grid.lefts))
            top = sum(heights[:row]) + round(0.1 * self.look.base)
            lines += self._lines_of(tile, grid.lefts[column], top, grid.widths[column], grid.shrink)
        return lines

    def _lines_of(self, tile: Tile, left: float, top: int, width: float, shrink: float) -> list[Line]:
        look, lines = self.look, []
        # A remark may be longer than its tile: there is none beside it.
        long = self.width() - 0.5 * look.gap - left
        for text, size, bold, ink, room in (
            (tile.caption, look.base, False, "muted", width),
            (tile.value, look.key, True, "text", width),
            *((remark, look.base, False, "muted", long) for remark in tile.remark.split("\n")),
        ):
            if text:
                lines.append(line_at(left, top, room, line_height(size), text, size * shrink, bold, ink))
            top += line_height(size)
        return lines

    def _row_heights(self, look: Look) -> list[int]:
        lines = [tile.lines for tile in self._tiles] or [1] * 4
        columns = len(self._grid(look).lefts)
        rows = [lines[first : first + columns] for first in range(0, len(lines), columns)]
        small, large, air = line_height(look.base), line_height(look.key), round(0.25 * look.base)
        return [small * (1 + max(row)) + large + air for row in rows]

    def _grid(self, look: Look) -> TileGrid:
        """Found once for a width and a look: it is asked for at every frame."""
        if self._known is None or self._known[0] is not look or self._known[1] != self.width():
            self._known = look, self.width(), tile_grid(look, self.width())
        return self._known[2]


def tile_grid(look: Look, width: float) -> TileGrid:
    """Where tiles stand in a panel of that width: four in a row, or two."""
    widths = [
        max(text_width(caption, look.base), text_width(value, look.key, bold=True)) + 1.2 * look.gap
        for caption, value in zip(WIDEST_CAPTIONS, WIDEST, strict=True)
    ]
    usable = width - 2.0 * look.gap
    # Spare room is shared out; when there is too little, everything is set smaller alike.
    if sum(widths) * (1.0 if look.stage else SMALLEST_SHRINK) <= usable:
        shares, shrink = widths, min(1.0, usable / sum(widths))
    else:
        shares, shrink = [1.0, 1.0], min(1.0, usable / (2.0 * max(widths)))
    scale = usable / sum(shares)
    lefts = tuple(look.gap + scale * sum(shares[:column]) for column in range(len(shares)))
    return TileGrid(lefts, tuple(scale * share - 0.5 * look.gap for share in shares), shrink)


def _without(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line not in others]


def value_remarks(frame: Frame) -> list[str]:
    """Below the log-likelihood: what is climbed if that is another number, its gap, and the test's value."""
    remarks = []
    if frame.has_penalty:
        remarks.append(f"F {notation.log_likelihood(frame.penalised)}")
    remarks.append(gap_remark(frame))
    if frame.test_log_likelihood is not None:
        # The frame has it per row, times the training rows; the number is the sum that numpy gives.
        sample = frame.data.sample
        test = frame.test_log_likelihood * sample.n_test / (sample.n_rows - sample.n_test)
        remarks.append(f"test {notation.log_likelihood(test)}")
    return remarks


def gap_remark(frame: Frame) -> str:
    """How far F lies below its maximum, in words, or why there is none."""
    maximum, gap = frame.maximum, frame.gap_to_maximum
    if maximum is None:
        return "maximum: computing"
    if maximum.is_unknown:
        return "max unknown"
    if gap is None:
        return "max not unique" if "not unique" in maximum.reason else "no maximum"
    if gap <= ROUNDING * max(abs(frame.penalised), 1.0):
        return "at the maximum"
    return f"{notation.significant(gap)} below max"


def quality_tile(frame: Frame) -> Tile:
    """The share of rows with the right class, or for a regression of variance that is explained."""
    if frame.accuracy is None:
        test = "" if frame.test_r2 is None else f"test {notation.fixed(frame.test_r2, 3)}"
        return Tile("R²", "" if frame.r2 is None else notation.fixed(frame.r2, 3), test)
    sample = frame.data.sample
    wrong = round((1.0 - frame.accuracy) * (sample.n_rows - sample.n_test))
    remarks = [f"{notation.whole(wrong)} wrong"]
    if frame.test_accuracy is not None:
        remarks.append(f"test {notation.percent(frame.test_accuracy)}")
    return Tile("accuracy", notation.percent(frame.accuracy), "\n".join(remarks))
