"""Many rows as a picture: how many of each class fall into every cell of a raster, and the colours of that.

Symbols: features (n, 2) in float32; labels (n,), the classes k = 0 ... K - 1; a raster of R rows, downwards,
and C columns of square cells; counts (K, R, C). Nothing of the size of the data is allocated: rows go through
in blocks that stay in the cache. A row that is not finite, or lies outside, is in no cell.

A cell's colour mixes those of its classes by their shares, in linear light, where blue and orange make a
mauve and not a mud. Each class counts relative to its own size, so that a rare class is not buried. How full
the cell is says its opacity, on a logarithmic scale that ends at a high quantile: one peak does not bleach
the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logreg_gui.views.geometry import Rectangle

Features = NDArray[np.floating]
Labels = NDArray[np.integer]
Counts = NDArray[np.intp]

BLOCK = 32_768
"""Rows at a time: their few buffers fit into a second-level cache."""

FULL_QUANTILE = 0.99
"""Of the cells with rows in them: from this one on a cell is as opaque as it gets."""


@dataclass(frozen=True)
class Raster:
    """Square cells over the plane; `left` and `top` are the outer corner, `cell` the side, in data units.

    Both are float32 numbers: what is subtracted from a feature is then exactly where the raster is drawn.
    """

    left: float
    top: float
    cell: float
    rows: int
    columns: int

    @property
    def rectangle(self) -> Rectangle:
        """What it covers."""
        right, bottom = self.left + self.columns * self.cell, self.top - self.rows * self.cell
        return self.left, right, bottom, self.top


def covering_raster(rectangle: Rectangle, cell: float) -> Raster:
    """The raster over a rectangle whose cells begin at multiples of their side.

    So they do not depend on where the view stands, and a cloud that is moved keeps its grain.
    """
    left, right, bottom, top = rectangle
    first = float(np.float32(np.floor(left / cell) * cell))
    highest = float(np.float32(np.ceil(top / cell) * cell))
    columns, rows = (int(np.ceil(way / cell)) for way in (right - first, highest - bottom))
    return Raster(first, highest, cell, max(rows, 1), max(columns, 1))


def class_counts(features: Features, labels: Labels, classes: int, raster: Raster) -> Counts:
    """How many rows of each of so many classes lie in each cell: (K, R, C)."""
    # A border of one cell takes what lies outside: cheaper than to choose what lies inside.
    rows, columns = raster.rows + 2, raster.columns + 2
    counts = np.zeros(classes * rows * columns, dtype=np.intp)
    across, down = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    cells, part = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32)
    # Far outside, a float32 ends at infinity; that is outside too.
    with np.errstate(over="ignore", invalid="ignore"):
        for begin in range(0, len(features), BLOCK):
            block = features[begin : begin + BLOCK]
            size = len(block)
            x, y, cell, extra = across[:size], down[:size], cells[:size], part[:size]
            np.subtract(block[:, 0], raster.left, out=x, casting="same_kind")
            np.subtract(raster.top, block[:, 1], out=y, casting="same_kind")
            for place, last in ((x, columns - 1), (y, rows - 1)):
                place *= np.float32(1.0 / raster.cell)
                place += np.float32(1.0)
                # fmax, and not maximum: it turns NaN into the border.
                np.fmax(place, np.float32(0.0), out=place)
                np.fmin(place, np.float32(last), out=place)
            cell[:] = y
            cell *= columns
            extra[:] = x
            cell += extra
            extra[:] = labels[begin : begin + BLOCK]
            extra *= rows * columns
            cell += extra
            np.add.at(counts, cell, 1)
    return counts.reshape(classes, rows, columns)[:, 1:-1, 1:-1]


def rows_inside(features: Features, rectangle: Rectangle, most: int) -> NDArray[np.intp] | None:
    """The indices of the rows in the rectangle, None when there are more than `most`: then it stops early."""
    left, right, bottom, top = rectangle
    found, count = [], 0
    for begin in range(0, len(features), BLOCK):
        x, y = features[begin : begin + BLOCK].T
        inside = np.flatnonzero((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
        count += len(inside)
        if count > most:
            return None
        found.append(inside + begin)
    return np.concatenate(found) if found else np.empty(0, dtype=np.intp)


def class_sizes(labels: Labels) -> Counts:
    """The rows of every class: (K,)."""
    sizes = np.zeros(1, dtype=np.intp)
    for begin in range(0, len(labels), BLOCK):
        block = np.bincount(labels[begin : begin + BLOCK], minlength=len(sizes))
        block[: len(sizes)] += sizes
        sizes = block
    return sizes


def cell_colors(
    counts: Counts, sizes: Counts, palette: NDArray[np.uint8], opacities: tuple[float, float]
) -> NDArray[np.uint32]:
    """Premultiplied ARGB of every cell (R, C).

    `sizes` (K,) are the rows of each class, `palette` (K, 3) their colours; `opacities` are those of the
    emptiest cell with a row in it and of the fullest.
    """
    filled = np.flatnonzero(counts.sum(axis=0))
    image = np.zeros(counts.shape[1] * counts.shape[2], dtype=np.uint32)
    if len(filled):
        inside = counts.reshape(len(counts), -1)[:, filled].astype(np.float32)
        alpha = _opacity(inside.sum(axis=0), opacities)
        linear = (palette / np.float32(255.0)) ** np.float32(2.2)
        light = linear.T @ _shares(inside, sizes)
        premultiplied = _GAMMA[(light * (len(_GAMMA) - 1)).astype(np.intp)] * alpha
        red, green, blue = (premultiplied + np.float32(0.5)).astype(np.uint32)
        opaque = (alpha * np.float32(255.0) + np.float32(0.5)).astype(np.uint32)
        image[filled] = opaque << 24 | red << 16 | green << 8 | blue
    return image.reshape(counts.shape[1:])


def _shares(inside: NDArray[np.float32], sizes: Counts) -> NDArray[np.float32]:
    """Of every class in every cell (K, m), each class counted relative to its size."""
    weights = (sizes.max() / np.maximum(sizes, 1)).astype(np.float32)
    shares: NDArray[np.float32] = inside * weights[:, None]
    shares /= shares.sum(axis=0)
    # To the power of 3/2: the larger of two classes shows more than its share, so the change-over is seen.
    shares *= np.sqrt(shares)
    shares /= shares.sum(axis=0)
    return shares


def _opacity(filling: NDArray[np.float32], opacities: tuple[float, float]) -> NDArray[np.float32]:
    place = int(FULL_QUANTILE * (len(filling) - 1))
    full = max(float(np.partition(filling, place)[place]), 2.0)
    lowest, highest = opacities
    # The emptiest cell has one row: its logarithm is 0.
    share: NDArray[np.float32] = np.minimum(np.log(filling) / np.float32(np.log(full)), np.float32(1.0))
    share *= np.float32(highest - lowest)
    share += np.float32(lowest)
    return share


_GAMMA = (255.0 * np.linspace(0.0, 1.0, 4096) ** (1.0 / 2.2)).astype(np.float32)
"""From linear light to the numbers of a screen."""
