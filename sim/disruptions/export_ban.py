"""A ban on exports: announced, in force, lifted."""

from __future__ import annotations

import numpy as np

from sim.arrays import Index, Mask
from sim.clock import Story
from sim.spec.disruptions import ExportBan
from sim.world import World


def tell(world: World, i: str, ban: ExportBan) -> None:
    """Let a ban take its course in every disturbed future."""
    stream = f"disruption/{ban.stream or i}"
    start = world.draws.days(f"{stream}/start", ban.start)
    end = start + world.draws.days(f"{stream}/duration", ban.duration)
    known = np.minimum(start, world.draws.days(f"{stream}/announced", ban.announced)) if ban.announced else start
    _date(world, start, end)
    world.clock.tell(_announce(world, i, ban, known))
    world.clock.tell(_enforce(world, i, ban, start, end > start))
    world.clock.tell(_lift(world, i, ban, end, end > start))


def _date(world: World, start: Index, end: Index) -> None:
    in_force = world.disturbed & (end > start) & (start < world.clock.horizon_d)
    world.disruption_day[in_force] = np.fmin(world.disruption_day, start)[in_force]
    world.control_end_day[in_force] = np.fmax(world.control_end_day, end)[in_force]


def _announce(world: World, i: str, ban: ExportBan, day: Index) -> Story:
    jump = world.draws.quantity(f"disruption/{ban.stream or i}/price_jump", ban.price_jump) if ban.price_jump else None
    prices, contents = world.scenario.prices, [world.scenario.materials[m].content for m in ban.materials]
    elements = [any(c[e].typical > 0 for c in contents if e in c) for e in prices.elements]
    markets = [bool(set(m.regions) & set(ban.destinations)) for m in world.scenario.markets.values()]
    rows = np.flatnonzero(np.outer(elements, markets))
    for wave in world.clock.waves(day, among=world.disturbed):
        hit = yield wave
        if jump is not None:
            world.market.level[np.ix_(rows, hit)] += jump[hit]
        world.note("announced", i, hit)


def _enforce(world: World, i: str, ban: ExportBan, day: Index, comes: Mask) -> Story:
    leak = world.draws.quantity(f"disruption/{ban.stream or i}/leak", ban.leak) if ban.leak else 0.0
    lanes = _stopped(world, ban)
    for wave in world.clock.waves(day, among=world.disturbed & comes):
        hit = yield wave
        world.lanes.limits.set(i, lanes, leak, hit)
        world.note("control_start", i, hit)


def _lift(world: World, i: str, ban: ExportBan, day: Index, comes: Mask) -> Story:
    lanes = _stopped(world, ban)
    for wave in world.clock.waves(day, among=world.disturbed & comes):
        hit = yield wave
        world.lanes.limits.lift(i, lanes, hit)
        world.note("control_end", i, hit)


def _stopped(world: World, ban: ExportBan) -> Index:
    """Return the lanes a ban stands on."""
    places = {**world.scenario.facilities, **world.scenario.buyers}
    return np.array(
        [
            row
            for row, lane in enumerate(world.lanes.specs.values())
            if places[lane.from_].region == ban.authority
            and places[lane.to].region in ban.destinations
            and lane.material in ban.materials
        ],
        dtype=np.int64,
    )
