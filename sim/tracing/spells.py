"""Spells of shortage, as a story tells them: short breaks passed over, neighbours told together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.report import words
from sim.results.futures import Event
from sim.results.subjects import end_use_name
from sim.spec.scenario import Scenario
from sim.tracing.standing import spans

BREAK_D = 30
"""A shortage that comes back sooner than this never really ended."""
MINOR_D = 5
"""Spells with fewer short days than this are counted, not told."""
REFUSED_T = 0.001
"""Less than a kilogram is rounding."""
TOGETHER_D = 7
"""What happens within so many days is told in one sentence."""


@dataclass(frozen=True)
class Spell:
    """A time in which a buyer is short, but for short breaks."""

    buyer: str
    first: int
    end: int | None
    """The first day after; None where it lasts to the horizon."""
    short_d: int
    """Days short in it."""
    unmet_t: float | None
    """What it went without; None where it lasts to the horizon."""

    @property
    def is_by_price(self) -> bool:
        """Whether nothing was refused: the buyer used less since it had become dear."""
        return self.unmet_t is not None and self.unmet_t < REFUSED_T


def spells(events: Sequence[Event], horizon_d: int) -> list[Spell]:
    """Return the spells of every buyer in one future, by first day."""
    starts = [(event.day, event.subject) for event in events if event.kind == "short_start"]
    ends = {(event.subject, event.day): event for event in events if event.kind == "short_end"}
    found: dict[str, list[Spell]] = defaultdict(list)
    for buyer, first, end in spans(starts, ((day, subject) for subject, day in ends)):
        spell = Spell(buyer, first, end, (end or horizon_d) - first, _tonnes(ends.get((buyer, end or -1))))
        before = found[buyer][-1] if found[buyer] else None
        if before is not None and before.end is not None and first - before.end < BREAK_D:
            found[buyer][-1] = _joined(before, spell)
        else:
            found[buyer].append(spell)
    return sorted((spell for one in found.values() for spell in one), key=lambda spell: spell.first)


def _joined(one: Spell, other: Spell) -> Spell:
    unmet_t = None if one.unmet_t is None or other.unmet_t is None else one.unmet_t + other.unmet_t
    return Spell(one.buyer, one.first, other.end, one.short_d + other.short_d, unmet_t)


def together(dated: Iterable[tuple[int, str]]) -> list[tuple[int, int, list[str]]]:
    """Put what happens within a week into one: (first day, last day, subjects)."""
    groups: list[tuple[int, int, list[str]]] = []
    for day, subject in sorted(dated, key=lambda item: item[0]):
        if groups and day < groups[-1][0] + TOGETHER_D:
            first, _, subjects = groups[-1]
            groups[-1] = (first, day, [*subjects, subject])
        else:
            groups.append((day, day, [subject]))
    return groups


def buyer_names(scenario: Scenario, buyers: Iterable[str]) -> str:
    """Name buyers by region: `Korea (hvac, EV) and Japan (auto)`; one with a name of its own by that."""
    regions: dict[str, list[str]] = defaultdict(list)
    for i in dict.fromkeys(buyers):
        buyer = scenario.buyers[i]
        regions[scenario.regions[buyer.region].name].append(buyer.name or end_use_name(buyer.end_use))
    return words.listed([f"{region} ({', '.join(uses)})" for region, uses in regions.items()], at_most=8)


def _tonnes(end: Event | None) -> float | None:
    # A difference that was added up day by day may come out a hair below 0.
    return None if end is None or end.values is None else max(float(end.values[0]), 0.0)
