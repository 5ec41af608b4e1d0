"""When disruptions happen: who follows whom, with what chance, from which day to which."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.chance.draws import Draws
from sim.spec.controls import Control
from sim.spec.dated import Dated
from sim.spec.disruptions import Disruption, Outage
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario


@dataclass(frozen=True, eq=False)
class When:
    """The days of one disruption, (replication,) each."""

    stream: str
    """What its random numbers are drawn under."""
    happens: Mask
    """Where it happens at all."""
    base: Index
    """The day its own days are counted from."""
    first: Index
    end: Index
    """The day after its last."""

    @property
    def stands(self) -> Mask:
        """Where it lasts a day at least."""
        return self.happens & (self.end > self.first)

    def day(self, draws: Draws, what: str, quantity: Quantity) -> Index:
        """Return a day that a scenario counts from the base."""
        return self.base + self.days(draws, what, quantity)

    def days(self, draws: Draws, what: str, quantity: Quantity) -> Index:
        """Return whole days of the disruption, (replication,)."""
        return draws.days(f"{self.stream}/{what}", quantity)

    def draw(self, draws: Draws, what: str, quantity: Quantity | None, absent: float = 0.0) -> Array:
        """Return a figure of the disruption, (replication,)."""
        return draws.optional(f"{self.stream}/{what}", quantity, absent)


def dates(scenario: Scenario, draws: Draws, disturbed: Mask) -> dict[str, When]:
    """Date all disruptions that have dates, in file order; none happens in an undisturbed twin."""
    dated = {i: d for i, d in scenario.disruptions.items() if is_dated(d)}
    order = TopologicalSorter({i: {d.follows} if d.follows else set() for i, d in dated.items()}).static_order()
    found: dict[str, When] = {}
    for i in order:
        found[i] = _when(i, dated[i], draws, disturbed, found.get(dated[i].follows or ""))
    return {i: found[i] for i in dated}


def is_dated(disruption: Disruption) -> bool:
    """Return whether a disruption happens once, on given days."""
    return not isinstance(disruption, Outage) or disruption.is_dated


def counted(scenario: Scenario, when: dict[str, When]) -> list[When]:
    """Return those whose first and last day the measures go by: controls, or else whatever stops or presses flows."""
    controls = [when[i] for i, d in scenario.disruptions.items() if isinstance(d, Control)]
    quiet = ("trigger", "tariff", "setback")
    return controls or [when[i] for i in when if scenario.disruptions[i].kind not in quiet]


def _when(i: str, disruption: Dated | Outage, draws: Draws, disturbed: Mask, after: When | None) -> When:
    assert disruption.start is not None
    assert disruption.duration is not None
    stream = f"disruption/{disruption.stream or i}"
    base = np.zeros(draws.width, dtype=np.int64) if after is None else after.first
    happens = disturbed if after is None else after.happens
    if disruption.chance is not None:
        happens = happens & (draws.uniforms(f"{stream}/chance", range(1))[0] < disruption.chance.typical)
    first = base + draws.days(f"{stream}/start", disruption.start)
    return When(stream, happens, base, first, first + draws.days(f"{stream}/duration", disruption.duration))
