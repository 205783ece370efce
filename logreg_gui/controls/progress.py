"""A line that says what is under way, with a way to leave it; shown only when it takes a while."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

PATIENCE_MS = 300
"""What takes less is over before anybody has read about it."""


class ProgressLine(QFrame):
    """Says what is being done; whoever holds it shows it between `due` and `over`."""

    due = Signal()  # it has taken long enough to be told
    over = Signal()  # it is done, or was left
    cancelled = Signal()  # the user does not want to wait for it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("progress")
        self._label = QLabel()
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bar = QProgressBar()
        bar.setRange(0, 0)  # how far it is cannot be known
        bar.setTextVisible(False)
        bar.setAccessibleName("under way")
        self._cancel = QPushButton("Cancel")
        self._cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._cancel.setToolTip("Leave it, and keep what there was")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PATIENCE_MS)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(self._label, 3)
        layout.addWidget(bar, 1)
        layout.addWidget(self._cancel)
        self._is_due = False
        self._timer.timeout.connect(self._tell)
        self._cancel.clicked.connect(self.cancelled)

    @property
    def text(self) -> str:
        """What is under way."""
        return self._label.text()

    @property
    def is_due(self) -> bool:
        """Whether something has been under way for a while."""
        return self._is_due

    def begin(self, text: str) -> None:
        """Something is under way; it is told if it is not over soon."""
        self._label.setText(text)
        self.setAccessibleName(text)
        self._timer.start()

    def show_text(self, text: str) -> None:
        """Say how far it is."""
        self._label.setText(text)

    def end(self) -> None:
        """It is over."""
        self._timer.stop()
        self._is_due = False
        self.over.emit()

    def _tell(self) -> None:
        self._is_due = True
        self.due.emit()
