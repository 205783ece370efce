"""A plot of layers. At a frame these are painted by themselves; the axes and all else only when they change.

To pyqtgraph all layers are one item. What it and Qt do for an item at every painting takes longer than most
layers take, and two plots with nothing in them as long as all the layers of a frame.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QTransform
from PySide6.QtWidgets import QWidget

from logreg_gui.views.axis import PlotAxis
from logreg_gui.views.layers import Layer


class LayerStack(pg.UIGraphicsItem):
    """All layers of a plot, as the one item that fills its view."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: list[Layer] = []
        """From the lowest to the highest."""
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw the layers in pixels; `to_pixels` maps data coordinates."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        # Here, not in the lowest layer: a layer that is hidden or has faded is not drawn.
        for layer in self.layers:
            layer.space.clear()
        if left < right and bottom < top:
            for layer in self.layers:
                layer.paint(painter, to_pixels, (left, right, bottom, top))

    def paint(self, painter: QPainter, *_: object) -> None:
        to_pixels = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        self.draw(painter, to_pixels)
        painter.restore()


class LayeredPlot(pg.PlotWidget):
    """Axes around a view that is filled by layers, and that no mouse moves by accident."""

    def __init__(self, axes: Mapping[str, PlotAxis], parent: QWidget | None = None) -> None:
        super().__init__(parent, axisItems=dict(axes), enableMenu=False)
        self._axes = tuple(axes.values())
        self._stack = LayerStack()
        self._area: QRect | None = None
        # pyqtgraph would keep a picture of it; one colour is filled as fast as copied.
        self.setCacheMode(pg.GraphicsView.CacheModeFlag.CacheNone)
        box = self.getViewBox()
        box.setMouseEnabled(False, False)
        box.disableAutoRange()
        box.setDefaultPadding(0.0)
        self.hideButtons()
        box.addItem(self._stack, ignoreBounds=True)
        box.geometryChanged.connect(self._forget_area)

    def add_layers(self, *layers: Layer) -> None:
        """Fill the view with these, too."""
        self._stack.layers = sorted((*self._stack.layers, *layers), key=lambda layer: layer.z_value)
        for layer in layers:
            layer.setParent(self)
            layer.put_on(self)
        self.update_layers()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """From the lowest to the highest."""
        return tuple(self._stack.layers)

    def place_labels_anew(self) -> None:
        """Have labels lie where they would if nothing had been painted before."""
        for layer in self.layers:
            layer.kept_places.clear()

    @property
    def is_closed(self) -> bool:
        """Closed by itself, the plot has taken its items away before it hides."""
        return self.centralWidget is None

    @property
    def to_pixels(self) -> QTransform:
        """From data coordinates to pixels of the viewport."""
        self.getViewBox().updateMatrix()
        return QTransform(self._stack.sceneTransform() * self.viewportTransform())

    @property
    def view_area(self) -> QRectF:
        """The pixels of the viewport that show the layers."""
        box = self.getViewBox()
        return QRectF(self.viewportTransform().mapRect(box.mapRectToScene(box.rect())))

    def update_layers(self) -> None:
        """Have the layers painted soon."""
        if self.is_closed:
            return
        if self._area is None:
            self._area = self.view_area.toAlignedRect()
        self.viewport().update(self._area)

    def _forget_area(self) -> None:
        self._area = None

    def _shows_layers_alone(self, event: QPaintEvent, area: QRect) -> bool:
        """Whether nothing is to be painted but layers, on whole pixels, and ticks, which reach into them."""
        return (
            area.contains(event.region().boundingRect())
            and all(axis.picture is not None for axis in self._axes)
            and self.view_area == QRectF(area)
        )

    def _paint_layers(self, area: QRect) -> None:
        painter = QPainter(self.viewport())
        try:
            painter.fillRect(area, self.backgroundBrush())
            self._stack.draw(painter, self.to_pixels)
            painter.setClipRect(area)
            for axis in self._axes:
                painter.setTransform(axis.sceneTransform() * self.viewportTransform())
                axis.draw_ticks(painter)
        finally:
            # A painter left open on a widget that goes away takes the whole program with it.
            painter.end()

    # Overrides of Qt's methods, with its names.

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._area is not None and self._shows_layers_alone(event, self._area):
            self._paint_layers(self._area)
        else:
            super().paintEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        if not self.is_closed:
            for layer in self.layers:
                layer.put_away()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._area = None
