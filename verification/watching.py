"""Run a scenario file and keep the daily series that a case asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim import engine
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.records.ledger import Ledger
from sim.results.futures import Block
from sim.running.experiment import cut
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.world import World

Array = NDArray[np.float64]
Look = Callable[[World, int, Array], Array]


@dataclass(frozen=True)
class Watched:
    """Some futures of a case, as they went."""

    block: Block
    series: Mapping[str, Array]
    """Name -> (day, replication)."""

    def column(self, name: str) -> Array:
        """Return what the simulator counted of each future, (replication,)."""
        return np.asarray(self.block.columns[name])

    def events(self, kind: str) -> Array:
        """Return how many events of a kind each future had, (replication,)."""
        first, n = self.block.replications[0], self.block.replications.size
        found = [event.replications - first for event in self.block.events if event.kind == kind]
        return np.bincount(np.concatenate([*found, np.zeros(0, np.int64)]), minlength=n).astype(np.float64)


class Watcher:
    """A ledger that keeps the series named: `<what>/<id>`, as `LOOKS` has them."""

    def __init__(self, world: World, names: tuple[str, ...]) -> None:
        self.ledger = Ledger(world)
        self._looks = {name: _look(world.scenario, name) for name in names}
        self._kept: dict[str, list[Array]] = {name: [] for name in names}

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Write a day down."""
        self.ledger.note_day(world, day, shipped)
        for name, look in self._looks.items():
            self._kept[name].append(np.array(look(world, day, shipped), dtype=np.float64))

    def watched(self, world: World) -> Watched:
        """Return what was kept."""
        return Watched(self.ledger.block(world), {name: np.array(days) for name, days in self._kept.items()})


def _look(scenario: Scenario, name: str) -> Look:
    """Return how to read the series `<what>/<id>` off a world at the end of a day."""
    what, _, i = name.partition("/")
    row = {
        "under_way": scenario.lanes, "shipped": scenario.lanes, "open": scenario.lanes,
        "delivered": scenario.buyers, "notional": scenario.buyers, "stock": scenario.buyers,
        "up": scenario.facilities, "product": scenario.facilities, "in_work": scenario.facilities,
        "price": scenario.markets, "surplus": getattr(scenario.facilities.get("plant"), "products", ()),
    }[what]  # fmt: skip
    return _looks(what, list(row).index(i))


def _looks(what: str, row: int) -> Look:
    """Every case has one cohort a buyer, one priced element, and mines before any other plant."""
    looks: dict[str, Look] = {
        "under_way": lambda world, day, _: world.shelves.under_way(day)[row],
        "shipped": lambda world, day, shipped: shipped[row],
        "open": lambda world, day, _: world.lanes.limits.standing[row],
        "delivered": lambda world, day, _: world.buyers.delivered[row],
        "notional": lambda world, day, _: world.buyers.notional[row],
        "stock": lambda world, day, _: world.part("cohorts")[row],
        "up": lambda world, day, _: world.limits.standing[row],
        "product": lambda world, day, _: world.works.stock[row],
        "in_work": lambda world, day, _: world.works.position[row] - world.works.stock[row],
        "surplus": lambda world, day, _: world.part("surplus")[row],
        "price": lambda world, day, _: world.market.price[row],
    }
    return looks[what]


def futures_of(path: Path, n: int, seed: int, names: tuple[str, ...]) -> Iterator[Watched]:
    """Run n futures of a scenario file, without twins, block by block."""
    scenario = read_scenario(str(path)).scenario
    for span in cut([range(n)], twin=False):
        world = assemble(scenario, Draws(seed, np.array(span), parameters=scenario.parameters), watched=True)
        watcher = Watcher(world, names)
        engine.run(world, watcher)
        yield watcher.watched(world)
