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
    return _figures(scenario, ())


def _figures(thing: Any, path: Path) -> Iterator[tuple[Path, Quantity]]:
    if isinstance(thing, Quantity):
        yield path, thing
    elif isinstance(thing, BaseModel):
        for name in type(thing).model_fields:
            yield from _figures(getattr(thing, name), (*path, name))
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from _figures(value, (*path, key))
    elif isinstance(thing, tuple):
        for number, value in enumerate(thing):
            yield from _figures(value, (*path, number))
