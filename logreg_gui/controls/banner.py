"""A line of the layout that says what went wrong.

It takes no room while there is nothing to say, and never covers anything.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget


class Banner(QFrame):
    """A sentence and a way to put it away."""

    dismissed = Signal()  # the user has read it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setText("✕")
        self._close.setToolTip("Put this message away")
        self._close.setAccessibleName("Put this message away")
        layout = QHBoxLayout(self)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._close)
        self._close.clicked.connect(self._dismiss)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, empty when it is away."""
        return self._label.text()

    def show_text(self, text: str) -> None:
        """Say something; empty text puts it away."""
        if text != self._label.text():
            self._label.setText(text)
            self.setAccessibleName(text)
        self.setVisible(bool(text))

    def _dismiss(self) -> None:
        self.show_text("")
        self.dismissed.emit()
