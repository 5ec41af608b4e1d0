"""A ledger that also looks for what must never be: negative stocks, closed gates passed, piles above their room."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.decisions import below
from sim.entities.accounts import Accounts
from sim.entities.incidence import sum_rows
from sim.entities.treasury import Treasury
from sim.records.ledger import Ledger
from sim.units import KG_PER_T
from sim.world import World

STANDS_STILL = 1e-9
"""What a sum over the horizon may be off by, relative."""


class Watcher:
    """A ledger that also looks for what must never be, and keeps the worst that it saw, in tonnes or USD.

    Hand it to `sim.engine.run` in place of a `Ledger`, and to the next one what it kept.
    """

    def __init__(self, ledger: Ledger, world: World) -> None:
        self.ledger = ledger
        self.lowest = float(world.stock.min(initial=0.0))
        self.unaccounted_t = 0.0
        self.strange: str = ""
        self.smuggled_t = 0.0
        self.overflow_t = 0.0
        self.overdrawn_t = 0.0
        self.overpaid_t = 0.0
        self.overspent_usd = 0.0
        self._drawn_t = np.zeros_like(world.stockpiles.released)
        budgets = world.stockpiles.budgets
        self._budget_usd = None if budgets is None else budgets.left_usd.copy()
        self._spent_usd = np.zeros_like(self._drawn_t) if budgets is None else np.zeros_like(budgets.left_usd)
        self._value = world.value[world.value_rows.pile]
        self._bought_usd = np.zeros(world.width)
        if budgets is not None:
            self._bought_usd = budgets.cost_usd(world.stockpiles.position, self._value)

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Look at a day, and pass it on."""
        self.ledger.note_day(world, day, shipped)
        blocks = {"a stock": world.stock, "a flow": shipped, "a price": world.market.price, "work": world.works.begun}
        for what, block in blocks.items():
            self.lowest = min(self.lowest, float(block.min(initial=0.0)))
            if not np.isfinite(block.sum()):
                self.strange = self.strange or f"{what} on day {day}"
        buyers = world.buyers
        over = np.maximum(buyers.delivered - buyers.wanted, buyers.wanted + buyers.thrifted - buyers.notional)
        self.unaccounted_t = max(self.unaccounted_t, float((over - STANDS_STILL * buyers.notional).max(initial=0.0)))
        passing = world.lanes.limits.standing
        allowed = np.where(passing < 1, passing * world.opening_flow_tpd, world.lanes.capacity_tpd)
        carried = np.delete(shipped - allowed, np.arange(len(shipped))[world.lanes.unordered], axis=0)
        self.smuggled_t = max(self.smuggled_t, float(carried.max(initial=0.0)))
        over = world.stockpiles.stock - world.stockpiles.room_t
        self.overflow_t = max(self.overflow_t, float(over.max(initial=0.0)))
        self._watch_buying(world, shipped)
        for pile in world.stockpiles.piles:
            calm = world.stockpiles.rotated[pile.rows].sum(axis=0) == 0
            self._drawn_t[pile.lanes] += world.stockpiles.released[pile.lanes] * calm
        for pile in world.stockpiles.piles:
            if pile.accounts is not None:
                self.overdrawn_t = max(self.overdrawn_t, overdrawn(pile.accounts, self._drawn_t[pile.lanes]))

    def _watch_buying(self, world: World, shipped: Array) -> None:
        """See what piles bought at the values of the day before, at which they ordered."""
        piles, lanes = world.stockpiles, world.lanes
        bought = (lanes.to_receivers @ shipped)[lanes.n_receivers - len(piles.stock) :]
        dear = below(piles.price_ceiling * piles.opening_value, self._value)
        self.overpaid_t = max(self.overpaid_t, float((bought * dear).max(initial=0.0)))
        if piles.budgets is not None and self._budget_usd is not None:
            earned = piles.proceeds(self._value)
            self._spent_usd += piles.budgets.per_pile @ (bought * self._value * KG_PER_T - earned)
            over = self._spent_usd - self._budget_usd * (1 + STANDS_STILL)
            self.overspent_usd = max(self.overspent_usd, float(over.max(initial=0.0)))
            self._bought_usd += piles.budgets.cost_usd(bought, self._value) - sum_rows(earned[piles.budgets.of_policy])
            self._watch_treasury(world, piles.budgets.treasury)
        self._value = world.value[world.value_rows.pile]

    def _watch_treasury(self, world: World, treasury: Treasury | None) -> None:
        """See what all instruments of the policy have spent together."""
        if treasury is not None:
            paid = self._bought_usd + world.building.support_usd + world.floors.paid_usd(world.width)
            over = paid - treasury.budget_usd * (1 + STANDS_STILL)
            self.overspent_usd = max(self.overspent_usd, float(over.max(initial=0.0)))


def overdrawn(accounts: Accounts, drawn: Array) -> float:
    """Return by how much any owner has drawn more than its own and what it is entitled to of the others', t.

    `drawn` is what left on each of the pile's lanes since the start, t, (lane, replication).
    """
    too_much = 0.0
    for account in accounts.each:
        others = [other.brought for other in accounts.each if other is not account]
        may = account.brought + accounts.entitlement * sum(others, np.zeros_like(account.brought))
        over = account.own.rationing.leaves(drawn[account.own.lanes]) - may
        too_much = max(too_much, float(over.max(initial=0.0)), float((-account.held).max(initial=0.0)))
    return too_much
