"""What happens on which day, for stories in which much happens every day to few."""

from __future__ import annotations

import numpy as np

from sim.arrays import Index


class Timetable:
    """Entries by their day."""

    def __init__(self, day: Index) -> None:
        self._entries = np.argsort(day, kind="stable")
        self._first: list[int] = np.searchsorted(day[self._entries], np.arange(day.max(initial=-1) + 2)).tolist()

    def on(self, day: int) -> Index:
        """Return the numbers of the entries of a day."""
        first, last = self._first[day : day + 2] if day + 1 < len(self._first) else (0, 0)
        return self._entries[first:last]
