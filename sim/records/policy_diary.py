"""What a policy's instruments do, as `sim trace` tells it: support given, floors that pay, piles that rotate."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.entities.incidence import sum_rows
from sim.results.futures import EventKind
from sim.world import World

QUIET_D = 30
"""Days on end without anything after which a spell is over."""
NOTHING = 1e-6
"""USD or tonnes a day that are none."""


class Spells:
    """When something that may come and go began, how much it came to, and when it was over."""

    def __init__(self, ids: list[str], width: int, begins: EventKind, ends: EventKind) -> None:
        self._ids, self._begins, self._ends = ids, begins, ends
        self._total = np.zeros((len(ids), width))
        self._idle_d = np.full((len(ids), width), np.inf)

    def note_day(self, world: World, amount: Array) -> None:
        """Write down what begins and is over today; `amount` is today's, (id, replication)."""
        stands, active = np.isfinite(self._idle_d), amount > NOTHING
        self._idle_d = np.where(active, 0.0, self._idle_d + 1.0)
        self._total += amount
        last = world.clock.day == world.scenario.horizon_d - 1
        over = stands & ((self._idle_d >= QUIET_D) | last)
        for row, i in enumerate(self._ids):
            for kind, hit in ((self._begins, active[row] & ~stands[row]), (self._ends, over[row])):
                if hit.any():
                    world.note(kind, i, hit, values=self._total[row].copy())
        self._total[over], self._idle_d[over] = 0.0, np.inf


class PolicyDiary:
    """Keeps the diary of projects, price floors and rotation; only of futures that are watched."""

    def __init__(self, world: World) -> None:
        self._paid_usd = np.zeros((len(world.floors.each), world.width))
        self._floors = Spells(list(world.scenario.floors), world.width, "floor_start", "floor_end")
        piles, rows = world.stockpiles.piles, list(world.rows.stockpiles)
        self._rotating = [n for n, pile in enumerate(piles) if pile.rotation is not None]
        self._rotation = Spells([rows[n] for n in self._rotating], world.width, "rotation_start", "rotation_end")

    def note_day(self, world: World, day: int) -> None:
        """Take note of a day."""
        for grant in world.building.grants:
            if grant.day == day:
                usd = np.full(world.width, grant.usd)
                world.note("supported", grant.plant, grant.hit, grant.project, values=usd)
        paid = np.array([floor.paid_usd for floor in world.floors.each]).reshape(self._paid_usd.shape)
        self._floors.note_day(world, paid - self._paid_usd)
        self._paid_usd = paid
        piles = [world.stockpiles.piles[n].rows for n in self._rotating]
        sold = np.array([sum_rows(world.stockpiles.rotated[rows]) for rows in piles])
        self._rotation.note_day(world, sold.reshape(len(piles), world.width))
