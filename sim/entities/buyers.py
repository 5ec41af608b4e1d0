"""Buyers: who uses magnets and oxides up, in cohorts that hold different cover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index, put
from sim.entities.forgone import forgone


@dataclass(frozen=True, eq=False)
class Overtime:
    """How buyers make up for lost output."""

    share: float
    """Part of the output lost that is made up at all."""
    rate: float
    """The most that is made up on a day, as a part of notional use."""
    owed_t: Array
    """Still to be made up, t, (buyer, replication)."""
    caught_up: Array
    """Made up today, t, (buyer, replication)."""


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
    target_t: Array
    """What each aims to hold before the day's use, (cohort, replication)."""
    elasticity: Array
    """(buyer, replication)."""
    long_elasticity: Array
    """(buyer, replication)."""
    threshold: Array
    """Multiple of the opening price below which price is not answered, (replication,)."""
    felt: Array
    """Price as a multiple of the opening price, as felt, (buyer, replication)."""
    felt_long: Array
    """The same as felt in the long run, (buyer, replication)."""
    thrift: Array
    """Part of its use that each has learnt to do without, (buyer, replication)."""
    overtime: Overtime | None
    """How lost output is made up for."""
    region: Index
    """Row of each buyer's region, (buyer,)."""
    notional: Array
    """Use today with noise, before any answer to price, t, (buyer, replication)."""
    thrifted: Array
    """Done without today, t, (buyer, replication)."""
    wanted: Array
    """What is wanted at today's felt price, t, (buyer, replication)."""
    forgone: Array
    """Lost by giving use up today because it is dear, t at the opening price, (buyer, replication)."""
    used: Array
    """Used today of what is wanted, t, (cohort, replication)."""
    delivered: Array
    """Used today of what is wanted, t, (buyer, replication)."""
    used_t: Array
    """Used since the start, t, (buyer, replication)."""

    @property
    def thrifts(self) -> bool:
        """Whether anybody has learnt to do without."""
        return bool(self.thrift.any())

    def aim(self, planned_tpd: Array, cover_d: Array, columns: Index) -> None:
        """Set what cohorts aim to hold before use, for some replications.

        From planned use, t/d, (buyer, column), and the days of it they aim to hold, (cohort, column).
        """
        put(self.target_t, columns, self.share * planned_tpd[self.buyer] * (cover_d + 1.0))

    def receive(self, arrivals: Array) -> None:
        """Share arrivals, t, (buyer, replication), out: by tonnage first, then to whoever has room."""
        gap = self.target_t - self.stock
        np.maximum(gap, 0.0, out=gap)
        got = arrivals[self.buyer]
        got *= self.share
        np.minimum(got, gap, out=got)
        rest = arrivals - self._per_buyer(got)
        gap -= got
        wanted = self._per_buyer(gap)
        part = np.minimum(np.divide(rest, wanted, out=np.zeros_like(rest), where=wanted > 0), 1.0)
        gap *= part[self.buyer]
        got += gap
        over = np.maximum(rest - wanted, 0.0)
        if over.any():
            more = over[self.buyer]
            more *= self.share
            got += more
        self.stock[:] += got

    def use(self, notional_tpd: Array, noise: Array) -> None:
        """Use what is wanted and on hand; `notional_tpd` without noise (buyer, replication or 1).

        `noise` is (region, replication).
        """
        np.multiply(notional_tpd, noise[self.region], out=self.notional)
        self.wanted[:] = self.notional
        if self.thrifts:
            np.multiply(self.notional, self.thrift, out=self.thrifted)
            self.wanted[:] -= self.thrifted
        self._answer_prices()
        np.minimum(self.stock, self.share * self.wanted[self.buyer], out=self.used)
        self.stock[:] -= self.used
        self.delivered[:] = self._per_buyer(self.used)
        self._book(self.delivered)
        if self.overtime is not None:
            self._catch_up(self.overtime)

    def _answer_prices(self) -> None:
        """Give up what is too dear at the prices felt."""
        felt, elasticities = (self.felt, self.felt_long), (self.elasticity, self.long_elasticity)
        logs = [self._log_above_threshold(*each) for each in zip(felt, elasticities, strict=True)]
        self.forgone[:] = 0.0
        if all(log is None for log in logs):
            return
        full = self.wanted.copy()
        for log, elasticity in zip(logs, elasticities, strict=True):
            if log is not None:
                # Not a power: its last bit may depend on the width of the block.
                self.wanted[:] *= np.exp(log * -elasticity)
        short, long = (np.zeros_like(full) if log is None else log for log in logs)
        self.forgone[:] = forgone(full, self.wanted, (short, long), elasticities, self.threshold)

    def _log_above_threshold(self, felt: Array, elasticity: Array) -> Array | None:
        """Return the log of a price felt over the threshold, 0 below it; None where nobody answers to it."""
        if not elasticity.any() or not (felt > self.threshold).any():
            return None
        return np.asarray(np.log(np.maximum(felt, self.threshold) / self.threshold))

    def _catch_up(self, overtime: Overtime) -> None:
        """Make up for lost output from what is left."""
        more = np.minimum(overtime.owed_t, overtime.rate * self.notional)
        extra = np.minimum(self.stock, self.share * more[self.buyer])
        self.stock[:] -= extra
        overtime.caught_up[:] = self._per_buyer(extra)
        self._book(overtime.caught_up)
        lost = np.maximum(self.wanted - self.delivered, 0.0)
        overtime.owed_t[:] = np.maximum(overtime.owed_t + (overtime.share * lost - overtime.caught_up), 0.0)

    def _book(self, tonnes: Array) -> None:
        self.position[:] -= tonnes
        self.used_t[:] += tonnes

    def _per_buyer(self, cohorts: Array) -> Array:
        return np.asarray(self.per_buyer @ cohorts)
