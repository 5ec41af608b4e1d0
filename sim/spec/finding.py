"""One thing wrong with a scenario, before it is known in which file and line it stands."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

LISTED_AT_MOST = 12
SHOWN_AT_MOST = 70

Path = tuple[str | int, ...]
"""The way to a field from the top of a scenario: keys, and places in lists counted from 0."""


@dataclass(frozen=True)
class Place:
    """A line in a file."""

    file: str
    """The file as it was named."""
    line: int
    """The line, counted from 1."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong with a scenario: what, at which field, what was found, what would have been right."""

    path: Path
    code: str
    """A stable word for the kind of mistake, such as `unknown-key`."""
    found: str
    allowed: str = ""
    place: Place | None = None
    """The line, where it is another than that of the field."""
    name: str = ""
    """A name that is not one of `names`."""
    names: Collection[str] = ()
    """The names it could have been; looked through only once the message is written."""

    @property
    def advice(self) -> str:
        """What would be right, with the nearest valid name."""
        parts = [self.allowed] if self.allowed else []
        return ", ".join([*parts, nearest(self.name, self.names)] if self.name else parts)


def dotted(path: Path) -> str:
    """Return the path as a planner reads it: `lanes.mine-plant.transit.unit`."""
    return ".".join(map(str, path))


def shown(value: Any) -> str:
    """Return a value as it is quoted in a message: on one line, and not too long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_AT_MOST else text[: SHOWN_AT_MOST - 3] + "..."


def nearest(name: str, names: Collection[str]) -> str:
    """Return the sentence that names what `name` was probably meant to be, and all names if they are few."""
    close = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    parts = [f"did you mean '{close[0]}'?"] if close else []
    if not names:
        parts.append("there is none to name")
    elif len(names) <= LISTED_AT_MOST:
        parts.append(f"one of: {', '.join(names)}")
    elif not close:
        parts.append(f"one of {len(names)} names, such as {', '.join(_likely(name, names))}")
    return " ".join(parts)


def _likely(name: str, names: Collection[str]) -> list[str]:
    """Return a few of the names: those that begin as `name` does, `dy_oxide` for `dysprosium`, or else the first."""
    alike = [one for one in names if name and one.startswith(name[:2].lower())]
    return (alike or list(names))[:5]
