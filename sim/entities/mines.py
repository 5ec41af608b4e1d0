"""Mines: from the ground to order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.entities.layers import Layers


@dataclass(frozen=True, eq=False)
class Mines:
    """Bring ore to the surface, never faster than their limits allow."""

    capacity_tpd: Array
    """Nameplate, t REO a day, (mine, replication)."""
    limits: Layers
    facility: Index
    """Row of each mine among facilities, (mine,)."""

    def run_day(self, wanted: Array, begun: Array) -> None:
        """Dig what is `wanted`, t, and note it in `begun`; both (mine, replication)."""
        np.minimum(wanted, self.capacity_tpd * self.limits.standing[self.facility], out=begun)
