"""Plants that open later: until then nothing leaves them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.arrays import Array, Index
from sim.clock import Story
from sim.dates import When
from sim.draws import Draws
from sim.entities.lanes import Lanes
from sim.spec.disruptions import Setback
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario
from sim.world import World

NEVER = 2**31
"""A day past every horizon."""


def shut(scenario: Scenario, draws: Draws, when: dict[str, When], lanes: Lanes) -> None:
    """Keep every plant that is not yet built shut, twins included, before anything is planned."""
    for i, rows, day in _openings(scenario, draws, when, lanes):
        lanes.limits.set(f"opens/{i}", rows, 0.0, day > 0)


def tell(world: World) -> None:
    """Open each plant on its day, in every future."""
    for i, rows, day in _openings(world.scenario, world.draws, world.when, world.lanes):
        world.clock.tell(_open(world, i, rows, day))


def _open(world: World, i: str, lanes: Index, day: Index) -> Story:
    for wave in world.clock.waves(day, among=day > 0):
        hit = yield wave
        world.lanes.limits.lift(f"opens/{i}", lanes, hit)
        world.note("opened", i, hit)


def _openings(
    scenario: Scenario, draws: Draws, when: dict[str, When], lanes: Lanes
) -> Iterator[tuple[str, Index, Index]]:
    """Yield each plant that opens later, the lanes that leave it, and its day, (replication,)."""
    for i, facility in scenario.facilities.items():
        if not isinstance(facility, Stockpile) and facility.opens is not None:
            rows = np.array([n for n, lane in enumerate(lanes.specs.values()) if lane.from_ == i], dtype=np.int64)
            stream = f"facility/{facility.stream or i}"
            planned = draws.days(f"{stream}/opens", facility.opens).astype(np.float64)
            odds = np.full(draws.width, 1.0 if facility.odds is None else facility.odds.typical)
            for name, disruption in scenario.disruptions.items():
                if isinstance(disruption, Setback) and i in disruption.facilities:
                    planned, odds = _set_back(disruption, when[name], draws, planned, odds)
            built = draws.uniforms(f"{stream}/odds", range(1))[0] < odds
            yield i, rows, np.where(built, np.rint(planned), NEVER).astype(np.int64)


def _set_back(setback: Setback, when: When, draws: Draws, day: Array, odds: Array) -> tuple[Array, Array]:
    """Return when a plant opens after a setback, and with what odds, (replication,) each."""
    hit = when.stands & (day > when.first)
    stretch = when.draw(draws, "stretch", setback.stretch, absent=1.0)
    slow = when.first + stretch * (day - when.first)
    late = when.end + (day - when.first) - (when.end - when.first) / stretch
    odds = np.where(hit, odds * when.draw(draws, "odds", setback.odds, absent=1.0), odds)
    return np.where(hit, np.where(slow <= when.end, slow, late), day), odds
