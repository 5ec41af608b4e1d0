"""Prices: what is held sets the level, open lanes tie markets together, noise does the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index, put, some
from sim.entities.layers import Layers
from sim.units import DAYS_PER_WEEK

NOTHING_T = 1e-9
"""A stock below this is rounding."""


@dataclass(frozen=True)
class PriceRules:
    """How prices form; docs/model.md, section 7. Arrays are (replication,)."""

    scarcity_slope: Array
    cover_floor: float
    cover_ceiling: Array
    unmet_slope: Array
    adjustment_d: Array
    decay_d: Array
    tie_d: Array
    response_smoothing_d: Array
    long_smoothing_d: Array


@dataclass(frozen=True, eq=False)
class Market:
    """The log price of every element in every market, against its opening level.

    A row is (element, market), the markets of an element standing together.
    """

    rules: PriceRules
    level: Array
    """Log of the price over its opening price, without noise, (row, replication)."""
    opening: Array
    """USD/kg, (row, 1)."""
    price: Array
    """USD/kg, latest, (row, replication)."""
    held: csr_array
    """Oxide-equivalent t held per t of stock, (row, stock row)."""
    opening_held: Array
    """t, (row, replication)."""
    in_use: csr_array
    """Oxide-equivalent t per t a buyer uses, (row, buyer)."""
    normal_held: Array
    """What today's plan calls to be held, t, (row, replication)."""
    crossing: tuple[csr_array, ...]
    """Per pair of markets: oxide-equivalent per tonne on the lanes between them, (element, pull lane)."""
    opening_flow_tpd: Array
    """Shipped t/d, (pull lane, replication)."""
    pairs: tuple[tuple[int, int], ...]
    """Numbers of the two markets."""
    tie: Array
    """Squared open share of the flow between the markets of a pair, (pair, element, replication)."""
    noise: Array
    """Noise on the log price, (element, week, replication)."""
    element: Index
    """Element of each row, (row,)."""
    n_markets: int
    discounts: Layers
    """What dumping takes off the level that scarcity sets, in logs, (row, replication)."""
    imports: csr_array
    """Oxide-equivalent per tonne on the lanes into a market from another region, (row, pull lane)."""
    markup: Array
    """What middlemen add to the mean log price of what is imported, (row, replication)."""
    floor: Array
    """USD/kg below which a quote does not fall, (row, 1)."""

    def tie_markets(self, open_share: Array, columns: Index) -> None:
        """Note how much of the flow between markets is open, (pull lane, column), for some replications."""
        for pair, crossing in enumerate(self.crossing):
            flow = some(self.opening_flow_tpd, columns)
            whole, part = crossing @ flow, crossing @ (flow * open_share)
            share = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
            put(self.tie[pair], columns, share**2)

    def mark_up(self, open_share: Array, dearer: Array, columns: Index) -> None:
        """Note how much dearer imports are for middlemen; both (pull lane, column), for some replications."""
        flow = some(self.opening_flow_tpd, columns) * open_share
        whole, part = self.imports @ flow, self.imports @ (flow * dearer)
        put(self.markup, columns, np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))

    def aim(self, normal: Array, columns: Index) -> None:
        """Note what the plan calls to be held, t, (stock row, column), for some replications."""
        put(self.normal_held, columns, self.held @ normal)

    def run_day(self, day: int, stock: Array, notional: Array, unmet: Array) -> None:
        """Move every price a day on; stocks in t at the day's end, buyers' tonnes of the day."""
        rules = self.rules
        held = self.held @ stock
        glut = np.where(held > NOTHING_T, rules.cover_ceiling, 1.0)
        most = rules.cover_ceiling * self.normal_held
        cover = np.divide(np.minimum(held, most), self.normal_held, out=glut, where=self.normal_held > 0)
        target = -rules.scarcity_slope * np.log(np.maximum(cover, rules.cover_floor))
        use = self.in_use @ notional
        target += rules.unmet_slope * np.divide(self.in_use @ unmet, use, out=np.zeros_like(use), where=use > 0)
        if not self.discounts.idle:
            target -= self.discounts.standing
        if self.markup.any():
            target += self.markup
        step = target - self.level
        step /= np.where(step < 0, rules.decay_d, rules.adjustment_d)
        step += self._pull()
        self.level[:] += step
        self.quote(day)

    def quote(self, day: int) -> None:
        """Set prices from levels and the week's noise."""
        np.exp(self.level + self.noise[:, day // DAYS_PER_WEEK][self.element], out=self.price)
        self.price[:] *= self.opening
        np.maximum(self.price, self.floor, out=self.price)

    def _pull(self) -> Array:
        """Return the step that open lanes force on each log price, (row, replication)."""
        by_market = self.level.reshape(-1, self.n_markets, self.level.shape[1])
        held = self.opening_held.reshape(by_market.shape)
        step = np.zeros_like(by_market)
        for tie, (m, n) in zip(self.tie, self.pairs, strict=True):
            both = held[:, m] + held[:, n]
            part = np.divide(held[:, n], both, out=np.zeros_like(both), where=both > 0)
            pull = tie * (by_market[:, n] - by_market[:, m]) / self.rules.tie_d
            step[:, m] += part * pull
            step[:, n] -= np.divide(held[:, m], both, out=np.zeros_like(both), where=both > 0) * pull
        return step.reshape(self.level.shape)
