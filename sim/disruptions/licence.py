"""Licences: every lane has several applicants, and what has been granted to them passes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.chance.dates import When
from sim.clock import Story
from sim.disruptions import control
from sim.disruptions.resale import Resale
from sim.disruptions.selection import lanes_under
from sim.disruptions.spans import on
from sim.disruptions.timetable import Timetable
from sim.entities.incidence import sum_rows
from sim.spec.controls import Licence
from sim.spec.quantity import Quantity
from sim.units import DAYS_PER_WEEK
from sim.world import World

TRACE = 1e-9
"""What rounding may take from a whole quarter."""


def tell(world: World, i: str, licence: Licence) -> None:
    """Let a control by licence take its course in every future in which it happens."""
    when, lanes = world.when[i], lanes_under(world, licence)
    resale = Resale(world, licence, when)
    licensed, general = np.zeros((2, len(lanes), world.width))
    standing = control.Standing(
        world,
        i,
        world.lanes.limits,
        lanes,
        lambda: np.maximum(np.maximum(licensed, general), resale.passes),
    )
    resale.tell(standing, lambda: np.maximum(licensed, general))
    control.tell(world, i, licence, standing)
    _tell_general(world, licence, when, standing, general)
    if len(lanes):
        decisions = _Applications(world, licence, when).decisions(lanes)
        world.clock.tell(_decide(world, i, licence, decisions, standing, licensed))


@dataclass(frozen=True)
class _Decisions:
    """Grants and expiries, each array (decision,)."""

    day: Index
    lane: Index
    """Number among the lanes under control."""
    applicant: Index
    column: Index
    holds: Mask
    """Whether the applicant holds a licence from now on."""


def _decide(
    world: World, i: str, licence: Licence, decisions: _Decisions, standing: control.Standing, licensed: Array
) -> Story:
    """Open each lane as far as it is licensed: one event a day, for whatever lanes and futures it comes to."""
    holds = np.zeros((licence.applicants, *licensed.shape), dtype=bool)
    weights = [w.typical for w in licence.weights] or [1.0] * licence.applicants
    headroom = 1.0 if licence.headroom is None else licence.headroom.typical
    timetable, days = Timetable(decisions.day), np.unique(decisions.day)
    reached = np.zeros(world.width)
    for wave in world.clock.waves(days, among=np.ones(len(days), dtype=bool)):
        yield wave
        today = timetable.on(world.clock.day)
        lane, column = decisions.lane[today], decisions.column[today]
        holds[decisions.applicant[today], lane, column] = decisions.holds[today]
        # Summed in one order, so that all of them are exactly the whole lane.
        held = sum(weight * of_one[lane, column] for weight, of_one in zip(weights, holds, strict=True))
        licensed[lane, column] = headroom * (held / sum(weights))
        hit = np.zeros(world.width, dtype=bool)
        hit[column] = True
        standing.show(hit)
        if world.watched:
            _note_reach(world, i, standing.lanes, licensed, reached)


def _note_reach(world: World, i: str, lanes: Index, licensed: Array, reached: Array) -> None:
    """Note where licences let through more quarters of what passed on day 0 than ever; `reached` are these, kept."""
    flow = world.opening_flow_tpd[lanes]
    passed, whole = sum_rows(flow * np.minimum(licensed, 1.0)), sum_rows(flow)
    share = np.divide(passed, whole, out=np.zeros_like(whole), where=whole > 0)
    quarters = np.floor(4 * share + TRACE)
    more = quarters > reached
    reached[more] = quarters[more]
    world.note("licensed", i, more, values=share)


def _office_day(day: Index) -> Index:
    """Return the day itself or the next on which the office works through its papers: once a week."""
    return np.asarray(-(-day // DAYS_PER_WEEK) * DAYS_PER_WEEK)


class _Applications:
    """Every application's course while the control is in force and the horizon lasts."""

    def __init__(self, world: World, licence: Licence, when: When) -> None:
        self._world, self._licence, self._when = world, licence, when
        draws, horizon_d = world.draws, world.clock.horizon_d
        self._over = np.where(when.happens, np.minimum(when.end, horizon_d), 0)
        freeze = licence.freeze
        self._thaw = when.first + (when.days(draws, "freeze", freeze) if freeze else 0)
        self._approval = when.draw(draws, "approval", licence.approval)
        self._changes = [
            (
                when.day(draws, f"change/{n}/day", change.day),
                None if change.approval is None else when.draw(draws, f"change/{n}/approval", change.approval),
                change.review,
            )
            for n, change in enumerate(licence.changes)
        ]
        self._term_d = self._whole_days("term", licence.term)
        self._ahead_d = when.days(draws, "renewal", licence.renewal) if licence.renewal else 0
        self._wait_d = self._whole_days("reapply", licence.reapply)

    def decisions(self, lanes: Index) -> _Decisions:
        """Draw what becomes of every application on these lanes."""
        found = [part for number, lane in enumerate(lanes) for part in self._on(number, int(lane))]
        nothing = np.zeros(0, dtype=np.int64)
        found.append((nothing, nothing, nothing, nothing, nothing.astype(bool)))
        return _Decisions(*(np.concatenate(part) for part in zip(*found, strict=True)))

    def _on(self, number: int, lane: int) -> Iterator[tuple[Index, Index, Index, Index, Mask]]:
        specs, n = self._world.lanes.specs, self._licence.applicants
        i = list(specs)[lane]
        stream = f"{self._when.stream}/{specs[i].stream or i}"
        filed = np.repeat(self._when.first[None], n, axis=0)
        held_until = np.zeros_like(filed)
        for k in range(self._world.clock.horizon_d):
            if not (filed < self._over).any():
                return
            draws = range(k * n, (k + 1) * n)
            begun = np.maximum(filed, self._thaw)
            review_d = np.maximum(np.rint(self._review_d(f"{stream}/review", draws, begun)), 1).astype(np.int64)
            decided = _office_day(begun + review_d)
            granted = self._world.draws.uniforms(f"{stream}/outcome", draws) < self._chance(decided)
            # A renewed licence begins where the old one ends. On one day that end comes first, and is overwritten.
            begins = np.maximum(decided, held_until)
            ends = _office_day(begins + self._term_d)
            yield _kept(number, begins, granted & (begins < self._over), holds=True)
            yield _kept(number, ends, granted & (ends < self._over), holds=False)
            held_until = np.where(granted, ends, held_until)
            filed = np.where(granted, np.maximum(ends - self._ahead_d, decided), decided + self._wait_d)

    def _review_d(self, stream: str, draws: range, begun: Index) -> Array:
        """Return the days of each review, by what held on the day it began, (applicant, replication)."""
        review_d = self._world.draws.quantities(stream, self._licence.review, draws)
        for day, _, review in self._changes:
            if review is not None:
                review_d = np.where(day <= begun, self._world.draws.quantities(stream, review, draws), review_d)
        return review_d

    def _chance(self, decided: Index) -> Array:
        """Return the chance of each application, by what holds on the day of decision, (applicant, replication)."""
        chance = np.broadcast_to(self._approval, decided.shape)
        for day, approval, _ in self._changes:
            if approval is not None:
                chance = np.where(day <= decided, approval, chance)
        return chance

    def _whole_days(self, what: str, quantity: Quantity | None) -> Index:
        """Return whole days, at least one, (replication,); past the horizon where the licence does not say."""
        draws, stream = self._world.draws, f"{self._when.stream}/{what}"
        if quantity is None:
            return np.full(self._world.width, self._world.clock.horizon_d)
        return draws.days(stream, quantity, at_least=1)


def _kept(number: int, day: Index, counts: Mask, *, holds: bool) -> tuple[Index, Index, Index, Index, Mask]:
    applicant, column = np.nonzero(counts)
    return day[counts], np.full(len(column), number), applicant, column, np.full(len(column), holds)


def _tell_general(world: World, licence: Licence, when: When, standing: control.Standing, general: Array) -> None:
    """Open the lanes of named firms, from a day on."""
    specs = list(world.lanes.specs.values())
    for n, entry in enumerate(licence.general):
        named = {*entry.facilities}
        open_to = [k for k, lane in enumerate(standing.lanes) if {specs[lane].from_, specs[lane].to} & named]
        rows = np.array(open_to, dtype=np.int64)
        share = when.draw(world.draws, f"general/{n}/share", entry.share)

        def grant(hit: Mask, rows: Index = rows, share: Array = share) -> None:
            cells = np.ix_(rows, np.flatnonzero(hit))
            general[cells] = np.maximum(general[cells], share[hit])
            standing.show(hit)

        on(world, when.day(world.draws, f"general/{n}/day", entry.day), when.stands, grant)
