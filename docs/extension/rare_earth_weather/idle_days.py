"""A metric: days on which less than half of a facility works."""

from typing import ClassVar

import numpy as np

from sim.arrays import Array
from sim.results.metrics import Metric
from sim.world import World

HALF = 0.5


class IdleDays:
    """Counts, of every facility, the days on which outages, floods and winters leave less than half of it."""

    metrics: ClassVar = (Metric("idle_days", "d", "days on which less than half of the facility works"),)

    def __init__(self, world: World) -> None:
        self._days = np.zeros_like(world.limits.standing)

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Take note of a day."""
        self._days += world.limits.standing < HALF

    def columns(self, world: World) -> dict[str, Array]:
        """Return a column per facility, (replication,) each."""
        return {f"{i}/idle_days": days for i, days in zip(world.scenario.facilities, self._days, strict=True)}
