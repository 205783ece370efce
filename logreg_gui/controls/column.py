"""The control column: what is seldom changed scrolls, what is changed in every lecture stays in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

FADE = 1.6
"""Height over which what scrolls fades out at an edge, in sizes of type."""


class FadingEdge(QWidget):
    """The upper or lower edge of what scrolls, while there is more of it beyond: half a row is no mistake."""

    def __init__(self, area: QScrollArea, *, is_lower: bool) -> None:
        super().__init__(area.viewport())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._viewport, self._bar, self._is_lower = area.viewport(), area.verticalScrollBar(), is_lower
        self._bar.valueChanged.connect(self._place)
        self._bar.rangeChanged.connect(self._place)
        self._viewport.installEventFilter(self)

    def set_type_size(self, base: int) -> None:
        """Fade over so much of type that is `base` pixels high."""
        self.setFixedHeight(round(FADE * base))
        self._place()

    @Slot()
    def _place(self) -> None:
        self.setFixedWidth(self._viewport.width())
        self.move(0, self._viewport.height() - self.height() if self._is_lower else 0)
        end = self._bar.maximum() if self._is_lower else self._bar.minimum()
        self.setVisible(self._bar.value() != end)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = self.palette().color(QPalette.ColorRole.Window)
        clear = QColor(colour.red(), colour.green(), colour.blue(), 0)
        fade = QLinearGradient(0.0, 0.0, 0.0, float(self.height()))
        fade.setColorAt(0.0, clear if self._is_lower else colour)
        fade.setColorAt(1.0, colour if self._is_lower else clear)
        QPainter(self).fillRect(self.rect(), fade)


class ControlColumn(QWidget):
    """Panels one below the other; the `last` one does not scroll."""

    def __init__(self, panels: Sequence[QWidget], last: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("controls")
        self._scrolled = QWidget()
        self._scrolled.setObjectName("controls")
        self._panels = QVBoxLayout(self._scrolled)
        for panel in panels:
            self._panels.addWidget(panel)
        self._panels.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidget(self._scrolled)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._edges = [FadingEdge(self._area, is_lower=is_lower) for is_lower in (False, True)]
        self._pinned = QWidget()
        self._pinned.setObjectName("pinned")
        self._last = QVBoxLayout(self._pinned)
        self._last.addWidget(last)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.addWidget(self._area, 1)
        self._outer.addWidget(self._pinned)

    def set_type_size(self, base: int) -> None:
        """Space everything for type of so many pixels, and claim the width that no field is cut off in."""
        margin, gap = round(0.6 * base), round(0.3 * base)
        scroll_bar = self._area.verticalScrollBar().sizeHint().width()
        for layout in (self._panels, *self.findChildren(QVBoxLayout)):
            layout.setSpacing(gap)
        self._outer.setSpacing(0)
        for edge in self._edges:
            edge.set_type_size(base)
        self._panels.setContentsMargins(margin, gap, margin, gap)
        self._last.setContentsMargins(margin, gap, margin + scroll_bar, 0)
        # Widgets know their new size once they are polished.
        for widget in self.findChildren(QWidget):
            widget.ensurePolished()
            widget.updateGeometry()
        self._panels.invalidate()
        self._last.invalidate()
        widths = (
            self._panels.minimumSize().width() + scroll_bar,
            self._last.minimumSize().width(),
        )
        self.setMinimumWidth(max(widths))
