"""The whole of what a scenario says."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from sim.spec.disruptions import Disruption
from sim.spec.network import Buyer, Facility, Lane, Material
from sim.spec.policies import PriceFloor, Project, RapidResponse
from sim.spec.quantity import Duration, Elasticity, Frozen, LogStep, Money, Multiple, Price, Share, Volatility


class Region(Frozen):
    """A country or a group of countries."""

    name: str
    """What a planner calls it."""


class Market(Frozen):
    """Regions that share a price."""

    name: str
    """What a planner calls it."""
    regions: tuple[str, ...] = Field(min_length=1)
    """Every region stands in exactly one market."""


class PricedElement(Frozen):
    """An element whose price moves, quoted as its oxide."""

    oxide: str
    """The material the price is quoted for; it contains this element alone."""
    opening: dict[str, Price]
    """Market -> price on day 0."""
    floor: dict[str, Price] = {}
    """Market -> price below which the quote does not fall: what the cheapest producers need."""
    volatility: Volatility | None = None
    """Of the noise on the log price. Absent: no noise."""


class PricedProduct(Frozen):
    """A product whose price is its contained elements at market price plus the cost of making it."""

    conversion: Price
    """Cost of making it, the same everywhere."""


class Prices(Frozen):
    """How prices form. docs/model.md, section Prices, has the formulas."""

    elements: dict[str, PricedElement]
    """Element -> its price."""
    products: dict[str, PricedProduct] = {}
    """Product -> how its price follows."""
    scarcity_slope: Elasticity
    """Log price per log of cover lost."""
    cover_floor: Share
    """Cover, as a share of what the plan calls for, below which scarcity rises no further."""
    cover_ceiling: Multiple
    """Cover, as a multiple of what the plan calls for, above which a glut presses no further."""
    unmet_slope: LogStep
    """Log price when everything is unmet."""
    adjustment: Duration
    """Mean days a price takes to the level that scarcity sets."""
    decay: Duration | None = None
    """Mean days it takes on the way down. Absent: as on the way up."""
    tie: Duration
    """Mean days in which open lanes close a gap between two markets."""
    noise_persistence: Duration
    """Mean days a noise in the price lasts."""
    netback_exponent: Elasticity
    """How strongly a seller who is short favours the better netback."""
    response_threshold: Multiple
    """Multiple of the opening price below which buyers do not answer to price."""
    response_smoothing: Duration
    """Mean days over which buyers feel a price."""
    long_smoothing: Duration | None = None
    """Mean days over which `long_elasticity` feels a price. Needed where a buyer has one."""
    contract_lag: Duration | None = None
    """Mean days by which what is paid follows the quote. Absent: it is the quote."""


class DemandNoise(Frozen):
    """Weekly noise on use, shared by the buyers of a region."""

    volatility: Share
    """Standard deviation of the log of use, in the long run."""
    persistence: Duration
    """Mean days a noise lasts."""


class CatchUp(Frozen):
    """Making up for lost output by overtime."""

    share: Share
    """Part of the output lost that is made up at all."""
    rate: Share
    """The most that is made up on a day, as a part of notional use."""


class Speculation(Frozen):
    """Buying ahead where prices climb, by buyers and by makers of what they work up; looked at every 30 days."""

    cover: Duration
    """The most days of use that are laid in besides."""
    starts_at: Multiple
    """Price, as a multiple of its own mean, above which anybody buys ahead."""
    full_at: Multiple
    """Multiple at which all of it is laid in."""
    memory: Duration
    """Days over which the mean of the price is felt."""


class Exports(Frozen):
    """A trade flow to be told month by month."""

    origins: tuple[str, ...] = Field(min_length=1)
    """Regions it leaves."""
    destinations: tuple[str, ...] = ()
    """Regions it goes to. Absent: all others."""
    materials: tuple[str, ...] = Field(min_length=1)
    """What is counted, in tonnes as shipped."""
    counted: Literal["departure", "arrival"] = "departure"
    """When it is counted: as customs do where it leaves, or a voyage later, where it arrives."""


class Monthly(Frozen):
    """What monthly.parquet tells besides prices and line stops."""

    exports: dict[str, Exports]
    """Name -> trade flow."""


class Measures(Frozen):
    """Where a shortage begins. Conventions, not facts."""

    shortage_share: float = Field(default=0.99, gt=0, le=1)
    """A day with less than this part of notional demand delivered is a shortage day."""
    line_stop_share: float = Field(default=0.5, gt=0, le=1)
    """A cohort that gets less than this part for `line_stop_d` days on end has stopped its line."""
    line_stop_d: int = Field(default=5, ge=1)
    """Days on end."""
    recovery_d: int = Field(default=30, ge=1)
    """Days on end without shortage that make a recovery."""


class Family(Frozen):
    """Sets of parameters that come from one origin, such as one crisis they were fitted to."""

    name: str = Field(min_length=1)
    """What a planner calls it, such as `like 2010`."""
    sets: tuple[int, ...] = Field(min_length=1)
    """Their numbers, from 0, in the lists of equally likely values (`among`)."""


class Scenario(Frozen):
    """What the world is and what it does."""

    # Built when first read, not on import: extensions, which add kinds to it, may import all of this program.
    model_config = ConfigDict(defer_build=True)

    schema_version: Literal[1]
    """The version of this format."""
    name: str = Field(pattern=r"^[a-z0-9_]+$", max_length=64)
    """Its short name."""
    question: str
    """The question it answers."""
    not_modelled: tuple[str, ...] = ()
    """What the network leaves out; every report prints it."""
    start_date: datetime.date
    """Day 0."""
    horizon_d: int = Field(ge=1, le=36_500)
    """Days simulated: [0, horizon_d)."""
    elements: tuple[str, ...] = Field(min_length=1)
    """What is balanced, in oxide-equivalent tonnes."""
    regions: dict[str, Region]
    """Id -> region."""
    markets: dict[str, Market]
    """Id -> market."""
    materials: dict[str, Material]
    """Id -> material."""
    facilities: dict[str, Facility]
    """Id -> facility."""
    buyers: dict[str, Buyer]
    """Id -> buyer."""
    lanes: dict[str, Lane]
    """Id -> lane."""
    order_ceiling: Multiple
    """Nobody orders more per day than this multiple of planned use."""
    allocation_memory: Duration
    """Days over which sellers who are short remember what each customer took."""
    spot_share: Share | None = None
    """Part of what a short seller has that goes by today's orders and netback, not by custom. Absent: 0."""
    backlog_share: Share | None = None
    """Part of what was ordered and not shipped that stays on the book, beyond the ceiling. Absent: 0."""
    catch_up: CatchUp | None = None
    """How buyers make up for lost output. Absent: they do not."""
    speculation: Speculation | None = None
    """How firms buy ahead where prices climb. Absent: they do not."""
    parameters: dict[str, Multiple] = {}
    """Name -> what figures that name it are multiplied with: doubt that many figures share."""
    families: dict[str, Family] = {}
    """Id -> sets of parameters of one origin. Every set is in one; results are told apart by them, and nothing else."""
    prices: Prices
    """How prices form."""
    demand_noise: DemandNoise | None = None
    """Noise on use. Absent: none."""
    disruptions: dict[str, Disruption] = {}
    """Id -> disruption."""
    responses: dict[str, RapidResponse] = {}
    """Id -> Rapid Response."""
    projects: dict[str, Project] = {}
    """Id -> support for plants that are not open yet."""
    floors: dict[str, PriceFloor] = {}
    """Id -> price floor."""
    budget: Money | None = None
    """What piles that the policy added, projects and price floors may spend in all. Absent: no limit but their own."""
    monthly: Monthly | None = None
    """What is told month by month. Absent: no monthly.parquet."""
    measures: Measures = Measures()
    """Where a shortage begins."""
    policy: str = "none"
    """The policy laid over the scenario; set by the reader."""
    policy_facilities: tuple[str, ...] = ()
    """Facilities that the policy added; set by the reader."""
