"""The weights, where there are few, beside the values that they should approach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import FloatArray, Frame
from logreg_gui.views.copies import Backdrop
from logreg_gui.views.panel import Panel, draw_fitted, draw_name
from logreg_gui.views.style import Look
from logreg_gui.views.wording import maximum_name, term_names

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

MOST_ROWS = 3
"""Weights that the table has room for."""

ROW_EM = 1.42
"""Height of a row, in type sizes."""

NOW = 1
"""The column of the weights now."""

INKS = ("muted", "boundary", "maximum", "bayes")
"""The colours of the columns."""


class WeightsPanel(Panel):
    """At most three weights now, beside those at the maximum and those of the Bayes-optimal boundary."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._backdrop = Backdrop()
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
        return round((1 + MOST_ROWS) * ROW_EM * look.base + 0.8 * look.gap)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        table = self.rows(frame)
        still = [[text for column, text in enumerate(cells) if column != NOW] for cells in table]
        # With three columns as with four: nothing moves when the Bayes-optimal weights come or go. Where
        # there never are any, names of columns have their room.
        shares = (0.28, 0.24, 0.24, 0.24) if frame.data.classes else (0.52, 0.24, 0.24)
        key, ground = (self.look, still, table[0][NOW], shares), self.look.color("window")
        self._backdrop.draw(
            painter, self.rect(), ground, key, lambda painter: self._draw_still(painter, table, shares)
        )
        for line, cells in enumerate(table[1:], start=1):
            self._draw_cell(painter, line, NOW, cells[NOW], shares)
        painter.setPen(QPen(self.look.color("edge"), 1.0))
        gap, y = self.look.gap, 0.4 * self.look.gap + ROW_EM * self.look.base
        painter.drawLine(QPointF(gap, y), QPointF(self.width() - gap, y))

    def _draw_still(self, painter: QPainter, table: Sequence[Sequence[str]], shares: Sequence[float]) -> None:
        """All texts but the weights now."""
        for line, cells in enumerate(table):
            for column, text in enumerate(cells):
                if line == 0 or column != NOW:
                    self._draw_cell(painter, line, column, text, shares)

    def _draw_cell(
        self, painter: QPainter, line: int, column: int, text: str, shares: Sequence[float]
    ) -> None:
        look, row, usable = self.look, ROW_EM * self.look.base, self.width() - 2.0 * self.look.gap
        painter.setFont(look.font(look.base, bold=line == 0 or column == NOW))
        painter.setPen(look.color(INKS[column]))
        alignment = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        left = look.gap + usable * sum(shares[:column])
        cell = QRectF(left, 0.4 * look.gap + line * row, shares[column] * usable, row)
        draw = draw_fitted if column else draw_name
        draw(painter, cell, alignment | Qt.AlignmentFlag.AlignVCenter, text)


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
