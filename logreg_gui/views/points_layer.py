"""The rows of the data: as glyphs, or as a density where they are too many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap, QTransform

from logreg_gui.views import density
from logreg_gui.views.geometry import FloatArray
from logreg_gui.views.labels import glyph
from logreg_gui.views.layers import PictureLayer, data_rectangle, mapped, pixel_area

RARE_SHARE = 0.2
"""Of the rows of the largest class: a class with fewer would be buried, and is drawn on top."""

MOST_GLYPHS, ALL_GLYPHS = 50_000, 25_000
"""Visible rows from which on there are no glyphs, and up to which there is nothing else: between, a fade."""

MOST_RARE = 5_000
"""Rows of rare classes up to which they lie as glyphs on a density."""

DRAFT_ROWS = 100_000
"""Rows of a density that is made while the hand moves."""

SMALLEST_OUTLINED = 6.0
"""Pixels below which a glyph has no outline: there would be little else."""


class PointsLayer(PictureLayer):
    """The rows as circles, triangles ..., smaller where there are many; too many as a density by class.

    Features and labels are not copied: at any number of rows the layer needs little more than its picture.
    """

    may_lag = True

    def __init__(self) -> None:
        super().__init__(0)
        self._features: NDArray[np.floating] = np.empty((0, 2), dtype=np.float32)
        self._labels: NDArray[np.integer] = np.empty(0, dtype=np.int8)
        self._is_test: NDArray[np.bool_] | None = None
        self._means: NDArray[np.float32] = np.zeros((1, 2), dtype=np.float32)
        self._sizes = density.class_sizes(self._labels)
        self._rare_rows: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._spread = 1.0

    def show_rows(
        self,
        features: NDArray[np.floating],
        labels: NDArray[np.integer],
        means: FloatArray,
        is_test: NDArray[np.bool_] | None = None,
    ) -> None:
        """Draw these rows (n, 2) with their labels (n,), hollow where `is_test` (n,).

        `means` (K, 2) is where they enter from.
        """
        self._features, self._labels, self._is_test = features, labels, is_test
        self._means = means.astype(np.float32)
        self._sizes = density.class_sizes(labels)
        self._rare_rows = rare_rows(labels, self._sizes)
        self.forget_picture()

    def show_spread(self, share: float) -> None:
        """Draw every point that share of the way from its class's mean to its place, 1 being there."""
        if share != self._spread:
            self._spread = share
            self.forget_picture()

    def draw_picture(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        if not len(self._labels):
            return
        features = self._placed()
        margin = self.look.point_size
        nearby = data_rectangle(to_pixels, area.adjusted(-margin, -margin, margin, margin))
        rows = density.rows_inside(features, nearby, MOST_GLYPHS)
        share = glyph_share(len(rows)) if rows is not None else 0.0
        if share < 1.0:
            # Less than what the glyphs leave, or the fade would be paler than both its ends.
            painter.setOpacity(1.0 - share * share)
            self._draw_density(painter, to_pixels, area, features)
            painter.setOpacity(1.0)
        drawn = self._rare_rows if rows is None else rows
        if len(drawn):
            self._draw_glyphs(painter, to_pixels, features, drawn, share)

    def _placed(self) -> NDArray[np.floating]:
        if self._spread == 1.0:
            return self._features
        origins = self._means[self._labels]
        placed: NDArray[np.floating] = origins + np.float32(self._spread) * (self._features - origins)
        return placed

    def _draw_density(
        self, painter: QPainter, to_pixels: QTransform, area: QRectF, features: NDArray[np.floating]
    ) -> None:
        # Every so manieth row: rows stand class after class.
        stride = -(-len(features) // DRAFT_ROWS) if self.is_draft else 1
        raster = density.covering_raster(
            data_rectangle(to_pixels, area), cell_size(self.look.height) / to_pixels.m11()
        )
        counts = density.class_counts(features[::stride], self._labels[::stride], len(self._sizes), raster)
        inks = [self.look.class_color(index) for index in range(len(self._sizes))]
        palette = np.array([(ink.red(), ink.green(), ink.blue()) for ink in inks], dtype=np.uint8)
        colors = density.cell_colors(counts, self._sizes, palette, self.look.theme.densities)
        image = QImage(
            colors.data,
            raster.columns,
            raster.rows,
            4 * raster.columns,
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        painter.drawImage(pixel_area(to_pixels, raster.rectangle), image)

    def _draw_glyphs(
        self,
        painter: QPainter,
        to_pixels: QTransform,
        features: NDArray[np.floating],
        rows: NDArray[np.intp],
        share: float,
    ) -> None:
        """These rows, all but the rare classes with that share of their opacity."""
        ratio = painter.device().devicePixelRatioF()
        atlas, cell = self._glyphs(point_size(self.look.point_size, len(rows)), ratio)
        rows = rows[drawing_order(self._labels[rows], rows)]
        labels = self._labels[rows]
        is_common = np.ones(len(self._sizes))
        is_common[rare_among(self._sizes)] = 0.0
        fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
        fragments.resize(len(rows))
        # x, y, sourceLeft, sourceTop, width, height, scaleX, scaleY, rotation, opacity
        fields = fragments.ndarray()
        fields[:, :2] = mapped(features[rows].astype(np.float64), to_pixels)
        fields[:, 2] = labels * cell
        fields[:, 3] = 0.0 if self._is_test is None else self._is_test[rows] * cell
        fields[:, 4:6] = cell
        fields[:, 6:8] = 1.0 / ratio
        fields[:, 8] = 0.0
        fields[:, 9] = point_opacities(labels) * (1.0 - (1.0 - share) * is_common[labels])
        painter.drawPixmapFragments(*fragments.drawargs(), atlas)  # type: ignore[call-arg]  # pointer, count

    def _glyphs(self, size: float, ratio: float) -> tuple[QPixmap, int]:
        """Square cells in device pixels, one per class side by side, the hollow ones below; their width."""
        outline = 0.11 * size if size >= SMALLEST_OUTLINED else 0.0
        rim = max(1.0, 0.16 * size)
        cell = int(np.ceil((size * 1.25 + 2.0 * outline) * ratio)) + 2
        classes = len(self.look.theme.class_colors)
        atlas = QPixmap(cell * classes, 2 * cell)
        atlas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(atlas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline_pen = QPen(self.look.color("point_outline"), outline * ratio)
        for index in range(classes):
            full, hollow = (QPointF(cell * (index + 0.5), cell * (row + 0.5)) for row in range(2))
            painter.setPen(outline_pen if outline else Qt.PenStyle.NoPen)
            painter.setBrush(self.look.class_color(index))
            painter.drawPath(glyph(index, size * ratio, full))
            painter.setPen(QPen(self.look.class_color(index), rim * ratio))
            painter.setBrush(self.look.color("plot"))
            painter.drawPath(glyph(index, (size - rim) * ratio, hollow))
        painter.end()
        return atlas, cell


def rare_classes(labels: NDArray[np.integer]) -> list[int]:
    """The classes with less than `RARE_SHARE` of the rows of the largest one, the rarest last."""
    return rare_among(density.class_sizes(labels))


def rare_among(sizes: NDArray[np.intp]) -> list[int]:
    """The rare classes by the number of rows of every class (K,), the rarest last."""
    rare = np.flatnonzero((sizes > 0) & (sizes < RARE_SHARE * sizes.max(initial=0)))
    return [int(label) for label in rare[np.argsort(-sizes[rare], kind="stable")]]


def rare_rows(labels: NDArray[np.integer], sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    """The rows of the rare classes; none when they are too many to be drawn on a density."""
    rare = rare_among(sizes)
    if not rare or sizes[rare].sum() > MOST_RARE:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.logical_or.reduce([labels == label for label in rare]))


def drawing_order(
    labels: NDArray[np.integer], numbers: NDArray[np.integer] | None = None
) -> NDArray[np.intp]:
    """The rows (n,) from the bottom up: shuffled, then the rare classes.

    Without the shuffle the last class would lie on top of all others. The place of a row depends on its
    number alone (in `numbers`, (n,), where the rows are a choice of more): whichever rows are in view, of two
    of them the same one lies on top.
    """
    if numbers is None:
        numbers = np.arange(len(labels))
    height = np.zeros(max(len(density.class_sizes(labels)), 1), dtype=np.uint16)
    for level, label in enumerate(rare_classes(labels), start=1):
        height[label] = min(level, 7)
    # Three bits for the height and 13 of a hash: 16 bits are sorted by radix, ten times as fast.
    key = height[labels] << np.uint16(13) | scattered(numbers) >> np.uint16(3)
    return np.argsort(key, kind="stable")


def scattered(numbers: NDArray[np.integer]) -> NDArray[np.uint16]:
    """16 bits that look like chance but depend on the number alone (a multiplicative hash, Knuth 6.4)."""
    mixed = numbers.astype(np.uint32) * np.uint32(2_654_435_761)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(2_246_822_519)
    return (mixed >> np.uint32(16)).astype(np.uint16)


def point_opacities(labels: NDArray[np.integer]) -> FloatArray:
    """The opacity of every row (n,): by the number of all rows, for a rare class by the number of its own."""
    counts = np.bincount(labels)
    by_class = np.full(len(counts), point_opacity(len(labels)))
    for label in rare_classes(labels):
        by_class[label] = point_opacity(int(counts[label]))
    opacities: FloatArray = by_class[labels]
    return opacities


def glyph_share(visible: int) -> float:
    """How opaque the glyphs of so many visible rows are; the density behind them fades as they appear."""
    return float(np.clip((MOST_GLYPHS - visible) / (MOST_GLYPHS - ALL_GLYPHS), 0.0, 1.0))


def cell_size(height: int) -> float:
    """Side of a cell of the density, in whole logical pixels: about the smallest glyph."""
    return max(2.0, float(round(0.0028 * height)))


def point_size(largest: float, count: int) -> float:
    """Diameter in pixels: that of few points, shrinking with the fourth root of how many share the plane."""
    return float(np.clip(largest * (400.0 / max(count, 1)) ** 0.25, 0.32 * largest, largest))


def point_opacity(count: int) -> float:
    """Opaque for few; many are translucent so that dense and sparse regions differ."""
    return float(np.clip(1.15 - 0.15 * np.log10(max(count, 1)), 0.4, 1.0)) if count > 500 else 1.0
