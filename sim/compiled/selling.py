"""Orders, what each seller gives whom, and departures; docs/model.md, section 5, steps 9 and 10."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.compiled.arithmetic import below, exp, log
from sim.compiled.jit import compiled

NEGLIGIBLE = 1e-200
"""That of `sim.entities.rationing`."""
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
        dear = ceiling[pile, 0] * opening_value[pile, 0]
        for j in range(n):
            gap = target[pile, j] - position[pile, j]
            gap = gap if gap > 0.0 else 0.0
            buys = let_go[pile, j] <= NOTHING_T and not below(dear, value[value_row[pile], j]) and day >= first[pile, j]
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
            for j in range(n):
                ratio[j] = value[row, j] / (1.0 + duties[sold_on[kind], j])
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


@compiled
def sell(
    leaving: Array,
    on_hand: Array,
    first: Index,
    lane_of: Index,
    n_pulls: Index,
    classes: Index,
    class_first: Index,
    sells: Mask,
    n_works: int,
    works_position: Array,
    opening_flow: Array,
    taken: Array,
    spot_share: float,
    seller: Index,
    favours: Array,
    right: Array,
    rightful: Mask,
) -> None:
    """Take what leaves off each shipper's stock; where more is asked than there is, share it out first.

    Shipper s has the lanes `lane_of[first[s]:first[s + 1]]`, the first `n_pulls[s]` of them pull lanes by class; its
    classes begin at `classes[class_first[s]:class_first[s + 1]]` among them.
    """
    n, most = leaving.shape[1], 0
    for shipper in range(len(n_pulls)):
        most = max(most, n_pulls[shipper])
    total, columns = np.empty(n), np.empty(n, np.int64)
    asked, granted, weight, claims = np.empty((4, most, n))
    left, whole, part = np.empty((3, n))
    for shipper in range(len(n_pulls)):
        _sum_up(leaving, lane_of, first[shipper], first[shipper + 1], total)
        count = 0
        if sells[shipper]:
            for j in range(n):
                columns[count] = j
                count += total[j] > on_hand[shipper, j]
        if count:
            begin, pulls = first[shipper], n_pulls[shipper]
            claimed = False
            for i in range(pulls):
                lane = lane_of[begin + i]
                kind = seller[lane]
                claimed |= rightful[lane]
                for k in range(count):
                    j = columns[k]
                    standing = min(opening_flow[lane, j], taken[lane, j])
                    asks = leaving[lane, j]
                    asked[i, k] = asks
                    granted[i, k] = 0.0
                    weight[i, k] = (standing * (1.0 - spot_share) + spot_share * asks) * favours[kind, j]
                    claims[i, k] = right[lane, j]
            for k in range(count):
                left[k] = on_hand[shipper, columns[k]]
            if claimed:
                _grant_rights(count, pulls, asked, claims, left, granted, whole, part)
            for c in range(class_first[shipper], class_first[shipper + 1]):
                end = classes[c + 1] if c + 1 < class_first[shipper + 1] else pulls
                _grant(count, classes[c], end, asked, weight, left, granted, whole, part)
            for i in range(pulls):
                lane = lane_of[begin + i]
                for k in range(count):
                    leaving[lane, columns[k]] = granted[i, k]
            _sum_up(leaving, lane_of, first[shipper], first[shipper + 1], total)
        for j in range(n):
            kept = on_hand[shipper, j] - total[j]
            on_hand[shipper, j] = kept if kept > 0.0 else 0.0
        if shipper < n_works:
            for j in range(n):
                works_position[shipper, j] -= total[j]


@compiled
def _sum_up(leaving: Array, lane_of: Index, begin: int, end: int, total: Array) -> None:
    total[:] = 0.0
    for entry in range(begin, end):
        lane = lane_of[entry]
        for j in range(len(total)):
            total[j] += leaving[lane, j]


@compiled
def _grant(
    n: int,
    begin: int,
    end: int,
    asked: Array,
    weight: Array,
    left: Array,
    granted: Array,
    whole: Array,
    part: Array,
) -> None:
    """Grant a class of lanes what is left; `asked` becomes what of it is not granted."""
    for k in range(n):
        whole[k] = 0.0
    for i in range(begin, end):
        for k in range(n):
            whole[k] += weight[i, k]
    for k in range(n):
        part[k] = left[k] / whole[k] if whole[k] > NEGLIGIBLE else 0.0
        whole[k] = 0.0
    for i in range(begin, end):
        for k in range(n):
            wants = asked[i, k] - granted[i, k]
            due = part[k] * weight[i, k]
            due = due if due < wants else wants
            asked[i, k] = wants - due
            granted[i, k] += due
            whole[k] += due
    for k in range(n):
        rest = left[k] - whole[k]
        left[k] = rest if rest > 0.0 else 0.0
        whole[k] = 0.0
    for i in range(begin, end):
        for k in range(n):
            whole[k] += asked[i, k]
    for k in range(n):
        ratio = left[k] / whole[k] if whole[k] > NEGLIGIBLE else 0.0
        part[k] = ratio if ratio < 1.0 else 1.0
        rest = left[k] - whole[k]
        left[k] = rest if rest > 0.0 else 0.0
    for i in range(begin, end):
        for k in range(n):
            granted[i, k] += asked[i, k] * part[k]


@compiled
def _grant_rights(
    n: int, end: int, asked: Array, claims: Array, left: Array, granted: Array, whole: Array, part: Array
) -> None:
    """Grant what customers may claim before all others."""
    wants = np.empty((end, n))
    for i in range(end):
        for k in range(n):
            wants[i, k] = min(asked[i, k], claims[i, k])
    _grant(n, 0, end, wants, claims, left, granted, whole, part)


@compiled
def deliver(
    leaving: Array,
    group: Index,
    received: Array,
    n_pull: int,
    n_push: int,
    memory: float,
    taken: Array,
    ordered: Array,
    position: Array,
    orders: Array,
    backlog: Array,
    backlog_share: Array,
) -> None:
    """Count what leaves in the positions of those it goes to, and let sellers remember who took what."""
    n = leaving.shape[1]
    pushed = np.zeros_like(ordered)
    ordered[:] = 0.0
    for lane in range(n_pull):
        by, weight = group[lane], received[lane]
        for j in range(n):
            ordered[by, j] += weight * leaving[lane, j]
        for j in range(n):
            taken[lane, j] += (leaving[lane, j] - taken[lane, j]) * memory
    for lane in range(n_pull, n_pull + n_push):
        by, weight = group[lane], received[lane]
        for j in range(n):
            pushed[by, j] += weight * leaving[lane, j]
    for by in range(len(position)):
        for j in range(n):
            position[by, j] = position[by, j] + ordered[by, j] + pushed[by, j]
    for by in range(len(backlog)):
        for j in range(n):
            rest = backlog_share[j] * (orders[by, j] - ordered[by, j])
            backlog[by, j] = rest if rest > 0.0 else 0.0


@compiled
def load(day: int, tonnes: Array, slots: Array, start: Index, length: Index, lag: Index, steady: Mask) -> None:
    """Put what leaves today into the slot of its arrival."""
    n = tonnes.shape[1]
    for row in range(len(tonnes)):
        base = day % length[row]
        if steady[row]:
            slots[start[row] + base] = tonnes[row]
        else:
            begin, size = start[row], length[row]
            for j in range(n):
                slot = base + lag[row, j]
                slots[begin + (slot if slot < size else slot - size), j] = tonnes[row, j]


@compiled
def add_rows(rows: Index, block: Array, total: Array) -> None:
    """Add some rows of a block to a total."""
    for k in range(len(rows)):
        for j in range(block.shape[1]):
            total[k, j] += block[rows[k], j]
