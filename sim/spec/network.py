"""What stands in the network: materials, facilities, buyers and the lanes between them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from sim.spec.kinds import Kinds, kind_of
from sim.spec.piles import Call, OneOrMore, PileStock, Refill, Rotation
from sim.spec.quantity import (
    Duration,
    Elasticity,
    Frozen,
    Growth,
    Interest,
    Multiple,
    Price,
    Rate,
    Ratio,
    Share,
    Storage,
)

Priority = Annotated[int, Field(ge=1, le=9)]


class Answer(Frozen):
    """How firms answer to a price that stays high, little by little."""

    starts_at: Multiple
    """Multiple of the opening value from which they answer."""
    full_at: Multiple
    """Multiple at which they answer in full."""
    lag: Duration
    """Mean days they take."""


class Thrift(Answer):
    """Doing with less of a material; what has been learnt is not forgotten."""

    limit: Share
    """The most that can be saved."""


class Idle(Answer):
    """Capacity that stands idle at the opening prices, and again once they are back."""

    capacity: Rate
    """What can be started again, beside the nameplate."""


class Material(Frozen):
    """Something that is held and shipped, and what elements a tonne of it contains."""

    form: Literal["concentrate", "scrap", "oxide", "metal", "magnet"]
    """Its place in the chain. Oxide, metal and magnets count as held in the market; ore and scrap do not."""
    content: dict[str, Ratio]
    """Element -> tonnes of oxide-equivalent per tonne of the material."""
    name: str = ""
    """What a planner calls it."""


class _Placed(Frozen):
    name: str = ""
    """What a planner calls it."""
    region: str
    """Where it stands."""
    stream: str | None = None
    """Name its random numbers are drawn under; its own id where absent."""


class _Facility(_Placed):
    drawn: ClassVar[tuple[str, ...]] = ()
    """Fields of an added kind that its `tell` draws for every future; the others are constants."""

    def tell(self, world: Any, i: str) -> None:
        """Put what it does by itself on the calendar of a `sim.world.World`, twins included: nothing.

        A kind that an installed package adds, a subclass of the kind it is a sort of, may have more to tell.
        """

    def habit(self) -> str:
        """Say what it does by itself, as a clause: `freezes for 90 d every year`; nothing where it does nothing."""
        return ""


class _Plant(_Facility):
    capacity: Rate
    """Nameplate. Mines and separation: REO; makers: product."""
    lead: Duration
    """From the day a tonne is worked to the day it is ready; at least one day."""
    cover: Duration
    """Days of opening sales held ready as product."""
    opens: Duration | None = None
    """Day it is commissioned; from day 0 where absent. Until then nothing leaves it."""
    odds: Share | None = None
    """Chance that a plant that `opens` ever does. Absent: it does."""
    idle: Idle | None = None
    """What starts again when the value of its products stays high."""


class Mine(_Plant):
    """Brings an ore, or scrap from outside the model, to the surface, to order."""

    kind: Literal["mine"]
    product: str
    """The material it ships."""


class SeparationPlant(_Plant):
    """Turns each feed into separated products by that feed's assay and the plant's recovery. Recyclers are ones."""

    kind: Literal["separation"]
    products: tuple[str, ...] = Field(min_length=1)
    """Materials made. No element stands in more than one of them."""
    recovery: dict[str, Share]
    """Element -> share recovered from the feed."""
    feed_cover: Duration
    """Days of opening use held as feed."""
    operating_cost: Price | None = None
    """Per kg REO of feed; it runs only while its basket of products pays this. Always, where absent."""


class Recipe(Frozen):
    """What one tonne of a product takes and what it leaves."""

    inputs: dict[str, Ratio] = Field(min_length=1)
    """Material -> tonnes per tonne of product."""
    byproducts: dict[str, Ratio] = {}
    """Material -> tonnes per tonne of product, such as machining swarf."""


class Maker(_Plant):
    """Turns materials into products by recipe: metal and alloy makers, magnet makers."""

    kind: Literal["maker"]
    stage: Literal["metal", "magnet"]
    """Magnets are made before metal within a day."""
    recipes: dict[str, Recipe] = Field(min_length=1)
    """Product -> recipe. Scarce inputs and capacity go to the recipes in the order listed here."""
    feed_cover: Duration
    """Days of opening use held of each input."""
    thrift: dict[str, Thrift] = {}
    """Input -> how its recipes learn to do with less of it as its value rises."""


class Stockpile(_Facility):
    """Holds materials for a bad day and releases them when projected cover runs low."""

    kind: Literal["stockpile"]
    owners: tuple[str, ...] = Field(min_length=1)
    """Regions that own it."""
    shares: dict[str, Share] = {}
    """Owner -> its part of what is held and bought; it draws for its own region alone. Absent: drawn by need."""
    entitlement: Share | None = None
    """Part of what one owner brought in that the other owners may draw, once theirs is gone. Absent: 0."""
    stocks: dict[str, PileStock] = Field(min_length=1)
    """Material -> what is held."""
    days_of: OneOrMore = ()
    """The facility or buyer, or a list of them, whose opening use one day of stock stands for."""
    trigger: Duration | None = None
    """It releases what brings the projected cover of those it serves up to this; with a `rate` or a `ration` a day's
    use to each whose cover is below it, or to all where absent."""
    when: Call | None = None
    """What else must be the case for it to release. Absent: nothing."""
    rate: Rate | None = None
    """Let go a day, over its materials by their target tonnes, instead of what cover lacks."""
    ration: Duration | None = None
    """Days over which it lets go what it holds when called on, instead of what cover lacks."""
    first: tuple[str, ...] = ()
    """Buyers and facilities that are served before all others, whatever their class."""
    release_over: Duration | None = None
    """The least days over which the target stock is let go; no limit where absent."""
    handling: Duration | None = None
    """Days from the decision to the departure. Absent: 0."""
    decision_day: Duration | None = None
    """Day before which it neither releases nor buys. Absent: day 0."""
    refill: Refill | None = None
    """How it buys; never, where absent."""
    rotation: Rotation | None = None
    """How its content is kept fresh. Absent: it is not, and keeps for ever."""
    storage: Storage | None = None
    """What it costs to keep a tonne for a year. Absent: nothing."""
    capital: Interest | None = None
    """Yearly cost of the money tied up in what it has, at opening values. Absent: nothing."""


SHIPPED = (Mine, SeparationPlant, Maker, Stockpile)
Facility = Annotated[Mine | SeparationPlant | Maker | Stockpile, Kinds("facilities", SHIPPED, "habit")]


def shipped_kind(facility: Facility) -> str:
    """Return which of the shipped kinds a facility is of, or is a sort of."""
    return kind_of(_shipped(facility))


def without_story(facility: Facility) -> Facility:
    """Return the facility as one of the shipped kind that it is a sort of."""
    model = _shipped(facility)
    if type(facility) is model:
        return facility
    fields = {name: getattr(facility, name) for name in model.model_fields}
    return model.model_construct(**(fields | {"kind": kind_of(model)}))


def _shipped(facility: Facility) -> type[Mine | SeparationPlant | Maker | Stockpile]:
    return next(model for model in SHIPPED if isinstance(facility, model))


class Cohort(Frozen):
    """A part of a buyer's firms that hold the same cover."""

    share: Share
    """Part of the buyer's tonnage."""
    cover: Duration
    """Days of use held."""


class Buyer(_Placed):
    """Uses one material up. Its id is `<region>.<end_use>`."""

    end_use: str
    """What it makes: ev, wind, defense."""
    material: str
    """What it uses."""
    demand: Rate
    """Use on day 0."""
    priority: Priority
    """1 is served first when suppliers are short."""
    cohorts: tuple[Cohort, ...] = Field(min_length=1)
    """Firms by the cover they hold; shares sum to 1."""
    growth: Growth | None = None
    """Yearly growth of use, compounding daily."""
    growth_until: Duration | None = None
    """Day from which use grows no further. Absent: it goes on."""
    elasticity: Elasticity | None = None
    """How strongly use falls with the price of its material, as a positive number."""
    long_elasticity: Elasticity | None = None
    """How strongly it falls besides with the price felt over `long_smoothing`."""
    thrift: Thrift | None = None
    """How it learns to do its work with less of its material. What is saved is not short."""
    output_value: Price
    """Value of output lost per kg not delivered."""


class Lane(Frozen):
    """A way from one facility to another for one material."""

    from_: str = Field(alias="from")
    """The facility that ships."""
    to: str
    """The facility or buyer that receives."""
    material: str
    """What is shipped."""
    received_as: str | None = None
    """What it counts as on arrival, where it differs: oxide bought for toll reduction counts as metal."""
    share: Share | None = None
    """Contract share of the receiver's purchases; shares of one purchase sum to 1. Absent: 0."""
    standby: Multiple | None = None
    """Weight with which it takes over what closed lanes leave, besides its contract share. Absent: 0."""
    transit: Duration
    """Days under way, drawn once per future, at least one."""
    qualification: Duration | None = None
    """Days from the first need until a lane without contract share opens. Absent: it is open at once."""
    requalify_after: Duration | None = None
    """Days on end with nothing open of it after which it must be qualified anew. With `qualification`; never else."""
    capacity: Rate | None = None
    """The most it carries."""
    right: Rate | None = None
    """Tonnage the receiver may claim before all others."""
    freight: Price | None = None
    """Cost of carriage, which the seller sets off against the price, and a stockpile pays for what it releases."""
    response: str | None = None
    """The Rapid Response it belongs to: it carries nothing but what that sends. Its freight is paid by the policy."""
    push: bool = False
    """Ships all there is, unordered: swarf and other things nobody waits for."""
    stream: str | None = None
    """Name its random numbers are drawn under; its own id where absent."""
