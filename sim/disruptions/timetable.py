"""What happens on which day, for stories in which much happens every day to few."""

from __future__ import annotations

import numpy as np

from sim.arrays import Index


class Timetable:
    """Entries by their day."""

    def __init__(self, day: Index) -> None:
        self._entries = np.argsort(day, kind="stable")
        self._day = day[self._entries]

    def on(self, day: int) -> Index:
        """Return the numbers of the entries of a day."""
        first, last = np.searchsorted(self._day, [day, day + 1])
        return self._entries[first:last]
