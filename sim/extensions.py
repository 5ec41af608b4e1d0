"""What installed packages add to the model: kinds of disruption and of facility, and metrics, by their entry points.

A scenario never names code. A kind is there where a package that has it is installed, and nowhere else.
docs/guides/extend.md walks through an example.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from inspect import signature
from pathlib import Path
from typing import Any, Literal

from sim.errors import ExtensionError

Group = Literal["disruptions", "facilities", "metrics"]
GROUPS: dict[Group, str] = {"disruptions": "disruption", "facilities": "facility", "metrics": "metric"}
"""Group of entry points, after `rare_earth_sim.`, and what one of it is."""


@dataclass(frozen=True)
class Extension:
    """Something that an installed package adds."""

    group: Group
    name: str
    """Of the entry point; of a disruption or a facility it is the `kind`, too."""
    package: str
    version: str
    point: EntryPoint

    def __str__(self) -> str:
        return f"{GROUPS[self.group]} '{self.name}' of {self.package} {self.version}"


@cache
def installed() -> tuple[Extension, ...]:
    """Find what is installed, by group and name; nothing of it is imported."""
    every = entry_points()
    found = [
        Extension(group, point.name, point.dist.name, point.dist.version, point)
        for group in GROUPS
        for point in every.select(group=f"rare_earth_sim.{group}")
        if point.dist is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.group, one.name, one.package)))


@cache
def loaded(group: Group) -> dict[str, Any]:
    """Import what is installed of a group, by name.

    Raises `sim.errors.ExtensionError` for what cannot be imported, and for two of one name.
    """
    found: dict[str, Any] = {}
    for one in (one for one in installed() if one.group == group):
        if one.name in found:
            raise refused(group, one.name, "and another package has one of that name")
        try:
            found[one.name] = one.point.load()
        except Exception as error:  # whatever a stranger's module may do
            raise refused(group, one.name, f"cannot be imported ({type(error).__name__}: {error})") from error
    return found


def refused(group: Group, name: str, why: str) -> ExtensionError:
    """Return the error that refuses what is installed under a name."""
    which = next(one for one in installed() if (one.group, one.name) == (group, name))
    return ExtensionError(f"extension refused: {which} {why}; mend or uninstall the package")


def check_calls(group: Group, name: str, thing: Any, calls: Mapping[str, Sequence[str]]) -> None:
    """Refuse a class without a function that the program calls, or with one that takes something else.

    `calls` holds the names of functions, each with what it is given besides `self`.
    """
    for called, given in calls.items():
        function, shape = getattr(thing, called, None), f"`{called}({', '.join(('self', *given))})`"
        if not callable(function) or function is object.__init__:
            raise refused(group, name, f"has no {shape}")
        try:
            signature(function).bind(thing, *given)
        except TypeError as error:
            raise refused(group, name, f"needs {shape}, of which each is given ({error})") from error


def versions() -> dict[str, str]:
    """Return every package that adds something, with its version."""
    return {one.package: one.version for one in installed()}


def texts() -> Iterator[bytes]:
    """Yield the text of every module that adds something; imports them."""
    for group in GROUPS:
        for name, thing in loaded(group).items():
            file = getattr(sys.modules.get(thing.__module__), "__file__", None)
            yield f"{group}/{name}\0".encode() + (Path(file).read_bytes() if file else b"") + b"\0"
