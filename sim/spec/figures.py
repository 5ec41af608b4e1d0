"""Every number of a scenario with the path it stands at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sim.spec.finding import Path
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario


def figures(scenario: Scenario) -> Iterator[tuple[Path, Quantity]]:
    """Yield each quantity with its path, in the order of the scenario."""
    found: list[tuple[Path, Quantity]] = []
    _gather(scenario, (), found)
    return iter(found)


def _gather(thing: Any, path: Path, found: list[tuple[Path, Quantity]]) -> None:
    # A list that grows, not generators in generators: a large network holds thousands of numbers, five levels down.
    if isinstance(thing, Quantity):
        found.append((path, thing))
    elif isinstance(thing, BaseModel):
        for name, value in vars(thing).items():
            _gather(value, (*path, name), found)
    elif isinstance(thing, dict):
        for key, value in thing.items():
            _gather(value, (*path, key), found)
    elif isinstance(thing, tuple):
        for number, value in enumerate(thing):
            _gather(value, (*path, number), found)
