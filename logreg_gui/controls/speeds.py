"""The speeds that are offered, and how they are written."""

from __future__ import annotations

from logreg_gui.scenario import SPEEDS, UNLIMITED


def speed_text(speed: float) -> str:
    """A speed as the menus show it."""
    if speed == UNLIMITED:
        return "unlimited"
    return "1 step/s" if speed == 1 else f"{speed:g} steps/s"


SPEED_CHOICES = [(speed_text(speed), speed) for speed in SPEEDS]
