"""The row below the transport bar: what the run is doing, or what is more pressing."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from logreg_gui.controls.banner import Banner
from logreg_gui.controls.progress import ProgressLine
from logreg_gui.views.status import StatusLine

BRIEF_MS = 4000
"""How long a piece of good news stays."""

KINDS = ("refusal", "training", "failure", "brief", "notice")
"""Of messages, the most pressing first; each kind has a place of its own, and only `brief` is good news."""


class StatusRow(QStackedWidget):
    """One place for the status and for what went wrong: nothing else moves when something does.

    In the stage view it is away, but for the progress of what takes long.
    """

    spoken = Signal(str, bool)  # the message there is, empty for none, and whether it is good news

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusRow")
        self.status, self.banner, self.progress = StatusLine(), Banner(), ProgressLine()
        for part in (self.status, self.banner, self.progress):
            self.addWidget(part)
        self._messages: dict[str, str] = {}
        self._is_stage = False
        self._brief_timer = QTimer(self)
        self._brief_timer.setSingleShot(True)
        self._brief_timer.setInterval(BRIEF_MS)
        self._brief_timer.timeout.connect(self.forget_brief)
        self.banner.dismissed.connect(self._forget_all)
        self.progress.due.connect(self._show)
        self.progress.over.connect(self._show)

    def say(self, kind: str, text: str) -> None:
        """Say something of one of the `KINDS`, or with an empty text no longer."""
        self._messages[kind] = text
        self._show()

    @Slot(str)
    def say_failure(self, reason: str) -> None:
        """Say that something failed; the window stays usable."""
        self.say("failure", reason)

    @Slot(str)
    def say_training_failure(self, reason: str) -> None:
        """Say why this scenario is not trained, or not as far as it might be."""
        self.say("training", reason)

    @Slot(str)
    def say_refusal(self, reason: str) -> None:
        """Say why an entry is not taken; empty when all is well again."""
        self.say("refusal", reason)

    @Slot(str)
    def say_briefly(self, text: str) -> None:
        """Say a piece of good news, for a while."""
        self.say("brief", text)
        self._brief_timer.start()

    @Slot()
    def forget_brief(self) -> None:
        """It has been read."""
        self.say("brief", "")

    def set_stage(self, is_stage: bool) -> None:
        """Take the stage view's ways, or leave them."""
        self._is_stage = is_stage
        self._show()

    def shut_down(self) -> None:
        """Nothing will be forgotten any more."""
        self._brief_timer.stop()

    @Slot()
    def _forget_all(self) -> None:
        self._messages.clear()
        self._show()

    @Slot()
    def _show(self) -> None:
        kind = next((kind for kind in KINDS if self._messages.get(kind)), "")
        text, is_news = self._messages.get(kind, ""), kind == "brief"
        self.banner.show_text(text, is_news=is_news)
        if self.progress.is_due:
            self.setCurrentWidget(self.progress)
        else:
            self.setCurrentWidget(self.banner if text else self.status)
        self.setVisible(self.progress.is_due or not self._is_stage)
        self.spoken.emit(text, is_news)
