"""The marks of the classes, and what heads their columns: titles, and buttons to choose among many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from logreg_gui.scenario import MOST_GAUSSIANS

GLYPHS = "●▲■◆▼"
"""Marks of the first classes. The sixth is a cross, which is drawn: the bundled fonts have no bold one."""


def draw_class(painter: QPainter, area: QRectF, index: int, text: str, color: QColor) -> None:
    """The mark of a class and a text behind it, at the left of `area`, in the painter's font."""
    painter.setPen(color)
    metrics = painter.fontMetrics()
    lead = mark_width(painter.font(), index)
    if index < len(GLYPHS):
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, GLYPHS[index])
    else:
        side = 0.8 * lead
        thick = 0.34 * side
        middle = area.center().y() + 0.06 * metrics.height()
        left = area.left() + 0.1 * lead
        painter.fillRect(QRectF(left, middle - thick / 2, side, thick), color)
        painter.fillRect(QRectF(left + (side - thick) / 2, middle - side / 2, thick, side), color)
    rest = area.adjusted(lead + metrics.horizontalAdvance(" "), 0, 0, 0)
    painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, text)


def mark_width(font: QFont, index: int) -> int:
    """How far the mark of a class reaches."""
    return QFontMetrics(font).horizontalAdvance(GLYPHS[min(index, len(GLYPHS) - 1)])


class ClassTitle(QWidget):
    """The head of a column: mark and number of its class, in its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._color = -1, QColor()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_class(self, index: int, color: QColor) -> None:
        """Head the column of that class."""
        if (index, color) == (self._index, self._color):
            return  # or the whole column would be laid out anew while a class is dragged
        self._index, self._color = index, color
        self.setAccessibleName(f"class {index}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        font = self._font()
        metrics = QFontMetrics(font)
        width = mark_width(font, self._index) + metrics.horizontalAdvance(f" class {self._index}")
        return QSize(width + 1, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _font(self) -> QFont:
        font = self.font()
        font.setBold(True)
        return font

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._font())
        draw_class(painter, QRectF(self.rect()), self._index, f"class {self._index}", self._color)
        painter.end()


class ClassButton(QPushButton):
    """Mark and number of a class, to press; pressed while its column is shown."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._color = index, QColor()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"class {index}")

    def show_color(self, color: QColor) -> None:
        """The colour of the class."""
        self._color = color
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = mark_width(self.font(), self._index) + metrics.horizontalAdvance(" 0") + metrics.height() // 2
        return QSize(max(24, width), max(24, round(1.6 * metrics.height())))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        accent, edge = palette.color(QPalette.ColorRole.Highlight), palette.color(QPalette.ColorRole.Mid)
        width = 3.0 if self.hasFocus() else 2.0 if self.isChecked() else 1.0
        painter.setPen(QPen(accent if self.hasFocus() else self._color if self.isChecked() else edge, width))
        role = QPalette.ColorRole.Base if self.isChecked() else QPalette.ColorRole.Window
        painter.setBrush(palette.color(role))
        frame = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(frame, 0.25 * self.fontMetrics().height(), 0.25 * self.fontMetrics().height())
        wanted = mark_width(self.font(), self._index) + self.fontMetrics().horizontalAdvance(" 0")
        text = QRectF(self.rect())
        text.setLeft((self.width() - wanted) / 2)
        draw_class(painter, text, self._index, str(self._index), self._color)
        painter.end()


class ClassButtons(QWidget):
    """A button for every class; two neighbours are shown at a time."""

    class_chosen = Signal(int)  # the user wants to see that class, and the next

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = [ClassButton(index) for index in range(MOST_GAUSSIANS)]
        self._count, self._first = 0, 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for index, button in enumerate(self._buttons):
            layout.addWidget(button)
            button.clicked.connect(lambda _checked, index=index: self._choose(index))

    def show_classes(self, count: int, first: int) -> None:
        """Offer `count` classes, of which `first` and the next are shown."""
        self._count, self._first = count, first
        for index, button in enumerate(self._buttons):
            button.setVisible(index < count)
            button.setChecked(index in (first, first + 1))
            left = min(index, count - 2)
            button.setToolTip(f"Show classes {left} and {left + 1} in the columns below")

    def show_colors(self, colors: Sequence[QColor]) -> None:
        """The colours of the classes."""
        for button, color in zip(self._buttons, colors, strict=False):
            button.show_color(color)

    def _choose(self, index: int) -> None:
        self.show_classes(self._count, self._first)  # a press alone unchecks nothing
        self.class_chosen.emit(index)
