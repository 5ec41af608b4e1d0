"""Price floors: what named plants make is worth at least so much to them, and somebody pays the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index
from sim.decisions import below
from sim.entities.incidence import sum_rows
from sim.entities.offtakes import Offtakes
from sim.entities.treasury import Treasury
from sim.units import KG_PER_T


@dataclass(frozen=True, eq=False)
class Floor:
    """One price floor, and what was paid under it."""

    products: Index
    """What its producers make, as rows among plant products."""
    prices: Index
    """The prices it holds up, as rows among prices, (price,)."""
    least: Array
    """USD/kg, (price, 1)."""
    contained: csr_array
    """kg of oxide-equivalent per kg of product, (product, price)."""
    first: Index
    """Day from which it is paid, (replication,)."""
    budget_usd: float
    """The most that is paid in all, USD."""
    paid_usd: Array
    """(replication,); written in place."""

    def topped_up(self, price: Array, day: int) -> Array:
        """Return what is paid per kg today, USD, (product, replication), at prices (price row, replication)."""
        lacking = np.maximum(self.least - price[self.prices], 0.0)
        in_force = (day >= self.first) & below(self.paid_usd, self.budget_usd)
        return np.asarray(self.contained @ lacking) * in_force

    def pay(self, per_kg: Array, made_t: Array, treasury: Treasury | None) -> None:
        """Pay for what was made today, t, (product, replication), as far as its own budget and all money go."""
        due = sum_rows(per_kg * made_t) * KG_PER_T
        if treasury is not None:
            due = np.minimum(np.minimum(due, self.budget_usd - self.paid_usd), treasury.left_usd)
            treasury.pay(due)
        self.paid_usd[:] = np.minimum(self.paid_usd + due, self.budget_usd)


@dataclass(frozen=True, eq=False)
class Floors:
    """All price floors; no plant has two."""

    each: tuple[Floor, ...]
    per_kg: list[Array]
    """What each pays today, as it was when plants decided to run."""
    offtakes: Offtakes | None
    """Who may claim what is made under them; None where nobody may."""
    treasury: Treasury | None
    """What they draw on together with all else that the policy pays for."""

    def lift(self, value: Array, price: Array, day: int) -> None:
        """Add to what plants think their products are worth, USD/kg, (plant product, replication), in place."""
        self.per_kg[:] = [floor.topped_up(price, day) for floor in self.each]
        if self.treasury is not None:
            self.per_kg[:] = [per_kg * self.treasury.stands() for per_kg in self.per_kg]
        for floor, per_kg in zip(self.each, self.per_kg, strict=True):
            value[floor.products] += per_kg

    def pay(self, begun_t: Array, to_surplus_t: Array) -> None:
        """Pay for what plants made today, to order and beyond, t, (plant product, replication) each."""
        for floor, per_kg in zip(self.each, self.per_kg, strict=True):
            floor.pay(per_kg, begun_t[floor.products] + to_surplus_t[floor.products], self.treasury)

    def paid_usd(self, width: int) -> Array:
        """Return all that was paid, USD, (replication,)."""
        total = np.zeros(width)
        for floor in self.each:
            total += floor.paid_usd
        return total
