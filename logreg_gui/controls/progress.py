"""A line that says what is under way, with a way to leave it; shown only when it takes a while."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

PATIENCE_MS = 300
"""What takes less is over before anybody has read about it."""


class ProgressLine(QFrame):
    """Says what is under way, of several things the last; whoever holds it shows it while one `is_due`.

    Each thing has a key, by which it is told from the others.
    """

    due = Signal()  # something has taken long enough to be told
    over = Signal()  # something is done, or was left
    cancelled = Signal(str)  # the key of what is shown: the user does not want to wait for it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("progress")
        self._texts: dict[str, str] = {}
        self._timers: dict[str, QTimer] = {}
        self._label = QLabel()
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bar = QProgressBar()
        bar.setRange(0, 0)  # how far it is cannot be known
        bar.setTextVisible(False)
        bar.setAccessibleName("under way")
        self._cancel = QPushButton("Cancel")
        self._cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._cancel.setToolTip("Leave it, and keep what there was")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(self._label, 3)
        layout.addWidget(bar, 1)
        layout.addWidget(self._cancel)
        self._cancel.clicked.connect(self._leave)

    @property
    def text(self) -> str:
        """What is shown, or was last."""
        return self._label.text()

    @property
    def is_due(self) -> bool:
        """Whether something has been under way for a while."""
        return bool(self._shown())

    def begin(self, key: str, text: str) -> None:
        """Something is under way; it is told if it is not over soon."""
        if key in self._texts:
            self.show_text(key, text)
        else:
            self._texts[key] = text
            self._patience(key).start()

    def show_text(self, key: str, text: str) -> None:
        """Say how far it is, if it is under way."""
        if key in self._texts:
            self._texts[key] = text
            if key == self._shown():
                self._label.setText(text)

    def end(self, key: str) -> None:
        """It is over, if it was under way."""
        if key in self._texts:
            del self._texts[key]
            self._timers[key].stop()
            self._show()
            self.over.emit()

    def _patience(self, key: str) -> QTimer:
        if key not in self._timers:
            self._timers[key] = timer = QTimer(self)
            timer.setSingleShot(True)
            timer.setInterval(PATIENCE_MS)
            timer.timeout.connect(self._tell)
        return self._timers[key]

    def _tell(self) -> None:
        self._show()
        self.due.emit()

    def _show(self) -> None:
        key = self._shown()
        if key:
            self._label.setText(self._texts[key])
            self.setAccessibleName(self._texts[key])

    def _shown(self) -> str:
        """The key of what has begun last of all that is due, or empty."""
        return next((key for key in reversed(self._texts) if not self._timers[key].isActive()), "")

    def _leave(self) -> None:
        key = self._shown()
        if key:
            self.cancelled.emit(key)
