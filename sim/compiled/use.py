"""Use by buyers and what they give up because it is dear; docs/model.md, section 5, step 5."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index
from sim.compiled.arithmetic import exp, log
from sim.compiled.jit import compiled

NEARLY_ONE = 1e-6
"""That of `sim.entities.forgone`."""


@compiled
def want(
    noise: Array, region: Index, notional: Array, thrift: Array, thrifted: Array, wanted: Array, forgone: Array
) -> None:
    """Find what buyers want before any answer to price; `notional` comes without noise, noise is (region, column)."""
    n = notional.shape[1]
    for buyer in range(len(notional)):
        where = region[buyer]
        for j in range(n):
            notional[buyer, j] *= noise[where, j]
        for j in range(n):
            thrifted[buyer, j] = notional[buyer, j] * thrift[buyer, j]
        for j in range(n):
            wanted[buyer, j] = notional[buyer, j] - thrifted[buyer, j]
        forgone[buyer] = 0.0


@compiled
def answer_prices(
    wanted: Array,
    forgone: Array,
    felt: Array,
    felt_long: Array,
    elasticity: Array,
    long_elasticity: Array,
    threshold: Array,
    long_run: bool,
) -> None:
    """Give up what is too dear at the prices felt, and note what is lost by it."""
    n = wanted.shape[1]
    near, far, full, rest = np.empty(n), np.zeros(n), np.empty(n), np.empty(n)
    for buyer in range(len(wanted)):
        dear = False
        for j in range(n):
            dear |= felt[buyer, j] > threshold[j] or (long_run and felt_long[buyer, j] > threshold[j])
        if not dear:
            continue
        full[:] = wanted[buyer]
        _log_above(felt[buyer], threshold, near)
        for j in range(n):
            wanted[buyer, j] *= exp(near[j] * -elasticity[buyer, j])
        if long_run:
            _log_above(felt_long[buyer], threshold, far)
            for j in range(n):
                wanted[buyer, j] *= exp(far[j] * -long_elasticity[buyer, j])
        _give_up(full, wanted[buyer], near, far, elasticity[buyer], long_elasticity[buyer], rest)
        for j in range(n):
            top = threshold[j] * exp(near[j] if near[j] > far[j] else far[j])
            forgone[buyer, j] = (threshold[j] - 1.0) * full[j] + threshold[j] * rest[j] - (top - 1.0) * wanted[buyer, j]


@compiled
def _log_above(felt: Array, threshold: Array, into: Array) -> None:
    for j in range(len(into)):
        into[j] = log((felt[j] if felt[j] > threshold[j] else threshold[j]) / threshold[j])


@compiled
def _give_up(
    full: Array, wanted: Array, near: Array, far: Array, elasticity: Array, long_elasticity: Array, area: Array
) -> None:
    for j in range(len(area)):
        above = near[j] >= far[j]
        low, high = (far[j], near[j]) if above else (near[j], far[j])
        both, last = elasticity[j] + long_elasticity[j], elasticity[j] if above else long_elasticity[j]
        turn = full[j] * exp((1.0 - both) * low)
        area[j] = _area(full[j], turn, both, low) + _area(turn, exp(high) * wanted[j], last, high - low)


@compiled
def _area(start: float, end: float, elasticity: float, way: float) -> float:
    gap = 1.0 - elasticity
    near = abs(gap) < NEARLY_ONE
    return start * way * (1.0 + gap * way / 2.0) if near else (end - start) / (1.0 if near else gap)


@compiled
def use_up(
    cohorts: Index,
    share: Array,
    wanted: Array,
    stock: Array,
    used: Array,
    delivered: Array,
    position: Array,
    used_t: Array,
) -> None:
    """Let every cohort use what it wants and has; book it."""
    n = wanted.shape[1]
    for buyer in range(len(wanted)):
        delivered[buyer] = 0.0
        for cohort in range(cohorts[buyer], cohorts[buyer + 1]):
            part = share[cohort, 0]
            for j in range(n):
                mine = part * wanted[buyer, j]
                used[cohort, j] = mine if mine < stock[cohort, j] else stock[cohort, j]
            for j in range(n):
                stock[cohort, j] -= used[cohort, j]
            for j in range(n):
                delivered[buyer, j] += used[cohort, j]
        for j in range(n):
            position[buyer, j] -= delivered[buyer, j]
        for j in range(n):
            used_t[buyer, j] += delivered[buyer, j]


@compiled
def catch_up(
    cohorts: Index,
    share: Array,
    notional: Array,
    wanted: Array,
    stock: Array,
    delivered: Array,
    position: Array,
    used_t: Array,
    owed: Array,
    caught_up: Array,
    share_made_up: float,
    rate: float,
) -> None:
    """Make up for lost output from what is left."""
    n = wanted.shape[1]
    more = np.empty(n)
    for buyer in range(len(wanted)):
        made = caught_up[buyer]
        made[:] = 0.0
        owes = False
        for j in range(n):
            most = rate * notional[buyer, j]
            more[j] = most if most < owed[buyer, j] else owed[buyer, j]
            owes |= owed[buyer, j] > 0.0
        if owes:
            for cohort in range(cohorts[buyer], cohorts[buyer + 1]):
                part = share[cohort, 0]
                for j in range(n):
                    mine = part * more[j]
                    extra = mine if mine < stock[cohort, j] else stock[cohort, j]
                    stock[cohort, j] -= extra
                    made[j] += extra
            for j in range(n):
                position[buyer, j] -= made[j]
            for j in range(n):
                used_t[buyer, j] += made[j]
        for j in range(n):
            lost = wanted[buyer, j] - delivered[buyer, j]
            lost = lost if lost > 0.0 else 0.0
            still = owed[buyer, j] + (share_made_up * lost - made[j])
            owed[buyer, j] = still if still > 0.0 else 0.0
