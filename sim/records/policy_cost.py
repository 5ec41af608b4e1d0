"""What a policy's stockpiles cost: bought less let go, opening stock less closing stock; docs/model.md, section 10."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.entities.incidence import sum_rows
from sim.units import KG_PER_T
from sim.world import World


class PolicyCost:
    """Keeps the account of the stockpiles that the policy added; those that exist anyway cost it nothing."""

    def __init__(self, world: World) -> None:
        added, lanes = world.scenario.policy_facilities, world.lanes
        self._piles = np.array([n for n, (i, _) in enumerate(world.rows.piles) if i in added], dtype=np.int64)
        self._value_rows = world.value_rows.pile[self._piles]
        into = lanes.n_receivers - len(world.rows.piles) + self._piles
        self._lanes = np.flatnonzero(np.isin(lanes.receiver, into))
        self._bought = lanes.to_receivers[into][:, self._lanes]
        self._usd = self._worth(world)

    def note_day(self, world: World, shipped: Array) -> None:
        """Add what the piles paid today less what they took, at the day's values; `shipped` t, (lane, replication)."""
        if len(self._piles):
            tonnes = self._bought @ shipped[self._lanes] - world.stockpiles.let_go[self._piles]
            self._usd += sum_rows(tonnes * world.value[self._value_rows]) * KG_PER_T

    def column(self, world: World) -> Array:
        """Return the cost, USD, (replication,)."""
        return np.asarray(self._usd - self._worth(world))

    def _worth(self, world: World) -> Array:
        """Return what the piles hold and have under way is worth at the values of day 0, USD, (replication,)."""
        held = world.stockpiles.position[self._piles] * world.opening_value[self._value_rows]
        return sum_rows(held) * KG_PER_T
