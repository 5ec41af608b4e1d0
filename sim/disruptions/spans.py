"""What stands from one day to another: a layer set on the first, lifted on the day after the last."""

from __future__ import annotations

from collections.abc import Callable

from sim.arrays import Array, Index, Mask
from sim.chance.dates import When
from sim.clock import Story
from sim.entities.layers import Layers
from sim.world import World

Act = Callable[[Mask], None]
"""What happens in the replications hit, (replication,)."""


def on(world: World, day: Index, among: Mask, act: Act) -> None:
    """Let something happen on a day, (replication,), in some futures."""
    world.clock.tell(_happen(world, day, among, act))


def between(world: World, first: Index, end: Index, among: Mask, begin: Act, finish: Act) -> None:
    """Let something begin on one day and finish on another, where a day at least lies between.

    What lasts no day never begins: on one day, what of it comes first would depend on other futures.
    """
    lasts = among & (end > first)
    on(world, first, lasts, begin)
    on(world, end, lasts, finish)


def stand(world: World, i: str, when: When, layers: Layers, rows: Index, value: Array) -> None:
    """Let a disruption stand on `rows` with `value`, (replication,), while it lasts."""
    layers.expect(i)

    def begin(hit: Mask) -> None:
        layers.set(i, rows, value, hit)
        world.note("begins", i, hit)

    def finish(hit: Mask) -> None:
        layers.lift(i, rows, hit)
        world.note("ends", i, hit)

    between(world, when.first, when.end, when.happens, begin, finish)


def _happen(world: World, day: Index, among: Mask, act: Act) -> Story:
    for wave in world.clock.waves(day, among=among):
        act((yield wave))
