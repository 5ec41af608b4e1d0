"""Stockpiles: held for a bad day, let go when projected cover runs low, bought back when prices allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.decisions import below
from sim.entities.accounts import Accounts
from sim.entities.rationing import Rationing

NOTHING_T = 1e-9
"""A release below this is rounding."""


@dataclass(frozen=True, eq=False)
class Pile:
    """One stockpile's lanes and rows."""

    rows: slice
    """Its rows among piles."""
    lanes: Index
    """Its rows among release lanes."""
    group: Index
    """Whom each lane serves, (lane,)."""
    received: Array
    """Tonnes received per tonne shipped, (lane, 1)."""
    capacity_tpd: Array
    """The most each lane carries, (lane, replication)."""
    trigger_d: Array
    """Projected cover it restores, (replication,)."""
    rationing: Rationing
    accounts: Accounts | None
    """What each owner may draw; None where all draw by need."""


@dataclass(frozen=True, eq=False)
class Stockpiles:
    """All stockpiles, in file order."""

    stock: Array
    """On hand, t, (pile row, replication)."""
    position: Array
    """On hand and under way, t, (pile row, replication)."""
    piles: tuple[Pile, ...]
    release_limit_tpd: Array
    """(pile row, replication)."""
    target_t: Array
    """What refilling restores, (pile row, replication)."""
    room_t: Array
    """The most it can hold, (pile row, replication)."""
    refill_tpd: Array
    """The pile's rate, by opening tonnes; 0 where it never buys back, (pile row, replication)."""
    price_ceiling: Array
    """Multiple of the opening value, (pile row, 1)."""
    released: Array
    """Let go today, t, (release lane, replication)."""
    let_go: Array
    """Let go today, t, (pile row, replication)."""
    released_t: Array
    """Let go since the start, t, (pile row, replication)."""

    def release(self, use_tpd: Array, going_t: Array, position: Array, open_share: Array) -> None:
        """Let go what brings each group served up to the trigger; counts at once in the group's `position`.

        `use_tpd`, `going_t` (what keeps the lanes that still deliver filled) and `position` are (group, replication);
        `open_share` is (release lane, replication).
        """
        for pile in self.piles:
            group = pile.group
            missing = pile.trigger_d * use_tpd[group] - (position[group] - going_t[group])
            asked = np.maximum(missing, 0.0) / pile.received
            asked = np.minimum(asked, pile.capacity_tpd) * (open_share[pile.lanes] == 1)
            granted = self._grant(pile, asked) if asked.any() else asked
            self.released[pile.lanes] = granted
            self.let_go[pile.rows] = pile.rationing.leaves(granted)
            self.stock[pile.rows] = np.maximum(self.stock[pile.rows] - self.let_go[pile.rows], 0.0)
            self.position[pile.rows] -= self.let_go[pile.rows]
            np.add.at(position, group, granted * pile.received)
        self.released_t[:] += self.let_go

    def _grant(self, pile: Pile, asked: Array) -> Array:
        limit = self.release_limit_tpd[pile.rows]
        if pile.accounts is not None:
            return pile.accounts.grant(asked, limit)
        return pile.rationing.grant(asked, np.minimum(self.stock[pile.rows], limit), np.ones_like(asked))

    def receive(self, arrived: Array) -> None:
        """Take in what was bought, t, (pile row, replication), and book it to its owners."""
        self.stock[:] += arrived
        for pile in self.piles:
            if pile.accounts is not None:
                pile.accounts.book(arrived[pile.rows], self.target_t[pile.rows])

    def refill(self, value_multiple: Array) -> Array:
        """Return what is ordered back today, t, (pile row, replication), at values as multiples of the opening ones."""
        order = np.minimum(np.maximum(self.target_t - self.position, 0.0), self.refill_tpd)
        buys = (self.let_go <= NOTHING_T) & ~below(self.price_ceiling, value_multiple)
        return np.asarray(order * buys)
