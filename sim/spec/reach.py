"""Which lanes a disruption is about, by id: what checks ask, and whoever tells what a disruption did."""

from __future__ import annotations

from sim.spec.controls import ContentRule, Control, Quota
from sim.spec.disruptions import Closure, Disruption, FreightDelay, Tariff
from sim.spec.network import Lane, Stockpile
from sim.spec.scenario import Scenario


def lanes_of(disruption: Disruption, scenario: Scenario) -> list[str]:
    """Return the lanes that a disruption stands on, in file order; none where it is not about lanes."""
    return [i for i, lane in scenario.lanes.items() if _is_about(disruption, lane, scenario)]


def region_of(place: str, scenario: Scenario) -> str:
    """Return where a facility or buyer stands."""
    return (scenario.facilities.get(place) or scenario.buyers[place]).region


def _is_about(disruption: Disruption, lane: Lane, scenario: Scenario) -> bool:
    start, end = region_of(lane.from_, scenario), region_of(lane.to, scenario)
    match disruption:
        case Quota() if lane.response or isinstance(scenario.facilities[lane.from_], Stockpile):
            return False  # what a pile lets go or a response sends is not counted against a quota
        case Control(authority=authority, destinations=destinations, materials=materials):
            return start == authority and end in destinations and lane.material in materials
        case ContentRule(authority=authority, destinations=destinations, materials=materials):
            return start != authority and end in destinations and lane.material in materials
        case Tariff(authority=authority, origins=origins, materials=materials):
            return start in origins and end == authority and lane.material in materials
        case FreightDelay(between=some, and_=others):
            joins = (start in some and end in others) or (end in some and start in others)
            return joins and lane.material in (disruption.materials or (lane.material,))
        case Closure():
            return _is_shut(disruption, lane, start, end)
        case _:
            return False


def _is_shut(closure: Closure, lane: Lane, start: str, end: str) -> bool:
    """Tell whether one end of the lane is shut and the other is not, but among those it is shut against."""
    regions, facilities = closure.regions or (), closure.facilities or ()
    leaves = lane.from_ in facilities or start in regions
    reaches = lane.to in facilities or end in regions
    other = end if leaves else start
    return (
        leaves != reaches
        and other in (closure.against or (other,))
        and lane.material in (closure.materials or (lane.material,))
    )
