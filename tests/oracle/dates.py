"""When dated disruptions happen: chance, what follows what, and the first day and the end of each."""

from __future__ import annotations

from dataclasses import dataclass

from sim.spec.dated import Dated
from sim.spec.disruptions import Disruption, Outage
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

from .draws import Draws, constant


def stream_of(name: str, disruption: Disruption) -> str:
    """Return what the streams of a disruption begin with."""
    return f"disruption/{disruption.stream or name}"


@dataclass(frozen=True)
class Dates:
    """When a disruption stands, in a future in which it happens."""

    base: int
    """The day its days are counted from."""
    first: int
    end: int
    """The day after the last one."""

    @property
    def is_some_day(self) -> bool:
        """Whether it ever stands."""
        return self.end > self.first

    def stands(self, day: int) -> bool:
        """Return whether it stands on a day."""
        return self.first <= day < self.end


def all_dates(scenario: Scenario, draws: Draws) -> dict[str, Dates]:
    """Return the dates of every dated disruption that happens."""
    found = {name: dates_of(name, scenario, draws) for name in scenario.disruptions}
    return {name: dates for name, dates in found.items() if dates is not None}


def dates_of(name: str, scenario: Scenario, draws: Draws) -> Dates | None:
    """Return the dates of a disruption; None where it is not dated, or does not happen."""
    disruption = scenario.disruptions[name]
    stream = stream_of(name, disruption)
    if disruption.start is None or disruption.duration is None or not _has_luck(disruption.chance, stream, draws):
        return None
    base = 0
    if disruption.follows is not None:
        leader = dates_of(disruption.follows, scenario, draws)
        if leader is None:
            return None
        base = leader.first
    first = base + draws.days(disruption.start, f"{stream}/start")
    return Dates(base, first, first + draws.days(disruption.duration, f"{stream}/duration"))


def _has_luck(chance: Quantity | None, stream: str, draws: Draws) -> bool:
    return chance is None or draws.uniform(f"{stream}/chance") < constant(chance)


def span(dates: dict[str, Dates], scenario: Scenario) -> tuple[int, int] | None:
    """Return the first day of any control in force before the horizon, and the end of the last of them (section 10).

    Where the scenario has no controls, whether they happen or not, other things that come and go count.
    """
    chosen = _that_count(scenario)
    standing = [dates[name] for name in chosen if name in dates and dates[name].is_some_day]
    standing = [each for each in standing if each.first < scenario.horizon_d]
    if not standing:
        return None
    return min(each.first for each in standing), max(each.end for each in standing)


def _that_count(scenario: Scenario) -> list[str]:
    kinds = {name: each.kind for name, each in scenario.disruptions.items() if isinstance(each, Dated | Outage)}
    controls = [name for name, kind in kinds.items() if kind in ("export_ban", "licence", "quota")]
    others = ("content_rule", "closure", "outage", "freight_delay", "demand_surge", "dumping")
    return controls or [name for name, kind in kinds.items() if kind in others]
