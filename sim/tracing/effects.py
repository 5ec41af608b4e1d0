"""What closures, delays, surges, dumping and tariffs do in one future, when they begin and when they are over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.report import words
from sim.results.futures import Event
from sim.spec.controls import ContentRule
from sim.spec.disruptions import AddedDisruption, Closure, DemandSurge, Disruption, Dumping, FreightDelay, Tariff
from sim.spec.quantity import Quantity
from sim.spec.reach import lanes_of
from sim.spec.scenario import Scenario
from sim.tracing.causes import plant_name
from sim.tracing.spells import buyer_names
from sim.tracing.standing import between


def effects(events: Sequence[Event], scenario: Scenario) -> Iterator[tuple[int, str]]:
    """Yield day and sentence of each beginning and of each end."""
    for i, first, end in between(events, "begins", "ends"):
        begun, over, what = _told(scenario.disruptions[i], scenario)
        yield first, f"{begun}: {what}.{_reach(scenario.disruptions[i], scenario)}"
        if end is not None:
            yield end, f"{over} after {end - first} days: {what}."


def _told(disruption: Disruption, scenario: Scenario) -> tuple[str, str, str]:
    """Return how a disruption begins, how it ends, and what it is about."""
    match disruption:
        case Closure():
            return "Shut", "Open again", _shut(disruption, scenario)
        case ContentRule():
            goods, ends = materials(scenario, disruption.materials), regions(scenario, disruption.destinations)
            whose = regions(scenario, (disruption.authority,))
            return "Content rule", "Content rule lifted", f"{whose} on {goods} made elsewhere, to {ends}"
        case FreightDelay():
            by = f" by {words.count(disruption.delay.typical)} days" if disruption.delay.is_constant else ""
            ends = f"from {regions(scenario, disruption.between)} to {regions(scenario, disruption.and_)}, or back"
            goods = materials(scenario, disruption.materials) if disruption.materials else "all goods"
            return f"Longer under way{by}", "On time again", f"{goods} {ends}"
        case DemandSurge():
            return _change(disruption.factor), "Use as before", buyer_names(scenario, disruption.buyers)
        case Dumping():
            oxides = tuple(scenario.prices.elements[element].oxide for element in disruption.elements)
            market = scenario.markets[disruption.market].name
            return "Dumping begins", "Dumping ends", f"{materials(scenario, oxides)} ({market})"
        case Tariff():
            rate = f" of {words.percent(disruption.rate.typical)}" if disruption.rate.is_constant else ""
            goods, origins = materials(scenario, disruption.materials), regions(scenario, disruption.origins)
            levied = f"{regions(scenario, (disruption.authority,))} on {goods} from {origins}"
            return f"Tariff{rate}", "Tariff lifted", levied
        case AddedDisruption():
            return "Begins", "Over", disruption.effect()
        case _:
            return "Begins", "Over", disruption.kind


def _reach(disruption: Disruption, scenario: Scenario) -> str:
    number = len(lanes_of(disruption, scenario))
    lanes = "One lane" if number == 1 else f"{number} lanes"
    match disruption:
        case Closure(remaining=None):
            return f" {lanes} close{'s' * (number == 1)}; cargo at sea arrives."
        case Closure():
            return f" {lanes} all but close{'s' * (number == 1)}; cargo at sea arrives."
        case ContentRule():
            return f" {lanes} come{'s' * (number == 1)} under it as far as what is shipped holds too much."
        case FreightDelay():
            return f" {lanes} {'is' if number == 1 else 'are'} slower."
        case Tariff():
            return f" {lanes} pay{'s' * (number == 1)} it."
        case _:
            return ""


def _shut(closure: Closure, scenario: Scenario) -> str:
    if closure.regions is not None:
        shut = regions(scenario, closure.regions)
    else:
        shut = words.listed([plant_name(scenario, i) for i in closure.facilities or ()])
    towards = f" towards {regions(scenario, closure.against)}" if closure.against else ""
    goods = f", for {materials(scenario, closure.materials)}" if closure.materials else ""
    return f"{shut}{towards}{goods}"


def _change(factor: Quantity) -> str:
    low, high = factor.support
    way = "rises" if low >= 1 else "falls" if high <= 1 else "changes"
    return f"Use {way} to {words.multiple(factor.typical)}" if factor.is_constant else f"Use {way}"


def materials(scenario: Scenario, ids: Sequence[str]) -> str:
    """Name materials as a planner calls them; a comma within a name would part it in two."""
    return words.listed([(scenario.materials[i].name or i).replace(", ", "/") for i in ids], at_most=4)


def regions(scenario: Scenario, ids: Sequence[str]) -> str:
    """Name regions."""
    return words.listed([scenario.regions[i].name for i in ids], at_most=6)
