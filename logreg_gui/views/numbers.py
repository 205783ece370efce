"""The numbers that the room must read."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
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


class NumbersPanel(Panel):
    """Step, log-likelihood with its penalty and its gap to the maximum, gradient norm, accuracy or R²."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[Tile] = []

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
        super().show_frame(frame)
        self._tiles = self.tiles(frame)
        height = self.height_for(self.look)
        if height != self.height():
            self.setFixedHeight(height)

    def height_for(self, look: Look) -> int:
        return round(sum(self._row_heights(look)))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        look = self.look
        painter.fillRect(self.rect(), look.color("window"))
        columns = self._columns(look)
        widths = self._widths(look)[:columns] if columns == 4 else [1.0, 1.0]
        # Spare room is shared out; when there is too little, everything is set smaller alike.
        usable = self.width() - 2.0 * look.gap
        scale = usable / sum(widths)
        shrink = min(1.0, scale) if columns == 4 else min(1.0, usable / (2.0 * max(self._widths(look))))
        heights = self._row_heights(look)
        for index, tile in enumerate(self._tiles):
            row, column = divmod(index, columns)
            left = look.gap + scale * sum(widths[:column])
            width = scale * widths[column] - 0.5 * look.gap
            self._tile(painter, QPointF(left, sum(heights[:row])), width, shrink, tile)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self.height_for(self.look))

    def _row_heights(self, look: Look) -> list[float]:
        lines = [tile.lines for tile in self._tiles] or [1] * 4
        columns = self._columns(look)
        rows = [lines[first : first + columns] for first in range(0, len(lines), columns)]
        return [(1.5 + 1.25 * max(row)) * look.base + 1.3 * look.key for row in rows]

    def _columns(self, look: Look) -> int:
        least = 1.0 if look.stage else SMALLEST_SHRINK
        return 4 if sum(self._widths(look)) * least <= self.width() - 2.0 * look.gap else 2

    def _widths(self, look: Look) -> list[float]:
        return [
            max(text_width(caption, look.base), text_width(value, look.key, bold=True)) + 1.2 * look.gap
            for caption, value in zip(WIDEST_CAPTIONS, WIDEST, strict=True)
        ]

    def _tile(self, painter: QPainter, corner: QPointF, width: float, shrink: float, tile: Tile) -> None:
        look = self.look
        top = corner.y() + 0.1 * look.base
        # A remark may be longer than its tile: there is none beside it.
        long = self.width() - 0.5 * look.gap - corner.x()
        for text, size, bold, ink, room in (
            (tile.caption, look.base, False, "muted", width),
            (tile.value, look.key, True, "text", width),
            *((remark, look.base, False, "muted", long) for remark in tile.remark.split("\n") if remark),
        ):
            painter.setFont(look.font(size * shrink, bold=bold))
            painter.setPen(look.color(ink))
            area = QRectF(corner.x(), top, room, 1.25 * size)
            known = text_width(text, round(size * shrink), bold=bold)
            draw_fitted(painter, area, Qt.AlignmentFlag.AlignVCenter, text, known)
            top += 1.25 * size


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
