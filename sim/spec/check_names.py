"""Names: well formed, listed once, and standing for something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from sim.spec.figures import figures
from sim.spec.finding import Finding, Path
from sim.spec.mentions import Sort, mentions
from sim.spec.network import Maker, Mine, SeparationPlant, Stockpile
from sim.spec.scenario import Scenario

_ID = re.compile(r"[a-z0-9_.-]+")
_WELL_FORMED = "lower-case letters, digits, _ . and -"
_SECTIONS = (
    "regions",
    "markets",
    "materials",
    "facilities",
    "buyers",
    "lanes",
    "disruptions",
    "parameters",
    "responses",
    "projects",
    "floors",
)

_SOURCE = "a key of a sources.yaml beside the file, or of the shipped one"

Named = tuple[Path, str]
"""A field and the name that stands there."""


def check_names(scenario: Scenario, sources: Collection[str]) -> Iterator[Finding]:
    """Find ids that are malformed, names listed twice or standing for nothing, regions without a market."""
    yield from _ids(scenario)
    yield from _listed_twice(scenario)
    yield from _markets(scenario)
    yield from _flows_named(scenario)
    known = _known(scenario)
    for names, named in (
        (scenario.regions, _regions_named(scenario)),
        (scenario.elements, _elements_named(scenario)),
        (scenario.materials, _materials_named(scenario)),
        (scenario.markets, _markets_named(scenario)),
        (scenario.facilities, [(("lanes", k, "from"), lane.from_) for k, lane in scenario.lanes.items()]),
        (known["places"], _places_named(scenario)),
        (scenario.disruptions, _emergencies_named(scenario)),
        *((known[one.sort], _each(one.path, one.names)) for one in mentions(scenario)),
        (scenario.parameters, [((*p, "times"), q.times) for p, q in figures(scenario) if q.times]),
    ):
        for path, name in named:
            if name not in names:
                yield Finding(path, "reference", f"'{name}'", "", None, name, names)
    for path, name in _sources_named(scenario):
        if name not in sources:
            yield Finding(path, "reference", f"'{name}'", _SOURCE, None, name, sources)


def _known(scenario: Scenario) -> dict[Sort, Collection[str]]:
    return {
        "regions": scenario.regions,
        "materials": scenario.materials,
        "facilities": scenario.facilities,
        "plants": {key: None for key, one in scenario.facilities.items() if not isinstance(one, Stockpile)},
        "places": {**scenario.facilities, **scenario.buyers},
        "buyers": scenario.buyers,
        "markets": scenario.markets,
        "priced": scenario.prices.elements,
        "disruptions": scenario.disruptions,
        "responses": scenario.responses,
    }


def _ids(scenario: Scenario) -> Iterator[Finding]:
    named: list[Named] = [(("elements", i), name) for i, name in enumerate(scenario.elements)]
    named += [((section, name), name) for section in _SECTIONS for name in getattr(scenario, section)]
    for path, name in named:
        if not _ID.fullmatch(name):
            yield Finding(path, "id", f"'{name}'", _WELL_FORMED)
    for key, buyer in scenario.buyers.items():
        right = f"{buyer.region}.{buyer.end_use}"
        if key != right and buyer.region in scenario.regions:  # else the region is the mistake
            yield Finding(("buyers", key), "id", f"'{key}'", f"'{right}': <region>.<end_use>")
        if key in scenario.facilities:
            yield Finding(("buyers", key), "id", f"'{key}', which is a facility, too", "an id of its own")


def _listed_twice(scenario: Scenario) -> Iterator[Finding]:
    for path, names in _lists(scenario):
        for name, times in Counter(names).items():
            if times > 1:
                yield Finding(path, "duplicate", f"'{name}' {times} times", "each name once")


def _lists(scenario: Scenario) -> Iterator[tuple[Path, tuple[str, ...]]]:
    yield ("elements",), scenario.elements
    for key, facility in scenario.facilities.items():
        if isinstance(facility, SeparationPlant):
            yield ("facilities", key, "products"), facility.products
        elif isinstance(facility, Stockpile):
            yield ("facilities", key, "owners"), facility.owners
    yield from ((one.path, one.names) for one in mentions(scenario) if isinstance(one.names, tuple))


def _markets(scenario: Scenario) -> Iterator[Finding]:
    homes: dict[str, list[str]] = {region: [] for region in scenario.regions}
    for key, market in scenario.markets.items():
        for region in market.regions:
            homes.setdefault(region, []).append(key)
    misspelt = len(homes) > len(scenario.regions)  # then a region without a market follows from that
    for region, markets in homes.items():
        if len(markets) > 1 or not (markets or misspelt):
            found = f"it in {' and '.join(markets)}" if markets else "it in no market"
            path: Path = ("regions", region) if not markets else ("markets", markets[-1], "regions")
            yield Finding(path, "market", f"'{region}': {found}", "every region in exactly one market")


def _flows_named(scenario: Scenario) -> Iterator[Finding]:
    """Find trade flows whose names cannot be those of columns."""
    for name in scenario.monthly.exports if scenario.monthly is not None else ():
        if not _ID.fullmatch(name):
            yield Finding(("monthly", "exports", name), "id", f"'{name}'", _WELL_FORMED)


def _each(path: Path, names: Collection[str]) -> Iterator[Named]:
    """Name one name, the items of a list, or the keys of a mapping, each with its path."""
    if isinstance(names, str):
        return iter([(path, names)])
    steps = enumerate(names) if isinstance(names, tuple) else zip(names, names, strict=True)
    return (((*path, step), name) for step, name in steps)


def _regions_named(scenario: Scenario) -> Iterator[Named]:
    for key, market in scenario.markets.items():
        yield from _each(("markets", key, "regions"), market.regions)
    for section in ("facilities", "buyers"):
        yield from (((section, key, "region"), one.region) for key, one in getattr(scenario, section).items())
    for key, facility in scenario.facilities.items():
        if isinstance(facility, Stockpile):
            yield from _each(("facilities", key, "owners"), facility.owners)


def _elements_named(scenario: Scenario) -> Iterator[Named]:
    for key, material in scenario.materials.items():
        yield from _each(("materials", key, "content"), material.content)
    for key, facility in scenario.facilities.items():
        if isinstance(facility, SeparationPlant):
            yield from _each(("facilities", key, "recovery"), facility.recovery)
    yield from _each(("prices", "elements"), scenario.prices.elements)


def _materials_named(scenario: Scenario) -> Iterator[Named]:
    for key, facility in scenario.facilities.items():
        if isinstance(facility, Mine):
            yield ("facilities", key, "product"), facility.product
        elif isinstance(facility, SeparationPlant):
            yield from _each(("facilities", key, "products"), facility.products)
        elif isinstance(facility, Maker):
            yield from _recipe_materials(key, facility)
        else:
            yield from _each(("facilities", key, "stocks"), facility.stocks)
    yield from ((("buyers", key, "material"), buyer.material) for key, buyer in scenario.buyers.items())
    for key, lane in scenario.lanes.items():
        yield ("lanes", key, "material"), lane.material
        if lane.received_as is not None:
            yield ("lanes", key, "received_as"), lane.received_as
    yield from ((("prices", "elements", e, "oxide"), p.oxide) for e, p in scenario.prices.elements.items())
    yield from _each(("prices", "products"), scenario.prices.products)


def _recipe_materials(key: str, maker: Maker) -> Iterator[Named]:
    for product, recipe in maker.recipes.items():
        here = ("facilities", key, "recipes", product)
        yield here, product
        yield from _each((*here, "inputs"), recipe.inputs)
        yield from _each((*here, "byproducts"), recipe.byproducts)


def _markets_named(scenario: Scenario) -> Iterator[Named]:
    for element, price in scenario.prices.elements.items():
        yield from _each(("prices", "elements", element, "opening"), price.opening)
        yield from _each(("prices", "elements", element, "floor"), price.floor)


def _places_named(scenario: Scenario) -> Iterator[Named]:
    yield from ((("lanes", key, "to"), lane.to) for key, lane in scenario.lanes.items())
    for key, facility in scenario.facilities.items():
        if isinstance(facility, Stockpile):
            yield from _each(("facilities", key, "first"), facility.first)
            yield from ((("facilities", key, "days_of"), name) for name in facility.days_of)


def _emergencies_named(scenario: Scenario) -> Iterator[Named]:
    for key, facility in scenario.facilities.items():
        if isinstance(facility, Stockpile) and facility.when is not None and facility.when.emergency is not None:
            yield from _each(("facilities", key, "when", "emergency", "during"), facility.when.emergency.during)


def _sources_named(scenario: Scenario) -> Iterator[Named]:
    for path, quantity in figures(scenario):
        if quantity.source is not None:
            yield (*path, "source"), quantity.source
