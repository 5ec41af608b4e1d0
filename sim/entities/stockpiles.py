"""Stockpiles: held for a bad day, let go when called on, filled up and bought back when prices allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.decisions import below
from sim.entities.accounts import Accounts
from sim.entities.budgets import Budgets
from sim.entities.calls import Call, Ration
from sim.entities.rationing import Rationing
from sim.entities.rotation import Rotation
from sim.units import KG_PER_T

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
    trigger_d: Array | None
    """Projected cover it restores or, unless it fills gaps, below which it serves; None: any, (replication,)."""
    fills_gaps: bool
    """Whether it lets go what cover lacks; else a day's use."""
    row: Index
    """Which of the pile's rows each lane leaves, (lane,)."""
    rationing: Rationing
    call: Call | None
    ration: Ration | None
    accounts: Accounts | None
    """What each owner may draw; None where all draw by need."""
    rotation: Rotation | None
    """How it is kept fresh; None where it is not."""

    def asks(self, use_tpd: Array, going_t: Array, position: Array, open_share: Array) -> Array:
        """Return what each lane asks for, t, (lane, replication); see `Stockpiles.release`."""
        use_tpd, projected = use_tpd[self.group], position[self.group] - going_t[self.group]
        if not self.fills_gaps:
            low = True if self.trigger_d is None else below(projected, self.trigger_d * use_tpd)
            missing = use_tpd * low
        else:
            missing = np.maximum((0.0 if self.trigger_d is None else self.trigger_d * use_tpd) - projected, 0.0)
        asked = np.minimum(missing / self.received, self.capacity_tpd)
        return np.asarray(asked * (open_share[self.lanes] == 1))


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
    """What it is filled up to, (pile row, replication)."""
    room_t: Array
    """The most it can hold, (pile row, replication)."""
    refill_tpd: Array
    """The pile's rate, by target tonnes; 0 where it never buys, (pile row, replication)."""
    price_ceiling: Array
    """Multiple of the opening value, (pile row, 1)."""
    decision_day: Index | None
    """Day before which it buys nothing, (pile row, replication); None where all buy from day 0."""
    budgets: Budgets | None
    opening_value: Array
    """Of what it holds in its market, USD/kg, (pile row, 1)."""
    released: Array
    """Let go today, t, (release lane, replication)."""
    let_go: Array
    """Let go today, t, (pile row, replication)."""
    released_t: Array
    """Let go since the start, t, (pile row, replication)."""
    rotated: Array
    """Sold today to be bought anew, t, (pile row, replication)."""
    discount: Array
    """Part of its value that stock has lost when it is sold so, (pile row, 1)."""

    def release(
        self, day: int, use_tpd: Array, going_t: Array, position: Array, open_share: Array, value: Array
    ) -> None:
        """Let go what those served ask for, and count it at once in each group's `position`.

        `use_tpd`, `going_t` (what keeps the lanes that still deliver filled) and `position` are (group, replication);
        `open_share` is (release lane, replication), `value` USD/kg, (pile row, replication).
        """
        for pile in self.piles:
            asked = pile.asks(use_tpd, going_t, position, open_share)
            if pile.call is not None:
                asked *= pile.call.holds(day, value[pile.rows], self.opening_value[pile.rows])[pile.row]
            granted = self._grant(pile, asked, day) if asked.any() else asked
            self.released[pile.lanes] = granted
            self.let_go[pile.rows] = pile.rationing.leaves(granted)
            self.stock[pile.rows] = np.maximum(self.stock[pile.rows] - self.let_go[pile.rows], 0.0)
            self.position[pile.rows] -= self.let_go[pile.rows]
            np.add.at(position, pile.group, granted * pile.received)
        self.released_t[:] += self.let_go

    def rotate(self, day: int, use_tpd: Array, position: Array, open_share: Array, value: Array) -> None:
        """Sell old stock of piles that let nothing go today, at prices at which they buy; arguments as in `release`."""
        self.rotated[:] = 0.0
        affordable = ~below(self.price_ceiling * self.opening_value, value)
        for pile in self.piles:
            if pile.rotation is None:
                continue
            calm = (self.let_go[pile.rows] <= NOTHING_T).all(axis=0)
            lacking = np.maximum(self.target_t[pile.rows] - self.position[pile.rows], 0.0)
            due = pile.rotation.due(day, self.stock[pile.rows], lacking) * (affordable[pile.rows] & calm)
            takes = np.minimum(use_tpd[pile.group] / pile.received, pile.capacity_tpd) * (open_share[pile.lanes] == 1)
            sold = pile.rotation.rationing.grant(takes, due, takes)
            self._sell(pile, sold, position)
        if self.budgets is not None:
            self.budgets.earn(self.proceeds(value))

    def _sell(self, pile: Pile, sold: Array, position: Array) -> None:
        leaves = pile.rationing.leaves(sold)
        self.released[pile.lanes] += sold
        self.rotated[pile.rows] = leaves
        self.stock[pile.rows] = np.maximum(self.stock[pile.rows] - leaves, 0.0)
        self.position[pile.rows] -= leaves
        if pile.accounts is not None:
            pile.accounts.rotate(leaves)
        np.add.at(position, pile.group, sold * pile.received)

    def proceeds(self, value: Array) -> Array:
        """Return what rotation brings in today, USD, (pile row, replication), at values in USD/kg of the same shape."""
        return np.asarray(self.rotated * value * (1.0 - self.discount) * KG_PER_T)

    @property
    def rotates(self) -> bool:
        """Whether any is kept fresh."""
        return any(pile.rotation is not None for pile in self.piles)

    def _grant(self, pile: Pile, asked: Array, day: int) -> Array:
        limit = self.release_limit_tpd[pile.rows]
        if pile.ration is not None:
            called = pile.rationing.leaves(asked) > NOTHING_T
            limit = np.minimum(limit, pile.ration.limit(day, called, self.stock[pile.rows]))
        if pile.accounts is not None:
            return pile.accounts.grant(asked, limit)
        return pile.rationing.grant(asked, np.minimum(self.stock[pile.rows], limit), np.ones_like(asked))

    def receive(self, arrived: Array) -> None:
        """Take in what was bought, t, (pile row, replication), and book it to its owners."""
        self.stock[:] += arrived
        for pile in self.piles:
            if pile.accounts is not None:
                pile.accounts.book(arrived[pile.rows], self.target_t[pile.rows])

    def refill(self, day: int, value: Array) -> Array:
        """Return what is ordered today, t, (pile row, replication), at values in USD/kg of the same shape."""
        order = np.minimum(np.maximum(self.target_t - self.position, 0.0), self.refill_tpd)
        buys = (self.let_go <= NOTHING_T) & ~below(self.price_ceiling * self.opening_value, value)
        if self.decision_day is not None:
            buys &= day >= self.decision_day
        order = np.asarray(order * buys)
        return order if self.budgets is None else self.budgets.keep(order, value)
