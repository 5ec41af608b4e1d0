"""What a scenario wants told month by month: tonnes traded, and prices."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array
from sim.entities.incidence import matrix
from sim.results.months import month_of, series_of
from sim.spec.reach import region_of
from sim.spec.scenario import Exports
from sim.world import World


class Monthly:
    """Sums what leaves and averages quotes over calendar months; (series, replication) a month."""

    def __init__(self, world: World) -> None:
        scenario = world.scenario
        self._width = world.width
        flows = scenario.monthly.exports if scenario.monthly else {}
        pairs = [(e.oxide, m) for e in scenario.prices.elements.values() for m in scenario.markets]
        self._names = series_of(scenario)
        self._n_flows = len(flows)
        self._leaving = _counted(world, flows, "departure")
        self._landing = _counted(world, flows, "arrival") if _any_lands(flows) else None
        self._priced = [world.values.number[pair] for pair in pairs]
        self._sums: dict[str, Array] = {}
        self._days: dict[str, int] = {}
        self._on = scenario.monthly is not None

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Add a day; `shipped` is what left, t, (lane, replication)."""
        if self._on:
            month = month_of(world.scenario, day)
            sums = self._sums.setdefault(month, np.zeros((len(self._names), self._width)))
            sums[: self._n_flows] += self._leaving @ shipped
            if self._landing is not None:
                sums[: self._n_flows] += self._landing @ world.shelves.arrived
                if world.detours is not None:
                    sums[: self._n_flows] += self._landing @ world.detours.arrived
            sums[self._n_flows :] += world.value[self._priced]
            self._days[month] = self._days.get(month, 0) + 1

    def series(self, world: World) -> dict[str, dict[str, Array]]:
        """Return month -> series -> tonnes of the month, or the mean of its quotes, (replication,)."""
        n_flows, own = self._n_flows, world.disturbed
        return {
            month: {
                name: (sums[n] if n < n_flows else sums[n] / self._days[month])[own]
                for n, name in enumerate(self._names)
            }
            for month, sums in self._sums.items()
        }


def _any_lands(flows: Mapping[str, Exports]) -> bool:
    return any(flow.counted == "arrival" for flow in flows.values())


def _counted(world: World, flows: Mapping[str, Exports], when: str) -> csr_array:
    """Return 1 where a lane is part of a flow that is counted then, (flow, lane)."""
    entries = [
        (n, row, 1.0)
        for n, flow in enumerate(flows.values())
        for row, lane in enumerate(world.lanes.specs)
        if flow.counted == when and _is_counted(world, flow, lane)
    ]
    return matrix(entries, (len(flows), len(world.lanes.specs)))


def _is_counted(world: World, flow: Exports, lane_id: str) -> bool:
    lane = world.lanes.specs[lane_id]
    origin, destination = region_of(lane.from_, world.scenario), region_of(lane.to, world.scenario)
    abroad = destination in flow.destinations if flow.destinations else destination not in flow.origins
    return origin in flow.origins and abroad and lane.material in flow.materials
