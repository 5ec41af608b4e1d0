"""Disruptions: each without contradiction in itself, and none that sets itself off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.spec.controls import Bar, ContentRule, Control, Licence, Quota
from sim.spec.disruptions import Closure, Disruption, Outage, Setback, Tariff
from sim.spec.finding import Finding, Path
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario

_SUM = 1e-6


def check_disruptions(scenario: Scenario) -> Iterator[Finding]:
    """Find disruptions that contradict themselves, that change nothing, or that follow what never comes."""
    for key, disruption in scenario.disruptions.items():
        path: Path = ("disruptions", key)
        yield from _abroad(path, disruption)
        yield from _follows(path, disruption, scenario)
        if isinstance(disruption, Licence):
            yield from _licence(path, disruption)
        elif isinstance(disruption, Quota):
            yield from _batches(path, disruption)
        elif isinstance(disruption, Setback):
            yield from _setback(path, disruption, scenario)
    yield from _circles(scenario)


def _abroad(path: Path, disruption: Disruption) -> Iterator[Finding]:
    """Find regions that stand on both sides of a border."""
    if isinstance(disruption, Control | ContentRule):
        home = {disruption.authority: "the authority itself"}
        yield from _among((*path, "destinations"), disruption.destinations, home, "ban", "regions abroad")
    if isinstance(disruption, Bar) and disruption.reexport is not None:
        named = dict.fromkeys(disruption.destinations, "a destination itself")
        named[disruption.authority] = "the authority itself"
        via = disruption.reexport.via
        yield from _among((*path, "reexport", "via"), via, named, "reexport", "regions that the control does not name")
    if isinstance(disruption, Tariff):
        home = {disruption.authority: "the authority itself"}
        yield from _among((*path, "origins"), disruption.origins, home, "tariff", "regions abroad")
    if isinstance(disruption, Closure):
        shut = dict.fromkeys(disruption.regions or (), "which is shut itself")
        yield from _among((*path, "against"), disruption.against or (), shut, "closure", "regions that are not shut")


def _among(path: Path, names: tuple[str, ...], refused: dict[str, str], code: str, allowed: str) -> Iterator[Finding]:
    for number, name in enumerate(names):
        if name in refused:
            yield Finding((*path, number), code, f"'{name}', {refused[name]}", allowed)


def _follows(path: Path, disruption: Disruption, scenario: Scenario) -> Iterator[Finding]:
    cause = scenario.disruptions.get(disruption.follows or "")
    if isinstance(cause, Outage) and not cause.is_dated:
        found = f"'{disruption.follows}', which comes by chance again and again"
        yield Finding((*path, "follows"), "follows", found, "a disruption that happens on given days")


def _circles(scenario: Scenario) -> Iterator[Finding]:
    """Find disruptions that wait for each other, once for a circle."""
    done: set[str] = set()
    for key in scenario.disruptions:
        way: list[str] = []
        at: str | None = key
        while at in scenario.disruptions and at not in done:
            done.add(at)
            way.append(at)
            at = scenario.disruptions[at].follows
        if at in way:
            circle = [*way[way.index(at) :], at]
            steps = ", ".join(f"{one} after {cause}" for one, cause in pairwise(circle))
            found = f"'{at}', itself" if len(circle) == 2 else f"a circle: {steps}"  # there and back
            yield Finding(("disruptions", at, "follows"), "follows", found, "a first cause that follows nothing")


def _licence(path: Path, licence: Licence) -> Iterator[Finding]:
    if licence.weights and not any(weight.typical > 0 for weight in licence.weights):
        allowed = "weights of which one at least is above 0"
        yield Finding((*path, "weights"), "shares", "a sum of 0", allowed)
    for number, change in enumerate(licence.changes):
        if change.approval is None and change.review is None:
            allowed = "`approval` or `review`, or both"
            yield Finding((*path, "changes", number), "missing", "a change of nothing", allowed)


def _batches(path: Path, quota: Quota) -> Iterator[Finding]:
    if not quota.batches:
        return
    here = (*path, "batches")
    days = [batch.day for batch in quota.batches]
    if days[0] != 0:
        yield Finding((*here, 0, "day"), "batches", f"day {days[0]}", "a first batch on day 0 of the quota's year")
    for number, (before, day) in enumerate(pairwise(days), 1):
        if day <= before:
            found = f"day {day} after day {before}"
            yield Finding((*here, number, "day"), "batches", found, "batches in order of day, one on a day")
    total = sum(batch.share.typical for batch in quota.batches)
    if abs(total - 1) > _SUM:
        yield Finding(here, "shares", f"a sum of {total:.10g}", "shares of batches that sum to 1")


def _setback(path: Path, setback: Setback, scenario: Scenario) -> Iterator[Finding]:
    if setback.stretch is None and setback.odds is None:
        yield Finding(path, "missing", "a setback to nothing", "`stretch` or `odds`, or both")
    for number, name in enumerate(setback.facilities):
        plant = scenario.facilities.get(name)
        if plant is not None and not isinstance(plant, Stockpile) and plant.opens is None:
            found = f"'{name}', which is open from day 0"
            yield Finding((*path, "facilities", number), "setback", found, "plants that have `opens`")
