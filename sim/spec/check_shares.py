"""Shares and loops: what the lanes into one purchase, out of one row, and round a circle must be together."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from sim.spec.check_lanes import is_release, received
from sim.spec.finding import Finding
from sim.spec.network import Lane, Maker, Stockpile
from sim.spec.scenario import Scenario

_SUM = 1e-6
_LOOPS_AT_MOST = 10
_LOOP_SHOWN = 400  # characters

Group = tuple[str, str]
"""A receiver and the material it orders; "" where one order covers all its feeds or cohorts."""


def check_shares(scenario: Scenario) -> Iterator[Finding]:
    """Find shares that do not sum to 1, lanes in each other's way, and plants that feed themselves."""
    yield from _cohorts(scenario)
    yield from _purchases(scenario)
    yield from _pushed_rows(scenario)
    yield from _releases(scenario)
    yield from _loops(scenario)


def group_of(lane: Lane, scenario: Scenario) -> Group:
    """Return the purchase that the lane is part of."""
    receiver = scenario.facilities.get(lane.to)
    return lane.to, received(lane) if isinstance(receiver, (Maker, Stockpile)) else ""


def _cohorts(scenario: Scenario) -> Iterator[Finding]:
    for key, buyer in scenario.buyers.items():
        total = sum(cohort.share.typical for cohort in buyer.cohorts)
        if abs(total - 1) > _SUM:
            path = ("buyers", key, "cohorts")
            yield Finding(path, "shares", f"a sum of {total:.10g}", "cohort shares that sum to 1")


def _purchases(scenario: Scenario) -> Iterator[Finding]:
    purchases: dict[Group, dict[str, float]] = {}
    for key, lane in scenario.lanes.items():
        if lane.share is not None and not lane.push and not is_release(lane, scenario):
            purchases.setdefault(group_of(lane, scenario), {})[key] = lane.share.typical
    for (receiver, material), shares in purchases.items():
        what = f"{material} by {receiver}" if material else f"all by {receiver}"
        yield from _sum(shares, f"contract shares (purchase of {what}) that sum to 1, or none at all")


def _pushed_rows(scenario: Scenario) -> Iterator[Finding]:
    rows: dict[tuple[str, str], dict[str, Lane]] = {}
    for key, lane in scenario.lanes.items():
        if not is_release(lane, scenario):
            rows.setdefault((lane.from_, lane.material), {})[key] = lane
    for (facility, material), lanes in rows.items():
        pushed = {key: lane.share.typical if lane.share else 0.0 for key, lane in lanes.items() if lane.push}
        if pushed:
            yield from _sum(pushed, f"shares of the {material} that {facility} pushes that sum to 1")
            for key in lanes.keys() - pushed.keys():
                found = f"{material} ordered where {', '.join(pushed)} ships all there is"
                yield Finding(("lanes", key), "push", found, "either lanes that push or lanes that do not")


def _sum(shares: dict[str, float], allowed: str) -> Iterator[Finding]:
    total = sum(shares.values())
    if abs(total - 1) > _SUM:
        found = f"a sum of {total:.10g} over {', '.join(shares)}"
        yield Finding(("lanes", next(reversed(shares)), "share"), "shares", found, allowed)


def _releases(scenario: Scenario) -> Iterator[Finding]:
    seen: dict[tuple[str, str | None, Group], str] = {}
    for key, lane in scenario.lanes.items():
        if is_release(lane, scenario):
            first = seen.setdefault((lane.from_, lane.response, group_of(lane, scenario)), key)
            if first != key:
                found = f"a second way from {lane.from_} to one purchase of {lane.to}, after {first}"
                yield Finding(
                    ("lanes", key), "release", found, "one lane from a pile, or for a response, to a purchase"
                )


def _loops(scenario: Scenario) -> Iterator[Finding]:
    """Find circles in the order of planning: who orders before who ships, who pushes before who takes."""
    ways: dict[tuple[str, str], str] = {}
    for key, lane in scenario.lanes.items():
        if lane.to in scenario.facilities and not is_release(lane, scenario):
            ways.setdefault((lane.from_, lane.to) if lane.push else (lane.to, lane.from_), key)
    for _ in range(_LOOPS_AT_MOST):
        loop = _loop(ways)
        if not loop:
            return
        lanes = [ways[step] for step in pairwise(loop)]
        for step in pairwise(loop):
            del ways[step]
        found = f"{' -> '.join(reversed(loop))} by {', '.join(reversed(lanes))}"
        short = found if len(found) <= _LOOP_SHOWN else f"{found[:_LOOP_SHOWN]}..."
        yield Finding(("lanes", lanes[-1]), "loop", short, "plants none of which feeds itself")


def _loop(ways: dict[tuple[str, str], str]) -> list[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for before, after in ways:
        sorter.add(after, before)
    try:
        sorter.prepare()
    except CycleError as error:
        loop: list[str] = error.args[1]
        return loop
    return []
