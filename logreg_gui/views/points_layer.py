"""The rows of the data as glyphs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QTransform

from logreg_gui.views.geometry import FloatArray
from logreg_gui.views.labels import glyph
from logreg_gui.views.layers import PictureLayer, mapped

RARE_SHARE = 0.2
"""Of the rows of the largest class: a class with fewer would be buried, and is drawn on top."""

SMALLEST_OUTLINED = 6.0
"""Pixels below which a glyph has no outline: there would be little else."""


class PointsLayer(PictureLayer):
    """The rows as glyphs: circles and triangles with an outline, smaller where there are many."""

    def __init__(self) -> None:
        super().__init__(0)
        self._features: NDArray[np.floating] = np.empty((0, 2), dtype=np.float32)
        self._labels: NDArray[np.integer] = np.empty(0, dtype=np.int8)
        self._origins: NDArray[np.floating] = self._features
        self._opacities: FloatArray = np.empty(0)
        self._spread = 1.0

    def show_rows(
        self, features: NDArray[np.floating], labels: NDArray[np.integer], means: FloatArray
    ) -> None:
        """Draw these rows (n, 2) with their labels (n,); `means` (K, 2) is where they enter from."""
        order = drawing_order(labels)
        self._features, self._labels = features[order], labels[order]
        self._opacities = point_opacities(self._labels)
        self._origins = means.astype(np.float32)[self._labels]
        self.forget_picture()

    def show_spread(self, share: float) -> None:
        """Draw every point that share of the way from its class's mean to its place, 1 being there."""
        self._spread = share
        self.forget_picture()

    def draw_picture(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        if not len(self._labels):
            return
        ratio = painter.device().devicePixelRatioF()
        atlas, cell = self._glyphs(point_size(self.look.point_size, len(self._labels)), ratio)
        placed = self._origins + np.float32(self._spread) * (self._features - self._origins)
        fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
        fragments.resize(len(placed))
        # x, y, sourceLeft, sourceTop, width, height, scaleX, scaleY, rotation, opacity
        rows = fragments.ndarray()
        rows[:, :2] = mapped(placed, to_pixels)
        rows[:, 2] = self._labels * cell
        rows[:, 3] = 0.0
        rows[:, 4:6] = cell
        rows[:, 6:8] = 1.0 / ratio
        rows[:, 8] = 0.0
        rows[:, 9] = self._opacities
        painter.drawPixmapFragments(*fragments.drawargs(), atlas)  # type: ignore[call-arg]  # pointer, count

    def _glyphs(self, size: float, ratio: float) -> tuple[QPixmap, int]:
        """One square cell per class side by side, in device pixels, and the width of a cell."""
        outline = 0.11 * size if size >= SMALLEST_OUTLINED else 0.0
        cell = int(np.ceil((size * 1.25 + 2.0 * outline) * ratio)) + 2
        classes = len(self.look.theme.class_colors)
        atlas = QPixmap(cell * classes, cell)
        atlas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(atlas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline_pen = QPen(self.look.color("point_outline"), outline * ratio)
        painter.setPen(outline_pen if outline else Qt.PenStyle.NoPen)
        for index in range(classes):
            painter.setBrush(self.look.class_color(index))
            painter.drawPath(glyph(index, size * ratio, QPointF(cell * (index + 0.5), cell / 2)))
        painter.end()
        return atlas, cell


def rare_classes(labels: NDArray[np.integer]) -> list[int]:
    """The classes with less than `RARE_SHARE` of the rows of the largest one, the rarest last."""
    counts = np.bincount(labels)
    rare = np.flatnonzero((counts > 0) & (counts < RARE_SHARE * counts.max(initial=0)))
    return [int(label) for label in rare[np.argsort(-counts[rare], kind="stable")]]


def drawing_order(labels: NDArray[np.integer]) -> NDArray[np.intp]:
    """The rows (n,) from the bottom up: shuffled, then the rare classes.

    The shuffle is always the same; without it the last class would lie on top of all others.
    """
    order = np.random.default_rng(0).permutation(len(labels))
    height = np.zeros(len(np.bincount(labels)), dtype=np.int8)
    for level, label in enumerate(rare_classes(labels), start=1):
        height[label] = level
    raised: NDArray[np.intp] = order[np.argsort(height[labels[order]], kind="stable")]
    return raised


def point_opacities(labels: NDArray[np.integer]) -> FloatArray:
    """The opacity of every row (n,): by the number of all rows, for a rare class by the number of its own."""
    counts = np.bincount(labels)
    by_class = np.full(len(counts), point_opacity(len(labels)))
    for label in rare_classes(labels):
        by_class[label] = point_opacity(int(counts[label]))
    opacities: FloatArray = by_class[labels]
    return opacities


def point_size(largest: float, count: int) -> float:
    """Diameter in pixels: that of few points, shrinking with the fourth root of how many share the plane."""
    return float(np.clip(largest * (400.0 / max(count, 1)) ** 0.25, 0.32 * largest, largest))


def point_opacity(count: int) -> float:
    """Opaque for few; many are translucent so that dense and sparse regions differ."""
    return float(np.clip(1.15 - 0.15 * np.log10(max(count, 1)), 0.4, 1.0)) if count > 500 else 1.0
