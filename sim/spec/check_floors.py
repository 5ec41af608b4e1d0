"""Price floors: paid to plants that separate, for what they make, once."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.finding import Finding, Path
from sim.spec.network import SeparationPlant
from sim.spec.scenario import Scenario


def check_floors(scenario: Scenario) -> Iterator[Finding]:
    """Find floors for plants that decide by no basket, for what nobody makes, and two for one plant."""
    paid_by: dict[str, str] = {}
    for key, floor in scenario.floors.items():
        made = set[str]()
        for number, name in enumerate(floor.producers):
            path: Path = ("floors", key, "producers", number)
            plant = scenario.facilities[name]
            if not isinstance(plant, SeparationPlant):
                yield Finding(path, "floor", f"'{name}', a {plant.kind}", "separation plants: they run while it pays")
                continue
            if paid_by.setdefault(name, key) != key:
                yield Finding(path, "floor", f"'{name}', which {paid_by[name]} pays, too", "one floor for a plant")
            made |= {e for product in plant.products for e in scenario.materials[product].content}
        for element in floor.least if made else ():
            if element not in made:
                found = f"'{element}', which none of them makes"
                path = ("floors", key, "least", element)
                yield Finding(path, "floor", found, "an element of what they make", None, element, made)
