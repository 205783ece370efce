"""Numbers as a room reads them: a true minus sign, thousands apart, few digits that do not jump about."""

from __future__ import annotations

import math
from collections.abc import Iterable

MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def fixed(value: float, decimals: int) -> str:
    """`value` with that many decimals, for example −1,032.17."""
    if not math.isfinite(value):
        return _not_finite(value)
    text = f"{value:,.{decimals}f}"
    is_zero = not any(digit in text for digit in "123456789")
    return text.lstrip("-") if is_zero else text.replace("-", MINUS)


def log_likelihood(value: float) -> str:
    """Enough decimals to see the last steps move: four below 10, two below 10,000, else one."""
    magnitude = abs(value)
    return fixed(value, 4 if magnitude < 10 else 2 if magnitude < 10_000 else 1)


def significant(value: float, digits: int = 3) -> str:
    """`value` to that many significant digits; below 0.001 and from 100,000 up as a power of ten."""
    if not math.isfinite(value):
        return _not_finite(value)
    if value == 0.0:
        return "0"
    exponent = int(f"{value:.{digits - 1}e}".split("e")[1])
    if -4 < exponent < 5:
        return fixed(value, max(0, digits - 1 - exponent))
    mantissa = float(f"{value:.{digits - 1}e}".split("e")[0])
    return f"{fixed(mantissa, digits - 1)}×10{str(exponent).translate(_SUPERSCRIPTS)}"


def column(values: Iterable[float]) -> list[str]:
    """Numbers of one vector below each other, all with the same decimals: four digits of the largest."""
    numbers = [float(value) for value in values]
    largest = max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)
    if largest and not 1e-3 <= largest < 1e6:
        return [significant(number, 2) for number in numbers]
    exponent = math.floor(math.log10(largest)) if largest else 0
    return [fixed(number, min(max(3 - exponent, 0), 4)) for number in numbers]


def shortest(value: float, digits: int = 10) -> str:
    """A setting with all its digits, at most so many: 0.0022, 5×10⁻⁵."""
    text = f"{value:.{digits}g}".replace("-", MINUS)
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    power = str(int(exponent.replace(MINUS, "-"))).translate(_SUPERSCRIPTS)
    return f"{mantissa}×10{power}"


def whole(value: int) -> str:
    """A count with thousands apart."""
    return f"{value:,}".replace("-", MINUS)


def percent(fraction: float) -> str:
    """A fraction as a percentage with one decimal; 100 % only when it is exactly so."""
    if not math.isfinite(fraction):
        return _not_finite(fraction)
    shown = round(100 * fraction, 1)
    if shown == 100.0 and fraction < 1.0:
        shown = 99.9
    return f"{shown:.1f}\N{NARROW NO-BREAK SPACE}%"


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "not a number"
    return "∞" if value > 0 else MINUS + "∞"
