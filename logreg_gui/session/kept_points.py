"""Scenarios of painted points as the undo stack keeps them: what two of them have in common is kept once.

A brush appends points, or changes a few of them. So the points are kept in blocks of rows, and a block that
is that of another set, byte for byte, is the same object. Erased points move all that come after them: from
there on blocks are new ones.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logreg_gui.scenario import PaintedData, Scenario

BLOCK_ROWS = 512

Blocks = tuple[bytes, ...]


@dataclass(frozen=True)
class KeptPoints:
    """A scenario of painted points: the blocks of features and labels, and everything else it says."""

    features: Blocks
    labels: Blocks
    n_classes: int
    rest: tuple[Any, ...]

    @classmethod
    def of(cls, scenario: Scenario, known: dict[bytes, bytes]) -> KeptPoints:
        """The scenario, whose data are painted, with blocks from those that are `known`; new ones are added.

        Raises:
            TypeError: its data are not painted points.
        """
        data = scenario.data
        if not isinstance(data, PaintedData):
            raise TypeError(f"the data must be painted points, got {type(data).__name__}")
        return cls(
            _blocks(data.features, known),
            _blocks(data.labels, known),
            data.n_classes,
            tuple(getattr(scenario, name) for name in _REST),
        )

    @property
    def blocks(self) -> Blocks:
        """All of them."""
        return self.features + self.labels

    def scenario(self) -> Scenario:
        """The scenario, as it was."""
        features = np.frombuffer(b"".join(self.features), dtype=np.float32).reshape(-1, 2)
        labels = np.frombuffer(b"".join(self.labels), dtype=np.int8)
        data = PaintedData(features, labels, self.n_classes)
        return Scenario(data=data, **dict(zip(_REST, self.rest, strict=True)))


_REST = tuple(one.name for one in fields(Scenario) if one.name != "data")


def _blocks(rows: NDArray[Any], known: dict[bytes, bytes]) -> Blocks:
    made = (rows[first : first + BLOCK_ROWS].tobytes() for first in range(0, len(rows), BLOCK_ROWS))
    return tuple(known.setdefault(block, block) for block in made)
