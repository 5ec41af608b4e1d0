"""Content of one origin: what part of the value of a stock, a cargo or a work comes from an authority's regions.

Every stock is well mixed; docs/model.md, section 6, has the rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index
from sim.entities.detours import Detours
from sim.entities.lanes import Lanes
from sim.entities.shelves import Shelves

ROUNDS = 60
"""Times that the opening shares are carried through the network: scrap comes round again, a little less each time."""
DUST_T = 1e-9
"""What a row holds of no more than this is rounding, and says nothing of where things come from."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where things stand, and what becomes of what."""

    feeds: slice
    """Stock rows of feeds, which are the first receivers too."""
    works: slice
    """Stock rows of products."""
    byproducts: slice
    piles: slice
    surplus: slice
    n_maker_feeds: int
    separated_works: slice
    """Works of separation plants."""
    ships: slice
    """Stock rows of shippers."""
    pile_receivers: slice
    """Receivers that are piles."""
    value_in: csr_array
    """Value of a maker's feeds in that of its product, (work, maker feed)."""
    separated: csr_array
    """Product per tonne of feed, (plant product, plant feed)."""
    falls: csr_array
    """By-products per tonne of work, (by-product, work)."""
    home_rows: Index
    """Stock rows in the authority's region."""
    home_works: Index


class Origin:
    """The share of value that is of one origin, `share`, (stock row, replication); buyers' rows are not followed."""

    def __init__(
        self,
        places: Places,
        lanes: Lanes,
        n_rows: int,
        flow_tpd: Array,
        out_tpd: Array,
        lead_d: Index,
        late: Detours | None,
    ) -> None:
        """Begin with what the opening plan's flows lead to, t/d, (lane, replication) and (work, replication)."""
        self._at, self._lanes = places, lanes
        self._shipper = lanes.shipper + places.ships.start
        self.share = np.zeros((n_rows, flow_tpd.shape[1]))
        self._of_work = np.zeros_like(out_tpd)
        self._open(flow_tpd, out_tpd)
        self._cargo = Shelves(lanes.transit_d, flow_tpd * self.share[self._shipper])
        self._works = Shelves(lead_d, out_tpd * self._of_work)
        self._detours = None if late is None else late.like()

    def receive(self, stock: Array, arrivals: Array, done: Array, day: int) -> None:
        """Mix in what arrives, t, (receiver, replication), and is ready, t, (work, replication), before it does."""
        at, cargo = self._at, self._cargo.arrive()
        if self._detours is not None:
            cargo = cargo + self._detours.arrive(day)
        came, ready = self._lanes.to_receivers @ cargo, self._works.arrive()
        self._mix(at.feeds, stock[at.feeds], arrivals[at.feeds], came[at.feeds])
        self._mix(at.piles, stock[at.piles], arrivals[at.pile_receivers], came[at.pile_receivers])
        self._mix(at.works, stock[at.works], done, ready)
        self._mix(at.byproducts, stock[at.byproducts], at.falls @ done, at.falls @ ready)

    def work(self, stock: Array, thrift: Array) -> None:
        """Find what today's works would be made of, before they are begun; `thrift` is (maker feed, replication)."""
        self._find_works(stock[self._at.feeds][self._at.n_maker_feeds :], thrift)

    def separate(self, stock: Array, to_surplus: Array, drawn: Array) -> None:
        """Mix in what went to surplus and was drawn from it today, t, (plant product, replication)."""
        at = self._at
        made = self._of_work[at.separated_works]
        before = stock[at.surplus] + drawn - to_surplus
        self._mix(at.surplus, before, to_surplus, to_surplus * made)
        first = at.works.start + at.separated_works.start
        products = slice(first, first + len(drawn))
        self._mix(products, stock[products] - drawn, drawn, drawn * self.share[at.surplus])

    def leave(self, leaving: Array, begun: Array, delays_d: Array, day: int) -> None:
        """Send off what leaves, t, (lane, replication), and put in work what is begun, t, (work, replication)."""
        cargo = leaving * self.share[self._shipper]
        if self._detours is not None:
            cargo = self._detours.divert(cargo, delays_d, day)
        self._cargo.leave(cargo, day)
        self._works.leave(begun * self._of_work, day)

    def _mix(self, rows: slice, before: Array, tonnes: Array, of_origin: Array) -> None:
        whole = np.maximum(before, 0.0) + tonnes
        mixed = self.share[rows] * np.maximum(before, 0.0) + of_origin
        self.share[rows] = np.minimum(np.divide(mixed, whole, out=self.share[rows].copy(), where=whole > DUST_T), 1.0)
        self.share[self._at.home_rows] = 1.0

    def _find_works(self, fed: Array, thrift: Array | float) -> None:
        at = self._at
        feeds = self.share[at.feeds]
        self._of_work[:] = at.value_in @ (feeds[: at.n_maker_feeds] * (1.0 - thrift))
        whole = at.separated @ fed
        part = at.separated @ (fed * feeds[at.n_maker_feeds :])
        self._of_work[at.separated_works] = np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
        np.minimum(self._of_work, 1.0, out=self._of_work)
        self._of_work[at.home_works] = 1.0

    def _open(self, flow_tpd: Array, out_tpd: Array) -> None:
        at, arrivals = self._at, self._lanes.to_receivers @ flow_tpd
        self.share[at.home_rows] = 1.0
        for _ in range(ROUNDS):
            came = self._lanes.to_receivers @ (flow_tpd * self.share[self._shipper])
            self._mix(at.feeds, np.zeros_like(arrivals[at.feeds]), arrivals[at.feeds], came[at.feeds])
            self._find_works(arrivals[at.feeds][at.n_maker_feeds :], 0.0)
            self.share[at.works] = self._of_work
            self.share[at.surplus] = self._of_work[at.separated_works]
            fallen = at.falls @ out_tpd
            self._mix(at.byproducts, np.zeros_like(fallen), fallen, at.falls @ (out_tpd * self._of_work))
