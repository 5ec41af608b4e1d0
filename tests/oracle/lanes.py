"""Lanes, and the groups of rows that are ordered together."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from .parts import Cargo, Layers, Row, due


@dataclass(frozen=True)
class Claim:
    """What an offtake lets those who take a product claim of it, from a day on."""

    first: int
    share: float
    rate: float


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
    usual_transit: int
    push: bool
    release: bool
    share: float
    standby: float
    capacity: float
    right: float
    freight: float
    qualification: int
    qualified: bool
    claim: Claim | None = None
    qualifying: bool = False
    requalify_after: int | None = None
    """Days on end with nothing open of it after which its qualification lapses."""
    lapsed: bool = False
    shut_for: int = 0
    """Days on end, up to yesterday, on which its layers left nothing open."""
    layers: Layers = field(default_factory=Layers)
    quotas: Layers = field(default_factory=Layers)
    """What quotas are expected to let through."""
    delays: dict[str, int] = field(default_factory=dict)
    """Freight delay -> days it adds to what leaves today."""
    duties: dict[str, float] = field(default_factory=dict)
    """Tariff -> its rate today."""
    dearer: dict[str, float] = field(default_factory=dict)
    """Control -> what middlemen take of what it carries today, in logs."""
    order_share: float = 0.0
    """The text's e."""
    flow: float = 0.0
    opening_flow: float = 0.0
    taken: float = 0.0
    """What its customer took of late: the opening flow at first."""
    wanted: float = 0.0
    """Today's request, the text's r."""
    shipped: float = 0.0
    """What left today."""
    declared: int = -1
    """The last day on which a content rule looked at what it carries."""
    yesterday: float = 0.0
    """What left yesterday; before day 0, the opening flow."""
    cargo: deque[Cargo] = field(default_factory=deque)

    @property
    def pull(self) -> bool:
        """Whether its receiver orders on it."""
        return not (self.push or self.release)

    @property
    def open_share(self) -> float:
        """What layers leave open, the text's lam."""
        return 0.0 if self.lapsed else self.layers.open_share

    @property
    def planned_share(self) -> float:
        """What layers leave open and quotas are expected to let through, the text's mu."""
        return min(self.open_share, self.quotas.open_share)

    def grow_stale(self) -> None:
        """Lapse after too many days on end without anything open; then see whether today is one more."""
        if self.requalify_after is not None and self.qualified and self.shut_for >= self.requalify_after:
            self.lapsed = True
        self.shut_for = self.shut_for + 1 if self.layers.open_share == 0 else 0

    @property
    def transit(self) -> int:
        """Days under way of what leaves today, the text's tau."""
        return self.usual_transit + sum(self.delays.values())

    @property
    def duty(self) -> float:
        """Rates of all tariffs in force."""
        return sum(self.duties.values())

    @property
    def markup(self) -> float:
        """The most that middlemen take under any control, in logs, the text's g."""
        return max(self.dearer.values(), default=0.0)

    @property
    def limit(self) -> float:
        """The most it may carry today, the text's kappa."""
        passing = self.open_share
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
            self.cargo.append(Cargo(day + self.transit, self.material, tonnes, self.source.origins))

    def remember(self, memory: float) -> None:
        """Let what left today sink into what the customer took of late."""
        self.taken += (self.shipped - self.taken) / max(1.0, memory)

    def arrive(self, day: int) -> float:
        """Take in what arrives today and return it, in received tonnes."""
        arrived = due(self.cargo, day)
        if self.landing is not None:
            for cargo in arrived:
                self.landing.receive(self.received * cargo.tonnes, cargo.origins)
        return self.received * sum(cargo.tonnes for cargo in arrived)


@dataclass(eq=False)
class Group:
    """Rows that are ordered together, and the lanes into them; received tonnes."""

    owner: str
    region: str
    priority: int
    cover: float
    rows: list[Row]
    lanes: list[Lane] = field(default_factory=list)
    hoards: dict[str, float] = field(default_factory=dict)
    """Control -> days of cover it makes firms aim at beyond their usual one, today."""
    use: float = 0.0
    lost: float = 0.0
    opening_pipeline: float = 0.0
    called_for: float = 0.0
    """What was to be ordered when it last ordered, the text's G."""

    @property
    def pulls(self) -> list[Lane]:
        """The lanes it orders on."""
        return [lane for lane in self.lanes if lane.pull]

    @property
    def pushes(self) -> list[Lane]:
        """The lanes on which things come unordered."""
        return [lane for lane in self.lanes if lane.push]

    @property
    def hoard(self) -> float:
        """The most that any control makes it hoard."""
        return max(self.hoards.values(), default=0.0)

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
        """What is under way as far as the plan means it to be."""
        return sum(
            lane.received * min(lane.flow * lane.transit, lane.under_way) for lane in self.lanes if not lane.release
        )

    def order(self, gap: float) -> None:
        """Order `gap` by today's shares; what leaks is bought as long as the usual pipeline is not full."""
        self.called_for = gap
        usual = max(self.pipeline, self.opening_pipeline)
        lacking = max(0.0, self.use * (self.cover + self.hoard) + usual - self.position)
        for lane in self.pulls:
            leaks = 0 < lane.open_share < 1
            asked = lacking if leaks else gap * lane.order_share
            lane.wanted = min(asked / lane.received, lane.limit)

    def order_up_to_cover(self, ceiling: float, backlog_share: float) -> None:
        """Order what is missing from cover and pipeline; no more than a multiple of planned use and the backlog."""
        came = sum(lane.received * lane.yesterday for lane in self.pulls)
        backlog = backlog_share * max(0.0, self.called_for - came)
        gap = max(0.0, self.use * (self.cover + self.hoard) + self.pipeline - self.position)
        self.order(min(gap, ceiling * self.use + backlog))
