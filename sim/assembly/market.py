"""The market on day 0: who counts as holding what where, and which lanes tie prices together."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index
from sim.chance.draws import Draws
from sim.chance.noise import price_noise
from sim.entities.incidence import matrix
from sim.entities.lanes import Lanes
from sim.entities.layers import Layers
from sim.entities.market import Market, PriceRules
from sim.entities.plan import Plan
from sim.entities.rows import Key, Rows
from sim.entities.values import Values
from sim.spec.reach import region_of
from sim.spec.scenario import PricedElement, Scenario

HELD_FORMS = ("oxide", "metal", "magnet")


def market_of(scenario: Scenario, place: str) -> str:
    """Return the market a facility or buyer stands in."""
    region = region_of(place, scenario)
    return next(i for i, market in scenario.markets.items() if region in market.regions)


def value_rows(scenario: Scenario, values: Values, keys: Iterable[Key]) -> Index:
    """Return what prices each material where it is, (key,)."""
    return np.array([values.number[material, market_of(scenario, place)] for place, material in keys], dtype=np.int64)


def opening_prices(scenario: Scenario) -> Array:
    """Return prices on day 0, USD/kg, (price row, 1)."""
    elements = scenario.prices.elements
    return np.array([[elements[e].opening[m].typical] for e in elements for m in scenario.markets])


def build_market(scenario: Scenario, rows: Rows, draws: Draws, lanes: Lanes, plan: Plan, stock: Array) -> Market:
    """Make the market whose opening cover is the opening stock."""
    prices, markets = scenario.prices, list(scenario.markets)
    held, in_use = _held(scenario, rows), _in_use(scenario, rows)
    opening = opening_prices(scenario)
    shape = (len(prices.elements), len(markets))
    pairs = tuple(combinations(range(len(markets)), 2))
    opening_held = held @ stock
    return Market(
        rules=PriceRules(
            scarcity_slope=draws.quantity("prices/scarcity_slope", prices.scarcity_slope),
            cover_floor=prices.cover_floor.typical,
            cover_ceiling=draws.quantity("prices/cover_ceiling", prices.cover_ceiling),
            unmet_slope=draws.quantity("prices/unmet_slope", prices.unmet_slope),
            adjustment_d=draws.quantity("prices/adjustment", prices.adjustment),
            decay_d=draws.quantity("prices/decay", prices.decay)
            if prices.decay
            else draws.quantity("prices/adjustment", prices.adjustment),
            tie_d=draws.quantity("prices/tie", prices.tie),
            response_smoothing_d=draws.quantity("prices/response_smoothing", prices.response_smoothing),
            long_smoothing_d=draws.optional("prices/long_smoothing", prices.long_smoothing, np.inf),
        ),
        level=np.zeros((len(opening), draws.width)),
        opening=opening,
        price=np.repeat(opening, draws.width, axis=1),
        held=held,
        opening_held=opening_held,
        in_use=in_use,
        normal_held=opening_held.copy(),
        crossing=tuple(_crossing(scenario, lanes, markets[m], markets[n]) for m, n in pairs),
        pairs=pairs,
        opening_flow_tpd=plan.flow_tpd[lanes.pull].copy(),
        tie=np.zeros((len(pairs), shape[0], draws.width)),
        noise=price_noise(scenario, draws),
        element=np.repeat(np.arange(shape[0]), shape[1]),
        n_markets=shape[1],
        discounts=Layers(len(opening), draws.width, 0.0, np.add),
        imports=_imports(scenario, lanes),
        markup=np.zeros((len(opening), draws.width)),
        floor=np.array([[_floor(prices.elements[e], m)] for e in prices.elements for m in markets]),
    )


def _floor(element: PricedElement, market: str) -> float:
    return element.floor[market].typical if market in element.floor else 0.0


def _held(scenario: Scenario, rows: Rows) -> csr_array:
    """Oxide-equivalent per tonne of each stock row, by element and market.

    Ore, scrap, surplus and stockpiles do not count: nobody can buy them as they are.
    """
    keys = rows.stock_keys[: rows.stock["piles"].start]
    entries = [
        (row, n, scenario.materials[material].content[element].typical)
        for n, (place, material) in enumerate(keys)
        if scenario.materials[material].form in HELD_FORMS
        for row, (element, market) in enumerate(_price_rows(scenario))
        if element in scenario.materials[material].content and market_of(scenario, place) == market
    ]
    return matrix(entries, (len(_price_rows(scenario)), rows.n_stock))


def _in_use(scenario: Scenario, rows: Rows) -> csr_array:
    """Oxide-equivalent per tonne a buyer uses, by element and market."""
    entries = [
        (row, n, scenario.materials[buyer.material].content[element].typical)
        for n, (i, buyer) in enumerate(scenario.buyers.items())
        for row, (element, market) in enumerate(_price_rows(scenario))
        if element in scenario.materials[buyer.material].content and market_of(scenario, i) == market
    ]
    return matrix(entries, (len(_price_rows(scenario)), len(rows.buyers)))


def _crossing(scenario: Scenario, lanes: Lanes, m: str, n: str) -> csr_array:
    """Oxide-equivalent per tonne on each pull lane that joins two markets, (element, pull lane)."""
    entries = []
    for row, lane in list(enumerate(lanes.specs.values()))[lanes.pull]:
        material = scenario.materials[lane.material]
        if material.form in HELD_FORMS and {market_of(scenario, lane.from_), market_of(scenario, lane.to)} == {m, n}:
            content = material.content
            entries += [(k, row, content[e].typical) for k, e in enumerate(scenario.prices.elements) if e in content]
    return matrix(entries, (len(scenario.prices.elements), lanes.n_pull))


def _imports(scenario: Scenario, lanes: Lanes) -> csr_array:
    """Oxide-equivalent per tonne on each pull lane into a market from another region, (price row, pull lane)."""
    entries = []
    for n, lane in list(enumerate(lanes.specs.values()))[lanes.pull]:
        material = scenario.materials[lane.material]
        if material.form in HELD_FORMS and region_of(lane.from_, scenario) != region_of(lane.to, scenario):
            entries += [
                (row, n, material.content[element].typical)
                for row, (element, market) in enumerate(_price_rows(scenario))
                if element in material.content and market == market_of(scenario, lane.to)
            ]
    return matrix(entries, (len(_price_rows(scenario)), lanes.n_pull))


def _price_rows(scenario: Scenario) -> list[tuple[str, str]]:
    return [(element, market) for element in scenario.prices.elements for market in scenario.markets]
