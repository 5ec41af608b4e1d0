"""Buying ahead where prices climb (section 7): one speculator per buyer, and per maker and input."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.spec.scenario import Scenario

from .build import Chain
from .buyers import Buyer
from .clock import Routine, Step
from .draws import Draws
from .facilities import Maker
from .lanes import Group
from .market import Market

REVIEW_DAYS = 30


@dataclass(eq=False)
class Speculator:
    """Lays in more of one material while its value stands above its own mean."""

    group: Group
    market: Market
    material: str
    most: float
    starts_at: float
    full_at: float
    memory: float
    mean: float

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [(Step.CALENDAR, self.review), (Step.ANSWER_PRICES, self.follow)]

    def review(self, day: int) -> None:
        """Look at the latest price, every 30 days."""
        if day > 0 and day % REVIEW_DAYS == 0:
            multiple = self.market.value(self.material) / self.mean if self.mean > 0 else 1.0
            above = math.log(max(multiple, self.starts_at) / self.starts_at)
            self.group.hoards["speculation"] = self.most * min(1.0, above / math.log(self.full_at / self.starts_at))

    def follow(self, _day: int) -> None:
        """Let a day's price sink in."""
        self.mean += (self.market.value(self.material) - self.mean) / self.memory


def speculators(scenario: Scenario, draws: Draws, chain: Chain) -> list[Speculator]:
    """Return who buys ahead, if anybody does."""
    terms = scenario.speculation
    if terms is None:
        return []
    bought = [(a.group, a.region, a.material) for a in chain.actors.values() if isinstance(a, Buyer)]
    for actor in chain.actors.values():
        if isinstance(actor, Maker):
            bought += [(group, actor.region, material) for material, group in actor.groups.items()]
    numbers = [
        draws.number(quantity, f"speculation/{name}")
        for name, quantity in (
            ("cover", terms.cover), ("starts_at", terms.starts_at), ("full_at", terms.full_at), ("memory", terms.memory)
        )
    ]  # fmt: skip
    market_of = chain.world.market_of
    return [
        Speculator(group, market_of[region], material, *numbers, mean=market_of[region].opening_value(material))
        for group, region, material in bought
    ]
