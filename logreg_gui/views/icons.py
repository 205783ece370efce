"""The bundled line icons, in the colour of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from logreg_gui.resource_files import resource

PIXELS = 128
"""Icons are drawn once at this size; Qt scales them down smoothly."""


def icon(name: str, color: QColor) -> QIcon:
    """The icon of that name with its lines in `color`.

    The same each time: what Qt scales of an icon it keeps, also when the icon is gone.

    Raises:
        FileNotFoundError: when there is no such icon.
    """
    return _drawn(name, color.name())


@lru_cache(maxsize=64)
def _drawn(name: str, color: str) -> QIcon:
    source = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)
    pixmap = QPixmap(PIXELS, PIXELS)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, PIXELS, PIXELS))
    painter.end()
    return QIcon(pixmap)
