"""What is ordered, asked for on each lane, and how much sellers favour it; docs/model.md, section 5, step 9."""

from __future__ import annotations

from sim.arrays import Array, Index, Mask
from sim.compiled.arithmetic import below, exp, log
from sim.compiled.jit import compiled

NOTHING_T = 1e-9
"""That of `sim.entities.stockpiles`."""


@compiled
def order(target: Array, ceiling: Array, backlog: Array, position: Array, orders: Array) -> None:
    """Find what each group orders; `backlog` has no rows where nothing stays on the book."""
    n, kept = orders.shape[1], len(backlog) > 0
    for group in range(len(orders)):
        if kept:
            for j in range(n):
                most = ceiling[group, j] + backlog[group, j]
                gap = target[group, j] - position[group, j]
                gap = gap if gap > 0.0 else 0.0
                orders[group, j] = gap if gap < most else most
        else:
            for j in range(n):
                gap = target[group, j] - position[group, j]
                gap = gap if gap > 0.0 else 0.0
                orders[group, j] = gap if gap < ceiling[group, j] else ceiling[group, j]


@compiled
def refill(
    day: int,
    first: Index,
    target: Array,
    position: Array,
    rate: Array,
    let_go: Array,
    ceiling: Array,
    opening_value: Array,
    value: Array,
    value_row: Index,
    orders: Array,
) -> None:
    """Find what piles buy today, from the day `first` on, unless they let go or it is too dear."""
    n = orders.shape[1]
    for pile in range(len(orders)):
        dear, row = ceiling[pile, 0] * opening_value[pile, 0], value_row[pile]
        for j in range(n):
            gap = target[pile, j] - position[pile, j]
            gap = gap if gap > 0.0 else 0.0
            buys = let_go[pile, j] <= NOTHING_T and not below(dear, value[row, j]) and day >= first[pile, j]
            orders[pile, j] = (gap if gap < rate[pile, j] else rate[pile, j]) if buys else 0.0


@compiled
def request(
    orders: Array,
    group: Index,
    factor: Array,
    leaky: Index,
    leaks: Mask,
    usual_target: Array,
    position: Array,
    received: Array,
    share: Array,
    shipper: Index,
    on_hand: Array,
    capped: Index,
    carries: Array,
    n_pull: int,
    n_push: int,
    leaving: Array,
) -> None:
    """Ask for what is ordered and what leaks on pull lanes, for all there is on push lanes, as far as they carry it."""
    n = leaving.shape[1]
    for lane in range(n_pull):
        by = group[lane]
        for j in range(n):
            leaving[lane, j] = orders[by, j] * factor[lane, j]
    for lane in leaky:
        by, weight = group[lane], received[lane]
        for j in range(n):
            lacking = usual_target[by, j] - position[by, j]
            first = (lacking if lacking > 0.0 else 0.0) / weight
            leaving[lane, j] = first if leaks[lane, j] else leaving[lane, j]
    for lane in range(n_pull, n_pull + n_push):
        by, part = shipper[lane], share[lane]
        for j in range(n):
            leaving[lane, j] = part * on_hand[by, j]
    leaving[n_pull + n_push :] = 0.0
    for lane in capped:
        for j in range(n):
            leaving[lane, j] = leaving[lane, j] if leaving[lane, j] < carries[lane, j] else carries[lane, j]


@compiled
def favour(
    value: Array,
    sold_as: Index,
    freight: Array,
    opening: Array,
    duties: Array,
    sold_on: Index,
    taxed: bool,
    exponent: float,
    into: Array,
) -> None:
    """Find how much sellers favour each kind of sale: its netback now against that on day 0, to a power."""
    n = into.shape[1]
    for kind in range(len(sold_as)):
        row, before = sold_as[kind], opening[sold_as[kind], 0]
        if before <= 0.0:
            into[kind] = 1.0
            continue
        least = 0.01 * before
        cost, ratio = freight[kind, 0], into[kind]
        base = max(before - cost, least)
        if taxed:
            lane = sold_on[kind]
            for j in range(n):
                ratio[j] = value[row, j] / (1.0 + duties[lane, j])
        else:
            ratio[:] = value[row]
        for j in range(n):
            now = ratio[j] - cost
            ratio[j] = (now if now > least else least) / base
        if exponent == 2.0:
            for j in range(n):
                ratio[j] *= ratio[j]
        else:
            for j in range(n):
                ratio[j] = exp(log(ratio[j]) * exponent)
