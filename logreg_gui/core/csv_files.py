"""Tables read from text files: comma-separated values in all their dialects.

What is found out from the file itself
    encoding    by its byte order mark UTF-8, UTF-16 or UTF-32; else UTF-8 where it is valid, else Latin-1
    delimiter   of tab ; | , the one that splits the most of the first records alike; earlier ones win ties,
                so `1,5;2,5` is two numbers
    header      the first record, unless one of its cells is a number; then columns are `column 1` ...
    numbers     a column is numbers if every cell is one or is missing, else it is text. A decimal comma is
                read where the delimiter is no comma and no cell of the column has a point.
    missing     an empty cell, NA, N/A, ?, null, NaN and -, in any case, with or without spaces around

Cells may stand in double quotes, which then hold delimiters, line breaks and doubled quotes. Lines end in LF,
CR LF or CR. Blank lines are skipped: in a file of one column an empty cell is a blank line. Lines and columns
count from 1, and a record is where its first line is.

A file is read in blocks of records, and once more if it has text: a list of all its cells would take some 55
bytes for each and keep the garbage collector busy. Where all below the header is plain numbers, numpy's own
reader does the work. 1,000,000 rows of three columns take 0.3 s, with a cell missing 0.7 s, with a column of
text 1.5 s.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.datasets import Dataset
from logreg_gui.core.validation import FloatArray, read_only

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

Record = tuple[int, list[str]]
"""The line where it begins, and its cells."""

Cells = tuple[str, ...]
IndexArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

DELIMITERS = ("\t", ";", "|", ",")
"""The comma last: beside another delimiter it is more likely a decimal sign."""

MISSING = frozenset({"", "na", "n/a", "?", "null", "nan", "-"})

MOST_CLASSES = 6
"""A label with more values is hardly a class, and colours on a projector are told apart no longer."""

LARGEST_NUMBER = float(np.finfo(np.float32).max)
"""Pictures are made of float32."""

# UTF-32 before UTF-16: the mark of the one begins with that of the other.
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
CONTROL_CHARACTERS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
LINE_END = re.compile(rb"\r\n|\r|\n")
PLAIN_NUMBERS = b"0123456789+-.eE \r\n"

PIECE = 262_144
"""Bytes of plain numbers in hand at a time: some 3 ms."""

SAMPLE = 100
"""Records that decide about the delimiter."""

BLOCK = 500
"""Records in hand at a time. They die young: in blocks of 20,000 the same file takes four times as long."""


class CsvError(ValueError):
    """A file that cannot be used, in one sentence: which file, line and column, and what is wrong."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column of n cells: `numbers` (n,) float64 with NaN where one is missing, or else text.

    Of text each different cell is kept once in `distinct`, in order of appearance and with "" for a missing
    one; `codes` (n,) int32 says which one a row has. Arrays are read-only; `numbers` or `codes` is None.
    """

    name: str
    numbers: FloatArray | None
    codes: NDArray[np.int32] | None = None
    distinct: tuple[str, ...] = ()

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All cells as text, "" where missing; a number as its shortest text, 2.50 as 2.5."""
        if self.numbers is not None:
            return tuple(map(_number_text, self.numbers.tolist()))
        return tuple(map(self.distinct.__getitem__, self._codes.tolist()))

    def text(self, row: int) -> str:
        """One cell as text, as in `texts`, without making the others."""
        if self.numbers is not None:
            return _number_text(float(self.numbers[row]))
        return self.distinct[int(self._codes[row])]

    @cached_property
    def n_missing(self) -> int:
        """Number of missing cells."""
        return int(np.count_nonzero(self.is_missing))

    @cached_property
    def is_missing(self) -> BoolArray:
        """Where a cell is missing, (n,), read-only."""
        if self.numbers is not None:
            is_missing = np.isnan(self.numbers)
        elif "" in self.distinct:
            is_missing = self._codes == self.distinct.index("")
        else:
            is_missing = np.zeros(len(self._codes), dtype=np.bool_)
        is_missing.setflags(write=False)
        return is_missing

    @cached_property
    def categories(self) -> Categories | None:
        """The different values, of which there is one at least; None of more than six numbers."""
        if self.numbers is None:
            present = [code for code, text in enumerate(self.distinct) if text]
            return _text_categories(self.distinct, present, self._codes) if present else None
        values = _few_values(self.numbers)
        if not values:
            return None
        codes = np.full(len(self.numbers), -1, dtype=np.int32)
        for code, value in enumerate(sorted(values)):
            codes[self.numbers == value] = code
        return Categories(tuple(map(_number_text, sorted(values))), read_only(codes, np.int32))

    @property
    def may_be_classes(self) -> bool:
        """Whether there are two to six different values."""
        if self.numbers is None:
            n_values = len(self.distinct) - ("" in self.distinct)
        else:
            n_values = len(self.categories.names) if self.categories is not None else 0
        return 2 <= n_values <= MOST_CLASSES

    @cached_property
    def largest(self) -> float:
        """The largest size of a number; 0 where there is none, infinite where one is."""
        if self.numbers is None or self.n_missing == len(self.numbers):
            return 0.0
        return float(max(np.nanmax(self.numbers), -np.nanmin(self.numbers)))

    @property
    def _codes(self) -> NDArray[np.int32]:
        assert self.codes is not None  # what has no numbers has codes
        return self.codes


@dataclass(frozen=True, eq=False)
class Categories:
    """A column as classes: their `names` in ascending order, and `codes` (n,) into them, -1 where missing.

    Numbers ascend by size, text by its characters.
    """

    names: tuple[str, ...]
    codes: NDArray[np.int32]

    def sizes(self, is_kept: BoolArray) -> IndexArray:
        """How many of the rows kept, which all have a value, are of each name."""
        return np.bincount(self.codes[is_kept], minlength=len(self.names))


@dataclass(frozen=True, eq=False)
class Table:
    """What a file holds: its `name`, its columns, and the line (n,) where each of its n >= 1 rows begins.

    Names of columns are all different.
    """

    name: str
    columns: tuple[Column, ...]
    lines: IndexArray

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return len(self.lines)

    def look_through(self) -> None:
        """Find out now what the columns are like; they remember it, and later answers take no time."""
        for column in self.columns:
            _ = column.n_missing, column.largest, column.may_be_classes and column.categories

    def column(self, name: str) -> Column:
        """The column of this name.

        Raises:
            CsvError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        names = ", ".join(repr(column.name) for column in self.columns)
        raise CsvError(f"{self.name} has no column {name!r}: its columns are {names}")


def read_csv(path: str | Path, check: Callable[[], object] = lambda: None) -> Table:
    """The table in the file at `path`.

    `check` is called between blocks of rows, so that what it raises ends the reading of a large file.

    Raises:
        CsvError: it cannot be opened, is empty or not text, its quotes do not match, or a record has more or
            fewer cells than the first.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CsvError(f"{path.name or path} cannot be read: {error.strerror}") from error
    check()
    return _table(_as_utf8(raw, path.name), path.name, check)


def parse_csv(text: str, name: str = "the text") -> Table:
    """The table in `text`; `name` stands for it in errors, which are those of `read_csv`.

    Raises:
        CsvError: as for `read_csv`.
    """
    return _table(_as_utf8(text.encode("utf-8", "replace"), name), name)


def to_dataset(
    table: Table, x1: str, x2: str, label: str, standardise: bool = False
) -> tuple[Dataset, tuple[str, ...], int]:
    """The columns `x1` and `x2` as features, the classes' names, and how many rows were dropped.

    Rows where one of the three cells is missing are dropped. Classes are the values of the column `label` in
    ascending order, numbers by size and text by its characters: the names, in the order of the class numbers.
    `standardise` gives features mean 0 and standard deviation 1 (dividing by n); one that does not vary
    becomes 0.

    Raises:
        CsvError: no such column, a feature that is text or not finite in float32, no row left, or a label of
            one value or of more than six.
    """
    first, second = (numbers_of(table, name) for name in (x1, x2))
    is_kept = ~(np.isnan(first) | np.isnan(second) | table.column(label).is_missing)
    if not is_kept.any():
        raise CsvError(f"{table.name} has no row where {x1!r}, {x2!r} and {label!r} are all there")
    labels, names = _classes(table, label, is_kept)
    features = np.empty((len(labels), 2))
    for k, (name, numbers) in enumerate(((x1, first), (x2, second))):
        demand_float32(table, name, is_kept, is_scaled=standardise)
        features[:, k] = _standardised(numbers[is_kept]) if standardise else numbers[is_kept]
    features.setflags(write=False)
    return Dataset(features, labels), names, int(table.n_rows - len(labels))


def numbers_of(table: Table, name: str) -> FloatArray:
    """The numbers (n,) of the column `name`, NaN where one is missing.

    Raises:
        CsvError: there is no such column, or one of its cells is no number.
    """
    column = table.column(name)
    if column.numbers is not None:
        return column.numbers
    # There is one: a decimal comma that could not be read counts as none.
    code, text = next(
        (code, text)
        for code, text in enumerate(column.distinct)
        if text and not _is_number(text, has_decimal_comma=False)
    )
    line = table.lines[np.argmax(column.codes == code)]
    raise CsvError(f"{table.name}, line {line}, column {name!r}: {text!r} is no number")


def demand_float32(table: Table, name: str, is_kept: BoolArray, *, is_scaled: bool = False) -> None:
    """See that float32 holds the numbers of the column `name` in the rows kept (n,), scaled or as they are.

    Raises:
        CsvError: it does not.
    """
    if table.column(name).largest <= LARGEST_NUMBER:
        return
    numbers = numbers_of(table, name)
    with np.errstate(over="ignore"):
        is_wrong = is_kept & ~np.isfinite(numbers if is_scaled else numbers.astype(np.float32))
    if is_wrong.any():
        row = int(np.argmax(is_wrong))
        raise CsvError(
            f"{table.name}, line {table.lines[row]}, column {name!r}: {numbers[row]} is beyond the numbers "
            f"that can be drawn, which end at 3.4e38"
        )


def _as_utf8(raw: bytes, name: str) -> bytes:
    """The text of a file in UTF-8 without a byte order mark."""
    encoding = next((encoding for mark, encoding in BYTE_ORDER_MARKS if raw.startswith(mark)), None)
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            called = encoding.removesuffix("-sig").upper()
            raise CsvError(f"{name} begins as {called} and is not valid: {error.reason}") from error
        text = raw.decode("latin-1")
        encoding = "latin-1"
    if encoding is not None:
        raw = text.encode("utf-8", "replace")
    # A short look for all control characters, and at the whole for the one that text never has.
    if b"\0" in raw or CONTROL_CHARACTERS.search(raw, 0, 65_536):
        raise CsvError(f"{name} is no text file: it holds control characters")
    return raw


def _table(raw: bytes, name: str, check: Callable[[], object] = lambda: None) -> Table:
    source = _Source(raw, name, _delimiter(raw), check)
    first = next(source.records(), None)
    if first is None:
        raise CsvError(f"{name} is empty")
    first_line, first_record = first
    has_header = not any(_is_number(cell, source.has_decimal_comma) for cell in first_record)
    names = _column_names(first_record if has_header else [""] * len(first_record))
    first_row = first_line + has_header
    plain = _plain_numbers(source, first_row - 1, len(names))
    if plain is None:
        return _read_by_blocks(source, names, has_header)
    columns = tuple(Column(one, read_only(numbers)) for one, numbers in zip(names, plain.T, strict=True))
    return Table(name, columns, read_only(np.arange(first_row, first_row + len(plain)), np.int64))


@dataclass(frozen=True)
class _Source:
    raw: bytes
    name: str
    delimiter: str
    check: Callable[[], object]

    @property
    def has_decimal_comma(self) -> bool:
        return self.delimiter != ","

    def records(self) -> Iterator[Record]:
        reader = _reader(self.raw, self.delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if not _is_blank(cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise CsvError(
                f"{self.name}, line {line}: a quote is not closed or has text behind it ({error})"
            ) from error

    def blocks(self, names: Sequence[str], has_header: bool) -> Iterator[tuple[IndexArray, list[Cells]]]:
        """The rows, many at a time: their lines, and their cells by column."""
        records = islice(self.records(), int(has_header), None)
        while block := list(islice(records, BLOCK)):
            self.check()
            for line, cells in block:
                if len(cells) != len(names):
                    raise CsvError(_raggedness(self.name, line, len(cells), names))
            yield (
                np.array([line for line, _ in block], dtype=np.int64),
                list(zip(*(cells for _, cells in block), strict=True)),
            )


def _reader(raw: bytes, delimiter: str, strict: bool) -> CsvReader:
    # newline="": the reader itself must see the line ends, those inside quotes are part of the cell.
    lines = io.TextIOWrapper(io.BytesIO(raw), "utf-8", newline="")
    return csv.reader(lines, delimiter=delimiter, strict=strict, skipinitialspace=True)


def _is_blank(cells: list[str]) -> bool:
    return not cells or (len(cells) == 1 and not cells[0].strip())


def _raggedness(name: str, line: int, n_cells: int, names: Sequence[str]) -> str:
    if n_cells < len(names):
        return (
            f"{name}, line {line}, column {names[n_cells]!r}: the record ends before it, "
            f"after {n_cells} of {len(names)} cells"
        )
    return f"{name}, line {line}, column {len(names) + 1}: the record has {n_cells} cells, not {len(names)}"


def _delimiter(raw: bytes) -> str:
    """The one that splits the most of the first records into the same number of cells, above one."""
    alike = {delimiter: _records_alike(raw, delimiter) for delimiter in DELIMITERS}
    best = max(alike.values())
    return next(delimiter for delimiter in DELIMITERS if alike[delimiter] == best) if best else ","


def _records_alike(raw: bytes, delimiter: str) -> int:
    sizes: Counter[int] = Counter()
    # An open quote is no matter here: it runs into the longest cell allowed, or is told on reading.
    with suppress(csv.Error):
        for cells in islice(_reader(raw, delimiter, strict=False), SAMPLE):
            if any(map(str.strip, cells)):  # a blank line of tabs splits too
                sizes[len(cells)] += 1
    return max((number for size, number in sizes.items() if size > 1), default=0)


def _column_names(cells: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for k, cell in enumerate(cells, start=1):
        base = " ".join(cell.split()) or f"column {k}"
        candidates = chain([base], (f"{base} ({copy})" for copy in count(2)))
        names.append(next(name for name in candidates if name not in names))
    return tuple(names)


def _plain_numbers(source: _Source, n_lines_above: int, n_columns: int) -> FloatArray | None:
    """All rows (n, n_columns), where there is nothing but numbers and no blank line; else None."""
    body = source.raw[_end_of_line(source.raw, n_lines_above) :].rstrip()
    if not body or b'"' in source.raw or body.translate(None, PLAIN_NUMBERS + source.delimiter.encode()):
        return None
    parts = []
    for piece in _pieces_of_lines(body):
        if not piece.strip():
            return None
        try:
            text = io.TextIOWrapper(io.BytesIO(piece), "ascii")
            rows = np.loadtxt(text, delimiter=source.delimiter, comments=None, ndmin=2)
        except ValueError:  # a missing or a ragged cell, a date, ...: whatever it is, the other way tells
            return None
        if rows.shape != (_number_of_lines(piece), n_columns):
            return None
        parts.append(rows)
        source.check()
    return np.concatenate(parts)


def _pieces_of_lines(body: bytes) -> Iterator[bytes]:
    """Whole lines, some at a time: numpy's reader lets nobody else compute until it is through."""
    begin = 0
    while begin < len(body):
        end = body.find(b"\n", begin + PIECE) + 1 or len(body)
        yield body[begin:end]
        begin = end


def _number_of_lines(piece: bytes) -> int:
    ends = piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
    return ends + (not piece.endswith((b"\n", b"\r")))


def _end_of_line(raw: bytes, line: int) -> int:
    """The offset behind the line of this number; 0 for line 0."""
    ends = (match.end() for match in LINE_END.finditer(raw))
    return next(islice(ends, line - 1, None), len(raw)) if line else 0


def _read_by_blocks(source: _Source, names: tuple[str, ...], has_header: bool) -> Table:
    lines: list[IndexArray] = []
    readers = [_NumberReader(source.has_decimal_comma) for _ in names]
    for block_lines, columns in source.blocks(names, has_header):
        lines.append(block_lines)
        for reader, cells in zip(readers, columns, strict=True):
            reader.read(cells)
    if not lines:
        raise CsvError(f"{source.name} holds a header and no rows")
    # Only now it is known which columns are text: a column may end its numbers with the last cell.
    encoders = {k: _TextEncoder() for k, reader in enumerate(readers) if not reader.is_numbers}
    if encoders:
        for _, columns in source.blocks(names, has_header):
            for k, encoder in encoders.items():
                encoder.read(columns[k])
    columns_read = (
        encoders[k].column(name) if k in encoders else readers[k].column(name) for k, name in enumerate(names)
    )
    return Table(source.name, tuple(columns_read), read_only(np.concatenate(lines), np.int64))


class _NumberReader:
    """The numbers of a column, block by block, until a cell is none."""

    def __init__(self, has_decimal_comma: bool) -> None:
        self.is_numbers = True
        self._has_decimal_comma = has_decimal_comma
        self._decimal_signs: set[str] = set()
        self._blocks: list[FloatArray] = []

    def read(self, cells: Cells) -> None:
        if not self.is_numbers:
            return
        numbers = self._numbers(cells)
        if numbers is None:
            self.is_numbers = False
            self._blocks.clear()
        else:
            self._blocks.append(numbers)

    def column(self, name: str) -> Column:
        return Column(name, read_only(np.concatenate(self._blocks)))

    def _numbers(self, cells: Cells) -> FloatArray | None:
        characters = "".join(cells)
        self._decimal_signs.update(sign for sign in ".," if sign in characters)
        if "_" in characters or self._decimal_signs == {".", ","}:
            return None
        if "," in self._decimal_signs:
            if not self._has_decimal_comma:
                return None
            cells = tuple(cell.replace(",", ".") for cell in cells)
        try:
            return np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:  # perhaps only for missing cells, which are looked for only now: they cost time
            pass
        try:
            return np.fromiter(map(_number_or_missing, cells), np.float64, len(cells))
        except ValueError:
            return None


class _TextEncoder(dict[str, int]):
    """The cells of a text column as numbers, block by block; the dictionary is from cell to number."""

    def __init__(self) -> None:
        super().__init__()
        self._distinct: dict[str, int] = {}
        self._blocks: list[NDArray[np.int32]] = []

    def __missing__(self, cell: str) -> int:
        text = "" if _is_missing(cell) else cell.strip()
        self[cell] = self._distinct.setdefault(text, len(self._distinct))
        return self[cell]

    def read(self, cells: Cells) -> None:
        self._blocks.append(np.fromiter(map(self.__getitem__, cells), np.int32, len(cells)))

    def column(self, name: str) -> Column:
        return Column(name, None, read_only(np.concatenate(self._blocks), np.int32), tuple(self._distinct))


def _is_missing(cell: str) -> bool:
    return cell.strip().casefold() in MISSING


def _number_or_missing(cell: str) -> float:
    return math.nan if _is_missing(cell) else float(cell)


def _is_number(cell: str, has_decimal_comma: bool) -> bool:
    """Whether a cell alone would be a number; a missing one is not."""
    if _is_missing(cell) or "_" in cell:  # Python reads 1_000 as a number
        return False
    if has_decimal_comma and "." not in cell:
        cell = cell.replace(",", ".")
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number_text(number: float) -> str:
    if math.isnan(number):
        return ""
    is_short_and_whole = abs(number) < 1e16 and number.is_integer()
    return str(int(number)) if is_short_and_whole else repr(number)


def _standardised(numbers: FloatArray) -> FloatArray:
    if numbers.min() == numbers.max():  # asked first: their mean may miss equal numbers by a rounding
        return np.zeros(len(numbers))
    numbers = numbers / np.abs(numbers).max()  # squares of numbers beyond 1e154 would overflow
    numbers -= numbers.mean()
    numbers /= numbers.std()
    return numbers


def _classes(table: Table, name: str, is_kept: BoolArray) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """The class number of every row kept, and the classes' names."""
    categories = table.column(name).categories or _many_numbers(table.column(name), is_kept)
    sizes = categories.sizes(is_kept)
    present = np.flatnonzero(sizes)
    if not 2 <= len(present) <= MOST_CLASSES:
        raise CsvError(
            f"{table.name}, column {name!r}: a label has 2 to {MOST_CLASSES} different values, "
            f"this one has {len(present)}"
        )
    # Values that are in dropped rows alone are no classes.
    numbers = np.cumsum(sizes > 0) - 1
    labels = numbers.astype(np.int8)[categories.codes[is_kept]]
    return labels, tuple(categories.names[code] for code in present)


def _many_numbers(column: Column, is_kept: BoolArray) -> Categories:
    assert column.numbers is not None  # text always has categories where a cell is not missing
    values, codes = np.unique(np.where(is_kept, column.numbers, np.nan), return_inverse=True)
    return Categories(tuple(map(_number_text, values.tolist())), codes.astype(np.int32))


def _few_values(numbers: FloatArray) -> list[float]:
    """The different numbers, NaN aside; none if there are more than may be classes."""
    # Most columns of measurements are told by their beginning.
    for rest in (numbers[:1000], numbers):
        rest = rest[~np.isnan(rest)]
        values: list[float] = []
        while len(rest):
            if len(values) == MOST_CLASSES:
                return []
            values.append(float(rest[0]) + 0.0)  # never -0.0
            rest = rest[rest != rest[0]]
    return values


def _text_categories(distinct: Sequence[str], present: Sequence[int], codes: NDArray[np.int32]) -> Categories:
    # Sorted here, where the different texts are few; not by numpy among all rows.
    order = sorted(present, key=distinct.__getitem__)
    places = np.full(len(distinct), -1, dtype=np.int32)
    places[order] = np.arange(len(order))
    return Categories(tuple(distinct[code] for code in order), read_only(places[codes], np.int32))
