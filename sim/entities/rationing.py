"""Selling when short: by right, then by class, and within a class pro rata to standing demand and netback."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index
from sim.entities.incidence import incidence

NEGLIGIBLE = 1e-200
"""Below this a quotient may not fit a float."""


@dataclass(frozen=True)
class _Tier:
    """Lanes that are served together, after all earlier tiers."""

    lanes: Index
    shipper: Index
    per_shipper: csr_array

    @classmethod
    def of(cls, lanes: Index, shipper: Index, n_shippers: int) -> _Tier:
        return cls(lanes, shipper[lanes], incidence(shipper[lanes], n_shippers))

    def grant(self, asked: Array, weight: Array, left: Array) -> Array:
        """Return what each lane gets of what is `left`, t, and take it off; `asked` is spent."""
        granted = np.minimum(asked, _ratio(left, self.per_shipper @ weight)[self.shipper] * weight)
        asked -= granted
        np.maximum(left - self.per_shipper @ granted, 0.0, out=left)
        unmet = self.per_shipper @ asked
        granted += asked * np.minimum(_ratio(left, unmet), 1.0)[self.shipper]
        np.maximum(left - unmet, 0.0, out=left)
        return granted


class Rationing:
    """Share what shippers have among the lanes that ask for it."""

    def __init__(self, shipper: Index, n_shippers: int, priority: Index) -> None:
        self._shipper, self._n = shipper, n_shippers
        self.rank = np.unique(priority, return_inverse=True)[1].reshape(-1).astype(np.int64)
        """Which class each lane is of, from the first, (lane,)."""
        self._classes = [_Tier.of(np.flatnonzero(priority == p), shipper, n_shippers) for p in np.unique(priority)]
        self._all = incidence(shipper, n_shippers)

    def grant(self, asked: Array, on_hand: Array, weight: Array, right: Array | None = None) -> Array:
        """Return what each lane is granted, t, (lane, replication).

        `asked`, `weight` and `right` (t) are (lane, replication), `on_hand` (t) is (shipper, replication). Nothing is
        granted to a lower class while a higher one is short.
        """
        granted, left = np.zeros_like(asked), on_hand.copy()
        if right is not None and right.any():
            tier = _Tier.of(np.flatnonzero(right.any(axis=1)), self._shipper, self._n)
            claims = right[tier.lanes]
            granted[tier.lanes] = tier.grant(np.minimum(asked[tier.lanes], claims), claims, left)
        for tier in self._classes:
            wanted = asked[tier.lanes] - granted[tier.lanes]
            granted[tier.lanes] += tier.grant(wanted, weight[tier.lanes], left)
        return granted

    def of_shipper(self, block: Array) -> Array:
        """Return of each lane what is its shipper's, (lane, replication)."""
        return block[self._shipper]

    def leaves(self, granted: Array) -> Array:
        """Return what leaves each shipper, t, (shipper, replication)."""
        return np.asarray(self._all @ granted)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > NEGLIGIBLE)
