"""Figures of a setting, each with its interval, and how it differs from the held one over the same futures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.arrays import Array
from sim.documents import Json
from sim.report import words
from sim.report.answer import foremost
from sim.results import estimate
from sim.results.estimate import Estimate
from sim.results.metrics import OUTPUT_LOST, POLICY_COST, POLICY_TRANSFERS
from sim.results.subjects import Subject, buyer_subjects, group_subjects
from sim.results.summary import LIMIT_D, aimed_at
from sim.spec.scenario import Scenario
from sim.studies import paired
from sim.web.controls import spoken
from sim.web.sight import Sight

Take = Callable[[Sight], Array]
"""Takes a number per future, (futures,), from a sight."""


def figure(label: str, now: Sight, held: Sight | None, take: Take, unit: str) -> Json:
    """Return a figure as the page shows it; `unit` is d, usd, chance (of a sample of 0 and 1), or multiple (median)."""
    found = _estimate(take(now), unit)
    shown: Json = {"label": label, "value": _said(found, unit), "interval": _interval(found, unit)}
    if held is not None:
        # What a whole run brings is nothing to hold the first days of another against.
        there = _said(_estimate(take(held), unit), unit) if now.days == held.days else words.NONE
        shown |= {"held": there, "difference": _difference(now, held, take, unit)}
    return shown


def glance(now: Sight, held: Sight | None) -> list[Json]:
    """Return the few figures to take away."""
    scenario, sights = now.scenario, [one for one in (now, held) if one]
    figures = [figure("of output lost, on average", now, held, _whole(OUTPUT_LOST.name), "usd")]
    for buyer, how in asked_about(now):
        figures.append(figure(f"days short on average: {buyer.name}, {how}", now, held, days_of(buyer), "d"))
    top = next((s for s in group_subjects(scenario) if s.dimension == "priority"), None)
    if top is not None:
        label = f"chance that no {top.name.lower()} buyer is short more than {LIMIT_D} days"
        figures.append(figure(label, now, held, lambda sight: _within(sight, top), "chance"))
    dearest = max(priced_at(now), key=lambda one: float(np.median(peak(now, one))), default=None)
    if dearest is not None:
        priced, market = dearest.split("@")
        when = " while the control stands" if _in_force(now, dearest) else ""
        label = f"the opening price: median peak of {material(scenario, priced)}{when}, {scenario.markets[market].name}"
        figures.append(figure(label, now, held, lambda sight: peak(sight, dearest), "multiple"))
    if all(sight.whole for sight in sights):
        if any(sight.scenario.policy_facilities for sight in sights):
            label = "net cost of the piles added, on average"
            figures.append(figure(label, now, held, _whole(POLICY_COST.name), "usd"))
        if any(sight.scenario.projects or sight.scenario.floors for sight in sights):
            label = "paid out for projects and price floors, on average"
            figures.append(figure(label, now, held, _whole(POLICY_TRANSFERS.name), "usd"))
    return figures


def days_of(subject: Subject) -> Take:
    """Take the shortage days of a buyer or group."""
    return lambda sight: sight.column(f"{subject.id}/shortage_days")


def lost_of(subject: Subject) -> Take:
    """Take the full days lost by a buyer or group: each day weighs what is missing on it."""
    return lambda sight: sight.column(f"{subject.id}/lost_production_days")


def hardest_hit(sight: Sight, subjects: tuple[Subject, ...], most: int | None = None) -> list[Subject]:
    """Return those that are ever short, those that lose most production-days first."""
    lost = {subject.id: float(lost_of(subject)(sight).mean()) for subject in subjects}
    ever = [subject for subject in subjects if days_of(subject)(sight).any()]
    return sorted(ever, key=lambda subject: -lost[subject.id])[:most]


def asked_about(sight: Sight) -> list[tuple[Subject, str]]:
    """Return the buyer a planner asks about first, as in a report, and in what it stands out; none if none is short."""
    buyers, aimed = sight.scenario.buyers, aimed_at(sight.scenario)
    short = hardest_hit(sight, buyer_subjects(sight.scenario))
    return [foremost(short, lambda buyer: buyers[buyer.id].region in aimed)] if short else []


def regions_of(scenario: Scenario) -> tuple[Subject, ...]:
    """Return the groups that are regions."""
    return tuple(group for group in group_subjects(scenario) if group.dimension == "region")


def regions_hit(sight: Sight) -> list[Subject]:
    """Return the regions that are ever short: those at whom controls are aimed first, then those that lose most."""
    aimed = {f"region:{region}" for region in aimed_at(sight.scenario)}
    return sorted(hardest_hit(sight, regions_of(sight.scenario)), key=lambda region: region.id not in aimed)


def material(scenario: Scenario, id: str) -> str:
    """Return what a planner calls a material."""
    return scenario.materials[id].name or spoken(id)


def _whole(name: str) -> Take:
    return lambda sight: np.nan_to_num(sight.column(f"all/{name}"))


def _within(sight: Sight, group: Subject) -> Array:
    """Return 1 in futures in which no buyer of the group is short past the limit, else 0."""
    short = [sight.column(f"{id}/shortage_days") > LIMIT_D for id in group.buyers]
    return np.array(~np.any(short, axis=0), dtype=np.float64)


def priced_at(sight: Sight) -> list[str]:
    """Return what has a price, and where: `dy_oxide@world`."""
    return [name.partition("/")[2] for name in sight.counts if name.startswith("price_multiple/")]


def peak(sight: Sight, priced: str) -> Array:
    """Return the peak of a price over its opening level, while a control is in force where one is in every future."""
    return sight.column(f"{priced}/{'peak_in_force_multiple' if _in_force(sight, priced) else 'peak_multiple'}")


def _in_force(sight: Sight, priced: str) -> bool:
    return bool(np.isfinite(sight.column(f"{priced}/peak_in_force_multiple")).all())


def _estimate(sample: Array, unit: str) -> Estimate:
    if unit == "chance":
        return estimate.proportion(sample > 0)
    return estimate.quantile(np.sort(sample), 0.5) if unit == "multiple" else estimate.mean(sample)


def _said(found: Estimate, unit: str) -> str:
    if unit == "chance":
        return words.percent(found.value)
    return words.amount(found.value, unit)


def _interval(found: Estimate, unit: str) -> str:
    if unit == "chance":
        return f"{words.interval(found.ci95, 100)} %"
    return words.interval(found.ci95, digits=1) if unit == "multiple" else words.amounts(found.ci95, unit)


def _difference(now: Sight, held: Sight, take: Take, unit: str) -> Json | None:
    """Return this setting less the held one over the futures that both have; None where the days known differ."""
    if now.days != held.days:
        return None
    here, there = take(now), take(held)
    n = min(here.size, there.size)
    found = _apart(here[:n], there[:n], unit)
    value = found.value or 0.0
    said = f"{value * 100:.0f} points" if unit == "chance" else _said(found, unit)
    clear = found.low is not None and found.high is not None and (found.low > 0 or found.high < 0)
    interval = f"{words.interval(found.ci95, 100)} points" if unit == "chance" else _interval(found, unit)
    way = ("more" if value > 0 else "less") if clear else "even"
    return {"said": f"{'+' if value > 0 else ''}{said}", "interval": interval, "clear": clear, "way": way}


def _apart(here: Array, there: Array, unit: str) -> Estimate:
    if unit != "chance":
        return _estimate(here - there, unit)
    ci95 = paired.chance_difference(here > 0, there > 0)["ci95"]
    assert isinstance(ci95, list)
    return Estimate(float((here - there).mean()), *ci95)
