"""What our own instruments do in one future: Rapid Responses, support for plants, price floors, rotation of piles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sim.report import words
from sim.results.futures import Event
from sim.spec.scenario import Scenario
from sim.tracing.causes import plant_name
from sim.tracing.chronicle import Line


def responses(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    """Tell each Rapid Response from its call to what it has sent."""
    called: dict[str, int] = {}
    for event in events:
        name = _named(event.subject)
        if event.kind == "response_called":
            called[event.subject] = event.day
            yield Line(event.day, event.day, f"{name} is called.")
        elif event.kind == "response_start":
            waited = event.day - called.get(event.subject, event.day)
            yield Line(event.day, event.day, f"{name} is decided {waited} days later, and sends.")
        elif event.kind == "response_end" and event.values is not None:
            yield Line(event.day, event.day, f"{name} has sent {words.count(float(event.values[0]))} t.")


def projects(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    """Tell which plants each project supports on a day, and what they are given in all."""
    found: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for event in events:
        if event.kind == "supported":
            found[event.day, event.text].append(event)
    for (day, project), given in found.items():
        plants = words.listed([plant_name(scenario, event.subject) for event in given])
        usd = sum(float(event.values[0]) for event in given if event.values is not None)
        money = f" with {words.usd(usd)}" if usd else ""
        yield Line(day, day, f"{_named(project)} supports {plants}{money}.")


def floors(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    """Tell when each price floor begins to pay, and what it has paid by when it pays no more."""
    for event in events:
        if event.kind == "floor_start":
            plants = words.listed([plant_name(scenario, i) for i in scenario.floors[event.subject].producers])
            yield Line(event.day, event.day, f"Price floor {event.subject} begins to pay {plants}.")
        elif event.kind == "floor_end" and event.values is not None:
            paid = words.usd(float(event.values[0]))
            yield Line(event.day, event.day, f"Price floor {event.subject} has paid {paid} since it began to.")


def rotation(events: Sequence[Event], scenario: Scenario) -> Iterator[Line]:
    """Tell when each pile begins to sell old stock, and how much it has sold when it does so no more."""
    for event in events:
        if event.kind == "rotation_start":
            pile = plant_name(scenario, event.subject)
            yield Line(event.day, event.day, f"{pile} begins to sell old stock and to buy as much anew.")
        elif event.kind == "rotation_end" and event.values is not None:
            pile, sold = plant_name(scenario, event.subject), words.count(float(event.values[0]))
            yield Line(event.day, event.day, f"{pile} has sold {sold} t of old stock since it began to.")


def _named(i: str) -> str:
    return words.sentence(i.replace("_", " "))
