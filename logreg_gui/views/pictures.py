"""The picture of the model: over the plane of two features, or over one axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGraphicsView, QStackedWidget, QWidget

from logreg_gui.frames import FitPicture, Frame
from logreg_gui.views.fit import FitView
from logreg_gui.views.layered_plot import LayeredPlot
from logreg_gui.views.layers import Layer, PictureLayer
from logreg_gui.views.plane import PlaneView
from logreg_gui.views.style import Look


class PictureStack(QStackedWidget):
    """Shows frames in the view that suits their picture; the other one stays behind it."""

    view_changed = Signal(
        object
    )  # Rectangle: what the view in front shows now; of an axis (left, right, 0, 1)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane, self.fit = PlaneView(), FitView()
        self._front: PlaneView | FitView = self.plane
        for view in (self.plane, self.fit):
            self.addWidget(view)
        self.setFocusProxy(self.plane)
        self.plane.view_changed.connect(self.tell_view)
        self.fit.view_changed.connect(self.tell_view)

    @property
    def front(self) -> PlaneView | FitView:
        """The view that shows the present picture."""
        return self._front

    def show_frame(self, frame: Frame) -> None:
        """Draw this instant."""
        view = self.fit if isinstance(frame.picture, FitPicture) else self.plane
        if view is not self._front:
            had_focus = self._front.hasFocus()
            self._front = view
            self.setFocusProxy(view)
            self.setCurrentWidget(view)
            if had_focus:
                view.setFocus()
            self.tell_view()
        view.show_frame(frame)

    def tell_view(self) -> None:
        """Say what is visible: whoever makes pictures needs to know."""
        (left, right), (bottom, top) = self._front.getViewBox().viewRange()
        is_plane = self._front is self.plane
        self.view_changed.emit((left, right, bottom, top) if is_plane else (left, right, 0.0, 1.0))

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        for view in (self.plane, self.fit):
            view.set_look(look)

    def describe(self, frame: Frame) -> None:
        """Keep the description for those who do not see the picture up to date."""
        self._front.setAccessibleDescription(self._front.describe(frame))


@contextmanager
def without_copies(view: QGraphicsView) -> Iterator[None]:
    """The view as it is painted into a file of pixels: nothing is kept of it."""
    layers = [layer for layer in _layers_of([view]) if isinstance(layer, PictureLayer)]
    for layer in layers:
        layer.is_saved = True
    try:
        yield
    finally:
        for layer in layers:
            layer.is_saved = False


def _layers_of(views: Sequence[QGraphicsView]) -> list[Layer]:
    return [layer for view in views if isinstance(view, LayeredPlot) for layer in view.layers]


@contextmanager
def without_hands(views: Sequence[QGraphicsView]) -> Iterator[None]:
    """The views as they are saved: without handles and pointer, between two paintings that nobody sees."""
    hidden = [layer for layer in _layers_of(views) if layer.is_transient and layer.isVisible()]
    for layer in hidden:
        layer.hide()
    try:
        yield
    finally:
        for layer in hidden:
            layer.show()
