"""What may happen to the network."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.spec.controls import (
    ContentRule,
    ExportBan,
    Licence,
    Quota,
)
from sim.spec.dated import Dated, Names, Trigger
from sim.spec.kinds import Kinds
from sim.spec.quantity import Duration, Duty, Frozen, LogStep, Multiple, Share


class Closure(Dated):
    """A border, a country or a place is shut: nothing comes in or out."""

    kind: Literal["closure"]
    regions: Names | None = None
    """Regions that are shut. Either these or `facilities`."""
    facilities: Names | None = None
    """Facilities that are shut off. Either these or `regions`."""
    against: Names | None = None
    """Only traffic with these regions is stopped. Absent: all."""
    materials: Names | None = None
    """What is stopped. Absent: everything."""
    remaining: Share | None = None
    """Part of a lane's opening flow that passes all the same. Absent: 0."""

    @model_validator(mode="after")
    def _shuts_one_thing(self) -> Self:
        if (self.regions is None) == (self.facilities is None):
            raise PydanticCustomError("closure", "either regions or facilities")
        return self


class FreightDelay(Dated):
    """What leaves on some lanes is longer under way: a strait, a canal, a port."""

    kind: Literal["freight_delay"]
    between: Names
    """Regions at one end."""
    and_: Names = Field(alias="and")
    """Regions at the other."""
    delay: Duration
    """Days longer under way."""
    materials: Names | None = None
    """What is delayed. Absent: everything."""


class DemandSurge(Dated):
    """Some buyers use more, or less, for a while."""

    kind: Literal["demand_surge"]
    buyers: Names
    """Who does."""
    factor: Multiple
    """What their use is multiplied with."""


class Dumping(Dated):
    """A market is flooded below cost, so that plants whose basket no longer pays stand still."""

    kind: Literal["dumping"]
    market: str
    """Where."""
    elements: Names
    """Whose prices are pressed."""
    discount: LogStep
    """How far, in logs, below the level that scarcity sets."""


class Tariff(Dated):
    """A duty on imports, which a seller sets off against the price."""

    kind: Literal["tariff"]
    authority: str
    """Region that levies it."""
    origins: Names
    """Regions whose goods pay it."""
    materials: Names
    """What pays it."""
    rate: Duty
    """Part of the price before duty."""


class Setback(Dated):
    """Plants not yet open take longer, or fail: a technology control, a permit refused, funding withdrawn."""

    kind: Literal["setback"]
    facilities: Names
    """Plants hit."""
    stretch: Multiple | None = None
    """What is left to build takes so many times as long while it lasts. Absent: 1."""
    odds: Share | None = None
    """What the odds of those not open on its first day are multiplied with. Absent: 1."""


class Outage(Frozen):
    """Plants stop, or slow down, for a while: on given days, or by chance again and again."""

    kind: Literal["outage"]
    facilities: Names
    """Plants hit. By chance, each on its own; on given days, all together."""
    mtbf: Duration | None = None
    """Mean time between the end of one failure and the next, exponential. With `mttr`."""
    mttr: Duration | None = None
    """Mean time to repair, exponential. With `mtbf`."""
    start: Duration | None = None
    """First day of a scheduled outage, counted from day 0 or from the first day of what it `follows`."""
    duration: Duration | None = None
    """Days of a scheduled outage. With `start`."""
    chance: Share | None = None
    """Chance that a scheduled outage happens at all. Absent: it does."""
    follows: str | None = None
    """The disruption that sets a scheduled outage off; it does not happen where that one does not."""
    remaining: Share | None = None
    """Part of the capacity that goes on working. Absent: 0."""
    stream: str | None = None
    """Name its random numbers are drawn under; its own id where absent."""

    @model_validator(mode="after")
    def _is_by_chance_or_on_given_days(self) -> Self:
        by_chance = (self.mtbf is not None, self.mttr is not None)
        on_days = (self.start is not None, self.duration is not None)
        if sorted([all(by_chance), all(on_days)]) != [False, True] or any(by_chance) == any(on_days):
            raise PydanticCustomError("outage", "either mtbf and mttr, or start and duration")
        if any(by_chance) and (self.chance is not None or self.follows is not None):
            raise PydanticCustomError("outage", "chance and follows only with start and duration")
        return self

    @property
    def is_dated(self) -> bool:
        """Whether it is scheduled, not by chance."""
        return self.start is not None


class AddedDisruption(Dated):
    """What a kind of disruption that an installed package adds is a subclass of, with a `Literal` for its `kind`.

    Fields called `facilities`, `regions`, `materials`, `buyers`, ... must name such things, as those of other kinds.
    """

    drawn: ClassVar[tuple[str, ...]] = ()
    """Fields of its own that `tell` draws for every future; the others are constants."""
    kind: str

    def tell(self, world: Any, i: str) -> None:
        """Put what it does on the calendar of a `sim.world.World`; `world.when[i]` has its days in every future."""
        raise NotImplementedError

    def effect(self) -> str:
        """Say what it does, to follow a date and a duration: `floods close mine.north`."""
        return self.kind.replace("_", " ")


Disruption = Annotated[
    ExportBan
    | Licence
    | Quota
    | ContentRule
    | Closure
    | Outage
    | FreightDelay
    | DemandSurge
    | Dumping
    | Tariff
    | Setback
    | Trigger
    | AddedDisruption,
    Kinds("disruptions", (AddedDisruption,), "effect"),
]
