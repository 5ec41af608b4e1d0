"""An episode of history: what was observed, and what of the model is to be compared with it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.spec.quantity import Frozen, LogStep, Multiple


class Mean(Frozen):
    """The mean of a monthly series over some months."""

    series: str
    """As in monthly.parquet: `exports_t/<flow>`, `imports_t/<flow>` or `price_usd_per_kg/<oxide>@<market>`."""
    months: tuple[str, str]
    """The first and the last, such as `2010-09`."""


class Target(Frozen):
    """One thing that was observed, as a ratio: levels are the network's business, not behaviour's."""

    what: str
    """What a planner calls it."""
    of: Mean
    """What is compared."""
    over: Mean
    """With what."""
    observed: Multiple
    """The ratio in history."""
    error: LogStep
    """Standard deviation of its log: of the observation, and of what a model of this kind cannot be held to."""
    fitted: bool
    """Whether parameters were fitted to it; else it is scored only."""


class Episode(Frozen):
    """An episode of history, the scenario that plays it again, and what to compare."""

    schema_version: Literal[1]
    """The version of this format."""
    episode: str = Field(pattern=r"^[a-z0-9_]+$", max_length=64)
    """Its short name."""
    question: str
    """The question it answers."""
    scenario: str
    """A shipped scenario, or the path of one; it keeps the series."""
    targets: dict[str, Target] = Field(min_length=1)
    """Id -> target, in the order of the table."""
