"""A part of the control column that can be folded away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget


class Section(QWidget):
    """A heading that folds and unfolds what is below it."""

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self._title = title
        self._heading = QToolButton()
        self._heading.setObjectName("heading")
        self._heading.setCheckable(True)
        self._heading.setChecked(True)
        self._heading.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._heading.setAccessibleName(title)
        self._heading.setToolTip(f"Fold or unfold “{title}”")

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(content)

        self._heading.toggled.connect(self._fold)
        self._fold(True)

    def _fold(self, is_open: bool) -> None:
        self._heading.setText(f"{'▼' if is_open else '▶'}  {self._title}")
        self.content.setVisible(is_open)
