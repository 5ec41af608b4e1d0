"""Price floors: paid to plants that separate, for what they make, once."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.finding import Finding, Path
from sim.spec.network import SeparationPlant
from sim.spec.policies import Offtake, PriceFloor
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
        if floor.offtake is not None:
            yield from _offtake(("floors", key, "offtake"), floor, floor.offtake, scenario)
        for element in floor.least if made else ():
            if element not in made:
                found = f"'{element}', which none of them makes"
                path = ("floors", key, "least", element)
                yield Finding(path, "floor", found, "an element of what they make", None, element, made)


def _offtake(path: Path, floor: PriceFloor, offtake: Offtake, scenario: Scenario) -> Iterator[Finding]:
    """Find takers whom no producer sells to, and claims to what none of them sells."""
    sold = [lane for lane in scenario.lanes.values() if lane.from_ in floor.producers and lane.response is None]
    customers, goods = {lane.to for lane in sold}, {lane.material for lane in sold}
    for number, taker in enumerate(offtake.takers):
        if taker not in customers:
            found, allowed = f"'{taker}', whom no producer sells to", "a customer of theirs"
            yield Finding((*path, "takers", number), "floor", found, allowed, None, taker, customers)
    for material in offtake.rate:
        if material not in goods:
            found = f"'{material}', which none of them sells"
            yield Finding((*path, "rate", material), "floor", found, "what they sell", None, material, goods)
