"""A new supplier is qualified once it is needed, and stays so."""

from __future__ import annotations

import numpy as np

from sim.arrays import Index, Mask
from sim.clock import Story
from sim.world import World


def ask(world: World, wanted: Mask, columns: Index) -> None:
    """Begin to qualify the lanes that are wanted and were never asked for, (lane, column)."""
    ids = list(world.lanes.specs)
    for lane in np.flatnonzero(wanted.any(axis=1)):
        hit = np.zeros(world.width, dtype=bool)
        hit[columns[wanted[lane]]] = True
        world.lanes.asked[lane] |= hit
        world.clock.tell(_qualify(world, int(lane), ids[lane], hit))


def _qualify(world: World, lane: int, i: str, hit: Mask) -> Story:
    ready = world.clock.day + world.lanes.qualification_d[lane]
    for wave in world.clock.waves(ready, among=hit):
        done = yield wave
        world.lanes.qualified[lane] |= done
        world.lanes.news[:] |= done
        world.note("qualified", i, done)
