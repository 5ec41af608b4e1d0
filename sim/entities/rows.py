"""Which row of the stock block is what.

    feeds of makers | feeds of separation plants | cohorts | products | by-products | piles | surplus

Products are mines', then separation plants', then makers'; works in progress have the same order. Receivers are feeds,
then buyers, then piles; shippers are products, by-products, piles. A group is what is ordered together: a maker's
feed, all feeds of a separation plant, a buyer, a pile's material.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from sim.arrays import Index
from sim.spec.network import Maker, Mine, SeparationPlant, Stockpile
from sim.spec.scenario import Scenario

Key = tuple[str, str]
"""(facility, material)."""


@dataclass(frozen=True)
class Rows:
    """The order of every row, taken from a scenario."""

    scenario: Scenario

    def facility_rows(self, ids: Iterable[str]) -> Index:
        """Return the rows of facilities among all, in file order, as outages limit them."""
        order = {i: n for n, i in enumerate(self.scenario.facilities)}
        return np.array([order[i] for i in ids], dtype=np.int64)

    @cached_property
    def mines(self) -> dict[str, Mine]:
        """Mines in file order."""
        return {i: f for i, f in self.scenario.facilities.items() if isinstance(f, Mine)}

    @cached_property
    def plants(self) -> dict[str, SeparationPlant]:
        """Separation plants in file order."""
        return {i: f for i, f in self.scenario.facilities.items() if isinstance(f, SeparationPlant)}

    @cached_property
    def makers(self) -> dict[str, Maker]:
        """Makers, those of magnets first, otherwise in file order."""
        found = {i: f for i, f in self.scenario.facilities.items() if isinstance(f, Maker)}
        return dict(sorted(found.items(), key=lambda item: item[1].stage != "magnet"))

    @cached_property
    def stockpiles(self) -> dict[str, Stockpile]:
        """Stockpiles in file order."""
        return {i: f for i, f in self.scenario.facilities.items() if isinstance(f, Stockpile)}

    @cached_property
    def buyers(self) -> dict[str, int]:
        """Buyer -> its number."""
        return {i: n for n, i in enumerate(self.scenario.buyers)}

    @cached_property
    def maker_feeds(self) -> tuple[Key, ...]:
        """What makers use, each once."""
        return tuple(
            (i, material)
            for i, maker in self.makers.items()
            for material in dict.fromkeys(m for r in maker.recipes.values() for m in r.inputs)
        )

    @cached_property
    def plant_feeds(self) -> tuple[Key, ...]:
        """What separation plants can be sent, by plant."""
        sent = dict.fromkeys((lane.to, lane.received_as or lane.material) for lane in self.scenario.lanes.values())
        return tuple((i, material) for i in self.plants for to, material in sent if to == i)

    @cached_property
    def cohorts(self) -> tuple[tuple[str, int], ...]:
        """(buyer, number of the cohort), by buyer."""
        return tuple((i, n) for i, b in self.scenario.buyers.items() for n in range(len(b.cohorts)))

    @cached_property
    def cohort_buyer(self) -> Index:
        """Number of each cohort's buyer, (cohort,)."""
        return np.array([self.buyers[i] for i, _ in self.cohorts], dtype=np.int64)

    @cached_property
    def cohort_group(self) -> Index:
        """Row of each cohort's group, (cohort,)."""
        return np.array([self.groups[i, self.scenario.buyers[i].material] for i, _ in self.cohorts], dtype=np.int64)

    @cached_property
    def feed_group(self) -> Index:
        """Row of each plant feed's group, (plant feed,)."""
        return np.array([self.groups[key] for key in self.plant_feeds], dtype=np.int64)

    @cached_property
    def mine_products(self) -> tuple[Key, ...]:
        """One per mine."""
        return tuple((i, mine.product) for i, mine in self.mines.items())

    @cached_property
    def plant_products(self) -> tuple[Key, ...]:
        """By plant."""
        return tuple((i, material) for i, plant in self.plants.items() for material in plant.products)

    @cached_property
    def maker_products(self) -> tuple[Key, ...]:
        """One per recipe, by maker."""
        return tuple((i, product) for i, maker in self.makers.items() for product in maker.recipes)

    @cached_property
    def works(self) -> tuple[Key, ...]:
        """What is made, in the order of its rows."""
        return self.mine_products + self.plant_products + self.maker_products

    @cached_property
    def byproducts(self) -> tuple[Key, ...]:
        """What falls off, each once per maker."""
        return tuple(
            (i, material)
            for i, maker in self.makers.items()
            for material in dict.fromkeys(m for r in maker.recipes.values() for m in r.byproducts)
        )

    @cached_property
    def piles(self) -> tuple[Key, ...]:
        """What stockpiles hold."""
        return tuple((i, material) for i, pile in self.stockpiles.items() for material in pile.stocks)

    @cached_property
    def shippers(self) -> dict[Key, int]:
        """Row among those that ship."""
        return {key: n for n, key in enumerate(self.works + self.byproducts + self.piles)}

    @cached_property
    def receivers(self) -> dict[Key, int]:
        """Row among those that receive."""
        buyers = tuple((i, b.material) for i, b in self.scenario.buyers.items())
        return {key: n for n, key in enumerate(self.maker_feeds + self.plant_feeds + buyers + self.piles)}

    @cached_property
    def groups(self) -> dict[Key, int]:
        """Receiver -> what it is ordered with."""
        feeds = {key: n for n, key in enumerate(self.maker_feeds)}
        plant = {i: len(feeds) + n for n, i in enumerate(self.plants)}
        after = len(feeds) + len(plant)
        rest = {
            key: after + n for n, key in enumerate([k for k in self.receivers if k not in feeds and k[0] not in plant])
        }
        return feeds | {key: plant[key[0]] for key in self.plant_feeds} | rest

    @property
    def n_groups(self) -> int:
        """How many groups there are."""
        return len(self.maker_feeds) + len(self.plants) + len(self.buyers) + len(self.piles)

    @cached_property
    def stock_keys(self) -> tuple[Key, ...]:
        """(place, material) of every stock row."""
        cohorts = tuple((i, self.scenario.buyers[i].material) for i, _ in self.cohorts)
        feeds, made = self.maker_feeds + self.plant_feeds, self.works + self.byproducts
        return feeds + cohorts + made + self.piles + self.plant_products

    @cached_property
    def stock(self) -> dict[str, slice]:
        """Kind of row -> its part of the stock block."""
        sizes = {
            "maker_feeds": len(self.maker_feeds),
            "plant_feeds": len(self.plant_feeds),
            "cohorts": len(self.cohorts),
            "works": len(self.works),
            "byproducts": len(self.byproducts),
            "piles": len(self.piles),
            "surplus": len(self.plant_products),
        }
        ends = dict(zip(sizes, accumulate(sizes.values()), strict=True))
        return {kind: slice(ends[kind] - size, ends[kind]) for kind, size in sizes.items()}

    @property
    def n_stock(self) -> int:
        """How many stock rows there are."""
        return int(self.stock["surplus"].stop)
