"""Offtake agreements: who may claim what a plant makes before all others, once it is short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.entities.rationing import Rationing


@dataclass(frozen=True, eq=False)
class Offtakes:
    """The claims of all agreements; a plant has one at most."""

    share: Array
    """Part of what there is, (pull lane, 1); 0 where a lane's taker has no claim to a share."""
    rate_tpd: Array
    """Tonnes a day, (pull lane, 1); 0 where a lane's taker has no claim to tonnes."""
    first: Index
    """Day from which each lane's claim holds, (pull lane, replication)."""

    def claims(self, lanes: Index, asked: Array, on_hand: Array, sharing: Rationing) -> Array:
        """Return what each of some lanes may claim once its agreement holds, t, (lane, replication), by what they ask.

        `asked` is t, (lane, replication), `on_hand` what their shippers have, t, (shipper, replication).
        """
        share, rate = self.share[lanes], self.rate_tpd[lanes]
        claiming = asked * ((share > 0) | (rate > 0))
        whole = sharing.of_shipper(sharing.leaves(claiming))
        part = np.divide(claiming, whole, out=np.zeros_like(asked), where=whole > 0)
        return np.asarray(part * (share * sharing.of_shipper(on_hand) + rate))

    def holds(self, day: int) -> Array:
        """Say which claims hold today, 1 or 0, (pull lane, replication)."""
        return (day >= self.first).astype(np.float64)
