"""Why somebody runs short: which lanes above a buyer are under control, and which plants there are down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from sim.report import words
from sim.spec.disruptions import Outage
from sim.spec.network import Lane, Maker
from sim.spec.scenario import Scenario


@dataclass(frozen=True)
class Cut:
    """What a receiver buys over lanes under control."""

    receiver: str
    material: str
    share: float
    """Contract share of the receiver's purchases of the material, 0 to 1."""
    suppliers: tuple[str, ...]


def controlled_lanes(scenario: Scenario, controls: Iterable[str]) -> set[str]:
    """Return the lanes that stand under some controls, by id: closed, or open only as far as licensed."""
    places = {**scenario.facilities, **scenario.buyers}
    found = [control for i in controls if not isinstance(control := scenario.disruptions[i], Outage)]
    return {
        i
        for i, lane in scenario.lanes.items()
        for control in found
        if places[lane.from_].region == control.authority
        and places[lane.to].region in control.destinations
        and lane.material in control.materials
    }


@dataclass(frozen=True)
class Causes:
    """What the network shows of why some buyers run short, in words, each part empty where there is nothing."""

    direct: str
    """What of their own purchases is under control."""
    above: tuple[str, ...]
    """What is under control of what their suppliers buy, and those in turn, the largest share first."""
    down: str
    """Which suppliers above them are down or slowed."""


def explain(scenario: Scenario, buyers: Collection[str], controlled: Collection[str], down: Collection[str]) -> Causes:
    """Return why buyers run short while some lanes are under control and some facilities down."""
    cuts, stopped = _upstream(scenario, buyers, controlled, down)
    direct = [cut for cut in cuts if cut.receiver in buyers]
    above = sorted((cut for cut in cuts if cut.receiver not in buyers), key=lambda cut: -cut.share)
    return Causes(
        direct=_direct(scenario, direct) if direct else "",
        above=tuple(_above(scenario, above)),
        down=words.listed([plant_name(scenario, i) for i in stopped]) if stopped else "",
    )


def plant_name(scenario: Scenario, i: str) -> str:
    """Return what a planner calls a facility, without brackets; one called after its region says what it is."""
    facility = scenario.facilities[i]
    name = words.short_name(facility.name or i)
    places = {*scenario.regions, *(region.name.lower() for region in scenario.regions.values())}
    if name.lower() not in places:
        return name
    return f"{name} {facility.stage} makers" if isinstance(facility, Maker) else f"{name} {facility.kind}"


def _upstream(
    scenario: Scenario, buyers: Collection[str], controlled: Collection[str], down: Collection[str]
) -> tuple[list[Cut], list[str]]:
    """Walk up the contract lanes, nearest first: what is under control, and which suppliers are down."""
    into = _contracts(scenario)
    cuts: list[Cut] = []
    stopped: list[str] = []
    seen = set(buyers)
    queue = list(buyers)
    for receiver in queue:
        cut: dict[str, list[Lane]] = defaultdict(list)
        for i, lane in into.get(receiver, []):
            if i in controlled:
                cut[lane.received_as or lane.material].append(lane)
            elif lane.from_ not in seen:
                seen.add(lane.from_)
                queue.append(lane.from_)
                if lane.from_ in down:
                    stopped.append(lane.from_)
        cuts += [_cut(receiver, material, lanes) for material, lanes in cut.items()]
    return cuts, stopped


def _contracts(scenario: Scenario) -> dict[str, list[tuple[str, Lane]]]:
    into: dict[str, list[tuple[str, Lane]]] = defaultdict(list)
    for i, lane in scenario.lanes.items():
        if _share(lane) > 0 and not lane.push:
            into[lane.to].append((i, lane))
    return into


def _cut(receiver: str, material: str, lanes: list[Lane]) -> Cut:
    lanes = sorted(lanes, key=_share, reverse=True)
    return Cut(receiver, material, sum(map(_share, lanes)), tuple(lane.from_ for lane in lanes))


def _share(lane: Lane) -> float:
    return lane.share.typical if lane.share is not None else 0.0


def _direct(scenario: Scenario, cuts: list[Cut]) -> str:
    least, most = min(cut.share for cut in cuts), max(cut.share for cut in cuts)
    span = words.percent(most) if most - least < 0.01 else f"{least * 100:.0f} to {most * 100:.0f} %"
    ids = dict.fromkeys(supplier for cut in cuts for supplier in cut.suppliers)
    return f"{span} of what they buy ({_plants(scenario, ids)})"


def _above(scenario: Scenario, cuts: list[Cut]) -> Iterator[str]:
    """Say what is under control further up; materials that one receiver buys alike are told together."""
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for cut in cuts:
        name = scenario.materials[cut.material].name or cut.material
        alike[cut.receiver, words.percent(cut.share), cut.suppliers].append(name)
    for (receiver, share, suppliers), materials in alike.items():
        goods = words.listed(materials)
        yield f"{plant_name(scenario, receiver)}, {share} of their {goods} ({_plants(scenario, suppliers)})"


def _plants(scenario: Scenario, ids: Iterable[str]) -> str:
    return words.listed([plant_name(scenario, i) for i in ids], at_most=3)


Explain = Callable[[int, Collection[str]], Causes]


def explainer(scenario: Scenario, in_force: Callable[[int], list[str]], down_on: Callable[[int], set[str]]) -> Explain:
    """Return a function (day, buyers) -> why they run short that day, given what stands on each day."""
    under: dict[tuple[str, ...], set[str]] = {}

    def why(day: int, buyers: Collection[str]) -> Causes:
        controls = tuple(in_force(day))
        if controls not in under:
            under[controls] = controlled_lanes(scenario, controls)
        return explain(scenario, buyers, under[controls], down_on(day))

    return why


def spans(starts: Iterable[tuple[int, str]], ends: Iterable[tuple[int, str]]) -> Iterator[tuple[str, int, int | None]]:
    """Pair what starts with what ends, by subject in order of day: (subject, first day, day after or None)."""
    over = defaultdict(list)
    for day, subject in ends:
        over[subject].append(day)
    for day, subject in starts:
        yield subject, day, next((end for end in over[subject] if end > day), None)
