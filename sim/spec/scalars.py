"""The words of YAML 1.2: what a plain scalar means. `NO` is Norway, `1e6` a million, `012` a text."""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_EXACT_DIGITS = 18  # longer integers are read as decimals: nothing in a scenario counts that far


class NotFiniteError(ValueError):
    """The number is infinite, or none at all."""


def resolve(text: str) -> Scalar:
    """Return what an unquoted word stands for; a number too large for a float is refused like `.inf`."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) <= _EXACT_DIGITS:
        return int(text)
    if _NOT_FINITE.fullmatch(text):
        raise NotFiniteError(text)
    if _DECIMAL.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise NotFiniteError(text)
        return number
    return text
