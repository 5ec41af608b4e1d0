"""Every day's spread over the futures, as integer counts in stated bins, so that blocks merge by adding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.records.shocks import PriceShocks
from sim.records.shortages import Shortages
from sim.results.bins import bins_of
from sim.results.subjects import buyer_subjects, group_subjects
from sim.world import World


class Daily:
    """Counts, (day, bin) per series, of the disturbed futures."""

    def __init__(self, world: World, shocks: PriceShocks) -> None:
        subjects = buyer_subjects(world.scenario) + group_subjects(world.scenario)
        self._own = len(world.draws.replications)
        self._full = world.stockpiles.target_t
        self._names = {
            "delivered_share": [f"delivered_share/{s.id}" for s in subjects],
            "price_multiple": [f"price_multiple/{i}" for i in shocks.ids],
            "stock_share": [f"stock_share/{i}/{material}" for i, material in world.rows.piles],
        }
        self._counts = {
            kind: np.zeros((world.clock.horizon_d, len(names), bins_of(kind).size), dtype=np.uint16)
            for kind, names in self._names.items()
            if names
        }

    def note_day(self, world: World, day: int, shortages: Shortages, shocks: PriceShocks) -> None:
        """Count a day."""
        stock = world.part("piles")
        held = np.divide(stock, self._full, out=np.ones_like(stock), where=self._full > 0)
        values = {"delivered_share": shortages.delivered_share, "price_multiple": shocks.multiple, "stock_share": held}
        for kind, counts in self._counts.items():
            counts[day] = bins_of(kind).count(values[kind][:, : self._own])

    def counts(self) -> dict[str, NDArray[np.uint16]]:
        """Return the counts by name of the series."""
        return {name: self._counts[kind][:, n] for kind in self._counts for n, name in enumerate(self._names[kind])}
