"""Quotas: a yearly tonnage for many lanes together, given out in batches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.chance.dates import When
from sim.disruptions import control
from sim.disruptions.selection import lanes_under
from sim.disruptions.spans import on
from sim.entities.incidence import sum_rows
from sim.entities.quotas import Allowance
from sim.entities.rationing import Rationing
from sim.spec.controls import Quota
from sim.units import DAYS_PER_YEAR
from sim.world import World

YEAR_D = int(DAYS_PER_YEAR)


def tell(world: World, i: str, quota: Quota) -> None:
    """Let a quota take its course in every future in which it happens."""
    when, lanes = world.when[i], lanes_under(world, quota)
    expected = np.ones(world.width)
    standing = control.Standing(world, i, world.lanes.expected, lanes, lambda: expected)
    pace = 1.0 if quota.pace is None else quota.pace.typical
    opening_tpd = world.opening_flow_tpd[lanes]
    allowance = Allowance(
        lanes,
        opening_tpd,
        Rationing(np.zeros(len(lanes), dtype=np.int64), 1, np.zeros(len(lanes), dtype=np.int64)),
        pace,
        lambda: standing.applied,
        np.zeros(world.width),
        np.zeros(world.width, dtype=np.int64),
    )
    world.quotas.append(allowance)
    tonnage_t = when.draw(world.draws, "tonnage", quota.tonnage)
    usual_tpd = sum_rows(opening_tpd)
    for day, until, part, is_new_year in _batches(world, quota, when):
        share_t = part * tonnage_t
        even = share_t / np.maximum(until - day, 1)
        share = np.divide(even, usual_tpd, out=(tonnage_t > 0).astype(np.float64), where=usual_tpd > 0)

        def give_out(
            hit: Mask,
            until: Index = until,
            share: Array = share,
            tonnes: Array = share_t,
            is_new_year: bool = is_new_year,
        ) -> None:
            expected[hit] = np.minimum(share, 1.0)[hit]
            allowance.give(tonnes, until, hit, anew=is_new_year)
            standing.show(hit)
            world.note("batch", i, hit, values=tonnes)

        on(world, day, when.stands & (day < when.end), give_out)
    control.tell(world, i, quota, standing)


def _batches(world: World, quota: Quota, when: When) -> Iterator[tuple[Index, Index, float, bool]]:
    """Yield the day of every batch, the day of the next, its part of the year's tonnage, and whether a year begins."""
    batches = [(b.day, b.share.typical) for b in quota.batches] or [(0, 1.0)]
    latest = min(int(when.end.max()), world.clock.horizon_d)
    for year in range(max(0, latest - int(when.first.min())) // YEAR_D + 1):
        begun = when.first + YEAR_D * year
        following = [*(day for day, _ in batches[1:]), YEAR_D]
        for (day, part), after in zip(batches, following, strict=True):
            yield begun + day, np.minimum(begun + after, when.end), part, day == 0
