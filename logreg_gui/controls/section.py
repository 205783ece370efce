"""A part of the control column that can be folded away."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget


class Section(QWidget):
    """A heading that folds and unfolds what is below it."""

    fold_changed = Signal(bool)  # the user folded it (False) or unfolded it (True)

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
        self._heading.setMinimumHeight(24)
        self._heading.setToolTip(f"Fold or unfold “{title}”")

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(content)

        self._heading.toggled.connect(self._fold)
        self._heading.toggled.connect(self.fold_changed)
        self._fold(True)

    @property
    def title(self) -> str:
        """What the heading says."""
        return self._title

    @property
    def is_open(self) -> bool:
        """Whether what is below the heading can be seen."""
        return self._heading.isChecked()

    def show_open(self, is_open: bool) -> None:
        """Fold or unfold it, as it was left; never told as the user's doing."""
        with QSignalBlocker(self._heading):
            self._heading.setChecked(is_open)
        self._fold(is_open)

    def _fold(self, is_open: bool) -> None:
        self._heading.setText(f"{'▼' if is_open else '▶'}  {self._title}")
        self.content.setVisible(is_open)
