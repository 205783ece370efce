"""The weights beside the values they should approach."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import FloatArray, Frame
from logreg_gui.views.panel import Panel, draw_fitted
from logreg_gui.views.style import Look

SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"


class WeightsPanel(Panel):
    """The weights now beside those at the maximum and those of the Bayes-optimal boundary."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Weights now, at the maximum and Bayes-optimal")

    def rows(self, frame: Frame) -> list[list[str]]:
        """The table's cells, the first row being the heading."""
        references = frame.data.references
        maximum = references.maximum_likelihood.weights if references is not None else None
        bayes = frame.data.bayes
        optimal = bayes.weights if bayes is not None and bayes.is_line else None
        names = ["intercept w₀"] + [f"w{SUBSCRIPTS[index]}" for index in range(1, len(frame.weights))]
        columns = (
            names,
            [notation.fixed(weight, 4) for weight in frame.weights],
            _reference_column(maximum, len(names), "none"),
            _reference_column(optimal, len(names), "none" if bayes is None else "curved"),
        )
        return [["weights", "now", "MLE", "Bayes"], *(list(cells) for cells in zip(*columns, strict=True))]

    def describe(self, frame: Frame) -> str:
        """The table in words, for those who do not see it."""
        heading, *rows = self.rows(frame)
        cells = (f"{row[0]}: {heading[1]} {row[1]}, {heading[2]} {row[2]}" for row in rows)
        return "; ".join(cells)

    def height_for(self, look: Look) -> int:
        return round(4 * 1.42 * look.base + 0.8 * look.gap)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        look = self.look
        painter.fillRect(self.rect(), look.color("window"))
        row = 1.42 * look.base
        shares = (0.28, 0.24, 0.24, 0.24)
        inks = ("muted", "boundary", "maximum", "bayes")
        usable = self.width() - 2.0 * look.gap
        for line, cells in enumerate(self.rows(frame)):
            left = float(look.gap)
            for column, text in enumerate(cells):
                width = shares[column] * usable
                painter.setFont(look.font(look.base, bold=line == 0 or column == 1))
                painter.setPen(look.color(inks[column]))
                alignment = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
                cell = QRectF(left, 0.4 * look.gap + line * row, width, row)
                draw_fitted(painter, cell, alignment | Qt.AlignmentFlag.AlignVCenter, text)
                left += width
            if line == 0:
                painter.setPen(QPen(look.color("edge"), 1.0))
                y = 0.4 * look.gap + row
                painter.drawLine(QPointF(look.gap, y), QPointF(self.width() - look.gap, y))


def _reference_column(weights: FloatArray | None, rows: int, instead: str) -> list[str]:
    if weights is None:
        return [instead] + [""] * (rows - 1)
    return [notation.fixed(weight, 4) for weight in weights]
