"""Commissioning: when a plant opens, whether it ever does, and what sets it back (section 6)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.spec.disruptions import Setback
from sim.spec.network import Stockpile
from sim.spec.policies import Project
from sim.spec.scenario import Scenario

from .clock import Routine, Step
from .dates import Dates, stream_of
from .draws import Draws, constant
from .lanes import Lane
from .treasury import Treasury
from .world import Judge

COMMISSIONING = "(opens)"
"""The name of the layer; no disruption can be called that."""


@dataclass(eq=False)
class Gate:
    """Keeps closed what leaves a plant until the day it opens, or for ever."""

    lanes: list[Lane]
    opens: float

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [(Step.CALENDAR, self.wake)]

    def wake(self, day: int) -> None:
        """Set the day's layer."""
        for lane in self.lanes:
            lane.layers.standing[COMMISSIONING] = 1.0 if day >= self.opens else 0.0


@dataclass
class Site:
    """A plant that is being built."""

    opens: float
    odds: float


def sites(scenario: Scenario, draws: Draws, dates: dict[str, Dates]) -> dict[str, Site]:
    """Return when every plant is to open; `dates` are those of what happens."""
    plants = [name for name, facility in scenario.facilities.items() if not isinstance(facility, Stockpile)]
    return {name: site_of(name, scenario, draws, dates) for name in plants}


def gates(scenario: Scenario, draws: Draws, lanes: list[Lane], works: dict[str, Site]) -> list[Gate]:
    """Return a gate for every plant."""
    return [
        Gate([lane for lane in lanes if lane.shipper == name], opening_day(name, scenario, draws, site))
        for name, site in works.items()
    ]


def supported(
    scenario: Scenario, draws: Draws, works: dict[str, Site], paid_by: Treasury | None, *, later: bool
) -> float:
    """Let projects act by day of decision, those of day 0 or those of later, and return what that costs."""
    days = {
        name: draws.days(project.decision_day, f"project/{project.stream or name}/decision_day")
        for name, project in scenario.projects.items()
    }
    in_turn = sorted((name for name in days if later == (days[name] > 0)), key=lambda name: days[name])
    return sum(support(scenario.projects[name], days[name], works, paid_by) for name in in_turn)


def site_of(name: str, scenario: Scenario, draws: Draws, dates: dict[str, Dates]) -> Site:
    """Return when a plant is to open after its setbacks, and with what odds."""
    plant = scenario.facilities[name]
    assert not isinstance(plant, Stockpile)
    stream = f"facility/{plant.stream or name}"
    opens = float(0 if plant.opens is None else draws.days(plant.opens, f"{stream}/opens"))
    odds = constant(plant.odds, absent=1.0)
    for what, setback in scenario.disruptions.items():
        if not isinstance(setback, Setback) or name not in setback.facilities or what not in dates:
            continue
        if dates[what].is_some_day and opens > dates[what].first:
            odds *= draws.number(setback.odds, f"{stream_of(what, setback)}/odds", absent=1.0)
            stretch = draws.number(setback.stretch, f"{stream_of(what, setback)}/stretch", absent=1.0)
            opens = stretched(opens, dates[what], stretch)
    return Site(opens, odds)


def support(project: Project, decided: int, works: dict[str, Site], paid_by: Treasury | None) -> float:
    """Let a project support its plants, and return what that costs."""
    budget = constant(project.budget)
    paid = 0.0
    for plant, given in project.plants.items():
        money = sum(constant(part) for part in (given.grant, given.loan, given.equity))
        site = works[plant]
        if site.opens <= decided or Judge().below(budget - paid, money):
            continue
        if paid_by is not None:
            if not paid_by.reaches(money):
                continue
            paid_by.spent += money
        paid += money
        waiting = constant(given.permits) * (1 - constant(given.shortened_to))
        site.opens = decided + (1 - waiting) * (site.opens - decided)
        site.odds = min(1.0, site.odds * constant(given.odds, absent=1.0))
    return paid


def opening_day(name: str, scenario: Scenario, draws: Draws, site: Site) -> float:
    """Return the day a plant opens; infinity where it never does."""
    if draws.uniform(f"facility/{scenario.facilities[name].stream or name}/odds") >= site.odds:
        return math.inf
    return round(site.opens)


def stretched(opens: float, dates: Dates, stretch: float) -> float:
    """Return the day a plant opens when what is left to build takes longer while a setback stands."""
    later = dates.first + stretch * (opens - dates.first)
    if later <= dates.end:
        return later
    return dates.end + opens - dates.first - (dates.end - dates.first) / stretch
