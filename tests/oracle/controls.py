"""Controls: what they are about, when they are known and applied, and the layer of bans and licences (section 6)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from sim.spec.controls import Control, ExportBan, Licence, Reexport

from .clock import Routine, Step
from .dates import Dates
from .draws import Draws
from .lanes import Group, Lane
from .market import Market

Opening = Callable[[int], float]
"""What an exception opens of a lane, day by day."""


@dataclass(frozen=True)
class Spell:
    """Days from one, included, to another, excluded."""

    first: int
    end: int

    def __contains__(self, day: int) -> bool:
        return self.first <= day < self.end


@dataclass(frozen=True)
class Announcement:
    """What happens because a control is known."""

    known: int
    jump: float
    elements: list[str]
    markets: list[Market]
    hoard: float
    hoarding: Spell
    groups: list[Group]


def announcement(
    control: Control,
    stream: str,
    dates: Dates,
    draws: Draws,
    elements: list[str],
    markets: list[Market],
    groups: list[Group],
) -> Announcement:
    """Read when a control becomes known and what follows from that."""
    known = dates.first
    if control.announced is not None:
        known = min(known, dates.base + draws.days(control.announced, f"{stream}/announced"))
    days = 0 if control.hoarding_for is None else draws.days(control.hoarding_for, f"{stream}/hoarding_for")
    return Announcement(
        known=known,
        jump=draws.number(control.price_jump, f"{stream}/price_jump"),
        elements=elements,
        markets=markets,
        hoard=draws.number(control.hoarding, f"{stream}/hoarding"),
        hoarding=Spell(known, known + days),
        groups=groups,
    )


@dataclass(eq=False)
class Rule:
    """A control in one future: its name, its lanes, its days."""

    name: str
    dates: Dates
    suspensions: list[Spell]
    news: Announcement
    lanes: list[Lane]
    """All lanes it is about, pull, push and release."""

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [(Step.CALENDAR, self.wake)]

    def applies(self, day: int) -> bool:
        """Return whether it stands and does not stand aside."""
        return self.dates.stands(day) and not any(day in spell for spell in self.suspensions)

    def wake(self, day: int) -> None:
        """Let prices jump on the day it becomes known, and firms hoard for as long as they do."""
        if day == self.news.known:
            for market in self.news.markets:
                for element in self.news.elements:
                    market.jump(element, self.news.jump)
        for group in self.news.groups:
            group.hoards[self.name] = self.news.hoard if day in self.news.hoarding else 0.0


def suspensions(control: Control, stream: str, dates: Dates, draws: Draws) -> list[Spell]:
    """Read when a control stands aside."""
    spells = []
    for n, each in enumerate(control.suspensions):
        first = dates.base + draws.days(each.start, f"{stream}/suspension/{n}/start")
        spells.append(Spell(first, first + draws.days(each.duration, f"{stream}/suspension/{n}/duration")))
    return spells


@dataclass(eq=False)
class Bar(Rule):
    """A ban or a licence: a layer on its lanes, as open as its widest exception."""

    leak: float = 0.0
    again: Opening = lambda day: 0.0
    """What is re-exported."""
    exceptions: dict[str, list[Opening]] = field(default_factory=dict)
    """Lane id -> what licences open of it."""
    markup: float = 0.0
    """Part of the price that what is re-exported costs more."""

    def wake(self, day: int) -> None:
        """Set today's layer from its parts."""
        super().wake(day)
        for lane in self.lanes:
            lane.layers.standing[self.name] = self.open_share(lane, day) if self.applies(day) else 1.0
            lane.dearer[self.name] = self.dearer(lane, day) if self.applies(day) else 0.0

    def open_share(self, lane: Lane, day: int) -> float:
        """Return what is open of a lane while the control is applied."""
        excepted = [opening(day) for opening in self.exceptions.get(lane.id, [])]
        return min(1.0, max([self.leak + self.again(day), *excepted]))

    def dearer(self, lane: Lane, day: int) -> float:
        """Return what middlemen add to the log price of what passes: licences and leaks are used before them."""
        granted = max([opening(day) for opening in self.exceptions.get(lane.id, [])], default=0.0)
        unasked, again = self.leak + self.again(day), self.again(day)
        roundabout = min(again, max(0.0, unasked - granted))
        return math.log(1 + self.markup) * roundabout / max(unasked, granted) if roundabout > 0 else 0.0


def markup_of(bar: ExportBan | Licence, stream: str, draws: Draws) -> float:
    """Read what re-export costs more."""
    return 0.0 if bar.reexport is None else draws.number(bar.reexport.markup, f"{stream}/reexport/markup")


def reexport(resale: Reexport | None, stream: str, dates: Dates, draws: Draws) -> Opening:
    """Read what comes by way of others, and from when on."""
    if resale is None:
        return lambda day: 0.0
    share = draws.number(resale.share, f"{stream}/reexport/share")
    begins = dates.first + draws.days(resale.lag, f"{stream}/reexport/lag")
    return lambda day: share if day >= begins else 0.0


def leak_of(bar: ExportBan | Licence, stream: str, draws: Draws) -> float:
    """Read what passes all the same."""
    return draws.number(bar.leak, f"{stream}/leak")
