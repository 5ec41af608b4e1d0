"""Cargo that is longer under way than its lane's transit."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index


class Detours:
    """Tonnes delayed, by lane, day of arrival and replication: what leaves later may arrive first."""

    def __init__(self, lanes: Index, n_lanes: int, transit_d: Index, longest_delay_d: int) -> None:
        """Make room for some of the lanes; `transit_d` is (lane of all, replication)."""
        self._made_of = (lanes, n_lanes, transit_d, longest_delay_d)
        self._lanes, self._transit_d = lanes, transit_d[lanes]
        self._length = int(self._transit_d.max(initial=0)) + longest_delay_d + 1
        self._slots = np.zeros((len(lanes), self._length, transit_d.shape[1]))
        self._arrived = np.zeros((n_lanes, transit_d.shape[1]))

    def like(self) -> Detours:
        """Return empty room for what travels on the same lanes."""
        return Detours(*self._made_of)

    def arrive(self, day: int) -> Array:
        """Return what arrives today, t, (lane of all, replication); the block is overwritten tomorrow."""
        slot = self._slots[:, day % self._length]
        self._arrived[self._lanes] = slot
        slot[:] = 0.0
        return self._arrived

    @property
    def arrived(self) -> Array:
        """What arrived today, t, (lane of all, replication)."""
        return self._arrived

    def divert(self, leaving: Array, delays_d: Array, day: int) -> Array:
        """Put aside what leaves today, t, with a delay, d, and return the rest; all (lane of all, replication)."""
        late_d = delays_d[self._lanes]
        if not late_d.any():
            return leaving
        rest, tonnes = leaving.copy(), np.where(late_d > 0, leaving[self._lanes], 0.0)
        rest[self._lanes] -= tonnes
        lane, column = np.nonzero(tonnes)
        arrives = (day + self._transit_d[lane, column] + late_d[lane, column].astype(np.int64)) % self._length
        # A cell appears once: no two tonnes of a day meet in one slot.
        self._slots[lane, arrives, column] += tonnes[lane, column]
        return rest

    def under_way(self, day: int) -> Array:
        """Return all that is under way at the end of a day, t, (lane of all, replication)."""
        total = np.zeros_like(self._arrived)
        # In order of arrival, so that the sum does not depend on how long the ring is for others' sake.
        for ahead in range(1, self._length + 1):
            total[self._lanes] += self._slots[:, (day + ahead) % self._length]
        return total
