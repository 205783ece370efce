"""The layers that plots are made of. Each is built once and told what to show.

Every layer paints in pixels: it maps its few data coordinates through the plot's transform and then draws
with pens whose widths are pixels, so that strokes and glyphs keep their size at every zoom. Text and strokes
never scale with the plot.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from weakref import ReferenceType, ref

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPainterPath, QPixmap, QPolygonF, QTransform

from logreg_gui.views.geometry import FloatArray, Rectangle
from logreg_gui.views.label_space import LabelSpace
from logreg_gui.views.style import Look

REST_MS = 120
"""A hand that has not moved for so long rests."""

CHEAP_SECONDS = 0.015
"""A picture made in that time need not wait for a rest: it fits into a frame."""

LEAST_PAUSES = 4.0
"""Between two costly pictures at least that many times as long as one takes: a fifth of the time at most."""


class Plot(Protocol):
    """What layers are on."""

    def update_layers(self) -> None:
        """Have the layers painted soon."""

    def isVisible(self) -> bool:
        """Whether anybody may see it."""


class Layer(QObject):
    """Covers the view; subclasses draw in viewport pixels.

    Those with a larger `z_value` lie on top. Visibility and opacity have the names of Qt's items.
    """

    is_transient = False
    """Whether it belongs to the hand or the pointer: what is saved as a picture is without it."""

    def __init__(self, z_value: float, space: LabelSpace | None = None) -> None:
        super().__init__()
        self.z_value = z_value
        self.look = Look()
        self._plot: ReferenceType[Plot] | None = None
        self.space = space if space is not None else LabelSpace()
        self.kept_places: dict[Hashable, int] = {}
        """Which of its places every label had at the last painting, so that it jumps only when it must."""
        self._has_failed = False
        self._is_visible, self._opacity = True, 1.0

    def put_on(self, plot: Plot) -> None:
        """Belong to a plot from now on."""
        # Weakly: a plot that is in a circle would not end before garbage is collected.
        self._plot = ref(plot)

    @property
    def plot(self) -> Plot | None:
        """What it is on, if that is there."""
        return None if self._plot is None else self._plot()

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self.look = look
        self.update()

    def update(self) -> None:
        """Be painted soon."""
        if (plot := self.plot) is not None:
            plot.update_layers()

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        """Paint in pixels; `to_pixels` maps data coordinates, `rectangle` is the visible part of them."""
        raise NotImplementedError

    def paint(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        """Draw on a plot that has been painted up to this layer, if there is something to see of it."""
        if not self._is_visible or not self._opacity > 0.0:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._opacity < 1.0:
            painter.setOpacity(painter.opacity() * self._opacity)
        try:
            self.draw(painter, to_pixels, rectangle)
        except Exception:
            # Through pyqtgraph's paintEvent it would end the program. Reported once, not at every frame.
            if not self._has_failed:
                self._has_failed = True
                sys.excepthook(*sys.exc_info())
        finally:
            painter.restore()

    def put_away(self) -> None:
        """Nobody sees the plot any more: pictures of all its rows need not be kept."""

    def isVisible(self) -> bool:
        return self._is_visible

    def setVisible(self, is_visible: bool) -> None:
        if is_visible != self._is_visible:
            self._is_visible = is_visible
            self.update()

    def show(self) -> None:
        self.setVisible(True)

    def hide(self) -> None:
        self.setVisible(False)

    def opacity(self) -> float:
        return self._opacity

    def setOpacity(self, opacity: float) -> None:
        if opacity != self._opacity:
            self._opacity = opacity
            self.update()


class PictureKey(NamedTuple):
    """All that a picture depends on."""

    content: int
    rectangle: Rectangle
    area: object
    ratio: float


@dataclass(frozen=True, eq=False)
class Picture:
    """What a layer looks like: made for one content and one view, a draft when from a part of the content."""

    pixels: QPixmap
    key: PictureKey
    is_draft: bool


class PictureLayer(Layer):
    """A layer that is drawn into a picture, which is made again only when content, view or look change.

    A frame then costs a blit. Drawing 20,000 glyphs takes ten times as long as everything else in a frame.

    With `may_lag` a picture that takes long is not made again at every change: while the hand moves, the old
    one is shown where its part of the plane now is, or a draft when the content is another one. The exact one
    follows when the hand rests, and in between as often as it takes little of the time.
    """

    may_lag = False
    clock = staticmethod(time.perf_counter)

    def __init__(self, z_value: float, space: LabelSpace | None = None) -> None:
        super().__init__(z_value, space)
        self.is_draft = False
        """While a picture is being made: whether a rough one will do."""
        self.is_saved = False
        """While it is painted into a file of pixels: a picture in between would be used once."""
        self._revision = 0
        self._picture: Picture | None = None
        self._plates: list[QRectF] = []
        self._is_due = False
        self._cost = 0.0
        self._made_at = -math.inf
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.finish_picture)

    def draw_picture(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        """Paint the picture; `to_pixels` maps data coordinates into it, `area` is all of it."""
        raise NotImplementedError

    def forget_picture(self) -> None:
        """The content is another one now."""
        self._revision += 1
        self.update()

    def finish_picture(self) -> None:
        """Let the next painting be exact."""
        self._rest.stop()
        self._is_due = True
        self.update()

    def put_away(self) -> None:
        self._rest.stop()
        self._picture = None

    def set_look(self, look: Look) -> None:
        self.forget_picture()
        # Half in the old colours and half in the new is no stand-in.
        self._picture = None
        super().set_look(look)

    def draw(self, painter: QPainter, to_pixels: QTransform, rectangle: Rectangle) -> None:
        area = pixel_area(to_pixels, rectangle)
        if self.is_saved:
            self._draw_once(painter, to_pixels, area)
            return
        key = PictureKey(self._revision, rectangle, area.getRect(), painter.device().devicePixelRatioF())
        old = self._picture
        if old is None or old.key != key or (old.is_draft and self._is_due):
            self._renew(old, key, to_pixels, area)
        assert self._picture is not None
        self._show(painter, self._picture, key, to_pixels, area)
        self.space.plates.extend(self._plates)

    def _draw_once(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        """Draw what the picture holds, and leave the one that there is."""
        kept, self._plates = self._plates, []
        painter.setClipRect(area)
        try:
            self.draw_picture(painter, to_pixels, area)
            self.space.plates.extend(self._plates)
        finally:
            self._plates = kept

    def _renew(self, old: Picture | None, key: PictureKey, to_pixels: QTransform, area: QRectF) -> None:
        if old is None or self._is_due or not self.may_lag or not self._is_watched() or self._is_cheap():
            self._rest.stop()
            self._is_due = False
            began = self.clock()
            self._picture = Picture(self._make_picture(to_pixels, area, key.ratio), key, is_draft=False)
            self._made_at = self.clock()
            self._cost = self._made_at - began
            return
        self._rest.start()
        if old.key.content != key.content:
            self.is_draft = True
            try:
                self._picture = Picture(self._make_picture(to_pixels, area, key.ratio), key, is_draft=True)
            finally:
                self.is_draft = False

    def _is_watched(self) -> bool:
        # A widget that is painted without being shown is being saved: nobody sees what follows.
        plot = self.plot
        return plot is not None and plot.isVisible()

    def _is_cheap(self) -> bool:
        return is_cheap(self._cost, self.clock() - self._made_at)

    def _show(
        self, painter: QPainter, picture: Picture, key: PictureKey, to_pixels: QTransform, area: QRectF
    ) -> None:
        if picture.key == key:
            painter.drawPixmap(area.topLeft(), picture.pixels)
            return
        place = pixel_area(to_pixels, picture.key.rectangle)
        # Only what is visible of it: enlarged a thousandfold it would leave the painter's range of numbers.
        visible = place.intersected(area)
        if visible.isEmpty():
            return
        scale_x, scale_y = (
            picture.pixels.width() / place.width(),
            picture.pixels.height() / place.height(),
        )
        source = QRectF(
            (visible.left() - place.left()) * scale_x,
            (visible.top() - place.top()) * scale_y,
            visible.width() * scale_x,
            visible.height() * scale_y,
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(visible, picture.pixels, source)

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


def is_cheap(cost: float, since: float) -> bool:
    """Whether a picture that took `cost` seconds may be made again, `since` seconds after the last time."""
    return cost <= CHEAP_SECONDS or since >= LEAST_PAUSES * cost


def pixel_area(to_pixels: QTransform, rectangle: Rectangle) -> QRectF:
    """The pixels of a rectangle of data coordinates."""
    left, right, bottom, top = rectangle
    return to_pixels.mapRect(QRectF(QPointF(left, bottom), QPointF(right, top)))


def data_rectangle(to_pixels: QTransform, area: QRectF) -> Rectangle:
    """The data coordinates of a rectangle of pixels."""
    rectangle = to_pixels.inverted()[0].mapRect(area)
    return rectangle.left(), rectangle.right(), rectangle.top(), rectangle.bottom()


def mapped(points: FloatArray, to_pixels: QTransform) -> FloatArray:
    """Pixels (m, 2) of points (m, 2)."""
    scale = np.array([to_pixels.m11(), to_pixels.m22()])
    shift = np.array([to_pixels.dx(), to_pixels.dy()])
    pixels: FloatArray = points * scale + shift
    return pixels


def grid_pixels(
    grid: tuple[Sequence[float], Sequence[float]], to_pixels: QTransform
) -> tuple[list[float], list[float]]:
    """The x and the y of the pixels where lines at these data coordinates run."""
    scale_x, shift_x, scale_y, shift_y = to_pixels.m11(), to_pixels.dx(), to_pixels.m22(), to_pixels.dy()
    return [scale_x * x + shift_x for x in grid[0]], [scale_y * y + shift_y for y in grid[1]]


def polygon(points: FloatArray, to_pixels: QTransform) -> QPolygonF:
    """A polygon through the points."""
    return QPolygonF([QPointF(x, y) for x, y in mapped(points, to_pixels).tolist()])


def open_path(points: FloatArray, to_pixels: QTransform) -> QPainterPath:
    """A path through the points, broken where they are NaN."""
    pixels = mapped(points, to_pixels)
    path: QPainterPath = pg.functions.arrayToQPath(pixels[:, 0], pixels[:, 1], connect="finite")
    return path
