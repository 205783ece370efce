"""What leaves the program as a file for others: pictures, the rows, the steps of the run."""

from __future__ import annotations

import csv
import io
import math
import re
import struct
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QEvent,
    QObject,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView

from logreg_gui.frames import Sample
from logreg_gui.scenario_json import Record
from logreg_gui.views.pictures import without_copies, without_hands
from logreg_gui.writing import FileWriter

ROWS = 1_000
"""Of a table, written in one go: some milliseconds."""

PNG_LINES = 64
"""Of a picture, compressed in one go: some milliseconds."""

SHARPNESS = 2
"""Pixels of a PNG per pixel of the window, for slides and print."""


class _Export(NamedTuple):
    """A file to be written: `pieces` of text or bytes with their numbers of rows, `n_rows` in all."""

    path: str
    what: str
    pieces: Iterable[tuple[str | bytes, int]]
    n_rows: int


class Exporter(QObject):
    """Writes one export after the other, however long, and says how far it is."""

    told = Signal(str)  # the good end, in one sentence
    failed = Signal(str)  # one sentence: why there is no file
    progressed = Signal(str)  # one sentence, while a long export is written
    busy_changed = Signal(bool)  # True while a long export is written, which `cancel` would end

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[_Export] = deque()
        self._what = ""
        self._n_rows = 0
        self._n_written = 0
        self._is_long = False
        self._writer = FileWriter(self)
        self._writer.finished.connect(self._finish)
        self._writer.failed.connect(self._fail)
        self._writer.cancelled.connect(self._tell_cancelled)
        self._writer.progressed.connect(self._tell_progress)

    @property
    def is_busy(self) -> bool:
        """Whether a file is being written."""
        return self._writer.is_busy

    def write_picture(self, path: str, pieces: Iterable[bytes]) -> None:
        """Write a picture that is painted already."""
        self._add(_Export(path, "picture", ((piece, 0) for piece in pieces), 0))

    def write_table(self, path: str, what: str, pieces: Iterable[tuple[str, int]], n_rows: int) -> None:
        """Write `what`: text and number of rows by turns, `n_rows` in all."""
        self._add(_Export(path, what, pieces, n_rows))

    @Slot()
    def cancel(self) -> None:
        """End the export that is being written; its file stays as it was, and the next one begins."""
        self._writer.cancel()

    def shut_down(self) -> None:
        """Give up what is being written, and what waits."""
        self._waiting.clear()
        self._writer.cancel()

    def _add(self, export: _Export) -> None:
        self._waiting.append(export)
        if self._writer.is_busy:
            self._tell_progress()
        else:
            self._begin_next()

    def _begin_next(self) -> None:
        if self._waiting:
            path, self._what, pieces, self._n_rows = self._waiting.popleft()
            self._n_written = 0
            self._writer.start(path, self._counted(pieces))

    def _counted(self, pieces: Iterable[tuple[str | bytes, int]]) -> Iterator[str | bytes]:
        for piece, n_rows in pieces:
            self._n_written += n_rows
            yield piece

    @Slot()
    def _tell_progress(self) -> None:
        if not self._is_long:
            self._is_long = True
            self.busy_changed.emit(True)
        share = int(100 * self._n_written / max(1, self._n_rows))
        how_far = f": {share} % of {self._n_rows:,} rows" if self._n_rows else " …"
        then = "".join(f", then the {export.what}" for export in self._waiting)
        self.progressed.emit(f"Writing the {self._what}{how_far}{then}")

    @Slot(str)
    def _finish(self, path: str) -> None:
        self._rest()
        self.told.emit(f"The {self._what} is in {path}.")
        self._begin_next()

    @Slot(str)
    def _fail(self, reason: str) -> None:
        self._rest()
        self.failed.emit(reason)
        self._begin_next()

    @Slot()
    def _tell_cancelled(self) -> None:
        self._rest()
        self.told.emit(f"The {self._what} was not written: cancelled.")
        self._begin_next()

    def _rest(self) -> None:
        if self._is_long:
            self._is_long = False
            self.busy_changed.emit(False)


def data_pieces(sample: Sample) -> Iterator[tuple[str, int]]:
    """The rows as CSV: features, label (the class's name, or the number of a regression), split."""
    names = [*sample.feature_names, "label", "split"]
    yield _line(names), 0
    for first in range(0, sample.n_rows, ROWS):
        last = min(first + ROWS, sample.n_rows)
        # float32 as itself: its shortest digits, which read back as the same float32.
        columns = [list(map(str, column)) for column in sample.features[first:last].T]
        labels = sample.target[first:last].tolist()
        texts = [sample.class_names[label] if sample.class_names else repr(label) for label in labels]
        test = _test_rows(sample, first, last)
        splits = ["test" if row in test else "train" for row in range(first, last)]
        yield _lines(zip(*columns, texts, splits, strict=True)), last - first


def _test_rows(sample: Sample, first: int, last: int) -> set[int]:
    if sample.test_rows is None:
        return set()
    begin, end = sample.test_rows.searchsorted((first, last))
    return set(sample.test_rows[begin:end].tolist())


def history_pieces(record: Record, weight_names: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The remembered steps as CSV: step, log-likelihood, and every weight by its name."""
    yield _line(["step", "log-likelihood", *weight_names]), 0
    for first in range(0, len(record), ROWS):
        rows = slice(first, first + ROWS)
        steps = record.steps[rows].tolist()
        # Of many fast steps it was not computed for all.
        values = ["" if math.isnan(value) else value for value in record.log_likelihoods[rows].tolist()]
        weights = record.weights[rows].tolist()
        lines = ([step, value, *row] for step, value, row in zip(steps, values, weights, strict=True))
        yield _lines(lines), len(steps)


def png_of(views: Sequence[QGraphicsView], background: QColor) -> Iterator[bytes]:
    """The views side by side, all as high as the highest, in twice as many pixels: the pieces of a PNG."""
    size = _size(views)
    image = QImage(size * SHARPNESS, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(SHARPNESS)
    with ExitStack() as stack:
        for view in views:
            stack.enter_context(without_copies(view))
        _paint(views, image, background)
    return png_pieces(image)


def png_pieces(image: QImage) -> Iterator[bytes]:
    """A PNG file (W3C, Portable Network Graphics, third edition) of an opaque image.

    A picture of the plots takes 50 to 100 ms to compress, so it is done some lines at a time. Lines are not
    filtered: of pictures like these Qt's file is a fifth larger, and takes three times as long.
    """
    width, height = image.width(), image.height()
    yield b"\x89PNG\r\n\x1a\n"
    yield _png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    yield _png_chunk(b"pHYs", struct.pack(">IIB", image.dotsPerMeterX(), image.dotsPerMeterY(), 1))
    compressor = zlib.compressobj()
    for first in range(0, height, PNG_LINES):
        lines = image.copy(0, first, width, min(PNG_LINES, height - first))
        lines = lines.convertToFormat(QImage.Format.Format_RGB888)
        step, pixels = lines.bytesPerLine(), memoryview(lines.constBits())
        # Each line begins with the number of its filter.
        begins = range(0, step * lines.height(), step)
        raw = b"".join(b"\0" + pixels[begin : begin + 3 * width] for begin in begins)
        yield _png_chunk(b"IDAT", compressor.compress(raw))
    yield _png_chunk(b"IDAT", compressor.flush())
    yield _png_chunk(b"IEND", b"")


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def svg_of(views: Sequence[QGraphicsView], background: QColor, title: str) -> bytes:
    """The same as vectors; tint and points are pictures in it, lines, axes and text are not."""
    size = _size(views)
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(0, 0), size))
    generator.setTitle(title)
    # Axes are recorded at the screen's resolution, and would be scaled to another one.
    generator.setResolution(views[0].logicalDpiX())
    _paint(views, generator, background)
    # Where the program's typeface is not installed another one without serifs comes nearest.
    content = bytes(buffer.data().data())
    return re.sub(rb'font-family="([^"]*)"', rb'font-family="\1,sans-serif"', content)


def _size(views: Sequence[QGraphicsView]) -> QSize:
    return QSize(sum(view.width() for view in views), max(view.height() for view in views))


def _paint(views: Sequence[QGraphicsView], device: QImage | QSvgGenerator, background: QColor) -> None:
    whole = _size(views)
    painter = QPainter(device)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRect(QPoint(0, 0), whole), background)
        left = 0
        for view in views:
            with _as_high_as(view, whole.height()), without_hands([view]):
                area = QRectF(left, 0, view.width(), whole.height())
                view.render(painter, area, view.viewport().rect(), Qt.AspectRatioMode.IgnoreAspectRatio)
            left += view.width()
    finally:
        painter.end()


@contextmanager
def _as_high_as(view: QGraphicsView, height: int) -> Iterator[None]:
    """The view laid out for another height, between two paintings: nobody sees it."""
    size = view.size()
    if size.height() == height:
        yield
        return
    view.resize(size.width(), height)
    QCoreApplication.sendPostedEvents(view.scene(), QEvent.Type.LayoutRequest.value)
    try:
        yield
    finally:
        view.resize(size)


def _line(cells: Iterable[object]) -> str:
    return _lines([cells])


def _lines(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
