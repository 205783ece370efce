"""A line that says what went wrong or well; its place is always kept, so nothing moves when it speaks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget


class Banner(QFrame):
    """A sentence and a way to put it away; whoever holds it shows it while it has something to say."""

    dismissed = Signal()  # the user has read it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._label = QLabel()
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.setText("✕")
        self._close.setToolTip("Put this message away")
        self._close.setAccessibleName("Put this message away")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._close)
        self._close.clicked.connect(self._dismiss)

    @property
    def text(self) -> str:
        """What it says, empty when it is away."""
        return self._label.text()

    def show_text(self, text: str, *, is_news: bool = False) -> None:
        """Say something, `is_news` when nothing is wrong; empty text puts it away."""
        if is_news != bool(self.property("news")):
            self.setProperty("news", is_news)
            for part in (self, self._label, self._close):
                part.style().unpolish(part)
                part.style().polish(part)
        if text != self._label.text():
            self._label.setText(text)
            self.setAccessibleName(text)
            self._label.setAccessibleName(text)

    def _dismiss(self) -> None:
        self.dismissed.emit()
