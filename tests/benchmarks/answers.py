"""How long the window was busy with each of many events: kept in few bytes, because its memory is watched."""

from __future__ import annotations

import heapq
import re
import statistics
from array import array
from typing import NamedTuple

ANSWER_MS, MOST_LATE = 100.0, 0.1
"""Later than that an answer does not come at once; so many % of them a busy machine may delay."""

SLOWEST = 12
MOST_KINDS = 25


class Answer(NamedTuple):
    """How long the window was busy with an event, at a stretch: in all, and computing itself."""

    milliseconds: float
    computing: float
    words: str

    @property
    def kind(self) -> str:
        """The event without its numbers and what it happened to."""
        words = re.split(r" (?:on|in|of|after) ", self.words)[0]
        return re.sub(r"[\d,.]+", "#", re.sub(r"(drop|\(load) .*", r"\1", words))


class Answers:
    """The times of all events, those of every kind, and the slowest events."""

    def __init__(self) -> None:
        self._times = array("f")
        self._kinds: dict[str, tuple[array[float], array[float]]] = {}
        self._slowest: list[Answer] = []

    def __len__(self) -> int:
        return len(self._times)

    def note(self, answer: Answer) -> None:
        """One more."""
        self._times.append(answer.milliseconds)
        times, computing = self._kinds.setdefault(answer.kind, (array("f"), array("f")))
        times.append(answer.milliseconds)
        computing.append(answer.computing)
        keep = heapq.heappush if len(self._slowest) < SLOWEST else heapq.heappushpop
        keep(self._slowest, answer)

    @property
    def median(self) -> float:
        """In milliseconds, as the others."""
        return statistics.median(self._times)

    @property
    def most(self) -> float:
        """The slowest."""
        return max(self._times)

    @property
    def late(self) -> float:
        """% of them that did not come at once."""
        return 100.0 * _n_late(self._times) / len(self._times)

    def print(self) -> None:
        """The slowest events, and the kinds of event that keep the window busy longest."""
        print("slowest events: ms, of these computing in the window's thread")
        for answer in sorted(self._slowest, reverse=True):
            print(f"{answer.milliseconds:8.0f} {answer.computing:8.0f}  {answer.words}")
        print(f"kinds: times, over {ANSWER_MS:.0f} ms, longest computing in ms, median and most")
        by_computing = sorted(self._kinds.items(), key=lambda item: -max(item[1][1]))
        for kind, (times, computing) in by_computing[:MOST_KINDS]:
            print(
                f"{len(times):6} {_n_late(times):6} {statistics.median(computing):8.0f} {max(computing):8.0f}"
                f"  {kind}"
            )


def _n_late(times: array[float]) -> int:
    return sum(one > ANSWER_MS for one in times)
