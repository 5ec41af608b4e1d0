"""Goods under way: a ring of days of arrival per row, as long as that row's longest lag.

What leaves on day t with lag L is put into slot (t + L) of the ring and read, with its whole row, on day t + L. Every
day each cell that will be read has been written exactly once since it was last read.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index
from sim.entities.incidence import sum_rows


class Shelves:
    """Tonnes under way, by row, day of arrival and replication.

    Rows whose lag is the same in every future are written as whole rows; the rest cell by cell, at ten times the
    cost.
    """

    def __init__(self, lag_d: Index, flow: Array) -> None:
        """Fill every slot with the steady `flow`, t/d, (row, replication), for lags `lag_d` of at least 1 d."""
        width = lag_d.shape[1]
        self.lag_d = lag_d
        self.length = lag_d.max(axis=1, initial=1)
        self.start = np.concatenate([[0], np.cumsum(self.length)])
        self.slots = np.repeat(flow, self.length, axis=0)
        self.steady = (lag_d == lag_d[:, :1]).all(axis=1)
        self._fixed, self._varying = np.flatnonzero(self.steady), np.flatnonzero(~self.steady)
        column = np.arange(width)
        start, length = self.start[self._varying][:, None], self.length[self._varying][:, None]
        self._cell = (start + lag_d[self._varying] % length) * width + column
        self._past = (start + length) * width + column
        self._ring = length * width
        self._today = self.start[:-1].copy()
        self._arrived = np.empty(lag_d.shape)

    def arrive(self) -> Array:
        """Return what arrives today, t, (row, replication); the block is overwritten tomorrow."""
        return self.slots.take(self._today, axis=0, out=self._arrived, mode="clip")

    @property
    def arrived(self) -> Array:
        """What arrived today, t, (row, replication)."""
        return self._arrived

    def leave(self, tonnes: Array, day: int) -> None:
        """Put what leaves today, t, (row, replication), where it arrives, and turn the ring to tomorrow."""
        # As long as its only lag, a fixed row's slot of arrival is today's own.
        self.slots[self._today[self._fixed]] = tonnes[self._fixed]
        if len(self._varying):
            self.slots.reshape(-1)[self._cell] = tonnes[self._varying]
            self._cell += tonnes.shape[1]
            np.subtract(self._cell, self._ring, out=self._cell, where=self._cell >= self._past)
        self.turn(day)

    def turn(self, day: int) -> None:
        """Turn the ring from a day to the next."""
        np.add(self.start[:-1], (day + 1) % self.length, out=self._today)

    def under_way(self, day: int) -> Array:
        """Return all that is under way at the end of a day, t, (row, replication)."""
        total = np.empty_like(self._arrived)
        for row, (start, end) in enumerate(zip(self.start[:-1], self.start[1:], strict=True)):
            # In order of arrival, so that the sum does not depend on how long the ring is for others' sake.
            ahead = np.arange(end - start)
            coming = self.slots[start + (ahead + day + 1) % (end - start)]
            total[row] = sum_rows(np.where(ahead[:, None] < self.lag_d[row], coming, 0.0))
        return total
