"""What our own instruments do in one future: when a Rapid Response is called, decided, and what it has sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.report import words
from sim.report.chronicle import Line
from sim.results import Event
from sim.spec.scenario import Scenario


def responses(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    """Tell each Rapid Response from its call to what it has sent."""
    called: dict[str, int] = {}
    for event in events:
        name = words.sentence(event.subject.replace("_", " "))
        if event.kind == "response_called":
            called[event.subject] = event.day
            yield Line(event.day, event.day, f"{name} is called.")
        elif event.kind == "response_start":
            waited = event.day - called.get(event.subject, event.day)
            yield Line(event.day, event.day, f"{name} is decided {waited} days later, and sends.")
        elif event.kind == "response_end" and event.values is not None:
            yield Line(event.day, event.day, f"{name} has sent {words.count(float(event.values[0]))} t.")
