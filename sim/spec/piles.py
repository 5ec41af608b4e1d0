"""What a stockpile holds, when it lets go, and how it is filled."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from sim.spec.quantity import Duration, Frozen, Money, Multiple, Rate, Share, Stock

OneOrMore = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda found: (found,) if isinstance(found, str) else _listed(found)),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""A name, or a list of names."""


def _listed(found: object) -> object:
    return tuple(found) if isinstance(found, list) else found


class PileStock(Frozen):
    """One material in a stockpile."""

    opening: Stock
    """Tonnes on day 0, or days of the opening use of `days_of`."""
    target: Stock | None = None
    """What it is filled up to by `refill`, in the same kinds of unit; the opening stock where absent."""
    room: Stock | None = None
    """The most it can hold, in the same kinds of unit; the larger of opening stock and target where absent."""


class Refill(Frozen):
    """How a stockpile is filled up, and buys back what it released."""

    rate: Rate
    """The most it orders in all, over its materials by their target tonnes."""
    price_ceiling: Multiple
    """It buys only at or below this multiple of the opening value of the material in its market."""
    budget: Money | None = None
    """What it may spend on buying over the whole run; no limit where absent."""


class Rotation(Frozen):
    """Selling old stock to those a pile serves and buying as much anew, so that what is held stays usable."""

    over: Duration
    """Time in which all that is held is sold once and bought anew, such as what it keeps."""
    discount: Share | None = None
    """Part of its value that old stock has lost when it is sold. Absent: 0."""


class Emergency(Frozen):
    """When an emergency is declared: some days after a control or the like is in force, until it ends."""

    delay: Duration
    """From the first day in force to the declaration."""
    during: tuple[str, ...] = ()
    """Disruptions that are emergencies. Absent: every ban, licence and quota."""


class Call(Frozen):
    """What must be the case for a stockpile to let go; all of what is given."""

    start: Duration | None = None
    """Day from which it may."""
    price: Multiple | None = None
    """Multiple of its opening value that the material's value in the pile's market has reached."""
    emergency: Emergency | None = None
    """An emergency is declared."""
