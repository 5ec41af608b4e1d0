"""Goods under way: a ring of days per row, as long as that row's own lag.

Today's slot holds what arrives today until it is overwritten by what leaves today.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.entities.incidence import sum_rows

Array = NDArray[np.float64]


class Shelves:
    """Tonnes under way, by row, day of arrival and replication.

    Rows whose lag is the same in every future come first and are read as whole rows; the rest are gathered one by one, at
    ten times the cost.
    """

    def __init__(self, lag_d: NDArray[np.int64], flow: Array) -> None:
        """Fill every slot with the steady `flow`, t/d, (row, replication), for lags `lag_d` of at least 1 d."""
        rows, width = lag_d.shape
        self._lag_d = lag_d
        steady = (lag_d == lag_d[:, :1]).all(axis=1)
        self._fixed = np.flatnonzero(steady)
        self._varying = np.flatnonzero(~steady)
        length = lag_d.max(axis=1, initial=1)
        self._start = np.concatenate([[0], np.cumsum(length)])
        self._slots = np.repeat(flow, length, axis=0)
        self._length = lag_d[self._fixed, 0]
        first = self._start[self._varying][:, None] * width + np.arange(width)
        self._first = first
        self._past = first + lag_d[self._varying] * width
        self._cell = first.copy()
        self._row = self._start[self._fixed].copy()
        self._arrived = np.empty((rows, width))
        self._gathered = np.empty((len(self._varying), width))
        self._all_fixed = len(self._varying) == 0

    def arrive(self) -> Array:
        """Return what arrives today, t, (row, replication); the block is overwritten tomorrow."""
        if self._all_fixed:
            return self._slots.take(self._row, axis=0, out=self._arrived, mode="clip")
        self._arrived[self._fixed] = self._slots[self._row]
        self._slots.take(self._cell, out=self._gathered, mode="clip")
        self._arrived[self._varying] = self._gathered
        return self._arrived

    def leave(self, tonnes: Array, day: int) -> None:
        """Put what leaves today, t, (row, replication), into today's slot and turn the ring to tomorrow."""
        if self._all_fixed:
            self._slots[self._row] = tonnes
        else:
            self._slots[self._row] = tonnes[self._fixed]
            self._slots.reshape(-1)[self._cell] = tonnes[self._varying]
            self._cell += tonnes.shape[1]
            np.copyto(self._cell, self._first, where=self._cell == self._past)
        self._row[:] = self._start[self._fixed] + (day + 1) % self._length

    def under_way(self) -> Array:
        """Return all that is under way at the end of a day, t, (row, replication)."""
        total = np.empty_like(self._arrived)
        for row, (start, end) in enumerate(zip(self._start[:-1], self._start[1:], strict=True)):
            used = np.arange(end - start)[:, None] < self._lag_d[row]
            total[row] = sum_rows(np.where(used, self._slots[start:end], 0.0))
        return total
