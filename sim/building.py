"""When plants open: as planned, set back by what happens to us, and brought forward by what we support."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.chance.dates import When
from sim.chance.draws import Draws
from sim.decisions import below
from sim.entities.treasury import Treasury
from sim.spec.disruptions import Setback
from sim.spec.network import Stockpile
from sim.spec.policies import Project, Support
from sim.spec.scenario import Scenario

NEVER = 2**31
"""A day past every horizon."""


@dataclass(frozen=True, eq=False)
class Site:
    """A plant under way, (replication,) each."""

    day: Array
    """When it is to open, not rounded."""
    odds: Array
    """The chance that it ever does."""


class Grant(NamedTuple):
    """Support that a plant was given."""

    day: int
    project: str
    plant: str
    hit: Mask
    """Where, (replication,)."""
    usd: float


@dataclass(frozen=True, eq=False)
class Building:
    """What is being built, and what it was given."""

    sites: dict[str, Site]
    opens: dict[str, Index]
    """Plant -> the day it opens, (replication,); written in place."""
    support_usd: Array
    """Grants, loans and equity given, (replication,); written in place."""
    grants: list[Grant] = field(default_factory=list)
    """What was given when, in the order in which it was decided."""


def build(scenario: Scenario, draws: Draws, when: dict[str, When]) -> Building:
    """Find when every plant that is not open on day 0 opens, before any support."""
    sites = {i: _planned(scenario, draws, i) for i in _under_way(scenario)}
    for name, disruption in scenario.disruptions.items():
        if isinstance(disruption, Setback):
            for i in (i for i in disruption.facilities if i in sites):
                sites[i] = _set_back(disruption, when[name], draws, sites[i])
    opens = {i: _opens(scenario, draws, i, site) for i, site in sites.items()}
    return Building(sites, opens, np.zeros(draws.width))


def support(
    building: Building, scenario: Scenario, draws: Draws, treasury: Treasury | None = None, *, later: bool | None = None
) -> None:
    """Let projects support plants, by day of decision, then in file order; `later` leaves day 0 out, or it alone in."""
    first = {
        name: draws.days(f"project/{project.stream or name}/decision_day", project.decision_day)
        for name, project in scenario.projects.items()
    }
    days = np.unique(np.concatenate([*first.values(), np.zeros(0, dtype=np.int64)]))
    left = {name: np.full(draws.width, project.budget.typical) for name, project in scenario.projects.items()}
    for day in (day for day in days.tolist() if later is None or later == (day > 0)):
        for name, project in scenario.projects.items():
            _support(name, project, day, first[name] == day, left[name], building, treasury)
    for i, site in building.sites.items():
        building.opens[i][:] = _opens(scenario, draws, i, site)


def _under_way(scenario: Scenario) -> list[str]:
    return [i for i, f in scenario.facilities.items() if not isinstance(f, Stockpile) and f.opens is not None]


def _planned(scenario: Scenario, draws: Draws, i: str) -> Site:
    plant = scenario.facilities[i]
    assert not isinstance(plant, Stockpile)
    assert plant.opens is not None
    planned = draws.days(f"facility/{plant.stream or i}/opens", plant.opens).astype(np.float64)
    return Site(planned, np.full(draws.width, 1.0 if plant.odds is None else plant.odds.typical))


def _opens(scenario: Scenario, draws: Draws, i: str, site: Site) -> Index:
    built = draws.uniforms(f"facility/{scenario.facilities[i].stream or i}/odds", range(1))[0] < site.odds
    return np.where(built, np.rint(site.day), NEVER).astype(np.int64)


def _set_back(setback: Setback, when: When, draws: Draws, site: Site) -> Site:
    """Stretch what is left to build while a setback stands, and make it less likely to be done."""
    day, hit = site.day, when.stands & (site.day > when.first)
    stretch = when.draw(draws, "stretch", setback.stretch, absent=1.0)
    slow = when.first + stretch * (day - when.first)
    late = when.end + (day - when.first) - (when.end - when.first) / stretch
    odds = np.where(hit, site.odds * when.draw(draws, "odds", setback.odds, absent=1.0), site.odds)
    return Site(np.where(hit, np.where(slow <= when.end, slow, late), day), odds)


def _support(
    name: str, project: Project, day: int, decided: Mask, left: Array, building: Building, treasury: Treasury | None
) -> None:
    """Support plants in the order of the file as far as the money goes, where it is decided today, (replication,)."""
    for i, given in project.plants.items():
        hit = decided & (building.sites[i].day > day) & ~below(left, given.usd)
        if treasury is not None:
            hit &= treasury.reaches(given.usd)
            treasury.pay(np.where(hit, given.usd, 0.0))
        left -= np.where(hit, given.usd, 0.0)
        building.support_usd[:] += np.where(hit, given.usd, 0.0)
        building.sites[i] = _supported(given, day, hit, building.sites[i])
        building.grants.append(Grant(day, name, i, hit, given.usd))


def _supported(support: Support, first: int, hit: Mask, site: Site) -> Site:
    """Shorten the part of what is left to build that waits for permits, and make it likelier to be done."""
    sooner = first + (1.0 - support.time_saved) * (site.day - first)
    likelier = np.minimum(site.odds * (1.0 if support.odds is None else support.odds.typical), 1.0)
    return Site(np.where(hit, sooner, site.day), np.where(hit, likelier, site.odds))
