"""Rapid Responses: somebody to watch, something to send, and a tonnage for all of it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.finding import Finding, Path
from sim.spec.network import Lane, Maker, Mine, Stockpile
from sim.spec.policies import RapidResponse
from sim.spec.scenario import Scenario


def check_responses(scenario: Scenario) -> Iterator[Finding]:
    """Find responses that watch who uses nothing, that send nothing, or without a limit to what they send."""
    for key, response in scenario.responses.items():
        lanes = {i: lane for i, lane in scenario.lanes.items() if lane.response == key}
        path: Path = ("responses", key)
        yield from _watched(path, response, scenario)
        if not lanes:
            yield Finding(path, "reach", "no lane of its own", f"a lane with `response: {key}`")
        else:
            yield from _tonnage(path, response, lanes)
        for i, lane in lanes.items():
            yield from _byproduct(i, lane, scenario)


def _watched(path: Path, response: RapidResponse, scenario: Scenario) -> Iterator[Finding]:
    of_buyers = next((name for name in ("unmet_above", "price_above") if getattr(response, name) is not None), None)
    for number, name in enumerate(response.watched):
        here = (*path, "watched", number)
        facility = scenario.facilities.get(name)
        if isinstance(facility, Mine | Stockpile):
            yield Finding(here, "response", f"'{name}', a {facility.kind}", "plants and buyers that use something up")
        elif facility is not None and of_buyers:
            found, allowed = f"'{name}', a plant", f"buyers: `{of_buyers}` is about what buyers get"
            yield Finding(here, "response", found, allowed, None, name, scenario.buyers)


def _tonnage(path: Path, response: RapidResponse, lanes: dict[str, Lane]) -> Iterator[Finding]:
    shipped = dict.fromkeys(lane.material for lane in lanes.values())
    for material in shipped.keys() - response.tonnage.keys() if response.limit is None else ():
        allowed = "one for all that its lanes ship, or a `limit`"
        yield Finding((*path, "tonnage"), "missing", f"no tonnage of {material}", allowed)
    for material in response.tonnage.keys() - shipped.keys():
        found = f"'{material}', which no lane of it ships"
        yield Finding((*path, "tonnage", material), "response", found, "what it ships", None, material, shipped)


def _byproduct(key: str, lane: Lane, scenario: Scenario) -> Iterator[Finding]:
    maker = scenario.facilities[lane.from_]
    if isinstance(maker, Maker) and lane.material not in maker.recipes:
        found = f"'{lane.material}', a by-product of {lane.from_}"
        yield Finding(("lanes", key, "material"), "response", found, "what is made to order, or what a pile holds")
