"""The stock that today's plan calls for, row by row: what the network opens with, and what scarcity is held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.entities.lanes import Lanes
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

    def stock(self, columns: Index) -> Array:
        """Return every row but stockpiles, t, (stock row, column), for some replications."""
        rows, plan, at = self.rows, self.plan, self.rows.stock
        stock, n_feeds = np.zeros((rows.n_stock, len(columns))), len(rows.maker_feeds)
        stock[at["maker_feeds"]] = self.group_cover_d[:n_feeds, columns] * plan.use_tpd[:n_feeds, columns]
        arrives = (self.lanes.to_receivers @ plan.flow_tpd[:, columns])[n_feeds : n_feeds + len(rows.plant_feeds)]
        groups = np.array([rows.groups[key] for key in rows.plant_feeds], dtype=np.int64)
        stock[at["plant_feeds"]] = self.group_cover_d[np.ix_(groups, columns)] * arrives
        owner = np.array([rows.buyers[i] for i, _ in rows.cohorts], dtype=np.int64)
        cover_d = self.cohort_cover_d[:, columns]
        stock[at["cohorts"]] = self.cohort_share * cover_d * plan.demand_tpd[np.ix_(owner, columns)]
        stock[at["works"]] = self.work_cover_d[:, columns] * plan.out_tpd[: len(rows.works), columns]
        return stock
