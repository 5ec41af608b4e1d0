"""Disruptions that are a layer and nothing more: closures, delays, surges, dumping, tariffs."""

from __future__ import annotations

import numpy as np

from sim.disruptions.selection import lanes_under
from sim.disruptions.spans import stand
from sim.spec.disruptions import Closure, DemandSurge, Dumping, FreightDelay, Tariff
from sim.world import World


def close(world: World, i: str, closure: Closure) -> None:
    """Shut a border, a country or a place."""
    when = world.when[i]
    remaining = when.draw(world.draws, "remaining", closure.remaining)
    stand(world, i, when, world.lanes.limits, lanes_under(world, closure), remaining)


def delay(world: World, i: str, late: FreightDelay) -> None:
    """Keep what leaves longer under way."""
    when = world.when[i]
    days = np.rint(when.draw(world.draws, "delay", late.delay))
    stand(world, i, when, world.lanes.delays, lanes_under(world, late), days)


def surge(world: World, i: str, more: DemandSurge) -> None:
    """Let some buyers use more, or less."""
    when = world.when[i]
    buyers = np.array([world.rows.buyers[b] for b in more.buyers], dtype=np.int64)
    stand(world, i, when, world.plan.surges, buyers, when.draw(world.draws, "factor", more.factor))


def dump(world: World, i: str, dumping: Dumping) -> None:
    """Press the prices of a market."""
    when, prices = world.when[i], world.scenario.prices
    keys = [(element, market) for element in prices.elements for market in world.scenario.markets]
    rows = [n for n, (e, m) in enumerate(keys) if e in dumping.elements and m == dumping.market]
    discount = when.draw(world.draws, "discount", dumping.discount)
    stand(world, i, when, world.market.discounts, np.array(rows, dtype=np.int64), discount)


def tax(world: World, i: str, tariff: Tariff) -> None:
    """Levy a duty, which sellers set off against the price."""
    when = world.when[i]
    rate = when.draw(world.draws, "rate", tariff.rate)
    stand(world, i, when, world.lanes.duties, lanes_under(world, tariff), rate)
