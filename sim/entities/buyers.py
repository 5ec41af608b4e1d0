"""Buyers: who uses magnets and oxides up, in cohorts that hold different cover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index


@dataclass(frozen=True, eq=False)
class Buyers:
    """Use material up from the stock of each cohort; what is not there is unmet."""

    stock: Array
    """On hand, t, (cohort, replication)."""
    position: Array
    """On hand and under way, t, (buyer, replication)."""
    buyer: Index
    """Whose cohort it is, (cohort,)."""
    per_buyer: csr_array
    """Sums a buyer's cohorts, (buyer, cohort)."""
    share: Array
    """Part of the buyer's tonnage, (cohort, 1)."""
    cover_d: Array
    """Days of use held, (cohort, replication)."""
    target_t: Array
    """What each aims to hold before the day's use, (cohort, replication)."""
    elasticity: Array
    """(buyer, 1)."""
    threshold: float
    """Multiple of the opening price below which price is not answered."""
    felt: Array
    """Price as a multiple of the opening price, as felt, (buyer, replication)."""
    region: Index
    """Row of each buyer's region, (buyer,)."""
    notional: Array
    """Use today with noise, before any answer to price, t, (buyer, replication)."""
    wanted: Array
    """What is wanted at today's felt price, t, (buyer, replication)."""
    used: Array
    """Used today, t, (cohort, replication)."""
    delivered: Array
    """Used today, t, (buyer, replication)."""
    used_t: Array
    """Used since the start, t, (buyer, replication)."""

    def aim(self, planned_tpd: Array, columns: Index) -> None:
        """Set what cohorts aim to hold before use from planned use, t/d, (buyer, column), for some replications."""
        base = self.share * planned_tpd[self.buyer]
        self.target_t[:, columns] = base * (self.cover_d[:, columns] + 1.0)

    def receive(self, arrivals: Array) -> None:
        """Share arrivals, t, (buyer, replication), out: by tonnage first, then to whoever has room."""
        gap = np.maximum(self.target_t - self.stock, 0.0)
        mine = self.share * arrivals[self.buyer]
        got = np.minimum(gap, mine)
        rest = arrivals - self._per_buyer(got)
        gap -= got
        wanted = self._per_buyer(gap)
        part = np.minimum(np.divide(rest, wanted, out=np.zeros_like(rest), where=wanted > 0), 1.0)
        gap *= part[self.buyer]
        got += gap
        over = np.maximum(rest - wanted, 0.0)
        if over.any():
            got += self.share * over[self.buyer]
        self.stock[:] += got

    def use(self, notional_tpd: Array, noise: Array) -> None:
        """Use what is wanted and on hand; `notional_tpd` without noise (buyer,), `noise` (region, replication)."""
        np.multiply(notional_tpd[:, None], noise[self.region], out=self.notional)
        self.wanted[:] = self.notional
        if (self.felt > self.threshold).any():
            answer = np.maximum(self.felt, self.threshold) / self.threshold
            # Not a power: its last bit may depend on the width of the block.
            self.wanted[:] *= np.exp(np.log(answer) * -self.elasticity)
        np.minimum(self.stock, self.share * self.wanted[self.buyer], out=self.used)
        self.stock[:] -= self.used
        self.delivered[:] = self._per_buyer(self.used)
        self.position[:] -= self.delivered
        self.used_t[:] += self.delivered

    def _per_buyer(self, cohorts: Array) -> Array:
        return np.asarray(self.per_buyer @ cohorts)
