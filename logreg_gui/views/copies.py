"""What stays from painting to painting, drawn once and copied from then on.

Copying pixels takes a fraction of the time of drawing them. The copies are of single fills and strokes in one
colour, on a ground that lets through, or of all there is on an opaque one: laid over a picture they give the
very pixels that drawing gives; where many strokes of a curve overlap, up to two levels of 255 beside them.
Only `Cards` hold several colours and let through: they may be one level beside those, some more at the edges
of letters, and are copied from the first time on, so that they never change. All that holds where units begin
at pixels, and only a picture made of pixels has any. Other copies are made when the same thing is drawn for
the second time: while a view is moved, nothing is.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPainterPath, QPen, QPixmap, QTransform

TILE = 64
"""Width and height of the parts of a copy in pixels. A line across the plot fills one in eight."""


def pixel_ratio(painter: QPainter) -> float | None:
    """Pixels per unit where copies are as good as drawing; None where they are not."""
    engine, placed = painter.paintEngine(), painter.deviceTransform()
    if engine is None or engine.type() != QPaintEngine.Type.Raster or painter.opacity() != 1.0:
        return None
    ratio = placed.m11()
    is_scale = ratio == placed.m22() > 0.0 == placed.m12() == placed.m21()
    is_whole = placed.dx().is_integer() and placed.dy().is_integer()
    return ratio if is_scale and is_whole else None


class Tiles:
    """The parts of a picture in which there is something."""

    def __init__(self, picture: QImage) -> None:
        """`picture` has premultiplied colours, and its ratio of pixels is that of the tiles."""
        self._ratio = picture.devicePixelRatioF()
        width, height = picture.width(), picture.height()
        pixels = np.frombuffer(picture.constBits(), dtype=np.uint32).reshape(height, width)
        rows = np.logical_or.reduceat(pixels != 0, np.arange(0, height, TILE), axis=0)
        is_used = np.logical_or.reduceat(rows, np.arange(0, width, TILE), axis=1)
        self._tiles: list[tuple[float, float, QPixmap]] = []
        for row, column in np.argwhere(is_used).tolist():
            part = QRect(column * TILE, row * TILE, TILE, TILE).intersected(picture.rect())
            tile = QPixmap.fromImage(picture.copy(part))
            tile.setDevicePixelRatio(self._ratio)
            self._tiles.append((part.x() / self._ratio, part.y() / self._ratio, tile))

    def __len__(self) -> int:
        return len(self._tiles)

    def draw(self, painter: QPainter, left: float, top: float) -> None:
        """Copy them to where the picture begins."""
        for x, y, tile in self._tiles:
            painter.drawPixmap(QPointF(left + x, top + y), tile)


class Still:
    """Fills or strokes in one colour that mostly stay where they are.

    Where strokes overlap at their edges a copy may be two levels of 255 beside what was drawn.
    """

    def __init__(self) -> None:
        self._key: object = None
        self._tiles: Tiles | None = None
        self._corner = (0.0, 0.0)

    def draw(self, painter: QPainter, bounds: QRectF, key: object, paint: Callable[[QPainter], None]) -> None:
        """Draw what `paint` draws within the bounds.

        `key` holds all else that it depends on; `paint` sets all that it needs of the painter but smooth
        edges.
        """
        ratio = pixel_ratio(painter)
        if ratio is None:
            paint(painter)
            return
        key = (ratio, bounds.getRect(), key)
        if key != self._key:
            self._key, self._tiles = key, None
            paint(painter)
            return
        if self._tiles is None:
            self._corner, self._tiles = _copied(bounds, ratio, paint)
        self._tiles.draw(painter, *self._corner)


class Stamp:
    """A path that is filled with one colour."""

    def __init__(self, path: QPainterPath, ink: QColor) -> None:
        self._path, self._ink, self._still = path, ink, Still()
        self._bounds = path.boundingRect().adjusted(-1.0, -1.0, 1.0, 1.0)

    def fill(self, painter: QPainter, area: QRectF) -> None:
        """Fill the part inside the area."""
        # Qt cuts what goes far beyond the pixels that are painted anew: at a frame these.
        is_inside = area.contains(self._bounds)
        bounds = self._bounds if is_inside else area.adjusted(0.0, 0.0, 1.0, 1.0)
        self._still.draw(painter, bounds, None, self._paint)

    def _paint(self, painter: QPainter) -> None:
        painter.fillPath(self._path, self._ink)


class Grid:
    """Lines along both axes from edge to edge, one unit wide."""

    def __init__(self, *, is_smooth: bool) -> None:
        self._is_smooth = is_smooth
        self._key: object = None
        self._strips: list[tuple[QPointF, QPixmap]] | None = None

    def draw(
        self, painter: QPainter, ink: QColor, columns: Sequence[float], rows: Sequence[float], area: QRectF
    ) -> None:
        """Draw them at these x and y, in pixels."""
        ratio = pixel_ratio(painter)
        left, top, right, bottom = area.left(), area.top(), area.right(), area.bottom()
        lines = [(x, top, x, bottom) for x in columns] + [(left, y, right, y) for y in rows]
        key = (ratio, lines, ink)
        if ratio is None or key != self._key:
            self._key, self._strips = key, None
            for line in lines:
                self._line(painter, ink, line)
            return
        if self._strips is None:
            self._strips = [self._strip(ink, line, ratio) for line in lines]
        for corner, strip in self._strips:
            painter.drawPixmap(corner, strip)

    def _line(self, painter: QPainter, ink: QColor, line: tuple[float, float, float, float]) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._is_smooth)
        painter.setPen(QPen(ink, 1.0))
        painter.drawLine(QPointF(line[0], line[1]), QPointF(line[2], line[3]))

    def _strip(
        self, ink: QColor, line: tuple[float, float, float, float], ratio: float
    ) -> tuple[QPointF, QPixmap]:
        bounds = QRectF(QPointF(line[0], line[1]), QPointF(line[2], line[3])).adjusted(-2.0, -2.0, 2.0, 2.0)
        return picture_of(bounds, ratio, lambda painter: self._line(painter, ink, line))


class Cards:
    """Small pictures of several colours, like labels: each stands for its key, wherever it lies.

    Those that were used last are kept, at most `most` of them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._cards: OrderedDict[Hashable, QPixmap] = OrderedDict()

    def __len__(self) -> int:
        return len(self._cards)

    def draw(
        self, painter: QPainter, area: QRectF, key: Hashable, paint: Callable[[QPainter, QRectF], None]
    ) -> QRectF:
        """Draw what `paint` draws in an area, from its corner on, and return the area that it got.

        It begins at a whole pixel where there are pixels. `key` holds all that the picture depends on, but
        for its size and place; `paint` sets all that it needs of the painter.
        """
        ratio = pixel_ratio(painter)
        if ratio is None:
            paint(painter, area)
            return area
        # Of the same size in another place the last digits differ.
        own = QRectF(0.0, 0.0, round(area.width(), 6), round(area.height(), 6))
        corner = QPointF(round(area.left() * ratio) / ratio, round(area.top() * ratio) / ratio)
        key = (key, own.width(), own.height(), ratio)
        card = self._cards.get(key)
        if card is None:
            _, card = picture_of(own, ratio, lambda inner: paint(inner, own))
            self._cards[key] = card
            if len(self._cards) > self._most:
                self._cards.popitem(last=False)
        self._cards.move_to_end(key)
        painter.drawPixmap(corner, card)
        return own.translated(corner)


class Backdrop:
    """The opaque lowest part of a panel, as long as its `key`, which holds all it depends on, stays."""

    def __init__(self) -> None:
        self._key: object = None
        self._picture: QPixmap | None = None

    def draw(
        self, painter: QPainter, area: QRect, ground: QColor, key: object, paint: Callable[[QPainter], None]
    ) -> None:
        """Fill the area with the colour of the ground, and draw on it what `paint` draws."""
        ratio, placed = pixel_ratio(painter), painter.deviceTransform()
        origin = placed.map(area.topLeft())
        key = (ratio, origin, area, ground, key)
        if ratio is None or key != self._key or origin.x() < 0 or origin.y() < 0:
            self._key, self._picture = key, None
            painter.fillRect(area, ground)
            paint(painter)
            return
        if self._picture is None:
            self._picture = _opaque(area, origin, placed, ground, paint)
        painter.drawPixmap(area.topLeft(), self._picture)


def _opaque(
    area: QRect, origin: QPoint, placed: QTransform, ground: QColor, paint: Callable[[QPainter], None]
) -> QPixmap:
    """What is painted there, in the very place: half-way between two pixels the last digit decides."""
    ratio = placed.m11()
    part = QRect(origin, QSize(math.ceil(area.width() * ratio), math.ceil(area.height() * ratio)))
    image = QImage(part.right() + 1, part.bottom() + 1, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        painter.fillRect(part, ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setWorldTransform(placed)
        paint(painter)
    finally:
        painter.end()
    picture = QPixmap.fromImage(image.copy(part))
    picture.setDevicePixelRatio(ratio)
    return picture


def _copied(
    bounds: QRectF, ratio: float, paint: Callable[[QPainter], None]
) -> tuple[tuple[float, float], Tiles]:
    corner, image = _image(bounds, ratio, paint)
    return corner, Tiles(image)


def picture_of(bounds: QRectF, ratio: float, paint: Callable[[QPainter], None]) -> tuple[QPointF, QPixmap]:
    """Where a picture begins, in units, and the picture of what is painted there on nothing.

    It has all pixels of which some part is within the bounds.
    """
    corner, image = _image(bounds, ratio, paint)
    picture = QPixmap.fromImage(image)
    picture.setDevicePixelRatio(ratio)
    return QPointF(*corner), picture


def _image(
    bounds: QRectF, ratio: float, paint: Callable[[QPainter], None]
) -> tuple[tuple[float, float], QImage]:
    """A picture of all whole pixels of the bounds, and where it begins in units."""
    left, top = math.floor(bounds.left() * ratio), math.floor(bounds.top() * ratio)
    right, bottom = math.ceil(bounds.right() * ratio), math.ceil(bounds.bottom() * ratio)
    image = QImage(max(1, right - left), max(1, bottom - top), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-left, -top)
        painter.scale(ratio, ratio)
        paint(painter)
    finally:
        # A painter left open on a picture that goes away takes the whole program with it.
        painter.end()
    image.setDevicePixelRatio(ratio)
    return (left / ratio, top / ratio), image
