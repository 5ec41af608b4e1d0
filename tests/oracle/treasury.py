"""One budget for all that a policy pays for (section 13)."""

from __future__ import annotations

from dataclasses import dataclass

from sim.spec.scenario import Scenario

from .draws import constant
from .parts import TOLERANCE


@dataclass(eq=False)
class Treasury:
    """The budget, and what is spent of it or set aside."""

    budget: float
    spent: float = 0.0
    bids: float = 0.0
    """What piles would buy today, USD."""

    @property
    def left(self) -> float:
        """What may still be spent."""
        return max(0.0, self.budget - self.spent)

    @property
    def stands(self) -> bool:
        """Whether there is money left."""
        return self.spent < self.budget * (1 - TOLERANCE)

    def reaches(self, usd: float) -> bool:
        """Return whether it pays for something in full."""
        return self.left >= usd * (1 - TOLERANCE)

    def part(self, cost: float) -> float:
        """Return which part of a cost it can pay."""
        return min(1.0, self.left / cost) if cost > 0 else 1.0


def treasury(scenario: Scenario) -> Treasury | None:
    """Return the budget of the policy, where it has one."""
    return None if scenario.budget is None else Treasury(constant(scenario.budget))
