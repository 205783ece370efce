"""Long computations in pieces: generators that yield between pieces of work and return the result.

Whoever advances one may do something else between two pieces, such as answering a command; `finished` does
nothing else. Either way the same operations run in the same order, so the results are equal to the last bit.

A generator must not yield inside `np.errstate`: the caller would compute under it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TypeVar

Result = TypeVar("Result")

Pieces = Generator[None, None, Result]

PIECE_ROWS = 65_536
"""Rows of one piece of work where rows are looked at once: some milliseconds."""


def pieces_of_rows(n_rows: int) -> Iterator[slice]:
    """All rows, as slices of at most `PIECE_ROWS`."""
    return (slice(first, min(first + PIECE_ROWS, n_rows)) for first in range(0, n_rows, PIECE_ROWS))


def at_once(result: Result) -> Pieces[Result]:
    """No pieces, only the result."""
    return result
    yield  # never reached: it makes a generator of the function


def finished(pieces: Pieces[Result]) -> Result:
    """The result, with all pieces worked off at once."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            result: Result = end.value
            return result
