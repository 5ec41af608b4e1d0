"""Allowances under export quotas: what may still leave on many lanes together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.entities.incidence import sum_rows
from sim.entities.rationing import Rationing


@dataclass(frozen=True, eq=False)
class Allowance:
    """One quota's tonnes, drawn down by what leaves."""

    lanes: Index
    """Its lanes."""
    opening_tpd: Array
    """What they shipped on day 0, t/d, (lane, replication): exporters hold quota by it."""
    sharing: Rationing
    """Of what may leave, as if one shipper had it."""
    pace: float
    """The most that leaves on a day, as a multiple of even use until the next batch."""
    applied: Callable[[], Mask]
    """Where it is in force and not suspended, (replication,)."""
    left_t: Array
    """(replication,)."""
    until: Index
    """Day of the next batch, the next year or the end, (replication,)."""

    def give(self, tonnes: Array, until: Index, hit: Mask, *, anew: bool) -> None:
        """Give a batch out, t, (replication,); what is left of an old year lapses."""
        left = 0.0 if anew else self.left_t[hit]
        self.left_t[hit] = left + tonnes[hit]
        self.until[hit] = until[hit]

    def cut(self, leaving: Array, day: int) -> None:
        """Cut requests, shipped t, (lane of all, replication), down to what may leave today."""
        asked = leaving[self.lanes]
        even = self.pace * self.left_t / np.maximum(self.until - day, 1)
        most = np.where(self.applied(), np.minimum(self.left_t, even), np.inf)
        over = sum_rows(asked) > most
        if over.any():
            given = self.sharing.grant(asked, np.where(over, most, 0.0)[None], self.opening_tpd)
            leaving[self.lanes] = np.where(over, given, asked)

    def draw(self, leaving: Array) -> None:
        """Take off what left, shipped t, (lane of all, replication)."""
        np.maximum(self.left_t - sum_rows(leaving[self.lanes]), 0.0, out=self.left_t)
