"""What a policy may spend in all: one budget that its piles, projects and price floors draw on together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Mask
from sim.decisions import below


@dataclass(frozen=True, eq=False)
class Treasury:
    """One budget, and what is spent of it or set aside in each future."""

    budget_usd: float
    spent_usd: Array
    """(replication,); written in place."""

    @property
    def left_usd(self) -> Array:
        """What may still be spent, (replication,)."""
        return np.maximum(self.budget_usd - self.spent_usd, 0.0)

    def stands(self) -> Mask:
        """Say where there is money left, (replication,)."""
        return below(self.spent_usd, self.budget_usd)

    def reaches(self, usd: float) -> Mask:
        """Say where it pays for something in full, (replication,)."""
        return ~below(self.left_usd, usd)

    def part(self, cost_usd: Array) -> Array:
        """Return which part of a cost it can pay, (replication,); 1 of nothing."""
        part = np.divide(self.left_usd, cost_usd, out=np.ones_like(cost_usd), where=cost_usd > 0)
        return np.asarray(np.minimum(part, 1.0))

    def pay(self, usd: Array) -> None:
        """Spend, USD, (replication,)."""
        self.spent_usd[:] += usd
