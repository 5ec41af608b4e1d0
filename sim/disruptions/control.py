"""What all export controls share: they become known, come into force, and are lifted."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.clock import Story
from sim.spec.disruptions import Control
from sim.world import World


def tell(world: World, i: str, control: Control) -> tuple[Index, Index]:
    """Let a control take its course in every disturbed future; return its first day and the day after its last."""
    stream = f"disruption/{control.stream or i}"
    start = world.draws.days(f"{stream}/start", control.start)
    end = start + world.draws.days(f"{stream}/duration", control.duration)
    known = start
    if control.announced:
        known = np.minimum(start, world.draws.days(f"{stream}/announced", control.announced))
    _date(world, start, end)
    world.clock.tell(_announce(world, i, control, known))
    world.clock.tell(_enforce(world, i, control, start, end > start))
    world.clock.tell(_lift(world, i, control, end, end > start))
    return start, end


def leak(world: World, i: str, control: Control) -> Array:
    """Return the part that passes all the same, (replication,)."""
    return world.draws.optional(f"disruption/{control.stream or i}/leak", control.leak)


def lanes_under(world: World, control: Control) -> Index:
    """Return the lanes a control stands on."""
    places = {**world.scenario.facilities, **world.scenario.buyers}
    return np.array(
        [
            row
            for row, lane in enumerate(world.lanes.specs.values())
            if places[lane.from_].region == control.authority
            and places[lane.to].region in control.destinations
            and lane.material in control.materials
        ],
        dtype=np.int64,
    )


def _date(world: World, start: Index, end: Index) -> None:
    in_force = world.disturbed & (end > start) & (start < world.clock.horizon_d)
    world.disruption_day[in_force] = np.fmin(world.disruption_day, start)[in_force]
    world.control_end_day[in_force] = np.fmax(world.control_end_day, end)[in_force]


def _announce(world: World, i: str, control: Control, day: Index) -> Story:
    jump = world.draws.optional(f"disruption/{control.stream or i}/price_jump", control.price_jump)
    prices, contents = world.scenario.prices, [world.scenario.materials[m].content for m in control.materials]
    elements = [any(c[e].typical > 0 for c in contents if e in c) for e in prices.elements]
    markets = [bool(set(m.regions) & set(control.destinations)) for m in world.scenario.markets.values()]
    rows = np.flatnonzero(np.outer(elements, markets))
    for wave in world.clock.waves(day, among=world.disturbed):
        hit = yield wave
        world.market.level[np.ix_(rows, hit)] += jump[hit]
        world.note("announced", i, hit)


def _enforce(world: World, i: str, control: Control, day: Index, comes: Mask) -> Story:
    lanes, passes = lanes_under(world, control), leak(world, i, control)
    for wave in world.clock.waves(day, among=world.disturbed & comes):
        hit = yield wave
        world.lanes.limits.set(i, lanes, passes, hit)
        world.note("control_start", i, hit)


def _lift(world: World, i: str, control: Control, day: Index, comes: Mask) -> Story:
    lanes = lanes_under(world, control)
    for wave in world.clock.waves(day, among=world.disturbed & comes):
        hit = yield wave
        world.lanes.limits.lift(i, lanes, hit)
        world.note("control_end", i, hit)
