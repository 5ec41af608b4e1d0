"""Controls: what a government may stop, license, ration or tie to content."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.spec.dated import Dated, Names
from sim.spec.quantity import Duration, Duty, Frozen, LogStep, Mass, Multiple, Share


class Suspension(Frozen):
    """Days on which a control is not applied."""

    start: Duration
    """First day, counted as the control's own start is."""
    duration: Duration
    """Days it lasts."""


class Control(Dated):
    """An authority controls what leaves its regions for some destinations."""

    authority: str
    """Region whose exports are controlled."""
    destinations: Names
    """Regions they may not freely go to."""
    materials: Names
    """What may not freely leave."""
    announced: Duration | None = None
    """Day it becomes known, counted as the start is; the day it starts where absent."""
    price_jump: LogStep | None = None
    """Step of the log price in the destinations' markets on the day it becomes known. Absent: 0."""
    jumping: tuple[str, ...] = ()
    """Elements whose prices step. Absent: all that the materials contain."""
    hoarding: Duration | None = None
    """Cover that its destinations' firms aim at beyond their usual one, once it is known. With `hoarding_for`."""
    hoarding_for: Duration | None = None
    """Days they do so. With `hoarding`."""
    suspensions: tuple[Suspension, ...] = ()
    """When it is not applied."""

    @model_validator(mode="after")
    def _hoards_for_a_time(self) -> Self:
        if (self.hoarding is None) != (self.hoarding_for is None):
            raise PydanticCustomError("hoarding", "hoarding and hoarding_for together")
        return self


class Reexport(Frozen):
    """Resale by way of regions that a control does not name."""

    via: Names
    """Regions it goes through."""
    share: Share
    """Part of a lane's opening flow that comes that way, besides the leak."""
    lag: Duration
    """Days in force until it flows."""
    markup: Duty | None = None
    """What it costs more than what comes straight, as a part of the price. Absent: 0."""


class Bar(Control):
    """A control that lets nothing pass but what its exceptions say."""

    leak: Share | None = None
    """Part of a lane's opening flow that passes all the same. Absent: 0."""
    reexport: Reexport | None = None
    """What comes by way of others. Absent: nothing."""


class ExportBan(Bar):
    """A control that lets nothing pass but its leak."""

    kind: Literal["export_ban"]


class LicenceChange(Frozen):
    """From a day on the authority decides otherwise."""

    day: Duration
    """Day, counted as the control's start is."""
    approval: Share | None = None
    """Chance that an application is granted. Absent: as before."""
    review: Duration | None = None
    """Days from the beginning of a review to its decision. Absent: as before."""


class GeneralLicence(Frozen):
    """Named firms need no single licences any more."""

    facilities: Names
    """Facilities or buyers; lanes that leave or reach one of them are open."""
    day: Duration
    """First day, counted as the control's start is."""
    share: Share
    """Part of such a lane that it opens."""


class Licence(Bar):
    """A control that lets pass what is licensed: on every lane several exporters apply, each with its own luck."""

    kind: Literal["licence"]
    applicants: int = Field(ge=1, le=100)
    """Applicants on every lane; all apply on the first day in force."""
    weights: tuple[Share, ...] = ()
    """Part of a lane that each applicant stands for, in proportion; equal where absent."""
    headroom: Multiple | None = None
    """What a licence lets its holder ship, as a multiple of his part of the lane. Absent: 1."""
    freeze: Duration | None = None
    """Days in force until the first review begins. Absent: 0."""
    review: Duration
    """Days from the beginning of a review to its decision, drawn for each."""
    approval: Share
    """Chance that an application is granted."""
    changes: tuple[LicenceChange, ...] = ()
    """How that changes; of those whose day has come the last one listed holds."""
    term: Duration | None = None
    """Days a licence is good for; then its holder applies anew. As long as the control, where absent."""
    renewal: Duration | None = None
    """Days before its end on which the holder of a licence with a term applies anew. Absent: 0."""
    reapply: Duration | None = None
    """Days after which a refused applicant applies anew. Never, where absent."""
    general: tuple[GeneralLicence, ...] = ()
    """General licences for named firms."""

    @model_validator(mode="after")
    def _weighs_every_applicant(self) -> Self:
        if self.weights and len(self.weights) != self.applicants:
            raise PydanticCustomError("weights", "as many weights as applicants")
        return self


class Batch(Frozen):
    """A part of a yearly quota."""

    day: int = Field(ge=0, le=364)
    """Day of the quota's year on which it is given out."""
    share: Share
    """Part of the year's tonnage."""


class Quota(Control):
    """A control that lets a yearly tonnage pass on all its lanes together, in batches; the rest of a year lapses."""

    kind: Literal["quota"]
    tonnage: Mass
    """Tonnes a year of 365 days, as shipped."""
    batches: tuple[Batch, ...] = ()
    """In order of day, the first on day 0; all on day 0 where absent. Shares sum to 1."""
    pace: Multiple | None = None
    """The most that leaves on a day, as a multiple of even use until the next batch. Absent: 1."""


class ContentRule(Dated):
    """An authority claims a say in goods made abroad that hold more than a trace of what it controls."""

    kind: Literal["content_rule"]
    authority: str
    """Region whose content counts."""
    destinations: Names
    """Regions such goods may not freely go to."""
    materials: Names
    """Goods made outside the authority's region that fall under it."""
    threshold: Share
    """Part of the value from which it applies."""
    compliance: Share
    """Part of the firms that comply, and sell no such goods."""
    clean_after: Duration
    """Days in force until those who comply have lines without such content."""
