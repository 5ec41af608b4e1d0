"""Which lanes a disruption is about, as rows."""

from __future__ import annotations

import numpy as np

from sim.arrays import Index
from sim.spec.disruptions import Disruption
from sim.spec.reach import lanes_of
from sim.world import World


def lanes_under(world: World, disruption: Disruption) -> Index:
    """Return the rows of the lanes that a disruption stands on, ascending."""
    number = {i: n for n, i in enumerate(world.lanes.specs)}
    return np.array(sorted(number[i] for i in lanes_of(disruption, world.scenario)), dtype=np.int64)
