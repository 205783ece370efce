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

A file is read in blocks of records, and once more if it has text: no list of all its cells is ever held,
which would take some 55 bytes per cell and keep the garbage collector busy. Where everything below the header
is plain numbers, numpy's own reader does the work: 1,000,000 rows of three columns take 0.3 s, and 1.5 s
where the third is text.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.datasets import Dataset
from logreg_gui.core.validation import FloatArray, read_only

Record = tuple[int, list[str]]
"""The line where it begins, and its cells."""

IndexArray = NDArray[np.int64]

DELIMITERS = ("\t", ";", "|", ",")
"""The comma last: beside another delimiter it is more likely a decimal sign."""

MISSING = frozenset({"", "na", "n/a", "?", "null", "nan", "-"})

MOST_CLASSES = 6
"""A label with more values is hardly a class, and colours on a projector are told apart no longer."""

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

SAMPLE = 100
"""Records that decide about the delimiter."""

BLOCK = 20_000
"""Records in hand at a time: some 10 MB of Python objects for ten columns."""


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

    @cached_property
    def n_missing(self) -> int:
        """Number of missing cells."""
        return int(self.is_missing.sum())

    @property
    def is_missing(self) -> NDArray[np.bool_]:
        """Where a cell is missing, (n,)."""
        if self.numbers is not None:
            return np.isnan(self.numbers)
        if "" not in self.distinct:
            return np.zeros(len(self._codes), dtype=np.bool_)
        return np.asarray(self._codes == self.distinct.index(""))

    @property
    def _codes(self) -> NDArray[np.int32]:
        assert self.codes is not None  # what has no numbers has codes
        return self.codes


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


def read_csv(path: str | Path) -> Table:
    """The table in the file at `path`.

    Raises:
        CsvError: it cannot be opened, is empty or not text, its quotes do not match, or a record has more or
            fewer cells than the first.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CsvError(f"{path.name} cannot be read: {error.strerror}") from error
    return _table(_as_utf8(raw, path.name), path.name)


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
    first, second = (_feature(table, name) for name in (x1, x2))
    is_kept = ~(np.isnan(first) | np.isnan(second) | table.column(label).is_missing)
    if not is_kept.any():
        raise CsvError(f"{table.name} has no row where {x1!r}, {x2!r} and {label!r} are all there")
    labels, names = _classes(table, label, is_kept)
    features = np.empty((len(labels), 2), dtype=np.float32)
    for k, (name, numbers) in enumerate(((x1, first), (x2, second))):
        _demand_float32(table, name, numbers, is_kept, standardise)
        features[:, k] = _standardised(numbers[is_kept]) if standardise else numbers[is_kept]
    features.setflags(write=False)
    return Dataset(features, labels), names, int(table.n_rows - len(labels))


def _as_utf8(raw: bytes, name: str) -> bytes:
    """The text of a file in UTF-8 without a byte order mark."""
    encoding = next((encoding for mark, encoding in BYTE_ORDER_MARKS if raw.startswith(mark)), None)
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise CsvError(f"{name} begins as {encoding.upper()} and is not valid: {error.reason}") from error
        text = raw.decode("latin-1")
        encoding = "latin-1"
    if encoding is not None:
        raw = text.encode("utf-8", "replace")
    # A short look for all control characters, and at the whole for the one that text never has.
    if b"\0" in raw or CONTROL_CHARACTERS.search(raw, 0, 65_536):
        raise CsvError(f"{name} is no text file: it holds control characters")
    if not raw.strip():
        raise CsvError(f"{name} is empty")
    return raw


def _table(raw: bytes, name: str) -> Table:
    source = _Source(raw, name)
    first_line, first_record = next(source.records())
    has_header = not any(_is_number(cell, source.delimiter) for cell in first_record)
    names = _column_names(first_record if has_header else [""] * len(first_record))
    plain = _plain_numbers(source, first_line if has_header else first_line - 1, len(names))
    if plain is not None:
        columns = tuple(Column(one, read_only(numbers)) for one, numbers in zip(names, plain.T, strict=True))
        first_row = first_line + has_header
        return Table(name, columns, read_only(np.arange(first_row, first_row + len(plain)), np.int64))
    lines = _lines(source, len(names), has_header)
    if not len(lines):
        raise CsvError(f"{name} holds a header in line {first_line} and no rows")
    return Table(name, _columns(source, names, has_header), lines)
