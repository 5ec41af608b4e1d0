"""What every actor can see: the judge of thresholds, the ledger of elements, markets, and how to ship."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .lanes import Group, Lane
from .market import Market
from .parts import Origins, Row, Yard
from .rationing import Request, netback, ration
from .treasury import Treasury


@dataclass
class Judge:
    """Decides on thresholds with a tolerance, and remembers today's closest call."""

    margin: float = math.inf

    def below(self, x: float, y: float) -> bool:
        """Return whether x is below y by more than the last few bits."""
        self.note(x, y)
        return x < y - 1e-9 * max(abs(x), abs(y))

    def note(self, x: float, y: float) -> None:
        """Remember how close x and y are, where something turns on which is the larger."""
        scale = max(abs(x), abs(y))
        if scale > 0:
            self.margin = min(self.margin, abs(x - y) / scale)


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
    claims: dict[str, str]
    """Content rule -> the region whose content counts; those that happen."""
    order_ceiling: float
    backlog_share: float
    spot_share: float
    allocation_memory: float
    netback_exponent: float
    treasury: Treasury | None

    def order(self, group: Group) -> None:
        """Order what a group lacks."""
        group.order_up_to_cover(self.order_ceiling, self.backlog_share)

    def offer(self, lanes: Iterable[Lane]) -> None:
        """Offer on each push lane its share of what lies there, no more than it may carry."""
        for lane in lanes:
            if lane.push:
                lane.wanted = min(lane.share * lane.source.stock, lane.limit)

    def ship(self, day: int, rows: Iterable[Row], lanes: list[Lane]) -> None:
        """Grant and send off what was ordered from these rows, then what is pushed."""
        for row in rows:
            leaving = [lane for lane in lanes if lane.source is row]
            pulls = [lane for lane in leaving if lane.pull]
            claims = self._claims(day, row, pulls)
            asks = [self._ask(lane, claims.get(lane.id, 0.0)) for lane in pulls]
            for lane, tonnes in zip(pulls, ration(row.stock, asks), strict=True):
                lane.depart(day, tonnes)
                lane.remember(self.allocation_memory)
            for lane in leaving:
                if lane.push:
                    lane.depart(day, min(lane.wanted, row.stock))

    def _claims(self, day: int, row: Row, lanes: list[Lane]) -> dict[str, float]:
        """Return what may be claimed under an offtake, pro rata to what is asked."""
        claiming = [(lane, lane.claim) for lane in lanes if lane.claim is not None and day >= lane.claim.first]
        whole = sum(lane.wanted for lane, _ in claiming)
        if whole <= 0:
            return {}
        return {lane.id: lane.wanted / whole * (c.share * row.stock + c.rate) for lane, c in claiming}

    def _ask(self, lane: Lane, claim: float) -> Request:
        market = self.market_of[lane.regions[1]]
        favour = netback(
            market.value(lane.material) / (1 + lane.duty),
            market.opening_value(lane.material),
            lane.freight,
            self.netback_exponent,
        )
        custom = (1 - self.spot_share) * min(lane.opening_flow, lane.taken) + self.spot_share * lane.wanted
        return Request(lane.wanted, self.priority_of[lane.receiver], custom * favour, lane.right + claim)

    def origins(self, region: str, part: Callable[[str], float]) -> Origins:
        """Return the origins of a work: all of it from an authority that it is done in, else what `part` says."""
        return {rule: 1.0 if region == home else part(rule) for rule, home in self.claims.items()}

    def multiple(self, region: str, basket: dict[str, float]) -> float:
        """Return what a basket is worth in a region as a multiple of its opening value, 1 where that is nothing."""
        market = self.market_of[region]
        opening = sum(part * market.opening_value(material) for material, part in basket.items())
        value = sum(part * market.value(material) for material, part in basket.items())
        return value / opening if opening > 0 else 1.0

    def answer_prices(self, region: str, yard: Yard) -> None:
        """Let a plant start or stop idle capacity as the value of its opening products moves."""
        if yard.idle is not None:
            yard.idle.follow(self.multiple(region, yard.opening_out))
