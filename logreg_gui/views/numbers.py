"""The numbers that the room must read."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from logreg_gui.frames import Frame
from logreg_gui.views import formatting
from logreg_gui.views.panel import Panel
from logreg_gui.views.style import Look


class NumbersPanel(Panel):
    """Step, log-likelihood and its distance to the maximum, gradient norm, accuracy."""

    def tiles(self, frame: Frame) -> list[tuple[str, str, str]]:
        """Caption, value and remark of each tile."""
        gap = frame.gap_to_maximum
        if gap is not None:
            remark = f"{formatting.significant(max(gap, 0.0))} below max"
        elif frame.data.references is None:
            remark = "maximum: computing"
        else:
            remark = "no maximum"
        wrong = round((1.0 - frame.accuracy) * frame.data.dataset.n_rows)
        return [
            ("step t", formatting.whole(frame.step), f"of {formatting.whole(frame.stop_step)}"),
            ("log-likelihood", formatting.log_likelihood(frame.log_likelihood), remark),
            ("gradient norm", formatting.significant(frame.gradient_norm), ""),
            ("accuracy", formatting.percent(frame.accuracy), f"{formatting.whole(wrong)} wrong"),
        ]

    def height_for(self, look: Look) -> int:
        return round(2.75 * look.base + 1.3 * look.key)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        look = self.look
        painter.fillRect(self.rect(), look.color("window"))
        tiles = self.tiles(frame)
        small, large = look.font(look.base), look.font(look.key, bold=True)
        # Room by need, so that a long log-likelihood is not squeezed beside a short step number.
        needs = [
            max(
                QFontMetricsF(small).horizontalAdvance(caption),
                QFontMetricsF(large).horizontalAdvance(value),
                QFontMetricsF(small).horizontalAdvance(remark),
                4.0 * look.base,
            )
            for caption, value, remark in tiles
        ]
        available = self.width() - 2 * look.gap
        scale = min(1.0, (available - 3 * look.gap) / sum(needs))
        spare = max(0.0, available - sum(needs) * scale) / len(tiles)
        left = float(look.gap)
        for (caption, value, remark), need in zip(tiles, needs, strict=True):
            width = need * scale
            self._tile(painter, left, width, caption, value, remark)
            left += width + spare

    def _tile(
        self, painter: QPainter, left: float, width: float, caption: str, value: str, remark: str
    ) -> None:
        look = self.look
        lines = (
            (caption, look.font(look.base), "muted", 1.25 * look.base),
            (value, look.font(look.key, bold=True), "text", 1.25 * look.key),
            (remark, look.font(look.base), "muted", 1.25 * look.base),
        )
        top = 0.1 * look.base
        for text, font, ink, height in lines:
            metrics = QFontMetricsF(font)
            painter.save()
            painter.setFont(font)
            painter.setPen(look.color(ink))
            painter.translate(left, top)
            needed = metrics.horizontalAdvance(text)
            if needed > width:
                painter.scale(width / needed, 1.0)
            painter.drawText(
                QRectF(0, 0, max(needed, width) + 1, height), Qt.AlignmentFlag.AlignVCenter, text
            )
            painter.restore()
            top += height
