"""Stockpiles: what a day of stock is a day of, room for what is there, and who may draw."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.finding import Finding
from sim.spec.network import Stockpile
from sim.spec.reach import region_of
from sim.spec.scenario import Scenario

_SUM = 1e-6


def check_piles(scenario: Scenario) -> Iterator[Finding]:
    """Find stocks in days of nobody's use, piles too small for their opening stock, and shares that leave some out."""
    for key, pile in scenario.facilities.items():
        if isinstance(pile, Stockpile):
            yield from _days(key, pile, scenario)
            yield from _rooms(key, pile)
            yield from _shares(key, pile, scenario)


def _days(key: str, pile: Stockpile, scenario: Scenario) -> Iterator[Finding]:
    ways = (lane for lane in scenario.lanes.values() if (lane.from_, lane.to) == (key, pile.days_of))
    served = {lane.material for lane in ways}
    for material, stock in pile.stocks.items():
        for name in ("opening", "room"):
            amount = getattr(stock, name)
            if amount is None or amount.unit != "d":
                continue
            path = ("facilities", key, "stocks", material, name)
            if pile.days_of is None:
                yield Finding(path, "days-of", str(amount), "tonnes, or a `days_of` that says whose days")
                return
            if material not in served:
                found = f"days of {pile.days_of}, which gets no {material} from here"
                yield Finding(path, "days-of", found, f"a lane that releases {material} to {pile.days_of}")
                break


def _rooms(key: str, pile: Stockpile) -> Iterator[Finding]:
    for material, stock in pile.stocks.items():
        room, opening = stock.room, stock.opening
        if room is None:
            continue
        path = ("facilities", key, "stocks", material, "room")
        # Days and tonnes can only be compared once the use is planned; the engine does.
        if room.unit == opening.unit and room.support[1] < opening.support[0]:
            allowed = f"room for the opening stock, {opening}"
            yield Finding(path, "bounds", str(room), allowed)


def _shares(key: str, pile: Stockpile, scenario: Scenario) -> Iterator[Finding]:
    path = ("facilities", key)
    if not pile.shares:
        if pile.entitlement is not None:
            found = f"{pile.entitlement} of nobody's share"
            yield Finding((*path, "entitlement"), "shares", found, "`shares` of the owners, or no entitlement")
        return
    total = sum(share.typical for share in pile.shares.values())
    if pile.shares.keys() != set(pile.owners):
        found, allowed = ", ".join(pile.shares), f"a share, which may be 0, for each owner: {', '.join(pile.owners)}"
        yield Finding((*path, "shares"), "shares", found, allowed)
    elif abs(total - 1) > _SUM:
        yield Finding((*path, "shares"), "shares", f"a sum of {total:.10g}", "shares of ownership that sum to 1")
    for lane_key, lane in scenario.lanes.items():
        if lane.from_ == key and region_of(lane.to, scenario) not in pile.shares:
            found = f"'{lane.to}', in {region_of(lane.to, scenario)}"
            yield Finding(("lanes", lane_key, "to"), "shares", found, f"somebody in {' or '.join(pile.shares)}")
