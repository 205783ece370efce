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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from logreg_gui.core import csv_files, samples, tables
from logreg_gui.core.history import Record as Record
from logreg_gui.core.validation import FloatArray
from logreg_gui.scenario import MAX_STEPS, Scenario
from logreg_gui.scenario_json.files import write_atomically as write_atomically
from logreg_gui.scenario_json.files import written_atomically as written_atomically
from logreg_gui.scenario_json.json_text import Check, go_on, read_json
from logreg_gui.scenario_json.json_text import ScenarioFileError as ScenarioFileError
from logreg_gui.scenario_json.kinds import KINDS as KINDS
from logreg_gui.scenario_json.kinds import encoded_data
from logreg_gui.scenario_json.kinds import plain as plain
from logreg_gui.scenario_json.nodes import (
    Node,
    cells,
    decoded,
    fields_in,
    refuse_unknown,
    required,
    type_hints,
)
from logreg_gui.scenario_json.words import clipped, short
from logreg_gui.scenario_json.writing import encoded_value, field_values, written

FORMAT = "logreg_gui scenario"
VERSION = 1
ENDING = ".logreg.json"

LARGEST_FILE = 512 * 2**20
"""In bytes: a table of 2,000,000 rows and four columns takes some 150 MB."""

ROWS_TRIED = 20_000
"""Rows up to which the rows of a scenario are drawn while its file is read, to see whether they can be."""

T = TypeVar("T")


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
    return _with_line_end(written(content, 0))


def compact_text_of(scenario: Scenario, most: float = math.inf) -> str:
    """The scenario alone in one line, for a command line; empty when it is surely longer than `most`."""
    pieces, length = [], 0
    for piece in written(encoded(scenario), 0):
        pieces.append(piece)
        length += len(piece) - piece.count(" ") - piece.count("\n")
        if length > most:
            return ""
    text = "".join(pieces)
    return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)


def encoded(scenario: Scenario) -> dict[str, Any]:
    """The fields of `scenario` for `written`; defaults are written too: they may change some day.

    Raises:
        ScenarioFileError: the data are of a kind that no file can hold.
    """
    return {
        field.name: encoded_data(scenario.data) if field.name == "data" else encoded_value(value)
        for field, value in field_values(scenario)
    }


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
    return _guarded(name, lambda: _saved(Node(name, "", read_json(raw, name, check), check)))


def parse_scenario(text: str, name: str = "the text") -> Scenario:
    """The scenario in text that holds nothing else, as `compact_text_of` writes it.

    Raises:
        ScenarioFileError: it is no scenario.
    """
    return _guarded(name, lambda: _scenario(Node(name, "", read_json(text, name))))


def _guarded(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ScenarioFileError:
        raise
    except (RecursionError, MemoryError) as error:
        raise ScenarioFileError(f"{name} is no scenario: it is nested too deeply or too large") from error
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        # What a constructor says about several of its values at once.
        raise ScenarioFileError(f"{name} is no scenario that can be trained: {short(error)}") from error


def _saved(root: Node) -> Saved:
    members = root.members()
    if not isinstance(root.value.get("format"), str) or root.value["format"] != FORMAT:
        root.fail(f"this is no scenario: its format is not {FORMAT!r}")
    version = required(root, members, "version").whole()
    if version > VERSION:
        root.fail(
            f"it was written by a newer logreg_gui (version {clipped(str(version))} of the format; "
            f"this one reads up to {VERSION})"
        )
    if version < 1:
        members["version"].refuse(f"a whole number from 1 to {VERSION}")
    refuse_unknown(members, ("format", "version", "scenario", "run", "named"))
    scenario = _scenario(required(root, members, "scenario"))
    run = _saved_run(members["run"]) if "run" in members else None
    return Saved(scenario, run, members["named"].text() if "named" in members else "")


def _scenario(node: Node) -> Scenario:
    members = node.members()
    hints = type_hints(Scenario)
    data = _data(required(node, members, "data"))
    values: dict[str, Any] = {"data": data}
    for field in fields_in(node, members, Scenario):
        if field.name != "data":
            values[field.name] = decoded(members[field.name], hints[field.name])
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


def _data(node: Node) -> Any:
    members = node.members()
    kind = required(node, members, "kind")
    name = kind.text()
    if name not in KINDS:
        kind.refuse(f"one of {', '.join(KINDS)}")
    rest = {name: value for name, value in node.value.items() if name != "kind"}
    return KINDS[name].decode(Node(node.file, node.place, rest, node.check))


def _saved_run(node: Node) -> Record:
    members = node.members()
    refuse_unknown(members, ("steps", "weights", "log_likelihoods"))
    steps = [one.whole() for one in required(node, members, "steps").entries()]
    weights = required(node, members, "weights")
    rows = [_numbers(row) for row in weights.entries()]
    values = cells(required(node, members, "log_likelihoods"))
    if not steps or len(steps) != len(rows) or len(steps) != len(values):
        node.fail("steps, weights and log_likelihoods must be equally many, and one at least")
    if steps[0] < 0 or steps[-1] > MAX_STEPS or any(b <= a for a, b in pairwise(steps)):
        members["steps"].fail(f"steps must ascend, from 0 at least to {MAX_STEPS:,} at most")
    if len({len(row) for row in rows}) > 1 or not rows[0]:
        weights.fail("must be rows of equally many numbers")
    return Record(np.array(steps), np.array(rows), values)


def _numbers(node: Node) -> list[float]:
    return [one.number() for one in node.entries()]
