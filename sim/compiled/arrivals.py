"""Arrivals: what lands and what is ready, and how buyers share it out; docs/model.md, section 5, step 4.

All blocks are (row, replication), written in place. A sparse matrix comes as `first`, `column`, `weight`: row r has
the entries `first[r]` to `first[r + 1]`.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index
from sim.compiled.jit import compiled


@compiled
def land(
    day: int, slots: Array, start: Index, length: Index, late: Array, receiver: Index, received: Array, arrivals: Array
) -> None:
    """Book what lanes bring today, and what comes late (no rows where nothing does), as `arrivals`, t."""
    n, delayed = arrivals.shape[1], len(late) > 0
    arrivals[:] = 0.0
    for lane in range(len(receiver)):
        row, to, weight = start[lane] + day % length[lane], receiver[lane], received[lane]
        for j in range(n):
            arrivals[to, j] += weight * slots[row, j]
        if delayed:
            for j in range(n):
                arrivals[to, j] += weight * late[lane, j]


@compiled
def take_off(day: int, slots: Array, start: Index, length: Index, late: Array, fed: Index, under_way: Array) -> None:
    """Take what lands off what is under way on the lanes `fed`."""
    n, delayed = under_way.shape[1], len(late) > 0
    for k in range(len(fed)):
        lane = fed[k]
        row = start[lane] + day % length[lane]
        for j in range(n):
            under_way[k, j] -= slots[row, j]
        if delayed:
            for j in range(n):
                under_way[k, j] -= late[lane, j]


@compiled
def finish(
    day: int,
    slots: Array,
    start: Index,
    length: Index,
    stock: Array,
    byproducts: Array,
    first: Index,
    column: Index,
    weight: Array,
) -> None:
    """Add work that is ready today, and what falls off it, to stock."""
    n = stock.shape[1]
    for work in range(len(start) - 1):
        row = start[work] + day % length[work]
        for j in range(n):
            stock[work, j] += slots[row, j]
    for product in range(len(first) - 1):
        for entry in range(first[product], first[product + 1]):
            row, part = start[column[entry]] + day % length[column[entry]], weight[entry]
            for j in range(n):
                byproducts[product, j] += part * slots[row, j]


@compiled
def share_out(arrivals: Array, cohorts: Index, share: Array, target: Array, stock: Array) -> None:
    """Share buyers' arrivals out: by tonnage first, then to whoever has room; `cohorts` is where each one's begin."""
    n, most = arrivals.shape[1], 0
    for buyer in range(len(cohorts) - 1):
        most = max(most, cohorts[buyer + 1] - cohorts[buyer])
    room, rest, wanted, over = np.empty((most, n)), np.empty(n), np.empty(n), np.empty(n)
    for buyer in range(len(cohorts) - 1):
        begin, end = cohorts[buyer], cohorts[buyer + 1]
        rest[:] = 0.0
        wanted[:] = 0.0
        for cohort in range(begin, end):
            part, left = share[cohort, 0], room[cohort - begin]
            for j in range(n):
                gap = target[cohort, j] - stock[cohort, j]
                gap = gap if gap > 0.0 else 0.0
                mine = part * arrivals[buyer, j]
                left[j] = gap - mine if gap > mine else 0.0
                rest[j] += mine if gap > mine else gap
            for j in range(n):
                wanted[j] += left[j]
        beyond = False
        for j in range(n):
            left_over = arrivals[buyer, j] - rest[j]
            over[j] = left_over - wanted[j] if left_over > wanted[j] else 0.0
            beyond |= over[j] > 0.0
            met = left_over / wanted[j] if wanted[j] > 0.0 else 0.0
            rest[j] = met if met < 1.0 else 1.0
        for cohort in range(begin, end):
            part, left = share[cohort, 0], room[cohort - begin]
            for j in range(n):
                gap = target[cohort, j] - stock[cohort, j]
                gap = gap if gap > 0.0 else 0.0
                mine = part * arrivals[buyer, j]
                stock[cohort, j] += (mine if gap > mine else gap) + left[j] * rest[j]
            if beyond:
                for j in range(n):
                    stock[cohort, j] += part * over[j]
