"""Plants that open later: until then nothing leaves them."""

from __future__ import annotations

import numpy as np

from sim.arrays import Index
from sim.building import Building
from sim.clock import Story
from sim.entities.lanes import Lanes
from sim.world import World


def shut(building: Building, lanes: Lanes) -> None:
    """Keep every plant that is not yet built shut, twins included, before anything is planned."""
    for i, day in building.opens.items():
        lanes.limits.set(f"opens/{i}", _leaving(lanes, i), 0.0, day > 0)


def tell(world: World) -> None:
    """Open each plant on its day, in every future."""
    for i, day in world.building.opens.items():
        world.clock.tell(_open(world, i, _leaving(world.lanes, i), day))


def _open(world: World, i: str, lanes: Index, day: Index) -> Story:
    for wave in world.clock.waves(day, among=day > 0):
        hit = yield wave
        world.lanes.limits.lift(f"opens/{i}", lanes, hit)
        world.note("opened", i, hit)


def _leaving(lanes: Lanes, i: str) -> Index:
    return np.array([n for n, lane in enumerate(lanes.specs.values()) if lane.from_ == i], dtype=np.int64)
