"""What we choose to do, beyond the piles and plants that a policy adds to the network."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.spec.quantity import Duration, Frozen, Mass, Money, Multiple, Price, Rate, Share

Names = Annotated[tuple[str, ...], Field(min_length=1)]


class RapidResponse(Frozen):
    """Sends by air what allies can spare once somebody is about to run low, after those who decide have met.

    Its lanes are those that name it as their `response`.
    """

    watched: Names
    """Plants and buyers it watches over."""
    cover_below: Duration | None = None
    """It is called once the projected cover of one of them is below this. One of the three."""
    unmet_above: Share | None = None
    """It is called once more than this part of their use went unmet yesterday, all together. One of the three."""
    price_above: Multiple | None = None
    """It is called once what one of them buys costs more than this multiple of its opening value. One of the three."""
    detection: Duration | None = None
    """Days until it is noticed that it should be called. Absent: 0."""
    convening: Duration | None = None
    """Days until those who decide have met. Absent: 0."""
    decision: Duration | None = None
    """Days until they have decided; all three together take a day at least. Absent: 0."""
    lasts: Duration
    """Days on which it sends, once decided."""
    restores: Duration
    """It sends what brings the projected cover of those it serves up to this."""
    tonnage: dict[str, Mass] = {}
    """Material -> the most of it that one response sends. All it ships, unless there is a `limit`."""
    limit: Mass | None = None
    """The most that one response sends, all materials together. Absent: no limit but those of each."""
    keep: Duration | None = None
    """Days of planned sales that makers keep for their own customers. Absent: the cover they aim at."""
    cool_down: Duration
    """Days from the end of one response until the next may be called."""
    decision_day: Duration | None = None
    """Day from which it exists. Absent: from day 0."""
    stream: str | None = None
    """Name its random numbers are drawn under; its own id where absent."""

    @model_validator(mode="after")
    def _watches_one_thing(self) -> Self:
        if sum(one is not None for one in (self.cover_below, self.unmet_above, self.price_above)) != 1:
            raise PydanticCustomError("response", "exactly one of cover_below, unmet_above, price_above")
        return self


class Support(Frozen):
    """What a plant that is not yet open is given, all at once."""

    permits: Share | None = None
    """Part of what is left to build that waits for permits. With `shortened_to`."""
    shortened_to: Share | None = None
    """Part of that time that the permits take from then on. With `permits`."""
    odds: Multiple | None = None
    """What the odds of the plant are multiplied with, up to certainty. Absent: 1."""
    grant: Money | None = None
    """Money given. Absent: 0."""
    loan: Money | None = None
    """Money lent. Absent: 0."""
    equity: Money | None = None
    """Money for a share of the firm. Absent: 0."""

    @model_validator(mode="after")
    def _shortens_something(self) -> Self:
        if (self.permits is None) != (self.shortened_to is None):
            raise PydanticCustomError("project", "permits and shortened_to together")
        if self.permits is None and self.odds is None:
            raise PydanticCustomError("project", "`permits` with `shortened_to`, or `odds`, or both")
        return self

    @property
    def usd(self) -> float:
        """All that is paid out, USD."""
        return sum(part.typical for part in (self.grant, self.loan, self.equity) if part is not None)

    @property
    def time_saved(self) -> float:
        """The part of what is left to build that is saved."""
        if self.permits is None or self.shortened_to is None:
            return 0.0
        return self.permits.typical * (1.0 - self.shortened_to.typical)


class Project(Frozen):
    """Coordinated investment and faster permits for plants that are not open yet, out of one budget."""

    decision_day: Duration
    """Day on which it is decided; plants that are open by then get nothing."""
    budget: Money
    """The most that is paid out in all. Plants are supported in the order of the file as long as it lasts."""
    plants: dict[str, Support] = Field(min_length=1)
    """Plant -> what it is given."""
    stream: str | None = None
    """Name its random numbers are drawn under; its own id where absent."""


class Offtake(Frozen):
    """Who has agreed to take what the producers make, and may claim it before all others when they are short."""

    takers: Names
    """Buyers, plants and stockpiles that the producers sell to."""
    share: Share | None = None
    """Part of what a producer has of a product on a day. This, or `rate`."""
    rate: dict[str, Rate] = {}
    """Product -> what they may claim of it, of each producer. This, or `share`."""

    @model_validator(mode="after")
    def _claims_something(self) -> Self:
        if (self.share is None) == (not self.rate):
            raise PydanticCustomError("offtake", "exactly one of share, rate")
        return self


class PriceFloor(Frozen):
    """Named separation plants get at least so much for what they make; the difference to the price is paid to them."""

    producers: Names
    """Separation plants."""
    least: dict[str, Price] = Field(min_length=1)
    """Element -> what a kg of its oxide brings at least."""
    decision_day: Duration
    """Day from which it is paid."""
    budget: Money | None = None
    """The most that is paid in all; then the floor ends. Absent: no limit."""
    offtake: Offtake | None = None
    """Who takes what they make, from `decision_day` on. Absent: nobody has a right to it."""
    stream: str | None = None
    """Name its random numbers are drawn under; its own id where absent."""
