"""What a story and the day step are handed: the calendar, the draws, the rows, and everything that stands on them."""

from __future__ import annotations

from dataclasses import dataclass, field

from scipy.sparse import csr_array

from sim.arrays import Array, Index, Mask
from sim.building import Building
from sim.chance.dates import When
from sim.chance.draws import Draws
from sim.clock import Clock
from sim.entities.answers import IdleCapacity, Thrifts
from sim.entities.buyers import Buyers
from sim.entities.detours import Detours
from sim.entities.floors import Floors
from sim.entities.lanes import Lanes
from sim.entities.layers import Layers
from sim.entities.makers import Makers
from sim.entities.market import Market
from sim.entities.mines import Mines
from sim.entities.normal import Normal
from sim.entities.origin import Origin
from sim.entities.plan import Plan
from sim.entities.quotas import Allowance
from sim.entities.responses import Responses
from sim.entities.rows import Rows
from sim.entities.separation import SeparationPlants
from sim.entities.shelves import Shelves
from sim.entities.speculation import Speculation
from sim.entities.stockpiles import Stockpiles
from sim.entities.values import Values
from sim.results.futures import Event, EventKind
from sim.spec.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Works:
    """What is made: mines, separated products, recipes, in the order of `Rows.works`."""

    stock: Array
    """Ready, t, (work, replication)."""
    position: Array
    """Ready and in work, t, (work, replication)."""
    cover_d: Array
    """Days of planned output that should be ready or in work, (work, replication)."""
    begun: Array
    """Work begun today, t, (work, replication)."""
    begun_t: Array
    """Made since the start, surplus included, t, (work, replication)."""
    shelves: Shelves
    """In work."""
    falls: csr_array
    """By-products per tonne of work, (by-product, work)."""


@dataclass(frozen=True)
class ValueRows:
    """Which value row prices what."""

    plant_product: Index
    lane: Index
    buyer: Index
    pile: Index


@dataclass(frozen=True, eq=False)
class World:
    """One block of replications of a scenario; blocks are (row, replication) throughout."""

    scenario: Scenario
    rows: Rows
    clock: Clock
    draws: Draws
    when: dict[str, When]
    """Disruption -> its days."""
    building: Building
    """When plants open that are not open yet."""
    disturbed: Mask
    """The replications that disruptions may hit; the others are undisturbed twins."""
    stock: Array
    """Every stock row, t, (stock row, replication)."""
    position: Array
    """On hand and under way, t, (group, replication)."""
    limits: Layers
    """What outages leave of each facility."""
    lanes: Lanes
    shelves: Shelves
    """Cargo under way."""
    detours: Detours | None
    """Cargo that is delayed, where any may be."""
    quotas: list[Allowance]
    """Export quotas in file order; added to by the stories."""
    plan: Plan
    opening_flow_tpd: Array
    """Planned on day 0, shipped t/d, (lane, replication)."""
    normal: Normal
    """What stocks the plan calls for."""
    works: Works
    mines: Mines
    plants: SeparationPlants
    makers: Makers
    buyers: Buyers
    stockpiles: Stockpiles
    floors: Floors
    responses: Responses
    answers: tuple[Thrifts | IdleCapacity, ...]
    """Who answers to prices."""
    speculation: Speculation | None
    """Who buys ahead where prices climb."""
    origins: dict[str, Origin]
    """Content rule -> what it follows."""
    market: Market
    values: Values
    value: Array
    """Latest, USD/kg, (value row, replication)."""
    value_rows: ValueRows
    opening_value: Array
    """USD/kg, (value row, 1)."""
    demand_noise: Array
    """Factor on use, (region, week, replication)."""
    disruption_day: Array
    """First day that measures count from, NaN where there is none, (replication,)."""
    control_end_day: Array
    """The day after the last that measures count to, NaN where there is none, (replication,)."""
    watched: bool = False
    """Whether the diary notes what happens to single plants and buyers too, for the story of a future."""
    diary: list[Event] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Columns of every block."""
        return len(self.disturbed)

    def part(self, kind: str) -> Array:
        """Return a kind of stock rows, as a view."""
        return self.stock[self.rows.stock[kind]]

    def note(self, kind: EventKind, subject: str, hit: Mask, text: str = "", values: Array | None = None) -> None:
        """Write into the diary that something happened today in the futures hit; twins keep none."""
        (own,) = (hit & self.disturbed).nonzero()
        if len(own):
            number = self.draws.replications[own]
            self.diary.append(
                Event(self.clock.day, kind, subject, number, text, None if values is None else values[own])
            )
