"""Prices: one market per group of regions, drawn to the level that scarcity sets (section 7)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from .clock import Routine, Step
from .lanes import Lane
from .parts import Row

HELD_FORMS = ("oxide", "metal", "magnet")


@dataclass(frozen=True)
class PriceRules:
    """The numbers of the price block that are the same in every market."""

    content: dict[str, dict[str, float]]
    forms: dict[str, str]
    conversion: dict[str, float]
    scarcity_slope: float
    cover_floor: float
    cover_ceiling: float
    unmet_slope: float
    adjustment: float
    decay: float
    tie: float
    noise: dict[str, list[float]]
    """Element -> log price noise, a value a week."""


@dataclass
class Demand:
    """What a market must know of one of its buyers."""

    material: str
    notional: Callable[[], float]
    unmet: Callable[[], float]


@dataclass(eq=False)
class Market:
    """Regions that share a price per element."""

    id: str
    rules: PriceRules
    opening: dict[str, float]
    """Element -> price on day 0."""
    floor: dict[str, float]
    """Element -> price below which it does not fall."""
    discounts: dict[tuple[str, str], float] = field(default_factory=dict)
    """Dumping and element -> how far it presses the price today, in logs."""
    rows: list[Row] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    ties: list[tuple[Market, list[Lane]]] = field(default_factory=list)
    """Every other market, and the pull lanes between it and this one, either way."""
    imports: list[Lane] = field(default_factory=list)
    """The pull lanes into it from other regions that ship what is priced."""
    x: dict[str, float] = field(default_factory=dict)
    coming: dict[str, float] = field(default_factory=dict)
    price: dict[str, float] = field(default_factory=dict)
    held0: dict[str, float] = field(default_factory=dict)

    @property
    def routine(self) -> Routine:
        """What it does every day: all markets weigh before any posts."""
        return [(Step.WEIGH_PRICES, self.weigh), (Step.POST_PRICES, self.post)]

    def open(self) -> None:
        """Take the opening stocks and prices as the level to compare with."""
        self.x = {element: 0.0 for element in self.opening}
        self.price = dict(self.opening)
        self.held0 = {element: self.held(element) for element in self.opening}

    def value(self, material: str) -> float:
        """Return what a kilogram is worth at the latest posted price."""
        return self._value(material, self.price)

    def opening_value(self, material: str) -> float:
        """Return what a kilogram was worth on opening."""
        return self._value(material, self.opening)

    def _value(self, material: str, price: dict[str, float]) -> float:
        content = self.rules.content[material]
        contained = sum(content.get(element, 0.0) * price[element] for element in price)
        return contained + self.rules.conversion.get(material, 0.0)

    def jump(self, element: str, step: float) -> None:
        """Let the log price of an element step at an announcement."""
        self.x[element] += step

    def held(self, element: str, tonnes: Callable[[Row], float] = lambda row: row.stock) -> float:
        """Return the element's tonnes in oxide, metal and magnets in this market; surplus does not count."""
        content, forms = self.rules.content, self.rules.forms
        return sum(
            content[row.material].get(element, 0.0) * tonnes(row)
            for row in self.rows
            if forms[row.material] in HELD_FORMS and not row.is_surplus
        )

    def weigh(self, _day: int) -> None:
        """Find tomorrow's log prices from today's stocks and everybody's log prices of yesterday."""
        for element, x in self.x.items():
            pressed = sum(discount for (_, e), discount in self.discounts.items() if e == element)
            gap = self.level(element) - pressed + self._middlemen(element) - x
            pull = gap / (self.rules.adjustment if gap >= 0 else self.rules.decay)
            drift = sum(self._tie(element, other, lanes) for other, lanes in self.ties)
            self.coming[element] = x + pull + drift

    def post(self, day: int) -> None:
        """Make the weighed prices the latest ones."""
        for element, x in self.coming.items():
            self.x[element] = x
            noise = self.rules.noise[element][day // 7]
            quote = self.opening[element] * math.exp(x + noise)
            self.price[element] = max(quote, self.floor.get(element, 0.0))

    def level(self, element: str) -> float:
        """Return the log price that today's scarcity calls for, the text's x*."""
        normal = self.held(element, lambda row: row.normal)
        held = self.held(element)
        glut = self.rules.cover_ceiling if held > 1e-9 else 1.0
        cover = min(held / normal, self.rules.cover_ceiling) if normal > 0 else glut
        unmet = self.rules.unmet_slope * self._unmet(element)
        return -self.rules.scarcity_slope * math.log(max(cover, self.rules.cover_floor)) + unmet

    def _unmet(self, element: str) -> float:
        content = [self.rules.content[demand.material].get(element, 0.0) for demand in self.demands]
        unmet = sum(c * demand.unmet() for c, demand in zip(content, self.demands, strict=True))
        notional = sum(c * demand.notional() for c, demand in zip(content, self.demands, strict=True))
        return unmet / notional if notional > 0 else 0.0

    def _middlemen(self, element: str) -> float:
        passing = [
            (self.rules.content[lane.material].get(element, 0.0) * lane.opening_flow * lane.planned_share, lane.markup)
            for lane in self.imports
        ]
        whole = sum(tonnes for tonnes, _ in passing)
        return sum(tonnes * markup for tonnes, markup in passing) / whole if whole > 0 else 0.0

    def _tie(self, element: str, other: Market, lanes: list[Lane]) -> float:
        if element not in other.x:
            return 0.0
        content = [self.rules.content[lane.material].get(element, 0.0) for lane in lanes]
        usual = sum(c * lane.opening_flow for c, lane in zip(content, lanes, strict=True))
        passing = sum(c * lane.opening_flow * lane.planned_share for c, lane in zip(content, lanes, strict=True))
        held = self.held0[element] + other.held0[element]
        if usual <= 0 or held <= 0:
            return 0.0
        weight = (passing / usual) ** 2 * other.held0[element] / held
        return weight * (other.x[element] - self.x[element]) / self.rules.tie
