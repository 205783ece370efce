"""The kinds of data in a file: how each is written, and read from the node that holds its members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core import csv_files, datasets, generators, painted, tables
from logreg_gui.core.validation import read_only
from logreg_gui.presets import PRESETS
from logreg_gui.scenario_json.json_text import ScenarioFileError
from logreg_gui.scenario_json.nodes import (
    Node,
    cells,
    decoded_fields,
    refuse_unknown,
    required,
    whole_numbers,
)
from logreg_gui.scenario_json.words import LISTS, clipped
from logreg_gui.scenario_json.writing import encoded_fields


@dataclass(frozen=True)
class Kind:
    """How data of a type are written, and read from the node that holds their members."""

    type: type[Any]
    encode: Callable[[Any], dict[str, Any]]
    decode: Callable[[Any], Any]


def plain(kind: type[Any]) -> Kind:
    """Data that are nothing but their fields."""
    return Kind(kind, encoded_fields, lambda node: decoded_fields(node, kind))


def _encoded_iris(iris: generators.Iris) -> dict[str, Any]:
    return {"classes": list(iris.classes), "x1": iris.x1, "x2": iris.x2}


def _decoded_iris(node: Node) -> generators.Iris:
    # The flowers come with the program: there is one such file.
    members = node.members()
    refuse_unknown(members, ("classes", "x1", "x2"))
    classes = tuple(one.text() for one in required(node, members, "classes").entries())
    x1, x2 = required(node, members, "x1").text(), required(node, members, "x2").text()
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


def _decoded_table(node: Node) -> tables.TableData:
    members = node.members()
    known = ("name", "x1", "x2", "label", "lines", "columns")
    refuse_unknown(members, known)
    for name in known:
        required(node, members, name)
    columns = tuple(_decoded_column(one) for one in members["columns"].entries())
    if not columns:
        members["columns"].refuse("at least one column")
    names = [column.name for column in columns]
    n_rows = _length(columns[0])
    for k, column in enumerate(columns):
        if _length(column) != n_rows or not n_rows:
            members["columns"].fail(f"column {k} has {_length(column):,} cells, column 0 has {n_rows:,}")
        if names.count(column.name) > 1:
            members["columns"].fail(f"there are two columns called {clipped(column.name)!r}")
    lines = _decoded_lines(members["lines"], n_rows)
    table = csv_files.Table(members["name"].text(), columns, lines)
    x1, x2, label = (members[name].text() for name in ("x1", "x2", "label"))
    data: tables.TableData = node.made(lambda: tables.TableData(table, x1, x2, label))
    return data


def _length(column: csv_files.Column) -> int:
    return len(column.numbers) if column.numbers is not None else len(column.codes)  # type: ignore[arg-type]


def _decoded_column(node: Node) -> csv_files.Column:
    members = node.members()
    name = required(node, members, "name").text()
    if "numbers" in members:
        refuse_unknown(members, ("name", "numbers"))
        return csv_files.Column(name, read_only(cells(members["numbers"])))
    refuse_unknown(members, ("name", "distinct", "codes"))
    distinct = tuple(one.text() for one in required(node, members, "distinct").entries())
    if len(set(distinct)) < len(distinct):
        members["distinct"].fail("every text must be there once")
    codes = whole_numbers(required(node, members, "codes"), 0, len(distinct) - 1)
    return csv_files.Column(name, None, read_only(codes, np.int32), distinct)


def _decoded_lines(node: Node, n_rows: int) -> NDArray[np.int64]:
    if isinstance(node.value, LISTS):
        lines = whole_numbers(node, 1, 2**53)
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


def encoded_data(data: Any) -> dict[str, Any]:
    """Data as they are written, their kind first.

    Raises:
        ScenarioFileError: no file can hold them.
    """
    for name, kind in KINDS.items():
        if type(data) is kind.type:
            return {"kind": name, **kind.encode(data)}
    raise ScenarioFileError(f"data of the type {type(data).__name__} cannot be saved")
