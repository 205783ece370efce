"""The layers that plots are made of. Each is built once and told what to show.

Every layer paints in pixels: it maps its few data coordinates through the plot's transform and then draws
with pens whose widths are pixels, so that strokes and glyphs keep their size at every zoom. Text and strokes
never scale with the plot.
"""

from __future__ import annotations

import sys

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap, QPolygonF, QTransform

from logreg_gui.views.geometry import FloatArray, Rectangle
from logreg_gui.views.labels import LabelSpace
from logreg_gui.views.style import Look


class Layer(pg.UIGraphicsItem):
    """Covers the view; subclasses draw in viewport pixels."""

    def __init__(self, z_value: float, space: LabelSpace | None = None) -> None:
        super().__init__()
        self.look = Look()
        self._has_failed = False
        self.space = space if space is not None else LabelSpace()
        self.setZValue(z_value)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self.look = look
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        """Paint in pixels; `to_pixels` maps data coordinates, `rectangle` is the visible part of them."""
        raise NotImplementedError

    def paint(self, painter: QPainter, *_: object) -> None:
        view = self.viewRect()
        if view is None or view.isEmpty():
            return
        painter.save()
        to_pixels = painter.worldTransform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        try:
            self.draw(painter, to_pixels, (view.left(), view.right(), view.top(), view.bottom()))
        except Exception:
            # Through pyqtgraph's paintEvent it would end the program. Reported once, not at every frame.
            if not self._has_failed:
                self._has_failed = True
                sys.excepthook(*sys.exc_info())
        finally:
            painter.restore()


class PictureLayer(Layer):
    """A layer that is drawn into a picture, which is made again only when content, view or look change.

    A frame then costs a blit. Drawing 20,000 glyphs takes ten times as long as everything else in a frame.
    """

    def __init__(self, z_value: float, space: LabelSpace | None = None) -> None:
        super().__init__(z_value, space)
        self._revision = 0
        self._picture: QPixmap | None = None
        self._picture_key: object = None
        self._plates: list[QRectF] = []

    def draw_picture(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        """Paint the picture; `to_pixels` maps data coordinates into it, `area` is all of it."""
        raise NotImplementedError

    def forget_picture(self) -> None:
        """The content is another one now."""
        self._revision += 1
        self.update()

    def set_look(self, look: Look) -> None:
        self.forget_picture()
        super().set_look(look)

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        ratio = painter.device().devicePixelRatioF()
        key = (self._revision, rectangle, area.getRect(), ratio)
        if key != self._picture_key or self._picture is None:
            self._picture = self._make_picture(to_pixels, area, ratio)
            self._picture_key = key
        painter.drawPixmap(area.topLeft(), self._picture)
        self.space.plates.extend(self._plates)

    def _make_picture(self, to_pixels: QTransform, area: QRectF, ratio: float) -> QPixmap:
        picture = QPixmap(max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-area.topLeft())
        self._plates = []
        try:
            self.draw_picture(painter, to_pixels, area)
        finally:
            # A painter left open on a picture that goes away takes the whole program with it.
            painter.end()
        return picture


def pixel_area(to_pixels: QTransform, rectangle: Rectangle) -> QRectF:
    """The pixels of a rectangle of data coordinates."""
    left, right, bottom, top = rectangle
    return to_pixels.mapRect(QRectF(QPointF(left, bottom), QPointF(right, top)))


def mapped(points: FloatArray, to_pixels: QTransform) -> FloatArray:
    """Pixels (m, 2) of points (m, 2)."""
    scale = np.array([to_pixels.m11(), to_pixels.m22()])
    shift = np.array([to_pixels.dx(), to_pixels.dy()])
    pixels: FloatArray = points * scale + shift
    return pixels


def polygon(points: FloatArray, to_pixels: QTransform) -> QPolygonF:
    """A polygon through the points."""
    return QPolygonF([QPointF(x, y) for x, y in mapped(points, to_pixels).tolist()])


def open_path(points: FloatArray, to_pixels: QTransform) -> QPainterPath:
    """A path through the points, broken where they are NaN."""
    pixels = mapped(points, to_pixels)
    path: QPainterPath = pg.functions.arrayToQPath(pixels[:, 0], pixels[:, 1], connect="finite")
    return path
