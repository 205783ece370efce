"""What leaves the program as a file for others: pictures, the rows, the steps of the run."""

from __future__ import annotations

import csv
import io
import math
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

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
from logreg_gui.write_queue import WriteQueue

ROWS = 1_000
"""Of a table, written in one go: some milliseconds."""

PNG_LINES = 64
"""Of a picture, compressed in one go: some milliseconds."""

SHARPNESS = 2
"""Pixels of a PNG per pixel of the window, for slides and print."""


@dataclass
class _Export:
    """A file that is written: what it is, and the number of its rows, in all and so far."""

    what: str
    n_rows: int
    n_written: int = 0

    def counted(self, pieces: Iterable[tuple[str | bytes, int]]) -> Iterator[str | bytes]:
        """The pieces, which come with their numbers of rows."""
        for piece, n_rows in pieces:
            self.n_written += n_rows
            yield piece


class Exporter(QObject):
    """Writes one export after the other, however long, and says how far it is."""

    told = Signal(str)  # the good end, in one sentence
    failed = Signal(str)  # one sentence: why there is no file
    progressed = Signal(str)  # one sentence, while a long export is written
    busy_changed = Signal(bool)  # True while a long export is written, which `cancel` would end

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_long = False
        self._queue = WriteQueue(self)
        self._queue.finished.connect(self._finish)
        self._queue.failed.connect(self._fail)
        self._queue.cancelled.connect(self._tell_cancelled)
        self._queue.progressed.connect(self._tell_progress)

    @property
    def is_busy(self) -> bool:
        """Whether a file is being written."""
        return self._queue.is_busy

    def write_picture(self, path: str, pieces: Iterable[bytes]) -> None:
        """Write a picture that is painted already."""
        self._add(path, _Export("picture", 0), ((piece, 0) for piece in pieces))

    def write_table(self, path: str, what: str, pieces: Iterable[tuple[str, int]], n_rows: int) -> None:
        """Write `what`: text and number of rows by turns, `n_rows` in all."""
        self._add(path, _Export(what, n_rows), pieces)

    @Slot()
    def cancel(self) -> None:
        """End the export that is being written; its file stays as it was, and the next one begins."""
        self._queue.cancel()

    def shut_down(self) -> None:
        """Give up what is being written, and what waits."""
        self._queue.cancel_all()

    def _add(self, path: str, export: _Export, pieces: Iterable[tuple[str | bytes, int]]) -> None:
        self._queue.add(path, export.counted(pieces), export)
        if len(self._queue.abouts) > 1:
            self._tell_progress()

    @Slot()
    def _tell_progress(self) -> None:
        if not self._is_long:
            self._is_long = True
            self.busy_changed.emit(True)
        export, *waiting = [one for one in self._queue.abouts if isinstance(one, _Export)]
        share = int(100 * export.n_written / max(1, export.n_rows))
        how_far = f": {share} % of {export.n_rows:,} rows" if export.n_rows else " …"
        then = "".join(f", then the {one.what}" for one in waiting)
        self.progressed.emit(f"Writing the {export.what}{how_far}{then}")

    @Slot(str, object)
    def _finish(self, path: str, export: _Export) -> None:
        self._rest()
        self.told.emit(f"The {export.what} is in {path}.")

    @Slot(str)
    def _fail(self, reason: str) -> None:
        self._rest()
        self.failed.emit(reason)

    @Slot(object)
    def _tell_cancelled(self, export: _Export) -> None:
        self._rest()
        self.told.emit(f"The {export.what} was not written: cancelled.")

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
