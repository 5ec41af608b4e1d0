"""What may happen to the network."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.spec.quantity import Duration, Frozen, LogStep, Share


class Control(Frozen):
    """An authority stops materials at its border to some destinations, but for a leak."""

    authority: str
    """Region whose exports are controlled."""
    destinations: tuple[str, ...] = Field(min_length=1)
    """Regions they may not freely go to."""
    materials: tuple[str, ...] = Field(min_length=1)
    """What may not freely leave."""
    announced: Duration | None = None
    """Day it becomes known; the day it starts where absent."""
    start: Duration
    """First day in force."""
    duration: Duration
    """Days in force."""
    leak: Share | None = None
    """Part of a lane's opening flow that passes all the same. Absent: 0."""
    price_jump: LogStep | None = None
    """Step of the log price in the destinations' markets on the day it becomes known. Absent: 0."""
    stream: str | None = None
    """Name its random numbers are drawn under; its own id where absent."""


class ExportBan(Control):
    """A control that lets nothing pass but its leak."""

    kind: Literal["export_ban"]


class Licence(Control):
    """A control that lets pass what is licensed: on every lane several exporters apply, each with its own luck."""

    kind: Literal["licence"]
    applicants: int = Field(ge=1, le=100)
    """Applicants on every lane, of the same weight; all apply on the first day in force."""
    review: Duration
    """Days from an application to its decision, drawn for each."""
    approval: Share
    """Chance that an application is granted."""
    term: Duration | None = None
    """Days a licence is good for; then its holder applies anew. As long as the control, where absent."""
    reapply: Duration | None = None
    """Days after which a refused applicant applies anew. Never, where absent."""


class Outage(Frozen):
    """Plants stop, or slow down, for a while: on given days, or by chance again and again."""

    kind: Literal["outage"]
    facilities: tuple[str, ...] = Field(min_length=1)
    """Plants hit. By chance, each on its own; on given days, all together."""
    mtbf: Duration | None = None
    """Mean time between the end of one failure and the next, exponential. With `mttr`."""
    mttr: Duration | None = None
    """Mean time to repair, exponential. With `mtbf`."""
    start: Duration | None = None
    """First day of a scheduled outage. With `duration`."""
    duration: Duration | None = None
    """Days of a scheduled outage. With `start`."""
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
        return self


Disruption = Annotated[ExportBan | Licence | Outage, Field(discriminator="kind")]
