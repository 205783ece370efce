"""The weights of a run by step: what the time machine reads.

Entries are (step, weights (p,), log-likelihood or NaN) by increasing step, in three growing arrays; p is that
of the first entry. Memory is bounded: when the limit is reached every second entry is dropped, and from then
on every second append (fourth, eighth ...) becomes a lasting entry, so that old and new entries lie equally
far apart, counted in appends. The first entry always stays. The last append is always there too, as a guest
where the spacing has no place for it: the next append takes its row.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.validation import FloatArray, read_only, whole_number

SMALLEST_CAPACITY = 256


@dataclass(frozen=True, eq=False)
class Record:
    """Remembered steps of a run: `steps` (m,), `weights` (m, p) and `log_likelihoods` (m,), read-only."""

    steps: NDArray[np.int64]
    weights: FloatArray
    log_likelihoods: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", read_only(self.steps, np.int64))
        object.__setattr__(self, "weights", read_only(self.weights))
        object.__setattr__(self, "log_likelihoods", read_only(self.log_likelihoods))

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def last_step(self) -> int:
        """The step of the last entry."""
        return int(self.steps[-1])


class History:
    """Every weight vector of a run, or evenly thinned ones once there are more than `limit` (at least 3).

    The views `steps`, `weights` and `log_likelihoods` are good until the next change of the history; copy
    what is to last.
    """

    def __init__(self, limit: int = 100_000) -> None:
        self._limit = whole_number("limit", limit, smallest=3)
        self._length = 0
        self._spacing = 1  # appends from one lasting entry to the next
        self._appends_since_lasting = 0  # 0: the last entry lasts
        self._steps = np.empty(0, dtype=np.int64)
        self._weights = np.empty((0, 0))
        self._log_likelihoods = np.empty(0)

    def __len__(self) -> int:
        return self._length

    @property
    def first_step(self) -> int:
        """The step of the first entry; IndexError when there is none."""
        return int(self._steps[self._row(0)])

    @property
    def last_step(self) -> int:
        """The step of the last entry; IndexError when there is none."""
        return int(self._steps[self._row(self._length - 1)])

    @property
    def steps(self) -> NDArray[np.int64]:
        """Read-only view (m,)."""
        view = self._steps[: self._length]
        view.setflags(write=False)
        return view

    @property
    def weights(self) -> FloatArray:
        """Read-only view (m, p)."""
        view = self._weights[: self._length]
        view.setflags(write=False)
        return view

    @property
    def log_likelihoods(self) -> FloatArray:
        """Read-only view (m,)."""
        view = self._log_likelihoods[: self._length]
        view.setflags(write=False)
        return view

    def record(self) -> Record:
        """A copy that lasts."""
        return Record(self.steps, self.weights, self.log_likelihoods)

    def append(self, step: int, weights: ArrayLike, log_likelihood: float) -> None:
        """Remember the weights of `step`.

        Raises:
            ValueError: `step` is not after the last one, or `weights` is not a vector like those before.
        """
        step, vector = self._checked(step, weights)
        if self._length == self._limit:
            self._drop_every_second()
        if self._appends_since_lasting:
            self._length -= 1
        row = self._length
        self._reserve(row + 1, vector.size)
        self._steps[row] = step
        self._weights[row] = vector
        self._log_likelihoods[row] = log_likelihood
        self._length = row + 1
        # The first entry lasts; after it every `_spacing`-th append does.
        self._appends_since_lasting = (self._appends_since_lasting + (row > 0)) % self._spacing

    def set_last_value(self, log_likelihood: float) -> None:
        """Give the last entry its log-likelihood, where that was not known when it was appended.

        Raises:
            IndexError: there is no entry.
        """
        self._log_likelihoods[self._row(self._length - 1)] = log_likelihood

    def truncate_after(self, step: int) -> None:
        """Forget all entries after `step`; the last one left is where the run goes on from, and lasts."""
        kept = self._count_up_to(step)
        if kept == self._length:
            return
        self._length = kept
        self._appends_since_lasting = 0
        if kept <= 1:
            self._spacing = 1  # nothing is left that new entries would have to be even with

    def clear(self) -> None:
        """Forget everything; the next entry may have any step and any number of weights."""
        self._length = 0
        self._spacing = 1
        self._appends_since_lasting = 0

    def at_or_before(self, step: int) -> tuple[int, FloatArray]:
        """The last remembered step that is not after `step`, and its weights (p,) in a read-only copy.

        Raises:
            ValueError: nothing so early is remembered.
        """
        found = self._count_up_to(step) - 1
        if found < 0:
            first = f"the first is {self.first_step}" if self._length else "the history is empty"
            raise ValueError(f"no step at or before {step} is remembered: {first}")
        return int(self._steps[found]), read_only(self._weights[found])

    def _checked(self, step: int, weights: ArrayLike) -> tuple[int, FloatArray]:
        step = whole_number("step", step, smallest=0)
        if self._length and step <= self.last_step:
            raise ValueError(f"step must be after the last remembered step {self.last_step}, got {step}")
        vector = np.asarray(weights, dtype=np.float64)
        wanted = (self._weights.shape[1],) if self._length else (vector.size,)
        if vector.shape != wanted:
            raise ValueError(f"weights must have shape {wanted}, got shape {vector.shape}")
        return step, vector

    def _count_up_to(self, step: int) -> int:
        return bisect.bisect_right(self._steps, step, 0, self._length)

    def _reserve(self, rows: int, n_weights: int) -> None:
        capacity = len(self._steps)
        if rows <= capacity and n_weights == self._weights.shape[1]:
            return
        # Doubling: each entry is copied less than twice over the whole run.
        capacity = min(self._limit, max(SMALLEST_CAPACITY, 2 * capacity))
        kept = slice(0, self._length)
        steps, weights, values = self._steps[kept], self._weights[kept], self._log_likelihoods[kept]
        self._steps = np.empty(capacity, dtype=np.int64)
        self._weights = np.empty((capacity, n_weights))
        self._log_likelihoods = np.empty(capacity)
        if self._length:
            self._steps[kept], self._weights[kept], self._log_likelihoods[kept] = steps, weights, values

    def _drop_every_second(self) -> None:
        """Keep rows 0, 2, 4 ... and the last one, and double the spacing."""
        last = self._length - 1
        gap = self._appends_since_lasting or self._spacing  # between the last two rows, in appends
        rows = np.arange(0, self._length, 2)
        if last % 2:
            rows = np.append(rows, last)
            since = gap
        else:
            since = self._spacing + gap
        for array in (self._steps, self._weights, self._log_likelihoods):
            array[: len(rows)] = array[rows]
        self._length = len(rows)
        self._spacing *= 2
        self._appends_since_lasting = since % self._spacing

    def _row(self, row: int) -> int:
        if not self._length:
            raise IndexError("the history is empty")
        return row
