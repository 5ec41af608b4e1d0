"""The engine's days in the words of the oracle's diary, so that the two can be held against each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import engine
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.records.ledger import Ledger
from sim.results.futures import Block
from sim.spec.scenario import Scenario
from sim.world import World

Array = NDArray[np.float64]


class Diarist:
    """A ledger that keeps every row of every day."""

    def __init__(self, world: World) -> None:
        self.ledger = Ledger(world)
        self.series: dict[str, list[Array]] = {}
        self._stock_names = stock_names(world)

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Write a day down."""
        self.ledger.note_day(world, day, shipped)
        self._put(self._stock_names, world.stock)
        lanes = list(world.lanes.specs)
        self._put([f"shipped/{i}" for i in lanes], shipped)
        self._put([f"open/{i}" for i in lanes], world.lanes.limits.standing)
        under_way = world.shelves.under_way(day)
        self._put([f"under_way/{i}" for i in lanes], under_way + late(world, day))
        buyers, bought = list(world.scenario.buyers), world.buyers
        self._put([f"notional/{i}" for i in buyers], bought.notional)
        self._put([f"delivered/{i}" for i in buyers], bought.delivered)
        self._put([f"thrifted/{i}" for i in buyers], bought.thrifted)
        self._put([f"priced_out/{i}" for i in buyers], bought.notional - bought.thrifted - bought.wanted)
        self._put([f"forgone/{i}" for i in buyers], bought.forgone)
        caught_up = np.zeros_like(bought.delivered) if bought.overtime is None else bought.overtime.caught_up
        self._put([f"caught_up/{i}" for i in buyers], caught_up)
        self._put([f"unmet/{i}" for i in buyers], bought.wanted - bought.delivered)
        prices = [f"price/{e}/{m}" for e in world.scenario.prices.elements for m in world.scenario.markets]
        self._put(prices, world.market.price)

    def _put(self, names: list[str], block: Array) -> None:
        for name, row in zip(names, block, strict=True):
            self.series.setdefault(name, []).append(row.copy())


def stock_names(world: World) -> list[str]:
    """Return the name of every stock row."""
    rows = world.rows
    return [
        *(f"stock/{i}/feed/{m}" for i, m in rows.maker_feeds + rows.plant_feeds),
        *(f"stock/{i}/{n}" for i, n in rows.cohorts),
        *(f"stock/{i}/product/{m}" for i, m in rows.works + rows.byproducts),
        *(f"stock/{i}/{m}" for i, m in rows.piles),
        *(f"stock/{i}/surplus/{m}" for i, m in rows.plant_products),
    ]


def late(world: World, day: int) -> Array | float:
    """Return what is under way and delayed."""
    return 0.0 if world.detours is None else world.detours.under_way(day)


def keep_diary(
    scenario: Scenario, seed: int, replications: list[int], *, twin: bool = True
) -> tuple[dict[str, Array], Block]:
    """Run futures and return every series, (day, column), and the block; columns are futures, then their twins."""
    world = assemble(
        scenario, Draws(seed, np.array(replications), copies=2 if twin else 1, parameters=scenario.parameters)
    )
    diarist = Diarist(world)
    engine.run(world, diarist)
    return {name: np.array(days) for name, days in diarist.series.items()}, diarist.ledger.block(world)
