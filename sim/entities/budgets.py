"""What stockpiles may spend on buying."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index
from sim.entities.incidence import sum_rows
from sim.entities.treasury import Treasury
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
    treasury: Treasury | None
    """What the policy's piles draw on together with all else that it pays for."""
    of_policy: Index
    """Rows of piles that the policy added."""

    def keep(self, order: Array, value: Array) -> Array:
        """Cut orders, t, (pile row, replication), at `value`, USD/kg, alike to what a pile can pay for."""
        cost = self.per_pile @ (order * value * KG_PER_T)
        part = np.divide(self.left_usd, cost, out=np.ones_like(cost), where=cost > 0)
        order = np.asarray(order * np.minimum(part, 1.0)[self.pile])
        if self.treasury is not None:
            order[self.of_policy] *= self.treasury.part(self.cost_usd(order, value))
        return order

    def pay(self, bought: Array, value: Array) -> None:
        """Pay for what left for the piles, t received, (pile row, replication)."""
        self.left_usd[:] = np.maximum(self.left_usd - self.per_pile @ (bought * value * KG_PER_T), 0.0)
        if self.treasury is not None:
            self.treasury.pay(self.cost_usd(bought, value))

    def earn(self, proceeds_usd: Array) -> None:
        """Put what rotation brought in, USD, (pile row, replication), where what is bought back is paid from."""
        self.left_usd[:] += self.per_pile @ proceeds_usd
        if self.treasury is not None:
            self.treasury.pay(-sum_rows(proceeds_usd[self.of_policy]))

    def cost_usd(self, bought: Array, value: Array) -> Array:
        """Return what the policy pays for tonnes, USD, (replication,)."""
        return sum_rows(bought[self.of_policy] * value[self.of_policy] * KG_PER_T)
