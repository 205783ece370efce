"""The weights, where there are few, beside the values that they should approach."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import FloatArray, Frame
from logreg_gui.views.panel import Panel, draw_fitted, draw_name
from logreg_gui.views.style import Look
from logreg_gui.views.wording import maximum_name, term_names

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

MOST_ROWS = 3
"""Weights that the table has room for."""


class WeightsPanel(Panel):
    """At most three weights now, beside those at the maximum and those of the Bayes-optimal boundary."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Weights now, at the maximum and Bayes-optimal")

    def rows(self, frame: Frame) -> list[list[str]]:
        """The table's cells, the first row being the heading."""
        best = frame.maximum.weights if frame.maximum is not None else None
        nothing = "…" if frame.maximum is None else ("unknown" if frame.maximum.is_unknown else "none")
        names = weight_rows(frame.weight_names, term_names(frame))
        columns = [
            ["weights", *names],
            ["now", *(notation.fixed(weight, 4) for weight in frame.weights)],
            [maximum_name(frame.model), *_reference_column(best, len(names), nothing)],
        ]
        bayes = frame.data.bayes
        if bayes is not None and is_comparable_to_bayes(frame):
            optimal = bayes.weights if bayes.is_line else None
            columns.append(["Bayes", *_reference_column(optimal, len(names), "curved")])
        return [list(cells) for cells in zip(*columns, strict=True)]

    def describe(self, frame: Frame) -> str:
        """The table in words, for those who do not see it."""
        heading, *rows = self.rows(frame)
        cells = (f"{row[0]}: {heading[1]} {row[1]}, {heading[2]} {row[2]}" for row in rows)
        return "; ".join(cells)

    def height_for(self, look: Look) -> int:
        return round((1 + MOST_ROWS) * 1.42 * look.base + 0.8 * look.gap)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        look = self.look
        painter.fillRect(self.rect(), look.color("window"))
        row = 1.42 * look.base
        table = self.rows(frame)
        # With three columns as with four: nothing moves when the Bayes-optimal weights come or go. Where
        # there never are any, names of columns have their room.
        shares = (0.28, 0.24, 0.24, 0.24) if frame.data.classes else (0.52, 0.24, 0.24)
        inks = ("muted", "boundary", "maximum", "bayes")
        usable = self.width() - 2.0 * look.gap
        for line, cells in enumerate(table):
            left = float(look.gap)
            for column, text in enumerate(cells):
                width = shares[column] * usable
                painter.setFont(look.font(look.base, bold=line == 0 or column == 1))
                painter.setPen(look.color(inks[column]))
                alignment = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
                cell = QRectF(left, 0.4 * look.gap + line * row, width, row)
                draw = draw_fitted if column else draw_name
                draw(painter, cell, alignment | Qt.AlignmentFlag.AlignVCenter, text)
                left += width
            if line == 0:
                painter.setPen(QPen(look.color("edge"), 1.0))
                y = 0.4 * look.gap + row
                painter.drawLine(QPointF(look.gap, y), QPointF(self.width() - look.gap, y))


def weight_rows(names: tuple[str, ...], terms: Mapping[str, str]) -> list[str]:
    """What the table calls the weights: intercept w₀, and the others as the terms of the score, w₁ x₁.

    `terms` says what the terms are called.
    """
    if any(":" in name for name in names):
        parts = [name.rpartition(": ") for name in names]
        return [f"{group}: {terms.get(term, term)}" for group, _, term in parts]
    first = 0 if names[:1] == ("intercept",) else 1
    symbols = ["w" + str(index).translate(SUBSCRIPTS) for index in range(first, first + len(names))]
    return [
        f"intercept {symbol}" if name == "intercept" else f"{symbol} {terms.get(name, name)}"
        for name, symbol in zip(names, symbols, strict=True)
    ]


def is_comparable_to_bayes(frame: Frame) -> bool:
    """Whether the weights multiply what those of the Bayes-optimal boundary multiply: 1, x₁ and x₂."""
    model = frame.model
    return (
        frame.weight_names == ("intercept", "x₁", "x₂")
        and model.objective == "logistic"
        and not model.standardise
    )


def _reference_column(weights: FloatArray | None, rows: int, instead: str) -> list[str]:
    if weights is None:
        return [instead] + [""] * (rows - 1)
    return [notation.fixed(weight, 4) for weight in weights]
