"""Every name that disruptions, responses and trade flows mention, with its path and what it must be the name of."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from pydantic import BaseModel

from sim.spec.controls import GeneralLicence
from sim.spec.disruptions import Closure
from sim.spec.finding import Path
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

Sort = Literal[
    "regions", "materials", "facilities", "plants", "places", "buyers", "markets", "priced", "disruptions", "responses"
]

_SORTS: dict[str, Sort] = {
    **dict.fromkeys(("authority", "destinations", "origins", "via", "regions", "against", "between", "and"), "regions"),
    "materials": "materials",
    "facilities": "plants",
    "buyers": "buyers",
    "market": "markets",
    "elements": "priced",
    "jumping": "priced",
    "follows": "disruptions",
    "response": "responses",
    "watched": "places",
}


class Mention(NamedTuple):
    """A field that holds names."""

    path: Path
    sort: Sort
    """What they are names of."""
    names: str | Collection[str]
    """One name, a list, or the keys of a mapping."""


def mentions(scenario: Scenario) -> Iterator[Mention]:
    """Yield every field of a disruption, response or trade flow that holds names, in the order of the file."""
    for key, lane in scenario.lanes.items():
        if lane.response is not None:
            yield Mention(("lanes", key, "response"), "responses", lane.response)
    for key, response in scenario.responses.items():
        yield from _within(response, ("responses", key))
        yield Mention(("responses", key, "tonnage"), "materials", response.tonnage)
    for key, floor in scenario.floors.items():
        yield Mention(("floors", key, "producers"), "plants", floor.producers)
        yield Mention(("floors", key, "least"), "priced", floor.least)
        if floor.offtake is not None:
            yield Mention(("floors", key, "offtake", "takers"), "places", floor.offtake.takers)
            yield Mention(("floors", key, "offtake", "rate"), "materials", floor.offtake.rate)
    for key, project in scenario.projects.items():
        yield Mention(("projects", key, "plants"), "plants", project.plants)
    for key, disruption in scenario.disruptions.items():
        yield from _within(disruption, ("disruptions", key))
    if scenario.monthly is not None:
        for key, exports in scenario.monthly.exports.items():
            yield from _within(exports, ("monthly", "exports", key))


def _within(thing: BaseModel, path: Path) -> Iterator[Mention]:
    for name, field in type(thing).model_fields.items():
        key, value = field.alias or name, getattr(thing, name)
        inner = value if isinstance(value, tuple) else ()
        if isinstance(value, BaseModel) and not isinstance(value, Quantity):
            yield from _within(value, (*path, key))
        elif inner and isinstance(inner[0], BaseModel) and not isinstance(inner[0], Quantity):
            for number, one in enumerate(inner):
                yield from _within(one, (*path, key, number))
        elif key in _SORTS and value:
            yield Mention((*path, key), _sort(thing, key), value)


def _sort(thing: BaseModel, key: str) -> Sort:
    """Return what the names are names of; what is shut or licensed need be no plant."""
    if key == "facilities" and isinstance(thing, Closure):
        return "facilities"
    if key == "facilities" and isinstance(thing, GeneralLicence):
        return "places"
    return _SORTS[key]
