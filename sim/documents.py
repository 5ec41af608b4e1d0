"""Documents: what they are made of, and how they stand in a folder and on stdout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
"""A document, or a part of one."""


def as_json(document: Json) -> str:
    """Return a document as text: indented, and never NaN."""
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a text the same way on every machine."""
    path.write_text(text, encoding="utf-8", newline="\n")
