"""Why a file is no scenario, in words: one line, whatever is in the file."""

from __future__ import annotations

import re
from array import array
from itertools import islice
from typing import Any

LISTS = (list, array)
"""What a list in a file becomes; long ones of nothing but numbers are arrays."""


def described(value: Any) -> str:
    """A value as an error quotes it: never longer than a line."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, LISTS):
        return f"a list of {len(value):,}"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, int) and value.bit_length() > 100:
        return f"a number of {len(str(value))} digits"
    return clipped(repr(value))


def clipped(text: str, most: int = 60) -> str:
    """The beginning of a text, with nothing in it that would break a line."""
    text = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "?", text)
    return text if len(text) <= most else "".join(islice(text, most)) + "…"


def short(error: BaseException) -> str:
    """What an error says, or its name."""
    return clipped(str(error) or type(error).__name__, 300)
