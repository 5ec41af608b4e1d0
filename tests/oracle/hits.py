"""What stands for a while and is no control: closures, outages, delays, surges, dumping, tariffs (section 6)."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from sim.spec.disruptions import Closure, FreightDelay, Outage, Tariff

from .buyers import Buyer
from .clock import Routine, Step
from .dates import Dates
from .draws import Draws, constant
from .lanes import Lane
from .market import Market
from .parts import Layers


@dataclass(eq=False)
class Hit:
    """Something that is so on some days, and not on others."""

    stands: Callable[[int], bool]
    put: Callable[[bool], None]
    """Make it so, or not, for today."""

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [(Step.CALENDAR, lambda day: self.put(self.stands(day)))]


def layer(name: str, dates: Dates, layers: Collection[Layers], remaining: float) -> Hit:
    """Let a layer stand."""

    def put(on: bool) -> None:
        for each in layers:
            each.standing[name] = remaining if on else 1.0

    return Hit(dates.stands, put)


def delay(name: str, dates: Dates, lanes: Collection[Lane], days: int) -> Hit:
    """Let what leaves be longer under way."""

    def put(on: bool) -> None:
        for lane in lanes:
            lane.delays[name] = days if on else 0

    return Hit(dates.stands, put)


def tariff(name: str, dates: Dates, lanes: Collection[Lane], rate: float) -> Hit:
    """Let what is shipped pay a duty."""

    def put(on: bool) -> None:
        for lane in lanes:
            lane.duties[name] = rate if on else 0.0

    return Hit(dates.stands, put)


def surge(name: str, dates: Dates, buyers: Collection[Buyer], factor: float) -> Hit:
    """Let buyers use more, or less."""

    def put(on: bool) -> None:
        for buyer in buyers:
            buyer.surges[name] = factor if on else 1.0

    return Hit(dates.stands, put)


def dumping(name: str, dates: Dates, market: Market, elements: Collection[str], discount: float) -> Hit:
    """Press prices below the level that scarcity sets."""

    def put(on: bool) -> None:
        for element in elements:
            market.discounts[name, element] = discount if on else 0.0

    return Hit(dates.stands, put)


# What they are about


def ships(lane: Lane, materials: Collection[str] | None) -> bool:
    """Return whether a lane ships one of these; all materials where none is named."""
    return materials is None or lane.material in materials


def lanes_closed(closure: Closure, lanes: Iterable[Lane]) -> list[Lane]:
    """Return the lanes between a place shut and one that is not, either way."""
    return [lane for lane in lanes if ships(lane, closure.materials) and _crosses(closure, lane)]


def _crosses(closure: Closure, lane: Lane) -> bool:
    ends = list(zip((lane.shipper, lane.receiver), lane.regions, strict=True))
    outside = [region for place, region in ends if not _is_shut(closure, place, region)]
    return len(outside) == 1 and (closure.against is None or outside[0] in closure.against)


def _is_shut(closure: Closure, place: str, region: str) -> bool:
    if closure.regions is not None:
        return region in closure.regions
    return place in (closure.facilities or ())


def lanes_delayed(freight: FreightDelay, lanes: Iterable[Lane]) -> list[Lane]:
    """Return the lanes between a region of one list and one of the other, either way."""
    one, other = set(freight.between), set(freight.and_)
    return [lane for lane in lanes if ships(lane, freight.materials) and _spans(lane, one, other)]


def _spans(lane: Lane, one: set[str], other: set[str]) -> bool:
    here, there = lane.regions
    return (here in one and there in other) or (here in other and there in one)


def lanes_taxed(duty: Tariff, lanes: Iterable[Lane]) -> list[Lane]:
    """Return the lanes on which a duty is paid."""
    return [
        lane
        for lane in lanes
        if lane.regions[0] in duty.origins and lane.regions[1] == duty.authority and ships(lane, duty.materials)
    ]


# By chance


def failures(
    name: str, outage: Outage, draws: Draws, stream: str, layers: Layers, remaining: float, horizon: int
) -> Hit:
    """Let a plant fail and be mended again and again; drawn in continuous time, down on the whole days between."""
    down, time, pair = set[int](), 0.0, 0
    while time < horizon:
        fail = time - constant(outage.mtbf) * math.log1p(-draws.uniform(f"{stream}/up", pair))
        time = fail - constant(outage.mttr) * math.log1p(-draws.uniform(f"{stream}/down", pair))
        down |= set(range(math.ceil(fail), min(math.ceil(time), horizon)))
        pair += 1

    def put(on: bool) -> None:
        layers.standing[name] = remaining if on else 1.0

    return Hit(down.__contains__, put)
