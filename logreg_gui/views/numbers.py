"""The numbers that the room must read."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent

from logreg_gui import notation
from logreg_gui.frames import Frame
from logreg_gui.views.panel import Panel
from logreg_gui.views.style import Look

WIDEST = ("10,000", "−00,000.00", "0.00×10⁻⁰⁰", "100.0 %")
"""What each tile has room for, so that nothing moves while the digits change."""

SMALLEST_SHRINK = 0.86
"""How much smaller the tiles may be set for the sake of one row, but not on the stage."""

ROUNDING = 1e-9
"""A gap to the maximum below this share of it is rounding noise."""


class NumbersPanel(Panel):
    """Step, log-likelihood and its distance to the maximum, gradient norm, accuracy."""

    def tiles(self, frame: Frame) -> list[tuple[str, str, str]]:
        """Caption, value and remark of each tile."""
        wrong = round((1.0 - frame.accuracy) * frame.data.dataset.n_rows)
        return [
            ("step t", notation.whole(frame.step), f"of {notation.whole(frame.stop_step)}"),
            ("log-likelihood", notation.log_likelihood(frame.log_likelihood), gap_remark(frame)),
            ("gradient norm", notation.significant(frame.gradient_norm), ""),
            ("accuracy", notation.percent(frame.accuracy), f"{notation.whole(wrong)} wrong"),
        ]

    def height_for(self, look: Look) -> int:
        return round(self._row_height(look) * (4 // self._columns(look)))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        look = self.look
        painter.fillRect(self.rect(), look.color("window"))
        columns = self._columns(look)
        widths = self._widths(look)[:columns] if columns == 4 else [1.0, 1.0]
        # Spare room is shared out; when there is too little, everything is set smaller alike.
        usable = self.width() - 2.0 * look.gap
        scale = usable / sum(widths)
        shrink = min(1.0, scale) if columns == 4 else min(1.0, usable / (2.0 * max(self._widths(look))))
        for index, (caption, value, remark) in enumerate(self.tiles(frame)):
            row, column = divmod(index, columns)
            left = look.gap + scale * sum(widths[:column])
            self._tile(painter, left, row * self._row_height(look), shrink, caption, value, remark)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self.height_for(self.look))

    def _row_height(self, look: Look) -> float:
        return 2.75 * look.base + 1.3 * look.key

    def _columns(self, look: Look) -> int:
        least = 1.0 if look.stage else SMALLEST_SHRINK
        return 4 if sum(self._widths(look)) * least <= self.width() - 2.0 * look.gap else 2

    def _widths(self, look: Look) -> list[float]:
        small, large = QFontMetricsF(look.font(look.base)), QFontMetricsF(look.font(look.key, bold=True))
        captions = ("step t", "log-likelihood", "gradient norm", "accuracy")
        return [
            max(small.horizontalAdvance(caption), large.horizontalAdvance(value)) + 1.2 * look.gap
            for caption, value in zip(captions, WIDEST, strict=True)
        ]

    def _tile(
        self, painter: QPainter, left: float, top: float, shrink: float, caption: str, value: str, remark: str
    ) -> None:
        look = self.look
        for text, size, bold, ink in (
            (caption, look.base, False, "muted"),
            (value, look.key, True, "text"),
            (remark, look.base, False, "muted"),
        ):
            painter.setFont(look.font(size * shrink, bold=bold))
            painter.setPen(look.color(ink))
            area = QRectF(left, top + 0.1 * look.base, self.width() - left, 1.25 * size)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
            top += 1.25 * size


def gap_remark(frame: Frame) -> str:
    """How far below the maximum, in words, or why there is none."""
    references, gap = frame.data.references, frame.gap_to_maximum
    if references is None:
        return "maximum: computing"
    if gap is None:
        return "no maximum"
    if gap <= ROUNDING * max(abs(frame.log_likelihood), 1.0):
        return "at the maximum"
    return f"{notation.significant(gap)} below max"
