"""Price floors: what is paid to plants beside the price (section 13)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.spec.scenario import Scenario

from .clock import Routine, Step
from .draws import Draws, constant
from .treasury import Treasury


@dataclass(eq=False)
class Floor:
    """One floor, and what was paid under it."""

    least: dict[str, float]
    """Element -> USD per kg."""
    first: int
    budget: float
    paid: float = 0.0
    due: float = 0.0
    """For what was made today."""
    stands: bool = False
    paid_by: Treasury | None = None

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [(Step.CALENDAR, self.wake), (Step.TOP_UP, self.pay)]

    def wake(self, day: int) -> None:
        """Stand from its day on, as long as there is money."""
        left = math.isinf(self.budget) or self.paid < self.budget - 1e-9 * self.budget
        self.stands = day >= self.first and left

    def per_kg(self, content: dict[str, float], price: dict[str, float]) -> float:
        """Return what is paid on a kg of a product at the latest price."""
        if not self.stands or (self.paid_by is not None and not self.paid_by.stands):
            return 0.0
        return sum(content.get(e, 0.0) * max(0.0, least - price[e]) for e, least in self.least.items())

    def owe(self, usd_per_kg_t: float) -> None:
        """Owe a plant for what it made, USD/kg times tonnes."""
        self.due += 1000 * usd_per_kg_t

    def pay(self, _day: int) -> None:
        """Pay what is owed, as far as the money goes."""
        due = min(self.due, self.budget - self.paid)
        if self.paid_by is not None:
            due = min(due, self.paid_by.left)
            self.paid_by.spent += due
        self.paid, self.due = self.paid + due, 0.0


def floors(scenario: Scenario, draws: Draws, paid_by: Treasury | None) -> dict[str, Floor]:
    """Return the floor of every plant that has one."""
    found = {}
    for name, floor in scenario.floors.items():
        made = Floor(
            {element: constant(price) for element, price in floor.least.items()},
            draws.days(floor.decision_day, f"floor/{floor.stream or name}/decision_day"),
            constant(floor.budget, absent=math.inf),
            paid_by=paid_by,
        )
        found |= dict.fromkeys(floor.producers, made)
    return found
