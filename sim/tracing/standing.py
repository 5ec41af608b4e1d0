"""What stands on which day of one future: controls that are applied, content rules, closures, outages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sim.results.futures import Event, EventKind
from sim.spec.controls import ContentRule
from sim.spec.disruptions import Closure
from sim.spec.scenario import Scenario


class Span(NamedTuple):
    """Days on which something stands."""

    subject: str
    first: int
    end: int | None
    """The first day after; None where it lasts to the horizon."""

    def has(self, day: int) -> bool:
        """Tell whether it stands on a day."""
        return self.first <= day and (self.end is None or day < self.end)


def of_kind(events: Sequence[Event], kind: EventKind) -> list[tuple[int, str]]:
    """Return day and subject of the events of one kind."""
    return [(event.day, event.subject) for event in events if event.kind == kind]


def spans(starts: Iterable[tuple[int, str]], ends: Iterable[tuple[int, str]]) -> Iterator[Span]:
    """Pair what starts with what ends, by subject in order of day."""
    over = defaultdict(list)
    for day, subject in ends:
        over[subject].append(day)
    for day, subject in starts:
        yield Span(subject, day, next((end for end in over[subject] if end > day), None))


def between(events: Sequence[Event], start: EventKind, end: EventKind) -> list[Span]:
    """Return what stands from events of one kind to those of another."""
    return list(spans(of_kind(events, start), of_kind(events, end)))


def suspensions(events: Sequence[Event], control: Span) -> Iterator[Span]:
    """Yield the days on which a control in force is not applied; what suspends it twice over counts once."""
    steps = [(day, 1) for day, i in of_kind(events, "suspended") if i == control.subject]
    steps += [(day, -1) for day, i in of_kind(events, "resumed") if i == control.subject]
    deep, since = 0, 0
    for day, step in sorted(steps, key=lambda one: (one[0], -one[1])):
        since = since if deep else day
        deep += step
        if not deep:
            yield from _within(Span(control.subject, since, day), control)
    if deep:
        yield from _within(Span(control.subject, since, None), control)


def _within(span: Span, whole: Span) -> Iterator[Span]:
    """Yield what of the span falls into the whole."""
    first = max(span.first, whole.first)
    end = min((one.end for one in (span, whole) if one.end is not None), default=None)
    if end is None or first < end:
        yield Span(span.subject, first, end)


def cutting(events: Sequence[Event], scenario: Scenario) -> list[Span]:
    """Return when controls are applied, and content rules and closures stand: all that may cut a buyer off."""
    found = [
        piece
        for control in between(events, "control_start", "control_end")
        for piece in _outside(control, suspensions(events, control))
    ]
    effects = between(events, "begins", "ends")
    return found + [span for span in effects if isinstance(scenario.disruptions[span.subject], Closure | ContentRule)]


def _outside(whole: Span, gaps: Iterable[Span]) -> Iterator[Span]:
    """Yield what the gaps, in order, leave of the whole."""
    first: int | None = whole.first
    for gap in gaps:
        if first is not None and first < gap.first:
            yield Span(whole.subject, first, gap.first)
        first = gap.end
    if first is not None and (whole.end is None or first < whole.end):
        yield Span(whole.subject, first, whole.end)
