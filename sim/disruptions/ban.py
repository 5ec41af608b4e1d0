"""Export bans: nothing passes but a leak and what comes by way of others."""

from __future__ import annotations

import numpy as np

from sim.disruptions import control
from sim.disruptions.resale import Resale
from sim.disruptions.selection import lanes_under
from sim.spec.controls import ExportBan
from sim.world import World


def tell(world: World, i: str, ban: ExportBan) -> None:
    """Let a ban take its course."""
    resale = Resale(world, ban, world.when[i])
    standing = control.Standing(world, i, world.lanes.limits, lanes_under(world, ban), lambda: resale.passes)
    nothing = np.zeros(world.width)
    resale.tell(standing, lambda: nothing)
    control.tell(world, i, ban, standing)
