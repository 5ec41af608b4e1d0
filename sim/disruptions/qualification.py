"""A new supplier is qualified once it is needed, and stays so unless it could ship nothing for too long."""

from __future__ import annotations

import numpy as np

from sim.arrays import Index, Mask
from sim.clock import Story
from sim.world import World


def ask(world: World, wanted: Mask, columns: Index) -> None:
    """Begin to qualify the lanes that are wanted and were not yet asked for, (lane, column)."""
    ids = list(world.lanes.specs)
    for lane in np.flatnonzero(wanted.any(axis=1)):
        hit = np.zeros(world.width, dtype=bool)
        hit[columns[wanted[lane]]] = True
        world.lanes.asked[lane] |= hit
        world.clock.tell(_qualify(world, int(lane), ids[lane], hit))


def lapse(world: World) -> None:
    """Let the qualification of lanes lapse on which nothing was open for too long, before the plan of a day."""
    lanes = world.lanes
    rows, ids = lanes.lapsing, list(world.lanes.specs)
    gone = (lanes.closed_d >= lanes.requalify_after_d) & lanes.qualified[rows] & ~lanes.lapsed[rows]
    for n in np.flatnonzero(gone.any(axis=1)):
        lanes.lapsed[rows[n]] |= gone[n]
        lanes.asked[rows[n]] &= ~gone[n]
        lanes.news[:] |= gone[n]
        world.note("lapsed", ids[rows[n]], gone[n])
    lanes.closed_d[:] = np.where(lanes.limits.standing[rows] == 0, lanes.closed_d + 1, 0)


def _qualify(world: World, lane: int, i: str, hit: Mask) -> Story:
    ready = world.clock.day + world.lanes.qualification_d[lane]
    for wave in world.clock.waves(ready, among=hit):
        done = yield wave
        world.lanes.qualified[lane] |= done
        world.lanes.lapsed[lane] &= ~done
        world.lanes.news[:] |= done
        world.note("qualified", i, done)
