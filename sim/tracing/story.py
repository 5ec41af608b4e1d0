"""The story of one future: what happened, who ran short, when and why, as `sim trace` tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from sim.report import words
from sim.results.bins import bins_of
from sim.results.futures import Block, Event
from sim.spec.controls import Control
from sim.spec.scenario import Scenario
from sim.tracing import chronicle, policy_story
from sim.tracing.causes import Explain, explainer
from sim.tracing.chronicle import Line, Series
from sim.tracing.effects import effects
from sim.tracing.spells import MINOR_D, Spell, buyer_names, spells, together
from sim.tracing.standing import Span, between, cutting, of_kind

WORST = 3
"""Buyers named at the end."""
MOST_NEWS = 3
"""Causes further up that are told of one shortage."""


def story(block: Block, scenario: Scenario, replication: int) -> list[str]:
    """Tell one future of a block, a line each, by day.

    Stockpiles and prices are told where the block holds this future alone: daily series of several are blurred.
    """
    if replication not in block.replications:
        raise ValueError(f"future {replication} is not in this block")
    return tell(own_events(block.events, replication), series_of(block), scenario, replication)


def series_of(block: Block) -> Series:
    """Return the daily series of a block of one future, (day,) each; none where there are several."""
    alone = block.replications.size == 1
    return {name: bins_of(name).quantile(counts, 0.5) for name, counts in block.counts.items()} if alone else {}


def tell(events: Sequence[Event], series: Series, scenario: Scenario, replication: int) -> list[str]:
    """Tell one future from its own events, and from its daily series where they are known."""
    told = [f"{_when(scenario, line)}: {line.text}" for line in tell_lines(events, series, scenario)]
    return [_opening(scenario, replication), *told, *_closing(events, spells(events, scenario.horizon_d), scenario)]


def tell_lines(events: Sequence[Event], series: Series, scenario: Scenario) -> list[Line]:
    """Return what happens in one future as dated lines, by day."""
    found = spells(events, scenario.horizon_d)
    lines = [
        *chronicle.controls(events, scenario),
        *(Line(day, day, text) for day, text in effects(events, scenario)),
        *chronicle.plants(events, scenario),
        *chronicle.lanes(events, scenario),
        *chronicle.piles(series, scenario),
        *policy_story.responses(events, scenario),
        *policy_story.projects(events, scenario),
        *policy_story.floors(events, scenario),
        *policy_story.rotation(events, scenario),
        *chronicle.prices(events, series, scenario),
        *_shortages(events, found, scenario),
    ]
    return sorted(lines, key=lambda line: line.first)


def own_events(events: Sequence[Event], replication: int) -> list[Event]:
    """Return what happens in one future."""
    own = []
    for event in events:
        place = np.flatnonzero(event.replications == replication)
        if place.size:
            values = None if event.values is None else event.values[place]
            own.append(Event(event.day, event.kind, event.subject, event.replications[place], event.text, values))
    return own


def _shortages(events: Sequence[Event], found: Sequence[Spell], scenario: Scenario) -> Iterator[Line]:
    """Tell who runs short and why, whose lines stop, and who is served again."""
    major = [spell for spell in found if spell.short_d >= MINOR_D]
    yield from _refused(events, [spell for spell in major if not spell.is_by_price], scenario)
    dear = [spell for spell in major if spell.is_by_price]
    for first, last, buyers in together((spell.first, spell.buyer) for spell in dear):
        yield Line(first, last, f"Uses less since it has become dear: {buyer_names(scenario, buyers)}.")
    for first, last, buyers in together(of_kind(events, "line_stop")):
        yield Line(first, last, f"Lines stop: {buyer_names(scenario, buyers)}.")
    ended = [(spell.end, spell.buyer) for spell in major if spell.end is not None]
    for first, last, buyers in together(ended):
        over = [spell for spell in major if spell.buyer in buyers and first <= (spell.end or -1) <= last]
        yield Line(first, last, f"Served in full again: {buyer_names(scenario, buyers)}; {_cost(over)}.")


def _refused(events: Sequence[Event], major: Sequence[Spell], scenario: Scenario) -> Iterator[Line]:
    """Tell who gets less than they would buy, and why; what is cut further up is told once."""
    standing = cutting(events, scenario)
    why, known = _explainer(events, standing, scenario), set[str]()
    for first, last, buyers in together((spell.first, spell.buyer) for spell in major):
        causes = why(first, buyers)
        news = [cause for cause in causes.above if cause not in known][:MOST_NEWS]
        known.update(news)
        reasons = [f"{causes.by}: {causes.direct}."] if causes.direct else []
        reasons += [f"Further up: {'; '.join(news)}."] if news else []
        if not causes.direct and not causes.above:
            reasons.append(_no_cause(standing, first, scenario))
        reasons += [f"Down or slowed just then: {causes.down}."] if causes.down else []
        yield Line(first, last, f"Runs short: {buyer_names(scenario, buyers)}. {' '.join(reasons)}")


def _explainer(events: Sequence[Event], standing: Sequence[Span], scenario: Scenario) -> Explain:
    outages = between(events, "outage_start", "outage_end")
    return explainer(
        scenario,
        lambda day: [span.subject for span in standing if span.has(day)],
        lambda day: {span.subject for span in outages if span.has(day)},
    )


def _no_cause(standing: Sequence[Span], day: int, scenario: Scenario) -> str:
    """Say what is known where no lane above the buyers is under control or shut."""
    begun = [span for span in standing if span.first <= day]
    shut = not all(isinstance(scenario.disruptions[span.subject], Control) for span in begun)
    none = f"No lane above them is under control{' or shut' if shut else ''}"
    if any(span.has(day) for span in begun):
        return f"{none}: others outbid them for what is left, or use ran high."
    if begun:
        what = "Controls and the like" if shut else "Controls"
        since = day - max(span.end or 0 for span in begun)
        return f"{what} were lifted {since} days before; stocks are being refilled everywhere."
    return f"{none}: use ran ahead of orders."


def _cost(over: Sequence[Spell]) -> str:
    days = [spell.short_d for spell in over]
    span = f"{min(days)} to {max(days)}" if min(days) < max(days) else f"{days[0]}"
    return f"{span} days short, {words.count(sum(spell.unmet_t or 0.0 for spell in over))} t refused"


def _opening(scenario: Scenario, replication: int) -> str:
    policy = "no policy added" if scenario.policy == "none" else f"policy {scenario.policy}"
    start = words.date(scenario.start_date.isoformat(), 0)
    return f"Future {replication} of {scenario.name}, {policy}: {scenario.horizon_d} days from {start}."


def _closing(events: Sequence[Event], found: Sequence[Spell], scenario: Scenario) -> Iterator[str]:
    outages = chronicle.outage_count(events)
    if outages:
        yield outages
    if not found:
        yield "Nobody ran short."
        return
    days: Counter[str] = Counter()
    for spell in found:
        days[spell.buyer] += spell.short_d
    worst = [f"{buyer_names(scenario, [i])} {n} days" for i, n in days.most_common(WORST)]
    minor = sum(spell.short_d < MINOR_D for spell in found)
    few = f" Spells under {MINOR_D} days, not told: {minor}." if minor else ""
    yield f"In all {_counted(days)} ran short; longest {words.listed(worst)}.{few}"
    lasting = [spell.buyer for spell in found if spell.end is None]
    if lasting:
        yield f"Still short at the end: {buyer_names(scenario, lasting)}."


def _counted(buyers: Collection[str]) -> str:
    return "one buyer" if len(buyers) == 1 else f"{len(buyers)} buyers"


def _when(scenario: Scenario, line: Line) -> str:
    start = scenario.start_date.isoformat()
    first = f"{words.date(start, line.first)}, day {line.first}"
    return first if line.first == line.last else f"{first} to {line.last}"
