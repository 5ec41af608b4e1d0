"""What we choose to do, beyond the piles and plants that a policy adds to the network."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.spec.quantity import Duration, Frozen, Mass, Multiple, Share

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
    tonnage: dict[str, Mass] = Field(min_length=1)
    """Material -> the most that one response sends."""
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
