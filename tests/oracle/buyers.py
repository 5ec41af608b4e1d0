"""Buyers: what arrives goes to cohorts, what they use, save and make up for, and what price they feel."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

from .answers import Thrift
from .clock import Routine, Step
from .lanes import Group
from .parts import Row
from .world import World


@dataclass(eq=False)
class Cohort:
    """A part of a buyer's firms with the same cover."""

    share: float
    cover: float
    row: Row
    used: float = 0.0


@dataclass(eq=False)
class Feeling:
    """A price that sinks in slowly, and how strongly use answers to it."""

    elasticity: float
    smoothing: float
    threshold: float
    """Multiple of the opening value below which nobody answers."""
    felt: float = 1.0

    def feel(self, multiple: float) -> None:
        """Let a day's price sink in."""
        self.felt += (multiple - self.felt) / self.smoothing

    @property
    def factor(self) -> float:
        """What use is multiplied with."""
        return self.factor_at(self.felt)

    def factor_at(self, multiple: float) -> float:
        """What use is multiplied with where this multiple of the opening price is felt, or less."""
        return math.pow(max(min(multiple, self.felt), self.threshold) / self.threshold, -self.elasticity)


@dataclass(eq=False)
class CatchUp:
    """Making up for lost output by overtime."""

    share: float
    rate: float
    owed: float = 0.0


@dataclass(eq=False)
class Buyer:
    """Uses one material up."""

    id: str
    region: str
    material: str
    demand: float
    growth: float
    growth_until: float
    feelings: list[Feeling]
    thrift: Thrift | None
    catch_up: CatchUp | None
    cohorts: list[Cohort]
    group: Group
    noise: list[float]
    """Factor on its use, a value a week."""
    world: World
    surges: dict[str, float] = field(default_factory=dict)
    """Demand surge -> what it multiplies use with today."""
    notional: float = 0.0
    thrifted: float = 0.0
    delivered: float = 0.0
    priced_out: float = 0.0
    forgone: float = 0.0
    """What giving use up cost beyond what it saved, tonnes at the opening price."""
    unmet: float = 0.0
    caught_up: float = 0.0

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [
            (Step.ARRIVE, self.arrive),
            (Step.USE, self.consume),
            (Step.ORDER, self.order),
            (Step.ANSWER_PRICES, self.answer),
        ]

    @property
    def surge(self) -> float:
        """The product of the factors in force on its use."""
        return math.prod(self.surges.values())

    def planned_demand(self, day: int) -> float:
        """Return the use of a day, without noise and without answer to price."""
        return self.demand * math.pow(1 + self.growth, min(day, self.growth_until) / 365) * self.surge

    def arrive(self, day: int) -> None:
        """Divide what comes: by share up to each cohort's room, then to whoever has room, then by share."""
        came = sum(lane.arrive(day) for lane in self.group.lanes)
        room = [self._room(cohort) for cohort in self.cohorts]
        parts = [min(gap, c.share * came) for gap, c in zip(room, self.cohorts, strict=True)]
        rest = came - sum(parts)
        lacking = sum(gap - part for gap, part in zip(room, parts, strict=True))
        if lacking > 0:
            fill = min(1.0, rest / lacking)
            parts = [part + (gap - part) * fill for gap, part in zip(room, parts, strict=True)]
        rest = came - sum(parts)
        for cohort, part in zip(self.cohorts, parts, strict=True):
            cohort.row.stock = max(0.0, cohort.row.stock + part + cohort.share * rest)

    def _room(self, cohort: Cohort) -> float:
        full = cohort.share * self.group.use * (cohort.cover + self.group.hoard + 1)
        return max(0.0, full - cohort.row.stock)

    def consume(self, day: int) -> None:
        """Use up what is wanted at the prices felt, as far as each cohort has it; then make up for what was lost."""
        self.notional = self.planned_demand(day) * self.noise[day // 7]
        self.thrifted = self.notional * (self.thrift.level if self.thrift else 0.0)
        wanted = self.notional - self.thrifted
        for feeling in self.feelings:
            wanted *= feeling.factor
        for cohort in self.cohorts:
            cohort.used = min(cohort.row.stock, cohort.share * wanted)
            cohort.row.take(cohort.used)
        self.delivered = sum(cohort.used for cohort in self.cohorts)
        self.priced_out = self.notional - self.thrifted - wanted
        self.forgone = self._forgone(self.notional - self.thrifted, wanted)
        self.unmet = wanted - self.delivered
        self.caught_up = self._overtime(self.catch_up) if self.catch_up else 0.0
        self.world.ledger.leave(self.material, self.delivered + self.caught_up)

    def _forgone(self, full: float, wanted: float) -> float:
        """Integrate use beyond what is wanted over prices: use is a power of the price between those that are felt."""
        bends = sorted({1.0} | {max(one.threshold, 1.0) for one in self.feelings} | {one.felt for one in self.feelings})
        lost = 0.0
        for low, high in itertools.pairwise(price for price in bends if price >= 1):
            bending = [one for one in self.feelings if low >= one.threshold and one.felt >= high]
            use = full * math.prod(one.factor_at(low) for one in self.feelings)
            lost += use * _area(low, high, sum(one.elasticity for one in bending)) - wanted * (high - low)
        return lost

    def _overtime(self, catch_up: CatchUp) -> float:
        """Use up some of what is owed, from what the day left; the last bit of a sum is not owed by anybody."""
        wanted = max(0.0, min(catch_up.owed, catch_up.rate * self.notional))
        got = 0.0
        for cohort in self.cohorts:
            more = min(cohort.row.stock, cohort.share * wanted)
            cohort.row.take(more)
            got += more
        catch_up.owed += catch_up.share * self.unmet - got
        return got

    def order(self, _day: int) -> None:
        """Order for all cohorts together."""
        self.world.order(self.group)

    def answer(self, _day: int) -> None:
        """Let the day's price sink in, and learn from it."""
        multiple = self.world.multiple(self.region, {self.material: 1.0})
        for feeling in self.feelings:
            feeling.feel(multiple)
        if self.thrift:
            self.thrift.learn(multiple)


def _area(low: float, high: float, elasticity: float) -> float:
    """Return the integral of (price / low) ** -elasticity from low to high."""
    gap = 1 - elasticity
    span = math.log(high / low)
    return low * (math.expm1(gap * span) / gap if gap else span)
