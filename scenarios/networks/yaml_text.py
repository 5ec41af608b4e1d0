"""Text of scenario files: blocks by indentation, quantities and lanes on one line."""

from __future__ import annotations

import json
from collections.abc import Mapping


def number(value: float) -> str:
    """Nine significant digits: enough for a network that must balance."""
    short = f"{value:.9g}"
    return f"{float(short):.10f}".rstrip("0") if "e" in short else short


def text(words: str) -> str:
    """Quote words for YAML."""
    return json.dumps(words, ensure_ascii=False)


def flow(fields: Mapping[str, str | None]) -> str:
    """Write a mapping on one line, without the fields that are None."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in fields.items() if value is not None) + "}"


def _quantity(value: float | tuple[float, ...], unit: str, origin: dict[str, str], note: str) -> str:
    is_constant = isinstance(value, int | float)
    listed = (value,) if isinstance(value, int | float) else value
    numbers = ", ".join(number(one) for one in listed)
    form = {"value": numbers} if is_constant else {"triangular": f"[{numbers}]"}
    return flow(form | {"unit": unit} | origin | ({"note": text(note)} if note else {}))


def found(value: float | tuple[float, ...], unit: str, source: str, note: str = "") -> str:
    """Write a quantity that has a source; three numbers are a triangular distribution."""
    return _quantity(value, unit, {"source": source}, note)


def assumed(value: float | tuple[float, ...], unit: str, why: str, note: str = "", times: str = "") -> str:
    """Write a quantity that is an estimate or a choice; `times` is a parameter it is multiplied with."""
    return _quantity(value, unit, ({"times": times} if times else {}) | {"assumed": text(why)}, note)


def block(node: Mapping[str, object], indent: int = 0) -> list[str]:
    """Write nested mappings as lines; a key that begins with `#` becomes a comment."""
    lines: list[str] = []
    pad = "  " * indent
    for key, value in node.items():
        if key.startswith("#"):
            lines.append(f"{pad}{key}")
        elif isinstance(value, Mapping):
            lines.extend([f"{pad}{key}:", *block(value, indent + 1)])
        elif isinstance(value, list):
            lines.extend([f"{pad}{key}:", *(f"{pad}  - {item}" for item in value)])
        elif value is not None:
            lines.append(f"{pad}{key}: {value}")
    return lines
