"""Class probabilities on a grid as a picture in the tints of the classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from logreg_gui.views.style import Look


def tint_shares(probabilities: NDArray[np.floating]) -> NDArray[np.floating]:
    """How much of each class's tint a place wears: (K, ...) from probabilities (K, ...).

    Nothing at 1/K, all at 1, linear in between: where classes tie the background is plain. For two classes
    this is |2 p - 1| of the likelier one, the same as the gradient of a straight boundary.
    """
    uniform = 1.0 / len(probabilities)
    shares: NDArray[np.floating] = np.maximum(probabilities - uniform, 0.0) / (1.0 - uniform)
    return shares


def field_image(look: Look, probabilities: NDArray[np.floating]) -> QImage:
    """A picture of `probabilities` (K, rows, columns), a pixel each, the grid's last row on top."""
    plain = _channels(look.color("plot"))
    towards = np.array(
        [_channels(look.class_color(index)) - plain for index in range(len(probabilities))], dtype=np.float32
    )
    shares = tint_shares(probabilities).astype(np.float32)
    mixed = plain + look.theme.tint * np.tensordot(shares, towards, axes=(0, 0))
    rows, columns = mixed.shape[:2]
    pixels = np.full((rows, columns, 4), 255, dtype=np.uint8)
    # Qt's 32-bit formats are blue, green, red in memory on little-endian machines; RGBA8888 is the same on
    # all.
    pixels[..., :3] = np.rint(mixed[::-1])
    # The image does not own the pixels: a copy does.
    return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBX8888).copy()


def _channels(color: QColor) -> NDArray[np.float32]:
    return np.array((color.red(), color.green(), color.blue()), dtype=np.float32)
