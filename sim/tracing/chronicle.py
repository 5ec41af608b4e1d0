"""What the world does in one future: controls, plants, lanes, stockpiles and prices, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.report import words
from sim.results.futures import Event, EventKind
from sim.spec.controls import Control
from sim.spec.disruptions import Outage
from sim.spec.network import Stockpile
from sim.spec.reach import lanes_of, region_of
from sim.spec.scenario import Scenario
from sim.tracing.causes import plant_name
from sim.tracing.effects import materials, regions
from sim.tracing.spells import together
from sim.tracing.standing import between, of_kind, suspensions

Series = Mapping[str, NDArray[np.float64]]
"""Daily series of one future, (day,) each, by name; empty where only events are known."""

CONTROL_WORDS = {
    "export_ban": ("ban on", "close"),
    "licence": ("licensing of", "open only as far as licences are granted"),
    "quota": ("quota on", "share what is given out"),
}
"""Kind of control -> what it is called, and what becomes of its lanes."""
LONG_OUTAGE_D = 45
"""Chance outages at least this long are told one by one; all are counted at the end."""
EMPTY, HALF, FULL = 0.0025, 0.5, 0.9975
"""Of the opening stock; finer than the half per cent that the series are counted in."""

_OF_ROTATION = ("begins to release", "is full again")
"""What a pile that is rotated seems to do: a part of it is always on its way."""
_MILESTONES: tuple[EventKind, ...] = ("control_start", "control_end", "begins", "ends")


class Line(NamedTuple):
    """A sentence of the story and the days it is about."""

    first: int
    last: int
    text: str


def controls(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    """Tell what is announced, comes into force, is suspended, gives out batches, and is lifted."""
    begun = dict((subject, day) for day, subject in of_kind(events, "control_start"))
    for day, i in of_kind(events, "announced"):
        if begun.get(i) != day:
            yield Line(day, day, f"Becomes known: {_control(scenario, i)}{_in_days(day, begun.get(i), scenario)}.")
    for day, i in of_kind(events, "control_start"):
        yield Line(day, day, f"In force: {_control(scenario, i)}. {_fate(scenario, i)}.")
    yield from _licences(events, begun, scenario)
    yield from _batches(events, scenario)
    yield from _suspensions(events, scenario)
    for day, i in of_kind(events, "control_end"):
        after = f" after {day - begun[i]} days" if i in begun else ""
        yield Line(day, day, f"Lifted{after}: {_control(scenario, i)}.")


def _licences(events: Sequence[Event], begun: Mapping[str, int], scenario: Scenario) -> Iterator[Line]:
    for event in events:
        if event.kind == "licensed" and event.values is not None:
            share, after = words.percent(float(event.values[0])), event.day - begun[event.subject]
            told = f"Licences reach {share} of what passed on day 0, {after} days into"
            yield Line(event.day, event.day, f"{told} {_control(scenario, event.subject)}.")


def _batches(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    for event in events:
        if event.kind == "batch" and event.values is not None:
            told = f"{words.count(float(event.values[0]))} t are given out: {_control(scenario, event.subject)}"
            yield Line(event.day, event.day, f"Of a quota {told}.")


def _suspensions(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    for control in between(events, "control_start", "control_end"):
        for i, first, end in suspensions(events, control):
            yield Line(first, first, f"Suspended: {_control(scenario, i)}.")
            if end is not None and end != control.end:
                yield Line(end, end, f"Applied again after {end - first} days: {_control(scenario, i)}.")


def _control(scenario: Scenario, i: str) -> str:
    control, (noun, _) = scenario.disruptions[i], _words(scenario, i)
    if not isinstance(control, Control):
        return i.replace("_", " ")
    authority = scenario.regions[control.authority].name
    goods, places = materials(scenario, control.materials), regions(scenario, control.destinations)
    return f"{authority}'s {noun} {goods} to {places}"


def _words(scenario: Scenario, i: str) -> tuple[str, str]:
    """Return how a control is called, and what becomes of its lanes."""
    return CONTROL_WORDS.get(scenario.disruptions[i].kind, ("control of", "stand under it"))


def _fate(scenario: Scenario, i: str) -> str:
    """Say how many lanes a control stands on, and what becomes of them."""
    n, (_, fate) = len(lanes_of(scenario.disruptions[i], scenario)), _words(scenario, i)
    if n == 0:
        return "It stands on no lane"
    verb, _, rest = fate.partition(" ")
    lanes = f"One lane {verb}s {rest}".rstrip() if n == 1 else f"{n} lanes {fate}"
    return f"{lanes}; cargo at sea arrives"


def _in_days(day: int, start: int | None, scenario: Scenario) -> str:
    """Say how long after a control starts; one that lasts no day, or begins past the horizon, never does."""
    if start is None:
        return f"; it does not come into force in these {scenario.horizon_d} days"
    return f", to start {start - day} days later"


def plants(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    """Tell which plants open, and which are down for long; scheduled outages always."""
    for first, last, ids in together(of_kind(events, "opened")):
        yield Line(first, last, f"Commissioned: {_facilities(scenario, ids)}.")
    for i, day, end in between(events, "outage_start", "outage_end"):
        length = (scenario.horizon_d if end is None else end) - day
        if length >= LONG_OUTAGE_D or _is_scheduled(scenario, i):
            yield Line(day, day, f"{plant_name(scenario, i)}: down or slowed for {length} days.")


def _is_scheduled(scenario: Scenario, i: str) -> bool:
    return any(
        i in disruption.facilities and disruption.mtbf is None
        for disruption in scenario.disruptions.values()
        if isinstance(disruption, Outage)
    )


def outage_count(events: Sequence[Event]) -> str:
    """Count the outages of a future, most of which nobody felt; empty where there was none."""
    found = of_kind(events, "outage_start")
    if not found:
        return ""
    short = f"those under {LONG_OUTAGE_D} days are not told one by one"
    return f"Plants fail {len(found)} times in all; {short}." if len(found) > 1 else "One plant fails, once."


LANES_TOLD: tuple[tuple[EventKind, str, str], ...] = (
    ("qualified", "A lane qualifies", "lanes qualify"),
    ("lapsed", "A lane long shut must be qualified anew", "lanes long shut must be qualified anew"),
)
"""Event, how it is told of one lane, and of several."""


def lanes(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    """Tell which supply lanes qualify, new or anew, and which must again, by who receives."""
    for kind, of_one, of_many in LANES_TOLD:
        for first, last, ids in together(of_kind(events, kind)):
            pairs: dict[str, list[str]] = defaultdict(list)
            for i in ids:
                lane = scenario.lanes[i]
                pairs[lane.from_].append(scenario.regions[region_of(lane.to, scenario)].name)
            told = [f"{plant_name(scenario, i)} to {words.listed(list(dict.fromkeys(to)))}" for i, to in pairs.items()]
            count = f"{len(ids)} {of_many}" if len(ids) > 1 else of_one
            yield Line(first, last, f"{count}: {'; '.join(told)}.")


def piles(series: Series, scenario: Scenario) -> Iterator[Line]:
    """Tell when each stockpile begins to release, is half gone, runs dry, and is full again."""
    dated: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for name, stock in series.items():
        kind, _, rest = name.partition("/")
        if kind == "stock_share":
            pile, _, material = rest.partition("/")
            goods = scenario.materials[material].name or material
            for what, day in _pile_days(stock):
                if what not in _OF_ROTATION or not _rotates(scenario, pile):
                    dated[pile, what].append((day, goods))
    for (pile, what), days in dated.items():
        for first, last, goods_told in together(days):
            yield Line(first, last, f"{plant_name(scenario, pile)} {what}: {words.listed(goods_told)}.")


def _rotates(scenario: Scenario, pile: str) -> bool:
    one = scenario.facilities[pile]
    return isinstance(one, Stockpile) and one.rotation is not None


def _pile_days(stock: NDArray[np.float64]) -> Iterator[tuple[str, int]]:
    filled = int(np.argmax(stock >= FULL))
    if stock[filled] < FULL:
        return  # it was never full
    if filled:
        yield "is full", filled
    yield from ((what, filled + day) for what, day in _drawn_down(stock[filled:]))


def _drawn_down(stock: NDArray[np.float64]) -> Iterator[tuple[str, int]]:
    passed = (
        ("begins to release", stock < FULL),
        ("is half empty", stock < HALF),
        ("has run dry", stock < EMPTY),
    )
    for what, below in passed:
        if below.any():
            yield what, int(np.argmax(below))
    if (stock < FULL).any() and stock[-1] >= FULL:
        yield "is full again", int(np.flatnonzero(stock < FULL)[-1]) + 1


def prices(events: Sequence[Event], series: Series, scenario: Scenario) -> Iterator[Line]:
    """Tell the oxide prices when controls and the like start and end and at the end, and when one first doubles."""
    for first, last, ids in together(of_kind(events, "price_2x")):
        told = [_price_name(scenario, i) for i in ids]
        double = "doubles" if len(ids) == 1 else "double"
        yield Line(first, last, f"{words.sentence(words.listed(told, at_most=8))} {double} in price.")
    milestones = {day for kind in _MILESTONES for day, _ in of_kind(events, kind)}
    for day in sorted(milestones | {scenario.horizon_d - 1}):
        quotes = _quotes(series, scenario, min(day, scenario.horizon_d - 1))
        if quotes:
            yield Line(day, day, f"Prices as multiples of day 0: {quotes}.")


def _quotes(series: Series, scenario: Scenario, day: int) -> str:
    told = []
    for element in scenario.prices.elements.values():
        found = [
            f"{words.multiple(float(series[name][day]))} {market.name}"
            for i, market in scenario.markets.items()
            if (name := f"price_multiple/{element.oxide}@{i}") in series
        ]
        if found:
            told.append(f"{scenario.materials[element.oxide].name or element.oxide} {', '.join(found)}")
    return "; ".join(told)


def _price_name(scenario: Scenario, subject: str) -> str:
    priced, _, market = subject.partition("@")
    name = scenario.materials[priced].name or priced if priced in scenario.materials else priced
    place = scenario.markets[market].name if market in scenario.markets else market
    return f"{name} ({place})"


def _facilities(scenario: Scenario, ids: Sequence[str]) -> str:
    return words.listed([plant_name(scenario, i) for i in ids])
