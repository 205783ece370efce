"""A line or two of small print."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget


class Remark(QLabel):
    """Words below a field that change by themselves: the space for them is always there."""

    def __init__(self, lines: int = 1, parent: QWidget | None = None) -> None:
        """Room is kept for so many `lines`; more are given room when they come."""
        super().__init__(parent)
        self._lines = lines
        self.setObjectName("remark")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)

    @property
    def _reserved(self) -> int:
        return self._lines * self.fontMetrics().lineSpacing()

    def heightForWidth(self, width: int) -> int:
        return max(super().heightForWidth(width), self._reserved)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(0, self._reserved))

    def minimumSizeHint(self) -> QSize:
        # Any width will do: the words are broken to fit.
        return QSize(0, self._reserved)
