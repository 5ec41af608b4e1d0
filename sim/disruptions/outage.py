"""Outages: on given days, or by chance again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.clock import Story
from sim.disruptions.spans import between
from sim.disruptions.timetable import Timetable
from sim.results.futures import EventKind
from sim.spec.disruptions import Outage
from sim.spec.quantity import Quantity
from sim.world import World


def tell(world: World, i: str, outage: Outage) -> None:
    """Let an outage take its course in every disturbed future."""
    stream = f"disruption/{outage.stream or i}"
    remaining = world.draws.optional(f"{stream}/remaining", outage.remaining)
    if outage.is_dated:
        _on_given_days(world, i, outage, remaining)
    else:
        world.clock.tell(_by_chance(world, i, outage, remaining, _spells(world, stream, outage)))


def _on_given_days(world: World, i: str, outage: Outage, remaining: Array) -> None:
    rows, when = world.rows.facility_rows(outage.facilities), world.when[i]

    def go_down(hit: Mask) -> None:
        world.limits.set(i, rows, remaining, hit)
        for facility in outage.facilities:
            world.note("outage_start", facility, hit)

    def come_back(hit: Mask) -> None:
        world.limits.lift(i, rows, hit)
        for facility in outage.facilities:
            world.note("outage_end", facility, hit)

    between(world, when.first, when.end, when.happens, go_down, come_back)


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
    rows = world.rows.facility_rows(outage.facilities)
    # Up before down: a repair and the next failure may fall on one day, and the last of them counts.
    n_up = len(spells.up)
    day = np.concatenate([spells.up, spells.down])
    facility, column = np.tile(spells.facility, 2), np.tile(spells.column, 2)
    share = np.where(np.arange(len(day)) < n_up, 1.0, remaining[column])
    timetable, days = Timetable(day), np.unique(day)
    for wave in world.clock.waves(days, among=np.ones(len(days), dtype=bool)):
        yield wave
        today = timetable.on(world.clock.day)
        world.limits.set_cells(i, rows[facility[today]], column[today], share[today])
        if world.watched:
            acts: tuple[tuple[EventKind, Mask], ...] = (("outage_end", today < n_up), ("outage_start", today >= n_up))
            for kind, which in acts:
                _note_each(world, kind, outage.facilities, facility[today[which]], column[today[which]])


def _note_each(world: World, kind: EventKind, facilities: tuple[str, ...], facility: Index, column: Index) -> None:
    """Note what happened to each plant, given as pairs of plant and future."""
    for number in np.unique(facility):
        hit = np.zeros(world.width, dtype=bool)
        hit[column[facility == number]] = True
        world.note(kind, facilities[number], hit)


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
