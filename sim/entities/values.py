"""What a kg of a material is worth in a market: its elements at market price, and the cost of making it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array
from sim.entities.incidence import matrix
from sim.spec.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Values:
    """Values by row, one row per (material, market)."""

    contained: csr_array
    """kg of oxide-equivalent per kg of material, (value row, price row)."""
    conversion: Array
    """USD/kg, (value row, 1)."""
    number: dict[tuple[str, str], int]
    """(material, market) -> row."""

    def at(self, price: Array) -> Array:
        """Return USD/kg at the prices given, (value row, replication)."""
        return np.asarray(self.contained @ price + self.conversion)


def build_values(scenario: Scenario) -> Values:
    """Lay every material out in every market."""
    keys = [(material, market) for material in scenario.materials for market in scenario.markets]
    price_rows = {
        (element, market): n
        for n, (element, market) in enumerate((e, m) for e in scenario.prices.elements for m in scenario.markets)
    }
    entries = [
        (n, price_rows[element, market], content.typical)
        for n, (material, market) in enumerate(keys)
        for element, content in scenario.materials[material].content.items()
        if element in scenario.prices.elements
    ]
    products = scenario.prices.products
    conversion = [products[m].conversion.typical if m in products else 0.0 for m, _ in keys]
    return Values(
        contained=matrix(entries, (len(keys), len(price_rows))),
        conversion=np.array(conversion)[:, None],
        number={key: n for n, key in enumerate(keys)},
    )
