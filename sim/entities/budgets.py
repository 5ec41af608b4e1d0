"""What stockpiles may spend on buying."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index
from sim.units import KG_PER_T


@dataclass(frozen=True, eq=False)
class Budgets:
    """The money of those that have a budget; what they buy costs what it is worth when it is ordered."""

    left_usd: Array
    """Not yet spent, (pile, replication); infinite where a pile has no budget."""
    pile: Index
    """Which pile each row belongs to, (pile row,)."""
    per_pile: csr_array
    """Sums a pile's rows, (pile, pile row)."""

    def keep(self, order: Array, value: Array) -> Array:
        """Cut orders, t, (pile row, replication), at `value`, USD/kg, alike to what a pile can pay for."""
        cost = self.per_pile @ (order * value * KG_PER_T)
        part = np.divide(self.left_usd, cost, out=np.ones_like(cost), where=cost > 0)
        return np.asarray(order * np.minimum(part, 1.0)[self.pile])

    def pay(self, bought: Array, value: Array) -> None:
        """Pay for what left for the piles, t received, (pile row, replication)."""
        self.left_usd[:] = np.maximum(self.left_usd - self.per_pile @ (bought * value * KG_PER_T), 0.0)
