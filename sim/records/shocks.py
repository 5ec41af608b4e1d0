"""What prices did: peaks, days above, and what it cost; docs/model.md, section 10."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array
from sim.spec.scenario import Scenario
from sim.units import KG_PER_T
from sim.world import World

STEPS = {"days_above_1_5x": 1.5, "days_above_2x": 2.0, "days_above_5x": 5.0}
NEAR = 1.1
"""A price is back when it stays within this multiple of its opening level."""


def priced(scenario: Scenario) -> list[tuple[str, str]]:
    """Return all that has a price: oxides, then products, each in every market."""
    oxides = [e.oxide for e in scenario.prices.elements.values()]
    return [(thing, market) for thing in [*oxides, *scenario.prices.products] for market in scenario.markets]


class PriceShocks:
    """Follows oxides and priced products in every market, as multiples of their opening prices."""

    def __init__(self, world: World) -> None:
        keys = priced(world.scenario)
        self.ids = [f"{thing}@{market}" for thing, market in keys]
        self._rows = np.array([world.values.number[key] for key in keys], dtype=np.int64)
        self._opening = world.opening_value[self._rows]
        self._used_as = _uses(world, keys)
        shape = (len(keys), world.width)
        self.multiple = np.ones(shape)
        self._peak, self._peak_ratio = np.ones(shape), np.ones(shape)
        self._peak_in_force = np.zeros(shape)
        self._above = {name: np.zeros(shape) for name in STEPS}
        self._last_far = np.full(shape, np.nan)
        lag = world.scenario.prices.contract_lag
        self._contract_lag_d = lag.typical if lag else 1.0
        self._paid = np.repeat(self._opening, world.width, axis=1)
        self._extra_usd, self._bought_t = np.zeros((2, *shape))

    def note_day(self, world: World, day: int) -> None:
        """Count a day at its closing prices."""
        value = world.value[self._rows]
        np.divide(value, self._opening, out=self.multiple)
        if world.watched:
            for row in np.flatnonzero(((self.multiple >= 2) & (self._peak < 2)).any(axis=1)):
                new = (self.multiple[row] >= 2) & (self._peak[row] < 2)
                world.note("price_2x", self.ids[row], new, values=self.multiple[row].copy())
        np.maximum(self._peak, self.multiple, out=self._peak)
        in_force = (world.disruption_day <= day) & (day < world.control_end_day)
        if in_force.any():
            np.maximum(self._peak_in_force, self.multiple * in_force, out=self._peak_in_force)
        for name, step in STEPS.items():
            self._above[name] += self.multiple > step
        self._last_far[self.multiple > NEAR] = day
        self._paid += (value - self._paid) / self._contract_lag_d
        bought_t = self._used_as @ world.buyers.delivered
        self._bought_t += bought_t
        self._extra_usd += (self._paid - self._opening) * bought_t * KG_PER_T
        if not world.disturbed.all():
            own = len(world.draws.replications)
            ratio = self.multiple[:, :own] / self.multiple[:, own:]
            np.maximum(self._peak_ratio[:, :own], ratio, out=self._peak_ratio[:, :own])

    def columns(self, world: World) -> dict[str, Array]:
        """Return every metric, (replication,) each, of the disturbed futures."""
        back = np.where(np.isnan(self._last_far), 0.0, self._last_far + 1)
        back[back >= world.clock.horizon_d] = np.nan
        in_force = np.where(np.isnan(world.disruption_day), np.nan, self._peak_in_force)
        table = {"peak_multiple": self._peak, "back_within_10pct_day": back, "extra_spend_usd": self._extra_usd}
        table["peak_in_force_multiple"] = in_force
        usual_usd = self._opening * self._bought_t * KG_PER_T
        more = np.divide(self._extra_usd, usual_usd, out=np.zeros_like(usual_usd), where=usual_usd > 0)
        table["paid_average_multiple"] = 1.0 + more
        table |= self._above
        if not world.disturbed.all():
            table["attributable_peak"] = self._peak_ratio
        own = world.disturbed
        return {f"{i}/{m}": block[n, own] for n, i in enumerate(self.ids) for m, block in table.items()}


def _uses(world: World, keys: list[tuple[str, str]]) -> csr_array:
    """Tonnes of each priced thing in a tonne that each buyer of its market uses, (priced thing, buyer)."""
    scenario, values = world.scenario, world.value_rows
    element = {e.oxide: name for name, e in scenario.prices.elements.items()}
    uses = np.zeros((len(keys), len(scenario.buyers)))
    for row, (thing, market) in enumerate(keys):
        for n, buyer in enumerate(scenario.buyers.values()):
            if world.values.number[buyer.material, market] != values.buyer[n]:
                continue
            if thing in element:
                content = scenario.materials[buyer.material].content.get(element[thing])
                uses[row, n] = content.typical if content else 0.0
            else:
                uses[row, n] = float(thing == buyer.material)
    return csr_array(uses)
