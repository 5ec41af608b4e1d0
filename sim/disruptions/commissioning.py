"""Plants that open later: until then nothing leaves them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.arrays import Index
from sim.clock import Story
from sim.draws import Draws
from sim.entities.lanes import Lanes
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario
from sim.world import World


def shut(scenario: Scenario, draws: Draws, lanes: Lanes) -> None:
    """Keep every plant that is not yet built shut, twins included, before anything is planned."""
    for i, rows, day in _openings(scenario, draws, lanes):
        lanes.limits.set(f"opens/{i}", rows, 0.0, day > 0)


def tell(world: World) -> None:
    """Open each plant on its day, in every future."""
    for i, rows, day in _openings(world.scenario, world.draws, world.lanes):
        world.clock.tell(_open(world, i, rows, day))


def _open(world: World, i: str, lanes: Index, day: Index) -> Story:
    for wave in world.clock.waves(day, among=day > 0):
        hit = yield wave
        world.lanes.limits.lift(f"opens/{i}", lanes, hit)
        world.note("opened", i, hit)


def _openings(scenario: Scenario, draws: Draws, lanes: Lanes) -> Iterator[tuple[str, Index, Index]]:
    """Yield each plant that opens later, the lanes that leave it, and its day, (replication,)."""
    for i, facility in scenario.facilities.items():
        if not isinstance(facility, Stockpile) and facility.opens is not None:
            rows = np.array([n for n, lane in enumerate(lanes.specs.values()) if lane.from_ == i], dtype=np.int64)
            yield i, rows, draws.days(f"facility/{facility.stream or i}/opens", facility.opens)
