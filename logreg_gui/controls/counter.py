"""Which step is shown, of how many."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

LEAD = "t = "


class Counter(QWidget):
    """The step in bold and the last one, painted at the right of a room that is wide enough for both.

    A `QLabel` would have the whole window laid out anew at every step.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step, self._stop_step = 0, 1
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(self.text)

    @property
    def text(self) -> str:
        """What is to be read."""
        return f"{LEAD}{self._step:,} / {self._stop_step:,}"

    def show_step(self, step: int, stop_step: int) -> None:
        """Show a step and the one at which training stops; room is made for larger numbers of steps only."""
        if (step, stop_step) == (self._step, self._stop_step):
            return
        width = self.sizeHint().width()
        self._step, self._stop_step = step, stop_step
        self.setAccessibleName(self.text)
        if self.sizeHint().width() != width:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        # The figures are equally wide.
        widest = f"{max(self._step, self._stop_step):,}"
        plain, bold = QFontMetricsF(self.font()), QFontMetricsF(self._bold())
        width = bold.horizontalAdvance(widest) + plain.horizontalAdvance(f"{LEAD} / {widest}")
        return QSize(round(width) + 2 * round(plain.averageCharWidth()), round(plain.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        right = float(self.width())
        for text, font in (
            (f" / {self._stop_step:,}", self.font()),
            (f"{self._step:,}", self._bold()),
            (LEAD, self.font()),
        ):
            painter.setFont(font)
            width = QFontMetricsF(font).horizontalAdvance(text)
            right -= width
            room = QRectF(right, 0.0, width + 1.0, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)
        painter.end()

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font
