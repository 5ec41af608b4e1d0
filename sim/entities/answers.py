"""How firms answer to a price that stays high: they learn to thrift, and start what stood idle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index
from sim.spec.network import Answer


@dataclass(frozen=True, eq=False)
class Pace:
    """From which multiple of the usual value rows answer, and how fast; (row, 1) or (replication,) each."""

    starts_at: Array
    full_at: Array
    lag_d: Array

    @classmethod
    def of(cls, answers: Sequence[Answer]) -> Pace:
        """Take the pace of each answer."""
        return cls(*(
            np.array([[getattr(a, name).typical] for a in answers]) for name in ("starts_at", "full_at", "lag")
        ))  # fmt: skip

    def of_rows(self, rows: Index) -> Pace:
        """Return the pace of some rows."""
        return Pace(self.starts_at[rows], self.full_at[rows], self.lag_d[rows])

    def part(self, multiple: Array) -> Array:
        """Return the part of the whole answer that a multiple calls for in the long run, (row, replication)."""
        above = np.log(np.maximum(multiple, self.starts_at) / self.starts_at)
        return np.minimum(above / np.log(self.full_at / self.starts_at), 1.0)


@dataclass(frozen=True, eq=False)
class Thrifts:
    """Users who learn to do with less of a material, and do not forget."""

    pace: Pace
    limit: Array
    """The most that can be saved, as a part of use, (row, 1)."""
    value_row: Index
    """What prices the material, (row,)."""
    opening_value: Array
    """USD/kg, (row, 1)."""
    thrift: Array
    """Part of use saved, (user, replication); written in place."""
    user: Index
    """Row among users, (row,)."""

    def follow(self, value: Array) -> None:
        """Live a day at today's values, USD/kg, (value row, replication)."""
        multiple = multiple_of(value[self.value_row], self.opening_value)
        rows = np.flatnonzero((multiple > self.pace.starts_at).any(axis=1))
        if len(rows):
            users, pace = self.user[rows], self.pace.of_rows(rows)
            saved = self.thrift[users]
            saved += np.maximum(self.limit[rows] * pace.part(multiple[rows]) - saved, 0.0) / pace.lag_d
            self.thrift[users] = saved


@dataclass(frozen=True, eq=False)
class IdleCapacity:
    """What plants start again while the value of their products stays high."""

    pace: Pace
    nameplate_tpd: Array
    """(row, replication)."""
    idle_tpd: Array
    """(row, 1)."""
    basket: csr_array
    """Sums a plant's products, (row, product)."""
    opening_out_tpd: Array
    """Planned on day 0, (product, replication)."""
    value_row: Index
    """What prices each product, (product,)."""
    opening_basket: Array
    """What was made a day at opening values, (row, replication)."""
    started: Array
    """Part of the idle capacity that works, (row, replication); written in place."""
    capacity_tpd: Array
    """Of all plants of the kind, (plant, replication); written in place."""
    plant: Index
    """Row among plants of the kind, (row,)."""

    def follow(self, value: Array) -> None:
        """Live a day at today's values, USD/kg, (value row, replication)."""
        multiple = multiple_of(self.basket @ (self.opening_out_tpd * value[self.value_row]), self.opening_basket)
        if not (multiple > self.pace.starts_at).any() and not self.started.any():
            return
        self.started[:] += (self.pace.part(multiple) - self.started) / self.pace.lag_d
        self.capacity_tpd[self.plant] = self.nameplate_tpd + self.idle_tpd * self.started


def multiple_of(value: Array, usual: Array) -> Array:
    """Return values as multiples of the usual ones; 1 where nothing is priced."""
    return np.divide(value, usual, out=np.ones_like(value), where=usual > 0)
