"""What everybody aims at by a plan: what to hold, to order, to carry; docs/model.md, sections 2, 5 and 7.

`columns` are the futures planned anew; drafts are (row, column of these), all else (row, replication).
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.compiled.jit import compiled


@compiled
def under_way(
    columns: Index,
    transit: Index,
    delays: Array,
    group: Index,
    received: Array,
    flow: Array,
    fed: Index,
    pipeline: Array,
    meant: Array,
) -> None:
    """Find what the plan means to be under way: of each group, and on the lanes `fed`."""
    n = len(columns)
    of_plan = np.zeros((len(pipeline), n))
    for lane in range(len(flow)):
        by = group[lane]
        for k in range(n):
            j = columns[k]
            of_plan[by, k] += received[lane] * (flow[lane, k] * (transit[lane, j] + delays[lane, j]))
    for by in range(len(pipeline)):
        for k in range(n):
            pipeline[by, columns[k]] = of_plan[by, k]
    for i in range(len(fed)):
        for k in range(n):
            j = columns[k]
            meant[i, j] = flow[fed[i], k] * (transit[fed[i], j] + delays[fed[i], j])


@compiled
def aim_groups(
    columns: Index,
    use: Array,
    cover: Array,
    hoards: Array,
    pipeline: Array,
    opening_pipeline: Array,
    order_ceiling: float,
    ceiling: Array,
    target: Array,
    usual_target: Array,
) -> None:
    """Set what groups aim to hold and may order."""
    for by in range(len(target)):
        for k in range(len(columns)):
            j = columns[k]
            held = use[by, k] * (cover[by, j] + hoards[by, j])
            ceiling[by, j] = order_ceiling * use[by, k]
            target[by, j] = held + pipeline[by, j]
            usual_target[by, j] = held + max(pipeline[by, j], opening_pipeline[by, j])


@compiled
def aim_cohorts(
    columns: Index,
    buyer: Index,
    group: Index,
    share: Array,
    cover: Array,
    hoards: Array,
    demand: Array,
    target: Array,
    normal: Array,
) -> None:
    """Set what cohorts aim to hold before use, and what they hold on average by the plan."""
    for cohort in range(len(target)):
        by, who, part = group[cohort], buyer[cohort], share[cohort, 0]
        for k in range(len(columns)):
            j = columns[k]
            held = cover[cohort, j] + hoards[by, j]
            target[cohort, j] = part * demand[who, j] * (held + 1.0)
            normal[cohort, k] = part * held * demand[who, j]


@compiled
def aim_works(columns: Index, out: Array, cover: Array, usual: Array, target: Array, normal: Array) -> None:
    """Set what works aim to have ready or in work, and what is ready on average by the plan."""
    for work in range(len(target)):
        for k in range(len(columns)):
            j = columns[k]
            target[work, j] = out[work, k] * cover[work, j]
            normal[work, k] = usual[work, j] * out[work, k]


@compiled
def aim_lanes(
    columns: Index,
    hard: Array,
    capacity: Array,
    opening_flow: Array,
    shares: Array,
    received: Array,
    n_pull: int,
    factor: Array,
    carries: Array,
    leaks: Mask,
    capped: Mask,
    leaky: Mask,
) -> None:
    """Set what lanes order per tonne wanted, and may carry; `capped` and `leaky` say which may ever not carry all."""
    for lane in range(len(hard)):
        for k in range(len(columns)):
            j = columns[k]
            leak = hard[lane, k] * opening_flow[lane, j] if hard[lane, k] < 1.0 else np.inf
            carries[lane, j] = min(capacity[lane, j], leak)
            capped[lane] |= carries[lane, j] < np.inf
        if lane < n_pull:
            for k in range(len(columns)):
                j = columns[k]
                factor[lane, j] = shares[lane, k] / received[lane]
                leaks[lane, j] = hard[lane, k] > 0.0 and hard[lane, k] < 1.0
                leaky[lane] |= leaks[lane, j]


@compiled
def aim_feeds(
    columns: Index,
    n_maker_feeds: int,
    feed_group: Index,
    receiver: Index,
    received: Array,
    flow: Array,
    use: Array,
    cover: Array,
    hoards: Array,
    normal: Array,
) -> None:
    """Find what makers' and plants' feeds hold on average by the plan."""
    n = len(columns)
    for feed in range(n_maker_feeds):
        for k in range(n):
            j = columns[k]
            normal[feed, k] = (cover[feed, j] + hoards[feed, j]) * use[feed, k]
    arrives = np.zeros((len(feed_group), n))
    for lane in range(len(flow)):
        feed = receiver[lane] - n_maker_feeds
        if 0 <= feed < len(feed_group):
            for k in range(n):
                arrives[feed, k] += received[lane] * flow[lane, k]
    for feed in range(len(feed_group)):
        by = feed_group[feed]
        for k in range(n):
            j = columns[k]
            normal[n_maker_feeds + feed, k] = (cover[by, j] + hoards[by, j]) * arrives[feed, k]


@compiled
def tie(
    columns: Index,
    first: Index,
    lane: Index,
    weight: Array,
    passing: Array,
    opening_flow: Array,
    ties: Array,
) -> None:
    """Find the squared open share of the flow between two markets, (element, replication)."""
    for element in range(len(ties)):
        for k in range(len(columns)):
            j = columns[k]
            whole, part = 0.0, 0.0
            for entry in range(first[element], first[element + 1]):
                flow = weight[entry] * opening_flow[lane[entry], j]
                whole += flow
                part += flow * passing[lane[entry], k]
            share = part / whole if whole > 0.0 else 0.0
            ties[element, j] = share * share


@compiled
def mark_up(
    columns: Index,
    first: Index,
    lane: Index,
    weight: Array,
    standing: Array,
    lapsed: Mask,
    expected: Array,
    opening_flow: Array,
    dearer: Array,
    markup: Array,
) -> None:
    """Find how much dearer imports are for middlemen, (row, replication), by what passes."""
    n = len(columns)
    for row in range(len(markup)):
        whole, part = np.zeros(n), np.zeros(n)
        for entry in range(first[row], first[row + 1]):
            by = lane[entry]
            for k in range(n):
                j = columns[k]
                passing = 0.0 if lapsed[by, j] else min(standing[by, j], expected[by, j])
                flow = weight[entry] * opening_flow[by, j] * passing
                whole[k] += flow
                part[k] += flow * dearer[by, j]
        for k in range(n):
            markup[row, columns[k]] = part[k] / whole[k] if whole[k] > 0.0 else 0.0
