"""The plan: the steady flow that notional demand calls for through today's shares. Everybody's orders aim at it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sim.entities.incidence import incidence, matrix
from sim.entities.lanes import Lanes
from sim.entities.rows import Rows
from sim.entities.separation import TRACE
from sim.spec.scenario import Scenario
from sim.units import DAYS_PER_YEAR

Array = NDArray[np.float64]
Index = NDArray[np.int64]
NO_NEED = 1e-9
"""Lost share below which no other lane is sought: shares sum to one only to rounding."""


@dataclass(frozen=True, eq=False)
class Chemistry:
    """What becomes of what, in tonnes per tonne."""

    bill: csr_array
    """Use of each maker's feed per tonne of each shipper row's product, (group, shipper)."""
    falls: csr_array
    """By-product per tonne of each shipper row's product, (shipper, shipper)."""
    separated: csr_array
    """Product per tonne of feed, (plant product, plant feed)."""
    plant_of_product: Index
    plant_of_feed: Index


@dataclass(frozen=True, eq=False)
class _Level:
    """Facilities that no other of the same level waits for."""

    bill: csr_array
    falls: csr_array
    pushed: csr_array  # flow on push lanes -> separated product of this level's plants
    drawn: csr_array  # today's shares -> separated product per tonne of ordered feed
    bought: csr_array  # today's shares -> their sum per plant of this level
    sent: csr_array  # flow on push lanes -> tonnes into each group
    products: Index  # plant products of this level, among shippers
    first: Index  # where each plant's products begin in `products`
    plant_groups: Index
    lanes: Index  # pull lanes into this level
    push: Index  # push lanes out of this level
    out: csr_array  # flow on `lanes` -> shippers


class Plan:
    """Planned use per group, output per shipper and flow per lane, (row, replication); written in place."""

    def __init__(self, scenario: Scenario, rows: Rows, lanes: Lanes, chemistry: Chemistry) -> None:
        width = lanes.transit_d.shape[1]
        self.use_tpd = np.zeros((rows.n_groups, width))
        self.out_tpd = np.zeros((len(rows.shippers), width))
        self.flow_tpd = np.zeros((len(lanes.specs), width))
        self.pipeline_t = np.zeros((rows.n_groups, width))
        self.share = np.zeros((lanes.n_pull, width))
        self.demand_tpd = np.zeros((len(rows.buyers), width))
        self._base_tpd = np.array([_constant(b.demand) for b in scenario.buyers.values()])
        self._growth = np.array([_constant(b.growth) if b.growth else 0.0 for b in scenario.buyers.values()])
        self._lanes = lanes
        self._buyers = slice(rows.n_groups - len(rows.piles) - len(rows.buyers), rows.n_groups - len(rows.piles))
        self._levels = _levels(scenario, rows, lanes, chemistry)

    @property
    def grows(self) -> bool:
        """Whether any buyer's use grows."""
        return bool(self._growth.any())

    def notional_tpd(self, day: int) -> Array:
        """Return use without noise on a day, t/d, (buyer,)."""
        return np.asarray(self._base_tpd * (1.0 + self._growth) ** (day / DAYS_PER_YEAR))

    def make(self, columns: Index, day: int) -> NDArray[np.bool_]:
        """Plan anew for the replications `columns`; return which lanes are now needed and not qualified.

        Shape (lane, column).
        """
        lanes = self._lanes
        share, lost = lanes.todays_shares(columns)
        passing = lanes.limits.share[:, columns]
        use, out = np.zeros((lanes.n_groups, len(columns))), np.zeros((lanes.n_shippers, len(columns)))
        flow, pushed = np.zeros((len(lanes.specs), len(columns))), np.zeros_like(use)
        demand = np.repeat(self.notional_tpd(day)[:, None], len(columns), axis=1)
        use[self._buyers] = demand
        for level in self._levels:
            self._plan_level(level, share, passing, use, out, flow, pushed)
        self.use_tpd[:, columns], self.out_tpd[:, columns], self.flow_tpd[:, columns] = use, out, flow
        self.share[:, columns], self.demand_tpd[:, columns] = share, demand
        self.pipeline_t[:, columns] = lanes.to_groups @ (flow * lanes.transit_d[:, columns])
        wanted = ((lost > NO_NEED) & (use > 0))[lanes.group]
        wanted[lanes.n_pull :] = False
        return wanted & ~lanes.asked[:, columns]

    def _plan_level(
        self, level: _Level, share: Array, passing: Array, use: Array, out: Array, flow: Array, pushed: Array
    ) -> None:
        lanes = self._lanes
        if level.bill.nnz:
            use += level.bill @ out
        if len(level.push):
            out += level.falls @ out
            flow[level.push] = passing[level.push] * lanes.share[level.push, None] * out[lanes.shipper[level.push]]
        if len(level.products):
            ships = flow[lanes.push]
            pushed += level.sent @ ships
            arrives = pushed[level.plant_groups]
            owner = np.repeat(np.arange(len(level.first)), np.diff(level.first, append=len(level.products)))
            bought = (level.bought @ share)[owner]
            yields = np.divide(level.drawn @ share, bought, out=np.zeros_like(bought), where=bought > 0)
            gap = np.maximum(out[level.products] - level.pushed @ ships, 0.0)
            ordered = np.divide(gap, yields, out=np.zeros_like(gap), where=yields > TRACE)
            use[level.plant_groups] = np.maximum.reduceat(arrives[owner] + ordered, level.first, axis=0)
        if not len(level.lanes):
            return
        group = lanes.group[level.lanes]
        flow[level.lanes] = (use - pushed)[group] * share[level.lanes] / lanes.received[level.lanes, None]
        out += level.out @ flow[level.lanes]


def _constant(quantity: object) -> float:
    return float(quantity.typical)  # type: ignore[attr-defined]


def _levels(scenario: Scenario, rows: Rows, lanes: Lanes, chemistry: Chemistry) -> list[_Level]:
    rank = _ranks(scenario, lanes)
    top = max(rank.values(), default=0)
    return [_level(rows, lanes, chemistry, {i for i, r in rank.items() if r == k}) for k in range(top + 1)]


def _ranks(scenario: Scenario, lanes: Lanes) -> dict[str, int]:
    """Longest path from the buyers: who orders is planned before who ships, who pushes before who is sent to."""
    after: dict[str, set[str]] = {i: set() for i in [*scenario.facilities, *scenario.buyers]}
    for row, lane in enumerate(lanes.specs.values()):
        if row < lanes.n_pull:
            after[lane.from_].add(lane.to)
        elif row < lanes.n_pull + lanes.n_push:
            after[lane.to].add(lane.from_)
    rank: dict[str, int] = {}

    def visit(place: str) -> int:
        if place not in rank:
            rank[place] = 1 + max((visit(p) for p in after[place]), default=-1)
        return rank[place]

    for place in after:
        visit(place)
    return rank


def _level(rows: Rows, lanes: Lanes, chemistry: Chemistry, members: set[str]) -> _Level:
    feed_rows = [n for n, (i, _) in enumerate(rows.maker_feeds) if i in members]
    fall_rows = [row for (i, m), row in rows.shippers.items() if i in members and (i, m) in rows.byproducts]
    plants = [n for n, i in enumerate(rows.plants) if i in members]
    kept = np.flatnonzero(np.isin(chemistry.plant_of_product, plants))
    owner = chemistry.plant_of_product[kept]
    specs = list(lanes.specs.values())
    into = np.array([n for n in range(lanes.n_pull) if specs[n].to in members], dtype=np.int64)
    first_feed = len(rows.maker_feeds)
    yield_of_lane = _yield_of_lane(rows, lanes, chemistry)[kept]
    push = lanes.push
    mine_rows = len(rows.mine_products)
    in_level = np.isin(lanes.group[push] - first_feed, plants)
    return _Level(
        bill=_only(chemistry.bill, feed_rows),
        falls=_only(chemistry.falls, fall_rows),
        pushed=csr_array(yield_of_lane[:, push].multiply(lanes.received[None, push])),
        drawn=csr_array(yield_of_lane[:, lanes.pull]),
        bought=matrix(
            [
                (k, n, 1.0)
                for k, g in enumerate(plants)
                for n in range(lanes.n_pull)
                if lanes.group[n] == first_feed + g
            ],
            (len(plants), lanes.n_pull),
        ),
        sent=incidence(lanes.group[push], lanes.n_groups, lanes.received[push] * in_level),
        products=kept + mine_rows,
        first=np.flatnonzero(np.diff(owner, prepend=-1)),
        plant_groups=first_feed + np.array(plants, dtype=np.int64),
        lanes=into,
        push=np.array([n for n in range(push.start, push.stop) if specs[n].from_ in members], dtype=np.int64),
        out=incidence(lanes.shipper[into], lanes.n_shippers),
    )


def _yield_of_lane(rows: Rows, lanes: Lanes, chemistry: Chemistry) -> csr_array:
    """Separated product per tonne received on each lane, (plant product, lane)."""
    first = len(rows.maker_feeds)
    feed = [(int(r) - first, n) for n, r in enumerate(lanes.receiver) if first <= r < first + len(rows.plant_feeds)]
    received = matrix([(f, n, 1.0) for f, n in feed], (len(rows.plant_feeds), len(lanes.specs)))
    return csr_array(chemistry.separated @ received)


def _only(full: csr_array, rows: list[int]) -> csr_array:
    keep = np.zeros(full.shape[0])
    keep[rows] = 1.0
    return csr_array(full.multiply(keep[:, None]))
