"""The balance of every element: what came out of the ground is used up, lost in sight, or still there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array
from sim.entities.incidence import matrix
from sim.errors import ModelError
from sim.world import World

LIMIT = 1e-9
"""Of gross throughput: rounding over thirty years stays far below, a lost tonne far above."""


class Balance:
    """Holds the opening state and closes the books at the end."""

    def __init__(self, world: World) -> None:
        rows, scenario = world.rows, world.scenario
        feeds, works = rows.maker_feeds + rows.plant_feeds, rows.works
        self._stock = _contents(world, [m for _, m in rows.stock_keys])
        self._feeds = _contents(world, [m for _, m in feeds])
        self._cargo = _contents(world, [lane.material for lane in world.lanes.specs.values()])
        byproducts = _contents(world, [m for _, m in rows.byproducts])
        self._work = csr_array(_contents(world, [m for _, m in works]) + byproducts @ world.works.falls)
        self._sold = _contents(world, [b.material for b in scenario.buyers.values()])
        self._opening = self._held(world, -1)

    def close(self, world: World) -> Array:
        """Return the largest relative error over the elements, (replication,); raise where a book does not close.

        Mines make from nothing, buyers turn into nothing, and in between feed becomes work or is lost.
        """
        fed = self._feeds @ np.concatenate([world.makers.used_t, world.plants.used_t])
        begun, n_mines = world.works.begun_t, len(world.rows.mines)
        made, sold = self._work @ begun, self._sold @ world.buyers.used_t
        error = self._opening + made - fed - sold - self._held(world, world.clock.horizon_d - 1)
        through = self._opening + self._work[:, :n_mines] @ begun[:n_mines]
        relative = np.divide(np.abs(error), through, out=np.zeros_like(error), where=through > 0)
        worst = relative.max(axis=0)
        if not (worst <= LIMIT).all():
            element = world.scenario.elements[int(relative.max(axis=1).argmax())]
            raise ModelError(f"the balance of {element} is off by {worst.max():.3g} of its throughput")
        return np.asarray(worst)

    def _held(self, world: World, day: int) -> Array:
        """Return what is in stock, under way and in work, t of oxide-equivalent, (element, replication)."""
        in_work = self._work @ world.works.shelves.under_way(day)
        under_way = world.shelves.under_way(day)
        if world.detours is not None and day >= 0:
            under_way += world.detours.under_way(day)
        return np.asarray(self._stock @ world.stock + self._cargo @ under_way + in_work)


def _contents(world: World, materials: Sequence[str]) -> csr_array:
    """Tonnes of oxide-equivalent per tonne of each material, (element, material)."""
    elements = world.scenario.elements
    entries = [
        (elements.index(element), n, content.typical)
        for n, material in enumerate(materials)
        for element, content in world.scenario.materials[material].content.items()
    ]
    return matrix(entries, (len(elements), len(materials)))
