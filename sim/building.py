"""When plants open: as planned, set back by what happens to us, and brought forward by what we support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.dates import When
from sim.decisions import below
from sim.draws import Draws
from sim.spec.disruptions import Setback
from sim.spec.network import Stockpile
from sim.spec.policies import Project, Support
from sim.spec.scenario import Scenario

NEVER = 2**31
"""A day past every horizon."""


@dataclass(frozen=True, eq=False)
class Building:
    """What is being built, and what it was given."""

    opens: dict[str, Index]
    """Plant -> the day it opens, (replication,)."""
    support_usd: Array
    """Grants, loans and equity given, (replication,)."""


@dataclass(frozen=True, eq=False)
class _Site:
    """A plant under way, (replication,) each."""

    day: Array
    """When it is to open, not rounded."""
    odds: Array
    """The chance that it ever does."""


def build(scenario: Scenario, draws: Draws, when: dict[str, When]) -> Building:
    """Find when every plant that is not open on day 0 opens."""
    sites = {i: _planned(scenario, draws, i) for i in _under_way(scenario)}
    for name, disruption in scenario.disruptions.items():
        if isinstance(disruption, Setback):
            for i in (i for i in disruption.facilities if i in sites):
                sites[i] = _set_back(disruption, when[name], draws, sites[i])
    given = np.zeros(draws.width)
    for name, project in scenario.projects.items():
        given += _support(name, project, draws, sites)
    return Building({i: _opens(scenario, draws, i, site) for i, site in sites.items()}, given)


def _under_way(scenario: Scenario) -> list[str]:
    return [i for i, f in scenario.facilities.items() if not isinstance(f, Stockpile) and f.opens is not None]


def _planned(scenario: Scenario, draws: Draws, i: str) -> _Site:
    plant = scenario.facilities[i]
    assert not isinstance(plant, Stockpile)
    assert plant.opens is not None
    planned = draws.days(f"facility/{plant.stream or i}/opens", plant.opens).astype(np.float64)
    return _Site(planned, np.full(draws.width, 1.0 if plant.odds is None else plant.odds.typical))


def _opens(scenario: Scenario, draws: Draws, i: str, site: _Site) -> Index:
    built = draws.uniforms(f"facility/{scenario.facilities[i].stream or i}/odds", range(1))[0] < site.odds
    return np.where(built, np.rint(site.day), NEVER).astype(np.int64)


def _set_back(setback: Setback, when: When, draws: Draws, site: _Site) -> _Site:
    """Stretch what is left to build while a setback stands, and make it less likely to be done."""
    day, hit = site.day, when.stands & (site.day > when.first)
    stretch = when.draw(draws, "stretch", setback.stretch, absent=1.0)
    slow = when.first + stretch * (day - when.first)
    late = when.end + (day - when.first) - (when.end - when.first) / stretch
    odds = np.where(hit, site.odds * when.draw(draws, "odds", setback.odds, absent=1.0), site.odds)
    return _Site(np.where(hit, np.where(slow <= when.end, slow, late), day), odds)


def _support(name: str, project: Project, draws: Draws, sites: dict[str, _Site]) -> Array:
    """Support plants in the order of the file as far as the budget goes; return what is given, USD."""
    first = draws.days(f"project/{project.stream or name}/decision_day", project.decision_day)
    left = np.full(draws.width, project.budget.typical)
    for i, support in project.plants.items():
        hit = (sites[i].day > first) & ~below(left, support.usd)
        left -= np.where(hit, support.usd, 0.0)
        sites[i] = _supported(support, first, hit, sites[i])
    return project.budget.typical - left


def _supported(support: Support, first: Index, hit: Mask, site: _Site) -> _Site:
    """Shorten the part of what is left to build that waits for permits, and make it likelier to be done."""
    sooner = first + (1.0 - support.time_saved) * (site.day - first)
    likelier = np.minimum(site.odds * (1.0 if support.odds is None else support.odds.typical), 1.0)
    return _Site(np.where(hit, sooner, site.day), np.where(hit, likelier, site.odds))
