"""Moving the plane by hand: Ctrl and the wheel zoom, the middle button drags.

The plain wheel and the left button do nothing: in a lecture they are touched by accident.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from logreg_gui.views.geometry import Rectangle

NOTCH = 120
"""What Qt counts for one notch of a wheel."""

NOTCH_FACTOR = 1.25
"""How much larger one notch makes things."""

LEAST_SHARE, MOST_SHARE = 1e-4, 20.0
"""Size of the smallest and the largest view by hand, in sizes of the automatic one."""


class Hand(QObject):
    """Watches the viewport of a plot."""

    wheeled = Signal(float, QPointF)  # so many times larger, around this pixel of the viewport
    dragged = Signal(QPointF)  # by so many pixels, at every move

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self._held: QPointF | None = None
        viewport.installEventFilter(self)

    def _take_wheel(self, event: QWheelEvent) -> bool:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        notches = event.angleDelta().y() / NOTCH
        if notches:
            self.wheeled.emit(NOTCH_FACTOR**notches, event.position())
        return True

    def _take_button(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.MiddleButton:
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self._held = event.position()
            self._viewport.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._held = None
            self._viewport.unsetCursor()
        return True

    def _take_move(self, event: QMouseEvent) -> bool:
        if self._held is None:
            return False
        way, self._held = event.position() - self._held, event.position()
        self.dragged.emit(way)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent):
            return self._take_wheel(event)
        if isinstance(event, QMouseEvent):
            return (
                self._take_move(event) if event.type() == QEvent.Type.MouseMove else self._take_button(event)
            )
        return False


def zoomed(rectangle: Rectangle, factor: float, centre: tuple[float, float]) -> Rectangle:
    """The part of a view that fills it when things become `factor` times larger around `centre`."""
    left, right, bottom, top = rectangle
    x, y = centre
    return (
        x + (left - x) / factor,
        x + (right - x) / factor,
        y + (bottom - y) / factor,
        y + (top - y) / factor,
    )


def shifted(rectangle: Rectangle, dx: float, dy: float) -> Rectangle:
    """The rectangle moved."""
    left, right, bottom, top = rectangle
    return left + dx, right + dx, bottom + dy, top + dy


def within_reach(rectangle: Rectangle, automatic: Rectangle) -> Rectangle:
    """The view nearest to `rectangle` from which one finds back.

    Its size lies between `LEAST_SHARE` and `MOST_SHARE` of the `automatic` view's, and its middle at most
    once that view's size outside of it.
    """
    share = _size(rectangle) / _size(automatic)
    allowed = min(max(share, LEAST_SHARE), MOST_SHARE)
    left, right, bottom, top = zoomed(rectangle, share / allowed, _middle(rectangle))
    x, y = _middle(rectangle)
    near_x = min(max(x, 2.0 * automatic[0] - automatic[1]), 2.0 * automatic[1] - automatic[0])
    near_y = min(max(y, 2.0 * automatic[2] - automatic[3]), 2.0 * automatic[3] - automatic[2])
    return shifted((left, right, bottom, top), near_x - x, near_y - y)


def _size(rectangle: Rectangle) -> float:
    return math.hypot(rectangle[1] - rectangle[0], rectangle[3] - rectangle[2])


def _middle(rectangle: Rectangle) -> tuple[float, float]:
    return 0.5 * (rectangle[0] + rectangle[1]), 0.5 * (rectangle[2] + rectangle[3])
