"""Price floors: whose products, which prices."""

from __future__ import annotations

import numpy as np

from sim.arrays import Index
from sim.assembly.market import market_of
from sim.chance.draws import Draws
from sim.entities.floors import Floor, Floors
from sim.entities.incidence import matrix
from sim.entities.lanes import Lanes
from sim.entities.offtakes import Offtakes
from sim.entities.rows import Rows
from sim.entities.treasury import Treasury
from sim.spec.policies import PriceFloor
from sim.spec.scenario import Scenario

NO_LIMIT_USD = 1e18


def build_floors(scenario: Scenario, rows: Rows, draws: Draws, lanes: Lanes, treasury: Treasury | None) -> Floors:
    """Make all price floors, nothing paid yet."""
    each = tuple(_floor(scenario, rows, draws, i, floor) for i, floor in scenario.floors.items())
    return Floors(each, [], _offtakes(scenario, draws, lanes), treasury)


def _first(draws: Draws, i: str, floor: PriceFloor) -> Index:
    return draws.days(f"floor/{floor.stream or i}/decision_day", floor.decision_day)


def _offtakes(scenario: Scenario, draws: Draws, lanes: Lanes) -> Offtakes | None:
    sold = list(lanes.specs.values())[lanes.pull]
    share, rate = np.zeros((2, len(sold), 1))
    first = np.zeros((len(sold), draws.width), dtype=np.int64)
    for i, floor in scenario.floors.items():
        for n, lane in enumerate(sold):
            agreed = floor.offtake if lane.from_ in floor.producers else None
            if agreed is not None and lane.to in agreed.takers:
                share[n] = agreed.share.typical if agreed.share else 0.0
                rate[n] = agreed.rate[lane.material].typical if lane.material in agreed.rate else 0.0
                first[n] = _first(draws, i, floor)
    return Offtakes(share, rate, first) if share.any() or rate.any() else None


def _floor(scenario: Scenario, rows: Rows, draws: Draws, i: str, floor: PriceFloor) -> Floor:
    quoted = [(element, market) for element in scenario.prices.elements for market in scenario.markets]
    products = [n for n, (plant, _) in enumerate(rows.plant_products) if plant in floor.producers]
    markets = dict.fromkeys(market_of(scenario, plant) for plant in floor.producers)
    held_up = [(element, market) for element in floor.least for market in markets]
    entries = []
    for n, row in enumerate(products):
        plant, material = rows.plant_products[row]
        for k, (element, market) in enumerate(held_up):
            content = scenario.materials[material].content.get(element)
            if content is not None and market == market_of(scenario, plant):
                entries.append((n, k, content.typical))
    return Floor(
        products=np.array(products, dtype=np.int64),
        prices=np.array([quoted.index(key) for key in held_up], dtype=np.int64),
        least=np.array([[floor.least[element].typical] for element, _ in held_up]),
        contained=matrix(entries, (len(products), len(held_up))),
        first=_first(draws, i, floor),
        budget_usd=NO_LIMIT_USD if floor.budget is None else floor.budget.typical,
        paid_usd=np.zeros(draws.width),
    )
