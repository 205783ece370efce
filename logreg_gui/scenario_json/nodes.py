"""Values of a file with their place in it, and dataclasses made of them as their fields and types say."""

from __future__ import annotations

import math
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, NoReturn, Union

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.validation import FloatArray, read_only
from logreg_gui.scenario import UNLIMITED
from logreg_gui.scenario_json.json_text import Check, ScenarioFileError, go_on
from logreg_gui.scenario_json.words import LISTS, clipped, described, short

LONGEST_TEXT = 100_000
"""Of a cell, a name or a label, in characters."""

PIECE = 5_000
"""Numbers looked at in one go: some 2 ms."""

UNLIMITED_TEXT = "unlimited"
INFINITIES = {"inf": math.inf, "-inf": -math.inf}


@dataclass(frozen=True)
class Node:
    """A value in a file, with its place: what it says goes into errors.

    `check` is called between pieces of long work, with whatever it raises.
    """

    file: str
    place: str
    value: Any
    check: Check = go_on

    def refuse(self, wanted: str) -> NoReturn:
        """Something else should be here."""
        place = f", {self.place}" if self.place else ""
        raise ScenarioFileError(f"{self.file}{place}: must be {wanted}, got {described(self.value)}")

    def fail(self, reason: str) -> NoReturn:
        """Something is wrong here."""
        place = f", {self.place}" if self.place else ""
        raise ScenarioFileError(f"{self.file}{place}: {reason}")

    def members(self) -> dict[str, Node]:
        """Those of an object."""
        if not isinstance(self.value, dict):
            self.refuse("an object")
        dot = f"{self.place}." if self.place else ""
        return {
            name: Node(self.file, dot + clipped(name), one, self.check) for name, one in self.value.items()
        }

    def entries(self) -> Iterator[Node]:
        """Those of a list."""
        if not isinstance(self.value, LISTS):
            self.refuse("a list")
        return self.entries_of(range(len(self.value)))

    def entries_of(self, places: range) -> Iterator[Node]:
        """Some of the entries of a list."""
        return (Node(self.file, f"{self.place}[{k}]", self.value[k], self.check) for k in places)

    def pieces(self) -> Iterator[range]:
        """The places in a list, some at a time; `check` is called in between."""
        if not isinstance(self.value, LISTS):
            self.refuse("a list")
        for first in range(0, len(self.value), PIECE):
            yield range(first, min(first + PIECE, len(self.value)))
            self.check()

    def text(self) -> str:
        """The text that belongs here."""
        if not isinstance(self.value, str) or len(self.value) > LONGEST_TEXT:
            self.refuse("text")
        if any("\ud800" <= character <= "\udfff" for character in self.value):
            self.refuse("text of whole characters")  # half a pair cannot be shown or saved
        return str(self.value)

    def number(self) -> float:
        """The finite number that belongs here."""
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
        """The whole number that belongs here."""
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
            self.fail(short(error))


def required(node: Node, members: Mapping[str, Node], name: str) -> Node:
    """The member of that name, which must be there."""
    if name not in members:
        node.fail(f"{name} is missing")
    return members[name]


def refuse_unknown(members: Mapping[str, Node], known: Iterable[str]) -> None:
    """See that there are no other members: they would be lost on the next save."""
    for name in members:
        if name not in known:
            members[name].fail(f"there is no such field; known are {', '.join(known)}")


def fields_in(node: Node, members: Mapping[str, Node], kind: type[Any]) -> list[Field[Any]]:
    """The fields that are given; those without a default have to be."""
    known = [field for field in fields(kind) if field.init]
    refuse_unknown(members, [field.name for field in known])
    for field in known:
        if field.default is MISSING and field.default_factory is MISSING:
            required(node, members, field.name)
    return [field for field in known if field.name in members]


def decoded(node: Node, hint: Any) -> Any:
    """The value at a place where one of the type `hint` belongs."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, UnionType):
        if node.value is None and NoneType in arguments:
            return None
        (hint,) = (one for one in arguments if one is not NoneType)
        return decoded(node, hint)
    if origin is tuple:
        entries = list(node.entries())
        if arguments[-1] is Ellipsis:
            return tuple(decoded(one, arguments[0]) for one in entries)
        if len(entries) != len(arguments):
            node.refuse(f"a list of {len(arguments)}")
        return tuple(decoded(one, inner) for one, inner in zip(entries, arguments, strict=True))
    if origin is np.ndarray:
        return _decoded_array(node, typing.get_args(arguments[1])[0])
    if is_dataclass(hint) and isinstance(hint, type):
        return decoded_fields(node, hint)
    return _decoded_plain(node, hint)


def _decoded_plain(node: Node, hint: Any) -> Any:
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


def _decoded_array(node: Node, dtype: Any) -> NDArray[Any]:
    """Numbers (m,) or rows of equally many (m, p), where an array of `dtype` belongs; read-only."""
    is_nested = isinstance(node.value, list) and any(isinstance(one, LISTS) for one in node.value)
    if not is_nested:
        return _as_type(node, _finite(node), dtype)
    rows = [_finite(one) for one in node.entries()]
    if len({len(row) for row in rows}) > 1:
        node.refuse("rows of equally many numbers")
    return _as_type(node, np.array(rows), dtype)


def _finite(node: Node) -> FloatArray:
    return np.array([one.number() for one in node.entries()], dtype=np.float64)


def _as_type(node: Node, numbers: FloatArray, dtype: Any) -> NDArray[Any]:
    with np.errstate(over="ignore", invalid="ignore"):
        array = numbers.astype(dtype)
        is_exact = bool((array == numbers).all()) or np.issubdtype(dtype, np.floating)
    if not is_exact or not np.isfinite(array).all():
        node.refuse(f"numbers that {np.dtype(dtype).name} can hold")
    return read_only(array, dtype)


def decoded_fields(node: Node, kind: type[Any]) -> Any:
    """The dataclass `kind` whose fields are the members of a node."""
    members, hints = node.members(), type_hints(kind)
    values = {
        field.name: decoded(members[field.name], hints[field.name])
        for field in fields_in(node, members, kind)
    }
    return node.made(lambda: kind(**values))


def type_hints(kind: Any) -> dict[str, Any]:
    """The types of the fields of a dataclass, by name."""
    return typing.get_type_hints(kind)


def cells(node: Node) -> FloatArray:
    """The numbers (n,) of a column; looked at one by one only where something is wrong."""
    parts = [np.empty(0)]
    for places in node.pieces():
        values = node.value[places.start : places.stop]
        part = np.array(values) if set(map(type, values)) == {float} else None
        if part is None or not np.isfinite(part).all():
            part = np.array([_cell_number(one) for one in node.entries_of(places)], dtype=np.float64)
        parts.append(part)
    return np.concatenate(parts)


def _cell_number(node: Node) -> float:
    if node.value is None:
        return math.nan
    if isinstance(node.value, str) and node.value in INFINITIES:
        return INFINITIES[node.value]
    return node.number()


def whole_numbers(node: Node, smallest: int, largest: int) -> NDArray[np.int64]:
    """A list of whole numbers within bounds."""
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
