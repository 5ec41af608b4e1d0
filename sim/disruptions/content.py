"""Content rules: goods made abroad of controlled content may not be sold freely either."""

from __future__ import annotations

import numpy as np

from sim.arrays import Mask
from sim.decisions import below
from sim.disruptions.selection import lanes_under
from sim.disruptions.spans import between, on
from sim.spec.controls import ContentRule
from sim.world import World

DECLARED_D = 7
"""Firms look at what their goods hold once a week."""


def tell(world: World, i: str, rule: ContentRule) -> None:
    """Let a content rule take its course in every future in which it happens."""
    when, lanes = world.when[i], lanes_under(world, rule)
    threshold = when.draw(world.draws, "threshold", rule.threshold)
    complies = when.draw(world.draws, "compliance", rule.compliance)
    clean_day = when.first + when.days(world.draws, "clean_after", rule.clean_after)
    rows = world.lanes.shipper[lanes] + world.rows.stock["works"].start
    world.lanes.limits.expect(i)

    def declare(hit: Mask) -> None:
        columns = np.flatnonzero(hit)
        content = world.origins[i].share[np.ix_(rows, columns)]
        clean = (1.0 - content) * (world.clock.day >= clean_day[columns])
        passes = np.minimum(1.0 - complies[columns] + complies[columns] * clean, 1.0)
        bound = below(np.broadcast_to(threshold[columns], content.shape), content)
        world.lanes.limits.set_cells(i, lanes[:, None], columns, np.where(bound, passes, 1.0))
        # A plan is due even where the last bit says that nothing has moved.
        world.lanes.news[columns] = True

    def begin(hit: Mask) -> None:
        declare(hit)
        world.note("begins", i, hit)

    def finish(hit: Mask) -> None:
        world.lanes.limits.lift(i, lanes, hit)
        world.note("ends", i, hit)

    between(world, when.first, when.end, when.happens, begin, finish)
    for days in range(DECLARED_D, world.clock.horizon_d, DECLARED_D):
        on(world, when.first + days, when.happens & (when.first + days < when.end), declare)
