"""JSON text as Python reads it, some milliseconds at a time, with what is wrong told of the file."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NoReturn

from logreg_gui.scenario_json.words import clipped

WINDOW = 65_536
"""Characters of a long list that are read in one go: some 2 ms."""

Check = Callable[[], object]


def go_on() -> None:
    """A check that never ends anything."""


class ScenarioFileError(ValueError):
    """A file that is no scenario, in one sentence: which file, which place in it, and what is wrong."""


def read_json(raw: bytes | str, name: str, check: Check = go_on) -> Any:
    """What the JSON in `raw` says; long lists of nothing but numbers become arrays.

    Raises:
        ScenarioFileError: it is no JSON, or says something twice or without sense.
    """
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
            raise ScenarioFileError(f"{name} has {clipped(twice)} twice in one object")
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
