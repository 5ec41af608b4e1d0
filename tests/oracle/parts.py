"""What the actors hold and share: rows, layers, lanes, groups, and the yard of a plant."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

TOLERANCE = 1e-9


@dataclass(eq=False)
class Row:
    """Tonnes of one material in one place; `key` is its name in the diary."""

    key: str
    material: str
    region: str
    is_surplus: bool = False
    stock: float = 0.0
    normal: float = 0.0
    """What today's plan calls for; of a stockpile, what it opened with."""

    def take(self, tonnes: float) -> None:
        """Take tonnes out; the last bit of a sum does not make a stock negative."""
        self.stock = max(0.0, self.stock - tonnes)


@dataclass(eq=False)
class Layers:
    """What several causes leave open of a lane or a plant: the smallest of them."""

    standing: dict[str, float] = field(default_factory=dict)

    @property
    def open_share(self) -> float:
        """The part left open, 1 where nothing stands."""
        return min(self.standing.values(), default=1.0)


@dataclass
class Cargo:
    """Tonnes on their way, or in work, and the day they arrive or are ready."""

    day: int
    material: str
    tonnes: float


def due(shelf: deque[Cargo], day: int) -> list[Cargo]:
    """Take off a shelf what arrives on `day`; what leaves later never arrives earlier."""
    arrived = []
    while shelf and shelf[0].day <= day:
        arrived.append(shelf.popleft())
    return arrived


@dataclass(eq=False)
class Lane:
    """A way from a row to a group; everything in shipped tonnes unless said otherwise."""

    id: str
    stream: str
    """Name its random numbers are drawn under."""
    shipper: str
    receiver: str
    regions: tuple[str, str]
    material: str
    source: Row
    landing: Row | None
    """The row it fills; None at a buyer, whose cohorts divide what comes."""
    received: float
    """Tonnes received per tonne shipped, the text's f."""
    transit: int
    push: bool
    release: bool
    share: float
    standby: float
    capacity: float
    right: float
    freight: float
    qualification: int
    qualified: bool
    qualifying: bool = False
    layers: Layers = field(default_factory=Layers)
    order_share: float = 0.0
    """The text's e."""
    flow: float = 0.0
    opening_flow: float = 0.0
    taken: float = 0.0
    """What its customer took of late: the opening flow at first."""
    wanted: float = 0.0
    """Today's order, the text's r."""
    shipped: float = 0.0
    """What left today."""
    yesterday: float = 0.0
    """What left yesterday; before day 0, the opening flow."""
    cargo: deque[Cargo] = field(default_factory=deque)

    @property
    def pull(self) -> bool:
        """Whether its receiver orders on it."""
        return not (self.push or self.release)

    @property
    def limit(self) -> float:
        """The most it may carry today, the text's kappa."""
        passing = self.layers.open_share
        return min(self.capacity, passing * self.opening_flow) if passing < 1 else self.capacity

    @property
    def under_way(self) -> float:
        """Shipped tonnes that have not arrived."""
        return sum(cargo.tonnes for cargo in self.cargo)

    def depart(self, day: int, tonnes: float) -> None:
        """Ship tonnes out of the row."""
        self.source.take(tonnes)
        self.shipped += tonnes
        if tonnes > 0:
            self.cargo.append(Cargo(day + self.transit, self.material, tonnes))

    def remember(self, memory: float) -> None:
        """Let what left today sink into what the customer took of late."""
        self.taken += (self.shipped - self.taken) / max(1.0, memory)

    def arrive(self, day: int) -> float:
        """Take in what arrives today and return it, in received tonnes."""
        tonnes = self.received * sum(cargo.tonnes for cargo in due(self.cargo, day))
        if self.landing is not None:
            self.landing.stock += tonnes
        return tonnes


@dataclass(eq=False)
class Group:
    """Rows that are ordered together, and the lanes into them; received tonnes."""

    owner: str
    region: str
    priority: int
    cover: float
    rows: list[Row]
    lanes: list[Lane] = field(default_factory=list)
    use: float = 0.0
    lost: float = 0.0

    @property
    def pulls(self) -> list[Lane]:
        """The lanes it orders on."""
        return [lane for lane in self.lanes if lane.pull]

    @property
    def pushes(self) -> list[Lane]:
        """The lanes on which things come unordered."""
        return [lane for lane in self.lanes if lane.push]

    @property
    def position(self) -> float:
        """What is in the rows and under way into them, releases included."""
        return sum(row.stock for row in self.rows) + sum(lane.received * lane.under_way for lane in self.lanes)

    @property
    def pipeline(self) -> float:
        """What is under way as a rule."""
        return sum(lane.received * lane.flow * lane.transit for lane in self.lanes if not lane.release)

    @property
    def going(self) -> float:
        """What keeps the lanes that still deliver filled."""
        return sum(
            lane.received * min(lane.flow, lane.yesterday) * lane.transit for lane in self.lanes if not lane.release
        )

    def order(self, gap: float) -> None:
        """Order `gap` over the pull lanes by today's shares, no more than each may carry."""
        for lane in self.pulls:
            leaks = 0 < lane.layers.open_share < 1
            lane.wanted = lane.limit if leaks else min(gap * lane.order_share / lane.received, lane.limit)

    def order_up_to_cover(self, ceiling: float) -> None:
        """Order what is missing from cover and pipeline, no more than a multiple of planned use."""
        gap = max(0.0, self.use * self.cover + self.pipeline - self.position)
        self.order(min(gap, ceiling * self.use))


@dataclass(eq=False)
class Yard:
    """A plant's products: on hand, in work, and how much of them the plan calls for."""

    rows: dict[str, Row]
    cover: float
    lead: int
    capacity: float
    layers: Layers = field(default_factory=Layers)
    works: deque[Cargo] = field(default_factory=deque)
    out: dict[str, float] = field(default_factory=dict)
    """Material -> planned tonnes a day."""

    @property
    def capacity_today(self) -> float:
        """Nameplate capacity less what outages take."""
        return self.capacity * self.layers.open_share

    def in_work(self, material: str) -> float:
        """Tonnes of a material begun and not ready."""
        return math.fsum(work.tonnes for work in self.works if work.material == material)

    def gap(self, material: str) -> float:
        """What is missing from the plan's cover, lead and today's sales."""
        target = self.out[material] * (self.cover + self.lead + 1)
        return max(0.0, target - self.rows[material].stock - self.in_work(material))

    def begin(self, day: int, material: str, tonnes: float) -> None:
        """Put tonnes in work."""
        if tonnes > 0:
            self.works.append(Cargo(day + self.lead, material, tonnes))

    def finish(self, day: int) -> None:
        """Take in what is ready today."""
        for work in due(self.works, day):
            self.rows[work.material].stock += work.tonnes
