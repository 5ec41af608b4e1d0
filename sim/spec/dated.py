"""What all disruptions with a date share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.spec.quantity import Duration, Frozen, Share

Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Dated(Frozen):
    """Something that may happen once, from one day to another."""

    start: Duration
    """First day, counted from day 0 or, with `follows`, from the first day of what it follows."""
    duration: Duration
    """Days it lasts."""
    chance: Share | None = None
    """Chance that it happens at all. Absent: it does."""
    follows: str | None = None
    """The disruption that sets it off; it does not happen where that one does not."""
    stream: str | None = None
    """Name its random numbers are drawn under; its own id where absent."""


class Trigger(Dated):
    """A cause that others follow, with no effect of its own."""

    kind: Literal["trigger"]
