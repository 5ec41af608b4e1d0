"""Where a region's purchases come from, by the region of the facility that ships them."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.entities.incidence import matrix
from sim.records.departures import Departures
from sim.world import World

LIMIT = 0.65
"""No more than this from one country: the benchmark of the EU's Critical Raw Materials Act."""


class Origins:
    """Sums deliveries that leave for a region's buyers, window by window."""

    def __init__(self, world: World, departures: Departures) -> None:
        self._departures = departures
        scenario = world.scenario
        self._regions = list(dict.fromkeys(b.region for b in scenario.buyers.values()))
        self._sources = list(dict.fromkeys(f.region for f in scenario.facilities.values()))
        entries = [
            (
                self._regions.index(scenario.buyers[lane.to].region) * len(self._sources)
                + self._source(world, lane.from_),
                n,
                1.0,
            )
            for n, lane in enumerate(world.lanes.specs.values())
            if lane.to in scenario.buyers
        ]
        height = len(self._regions) * len(self._sources)
        self._pairs = matrix(entries, (height, len(world.lanes.specs)))
        self._total = np.zeros((height, world.width))
        self._days_above = np.zeros((len(self._regions), world.width))

    def columns(self, world: World) -> dict[str, Array]:
        """Return every metric, (replication,) each, of the disturbed futures."""
        share, own = self._largest(self._total), world.disturbed
        found = {f"origin:{r}/largest_share": share[n, own] for n, r in enumerate(self._regions)}
        return found | {f"origin:{r}/days_above_65pct": self._days_above[n, own] for n, r in enumerate(self._regions)}

    def _source(self, world: World, facility: str) -> int:
        return self._sources.index(world.scenario.facilities[facility].region)

    def close_window(self) -> None:
        """Take over the window of departures before it is opened anew."""
        tonnes = self._pairs @ self._departures.shipped_t
        self._total += tonnes
        self._days_above += self._departures.days * (self._largest(tonnes) > LIMIT)

    def _largest(self, tonnes: Array) -> Array:
        by_region = tonnes.reshape(len(self._regions), len(self._sources), -1)
        whole = np.zeros((len(self._regions), tonnes.shape[1]))
        for source in range(len(self._sources)):
            whole += by_region[:, source]
        return np.asarray(np.divide(by_region.max(axis=1), whole, out=np.zeros_like(whole), where=whole > 0))
