"""Buyers: what arrives goes to cohorts, what they use, and what price they feel."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .clock import Routine, Step
from .parts import Group, Row
from .world import World


@dataclass(eq=False)
class Cohort:
    """A part of a buyer's firms with the same cover."""

    share: float
    cover: float
    row: Row
    used: float = 0.0


@dataclass(eq=False)
class Buyer:
    """Uses one material up."""

    id: str
    region: str
    material: str
    demand: float
    growth: float
    elasticity: float
    threshold: float
    smoothing: float
    cohorts: list[Cohort]
    group: Group
    noise: list[float]
    """Factor on its use, a value a week."""
    world: World
    felt: float = 1.0
    notional: float = 0.0
    delivered: float = 0.0
    priced_out: float = 0.0
    unmet: float = 0.0

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [
            (Step.ARRIVE, self.arrive),
            (Step.USE, self.consume),
            (Step.ORDER, self.order),
            (Step.FEEL_PRICES, self.feel),
        ]

    def grown_demand(self, day: int) -> float:
        """Return the use of a day, without noise and without answer to price."""
        return self.demand * math.pow(1 + self.growth, day / 365)

    def arrive(self, day: int) -> None:
        """Divide what comes: by share up to each cohort's room, then to whoever has room, then by share."""
        came = sum(lane.arrive(day) for lane in self.group.lanes)
        room = [max(0.0, c.share * self.group.use * (c.cover + 1) - c.row.stock) for c in self.cohorts]
        parts = [min(gap, c.share * came) for gap, c in zip(room, self.cohorts, strict=True)]
        rest = came - sum(parts)
        lacking = sum(gap - part for gap, part in zip(room, parts, strict=True))
        if lacking > 0:
            fill = min(1.0, rest / lacking)
            parts = [part + (gap - part) * fill for gap, part in zip(room, parts, strict=True)]
        rest = came - sum(parts)
        for cohort, part in zip(self.cohorts, parts, strict=True):
            cohort.row.stock = max(0.0, cohort.row.stock + part + cohort.share * rest)

    def consume(self, day: int) -> None:
        """Use up what is wanted at the price felt, as far as each cohort has it."""
        self.notional = self.grown_demand(day) * self.noise[day // 7]
        answer = max(self.felt, self.threshold) / self.threshold
        wanted = self.notional * math.pow(answer, -self.elasticity)
        for cohort in self.cohorts:
            cohort.used = min(cohort.row.stock, cohort.share * wanted)
            cohort.row.take(cohort.used)
        self.delivered = sum(cohort.used for cohort in self.cohorts)
        self.priced_out = self.notional - wanted
        self.unmet = wanted - self.delivered
        self.world.ledger.leave(self.material, self.delivered)

    def order(self, _day: int) -> None:
        """Order for all cohorts together."""
        self.group.order_up_to_cover(self.world.order_ceiling)

    def feel(self, _day: int) -> None:
        """Let the day's price sink in."""
        market = self.world.market_of[self.region]
        opening = market.opening_value(self.material)
        ratio = market.value(self.material) / opening if opening > 0 else 1.0
        self.felt += (ratio - self.felt) / self.smoothing
