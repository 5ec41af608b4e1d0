"""What each seller gives whom, and what piles let go; docs/model.md, section 5, steps 3 and 9."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.compiled.arithmetic import below
from sim.compiled.jit import compiled

NEGLIGIBLE = 1e-200
"""That of `sim.entities.rationing`."""


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
    total, columns, short = np.empty(n), np.empty(n, np.int64), np.empty(n, np.bool_)
    # Not out of one block: what is taken apart is not known to lie in a piece, and its loops are not vectorised.
    asked, granted, weight, claims = np.empty((most, n)), np.empty((most, n)), np.empty((most, n)), np.empty((most, n))
    left, whole, part = np.empty(n), np.empty(n), np.empty(n)
    for shipper in range(len(n_pulls)):
        _sum_up(leaving, lane_of, first[shipper], first[shipper + 1], total)
        count = 0
        if sells[shipper]:
            for j in range(n):
                columns[count] = j
                count += total[j] > on_hand[shipper, j]
        if count:
            # Where most are short, all are shared out, row by row, and those that are not keep what they asked for.
            whole_rows = 2 * count > n
            if whole_rows:
                for j in range(n):
                    short[j] = total[j] > on_hand[shipper, j]
                    columns[j] = j
                count = n
            begin, pulls = first[shipper], n_pulls[shipper]
            claimed = False
            for i in range(pulls):
                lane = lane_of[begin + i]
                claimed |= rightful[lane]
                _weigh(
                    count,
                    whole_rows,
                    columns,
                    leaving[lane],
                    opening_flow[lane],
                    taken[lane],
                    favours[seller[lane]],
                    spot_share,
                    asked[i],
                    weight[i],
                )
                for k in range(count):
                    granted[i, k] = 0.0
                if rightful[lane]:
                    for k in range(count):
                        claims[i, k] = right[lane, columns[k]]
                else:
                    for k in range(count):
                        claims[i, k] = 0.0
            for k in range(count):
                left[k] = on_hand[shipper, columns[k]]
            if claimed:
                _grant_rights(count, pulls, asked, claims, left, granted, whole, part)
            for c in range(class_first[shipper], class_first[shipper + 1]):
                end = classes[c + 1] if c + 1 < class_first[shipper + 1] else pulls
                _grant(count, classes[c], end, asked, weight, left, granted, whole, part)
            for i in range(pulls):
                lane = lane_of[begin + i]
                if whole_rows:
                    for j in range(n):
                        leaving[lane, j] = granted[i, j] if short[j] else leaving[lane, j]
                else:
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
def _weigh(
    count: int,
    whole_rows: bool,
    columns: Index,
    leaving: Array,
    opening_flow: Array,
    taken: Array,
    favours: Array,
    spot_share: float,
    asked: Array,
    weight: Array,
) -> None:
    """Find what a lane asks for, and its weight: custom and today's order, as its kind of sale is favoured."""
    if whole_rows:
        for j in range(count):
            standing = opening_flow[j] if opening_flow[j] < taken[j] else taken[j]
            weight[j] = (standing * (1.0 - spot_share) + spot_share * leaving[j]) * favours[j]
        for j in range(count):
            asked[j] = leaving[j]
    else:
        for k in range(count):
            j = columns[k]
            standing = opening_flow[j] if opening_flow[j] < taken[j] else taken[j]
            weight[k] = (standing * (1.0 - spot_share) + spot_share * leaving[j]) * favours[j]
            asked[k] = leaving[j]


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
def let_go(
    day: int,
    start: Index,
    first: Index,
    end: Index,
    lanes: Index,
    row: Index,
    priority: Index,
    group: Index,
    received: Array,
    capacity: Array,
    trigger: Array,
    fills_gaps: bool,
    standing: Array,
    use: Array,
    going: Array,
    position: Array,
    limit: Array,
    stock: Array,
    pile_position: Array,
    released: Array,
    gone: Array,
) -> None:
    """Let a pile go what its lanes ask for, from day `start` on, and while an emergency lasts where there are any.

    Lanes come by row of the pile, then class; `first` and `end` are (emergency, replication), without rows where none
    is needed, `trigger` is empty where there is none.
    """
    m, n, some = len(lanes), position.shape[1], False
    asked, granted, weight = np.zeros((m, n)), np.zeros((m, n)), np.ones((m, n))
    left, whole, part = np.empty(n), np.empty(n), np.empty(n)
    for i in range(m):
        by = group[i]
        for j in range(n):
            may = day >= start[j] and standing[i, j] == 1.0
            if len(first):
                declared = False
                for e in range(len(first)):
                    declared |= first[e, j] <= day and day < end[e, j]
                may = may and declared
            least = trigger[j] * use[by, j] if len(trigger) else 0.0
            projected = position[by, j] - going[by, j]
            missing = max(least - projected, 0.0)
            if not fills_gaps:
                missing = use[by, j] if len(trigger) == 0 or below(projected, least) else 0.0
            asked[i, j] = min(missing / received[i], capacity[i, j]) if may else 0.0
            some |= asked[i, j] > 0.0
    gone[:] = 0.0
    begin = 0
    while some and begin < m:
        of = row[begin]
        if begin == 0 or of != row[begin - 1]:
            for j in range(n):
                left[j] = min(stock[of, j], limit[of, j])
        after = begin
        while after < m and row[after] == of and priority[after] == priority[begin]:
            after += 1
        _grant(n, begin, after, asked, weight, left, granted, whole, part)
        begin = after
    for i in range(m):
        released[lanes[i]] = granted[i]
        for j in range(n):
            gone[row[i], j] += granted[i, j]
            position[group[i], j] += granted[i, j] * received[i]
    for of in range(len(gone)):
        for j in range(n):
            stock[of, j] = max(stock[of, j] - gone[of, j], 0.0)
            pile_position[of, j] -= gone[of, j]
