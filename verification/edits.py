"""Bytes as changes to a document: what a fuzzer makes up reaches past the syntax, at any place of a good document."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 7, 255, 2**31, 2**63, 10**30, -(10**400), 0.5, -0.5, 1e-320, 1e308, math.nan,
    math.inf, -math.inf, "", " ", "x", "none", "nan", "1e999", "0", "jp", "cn", "jp.ev", "all", "t", "d",
    "2024-02-30", "2025-01-01", "99999-01-01", "../x", "/etc", "\0", "\ud800", "\u202e", "<script>", "{{ 1 }}", "%s",
    "a" * 300, [], {}, [None], [[]], {"": None}, {"mean": None}, {"mean": 1, "ci95": None}, [0.0, 1.0], [1, 0],
    ["x", "x"], {"value": 1, "unit": "t", "source": "x"}, {"value": -1, "unit": "d", "assumed": "x"},
    json.loads("[" * 60 + "]" * 60),
)  # fmt: skip
"""What takes the place of something good."""
FACTORS = (0.0, 0.5, 2.0, 1e-9, 1e-3, 1e3, 1e9, 0.999, 1.001, -1.0, 1e300)
Place = tuple[str | int, ...]


class Choices:
    """Bytes read as choices; where none is left, the first of each."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return max(len(self._content) - self._at, 0)

    def take(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end."""
        self._at += count
        return self._content[self._at - count : self._at]

    def below(self, most: int) -> int:
        """Return a number below another, of one byte where that will do, else of three."""
        return int.from_bytes(self.take(1 if most <= 256 else 3), "little") % max(most, 1)

    def text(self) -> str:
        """Return a text of up to 31 bytes."""
        return self.take(self.below(32)).decode("utf-8", "replace")

    def number(self) -> float:
        """Return any float there is."""
        return float(struct.unpack("<d", self.take(8).ljust(8, b"\0"))[0])


def paths(document: Any, above: Place = ()) -> Iterator[Place]:
    """Yield where something stands in a document, all but its top."""
    parts = document.items() if isinstance(document, dict) else enumerate(document) if _is_list(document) else ()
    for key, part in parts:
        yield (*above, key)
        yield from paths(part, (*above, key))


def edited(text: str, places: list[Place], choices: Choices) -> Any:
    """Return a JSON text's document after as many changes as there are bytes for, sixteen at most."""
    document = json.loads(text)
    for _ in range(16):
        if not choices.left:
            break
        *above, last = places[choices.below(len(places))]
        try:
            inside = _at(document, above)
            _change(document, inside, last, places, choices)
        except (LookupError, TypeError, OverflowError):  # an earlier change took the place away, or made it too large
            continue
    return document


def _change(document: Any, inside: Any, last: Any, places: list[Place], choices: Choices) -> None:
    kind = choices.below(8)
    if kind == 0:
        del inside[last]
    elif kind == 1:
        inside[last] = deepcopy(_at(document, places[choices.below(len(places))]))
    elif kind == 2 and isinstance(inside[last], int | float):
        inside[last] *= FACTORS[choices.below(len(FACTORS))]
    elif kind == 2:
        inside[last] = choices.number()
    elif kind == 3:
        inside[last] = choices.text()
    elif kind == 4 and isinstance(inside, dict):
        inside[choices.text()] = inside.pop(last)
    else:
        inside[last] = deepcopy(VALUES[choices.below(len(VALUES))])


def _at(document: Any, path: Any) -> Any:
    for step in path:
        document = document[step]
    return document


def _is_list(document: object) -> bool:
    return isinstance(document, list)
