"""What no actor owns: markets, noise, and the world that actors see."""

from __future__ import annotations

import math

from sim.spec.scenario import Scenario

from .buyers import Buyer
from .draws import Draws, constant
from .lanes import Lane
from .market import HELD_FORMS, Demand, Market, PriceRules
from .parts import Row
from .treasury import treasury
from .world import Judge, Ledger, World

PLANT_PRIORITY, PILE_PRIORITY = 2, 9

Content = dict[str, dict[str, float]]
"""Material -> element -> tonnes per tonne."""


def markets(scenario: Scenario, draws: Draws, content: Content) -> dict[str, Market]:
    """Return the markets, with their opening prices and nothing else in them."""
    rules = _price_rules(scenario, draws, content)
    elements = scenario.prices.elements
    return {
        name: Market(
            id=name,
            rules=rules,
            opening={e: constant(p.opening[name]) for e, p in elements.items()},
            floor={e: constant(p.floor[name]) for e, p in elements.items() if name in p.floor},
        )
        for name in scenario.markets
    }


def _price_rules(scenario: Scenario, draws: Draws, content: Content) -> PriceRules:
    prices = scenario.prices
    return PriceRules(
        content=content,
        forms={name: material.form for name, material in scenario.materials.items()},
        conversion={name: constant(product.conversion) for name, product in prices.products.items()},
        scarcity_slope=draws.number(prices.scarcity_slope, "prices/scarcity_slope"),
        cover_floor=constant(prices.cover_floor),
        cover_ceiling=draws.number(prices.cover_ceiling, "prices/cover_ceiling"),
        unmet_slope=draws.number(prices.unmet_slope, "prices/unmet_slope"),
        adjustment=draws.number(prices.adjustment, "prices/adjustment"),
        decay=draws.number(prices.adjustment, "prices/adjustment")
        if prices.decay is None
        else draws.number(prices.decay, "prices/decay"),
        tie=draws.number(prices.tie, "prices/tie"),
        noise={element: _price_noise(scenario, draws, element) for element in prices.elements},
    )


def _weeks(scenario: Scenario) -> int:
    return math.ceil(scenario.horizon_d / 7)


def _price_noise(scenario: Scenario, draws: Draws, element: str) -> list[float]:
    prices = scenario.prices
    volatility = constant(prices.elements[element].volatility)
    if volatility == 0:
        return [0.0] * _weeks(scenario)
    persistence = constant(prices.noise_persistence)
    sd = volatility * math.sqrt(persistence / (2 * 365))
    walk = draws.weekly_walk(f"price/{element}", sd, persistence, _weeks(scenario))
    phi = math.exp(-7 / persistence)
    return [n - sd**2 * (1 - phi ** (2 * week)) / 2 for week, n in enumerate(walk)]


def demand_noise(scenario: Scenario, draws: Draws, region: str) -> list[float]:
    """Return the factor on a region's use, a value a week, its mean 1."""
    noise = scenario.demand_noise
    if noise is None or constant(noise.volatility) == 0:
        return [1.0] * _weeks(scenario)
    sd, persistence = constant(noise.volatility), constant(noise.persistence)
    walk = draws.weekly_walk(f"demand/{region}", sd, persistence, _weeks(scenario))
    phi = math.exp(-7 / persistence)
    return [math.exp(n - sd**2 * (1 - phi ** (2 * week)) / 2) for week, n in enumerate(walk)]


def world(scenario: Scenario, draws: Draws, content: Content, by_name: dict[str, Market]) -> World:
    """Return what the actors share."""
    piles = [name for name, facility in scenario.facilities.items() if facility.kind == "stockpile"]
    plants = dict.fromkeys(scenario.facilities, PLANT_PRIORITY)
    priority = plants | dict.fromkeys(piles, PILE_PRIORITY)
    return World(
        judge=Judge(),
        ledger=Ledger(content),
        market_of={r: by_name[m] for m, market in scenario.markets.items() for r in market.regions},
        priority_of=priority | {name: buyer.priority for name, buyer in scenario.buyers.items()},
        piles=frozenset(piles),
        claims={},
        order_ceiling=constant(scenario.order_ceiling),
        backlog_share=draws.number(scenario.backlog_share, "backlog_share"),
        spot_share=constant(scenario.spot_share),
        allocation_memory=constant(scenario.allocation_memory),
        netback_exponent=constant(scenario.prices.netback_exponent),
        treasury=treasury(scenario),
    )


def furnish(world: World, rows: list[Row], buyers: list[Buyer], lanes: list[Lane]) -> None:
    """Show each market what is held in it, who buys in it, and the lanes to the others."""
    for row in rows:
        if row.key.split("/")[1] not in world.piles:
            world.market_of[row.region].rows.append(row)
    for buyer in buyers:
        world.market_of[buyer.region].demands.append(_demand_of(buyer))
    everywhere = {market.id: market for market in world.market_of.values()}
    for market in everywhere.values():
        for other in everywhere.values():
            if other is not market:
                market.ties.append((other, [lane for lane in lanes if _links(world, lane, market, other)]))

        market.imports += [lane for lane in lanes if _imports(world, lane, market)]


def _imports(world: World, lane: Lane, market: Market) -> bool:
    start, end = lane.regions
    return (
        lane.pull
        and market.rules.forms[lane.material] in HELD_FORMS
        and start != end
        and world.market_of[end] is market
    )


def _links(world: World, lane: Lane, market: Market, other: Market) -> bool:
    traded = market.rules.forms[lane.material] in HELD_FORMS
    return lane.pull and traded and {world.market_of[region].id for region in lane.regions} == {market.id, other.id}


def _demand_of(buyer: Buyer) -> Demand:
    return Demand(
        material=buyer.material,
        notional=lambda: buyer.notional,
        unmet=lambda: buyer.unmet,
    )
