"""What is counted every day: shortages, price shocks, and the spread over the futures; docs/model.md, section 10."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Index, Mask
from sim.compiled.arithmetic import below, log
from sim.compiled.jit import compiled

KG_PER_T = 1000.0
"""That of `sim.units`."""


@compiled
def serve(
    first: Index,
    member: Index,
    notional: Array,
    delivered: Array,
    thrifted: Array,
    least_share: float,
    short: Mask,
    shares: Array,
    lost: Array,
) -> None:
    """Find what part each subject was served, and whether that is short."""
    n = lost.shape[1]
    wants, gets = np.empty(n), np.empty(n)
    for subject in range(len(lost)):
        wants[:] = 0.0
        gets[:] = 0.0
        for entry in range(first[subject], first[subject + 1]):
            buyer = member[entry]
            for j in range(n):
                wants[j] += notional[buyer, j]
            for j in range(n):
                gets[j] += delivered[buyer, j] + thrifted[buyer, j]
        for j in range(n):
            short[subject, j] = below(gets[j], least_share * wants[j])
        for j in range(n):
            shares[subject, j] = gets[j] / wants[j] if wants[j] > 0.0 else shares[subject, j]
        for j in range(n):
            lost[subject, j] += 1.0 - shares[subject, j]


@compiled
def add_up(
    notional: Array,
    delivered: Array,
    thrifted: Array,
    caught_up: Array,
    wanted: Array,
    forgone: Array,
    notional_t: Array,
    delivered_t: Array,
    thrifted_t: Array,
    caught_up_t: Array,
    priced_t: Array,
    forgone_t: Array,
) -> None:
    """Add the tonnes of a day to those of all days; `caught_up` has no rows where nobody does."""
    n = notional.shape[1]
    for buyer in range(len(notional)):
        for j in range(n):
            notional_t[buyer, j] += notional[buyer, j]
        for j in range(n):
            delivered_t[buyer, j] += delivered[buyer, j]
        for j in range(n):
            thrifted_t[buyer, j] += thrifted[buyer, j]
        if len(caught_up):
            for j in range(n):
                caught_up_t[buyer, j] += caught_up[buyer, j]
        for j in range(n):
            out = notional[buyer, j] - thrifted[buyer, j] - wanted[buyer, j]
            priced_t[buyer, j] += out if out > 0.0 else 0.0
        for j in range(n):
            forgone_t[buyer, j] += forgone[buyer, j]


@compiled
def spell(day: int, short: Mask, running: Mask, days: Array, run: Array, longest: Array, since: Array) -> None:
    """Count days of shortage, and how long they run; `running` says which subjects were short anywhere yesterday."""
    n = short.shape[1]
    for subject in range(len(short)):
        some = False
        for j in range(n):
            some |= short[subject, j]
        if some or running[subject]:
            for j in range(n):
                days[subject, j] += 1.0 if short[subject, j] else 0.0
            for j in range(n):
                run[subject, j] = run[subject, j] + 1.0 if short[subject, j] else 0.0
            for j in range(n):
                longest[subject, j] = run[subject, j] if run[subject, j] > longest[subject, j] else longest[subject, j]
            for j in range(n):
                since[subject, j] = (
                    day if short[subject, j] and since[subject, j] != since[subject, j] else since[subject, j]
                )
        running[subject] = some


@compiled
def recover(day: int, need: int, free: Mask, short: Mask, well: Array, recovery: Array) -> None:
    """Note when a subject has been well served for long enough since controls are over, where they are (`free`)."""
    n = short.shape[1]
    for subject in range(len(short)):
        for j in range(n):
            well[subject, j] = well[subject, j] + 1.0 if free[j] and not short[subject, j] else 0.0
        for j in range(n):
            new = well[subject, j] >= need and recovery[subject, j] != recovery[subject, j]
            recovery[subject, j] = day - need + 1 if new else recovery[subject, j]


@compiled
def short_of_any(first: Index, member: Index, groups: int, short: Mask, hit: Mask) -> None:
    """Say where any member of a group is short; the subjects from `groups` on are groups."""
    for group in range(len(hit)):
        hit[group] = False
        for entry in range(first[groups + group], first[groups + group + 1]):
            by = member[entry]
            for j in range(hit.shape[1]):
                hit[group, j] |= short[by, j]


@compiled
def add_where(hit: Mask, days: Array) -> None:
    """Count a day where hit."""
    for row in range(len(hit)):
        for j in range(hit.shape[1]):
            days[row, j] += 1.0 if hit[row, j] else 0.0


@compiled
def stop_lines(
    cohorts: Index,
    share: Array,
    notional: Array,
    thrifted: Array,
    used: Array,
    least_share: float,
    after_d: float,
    running: Mask,
    stopped: Array,
    line_stop: Array,
    new: Mask,
) -> bool:
    """Count the days on which cohorts got next to nothing; say whether a line stops anew, and where in `new`."""
    n, found = notional.shape[1], False
    hit = np.zeros(n, np.bool_)
    for buyer in range(len(notional)):
        new[buyer] = False
        for cohort in range(cohorts[buyer], cohorts[buyer + 1]):
            part, some = share[cohort, 0], False
            for j in range(n):
                wants = part * notional[buyer, j]
                hit[j] = below(used[cohort, j] + part * thrifted[buyer, j], least_share * wants)
                some |= hit[j]
            if some or running[cohort]:
                for j in range(n):
                    stopped[cohort, j] = stopped[cohort, j] + 1.0 if hit[j] else 0.0
                for j in range(n):
                    stops = stopped[cohort, j] >= after_d and line_stop[buyer, j] != line_stop[buyer, j]
                    new[buyer, j] |= stops
                    found |= stops
            running[cohort] = some
    return found


@compiled
def shock(
    day: int,
    value: Array,
    value_row: Index,
    opening: Array,
    in_force: Mask,
    forced: bool,
    multiple: Array,
    peak: Array,
    peak_in_force: Array,
    steps: Array,
    above: Array,
    near: float,
    last_far: Array,
) -> None:
    """Follow prices as multiples of the opening ones; `above` is (step, thing, replication)."""
    n = multiple.shape[1]
    for thing in range(len(multiple)):
        row, usual = value_row[thing], opening[thing, 0]
        for j in range(n):
            multiple[thing, j] = value[row, j] / usual
        for j in range(n):
            peak[thing, j] = multiple[thing, j] if multiple[thing, j] > peak[thing, j] else peak[thing, j]
        if forced:
            for j in range(n):
                higher = in_force[j] and multiple[thing, j] > peak_in_force[thing, j]
                peak_in_force[thing, j] = multiple[thing, j] if higher else peak_in_force[thing, j]
        for step in range(len(steps)):
            most = steps[step]
            for j in range(n):
                above[step, thing, j] += 1.0 if multiple[thing, j] > most else 0.0
        for j in range(n):
            last_far[thing, j] = day if multiple[thing, j] > near else last_far[thing, j]


@compiled
def pay(
    value: Array,
    value_row: Index,
    opening: Array,
    first: Index,
    buyer: Index,
    weight: Array,
    delivered: Array,
    lag: float,
    paid: Array,
    bought_t: Array,
    extra_usd: Array,
) -> None:
    """Let what is paid follow the price, and add up what it comes to above the opening price."""
    n = paid.shape[1]
    bought = np.empty(n)
    for thing in range(len(paid)):
        row, usual = value_row[thing], opening[thing, 0]
        bought[:] = 0.0
        for entry in range(first[thing], first[thing + 1]):
            by, share = buyer[entry], weight[entry]
            for j in range(n):
                bought[j] += share * delivered[by, j]
        for j in range(n):
            paid[thing, j] += (value[row, j] - paid[thing, j]) / lag
        for j in range(n):
            bought_t[thing, j] += bought[j]
        for j in range(n):
            extra_usd[thing, j] += (paid[thing, j] - usual) * bought[j] * KG_PER_T


@compiled
def spread(values: Array, own: int, in_logs: bool, origin: float, per_unit: float, counts: NDArray[Any]) -> None:
    """Count how many futures fall in each bin, as `sim.bins` does; `counts` is (row, bin)."""
    last = counts.shape[1] - 1
    place = np.empty(own)
    for row in range(len(values)):
        if in_logs:
            for j in range(own):
                place[j] = (log(values[row, j]) - origin) * per_unit
        else:
            highest = 0
            for j in range(own):
                highest += values[row, j] == 1.0
            if highest == own and origin == 0.0 and per_unit == last:  # all are served, as nearly always
                counts[row, last] += own
                continue
            for j in range(own):
                place[j] = (values[row, j] - origin) * per_unit
        for j in range(own):
            at = (place[j] + 6755399441055744.0) - 6755399441055744.0  # to the next whole number
            at = at if at > 0.0 else 0.0
            place[j] = at if at < last else last
        for j in range(own):
            counts[row, int(place[j])] += 1
