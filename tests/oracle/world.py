"""What every actor can see: the judge of thresholds, the ledger of elements, markets, and how to ship."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .market import Market
from .parts import Lane, Row
from .rationing import Request, netback, ration


@dataclass
class Judge:
    """Decides on thresholds with a tolerance, and remembers today's closest call."""

    margin: float = math.inf

    def below(self, x: float, y: float) -> bool:
        """Return whether x is below y by more than the last few bits."""
        scale = max(abs(x), abs(y))
        if scale > 0:
            self.margin = min(self.margin, abs(x - y) / scale)
        return x < y - 1e-9 * scale


@dataclass
class Ledger:
    """What entered and left the network, tonnes per element."""

    content: dict[str, dict[str, float]]
    mined: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    left: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Tailings, makers' losses and use."""

    def mine(self, material: str, tonnes: float) -> None:
        """Book ore brought up."""
        self._book(self.mined, material, tonnes)

    def leave(self, material: str, tonnes: float) -> None:
        """Book what is used up or fed to a plant; what a plant makes of it is booked back, negative."""
        self._book(self.left, material, tonnes)

    def _book(self, account: defaultdict[str, float], material: str, tonnes: float) -> None:
        for element, content in self.content[material].items():
            account[element] += content * tonnes


@dataclass
class World:
    """What the actors share."""

    judge: Judge
    ledger: Ledger
    market_of: dict[str, Market]
    """Region -> its market."""
    priority_of: dict[str, int]
    """Receiver -> its priority."""
    piles: frozenset[str]
    """Ids of the stockpiles."""
    order_ceiling: float
    allocation_memory: float
    netback_exponent: float

    def ship(self, day: int, rows: Iterable[Row], lanes: list[Lane]) -> None:
        """Grant and send off what was ordered from these rows, then what is pushed."""
        for row in rows:
            leaving = [lane for lane in lanes if lane.source is row]
            on_hand = row.stock
            pulls = [lane for lane in leaving if lane.pull]
            for lane, tonnes in zip(pulls, ration(on_hand, [self._ask(ln) for ln in pulls]), strict=True):
                lane.depart(day, tonnes)
                lane.remember(self.allocation_memory)
            for lane in leaving:
                if lane.push:
                    lane.depart(day, min(lane.share * on_hand, lane.limit, row.stock))

    def _ask(self, lane: Lane) -> Request:
        market = self.market_of[lane.regions[1]]
        favour = netback(
            market.value(lane.material),
            market.opening_value(lane.material),
            lane.freight,
            self.netback_exponent,
        )
        weight = min(lane.opening_flow, lane.taken) * favour
        return Request(lane.wanted, self.priority_of[lane.receiver], weight, lane.right)
