"""Stockpiles: what a day of stock is a day of, and room for what is there."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.finding import Finding
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario


def check_piles(scenario: Scenario) -> Iterator[Finding]:
    """Find stocks in days of nobody's use, and piles too small for their opening stock."""
    for key, pile in scenario.facilities.items():
        if isinstance(pile, Stockpile):
            yield from _days(key, pile, scenario)
            yield from _rooms(key, pile)


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
