"""What a policy's stockpiles cost, net, and the parts of it; docs/model.md, section 10."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.entities.incidence import incidence, sum_rows
from sim.results.metrics import COST_PARTS, POLICY_COST
from sim.spec.network import Stockpile
from sim.units import DAYS_PER_YEAR, KG_PER_T
from sim.world import World


class PolicyCost:
    """Keeps the account of the stockpiles that the policy added; those that exist anyway cost it nothing.

    What Rapid Responses send is carried at its cost, whoever gives it.
    """

    def __init__(self, world: World) -> None:
        added, lanes, piles = world.scenario.policy_facilities, world.lanes, world.rows.piles
        self._piles = np.array([n for n, (i, _) in enumerate(piles) if i in added], dtype=np.int64)
        self._value_rows = world.value_rows.pile[self._piles]
        into = lanes.n_receivers - len(piles) + self._piles
        self._in = np.flatnonzero(np.isin(lanes.receiver, into))
        self._bought = lanes.to_receivers[into][:, self._in]
        out = lanes.shipper - (lanes.n_shippers - len(piles))
        of_response = np.arange(len(out)) >= lanes.response.start
        self._out = np.flatnonzero(np.isin(out, self._piles) | of_response)
        self._freight = incidence(np.zeros_like(self._out), 1, lanes.freight[self._out] * KG_PER_T)
        specs = [world.rows.stockpiles[piles[n][0]] for n in self._piles]
        self._storage_usd_per_t = _column([pile.storage.typical if pile.storage else 0.0 for pile in specs])
        self._capital_share = _column([_daily_interest(pile) for pile in specs])
        self._usd = {part.name: np.zeros(world.width) for part in COST_PARTS}
        self._rotates = world.stockpiles.rotates
        purchases, *_ = self._usd.values()
        purchases += self._worth(world)

    def note_day(self, world: World, shipped: Array) -> None:
        """Add what the piles paid and took today, at the day's values; `shipped` t, (lane, replication)."""
        if not len(self._piles) and not len(self._out):
            return
        purchases, storage, capital, delivery, releases, _ = self._usd.values()
        value, held = world.value[self._value_rows] * KG_PER_T, world.stockpiles.stock[self._piles]
        purchases += sum_rows((self._bought @ shipped[self._in]) * value)
        releases += sum_rows(world.stockpiles.let_go[self._piles] * value)
        if self._rotates:
            releases += sum_rows(world.stockpiles.proceeds(world.value[world.value_rows.pile])[self._piles])
        storage += sum_rows(self._storage_usd_per_t * held)
        capital += sum_rows(self._capital_share * self._tied_up(world))
        delivery += (self._freight @ shipped[self._out])[0]

    def columns(self, world: World) -> dict[str, Array]:
        """Return the cost and its parts, USD, (replication,) each."""
        *spent, releases, _ = self._usd.values()
        self._usd[COST_PARTS[-1].name][:] = self._worth(world)
        cost = np.zeros(world.width)
        for part in spent:
            cost += part
        return {POLICY_COST.name: cost - releases - self._worth(world)} | self._usd

    def _worth(self, world: World) -> Array:
        """Return what the piles hold and have under way is worth at the values of day 0, USD, (replication,)."""
        return sum_rows(self._tied_up(world))

    def _tied_up(self, world: World) -> Array:
        held = world.stockpiles.position[self._piles] * world.opening_value[self._value_rows]
        return np.asarray(held * KG_PER_T)


def _daily_interest(pile: Stockpile) -> float:
    return pile.capital.typical / DAYS_PER_YEAR if pile.capital else 0.0


def _column(figures: list[float]) -> Array:
    return np.array(figures, dtype=np.float64)[:, None]
