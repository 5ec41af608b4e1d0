"""The calendar: SimPy owns time, and a vector of days, one per future, becomes a handful of events.

Only this module knows SimPy.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import simpy

from sim.arrays import Index, Mask

Story = Generator[simpy.Event, Any, None]
"""A process: it waits for the calendar and acts."""


class Clock:
    """Whole days for what happens, half days for what flows: the horizon is `[0, horizon_d)`."""

    def __init__(self, horizon_d: int) -> None:
        self.horizon_d = horizon_d
        self._env = simpy.Environment()

    @property
    def day(self) -> int:
        """Today."""
        return int(self._env.now)

    def tell(self, story: Story) -> None:
        """Let a process begin."""
        self._env.process(story)

    def waves(self, days: Index, among: Mask) -> Iterator[simpy.Timeout]:
        """Turn one day per future into one event per day; its value is the mask of the futures it happens in.

        Inside the loop only `hit = yield wave`: a second wait would delay the later waves.
        """
        due = among & (days >= self._env.now) & (days < self.horizon_d)
        for day in np.unique(days[due]):
            yield self._env.timeout(int(day) - self._env.now, value=due & (days == day))

    def days(self) -> Iterator[simpy.Timeout]:
        """Yield one event per day at half past, so that what happens on a day comes before what flows on it."""
        for day in range(self.horizon_d):
            yield self._env.timeout(day + 0.5 - self._env.now, value=day)

    def run(self) -> None:
        """Run the calendar to the horizon."""
        self._env.run(until=self.horizon_d)
