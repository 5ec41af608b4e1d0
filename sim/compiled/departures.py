"""What leaves: in positions of those it goes to, in sellers' memory, on its way; docs/model.md, section 5, step 10."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.compiled.jit import compiled


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
        row = rows[k]
        for j in range(block.shape[1]):
            total[k, j] += block[row, j]
