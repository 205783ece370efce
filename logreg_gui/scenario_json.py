"""Scenarios as files: JSON that a person can read and edit, and that reads back bit for bit.

A file is an object of
    format    "logreg_gui scenario"
    version   1; a file of a newer version is refused in words, not half understood
    scenario  the fields of `Scenario`; `data` and the values in it likewise, `data` with its `kind` before
              them. A field that has a default may be missing: files that were written before there was such
              a field stay good. An unknown field is refused: it would be lost on the next save.
    run       may be missing: `steps`, `weights` and `log_likelihoods` of remembered steps, the last one the
              step that was shown. A run is trained again from its scenario; this says how far, and whether it
              came out the same.
    named     may be missing: the path of the file of which an autosaved session is the latest state

Numbers are the shortest decimals that give the same float64. What JSON has no number for is text:
"unlimited" for the speed, null for a missing cell of a table, "inf" and "-inf" for an infinite one.

Which fields there are, and of which types, is read off the dataclasses; `KINDS` names the kinds of data, and
says how those are written that are more than their fields (tables with their cells, irises without theirs).
Every value goes through the constructor of its type, so that what is read has been checked like any edit.
"""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
import typing
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NoReturn, TypeVar, Union

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core import csv_files, datasets, generators, painted, samples, tables
from logreg_gui.core.history import Record as Record
from logreg_gui.core.validation import FloatArray, read_only
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import MAX_STEPS, UNLIMITED, Scenario

FORMAT = "logreg_gui scenario"
VERSION = 1
ENDING = ".logreg.json"

LARGEST_FILE = 512 * 2**20
"""In bytes: a table of 2,000,000 rows and four columns takes some 150 MB."""

LONGEST_TEXT = 100_000
"""Of a cell, a name or a label, in characters."""

PIECE = 5_000
"""Numbers written, or looked at, in one go: some 2 ms."""

WINDOW = 65_536
"""Characters of a long list that are read in one go: some 2 ms."""

SYNC_SECONDS = 0.005
"""Longest wait for the disk in one go."""

ROWS_TRIED = 20_000
"""Rows up to which the rows of a scenario are drawn while its file is read, to see whether they can be."""

UNLIMITED_TEXT = "unlimited"
LISTS = (list, array)
"""What a list in a file becomes; long ones of nothing but numbers are arrays."""

INFINITIES = {"inf": math.inf, "-inf": -math.inf}


T = TypeVar("T")

Check = Callable[[], object]


def go_on() -> None:
    """A check that never ends anything."""


class ScenarioFileError(ValueError):
    """A file that is no scenario, in one sentence: which file, which place in it, and what is wrong."""


@dataclass(frozen=True)
class Saved:
    """What a file holds; `named` is the file that an autosaved session belongs to, or empty."""

    scenario: Scenario
    run: Record | None = None
    named: str = ""

    @property
    def step(self) -> int:
        """The step that was shown when it was written."""
        return self.run.last_step if self.run is not None else 0


def shown(step: int, weights: FloatArray, log_likelihood: float) -> Record:
    """The record of one step alone."""
    return Record(np.array([step]), weights[np.newaxis], np.array([log_likelihood]))


def is_same_course(record: Record, weights: FloatArray) -> bool:
    """Whether training came to the weights of the last step in a file.

    Nearly: other machines round differently, and single precision is in use or not by what there is time for.
    """
    expected = record.weights[-1]
    if weights.shape != expected.shape:
        return False
    scale = float(np.abs(expected).max(initial=1e-12))
    return bool((np.abs(weights - expected) <= 1e-4 * scale).all())


def is_same(first: Scenario, second: Scenario) -> bool:
    """Whether two scenarios are written alike; a table that is read again is not equal to itself."""
    one, other = first.data, second.data
    if isinstance(one, tables.TableData) and isinstance(other, tables.TableData):
        return replace(first, data=other) == second and _is_same_table(one, other)
    return first == second or text_of(first) == text_of(second)


def _is_same_table(one: tables.TableData, other: tables.TableData) -> bool:
    if (one.name, one.x1, one.x2, one.label) != (other.name, other.x1, other.x2, other.label):
        return False
    first, second = one.table, other.table
    return (
        len(first.columns) == len(second.columns)
        and np.array_equal(first.lines, second.lines)
        and all(_is_same_column(*pair) for pair in zip(first.columns, second.columns, strict=True))
    )


def _is_same_column(one: csv_files.Column, other: csv_files.Column) -> bool:
    if (one.name, one.distinct) != (other.name, other.distinct):
        return False
    if one.numbers is not None and other.numbers is not None:
        return np.array_equal(one.numbers, other.numbers, equal_nan=True)
    return one.codes is not None and other.codes is not None and np.array_equal(one.codes, other.codes)


# writing


def save(path: str | Path, scenario: Scenario, run: Record | None = None, named: str = "") -> None:
    """Write the file at `path`, whole or not at all.

    Raises:
        ScenarioFileError: the data are of a kind that no file can hold.
        OSError: it cannot be written.
    """
    write_atomically(path, pieces_of(scenario, run, named))


def text_of(scenario: Scenario, run: Record | None = None) -> str:
    """The text of the file."""
    return "".join(pieces_of(scenario, run))


def pieces_of(scenario: Scenario, run: Record | None = None, named: str = "") -> Iterator[str]:
    """`text_of` in pieces that take a few milliseconds each, however much data there are.

    Raises:
        ScenarioFileError: the data are of a kind that no file can hold; before the first piece.
    """
    content: dict[str, Any] = {"format": FORMAT, "version": VERSION, "scenario": encoded(scenario)}
    if named:
        content["named"] = named
    if run is not None:
        content["run"] = {
            "steps": run.steps,
            "weights": run.weights,
            "log_likelihoods": run.log_likelihoods,
        }
    return _with_line_end(_written(content, 0))


def compact_text_of(scenario: Scenario) -> str:
    """The scenario alone in one line, for a command line."""
    written = "".join(_written(encoded(scenario), 0))
    return json.dumps(json.loads(written), separators=(",", ":"), ensure_ascii=False)


def encoded(scenario: Scenario) -> dict[str, Any]:
    """The fields of `scenario` for `_written`; defaults are written too: they may change some day.

    Raises:
        ScenarioFileError: the data are of a kind that no file can hold.
    """
    return {
        field.name: _encoded_data(scenario.data) if field.name == "data" else _encoded(value)
        for field, value in _values(scenario)
    }


def write_atomically(path: str | Path, pieces: Iterable[str | bytes]) -> None:
    """Make `pieces` the content of the file at `path`; until the last one is on the disk the old one stays.

    Raises:
        OSError: it cannot be written.
    """
    for _ in written_atomically(path, pieces):
        pass


def written_atomically(path: str | Path, pieces: Iterable[str | bytes]) -> Iterator[int]:
    """`write_atomically` piece by piece, with the bytes so far; closed before its end it leaves no trace."""
    # Through a link to the file it points to; a rename would replace the link.
    path = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    size = 0
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                raw = piece.encode("utf-8") if isinstance(piece, str) else piece
                file.write(raw)
                size += len(raw)
                yield size
            file.flush()
            yield from _synced(file.fileno(), size)
        _keep_permissions(path, name)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _synced(handle: int, size: int) -> Iterator[int]:
    """Wait for the disk, which may take a second, without keeping anybody else waiting."""
    with ThreadPoolExecutor(1) as thread:
        synced = thread.submit(os.fsync, handle)
        while not wait([synced], SYNC_SECONDS).done:
            yield size
        synced.result()


def _keep_permissions(path: Path, temporary: str) -> None:
    # mkstemp makes files for the owner alone; what is saved is like any other new file, or as it was.
    if path.exists():
        mode = path.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    with suppress(OSError):
        os.chmod(temporary, mode)


def _values(value: Any) -> Iterator[tuple[Field[Any], Any]]:
    for field in fields(value):
        if field.init:
            yield field, getattr(value, field.name)


def _encoded_data(data: Any) -> dict[str, Any]:
    for name, kind in KINDS.items():
        if type(data) is kind.type:
            return {"kind": name, **kind.encode(data)}
    raise ScenarioFileError(f"data of the type {type(data).__name__} cannot be saved")


def _encoded_fields(value: Any) -> dict[str, Any]:
    return {field.name: _encoded(member) for field, member in _values(value)}


def _encoded(value: Any) -> Any:
    if is_dataclass(value):
        return _encoded_fields(value)
    if isinstance(value, tuple):
        return [_encoded(member) for member in value]
    return UNLIMITED_TEXT if isinstance(value, float) and value == UNLIMITED else value


def _written(value: Any, depth: int) -> Iterator[str]:
    """JSON of nested objects, lists and arrays; short lists in one line, long ones some numbers a piece."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        yield "{"
        for k, (name, member) in enumerate(value.items()):
            yield f"{',' if k else ''}\n{inner}{json.dumps(name, ensure_ascii=False)}: "
            yield from _written(member, depth + 1)
        yield f"\n{outer}}}"
    elif isinstance(value, np.ndarray):
        yield from _written_array(value, depth)
    elif isinstance(value, list | tuple) and any(isinstance(member, dict) for member in value):
        yield "["
        for k, member in enumerate(value):
            yield f"{',' if k else ''}\n{inner}"
            yield from _written(member, depth + 1)
        yield f"\n{outer}]"
    elif isinstance(value, list | tuple):
        yield from _written_list(value)
    else:
        yield json.dumps(value, ensure_ascii=False, allow_nan=False)


def _written_list(values: list[Any] | tuple[Any, ...]) -> Iterator[str]:
    yield "["
    for first in range(0, len(values), PIECE):
        text = json.dumps(values[first : first + PIECE], ensure_ascii=False, allow_nan=False)
        yield (", " if first else "") + text[1:-1]
    yield "]"


def _written_array(array: NDArray[Any], depth: int) -> Iterator[str]:
    """Numbers (m,) in one line, rows (m, p) a line each."""
    inner = "  " * (depth + 1)
    rows = max(1, PIECE // array.shape[1]) if array.ndim == 2 and array.shape[1] else PIECE
    yield "["
    for first in range(0, len(array), rows):
        part = array[first : first + rows].tolist()
        if array.ndim == 2:
            lines = (json.dumps([_cell(number) for number in row], allow_nan=False) for row in part)
            yield "".join(f"{',' if first + k else ''}\n{inner}{line}" for k, line in enumerate(lines))
        else:
            text = json.dumps([_cell(number) for number in part], allow_nan=False)
            yield (", " if first else "") + text[1:-1]
    yield f"\n{'  ' * depth}]" if array.ndim == 2 else "]"


def _cell(number: float) -> float | str | None:
    if math.isfinite(number):
        return number
    return None if math.isnan(number) else ("inf" if number > 0 else "-inf")


def _with_line_end(pieces: Iterator[str]) -> Iterator[str]:
    yield from pieces
    yield "\n"


# reading


def load(path: str | Path, check: Check = go_on) -> Saved:
    """The scenario in the file at `path`.

    `check` is called every few milliseconds, so that what it raises ends the reading of a large file; no
    other thread waits for the interpreter longer than that.

    Raises:
        ScenarioFileError: it cannot be read, or is no scenario.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ScenarioFileError(
                f"{path.name} is no scenario: it has {size:,} bytes, and at most {LARGEST_FILE:,} are read"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise ScenarioFileError(f"{path.name or path} cannot be read: {error.strerror}") from error
    return parse(raw, path.name, check)


def parse(raw: bytes | str, name: str = "the text", check: Check = go_on) -> Saved:
    """The scenario in the text of a file; `name` stands for it in errors.

    Raises:
        ScenarioFileError: it is no scenario.
    """
    return _guarded(name, lambda: _saved(_Node(name, "", _json(raw, name, check), check)))


def parse_scenario(text: str, name: str = "the text") -> Scenario:
    """The scenario in text that holds nothing else, as `compact_text_of` writes it.

    Raises:
        ScenarioFileError: it is no scenario.
    """
    return _guarded(name, lambda: _scenario(_Node(name, "", _json(text, name))))


def _guarded(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ScenarioFileError:
        raise
    except (RecursionError, MemoryError) as error:
        raise ScenarioFileError(f"{name} is no scenario: it is nested too deeply or too large") from error
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        # What a constructor says about several of its values at once.
        raise ScenarioFileError(f"{name} is no scenario that can be trained: {_short(error)}") from error


def _json(raw: bytes | str, name: str, check: Check = go_on) -> Any:
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError as error:
        raise ScenarioFileError(
            f"{name} is no text in UTF-8: byte {error.start + 1} of {len(raw)} is damaged"
        ) from error
    if not text or text.isspace():
        raise ScenarioFileError(f"{name} is empty")

    def refuse(word: str) -> NoReturn:
        raise ScenarioFileError(f"{name} holds {word}, which is no number")

    def read(part: str, make: Callable[[list[tuple[str, Any]]], Any]) -> Any:
        # No function of ours for each number: a table has millions.
        return json.loads(part, parse_constant=refuse, object_pairs_hook=make)

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [one for one, _ in pairs]
            twice = next(one for one in names if names.count(one) > 1)
            raise ScenarioFileError(f"{name} has {_clipped(twice)} twice in one object")
        return found

    try:
        return _read_in_pieces(text, members, read, check)
    except json.JSONDecodeError as error:
        raise ScenarioFileError(
            f"{name}, line {error.lineno}, column {error.colno}: this is no JSON ({error.msg})"
        ) from error
    except ScenarioFileError:
        raise
    except ValueError as error:
        # Python's own limit for the digits of a whole number.
        raise ScenarioFileError(f"{name} holds a number of thousands of digits") from error


_STRING_OR_LIST = re.compile(r'"(?:[^"\\]++|\\.)*+"|\[', re.DOTALL)
_MEMBERS = re.compile(r'(?:(?:[^\[\]{}",]++|"(?:[^"\\]++|\\.)*+")*+,)*+', re.DOTALL)
"""Numbers, words and texts, each with a comma behind it."""

_LAST_MEMBER = re.compile(r'(?:[^\[\]{}",]++|"(?:[^"\\]++|\\.)*+")*+\]', re.DOTALL)


def _read_in_pieces(
    text: str,
    members: Callable[[list[tuple[str, Any]]], Any],
    read: Callable[[str, Callable[[list[tuple[str, Any]]], Any]], Any],
    check: Check,
) -> Any:
    """What `read` makes of the whole text; long lists are read some members at a time.

    Python's own reader does not let go of the interpreter until it is through: 2 s for a table of 2,000,000
    rows, in which the window would stand still whichever thread reads.

    Raises:
        json.JSONDecodeError: as `json.loads`.
    """
    kept, lists, done, place = [], [], 0, 0
    while (found := _STRING_OR_LIST.search(text, place)) is not None:
        place = found.end()
        if found[0] == "[" and _end_of_members(text, place) > place + WINDOW // 2:
            taken = _long_list(text, place, lambda part: read(part, members), check)
            if taken is not None:
                kept.append(text[done : found.start()])
                lists.append(taken[0])
                done = place = taken[1]
    if not lists:
        return read(text, members)
    kept.append(text[done:])
    mark = "list"
    while any(mark in part for part in kept):
        mark += "+"

    def members_and_lists(pairs: list[tuple[str, Any]]) -> Any:
        return lists[pairs[0][1]] if pairs and pairs[0][0] == mark else members(pairs)

    short = kept[0] + "".join(f'{{"{mark}": {k}}}{part}' for k, part in enumerate(kept[1:]))
    try:
        return read(short, members_and_lists)
    except json.JSONDecodeError:
        return read(text, members)  # whose error names the place in the whole text


def _long_list(
    text: str, place: int, read: Callable[[str], Any], check: Check
) -> tuple[Sequence[Any], int] | None:
    """The members of the list that begins before `place`, and its end; None if they are not plain members."""
    found: list[Any] | array[Any] = []
    while (end := _end_of_members(text, place)) > place:
        found = _joined(found, _compact(_read_part(text, place, end - 1, read)))
        place = end
        check()
    last = _LAST_MEMBER.match(text, place)
    if last is None or not text[place : last.end() - 1].strip():
        return None
    return _joined(found, _compact(_read_part(text, place, last.end() - 1, read))), last.end()


def _end_of_members(text: str, place: int) -> int:
    found = _MEMBERS.match(text, place, place + WINDOW)
    return place if found is None else found.end()


def _compact(values: list[Any]) -> list[Any] | array[Any]:
    """The same numbers without an object for each: to free millions of them takes a tenth of a second."""
    kinds = set(map(type, values))
    with suppress(OverflowError):
        if kinds == {float}:
            return array("d", values)
        if kinds == {int}:
            return array("q", values)
    return values


def _joined(first: list[Any] | array[Any], then: list[Any] | array[Any]) -> list[Any] | array[Any]:
    if not first:
        return then
    if isinstance(first, array) and not (isinstance(then, array) and then.typecode == first.typecode):
        first = list(first)
    first.extend(then)
    return first


def _read_part(text: str, begin: int, end: int, read: Callable[[str], Any]) -> Any:
    try:
        return read(f"[{text[begin:end]}]")
    except json.JSONDecodeError as error:
        raise json.JSONDecodeError(error.msg, text, begin + error.pos - 1) from error


@dataclass(frozen=True)
class _Node:
    """A value in a file, with its place: what it says goes into errors.

    `check` is called between pieces of long work, with whatever it raises.
    """

    file: str
    place: str
    value: Any
    check: Check = go_on

    def refuse(self, wanted: str) -> NoReturn:
        place = f", {self.place}" if self.place else ""
        raise ScenarioFileError(f"{self.file}{place}: must be {wanted}, got {described(self.value)}")

    def fail(self, reason: str) -> NoReturn:
        place = f", {self.place}" if self.place else ""
        raise ScenarioFileError(f"{self.file}{place}: {reason}")

    def members(self) -> dict[str, _Node]:
        if not isinstance(self.value, dict):
            self.refuse("an object")
        dot = f"{self.place}." if self.place else ""
        return {
            name: _Node(self.file, dot + _clipped(name), one, self.check) for name, one in self.value.items()
        }

    def entries(self) -> Iterator[_Node]:
        if not isinstance(self.value, LISTS):
            self.refuse("a list")
        return self.entries_of(range(len(self.value)))

    def entries_of(self, places: range) -> Iterator[_Node]:
        """Some of the entries of a list."""
        return (_Node(self.file, f"{self.place}[{k}]", self.value[k], self.check) for k in places)

    def pieces(self) -> Iterator[range]:
        """The places in a list, some at a time; `check` is called in between."""
        if not isinstance(self.value, LISTS):
            self.refuse("a list")
        for first in range(0, len(self.value), PIECE):
            yield range(first, min(first + PIECE, len(self.value)))
            self.check()

    def text(self) -> str:
        if not isinstance(self.value, str) or len(self.value) > LONGEST_TEXT:
            self.refuse("text")
        if any("\ud800" <= character <= "\udfff" for character in self.value):
            self.refuse("text of whole characters")  # half a pair cannot be shown or saved
        return str(self.value)

    def number(self) -> float:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.refuse("a number")
        try:
            number = float(self.value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.refuse("a number that float64 can hold")
        return number

    def whole(self) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.refuse("a whole number")
        return self.value

    def made(self, make: Callable[[], Any]) -> Any:
        """What `make` gives, with what it says about its arguments told of this place."""
        try:
            return make()
        except ScenarioFileError:
            raise
        except (ValueError, TypeError, ArithmeticError) as error:
            self.fail(_short(error))


def _saved(root: _Node) -> Saved:
    members = root.members()
    if not isinstance(root.value.get("format"), str) or root.value["format"] != FORMAT:
        root.fail(f"this is no scenario: its format is not {FORMAT!r}")
    version = _required(root, members, "version").whole()
    if version > VERSION:
        root.fail(
            f"it was written by a newer logreg_gui (version {_clipped(str(version))} of the format; "
            f"this one reads up to {VERSION})"
        )
    if version < 1:
        members["version"].refuse(f"a whole number from 1 to {VERSION}")
    _refuse_unknown(members, ("format", "version", "scenario", "run", "named"))
    scenario = _scenario(_required(root, members, "scenario"))
    run = _saved_run(members["run"]) if "run" in members else None
    return Saved(scenario, run, members["named"].text() if "named" in members else "")


def _scenario(node: _Node) -> Scenario:
    members = node.members()
    hints = _hints(Scenario)
    data = _data(_required(node, members, "data"))
    values: dict[str, Any] = {"data": data}
    for field in _fields_in(node, members, Scenario):
        if field.name != "data":
            values[field.name] = _decoded(members[field.name], hints[field.name])
    scenario: Scenario = node.made(lambda: Scenario(**values))
    # Whether rows can be set apart and their terms be computed is known only with the rows.
    if scenario.test_size or scenario.model.degree > 1:
        node.made(lambda: _demand_trainable(scenario))
    return scenario


def _demand_trainable(scenario: Scenario) -> None:
    if samples.number_of_rows(scenario.data) > ROWS_TRIED:
        # Too many to draw them twice: the rest is told by whoever trains them.
        if scenario.test_size:
            samples.demand_split(scenario.data, scenario.test_size)
        return
    sample = samples.draw(
        scenario.data,
        scenario.inputs,
        label_noise=scenario.label_noise,
        test_size=scenario.test_size,
        split_seed=scenario.split_seed,
    )
    scenario.model.feature_map.fit(sample.training()[0])


def _data(node: _Node) -> Any:
    members = node.members()
    kind = _required(node, members, "kind")
    name = kind.text()
    if name not in KINDS:
        kind.refuse(f"one of {', '.join(KINDS)}")
    rest = {name: value for name, value in node.value.items() if name != "kind"}
    return KINDS[name].decode(_Node(node.file, node.place, rest, node.check))


def _saved_run(node: _Node) -> Record:
    members = node.members()
    _refuse_unknown(members, ("steps", "weights", "log_likelihoods"))
    steps = [one.whole() for one in _required(node, members, "steps").entries()]
    weights = _required(node, members, "weights")
    rows = [_numbers(row) for row in weights.entries()]
    values = _cells(_required(node, members, "log_likelihoods"))
    if not steps or len(steps) != len(rows) or len(steps) != len(values):
        node.fail("steps, weights and log_likelihoods must be equally many, and one at least")
    if steps[0] < 0 or steps[-1] > MAX_STEPS or any(b <= a for a, b in pairwise(steps)):
        members["steps"].fail(f"steps must ascend, from 0 at least to {MAX_STEPS:,} at most")
    if len({len(row) for row in rows}) > 1 or not rows[0]:
        weights.fail("must be rows of equally many numbers")
    return Record(np.array(steps), np.array(rows), values)


def _numbers(node: _Node) -> list[float]:
    return [one.number() for one in node.entries()]


def _required(node: _Node, members: Mapping[str, _Node], name: str) -> _Node:
    if name not in members:
        node.fail(f"{name} is missing")
    return members[name]


def _refuse_unknown(members: Mapping[str, _Node], known: Iterable[str]) -> None:
    for name in members:
        if name not in known:
            members[name].fail(f"there is no such field; known are {', '.join(known)}")


def _fields_in(node: _Node, members: Mapping[str, _Node], kind: type[Any]) -> list[Field[Any]]:
    """The fields that are given; those without a default have to be."""
    known = [field for field in fields(kind) if field.init]
    _refuse_unknown(members, [field.name for field in known])
    for field in known:
        if field.default is MISSING and field.default_factory is MISSING:
            _required(node, members, field.name)
    return [field for field in known if field.name in members]


def _decoded(node: _Node, hint: Any) -> Any:
    """The value at a place where one of the type `hint` belongs."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, UnionType):
        if node.value is None and NoneType in arguments:
            return None
        (hint,) = (one for one in arguments if one is not NoneType)
        return _decoded(node, hint)
    if origin is tuple:
        entries = list(node.entries())
        if arguments[-1] is Ellipsis:
            return tuple(_decoded(one, arguments[0]) for one in entries)
        if len(entries) != len(arguments):
            node.refuse(f"a list of {len(arguments)}")
        return tuple(_decoded(one, inner) for one, inner in zip(entries, arguments, strict=True))
    if origin is np.ndarray:
        return _decoded_array(node, typing.get_args(arguments[1])[0])
    if is_dataclass(hint) and isinstance(hint, type):
        return _decoded_fields(node, hint)
    return _decoded_plain(node, hint)


def _decoded_plain(node: _Node, hint: Any) -> Any:
    if hint is bool:
        if not isinstance(node.value, bool):
            node.refuse("true or false")
        return node.value
    if hint is int:
        return node.whole()
    if hint is float:
        return UNLIMITED if node.value == UNLIMITED_TEXT else node.number()
    if hint is str:
        return node.text()
    raise TypeError(f"no way to read {hint} from a file")


def _decoded_array(node: _Node, dtype: Any) -> NDArray[Any]:
    """Numbers (m,) or rows of equally many (m, p), where an array of `dtype` belongs; read-only."""
    is_nested = isinstance(node.value, list) and any(isinstance(one, LISTS) for one in node.value)
    if not is_nested:
        return _as_type(node, _finite(node), dtype)
    rows = [_finite(one) for one in node.entries()]
    if len({len(row) for row in rows}) > 1:
        node.refuse("rows of equally many numbers")
    return _as_type(node, np.array(rows), dtype)


def _finite(node: _Node) -> FloatArray:
    return np.array([one.number() for one in node.entries()], dtype=np.float64)


def _as_type(node: _Node, numbers: FloatArray, dtype: Any) -> NDArray[Any]:
    with np.errstate(over="ignore", invalid="ignore"):
        array = numbers.astype(dtype)
        is_exact = bool((array == numbers).all()) or np.issubdtype(dtype, np.floating)
    if not is_exact or not np.isfinite(array).all():
        node.refuse(f"numbers that {np.dtype(dtype).name} can hold")
    return read_only(array, dtype)


def _decoded_fields(node: _Node, kind: type[Any]) -> Any:
    members, hints = node.members(), _hints(kind)
    values = {
        field.name: _decoded(members[field.name], hints[field.name])
        for field in _fields_in(node, members, kind)
    }
    return node.made(lambda: kind(**values))


def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


# kinds of data


@dataclass(frozen=True)
class Kind:
    """How data of a type are written, and read from the node that holds their members."""

    type: type[Any]
    encode: Callable[[Any], dict[str, Any]]
    decode: Callable[[Any], Any]


def plain(kind: type[Any]) -> Kind:
    """Data that are nothing but their fields."""
    return Kind(kind, _encoded_fields, lambda node: _decoded_fields(node, kind))


def _encoded_iris(iris: generators.Iris) -> dict[str, Any]:
    return {"classes": list(iris.classes), "x1": iris.x1, "x2": iris.x2}


def _decoded_iris(node: _Node) -> generators.Iris:
    # The flowers come with the program: there is one such file.
    members = node.members()
    _refuse_unknown(members, ("classes", "x1", "x2"))
    classes = tuple(one.text() for one in _required(node, members, "classes").entries())
    x1, x2 = _required(node, members, "x1").text(), _required(node, members, "x2").text()
    flowers = PRESETS["iris"].data
    assert isinstance(flowers, generators.Iris)
    iris: generators.Iris = node.made(lambda: generators.Iris(classes, x1, x2, flowers.flowers))
    return iris


def _encoded_table(data: tables.TableData) -> dict[str, Any]:
    lines = data.table.lines
    first = int(lines[0])
    follows = bool((np.diff(lines) == 1).all())
    return {
        "name": data.table.name,
        "x1": data.x1,
        "x2": data.x2,
        "label": data.label,
        "lines": first if follows else lines,
        "columns": [_encoded_column(column) for column in data.table.columns],
    }


def _encoded_column(column: csv_files.Column) -> dict[str, Any]:
    if column.numbers is not None:
        return {"name": column.name, "numbers": column.numbers}
    assert column.codes is not None  # what has no numbers has codes
    return {"name": column.name, "distinct": list(column.distinct), "codes": column.codes}


def _decoded_table(node: _Node) -> tables.TableData:
    members = node.members()
    known = ("name", "x1", "x2", "label", "lines", "columns")
    _refuse_unknown(members, known)
    for name in known:
        _required(node, members, name)
    columns = tuple(_decoded_column(one) for one in members["columns"].entries())
    if not columns:
        members["columns"].refuse("at least one column")
    names = [column.name for column in columns]
    n_rows = _length(columns[0])
    for k, column in enumerate(columns):
        if _length(column) != n_rows or not n_rows:
            members["columns"].fail(f"column {k} has {_length(column):,} cells, column 0 has {n_rows:,}")
        if names.count(column.name) > 1:
            members["columns"].fail(f"there are two columns called {_clipped(column.name)!r}")
    lines = _decoded_lines(members["lines"], n_rows)
    table = csv_files.Table(members["name"].text(), columns, lines)
    x1, x2, label = (members[name].text() for name in ("x1", "x2", "label"))
    data: tables.TableData = node.made(lambda: tables.TableData(table, x1, x2, label))
    return data


def _length(column: csv_files.Column) -> int:
    return len(column.numbers) if column.numbers is not None else len(column.codes)  # type: ignore[arg-type]


def _decoded_column(node: _Node) -> csv_files.Column:
    members = node.members()
    name = _required(node, members, "name").text()
    if "numbers" in members:
        _refuse_unknown(members, ("name", "numbers"))
        return csv_files.Column(name, read_only(_cells(members["numbers"])))
    _refuse_unknown(members, ("name", "distinct", "codes"))
    distinct = tuple(one.text() for one in _required(node, members, "distinct").entries())
    if len(set(distinct)) < len(distinct):
        members["distinct"].fail("every text must be there once")
    codes = _whole_numbers(_required(node, members, "codes"), 0, len(distinct) - 1)
    return csv_files.Column(name, None, read_only(codes, np.int32), distinct)


def _cells(node: _Node) -> FloatArray:
    """The numbers (n,) of a column; looked at one by one only where something is wrong."""
    parts = [np.empty(0)]
    for places in node.pieces():
        values = node.value[places.start : places.stop]
        part = np.array(values) if set(map(type, values)) == {float} else None
        if part is None or not np.isfinite(part).all():
            part = np.array([_cell_number(one) for one in node.entries_of(places)], dtype=np.float64)
        parts.append(part)
    return np.concatenate(parts)


def _cell_number(node: _Node) -> float:
    if node.value is None:
        return math.nan
    if isinstance(node.value, str) and node.value in INFINITIES:
        return INFINITIES[node.value]
    return node.number()


def _whole_numbers(node: _Node, smallest: int, largest: int) -> NDArray[np.int64]:
    wanted = f"a whole number from {smallest} to {largest}"
    parts = [np.empty(0, dtype=np.int64)]
    for places in node.pieces():
        values = node.value[places.start : places.stop]
        if set(map(type, values)) != {int} or not smallest <= min(values) <= max(values) <= largest:
            for one in node.entries_of(places):
                if type(one.value) is not int or not smallest <= one.value <= largest:
                    one.refuse(wanted)
        parts.append(np.array(values, dtype=np.int64))
    return np.concatenate(parts)


def _decoded_lines(node: _Node, n_rows: int) -> NDArray[np.int64]:
    if isinstance(node.value, LISTS):
        lines = _whole_numbers(node, 1, 2**53)
        if len(lines) != n_rows:
            node.refuse(f"a list of {n_rows:,}")
        return read_only(lines, np.int64)
    first = node.whole()
    if not 1 <= first <= 2**53:
        node.refuse("a line number")
    return read_only(np.arange(first, first + n_rows), np.int64)


KINDS: dict[str, Kind] = {
    "gaussians": plain(datasets.GaussianData),
    "moons": plain(generators.Moons),
    "circles": plain(generators.Circles),
    "xor": plain(generators.Xor),
    "spirals": plain(generators.Spirals),
    "stripes": plain(generators.StripeWithOutlier),
    "curve": plain(generators.NoisyCurve),
    "irises": Kind(generators.Iris, _encoded_iris, _decoded_iris),
    "painted": plain(painted.PaintedData),
    "table": Kind(tables.TableData, _encoded_table, _decoded_table),
}
"""What `data.kind` may be. Another kind of data is another row; most are nothing but their fields."""


# words


def described(value: Any) -> str:
    """A value as an error quotes it: never longer than a line."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, LISTS):
        return f"a list of {len(value):,}"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, int) and value.bit_length() > 100:
        return f"a number of {len(str(value))} digits"
    return _clipped(repr(value))


def _clipped(text: str, most: int = 60) -> str:
    text = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "?", text)
    return text if len(text) <= most else "".join(islice(text, most)) + "…"


def _short(error: BaseException) -> str:
    return _clipped(str(error) or type(error).__name__, 300)
