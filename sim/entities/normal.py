"""The stock that today's plan calls for, row by row: what the network opens with, and what scarcity is held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index, some
from sim.entities.lanes import Lanes
from sim.entities.layers import Layers
from sim.entities.plan import Plan
from sim.entities.rows import Rows


@dataclass(frozen=True, eq=False)
class Normal:
    """Days of cover and the plan they are multiplied with."""

    rows: Rows
    lanes: Lanes
    plan: Plan
    group_cover_d: Array
    """(group, replication)."""
    cohort_cover_d: Array
    """(cohort, replication)."""
    cohort_share: Array
    """Part of the buyer's tonnage, (cohort, 1)."""
    work_cover_d: Array
    """(work, replication)."""
    hoards: Layers
    """Days of cover that groups aim at besides, (group, replication)."""

    def cover_d(self, columns: Index) -> Array:
        """Return the days of use that each group aims to hold today, (group, column), for some replications."""
        usual = some(self.group_cover_d, columns)
        return usual if self.hoards.idle else usual + some(self.hoards.standing, columns)

    def cohorts_cover_d(self, columns: Index) -> Array:
        """Return the days of use that each cohort aims to hold today, (cohort, column), for some replications."""
        usual = some(self.cohort_cover_d, columns)
        if self.hoards.idle:
            return usual
        return np.asarray(usual + self.hoards.standing[np.ix_(self.rows.cohort_group, columns)])

    def stock(self, columns: Index) -> Array:
        """Return every row but stockpiles, t, (stock row, column), for some replications."""
        rows, plan, at = self.rows, self.plan, self.rows.stock
        stock, n_feeds = np.zeros((rows.n_stock, len(columns))), len(rows.maker_feeds)
        cover_d = self.cover_d(columns)
        stock[at["maker_feeds"]] = cover_d[:n_feeds] * some(plan.use_tpd[:n_feeds], columns)
        arrives = (self.lanes.to_receivers @ some(plan.flow_tpd, columns))[n_feeds : n_feeds + len(rows.plant_feeds)]
        stock[at["plant_feeds"]] = cover_d[rows.feed_group] * arrives
        stock[at["cohorts"]] = (
            self.cohort_share * self.cohorts_cover_d(columns) * plan.demand_tpd[np.ix_(rows.cohort_buyer, columns)]
        )
        stock[at["works"]] = some(self.work_cover_d, columns) * some(plan.out_tpd[: len(rows.works)], columns)
        return stock
