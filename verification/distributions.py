"""Distributions that the simulator draws from, written from the textbook; whole days as the model rounds them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cdf = Callable[[float], float]


def exponential(mean: float) -> Cdf:
    """Return P(X <= x)."""
    return lambda x: -math.expm1(-max(x, 0.0) / mean)


def uniform(low: float, high: float) -> Cdf:
    """Return P(X <= x)."""
    return lambda x: min(max((x - low) / (high - low), 0.0), 1.0)


def triangular(low: float, likely: float, high: float) -> Cdf:
    """Return P(X <= x)."""

    def cdf(x: float) -> float:
        x = min(max(x, low), high)
        if x <= likely:
            return (x - low) ** 2 / ((high - low) * (likely - low))
        return 1 - (high - x) ** 2 / ((high - low) * (high - likely))

    return cdf


def rounded(cdf: Cdf, at_least: int = 0, longest: int = 5000) -> Array:
    """Return P(max(at_least, round(X)) = k), (k,) from 0; halves have no weight, so how they go is no matter."""
    weights = np.diff([0.0, *(cdf(k + 0.5) for k in range(longest))])
    weights[at_least] = weights[: at_least + 1].sum()
    weights[:at_least] = 0.0
    return weights


def normal(x: float) -> float:
    """Return P(Z <= x)."""
    return math.erfc(-x / math.sqrt(2)) / 2


def binomial(n: int, p: float) -> list[float]:
    """Return P(k successes), k from 0 to n."""
    return [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
