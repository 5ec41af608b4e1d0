"""Why somebody runs short: which lanes above a buyer are under control or shut, and which plants there are down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.report import words
from sim.spec.controls import ContentRule, Control
from sim.spec.disruptions import Closure
from sim.spec.network import Lane, Maker, shipped_kind
from sim.spec.reach import lanes_of
from sim.spec.scenario import Scenario


@dataclass(frozen=True)
class Cut:
    """What a receiver buys over lanes under control or shut."""

    receiver: str
    material: str
    share: float
    """Contract share of the receiver's purchases of the material, 0 to 1."""
    suppliers: tuple[str, ...]
    by: frozenset[str]
    """The controls, content rules and closures behind it."""


def controlled_lanes(scenario: Scenario, standing: Iterable[str]) -> dict[str, set[str]]:
    """Return the lanes on which controls, content rules and closures stand, by id, each with those that do."""
    found: dict[str, set[str]] = defaultdict(set)
    for i in standing:
        disruption = scenario.disruptions[i]
        if isinstance(disruption, Control | ContentRule | Closure):
            for lane in lanes_of(disruption, scenario):
                found[lane].add(i)
    return dict(found)


@dataclass(frozen=True)
class Causes:
    """What the network shows of why some buyers run short, in words, each part empty where there is nothing."""

    direct: str
    """What of their own purchases is under control or shut off."""
    by: str
    """Which of the two, or both."""
    above: tuple[str, ...]
    """What is so of what their suppliers buy, and those in turn, the largest share first."""
    down: str
    """Which suppliers above them are down or slowed."""


def explain(
    scenario: Scenario, buyers: Collection[str], controlled: Mapping[str, set[str]], down: Collection[str]
) -> Causes:
    """Return why buyers run short while some lanes are under control or shut and some facilities down."""
    cuts, stopped = _upstream(scenario, buyers, controlled, down)
    direct = [cut for cut in cuts if cut.receiver in buyers]
    above = sorted((cut for cut in cuts if cut.receiver not in buyers), key=lambda cut: -cut.share)
    return Causes(
        direct=_direct(scenario, direct) if direct else "",
        by=_by(scenario, frozenset[str]().union(*(cut.by for cut in direct))),
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
    return f"{name} {facility.stage} makers" if isinstance(facility, Maker) else f"{name} {shipped_kind(facility)}"


def _by(scenario: Scenario, standing: Collection[str]) -> str:
    """Say by what sort of thing somebody is cut off."""
    found = [scenario.disruptions[i] for i in standing]
    sorts = ["under export control"] if any(isinstance(one, Control) for one in found) else []
    sorts += ["under a content rule"] if any(isinstance(one, ContentRule) for one in found) else []
    sorts += ["shut off"] if any(isinstance(one, Closure) for one in found) else []
    return words.sentence(" or ".join(sorts))


def _upstream(
    scenario: Scenario, buyers: Collection[str], controlled: Mapping[str, set[str]], down: Collection[str]
) -> tuple[list[Cut], list[str]]:
    """Walk up the contract lanes, nearest first: what is under control or shut, and which suppliers are down."""
    into = _contracts(scenario)
    cuts: list[Cut] = []
    stopped: list[str] = []
    seen = set(buyers)
    queue = list(buyers)
    for receiver in queue:
        cut: dict[str, list[tuple[str, Lane]]] = defaultdict(list)
        for i, lane in into.get(receiver, []):
            if i in controlled:
                cut[lane.received_as or lane.material].append((i, lane))
            elif lane.from_ not in seen:
                seen.add(lane.from_)
                queue.append(lane.from_)
                if lane.from_ in down:
                    stopped.append(lane.from_)
        cuts += [_cut(receiver, material, lanes, controlled) for material, lanes in cut.items()]
    return cuts, stopped


def _contracts(scenario: Scenario) -> dict[str, list[tuple[str, Lane]]]:
    into: dict[str, list[tuple[str, Lane]]] = defaultdict(list)
    for i, lane in scenario.lanes.items():
        if _share(lane) > 0 and not lane.push:
            into[lane.to].append((i, lane))
    return into


def _cut(receiver: str, material: str, cut: list[tuple[str, Lane]], controlled: Mapping[str, set[str]]) -> Cut:
    lanes = sorted((lane for _, lane in cut), key=_share, reverse=True)
    by = frozenset(one for i, _ in cut for one in controlled[i])
    return Cut(receiver, material, sum(map(_share, lanes)), tuple(lane.from_ for lane in lanes), by)


def _share(lane: Lane) -> float:
    return lane.share.typical if lane.share is not None else 0.0


def _direct(scenario: Scenario, cuts: list[Cut]) -> str:
    least, most = min(cut.share for cut in cuts), max(cut.share for cut in cuts)
    span = words.percent(most) if most - least < 0.01 else f"{least * 100:.0f} to {most * 100:.0f} %"
    ids = dict.fromkeys(supplier for cut in cuts for supplier in cut.suppliers)
    return f"{span} of what they buy ({_plants(scenario, ids)})"


def _above(scenario: Scenario, cuts: list[Cut]) -> Iterator[str]:
    """Say what is cut further up; materials that one receiver buys alike are told together."""
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


def explainer(scenario: Scenario, standing: Callable[[int], list[str]], down_on: Callable[[int], set[str]]) -> Explain:
    """Return a function (day, buyers) -> why they run short that day, given what stands on each day."""
    under: dict[tuple[str, ...], dict[str, set[str]]] = {}

    def why(day: int, buyers: Collection[str]) -> Causes:
        controls = tuple(standing(day))
        if controls not in under:
            under[controls] = controlled_lanes(scenario, controls)
        return explain(scenario, buyers, under[controls], down_on(day))

    return why
