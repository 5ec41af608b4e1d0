"""Licences: every lane has several applicants, and what has been granted to them passes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Index, Mask
from sim.clock import Story
from sim.disruptions import control
from sim.disruptions.timetable import Timetable
from sim.spec.disruptions import Licence
from sim.world import World


def tell(world: World, i: str, licence: Licence) -> None:
    """Let a control by licence take its course in every disturbed future."""
    start, end = control.tell(world, i, licence)
    lanes = control.lanes_under(world, licence)
    if len(lanes):
        world.clock.tell(_decide(world, i, licence, lanes, _decisions(world, i, licence, lanes, start, end)))


@dataclass(frozen=True)
class _Decisions:
    """Grants and expiries, each array (decision,)."""

    day: Index
    lane: Index
    """Number among the lanes under control."""
    column: Index
    change: Index
    """1 for a grant, -1 for a licence that ends."""


def _decide(world: World, i: str, licence: Licence, lanes: Index, decisions: _Decisions) -> Story:
    """Open each lane as far as it is licensed: one event a day, for whatever lanes and futures it comes to."""
    granted = np.zeros((len(lanes), world.width), dtype=np.int64)
    leak = control.leak(world, i, licence)
    timetable, days = Timetable(decisions.day), np.unique(decisions.day)
    for wave in world.clock.waves(days, among=np.ones(len(days), dtype=bool)):
        yield wave
        today = timetable.on(world.clock.day)
        lane, column = decisions.lane[today], decisions.column[today]
        np.add.at(granted, (lane, column), decisions.change[today])
        # Counted in whole licences, so that all of them are exactly the whole lane.
        share = np.maximum(granted[lane, column] / licence.applicants, leak[column])
        world.lanes.limits.set_cells(i, lanes[lane], column, share)


def _decisions(world: World, i: str, licence: Licence, lanes: Index, start: Index, end: Index) -> _Decisions:
    """Draw every application's course while the control is in force and the horizon lasts."""
    stream, horizon_d = f"disruption/{licence.stream or i}", world.clock.horizon_d
    over = np.where(world.disturbed, np.minimum(end, horizon_d), 0)
    chance = world.draws.quantity(f"{stream}/approval", licence.approval)
    term_d = _whole_days(world, f"{stream}/term", licence, "term", horizon_d)
    wait_d = _whole_days(world, f"{stream}/reapply", licence, "reapply", horizon_d)
    ids = list(world.lanes.specs)
    found = [_kept(0, start[None], np.zeros((1, world.width), dtype=bool), 0)]
    for number, lane in enumerate(lanes):
        name = world.lanes.specs[ids[lane]].stream or ids[lane]
        filed = np.repeat(start[None], licence.applicants, axis=0)
        for k in range(horizon_d):
            if not (filed < over).any():
                break
            draws = range(k * licence.applicants, (k + 1) * licence.applicants)
            review_d = world.draws.quantities(f"{stream}/{name}/review", licence.review, draws)
            decided = filed + np.maximum(np.rint(review_d), 1).astype(np.int64)
            granted = world.draws.uniforms(f"{stream}/{name}/outcome", draws) < chance
            ends = decided + term_d
            found += [_kept(number, decided, granted & (decided < over), 1)]
            found += [_kept(number, ends, granted & (ends < over), -1)]
            filed = np.where(granted, ends, decided + wait_d)
    return _Decisions(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _whole_days(world: World, stream: str, licence: Licence, what: str, never: int) -> Index:
    """Return whole days, at least one, (replication,); past the horizon where the licence does not say."""
    quantity = getattr(licence, what)
    return np.full(world.width, never) if quantity is None else world.draws.days(stream, quantity, at_least=1)


def _kept(lane: int, day: Index, counts: Mask, change: int) -> tuple[Index, Index, Index, Index]:
    column = np.nonzero(counts)[1]
    return day[counts], np.full(len(column), lane), column, np.full(len(column), change)
