"""What priced things cost: their multiples, what is paid for them, and what that adds up to (section 10)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.spec.scenario import Scenario

from .buyers import Buyer
from .draws import constant
from .market import Market


@dataclass(eq=False)
class Bill:
    """What is paid for one thing in one market."""

    thing: str
    market: Market
    content: dict[str, float]
    """Material -> tonnes of the thing in a tonne of it."""
    buyers: list[Buyer]
    lag: float | None
    """Mean days by which what is paid follows the quote."""
    paid: float
    multiples: list[float] = field(default_factory=list)
    spent: float = 0.0
    would_have_spent: float = 0.0

    @property
    def opening(self) -> float:
        """What the thing was worth on opening."""
        return self.market.opening_value(self.thing)

    def record(self) -> None:
        """Write down the day's price and what was paid for what was delivered."""
        value = self.market.value(self.thing)
        self.multiples.append(value / self.opening)
        self.paid = value if self.lag is None else self.paid + (value - self.paid) / self.lag
        tonnes = sum(buyer.delivered * self.content.get(buyer.material, 0.0) for buyer in self.buyers)
        self.spent += self.paid * tonnes
        self.would_have_spent += self.opening * tonnes

    def metrics(self, span: tuple[int, int] | None) -> dict[str, float]:
        """Count, peaks in force between the first control's start and the last one's end."""
        in_force = self.multiples[span[0] : span[1]] if span else []
        found = {
            "peak_multiple": max([1.0, *self.multiples]),
            "peak_in_force_multiple": max(in_force, default=math.nan),
            "extra_spend_usd": (self.spent - self.would_have_spent) * 1000,
            "paid_average_multiple": self.spent / self.would_have_spent if self.would_have_spent > 0 else 1.0,
        }
        return {f"{self.thing}@{self.market.id}/{what}": value for what, value in found.items()}


def bills(scenario: Scenario, markets: list[Market], buyers: list[Buyer]) -> list[Bill]:
    """Return a bill for each oxide and each priced product in each market; oxides count in all they are used in."""
    content = markets[0].rules.content
    contained = {
        price.oxide: {material: parts.get(element, 0.0) for material, parts in content.items()}
        for element, price in scenario.prices.elements.items()
    }
    contained |= {product: {product: 1.0} for product in scenario.prices.products}
    lag = None if scenario.prices.contract_lag is None else constant(scenario.prices.contract_lag)
    return [
        Bill(thing, market, parts, _buyers_in(scenario, market, buyers), lag, market.opening_value(thing))
        for market in markets
        for thing, parts in contained.items()
    ]


def _buyers_in(scenario: Scenario, market: Market, buyers: list[Buyer]) -> list[Buyer]:
    return [buyer for buyer in buyers if buyer.region in scenario.markets[market.id].regions]
