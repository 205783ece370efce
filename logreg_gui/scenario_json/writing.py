"""Values as JSON text, in pieces of a few milliseconds, and what makes such values of dataclasses."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logreg_gui.scenario import UNLIMITED
from logreg_gui.scenario_json.nodes import UNLIMITED_TEXT

PIECE = 5_000
"""Numbers written in one go: some 2 ms."""


def field_values(value: Any) -> Iterator[tuple[Field[Any], Any]]:
    """The fields that a dataclass is made of, with what is in them."""
    for field in fields(value):
        if field.init:
            yield field, getattr(value, field.name)


def encoded_fields(value: Any) -> dict[str, Any]:
    """A dataclass as its fields."""
    return {field.name: encoded_value(member) for field, member in field_values(value)}


def encoded_value(value: Any) -> Any:
    """A value for `written`."""
    if is_dataclass(value):
        return encoded_fields(value)
    if isinstance(value, tuple):
        return [encoded_value(member) for member in value]
    return UNLIMITED_TEXT if isinstance(value, float) and value == UNLIMITED else value


def written(value: Any, depth: int) -> Iterator[str]:
    """JSON of nested objects, lists and arrays; short lists in one line, long ones some numbers a piece."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        yield "{"
        for k, (name, member) in enumerate(value.items()):
            yield f"{',' if k else ''}\n{inner}{json.dumps(name, ensure_ascii=False)}: "
            yield from written(member, depth + 1)
        yield f"\n{outer}}}"
    elif isinstance(value, np.ndarray):
        yield from _written_array(value, depth)
    elif isinstance(value, list | tuple) and any(isinstance(member, dict) for member in value):
        yield "["
        for k, member in enumerate(value):
            yield f"{',' if k else ''}\n{inner}"
            yield from written(member, depth + 1)
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
        text = json.dumps(_cells(array[first : first + rows]), allow_nan=False)[1:-1]
        if array.ndim == 2:
            # What is in a row are numbers and their three names: only between two rows are there brackets.
            yield (",\n" if first else "\n") + inner + text.replace("], [", f"],\n{inner}[")
        else:
            yield (", " if first else "") + text
    yield f"\n{'  ' * depth}]" if array.ndim == 2 else "]"


def _cells(part: NDArray[Any]) -> list[Any]:
    cells: list[Any] = part.tolist()
    if np.isfinite(part).all():
        return cells
    return [[_cell(number) for number in row] if part.ndim == 2 else _cell(row) for row in cells]


def _cell(number: float) -> float | str | None:
    if math.isfinite(number):
        return number
    return None if math.isnan(number) else ("inf" if number > 0 else "-inf")
