"""Prices, values and who answers to them; docs/model.md, section 7."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index
from sim.compiled.arithmetic import exp, log
from sim.compiled.jit import compiled

NOTHING_T = 1e-9
"""That of `sim.entities.market`."""


@compiled
def weigh(first: Index, column: Index, weight: Array, block: Array, into: Array) -> None:
    """Multiply a sparse matrix with a block."""
    for row in range(len(into)):
        into[row] = 0.0
        for entry in range(first[row], first[row + 1]):
            share, at = weight[entry], column[entry]
            for j in range(into.shape[1]):
                into[row, j] += share * block[at, j]


@compiled
def move(
    held: Array,
    normal_held: Array,
    use: Array,
    missed: Array,
    level: Array,
    slope: Array,
    cover_floor: float,
    ceiling: Array,
    unmet_slope: Array,
    discount: Array,
    markup: Array,
    decay: Array,
    adjustment: Array,
    pull: Array,
) -> None:
    """Move every log price a day on; `pull` is the step that open lanes force on it."""
    n = level.shape[1]
    cover = np.empty(n)
    for row in range(len(level)):
        for j in range(n):
            most = ceiling[j] * normal_held[row, j]
            glut = ceiling[j] if held[row, j] > NOTHING_T else 1.0
            there = held[row, j] if held[row, j] < most else most
            share = there / normal_held[row, j] if normal_held[row, j] > 0.0 else glut
            cover[j] = share if share > cover_floor else cover_floor
        for j in range(n):
            cover[j] = -slope[j] * log(cover[j])
        for j in range(n):
            cover[j] += unmet_slope[j] * (missed[row, j] / use[row, j] if use[row, j] > 0.0 else 0.0)
        for j in range(n):
            cover[j] = cover[j] - discount[row, j] + markup[row, j] - level[row, j]
        for j in range(n):
            cover[j] /= decay[j] if cover[j] < 0.0 else adjustment[j]
        for j in range(n):
            level[row, j] += cover[j] + pull[row, j]


@compiled
def tie(level: Array, held: Array, n_markets: int, pairs: Index, ties: Array, tie_d: Array, pull: Array) -> None:
    """Find the step that open lanes force on each log price, towards that of the other market."""
    n = level.shape[1]
    pull[:] = 0.0
    for pair in range(len(pairs)):
        for element in range(len(level) // n_markets):
            a, b = element * n_markets + pairs[pair, 0], element * n_markets + pairs[pair, 1]
            for j in range(n):
                both = held[a, j] + held[b, j]
                step = ties[pair, element, j] * (level[b, j] - level[a, j]) / tie_d[j]
                pull[a, j] += (held[b, j] / both if both > 0.0 else 0.0) * step
            for j in range(n):
                both = held[a, j] + held[b, j]
                step = ties[pair, element, j] * (level[b, j] - level[a, j]) / tie_d[j]
                pull[b, j] -= (held[a, j] / both if both > 0.0 else 0.0) * step


@compiled
def quote(
    week: int,
    level: Array,
    noise: Array,
    element: Index,
    opening: Array,
    floor: Array,
    price: Array,
) -> None:
    """Set prices from levels and the week's noise."""
    n = level.shape[1]
    for row in range(len(level)):
        of, least, usual = element[row], floor[row, 0], opening[row, 0]
        for j in range(n):
            quoted = exp(level[row, j] + noise[of, week, j]) * usual
            price[row, j] = quoted if quoted > least else least


@compiled
def add_making(conversion: Array, value: Array) -> None:
    """Add the cost of making to values."""
    for row in range(len(value)):
        cost = conversion[row, 0]
        for j in range(value.shape[1]):
            value[row, j] += cost


@compiled
def feel(value: Array, value_row: Index, opening: Array, smoothing: Array, felt: Array) -> None:
    """Let buyers feel today's prices, as multiples of the opening ones."""
    for buyer in range(len(felt)):
        row = value_row[buyer]
        usual = opening[row, 0]
        for j in range(felt.shape[1]):
            ratio = value[row, j] / usual if usual > 0.0 else 1.0
            felt[buyer, j] += (ratio - felt[buyer, j]) / smoothing[j]


@compiled
def thrift(
    value: Array,
    value_row: Index,
    opening: Array,
    starts_at: Array,
    full_at: Array,
    lag: Array,
    limit: Array,
    user: Index,
    saved: Array,
) -> None:
    """Let users learn to do with less where a price stays high."""
    n = value.shape[1]
    part = np.empty(n)
    for k in range(len(user)):
        row, usual, who, start, most = value_row[k], opening[k, 0], user[k], starts_at[k, 0], limit[k, 0]
        if usual <= 0.0:
            continue
        dear = False
        for j in range(n):
            part[j] = value[row, j] / usual
            dear |= part[j] > start
        if not dear:
            continue
        whole, slow = log(full_at[k, 0] / start), lag[k, 0]
        for j in range(n):
            above = log((part[j] if part[j] > start else start) / start) / whole
            more = most * (above if above < 1.0 else 1.0) - saved[who, j]
            saved[who, j] += (more if more > 0.0 else 0.0) / slow


@compiled
def start_idle(
    value: Array,
    value_row: Index,
    out: Array,
    first: Index,
    column: Index,
    opening_basket: Array,
    starts_at: Array,
    full_at: Array,
    lag: Array,
    nameplate: Array,
    idle: Array,
    plant: Index,
    started: Array,
    capacity: Array,
) -> None:
    """Let plants start what stood idle while what they made on day 0 is worth more than it was."""
    n = value.shape[1]
    basket = np.empty(n)
    for k in range(len(plant)):
        start, whole, who = starts_at[k, 0], log(full_at[k, 0] / starts_at[k, 0]), plant[k]
        basket[:] = 0.0
        for entry in range(first[k], first[k + 1]):
            product, row = column[entry], value_row[column[entry]]
            for j in range(n):
                basket[j] += out[product, j] * value[row, j]
        for j in range(n):
            multiple = basket[j] / opening_basket[k, j] if opening_basket[k, j] > 0.0 else 1.0
            above = log((multiple if multiple > start else start) / start) / whole
            started[k, j] += ((above if above < 1.0 else 1.0) - started[k, j]) / lag[k, 0]
        for j in range(n):
            capacity[who, j] = nameplate[k, j] + idle[k, 0] * started[k, j]


@compiled
def remember(value: Array, value_row: Index, lag: Array, mean: Array) -> None:
    """Let those who buy ahead remember prices."""
    for k in range(len(mean)):
        row = value_row[k]
        for j in range(mean.shape[1]):
            mean[k, j] += (value[row, j] - mean[k, j]) / lag[j]
