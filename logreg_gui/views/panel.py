"""What the painted panels beside the curve have in common."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QSizePolicy, QWidget

from logreg_gui.frames import Frame
from logreg_gui.views.style import Look

NARROWEST = 0.8
"""To what share of its width a name may be narrowed."""


class Panel(QWidget):
    """A painted widget of fixed height that shows frames."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = Look()
        self.frame: Frame | None = None
        self.exposed = QRegion()
        """While it is painted: what of it."""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_frame(self, frame: Frame) -> None:
        """Show the numbers of this instant."""
        self.frame = frame
        self.update()

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self.look = look
        self.setFixedHeight(self.height_for(look))
        self.update()

    def height_for(self, look: Look) -> int:
        """The height in pixels that the panel needs."""
        raise NotImplementedError

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint the frame."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        return QSize(200, self.height_for(self.look))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.exposed = event.region()
        painter.fillRect(self.rect(), self.look.color("plot"))
        try:
            if self.frame is not None:
                self.draw(painter, self.frame)
        finally:
            # A painter left open on a widget that goes away takes the whole program with it.
            painter.end()


@lru_cache(maxsize=512)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text of that size, as it is told over and over."""
    return QFontMetricsF(Look.font(size, bold=bold)).horizontalAdvance(text)


def draw_fitted(
    painter: QPainter, cell: QRectF, alignment: Qt.AlignmentFlag, text: str, width: float | None = None
) -> None:
    """Text in a cell, narrowed when it is too long: a number must never be cut off.

    `width` is that of the text, where it is known.
    """
    needed = (QFontMetricsF(painter.font()).horizontalAdvance(text) if width is None else width) + 2.0
    if needed <= cell.width():
        painter.drawText(cell, alignment, text)
        return
    painter.save()
    painter.translate(cell.topLeft())
    painter.scale(cell.width() / needed, 1.0)
    painter.drawText(QRectF(0, 0, needed, cell.height()), alignment, text)
    painter.restore()


def draw_name(painter: QPainter, cell: QRectF, alignment: Qt.AlignmentFlag, text: str) -> None:
    """A name in a cell: somewhat narrowed when it is too long, and with its middle left out beyond that."""
    room = cell.width() / NARROWEST - 2.0
    text = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, room)
    draw_fitted(painter, cell, alignment, text)
