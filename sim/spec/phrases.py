"""How figures and lists are said in plain words."""

from __future__ import annotations

from collections.abc import Iterable

from sim import units
from sim.spec.quantity import Quantity

_NAMED_AT_MOST = 12
_SPOKEN = {"share": (100.0, "%"), "multiple": (1.0, "times"), "log": (1.0, "in logs"), "usd": (1e-6, "million USD")}


def told(quantity: Quantity) -> str:
    """Return a quantity with its distribution and its origin: `120 to 180 d (uniform, assumed)`."""
    scale, words = _SPOKEN.get(quantity.unit, (1.0, quantity.unit))
    return _told(quantity, scale, f" {words}")


def told_day(quantity: Quantity) -> str:
    """Return a date as days since the start, without the unit: `day 120 to 180 (uniform, assumed)`."""
    return f"day {_told(quantity, units.factor(quantity.unit), '')}"


def counted(number: int, noun: str) -> str:
    """Return a number of things: `1 lane`, `2 lanes`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[str], word: str = "and") -> str:
    """Return names with commas and a last `and`; of a long list the rest is counted."""
    named = list(names)
    if len(named) > _NAMED_AT_MOST:
        return f"{', '.join(named[:_NAMED_AT_MOST])} {word} {len(named) - _NAMED_AT_MOST} others"
    return f" {word} ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)


def _told(quantity: Quantity, scale: float, words: str) -> str:
    origin = quantity.source or "assumed"
    if quantity.times:
        words += f" times {quantity.times}"
    if quantity.value is not None:
        return f"{quantity.value * scale:g}{words} ({origin})"
    if quantity.exponential is not None:
        return f"{quantity.exponential * scale:g}{words} on average (exponential, {origin})"
    low, high = quantity.support
    span = f"{low * scale:g} to {high * scale:g}"
    if quantity.triangular is not None:
        return f"{span}, most likely {quantity.triangular[1] * scale:g}{words} (triangular, {origin})"
    if quantity.among is not None:
        return f"{span}{words} ({len(quantity.among)} values, {origin})"
    return f"{span}{words} (uniform, {origin})"
