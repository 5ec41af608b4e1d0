"""Why somebody runs short: which lanes above a buyer are closed, and which plants there are down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from sim.report import words
from sim.spec.disruptions import ExportBan
from sim.spec.network import Lane
from sim.spec.scenario import Scenario

AT_MOST = 3
"""Causes told of one shortage; the nearest and largest come first."""


@dataclass(frozen=True)
class Cut:
    """What a receiver bought over lanes that are closed."""

    receiver: str
    material: str
    share: float
    """Contract share of the receiver's purchases of the material, 0 to 1."""
    suppliers: tuple[str, ...]


def closed_lanes(scenario: Scenario, controls: Iterable[str]) -> set[str]:
    """Return the lanes that some disruptions, by id, close while they are in force."""
    places = {**scenario.facilities, **scenario.buyers}
    bans = [ban for i in controls if isinstance(ban := scenario.disruptions[i], ExportBan)]
    return {
        i
        for i, lane in scenario.lanes.items()
        for ban in bans
        if places[lane.from_].region == ban.authority
        and places[lane.to].region in ban.destinations
        and lane.material in ban.materials
    }


def explain(scenario: Scenario, buyers: Collection[str], closed: Collection[str], down: Collection[str]) -> str:
    """Say in a sentence or two why buyers run short, or return an empty text where the network shows no cause."""
    cuts, stopped = _upstream(scenario, buyers, closed, down)
    direct = [cut for cut in cuts if cut.receiver in buyers]
    above = sorted((cut for cut in cuts if cut.receiver not in buyers), key=lambda cut: -cut.share)
    told = ([_direct(scenario, direct)] if direct else []) + [_above(scenario, cut) for cut in above]
    reasons = []
    if told:
        reasons.append(f"Closed to them: {'; '.join(told[:AT_MOST])}.")
    if stopped:
        names = [words.short_name(scenario.facilities[i].name or i) for i in stopped]
        reasons.append(f"Down or slowed just then: {words.listed(names)}.")
    return " ".join(reasons)


def _upstream(
    scenario: Scenario, buyers: Collection[str], closed: Collection[str], down: Collection[str]
) -> tuple[list[Cut], list[str]]:
    """Walk up the contract lanes, nearest first: what is cut off, and which suppliers are down."""
    into = _contracts(scenario)
    cuts: list[Cut] = []
    stopped: list[str] = []
    seen = set(buyers)
    queue = list(buyers)
    for receiver in queue:
        cut: dict[str, list[Lane]] = defaultdict(list)
        for i, lane in into.get(receiver, []):
            if i in closed:
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
    return f"{span} of what they buy ({_suppliers(scenario, cuts)})"


def _above(scenario: Scenario, cut: Cut) -> str:
    receiver = words.short_name(scenario.facilities[cut.receiver].name or cut.receiver)
    material = scenario.materials[cut.material].name or cut.material
    return f"{words.percent(cut.share)} of the {material} of {receiver} ({_suppliers(scenario, [cut])})"


def _suppliers(scenario: Scenario, cuts: list[Cut]) -> str:
    ids = dict.fromkeys(supplier for cut in cuts for supplier in cut.suppliers)
    return words.listed([words.short_name(scenario.facilities[i].name or i) for i in ids], at_most=3)


Explain = Callable[[int, Collection[str]], str]


def explainer(scenario: Scenario, in_force: Callable[[int], list[str]], down_on: Callable[[int], set[str]]) -> Explain:
    """Return a function (day, buyers) -> why they run short that day, given what stands on each day."""
    closed_by: dict[tuple[str, ...], set[str]] = {}

    def why(day: int, buyers: Collection[str]) -> str:
        controls = tuple(in_force(day))
        if controls not in closed_by:
            closed_by[controls] = closed_lanes(scenario, controls)
        return explain(scenario, buyers, closed_by[controls], down_on(day))

    return why


def spans(starts: Iterable[tuple[int, str]], ends: Iterable[tuple[int, str]]) -> Iterator[tuple[str, int, int | None]]:
    """Pair what starts with what ends, by subject in order of day: (subject, first day, day after or None)."""
    over = defaultdict(list)
    for day, subject in ends:
        over[subject].append(day)
    for day, subject in starts:
        yield subject, day, next((end for end in over[subject] if end > day), None)
