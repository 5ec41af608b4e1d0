"""The plan: the steady flow that notional demand calls for through today's shares. Everybody's orders aim at it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index, Mask, put, some
from sim.entities.lanes import Lanes
from sim.entities.layers import Layers
from sim.entities.plan_levels import Chemistry, Level, levels
from sim.entities.rows import Rows
from sim.entities.separation import TRACE
from sim.spec.network import Maker, Stockpile
from sim.spec.scenario import Scenario
from sim.units import DAYS_PER_YEAR

NO_NEED = 1e-9
"""Lost share below which no other lane is sought: shares sum to one only to rounding."""


@dataclass(frozen=True, eq=False)
class Capacities:
    """Nameplates and what is started of idle capacity, t/d, (row, replication): nobody plans more than it can make."""

    mine_tpd: Array
    plant_tpd: Array
    maker_tpd: Array


@dataclass(frozen=True, eq=False)
class _Draft:
    """A plan in the making, for some replications: blocks are (row, column) and written in place."""

    lanes: Lanes
    most: Capacities
    share: Array
    """Today's share of each pull lane."""
    passing: Array
    """What is open of each lane."""
    use: Array
    out: Array
    flow: Array
    opening: Array
    """Output on the opening plan, (shipper, column); zeros while that is made."""
    pushed: Array
    """What comes unordered, received t/d, (group, column)."""
    thrift: Array
    """Part of the use of each maker feed that recipes have learnt to do without, (maker feed, column)."""

    def add(self, level: Level) -> None:
        """Plan the facilities of a level, whose customers are planned."""
        if len(level.mines):
            self.out[level.mines] = np.minimum(self.out[level.mines], self.most.mine_tpd[level.mines])
        if len(level.recipes):
            self._add_makers(level)
        if len(level.products):
            self._add_plants(level)
        if len(level.lanes):
            group, received = self.lanes.group[level.lanes], self.lanes.received[level.lanes, None]
            self.flow[level.lanes] = (self.use - self.pushed)[group] * self.share[level.lanes] / received
            self.out[:] += level.shippers @ self.flow[level.lanes]

    def _add_makers(self, level: Level) -> None:
        called, left = self.out[level.recipes], self.most.maker_tpd.copy()
        given = np.zeros_like(called)
        for called_first in (np.minimum(called, self.opening[level.recipes]), called):
            for turn in level.turns:
                maker = level.recipe_maker[turn]
                more = np.minimum(called_first[turn] - given[turn], left[maker])
                left[maker] -= more
                given[turn] += more
        self.out[level.recipes] = given
        called_for = level.bill @ self.out
        called_for[: len(self.thrift)] *= 1.0 - self.thrift
        self.use[:] += called_for
        if len(level.push):
            self.out[:] += level.falls @ self.out
            share = self.lanes.share[level.push, None] * self.passing[level.push]
            self.flow[level.push] = share * self.out[self.lanes.shipper[level.push]]

    def _add_plants(self, level: Level) -> None:
        ships = self.flow[self.lanes.push]
        self.pushed[:] += level.sent @ ships
        arrives = self.pushed[level.plant_groups]
        bought = (level.bought @ self.share)[level.owner]
        yields = np.divide(level.drawn @ self.share, bought, out=np.zeros_like(bought), where=bought > 0)
        gap = np.maximum(self.out[level.products] - level.pushed @ ships, 0.0)
        ordered = np.divide(gap, yields, out=np.zeros_like(gap), where=yields > TRACE)
        call = np.maximum.reduceat(arrives[level.owner] + ordered, level.first, axis=0)
        planned = np.maximum(arrives, np.minimum(call, self.most.plant_tpd[level.plants]))
        self.use[level.plant_groups] = planned
        part = np.divide(planned, call, out=np.ones_like(call), where=call > 0)
        self.out[level.products] *= part[level.owner]


class Plan:
    """Planned use per group, output per shipper and flow per lane, t/d, (row, replication); written in place."""

    def __init__(
        self, scenario: Scenario, rows: Rows, lanes: Lanes, chemistry: Chemistry, capacities: Capacities, thrift: Array
    ) -> None:
        width = lanes.transit_d.shape[1]
        self.use_tpd = np.zeros((rows.n_groups, width))
        self.out_tpd = np.zeros((len(rows.shippers), width))
        self.flow_tpd = np.zeros((len(lanes.specs), width))
        self.pipeline_t = np.zeros((rows.n_groups, width))
        self.share = np.zeros((lanes.n_pull, width))
        self.opening_tpd = np.zeros_like(self.out_tpd)
        self.demand_tpd = np.zeros((len(rows.buyers), width))
        buyers = scenario.buyers.values()
        self._base_tpd = np.array([b.demand.typical for b in buyers])
        self._growth = np.array([b.growth.typical if b.growth else 0.0 for b in buyers])
        self._until_d = np.array([b.growth_until.typical if b.growth_until else np.inf for b in buyers])
        self.surges = Layers(len(rows.buyers), width, 1.0, np.multiply)
        """What use is multiplied with, (buyer, replication)."""
        self.capacities = capacities
        self._lanes, self._thrift = lanes, thrift
        self._answers = any(
            (isinstance(f, Maker) and f.thrift) or (not isinstance(f, Stockpile) and f.idle)
            for f in scenario.facilities.values()
        )
        self.buyers = slice(rows.n_groups - len(rows.piles) - len(rows.buyers), rows.n_groups - len(rows.piles))
        self.levels = levels(scenario, rows, lanes, chemistry)

    @property
    def drifts(self) -> bool:
        """Whether use grows, or plants answer to prices: little by little, so that everybody looks now and then."""
        return bool(self._growth.any()) or self._answers

    def notional_tpd(self, day: int, columns: Index | slice = slice(None)) -> Array:
        """Return use without noise on a day, t/d, (buyer, column), or (buyer, 1) where all futures are alike."""
        grown = self._base_tpd * (1.0 + self._growth) ** (np.minimum(day, self._until_d) / DAYS_PER_YEAR)
        return np.asarray(grown[:, None] if self.surges.idle else grown[:, None] * self.surges.standing[:, columns])

    def open(self) -> None:
        """Make the opening plan of all replications, and keep its output as what everybody is used to."""
        self.make(np.arange(self.use_tpd.shape[1]), 0)
        self.opening_tpd[:] = self.out_tpd

    def make(self, columns: Index, day: int) -> Mask:
        """Plan anew for the replications `columns`; return which lanes are now needed and not qualified.

        Shape (lane, column).
        """
        lanes, n = self._lanes, len(columns)
        share, lost = lanes.todays_shares(columns)
        draft = _Draft(
            lanes=lanes,
            most=Capacities(
                some(self.capacities.mine_tpd, columns),
                some(self.capacities.plant_tpd, columns),
                some(self.capacities.maker_tpd, columns),
            ),
            share=share,
            passing=lanes.passing(columns),
            use=np.zeros((lanes.n_groups, n)),
            out=np.zeros((lanes.n_shippers, n)),
            flow=np.zeros((len(lanes.specs), n)),
            opening=some(self.opening_tpd, columns),
            pushed=np.zeros((lanes.n_groups, n)),
            thrift=some(self._thrift, columns),
        )
        draft.use[self.buyers] = self.notional_tpd(day, columns)
        for level in self.levels:
            draft.add(level)
        self._take(draft, columns)
        wanted = ((lost > NO_NEED) & (draft.use > 0))[lanes.group]
        wanted[lanes.n_pull :] = False
        wanted &= ~some(lanes.asked, columns)
        if len(lanes.lapsing):
            wanted &= ~some(lanes.lapsed & (lanes.limits.standing == 0), columns)
        return np.asarray(wanted)

    def _take(self, draft: _Draft, columns: Index) -> None:
        lanes = self._lanes
        put(self.use_tpd, columns, draft.use)
        put(self.out_tpd, columns, draft.out)
        put(self.flow_tpd, columns, draft.flow)
        put(self.share, columns, draft.share)
        put(self.demand_tpd, columns, draft.use[self.buyers])
        put(self.pipeline_t, columns, lanes.to_groups @ (draft.flow * lanes.under_way_d(columns)))
