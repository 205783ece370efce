"""The right column: the likelihood curve, and below it numbers, equation and weights."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from logreg_gui.frames import Frame, RunStatus
from logreg_gui.views.coefficients import CoefficientsPanel
from logreg_gui.views.curve import CurveView
from logreg_gui.views.equation import MOST_MEANINGS, WHERE_EM, EquationPanel
from logreg_gui.views.numbers import NumbersPanel
from logreg_gui.views.style import Look
from logreg_gui.views.weights import MOST_ROWS, WeightsPanel

SMALLEST_CURVE, GOOD_CURVE = 9.0, 11.0
"""Least height of the likelihood curve, and that which is kept from luxuries, in type sizes."""

GOOD_BARS = 15.0
"""Height of the bars, in type sizes, from which on the equation is explained first."""


READING_SECONDS = 0.08
"""How long digits stand still while it trains: changed sixty times a second nobody could read them."""


class NumbersColumn(QWidget):
    """Shows frames; what would leave the curve too little room is shortened or put away.

    Up to three weights stand in a table, which goes first, and is not shown on the stage. More are bars,
    which are kept before the equation: they are what a lecture on penalties looks at.
    """

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._told: Frame | None = None
        self._told_at = -math.inf
        self.curve, self.numbers = CurveView(), NumbersPanel()
        self.equation, self.weights, self.coefficients = EquationPanel(), WeightsPanel(), CoefficientsPanel()
        self._look = Look()
        self._has_bars = False
        self._needed: object = None
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self.curve, 1)
        for panel in (self.numbers, self.equation, self.weights, self.coefficients):
            layout.addWidget(panel)
        self.coefficients.hide()

    def show_frame(self, frame: Frame) -> None:
        """Show this instant in all parts; text only as often as anybody can read it."""
        self.curve.show_frame(frame)
        if self._is_too_soon(frame):
            return
        self._told, self._told_at = frame, self._clock()
        self._has_bars = len(frame.weights) > MOST_ROWS
        weights = self.coefficients if self._has_bars else self.weights
        for view in (self.numbers, self.equation, weights):
            view.show_frame(frame)
        # Folding lays everything out anew: only when another model needs other heights.
        needed = (self._has_bars, *self._heights())
        if needed != self._needed:
            self._needed = needed
            self._fold()

    def _is_too_soon(self, frame: Frame) -> bool:
        """Whether the digits of the last frame have not stood long enough: while it trains, another comes."""
        told = self._told
        return (
            told is not None
            and frame.status is told.status is RunStatus.RUNNING
            and (frame.run, frame.model, frame.weight_names) == (told.run, told.model, told.weight_names)
            and self._clock() - self._told_at < READING_SECONDS
        )

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self._look = look
        for view in (self.curve, self.numbers, self.equation, self.weights, self.coefficients):
            view.set_look(look)
        self._fold()

    def _heights(self) -> tuple[int, ...]:
        look = self._look
        brief = self.equation.needed_height(look, 0)
        full = self.equation.needed_height(look, MOST_MEANINGS)
        bars = (self.coefficients.least_height(look), self.coefficients.height_for(look))
        return (self.numbers.height_for(look), brief, full, *bars)

    def _fold(self) -> None:
        # The numbers take one row or two, depending on their width: that has to be known first.
        self._layout.activate()
        base = self._look.base
        numbers, brief, full, least_bars, all_bars = self._heights()
        table = self.weights.height_for(self._look)
        room = self.height() - numbers - SMALLEST_CURVE * base
        has_bars = self._has_bars and least_bars <= room
        has_equation = (least_bars if has_bars else 0) + brief <= room
        room -= brief if has_equation else 0
        has_table = not self._has_bars and not self._look.stage and table <= room
        room -= table if has_table else 0
        luxury = room - (GOOD_CURVE - SMALLEST_CURVE) * base
        meanings = 0
        if has_equation:
            wanted_bars = max(least_bars, min(all_bars, GOOD_BARS * base)) if has_bars else 0
            meanings = self._fitting_meanings(brief, full, luxury - wanted_bars)
            luxury -= self.equation.needed_height(self._look, meanings) - brief
        self.equation.show_meanings(meanings)
        if has_bars:
            self.coefficients.setFixedHeight(int(max(least_bars, min(all_bars, luxury))))
        # What goes goes first: all of them at once could be more than the window is high, and stretch it.
        shown = ((self.equation, has_equation), (self.weights, has_table), (self.coefficients, has_bars))
        for panel, is_shown in sorted(shown, key=lambda pair: pair[1]):
            panel.setVisible(is_shown)

    def _fitting_meanings(self, brief: int, full: int, room: float) -> int:
        """How many lines on the equation's symbols fit."""
        if full - brief <= room:
            return MOST_MEANINGS
        return max(0, int(room / (WHERE_EM * self._look.base)))

    def minimumSizeHint(self) -> QSize:
        # Not what is shown now: most of that goes away when the window gets smaller.
        height = self.numbers.height_for(self._look) + 0.5 * SMALLEST_CURVE * self._look.base
        return QSize(super().minimumSizeHint().width(), round(height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()
