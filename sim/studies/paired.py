"""Two policies over the same futures: what pairing them, future by future, says of their difference.

Pure functions of columns (N,), a number per future in the same order. What one future brings is common to both and
falls out of the difference; docs/guides/compare_policies.md has the formulas.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.arrays import Array
from sim.results import estimate
from sim.results.estimate import Estimate, Stat
from sim.results.metrics import Worst

AGRESTI_MIN_CELL = 0.5
"""What Agresti and Min (2005) add to each of the four cells of a paired table."""


def difference(sample: Array, baseline: Array, worst: Worst = "high") -> Stat:
    """Return the statistic of `sample - baseline`, future by future, and what pairing gained.

    `variance_ratio` is (var(A) + var(B)) / var(A - B): how many times more futures independent runs would need for
    the same interval. It is None where the difference is the same in every future.
    """
    return estimate.amount(sample - baseline, worst) | {"variance_ratio": _variance_ratio(sample, baseline)}


def chance_difference(happens: NDArray[np.bool_], baseline: NDArray[np.bool_]) -> Stat:
    """Return how much likelier something is than under the baseline, with the interval of Agresti and Min.

    `only_here` and `only_in_baseline` count the futures in which it happens under one of the two alone.
    """
    n = happens.size
    here, there = (float(np.count_nonzero(one)) for one in (happens & ~baseline, baseline & ~happens))
    stat: Stat = {"mean": (here - there) / n, "only_here": here, "only_in_baseline": there}
    more, fewer, size = here + AGRESTI_MIN_CELL, there + AGRESTI_MIN_CELL, n + 4 * AGRESTI_MIN_CELL
    centre = (more - fewer) / size
    half = float(ndtri(estimate.UPPER_TAIL)) * math.sqrt(more + fewer - (more - fewer) * centre) / size
    return stat | {"ci95": [max(centre - half, -1.0), min(centre + half, 1.0)] if n > 1 else list(estimate.UNKNOWN)}


def fieller(top: Array, bottom: Array) -> Estimate:
    """Return mean(top) / mean(bottom) with Fieller's interval, which knows that both vary together.

    The interval is that of the ratios R for which the mean of `top - R bottom` is not clearly other than 0. There
    is none where the interval of mean(bottom) holds 0, for then any ratio may be true; nor from a single future.
    """
    n, divisor = bottom.size, estimate.mean(bottom)
    if not np.all(np.isfinite(top)) or divisor.low is None or divisor.high is None or divisor.low * divisor.high <= 0:
        return Estimate(None)
    (tt, tb), (_, bb) = np.cov(top, bottom).tolist()
    over, under = float(np.mean(top)), float(np.mean(bottom))
    t2n = estimate.students_t(n - 1) ** 2 / n
    a, b, c = under**2 - t2n * bb, over * under - t2n * tb, over**2 - t2n * tt
    root = math.sqrt(max(b * b - a * c, 0.0))
    ratio = over / under
    # Rounding must not push the bounds past the ratio where it has no spread.
    return Estimate(ratio, min((b - root) / a, ratio), max((b + root) / a, ratio))


def shares_of_best(samples: list[Array]) -> list[Array]:
    """Return each one's part in being the lowest, (N,): 1 alone, 1/m among m that tie, else 0."""
    table = np.stack(samples)
    lowest = table == table.min(axis=0)
    return list(lowest / lowest.sum(axis=0))


def _variance_ratio(sample: Array, baseline: Array) -> float | None:
    if sample.size < 2 or not np.all(np.isfinite(sample - baseline)):
        return None
    apart = float(np.var(sample - baseline))
    return float(np.var(sample) + np.var(baseline)) / apart if apart > 0 else None
