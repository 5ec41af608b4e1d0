"""Estimates from a sample of futures: means, quantiles, tails, probabilities and days that may never come.

Pure functions of one column (N,), one number per future. Every estimate has a 95 % interval; what cannot be
known is None, never NaN, so that a summary is plain JSON. Futures are equally likely, and independent unless they are
said to come in blocks (`Blocks`): intervals then rest on how blocks differ, whatever binds the futures of one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betaincinv, chdtri, ndtri, stdtrit

from sim.arrays import Array
from sim.results.metrics import Worst

Interval = list[float | None]
Stat = dict[str, float | Interval | None]

CONFIDENCE = 0.95
UPPER_TAIL = 0.5 + CONFIDENCE / 2
"""Where the upper end of an interval lies in a distribution."""
TAIL_SHARE = 0.05
QUANTILES = {"p05": 0.05, "p50": 0.50, "p95": 0.95}
UNKNOWN: Interval = [None, None]


@dataclass(frozen=True)
class Estimate:
    """A number and the interval that holds the true one in 95 of 100 samples; None where unknown."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def ci95(self) -> Interval:
        """The interval as JSON has it."""
        return [self.low, self.high]


@dataclass(frozen=True, eq=False)
class Blocks:
    """Futures that belong together, as antithetic pairs do: blocks are independent, futures of one are not."""

    of: NDArray[np.int64]
    """Number of every future's block, from 0, none without a future, (N,)."""

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.of.max()) + 1

    def among(self, futures: NDArray[np.bool_]) -> Blocks:
        """Return the blocks of some futures; those without any are left out."""
        return Blocks(np.unique(self.of[futures], return_inverse=True)[1])

    def variance(self, sample: NDArray[np.float64] | NDArray[np.bool_]) -> float:
        """Return the variance of the mean: by how far the blocks' sums lie from what the mean says of them."""
        apart = np.bincount(self.of, sample - np.mean(sample), self.count)
        return float(self.count / max(self.count - 1, 1) * np.sum(apart**2)) / sample.size**2

    def half_width(self, sample: NDArray[np.float64] | NDArray[np.bool_], freedom: int | None = None) -> float:
        """Return how far the bound of the mean lies from it, by Student's t over blocks."""
        return students_t(freedom or max(self.count - 1, 1)) * math.sqrt(self.variance(sample))

    def gain(self, sample: Array) -> Estimate:
        """Return the variance of the mean of as many independent futures over that of this one.

        The interval is that of a variance of normal block means (chi-square). None where blocks do not differ.
        """
        apart, freedom = self.variance(sample), self.count - 1
        if apart == 0 or not np.isfinite(apart):
            return Estimate(None)
        ratio = float(np.var(sample, ddof=1)) / sample.size / apart
        low, high = (float(chdtri(freedom, tail)) / freedom for tail in (UPPER_TAIL, 1 - UPPER_TAIL))
        return Estimate(ratio, ratio * low, ratio * high)


def mean(sample: Array, blocks: Blocks | None = None) -> Estimate:
    """Return the mean with Student's t-interval; no interval from a single future."""
    n = sample.size
    if n == 0 or not np.all(np.isfinite(sample)):
        return Estimate(None)
    centre = float(np.mean(sample))
    if n == 1 or (blocks is not None and blocks.count == 1):
        return Estimate(centre)
    half = half_width(sample, n - 1) if blocks is None else blocks.half_width(sample)
    return Estimate(centre, centre - half, centre + half)


def quantile(ordered: Array, p: float, sample: Array | None = None, blocks: Blocks | None = None) -> Estimate:
    """Return the smallest value with at least `p` of the ascending sample at or below it.

    The interval is between two order statistics, by the binomial distribution: it assumes nothing about the
    shape of the sample. A side on which the sample holds too few futures is None. Infinite values mean never.
    With blocks (and the sample in the order of futures) the two are found by how much the share at or below the
    value differs between blocks (Woodruff 1952).
    """
    n = ordered.size
    if n == 0:
        return Estimate(None)
    # The tolerance keeps 0.95 x 20 = 19.000000000000004 from being the 20th value.
    value = float(ordered[max(math.ceil(p * n * (1 - 1e-12)), 1) - 1])
    if blocks is None or sample is None:
        below, above = _interval_ranks(n, p)
    else:
        half = blocks.half_width(sample <= value)
        below, above = math.floor((p - half) * n), math.ceil((p + half) * n) + 1
    low = float(ordered[below - 1]) if below >= 1 else math.inf
    high = float(ordered[above - 1]) if above <= n else math.inf
    return Estimate(_finite(value), _finite(low), _finite(high))


def tail_mean(sample: Array, worst: Worst, blocks: Blocks | None = None) -> Estimate:
    """Return the mean of the worst 5 % of the futures (CVaR95), the last of them with a fractional weight.

    The interval is from the influence function, `q + (x - q)+ / 0.05` in the worst direction, with as many
    degrees of freedom as there are whole futures in the tail, less one; none where there are fewer than two.
    It is too narrow for a heavy tail in a small sample, as every interval of a tail is.
    """
    n = sample.size
    # Worst futures are made the largest; what never happens is then the least bad, or the worst of all.
    badness = np.sort(sample if worst == "high" else -sample)[::-1]
    size = TAIL_SHARE * n
    tail = badness[: math.ceil(size * (1 - 1e-12))]
    if n == 0 or not np.all(np.isfinite(tail)):
        return Estimate(None)
    weights = np.ones(tail.size)
    weights[-1] = size - (tail.size - 1)
    centre = float((weights * tail).sum() / size) * (1.0 if worst == "high" else -1.0)
    whole = math.floor(size * (1 + 1e-12))
    if whole < 2:
        return Estimate(centre)
    if blocks is None:
        half = half_width(np.maximum(badness - tail[-1], 0.0) / TAIL_SHARE, whole - 1)
    else:
        bad = np.maximum((sample if worst == "high" else -sample) - tail[-1], 0.0) / TAIL_SHARE
        half = blocks.half_width(bad, min(whole, blocks.count) - 1)
    return Estimate(centre, centre - half, centre + half)


def proportion(happens: NDArray[np.bool_], blocks: Blocks | None = None) -> Estimate:
    """Return the share of futures in which something happens, with Wilson's interval.

    With blocks it is that of as many independent futures as would know the share as well (Kish's effective size).
    """
    count, n = float(np.count_nonzero(happens)), happens.size
    if blocks is None or n == 0:
        return wilson(count, n)
    share, apart = count / n, blocks.variance(happens)
    if apart == 0:  # what blocks cannot tell apart is known no better than by independent futures
        return wilson(count, n)
    worth = share * (1 - share) / apart
    return wilson(share * worth, worth, students_t(max(blocks.count - 1, 1)))


def wilson(count: float, n: float, z: float | None = None) -> Estimate:
    """Return the share `count` of `n` with Wilson's interval; too wide, if anything, where futures count in part."""
    if n == 0:
        return Estimate(None)
    share = count / n
    if n == 1:
        return Estimate(share)
    z2 = float(ndtri(UPPER_TAIL) if z is None else z) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    # Rounding must not push the bounds past the share where it is 0 or 1.
    return Estimate(share, min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share))


def chance_at_least(count: int, n: int, doubt: float) -> float:
    """Return the bound of Clopper and Pearson: a chance below it would show as many of n with no more than `doubt`."""
    return float(betaincinv(count, n - count + 1, doubt)) if count else 0.0


def mean_at_most(sample: Array, doubt: float) -> float:
    """Return the upper bound of the mean by Student's t, one-sided, wrong with the chance `doubt`."""
    half = half_width(sample, sample.size - 1, 1 - doubt) if sample.size > 1 else math.inf
    return float(np.mean(sample)) + half


def amount(sample: Array, worst: Worst, blocks: Blocks | None = None) -> Stat:
    """Return the statistic of a quantity that every future has; all None where it is unknown in any."""
    if sample.size == 0 or not np.all(np.isfinite(sample)):
        return _unknown()
    return _statistic(sample, worst, blocks)


def day(sample: Array, horizon: float | Array, worst: Worst, blocks: Blocks | None = None) -> Stat:
    """Return the statistic of a day that may never come (NaN: never within the horizon).

    Quantiles count never as later than every day. The mean, and a tail that reaches into never, are None;
    `restricted_mean` is that of min(day, horizon). `horizon` is the end of observation: one for all futures,
    or one each, (N,), where days are counted from different starts.
    """
    never = np.isnan(sample)
    stat = _statistic(np.where(never, np.inf, sample), worst, blocks)
    censored = proportion(never, blocks)
    restricted = mean(np.where(never, horizon, sample), blocks)
    stat["censored_share"], stat["censored_share_ci95"] = censored.value, censored.ci95
    stat["restricted_mean"], stat["restricted_mean_ci95"] = restricted.value, restricted.ci95
    return stat


def chance(happens: NDArray[np.bool_], blocks: Blocks | None = None) -> Stat:
    """Return a probability as JSON has it."""
    estimate = proportion(happens, blocks)
    return {"mean": estimate.value, "ci95": estimate.ci95}


def _statistic(sample: Array, worst: Worst, blocks: Blocks | None) -> Stat:
    centre, tail, ordered = mean(sample, blocks), tail_mean(sample, worst, blocks), np.sort(sample)
    stat: Stat = {"mean": centre.value, "ci95": centre.ci95}
    for name, p in QUANTILES.items():
        estimate = quantile(ordered, p, sample, blocks)
        stat[name], stat[f"{name}_ci95"] = estimate.value, estimate.ci95
    stat["cvar95"], stat["cvar95_ci95"] = tail.value, tail.ci95
    return stat


def _unknown() -> Stat:
    stat: Stat = {"mean": None, "ci95": list(UNKNOWN)}
    for name in (*QUANTILES, "cvar95"):
        stat[name], stat[f"{name}_ci95"] = None, list(UNKNOWN)
    return stat


def half_width(sample: Array, freedom: int, p: float = UPPER_TAIL) -> float:
    """Return how far the mean's bound lies from it, at the `p`-quantile of Student's t."""
    return students_t(freedom, p) * float(np.std(sample, ddof=1)) / math.sqrt(sample.size)


def students_t(freedom: int, p: float = UPPER_TAIL) -> float:
    """Return the `p`-quantile of Student's t."""
    return float(stdtrit(freedom, p))


@lru_cache(maxsize=64)
def _interval_ranks(n: int, p: float) -> tuple[int, int]:
    """Return the ranks, from 1, of the order statistics around the p-quantile; 0 and n + 1 are outside."""
    miss = (1 - CONFIDENCE) / 2
    at_most = bdtr(np.arange(n, dtype=np.float64), n, p)  # P(at most k of n lie below the quantile)
    return int(np.searchsorted(at_most, miss, side="right")), int(np.searchsorted(at_most, 1 - miss)) + 1


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
