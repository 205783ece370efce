"""Words that explain a field."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from logreg_gui.controls.steady_label import SteadyLabel


class Remark(SteadyLabel):
    """Words below a field that change by themselves: the space for them is always there."""

    def __init__(self, lines: int = 1, parent: QWidget | None = None) -> None:
        """Room is kept for so many `lines`; more are given room when they come."""
        super().__init__("remark", parent)
        self._lines = lines
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def _reserved(self) -> int:
        return self._lines * self._label.fontMetrics().lineSpacing()

    def heightForWidth(self, width: int) -> int:
        return max(self._label.heightForWidth(width), self._reserved)

    def minimumSizeHint(self) -> QSize:
        # Any width will do: the words are broken to fit.
        return QSize(0, self._reserved)

    def _wanted(self) -> QSize:
        return QSize(0, self.heightForWidth(self.width()) if self.width() else self._reserved)
