"""Separation plants and recyclers: joint production, led by the product that is wanted most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index, Mask
from sim.decisions import below
from sim.entities.layers import Layers
from sim.spec.network import SeparationPlant
from sim.spec.scenario import Scenario

TRACE = 1e-6
"""Tonnes of product per tonne of feed below which nobody runs a plant for it."""


@dataclass(frozen=True, eq=False)
class SeparationPlants:
    """Turn well-mixed feed into separated products, never faster than their limits allow."""

    feeds: Array
    """On hand, t, (plant feed, replication)."""
    position: Array
    """On hand and under way of all feeds, t, (plant, replication)."""
    products: Array
    """On hand, t, (plant product, replication)."""
    product_position: Array
    """On hand and in work, t, (plant product, replication)."""
    surplus: Array
    """Co-products nobody ordered, t, (plant product, replication)."""
    to_surplus: Array
    """What was added to it today, t, (plant product, replication)."""
    drawn: Array
    """What was taken from it today, t, (plant product, replication)."""
    separated: csr_array
    """Product per tonne of feed, (plant product, plant feed)."""
    per_plant: csr_array
    """Sums a plant's feeds, (plant, plant feed)."""
    per_plant_products: csr_array
    """Sums a plant's products, (plant, plant product)."""
    plant_of_product: Index
    plant_of_feed: Index
    first_product: Index
    """Where each plant's products begin, (plant,)."""
    capacity_tpd: Array
    """Nameplate, t REO of feed a day, (plant, replication)."""
    limits: Layers
    facility: Index
    """Row of each plant among facilities, (plant,)."""
    operating_cost: Array
    """USD per kg REO of feed, (plant, 1)."""
    used_t: Array
    """Fed since the start, t, (plant feed, replication)."""

    def run_day(self, wanted: Array, value: Array, begun: Array) -> None:
        """Feed what the most wanted product calls for; note in `begun` what will be ready and was wanted.

        `wanted` and `begun` in t, `value` in USD/kg, all (plant product, replication).
        """
        on_hand = self.per_plant @ self.feeds
        held = np.maximum(on_hand, np.finfo(np.float64).tiny)
        yields = (self.separated @ self.feeds) / held[self.plant_of_product]
        lacking = np.maximum(wanted - self.surplus, 0.0)
        calls = np.divide(lacking, yields, out=np.zeros_like(wanted), where=yields > TRACE)
        run = np.maximum.reduceat(calls, self.first_product, axis=0)
        run = np.minimum(run, self.capacity_tpd * self.limits.standing[self.facility])
        run = np.minimum(run, on_hand)
        run[self._basket_fails(yields, value)] = 0.0
        self._feed(run / held)
        made = yields * run[self.plant_of_product]
        np.minimum(made, wanted, out=begun)
        self.position[:] -= run
        self.product_position[:] += begun
        np.subtract(made, begun, out=self.to_surplus)
        self.surplus[:] += self.to_surplus
        self._draw_surplus(wanted - begun)

    def _draw_surplus(self, lacking: Array) -> None:
        """Meet from surplus what today's work does not."""
        np.minimum(self.surplus, lacking, out=self.drawn)
        self.surplus[:] -= self.drawn
        self.products[:] += self.drawn
        self.product_position[:] += self.drawn

    def _basket_fails(self, yields: Array, value: Array) -> Mask:
        return below(self.per_plant_products @ (yields * value), self.operating_cost)

    def _feed(self, share: Array) -> None:
        fed = self.feeds * share[self.plant_of_feed]
        self.feeds[:] = np.maximum(self.feeds - fed, 0.0)
        self.used_t[:] += fed


def yield_of(scenario: Scenario, plant: SeparationPlant, product: str, feed: str) -> float:
    """Return tonnes of product per tonne of feed: the scarcest of its elements limits a mixed product."""
    made, fed = scenario.materials[product].content, scenario.materials[feed].content
    return min(
        fed[e].typical * plant.recovery[e].typical / made[e].typical if e in fed and e in plant.recovery else 0.0
        for e in made
        if made[e].typical > 0
    )
