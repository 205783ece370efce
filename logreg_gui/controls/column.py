"""The control column: what is seldom changed scrolls, what is changed in every lecture stays in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


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
