"""Stockpiles: what a day of stock is a day of, room for what is there, and who may draw."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.finding import Finding
from sim.spec.network import Stockpile
from sim.spec.reach import region_of
from sim.spec.scenario import Scenario

_SUM = 1e-6
_AS_MUCH = {"target": "at least", "room": "room for"}


def check_piles(scenario: Scenario) -> Iterator[Finding]:
    """Find stocks in days of nobody's use, piles too small for their opening stock, and shares that leave some out."""
    for key, pile in scenario.facilities.items():
        if isinstance(pile, Stockpile):
            yield from _days(key, pile, scenario)
            yield from _rooms(key, pile)
            yield from _release(key, pile, scenario)
            yield from _shares(key, pile, scenario)
            yield from _rotation(key, pile, scenario)


def _days(key: str, pile: Stockpile, scenario: Scenario) -> Iterator[Finding]:
    served = {lane.material for lane in scenario.lanes.values() if lane.from_ == key and lane.to in pile.days_of}
    whom = " or ".join(pile.days_of)
    for material, stock in pile.stocks.items():
        for name in ("opening", "target", "room"):
            amount = getattr(stock, name)
            if amount is None or amount.unit != "d":
                continue
            path = ("facilities", key, "stocks", material, name)
            if not pile.days_of:
                yield Finding(path, "days-of", str(amount), "tonnes, or a `days_of` that says whose days")
                return
            if material not in served:
                found = f"days of {whom}, which gets no {material} from here"
                yield Finding(path, "days-of", found, f"a lane that releases {material} to {whom}")
                break


def _rooms(key: str, pile: Stockpile) -> Iterator[Finding]:
    for material, stock in pile.stocks.items():
        # Days and tonnes can only be compared once the use is planned; the engine does.
        for small, large in (("opening", "target"), ("opening", "room"), ("target", "room")):
            less, more = getattr(stock, small), getattr(stock, large)
            if less and more and less.unit == more.unit and more.support[1] < less.support[0]:
                what = {"opening": "opening stock", "target": "target"}[small]
                path = ("facilities", key, "stocks", material, large)
                yield Finding(path, "bounds", str(more), f"{_AS_MUCH[large]} the {what}, {less}")
                break


def _release(key: str, pile: Stockpile, scenario: Scenario) -> Iterator[Finding]:
    path = ("facilities", key)
    if pile.rate is not None and pile.ration is not None:
        yield Finding((*path, "ration"), "release", "a `rate` and a `ration`", "one of them")
    if pile.trigger is None and pile.rate is None and pile.ration is None:
        yield Finding((*path, "trigger"), "missing", "nothing", "a `trigger`, or a `rate` or `ration` to let go")
    served = {lane.to for lane in scenario.lanes.values() if lane.from_ == key}
    for number, place in enumerate(pile.first):
        if place not in served:
            yield Finding(
                (*path, "first", number), "release", f"'{place}', whom it does not serve", "", None, place, served
            )
    for number, name in enumerate(pile.when.emergency.during if pile.when and pile.when.emergency else ()):
        if scenario.disruptions[name].start is None:
            found, allowed = f"'{name}', which fails by chance, now and then", "a disruption with a `start`"
            yield Finding((*path, "when", "emergency", "during", number), "release", found, allowed)


def _rotation(key: str, pile: Stockpile, scenario: Scenario) -> Iterator[Finding]:
    """Find stock that is to be rotated and that nobody takes, or that is never bought back."""
    if pile.rotation is None:
        return
    path = ("facilities", key, "rotation")
    if pile.refill is None:
        yield Finding(path, "rotation", "a pile that never buys", "a `refill` that buys back what is sold")
        return
    own = [lane for lane in scenario.lanes.values() if lane.response is None]
    for material in pile.stocks:
        taken = any(lane.from_ == key and lane.material == material for lane in own)
        if not taken or not any(lane.to == key and lane.material == material for lane in own):
            found, allowed = f"{material}, which has no lane", "a lane out of the pile, and one into it"
            yield Finding(path, "rotation", f"{found} {'in' if taken else 'out'}", allowed)


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
