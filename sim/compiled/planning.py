"""The plan of some futures, and what everybody aims at by it; docs/model.md, sections 2, 3 and 5.

`columns` are the futures planned anew; drafts are (row, column of these), all else (row, replication).
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.compiled.jit import compiled

TRACE = 1e-6
"""That of `sim.entities.separation`."""
NO_NEED = 1e-9
"""That of `sim.entities.plan`."""


@compiled
def share_today(
    columns: Index,
    standing: Array,
    lapsed: Mask,
    expected: Array,
    qualified: Mask,
    group: Index,
    share: Array,
    standby: Array,
    n_pull: int,
    hard: Array,
    passing: Array,
    shares: Array,
    lost: Array,
) -> None:
    """Find what is open of lanes (`hard`), what passes, each pull lane's share of orders, and what shut ones leave."""
    n = len(columns)
    for lane in range(len(passing)):
        for k in range(n):
            j = columns[k]
            hard[lane, k] = 0.0 if lapsed[lane, j] else standing[lane, j]
            passing[lane, k] = min(hard[lane, k], expected[lane, j])
    lost[:] = 1.0
    total = np.zeros_like(lost)
    for lane in range(n_pull):
        by, part, weight = group[lane], share[lane], share[lane] + standby[lane]
        for k in range(n):
            shares[lane, k] = part * passing[lane, k]
            lost[by, k] -= shares[lane, k]
        for k in range(n):
            if passing[lane, k] == 1.0 and qualified[lane, columns[k]]:
                total[by, k] += weight
    for by in range(len(lost)):
        for k in range(n):
            lost[by, k] = lost[by, k] if lost[by, k] > 0.0 else 0.0
            total[by, k] = lost[by, k] / total[by, k] if total[by, k] > 0.0 else 0.0
    for lane in range(n_pull):
        by, weight = group[lane], share[lane] + standby[lane]
        for k in range(n):
            if passing[lane, k] == 1.0 and qualified[lane, columns[k]]:
                shares[lane, k] += total[by, k] * weight


@compiled
def dig(columns: Index, mines: Index, capacity: Array, out: Array) -> None:
    """Plan mines, which make no more than they can."""
    for mine in mines:
        for k in range(len(columns)):
            out[mine, k] = min(out[mine, k], capacity[mine, columns[k]])


@compiled
def make(
    columns: Index,
    recipes: Index,
    makers: Index,
    capacity: Array,
    opening: Array,
    bill_first: Index,
    bill_column: Index,
    bill_weight: Array,
    thrift: Array,
    falls_first: Index,
    falls_column: Index,
    falls_weight: Array,
    out: Array,
    use: Array,
) -> None:
    """Plan makers: recipes in turn, twice, first as on the opening plan; what they use, and what falls off."""
    n = len(columns)
    left, given = np.empty((len(capacity), n)), np.zeros((len(recipes), n))
    for maker in range(len(capacity)):
        for k in range(n):
            left[maker, k] = capacity[maker, columns[k]]
    for again in range(2):
        for i in range(len(recipes)):
            recipe, maker = recipes[i], makers[i]
            for k in range(n):
                called = out[recipe, k]
                called = called if again else min(called, opening[recipe, columns[k]])
                more = min(called - given[i, k], left[maker, k])
                left[maker, k] -= more
                given[i, k] += more
    for i in range(len(recipes)):
        out[recipes[i]] = given[i]
    for feed in range(len(bill_first) - 1):
        for entry in range(bill_first[feed], bill_first[feed + 1]):
            if bill_weight[entry] != 0.0:
                for k in range(n):
                    lean = 1.0 - thrift[feed, columns[k]] if feed < len(thrift) else 1.0
                    use[feed, k] += bill_weight[entry] * out[bill_column[entry], k] * lean
    for fallen in range(len(falls_first) - 1):
        for entry in range(falls_first[fallen], falls_first[fallen + 1]):
            for k in range(n):
                out[fallen, k] += falls_weight[entry] * out[falls_column[entry], k]


@compiled
def push(lanes: Index, share: Array, shipper: Index, passing: Array, out: Array, flow: Array) -> None:
    """Plan what is pushed."""
    for lane in lanes:
        part, by = share[lane], shipper[lane]
        for k in range(flow.shape[1]):
            flow[lane, k] = part * passing[lane, k] * out[by, k]


@compiled
def multiply(first: Index, column: Index, weight: Array, block: Array, offset: int) -> Array:
    """Multiply a sparse matrix with the rows of a block from `offset` on."""
    into = np.zeros((len(first) - 1, block.shape[1]))
    for row in range(len(into)):
        for entry in range(first[row], first[row + 1]):
            part, at = weight[entry], offset + column[entry]
            for k in range(block.shape[1]):
                into[row, k] += part * block[at, k]
    return into


@compiled
def separate(
    columns: Index,
    plants: Index,
    groups: Index,
    products: Index,
    owner: Index,
    capacity: Array,
    sent: Array,
    got: Array,
    drawn: Array,
    bought: Array,
    pushed: Array,
    use: Array,
    out: Array,
) -> None:
    """Plan separation plants: by what is sent them unordered, what of their products comes of it, what they buy."""
    n = len(columns)
    for by in range(len(pushed)):
        for k in range(n):
            pushed[by, k] += sent[by, k]
    call, part = np.zeros((len(plants), n)), np.empty((len(plants), n))
    for p in range(len(plants)):
        for k in range(n):
            call[p, k] = -np.inf
    for i in range(len(products)):
        p = owner[i]
        for k in range(n):
            rate = drawn[i, k] / bought[p, k] if bought[p, k] > 0.0 else 0.0
            gap = max(out[products[i], k] - got[i, k], 0.0)
            called = pushed[groups[p], k] + (gap / rate if rate > TRACE else 0.0)
            call[p, k] = max(call[p, k], called)
    for p in range(len(plants)):
        for k in range(n):
            planned = max(pushed[groups[p], k], min(call[p, k], capacity[plants[p], columns[k]]))
            use[groups[p], k] = planned
            part[p, k] = planned / call[p, k] if call[p, k] > 0.0 else 1.0
    for i in range(len(products)):
        for k in range(n):
            out[products[i], k] *= part[owner[i], k]


@compiled
def pull(
    lanes: Index,
    group: Index,
    received: Array,
    shipper: Index,
    shares: Array,
    pushed: Array,
    use: Array,
    flow: Array,
    out: Array,
) -> None:
    """Plan what is ordered."""
    for lane in lanes:
        by, to = group[lane], shipper[lane]
        for k in range(flow.shape[1]):
            flow[lane, k] = (use[by, k] - pushed[by, k]) * shares[lane, k] / received[lane]
        for k in range(flow.shape[1]):
            out[to, k] += flow[lane, k]


@compiled
def keep(columns: Index, draft: Array, block: Array) -> None:
    """Write a draft into a block."""
    for row in range(len(draft)):
        for k in range(len(columns)):
            block[row, columns[k]] = draft[row, k]


@compiled
def want(
    columns: Index,
    group: Index,
    n_pull: int,
    lost: Array,
    use: Array,
    asked: Mask,
    lapsed: Mask,
    standing: Array,
    wanted: Mask,
) -> bool:
    """Say which lanes are needed, not qualified, and not asked for yet; and whether any is."""
    found = False
    for lane in range(n_pull):
        by = group[lane]
        for k in range(len(columns)):
            j = columns[k]
            need = lost[by, k] > NO_NEED and use[by, k] > 0.0 and not asked[lane, j]
            wanted[lane, k] = need and not (lapsed[lane, j] and standing[lane, j] == 0.0)
            found |= wanted[lane, k]
    return found


@compiled
def nothing_lapses(rows: Index, closed: Index, after: Index, qualified: Mask, lapsed: Mask, standing: Array) -> bool:
    """Count the days that lanes have been shut, unless the qualification of one lapses today."""
    n = closed.shape[1]
    for i in range(len(rows)):
        lane, due = rows[i], False
        for j in range(n):
            due |= closed[i, j] >= after[i, j] and qualified[lane, j] and not lapsed[lane, j]
        if due:
            return False
    for i in range(len(rows)):
        lane = rows[i]
        for j in range(n):
            closed[i, j] = closed[i, j] + 1 if standing[lane, j] == 0.0 else 0
    return True


@compiled
def going(first: Index, column: Index, weight: Array, meant: Array, under_way: Array, into: Array) -> None:
    """Find what keeps the lanes into each group filled: what is under way, no more than is meant to be."""
    n = into.shape[1]
    for by in range(len(into)):
        into[by] = 0.0
        for entry in range(first[by], first[by + 1]):
            lane, part = column[entry], weight[entry]
            for j in range(n):
                there = meant[lane, j] if meant[lane, j] < under_way[lane, j] else under_way[lane, j]
                into[by, j] += part * there
