"""Reach: what a disruption is about must be there.

A ban or a licence on no lane is let pass: it may be a threat, which moves prices and does nothing else. Whatever
else finds no lane was meant for another, and would change nothing without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.controls import ContentRule, Licence, Quota
from sim.spec.disruptions import Closure, Disruption, FreightDelay, Tariff
from sim.spec.finding import Finding, Path
from sim.spec.reach import lanes_of
from sim.spec.scenario import Scenario


def check_reach(scenario: Scenario) -> Iterator[Finding]:
    """Find disruptions of lanes that are about none, and general licences for firms with none under control."""
    for key, disruption in scenario.disruptions.items():
        path: Path = ("disruptions", key)
        if isinstance(disruption, Licence):
            yield from _general(path, disruption, scenario)
        missed = _missed(disruption)
        if missed and not lanes_of(disruption, scenario):
            yield Finding(path, "reach", "no lane that it is about", missed)


def _missed(disruption: Disruption) -> str:
    """Return what a lane would have to be; nothing for what needs none."""
    match disruption:
        case Quota():
            return (
                f"a lane of {_of(disruption.materials)} from {disruption.authority} to {_of(disruption.destinations)}"
            )
        case ContentRule():
            ends = f"from elsewhere than {disruption.authority} to {_of(disruption.destinations)}"
            return f"a lane of {_of(disruption.materials)} {ends}"
        case Tariff():
            return f"a lane of {_of(disruption.materials)} from {_of(disruption.origins)} to {disruption.authority}"
        case FreightDelay():
            ends = f"between {_of(disruption.between)} and {_of(disruption.and_)}"
            return f"a lane {_for(disruption.materials)}{ends}, either way"
        case Closure():
            shut = _of(disruption.regions or disruption.facilities or ())
            other = _of(disruption.against) if disruption.against else "elsewhere"
            return f"a lane {_for(disruption.materials)}between {shut} and {other}, either way"
        case _:
            return ""


def _for(materials: tuple[str, ...] | None) -> str:
    return f"of {_of(materials)} " if materials else ""


def _of(names: tuple[str, ...]) -> str:
    return " or ".join(names)


def _general(path: Path, licence: Licence, scenario: Scenario) -> Iterator[Finding]:
    under = [scenario.lanes[i] for i in lanes_of(licence, scenario)]
    ends = {end: None for lane in under for end in (lane.from_, lane.to)}
    for number, entry in enumerate(licence.general):
        if not any(name in ends for name in entry.facilities):
            found = f"{_of(entry.facilities)}, with no lane under this control"
            here = (*path, "general", number, "facilities")
            allowed = "firms that ship or receive what it controls"
            yield Finding(here, "reach", found, allowed, None, entry.facilities[0], ends)
