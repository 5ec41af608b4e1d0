"""What a scenario wants told month by month: tonnes traded, and prices."""

from __future__ import annotations

import datetime

import numpy as np

from sim.arrays import Array
from sim.entities.incidence import matrix
from sim.spec.reach import region_of
from sim.spec.scenario import Exports
from sim.world import World


class Monthly:
    """Sums what leaves and averages quotes over calendar months; (series, replication) a month."""

    def __init__(self, world: World) -> None:
        scenario = world.scenario
        self._start, self._width = scenario.start_date, world.width
        flows = scenario.monthly.exports if scenario.monthly else {}
        pairs = [(e.oxide, m) for e in scenario.prices.elements.values() for m in scenario.markets]
        self._names = [f"exports_t/{i}" for i in flows] + [f"price_usd_per_kg/{oxide}@{m}" for oxide, m in pairs]
        entries = [
            (n, row, 1.0)
            for n, flow in enumerate(flows.values())
            for row, lane in enumerate(world.lanes.specs)
            if _is_counted(world, flow, lane)
        ]
        self._traded = matrix(entries, (len(flows), len(world.lanes.specs)))
        self._priced = [world.values.number[pair] for pair in pairs]
        self._sums: dict[str, Array] = {}
        self._days: dict[str, int] = {}
        self._on = scenario.monthly is not None

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Add a day; `shipped` is what left, t, (lane, replication)."""
        if self._on:
            month = f"{self._start + datetime.timedelta(days=day):%Y-%m}"
            sums = self._sums.setdefault(month, np.zeros((len(self._names), self._width)))
            sums[: self._traded.shape[0]] += self._traded @ shipped
            sums[self._traded.shape[0] :] += world.value[self._priced]
            self._days[month] = self._days.get(month, 0) + 1

    def series(self, world: World) -> dict[str, dict[str, Array]]:
        """Return month -> series -> tonnes of the month, or the mean of its quotes, (replication,)."""
        n_flows, own = self._traded.shape[0], world.disturbed
        return {
            month: {
                name: (sums[n] if n < n_flows else sums[n] / self._days[month])[own]
                for n, name in enumerate(self._names)
            }
            for month, sums in self._sums.items()
        }


def _is_counted(world: World, flow: Exports, lane_id: str) -> bool:
    lane = world.lanes.specs[lane_id]
    origin, destination = region_of(lane.from_, world.scenario), region_of(lane.to, world.scenario)
    abroad = destination in flow.destinations if flow.destinations else destination not in flow.origins
    return origin in flow.origins and abroad and lane.material in flow.materials
