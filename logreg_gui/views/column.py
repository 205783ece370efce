"""The right column: the likelihood curve, and below it numbers, equation and weights."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from logreg_gui.frames import Frame
from logreg_gui.views.curve import CurveView
from logreg_gui.views.equation import EquationPanel
from logreg_gui.views.numbers import NumbersPanel
from logreg_gui.views.style import Look
from logreg_gui.views.weights import WeightsPanel

SMALLEST_CURVE = 9.0
"""Least height of the likelihood curve, in type sizes."""


class NumbersColumn(QWidget):
    """Shows frames; what would leave the curve too little room is put away, the weights first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curve, self.numbers = CurveView(), NumbersPanel()
        self.equation, self.weights = EquationPanel(), WeightsPanel()
        self._look = Look()
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.curve, 1)
        for panel in (self.numbers, self.equation, self.weights):
            layout.addWidget(panel)

    def show_frame(self, frame: Frame) -> None:
        """Show this instant in all parts."""
        for view in (self.curve, self.numbers, self.equation, self.weights):
            view.show_frame(frame)

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self._look = look
        for view in (self.curve, self.numbers, self.equation, self.weights):
            view.set_look(look)
        self._fold()

    def _fold(self) -> None:
        # The numbers take one row or two, depending on their width: that has to be known first.
        self._layout.activate()
        look = self._look
        available = self.height() - self.numbers.height_for(look) - SMALLEST_CURVE * look.base
        equation, weights = self.equation.height_for(look), self.weights.height_for(look)
        self.equation.setVisible(equation <= available)
        self.weights.setVisible(not look.stage and equation + weights <= available)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()
