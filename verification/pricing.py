"""Prices: how they approach a level, what ties them, what noise makes of them, and how use answers."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from verification.case import SEED, Case, Expected, Reference
from verification.reading import days
from verification.stocks import PATHS, deviations, mean, noise
from verification.watching import Watched

Array = NDArray[np.float64]

OPENING = 60.0
STEP_D = 50
"""When a step comes."""
LAG_D = 30.0


def relaxed(days_since: Array, lag_d: float = LAG_D) -> Array:
    """Return how much of a step is left at the end of a day, 1 before it; `days_since` is 0 on its first day."""
    return np.where(days_since < 0, 1.0, (1 - 1 / lag_d) ** (days_since + 1.0))


def price_relaxation() -> Expected:
    """A level that falls by 0.5 for good."""
    return {"price/world": OPENING * np.exp(-0.5 * (1 - relaxed(np.arange(365.0) - STEP_D)))}


def price_of_scarcity() -> Expected:
    """Japan runs down 30 t from day 30 on; China, which needs to hold nothing from day 20 on, sits on its stock."""
    x, japan = 0.0, []
    for day in range(1200):
        stock, unmet = min(max(59.0 - day, 0.0), 30.0), float(day >= 60)
        x += (-1.5 * math.log(max(stock / 30, 0.1)) + 0.8 * unmet - x) / LAG_D
        japan.append(OPENING * math.exp(x))
    china = OPENING * np.exp(-1.5 * math.log(3) * (1 - relaxed(np.arange(1200.0) - 20)))
    return {"price/world": np.array(japan), "price/china": china}


def gap(open_share: float) -> Array:
    """Return the gap of log prices after a jump of 0.4 in one market, (day,): it closes by both lags."""
    closing = 1 / LAG_D + open_share**2 / 20
    since = np.arange(365.0) - STEP_D
    return np.where(since < 0, 0.0, 0.4 * relaxed(since, 1 / closing))


def tied_markets() -> Expected:
    """The mean in weights of what is held (60 t and 30 t) knows nothing of the tie."""
    since = np.arange(365.0) - STEP_D
    return {"gap": gap(1.0), "weighted mean": np.where(since < 0, 0.0, 0.4 * 30 / 90 * relaxed(since))}


def measured_tie(watched: Watched) -> Mapping[str, Array]:
    """Read both off."""
    china, world = (np.log(watched.series[f"price/{m}"][:, 0] / OPENING) for m in ("china", "world"))
    return {"gap": world - china, "weighted mean": (60 * china + 30 * world) / 90}


def half_tied_markets() -> Expected:
    """Half open ties a quarter as strongly."""
    return {"gap": gap(0.5)}


def price_elasticity() -> Expected:
    """The price follows its level, what is felt follows the price, and use what was felt the day before."""
    level, x, felt, used = math.log(0.8) / -0.3, 0.0, 1.0, []
    for day in range(1500):
        used.append(felt**-0.3)
        x += (level * (day >= STEP_D) - x) / LAG_D
        felt += (math.exp(x) - felt) / 30
    return {"delivered/jp.use": np.array(used), "in the end": 0.8, "unmet, t": 0.0}


def measured_elasticity(watched: Watched) -> Mapping[str, Array]:
    """Read use off; what is not used is priced out, and nothing is unmet."""
    used, notional = watched.series["delivered/jp.use"][:, 0], watched.column("jp.use/notional_t")
    short = notional - watched.column("jp.use/delivered_t") - watched.column("jp.use/priced_out_t")
    return {"delivered/jp.use": used, "in the end": used[-1:], "unmet, t": short}


def price_noise() -> Mapping[str, float | Array | Reference]:
    """The mean peak of paths of numpy's own; a peak counts from 1."""
    weeks, sd = 157, 0.3 * math.sqrt(60 / 730)
    paths = noise(sd, 60, weeks, PATHS, SEED) - deviations(sd, 60, weeks)[:, np.newaxis] ** 2 / 2
    moved = sd**2 * (1 - autocorrelation(208) + (1 - autocorrelation(104)) * (1 - 2 * autocorrelation(52)))
    drift = sd**2 * (autocorrelation(208) - autocorrelation(104)) / 2
    return {"peak": mean(np.exp(paths.max(axis=0))), "last day": 1.0, "square of a yearly move": moved + drift**2}


def autocorrelation(weeks: int) -> float:
    """Return that of the noise between two weeks so far apart."""
    return math.exp(-7 * weeks / 60)


def measured_noise(watched: Watched) -> Mapping[str, Array]:
    """Read both off."""
    price = watched.series["price/world"] / OPENING
    moves = np.log(price[728] / price[364])
    return {
        "peak": watched.column("oxide@world/peak_multiple"),
        "last day": price[-1],
        "square of a yearly move": moves**2,
    }


BOTH = ("price/world", "price/china")

CASES = (
    Case("price_relaxation", ("price/world",), days("price/world"), price_relaxation),
    Case("price_of_scarcity", BOTH, days(*BOTH), price_of_scarcity),
    Case("tied_markets", BOTH, measured_tie, tied_markets),
    Case("half_tied_markets", BOTH, measured_tie, half_tied_markets),
    Case("price_elasticity", ("delivered/jp.use",), measured_elasticity, price_elasticity),
    Case("price_noise", ("price/world",), measured_noise, price_noise, futures=4096, slow=True),
)
