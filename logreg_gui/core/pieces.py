"""Long computations in pieces: generators that yield between pieces of work and return the result.

Whoever advances one may do something else between two pieces, such as answering a command; `finished` does
nothing else. Either way the same operations run in the same order, so the results are equal to the last bit.

A generator must not yield inside `np.errstate`: the caller would compute under it.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

Result = TypeVar("Result")

Pieces = Generator[None, None, Result]


def finished(pieces: Pieces[Result]) -> Result:
    """The result, with all pieces worked off at once."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            result: Result = end.value
            return result
