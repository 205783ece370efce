"""How many steps are due: wall-clock time in, whole steps out."""

from __future__ import annotations

import math

LONGEST_DEBT = 0.25
"""Seconds of steps that may be owed. A stall is not made up for by a burst that nobody can follow."""


class Pacer:
    """A token bucket that fills at `speed` steps per second."""

    def __init__(self, speed: float, now: float) -> None:
        self._speed = speed
        self._tokens = 0.0
        self._time = now

    def set_speed(self, speed: float, now: float) -> None:
        """Go on at another speed; what was earned at the old one stays."""
        self._fill(now)
        self._speed = speed
        if math.isfinite(speed) and not math.isfinite(self._tokens):
            self._tokens = 0.0

    def restart(self, now: float) -> None:
        """Forget what was earned.

        The first step is due at once, so that pressing play answers immediately.
        """
        self._tokens = 1.0
        self._time = now

    def due(self, now: float) -> float:
        """Whole steps that may be taken now; infinity when the speed is unlimited."""
        self._fill(now)
        return self._tokens if math.isinf(self._tokens) else math.floor(self._tokens)

    def spend(self, steps: int) -> None:
        """Take `steps` out of the bucket."""
        self._tokens -= steps

    def seconds_to_next(self, now: float) -> float:
        """Time until one step is due; 0 when one already is."""
        self._fill(now)
        return max(0.0, (1.0 - self._tokens) / self._speed) if math.isfinite(self._speed) else 0.0

    def _fill(self, now: float) -> None:
        if math.isinf(self._speed):
            self._tokens = math.inf
        else:
            earned = self._tokens + self._speed * (now - self._time)
            self._tokens = min(earned, max(1.0, self._speed * LONGEST_DEBT))
        self._time = now
