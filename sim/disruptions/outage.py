"""Outages: on given days, or by chance again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.clock import Story
from sim.spec.disruptions import Outage
from sim.spec.quantity import Quantity
from sim.world import World


def tell(world: World, i: str, outage: Outage) -> None:
    """Let an outage take its course in every disturbed future."""
    stream = f"disruption/{outage.stream or i}"
    remaining = (
        world.draws.quantity(f"{stream}/remaining", outage.remaining) if outage.remaining else np.zeros(world.width)
    )
    if outage.mtbf and outage.mttr:
        world.clock.tell(_by_chance(world, i, outage, remaining, _spells(world, stream, outage)))
    elif outage.start and outage.duration:
        start = world.draws.days(f"{stream}/start", outage.start)
        end = start + world.draws.days(f"{stream}/duration", outage.duration)
        # An outage of no day never begins: on one day, what of it comes first would depend on other futures.
        comes = world.disturbed & (end > start)
        world.clock.tell(_go_down(world, i, outage, remaining, start, comes))
        world.clock.tell(_come_back(world, i, outage, end, comes))


def _go_down(world: World, i: str, outage: Outage, remaining: Array, day: Index, comes: Mask) -> Story:
    rows = world.facility_rows(outage.facilities)
    for wave in world.clock.waves(day, among=comes):
        hit = yield wave
        world.limits.set(i, rows, remaining, hit)
        _note(world, "outage_start", outage.facilities, hit)


def _come_back(world: World, i: str, outage: Outage, day: Index, comes: Mask) -> Story:
    rows = world.facility_rows(outage.facilities)
    for wave in world.clock.waves(day, among=comes):
        hit = yield wave
        world.limits.lift(i, rows, hit)
        _note(world, "outage_end", outage.facilities, hit)


@dataclass(frozen=True)
class _Spells:
    """When plants go down and come back, in all futures, each array (spell,)."""

    down: Index
    up: Index
    facility: Index
    """Number in the outage's list."""
    column: Index


def _by_chance(world: World, i: str, outage: Outage, remaining: Array, spells: _Spells) -> Story:
    """Take all plants down and bring them back: one event a day, for whatever plants and futures it comes to."""
    rows = world.facility_rows(outage.facilities)
    days = np.unique(np.concatenate([spells.down, spells.up]))
    begin, end = _by_day(spells.down), _by_day(spells.up)
    for wave in world.clock.waves(days, among=np.ones(len(days), dtype=bool)):
        yield wave
        # Up before down: a repair and the next failure may fall on one day.
        for kind, (order, when) in (("outage_end", end), ("outage_start", begin)):
            first, last = np.searchsorted(when, [world.clock.day, world.clock.day + 1])
            which = order[first:last]
            facility, column = spells.facility[which], spells.column[which]
            share = remaining[column] if kind == "outage_start" else 1.0
            world.limits.set_cells(i, rows[facility], column, share)
            if world.watched:
                for number in np.unique(facility):
                    hit = np.zeros(world.width, dtype=bool)
                    hit[column[facility == number]] = True
                    _note(world, kind, (outage.facilities[number],), hit)


def _by_day(day: Index) -> tuple[Index, Index]:
    """Return the spells in order of a day, and that day."""
    order = np.argsort(day, kind="stable")
    return order, day[order]


def _note(world: World, kind: str, facilities: tuple[str, ...], hit: Mask) -> None:
    for facility in facilities:
        world.note("outage_start" if kind == "outage_start" else "outage_end", facility, hit)


def _spells(world: World, stream: str, outage: Outage) -> _Spells:
    assert outage.mtbf is not None
    assert outage.mttr is not None
    found = [
        (*pair, np.full(world.width, number), np.arange(world.width))
        for number, facility in enumerate(outage.facilities)
        for pair in _pairs(world, f"{stream}/{_stream(world, facility)}", outage.mtbf, outage.mttr)
    ]
    down, up, facility, column = (np.concatenate(part) for part in zip(*found, strict=True))
    counts = (np.ceil(down) < np.ceil(up)) & (down < world.clock.horizon_d) & world.disturbed[column]
    return _Spells(
        np.ceil(down[counts]).astype(np.int64), np.ceil(up[counts]).astype(np.int64), facility[counts], column[counts]
    )


def _stream(world: World, facility: str) -> str:
    return world.scenario.facilities[facility].stream or facility


def _pairs(world: World, stream: str, mtbf: Quantity, mttr: Quantity) -> list[tuple[Array, Array]]:
    """Return when one plant fails and is repaired, d, (replication,) each, until every future is past the horizon."""
    pairs: list[tuple[Array, Array]] = []
    repaired = np.zeros(world.width)
    while (repaired < world.clock.horizon_d).any():
        k = range(len(pairs), len(pairs) + 1)
        failed = repaired + world.draws.exponentials(f"{stream}/up", k, mtbf.typical)[0]
        repaired = failed + world.draws.exponentials(f"{stream}/down", k, mttr.typical)[0]
        pairs.append((failed, repaired))
    return pairs
