"""Base stock under noisy demand: what of the textbook carries over, and what does not."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from verification.case import SEED, Case, Expected, Reference
from verification.distributions import normal
from verification.reading import columns

Array = NDArray[np.float64]

PATHS = 200_000
"""Of an independent simulation."""


def deviations(sd: float, persistence_d: float, weeks: int) -> Array:
    """Return the standard deviation of an autoregression that starts at 0, (week,)."""
    return np.asarray(sd * np.sqrt(1 - np.exp(-14 * np.arange(weeks) / persistence_d)))


def lognormal_min(most: float, sd: float) -> float:
    """Return E[min(N, most)] of a lognormal N with mean 1 and deviation `sd` of its log."""
    if sd == 0:
        return min(1.0, most)
    z = (math.log(most) + sd**2 / 2) / sd
    return normal(z - sd) + most * (1 - normal(z))


def lognormal_above(x: float, sd: float) -> float:
    """Return P(N > x) of the same."""
    return float(x < 1) if sd == 0 else 1 - normal((math.log(x) + sd**2 / 2) / sd)


def newsvendor() -> Expected:
    """Each day begins with the same stock, since yesterday's use is back: a newsvendor every day."""
    stock, horizon = 0.13208 + 1, 730
    sds = np.repeat(deviations(0.16, 60, horizon // 7 + 1), 7)[:horizon]
    delivered = sum(lognormal_min(stock, sd) for sd in sds)
    short = sum(lognormal_above(stock / 0.99, sd) for sd in sds)
    return {"notional_t": float(horizon), "delivered_t": delivered, "shortage_days": short}


def noise(sd: float, persistence_d: float, weeks: int, paths: int, seed: int) -> Array:
    """Return paths of an autoregression that starts at 0, with numbers of numpy's own, (week, path)."""
    normals, phi = np.random.default_rng(seed).standard_normal((weeks, paths)), math.exp(-7 / persistence_d)
    path = np.zeros((weeks, paths))
    for week in range(1, weeks):
        path[week] = phi * path[week - 1] + sd * math.sqrt(1 - phi**2) * normals[week]
    return path


def mean(sample: Array) -> Reference:
    """Return the mean of an independent simulation, with its error."""
    return Reference(float(sample.mean()), float(sample.std(ddof=1)) / math.sqrt(sample.size))


def base_stock_with_lead() -> Mapping[str, float | Array | Reference]:
    """Follow the last four days' sales: what is under way, and so what is not on hand."""
    sds = deviations(0.3, 1, 30)
    factors = np.exp(noise(0.3, 1, 30, PATHS, SEED) - sds[:, np.newaxis] ** 2 / 2)
    sales, delivered, short = [np.ones(PATHS)] * 4, np.zeros(PATHS), np.zeros(PATHS)
    for day in range(210):
        wanted = factors[day // 7]
        sold = np.minimum(wanted, 2 + 5 - sum(sales))
        short += sold < 0.99 * wanted
        delivered += sold
        sales = [*sales[1:], sold]
    return {"delivered_t": mean(delivered), "shortage_days": mean(short)}


def demand_noise() -> Expected:
    """The noise has mean 1 in every week."""
    return {"notional_t": 365.0, "last day, t": 1.0}


CASES = (
    Case("newsvendor", (), columns("notional_t", "delivered_t", "shortage_days"), newsvendor, futures=4096),
    Case(
        "base_stock_with_lead",
        (),
        columns("delivered_t", "shortage_days"),
        base_stock_with_lead,
        futures=16384,
        slow=True,
    ),
    Case(
        "demand_noise",
        ("notional/jp.use",),
        lambda watched: {
            "notional_t": watched.column("jp.use/notional_t"),
            "last day, t": watched.series["notional/jp.use"][-1],
        },
        demand_noise,
        futures=4096,
    ),
)
