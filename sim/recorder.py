"""What the engine keeps of a block, and hands over as columns, counts and events."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.entities.incidence import sum_rows
from sim.records.balance import Balance
from sim.records.daily import Daily
from sim.records.origins import Origins
from sim.records.shocks import PriceShocks
from sim.records.shortages import Shortages
from sim.results import Block
from sim.units import KG_PER_T
from sim.world import World


class Ledger:
    """Keeps what results are made of."""

    def __init__(self, world: World) -> None:
        self._shortages = Shortages(world)
        self._shocks = PriceShocks(world)
        self._origins = Origins(world)
        self._daily = Daily(world, self._shocks)
        self._balance = Balance(world)
        self._cost_usd = _worth_of_piles(world)

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Take note of a day."""
        self._shortages.note_day(world, day)
        self._shocks.note_day(world, day)
        self._origins.note_day(shipped)
        self._daily.note_day(world, day, self._shortages, self._shocks)
        self._cost_usd += _bought_less_sold(world, shipped)

    def block(self, world: World) -> Block:
        """Close the books and hand over."""
        error = self._balance.close(world)
        own = world.disturbed
        columns = self._shortages.columns(world) | self._shocks.columns(world) | self._origins.columns(world)
        columns |= {
            "all/disruption_day": _within(world, world.disruption_day)[own],
            "all/control_end_day": _within(world, world.control_end_day)[own],
            "all/policy_cost_usd": (self._cost_usd - _worth_of_piles(world))[own],
            "all/balance_error": error[own],
        }
        return Block(world.draws.replications, columns, dict(self._daily.counts()), tuple(world.diary))


def _within(world: World, day: Array) -> Array:
    """Return days, (replication,), with NaN for those past the horizon: they never come."""
    return np.where(day < world.clock.horizon_d, day, np.nan)


def _of_policy(world: World) -> Array:
    """1 for the piles a policy has added, 0 for those that exist anyway, (pile row, 1)."""
    added = world.scenario.policy_facilities
    return np.array([[float(i in added)] for i, _ in world.rows.piles]).reshape(-1, 1)


def _worth_of_piles(world: World) -> Array:
    """Return what the policy's piles hold and have bought is worth at the prices of day 0, USD, (replication,)."""
    worth = world.stockpiles.position * world.opening_value[world.value_rows.pile] * _of_policy(world)
    return sum_rows(worth) * KG_PER_T


def _bought_less_sold(world: World, shipped: Array) -> Array:
    """Return what the policy's piles paid today less what they took, USD at the day's prices, (replication,)."""
    piles, lanes = world.stockpiles, world.lanes
    if not piles.piles:
        return np.zeros(world.width)
    first = lanes.n_receivers - len(piles.stock)
    into = np.flatnonzero(lanes.receiver >= first)
    bought = np.zeros_like(piles.stock)
    np.add.at(bought, lanes.receiver[into] - first, shipped[into] * lanes.received[into, None])
    value = world.value[world.value_rows.pile]
    return sum_rows((bought - piles.let_go) * value * _of_policy(world)) * KG_PER_T
