"""What the stockpiles of a policy cost (section 10)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.spec.network import Stockpile as Spec

from .clock import Routine, Step
from .draws import constant
from .stockpiles import Stockpile

PARTS = ("purchases", "storage", "capital", "delivery", "releases", "closing_stock")


@dataclass(eq=False)
class Purse:
    """Pays for one stockpile of the policy, in USD."""

    pile: Stockpile
    spec: Spec
    parts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))

    @property
    def routine(self) -> Routine:
        """It counts when prices are posted, before what left is forgotten."""
        return [(Step.ANSWER_PRICES, self.count)]

    def open(self) -> None:
        """Pay for what the pile opens with."""
        self.parts["purchases"] = self.worth()

    def worth(self) -> float:
        """Return what the pile has, and has under way to it, at the values of day 0."""
        market = self.pile.world.market_of[self.pile.region]
        return sum(group.position * market.opening_value(m) * 1000 for m, group in self.pile.groups.items())

    def count(self, _day: int) -> None:
        """Count a day."""
        pile, parts = self.pile, self.parts
        market = pile.world.market_of[pile.region]
        for material, group in pile.groups.items():
            value = market.value(material) * 1000
            parts["purchases"] += value * sum(lane.received * lane.shipped for lane in group.pulls)
            parts["releases"] += value * (pile.let_go[material] + (1 - pile.discount) * pile.rotated[material])
            parts["storage"] += constant(self.spec.storage) * pile.rows[material].stock
        parts["capital"] += constant(self.spec.capital) / 365 * self.worth()
        parts["delivery"] += sum(lane.freight * 1000 * lane.shipped for lane in pile.lanes_out)


def cost_metrics(purses: list[Purse], carriage: float) -> dict[str, float]:
    """Return the cost and its parts, over all piles of the policy, and the carriage of what responses send."""
    for purse in purses:
        purse.parts["closing_stock"] = purse.worth()
    total = {part: sum(purse.parts[part] for purse in purses) for part in PARTS}
    total["delivery"] += carriage
    cost = sum(total[part] for part in PARTS[:4]) - total["releases"] - total["closing_stock"]
    return {"all/policy_cost_usd": cost} | {f"all/policy_{part}_usd": usd for part, usd in total.items()}
