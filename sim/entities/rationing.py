"""Selling when short: by right, then by class, and within a class pro rata to opening demand and netback."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.entities.incidence import incidence

Array = NDArray[np.float64]
Index = NDArray[np.int64]


class Rationing:
    """Share what shippers have among the lanes that ask for it."""

    def __init__(self, shipper: Index, n_shippers: int, priority: Index) -> None:
        self._shipper = shipper
        self._sum = incidence(shipper, n_shippers)
        self._classes = [(priority == p)[:, None].astype(np.float64) for p in np.unique(priority)]

    def grant(self, asked: Array, on_hand: Array, weight: Array, right: Array | None = None) -> Array:
        """Return what each lane is granted, t, (lane, replication).

        `asked` and `right` in t and `weight` are (lane, replication), `on_hand` in t is (shipper, replication). Nothing is granted
        to a lower class while a higher one is short.
        """
        granted = np.zeros_like(asked)
        if right is not None:
            self._tier(np.minimum(asked, right), on_hand, right, granted)
        for members in self._classes:
            self._tier((asked - granted) * members, on_hand, weight * members, granted)
        return granted

    def leaves(self, granted: Array) -> Array:
        """Return what leaves each shipper, t, (shipper, replication)."""
        return np.asarray(self._sum @ granted)

    def _tier(self, asked: Array, on_hand: Array, weight: Array, granted: Array) -> None:
        """Add to `granted` what a tier gets of what the earlier ones left."""
        left = np.maximum(on_hand - self._sum @ granted, 0.0)
        first = np.minimum(asked, _ratio(left, self._sum @ weight)[self._shipper] * weight)
        open_ = asked - first
        rest = np.maximum(left - self._sum @ first, 0.0)
        granted += first + open_ * np.minimum(_ratio(rest, self._sum @ open_), 1.0)[self._shipper]


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
