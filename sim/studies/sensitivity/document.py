"""What drives the answer: what sensitivity.json holds.

Chance apart from doubt by the law of total variance, screening by Morris, shares of variance by Sobol. The mathematics
are SALib's and scipy's, the extra `sensitivity`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.arrays import Array
from sim.documents import Json
from sim.errors import not_installed
from sim.results.estimate import CONFIDENCE

RESAMPLES = 2000
LEVELS = 4
"""Places that a factor takes in Morris's design."""
SEED_NAME = "seed"


def salib() -> Any:
    """Return the package that designs and analyses; say what to do where it is missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of packages that it imports, about each other
            import SALib.analyze.morris
            import SALib.analyze.sobol
            import SALib.sample.morris
            import SALib.sample.sobol
    except ImportError:
        raise not_installed("sim sensitivity", "SALib", "sensitivity") from None
    return SALib


def spread(values: Array, seed: int) -> Json:
    """Return how much of the spread is chance and how much is doubt, from futures in worlds, (world, future).

    Total variance is the mean variance within a world (chance) and the variance between the worlds' true means (doubt),
    by the unbiased estimator of one-way analysis of variance; a doubt that comes out below 0 is 0. Intervals: worlds
    drawn anew (bootstrap, percentiles).
    """
    from scipy.stats import bootstrap

    n = values.shape[1]
    means, within = values.mean(axis=1), values.var(axis=1, ddof=1)
    chance, doubt = _components(means, within, n)
    document: Json = {
        "mean": float(values.mean()),
        "sd": float(np.sqrt(max(chance + doubt, 0.0))),
        "chance_variance": float(chance),
        "doubt_variance": float(doubt),
    }
    if chance + max(doubt, 0.0) == 0 or len(means) < 2:
        return document | {
            "doubt": {"share": None, "ci95": [None, None]},
            "chance": {"share": None, "ci95": [None, None]},
        }

    def share(means: Array, within: Array, axis: int = -1) -> Array:
        between, inside = means.var(axis=axis, ddof=1) - within.mean(axis=axis) / n, within.mean(axis=axis)
        total = np.maximum(between, 0) + inside
        return np.asarray(np.maximum(between, 0) / np.where(total > 0, total, 1.0))

    drawn = bootstrap(
        (means, within),
        share,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    found, interval = float(share(means, within)), drawn.confidence_interval
    low, high = float(interval.low), float(interval.high)
    return document | {
        "doubt": {"share": found, "ci95": [low, high]},
        "chance": {"share": 1 - found, "ci95": [1 - high, 1 - low]},
    }


def _components(means: Array, within: Array, n: int) -> tuple[float, float]:
    """Return the variance by chance and the variance by doubt, unbiased; the latter may come out below 0."""
    chance = float(within.mean())
    doubt = float(means.var(ddof=1)) - chance / n if len(means) > 1 else 0.0
    return chance, doubt


def screened(problem: Json, places: Array, values: Array, seed: int) -> list[Json]:
    """Return Morris's measures of every factor, the strongest first: effects of going through its whole range.

    `values`, (point,), has no row that failed. `mu_star` is the mean size of the effect, with its 95 % interval;
    `mu` its mean, `sigma` how much it differs from place to place.
    """
    found = salib().analyze.morris.analyze(
        problem, places, values, num_levels=LEVELS, conf_level=CONFIDENCE, seed=seed + 1
    )
    told = [
        {
            "factor": name,
            "mu_star": float(found["mu_star"][n]),
            "ci95": _around(found["mu_star"][n], found["mu_star_conf"][n]),
            "mu": float(found["mu"][n]),
            "sigma": float(found["sigma"][n]),
        }
        for n, name in enumerate(problem["names"])
    ]
    return sorted(told, key=lambda one: -one["mu_star"])


def shared(problem: Json, values: Array, seed: int) -> list[Json] | None:
    """Return Sobol's indices of every factor and of the seed, the largest total first; None where nothing varies.

    `values`, (point,), has no row that failed. `first` is the part of the variance that goes with the factor alone,
    `total` what would be left of it if all others were known; with 95 % intervals, which are wide for few rows.
    """
    if np.ptp(values) == 0:
        return None
    found = salib().analyze.sobol.analyze(
        problem, values, calc_second_order=False, conf_level=CONFIDENCE, num_resamples=RESAMPLES, seed=seed + 1
    )
    told = [
        {
            "factor": name,
            "first": float(found["S1"][n]),
            "first_ci95": _around(found["S1"][n], found["S1_conf"][n]),
            "total": float(found["ST"][n]),
            "total_ci95": _around(found["ST"][n], found["ST_conf"][n]),
        }
        for n, name in enumerate(problem["names"])
    ]
    return sorted(told, key=lambda one: -one["total"])


def strongest(screening: Sequence[Sequence[Json]], most: int) -> list[str]:
    """Return the factors that matter most for any metric, by their effect as a part of the metric's strongest."""
    rank = dict[str, float]()
    for told in screening:
        top = told[0]["mu_star"] if told else 0.0
        for one in told if top > 0 else ():
            rank[one["factor"]] = max(rank.get(one["factor"], 0.0), one["mu_star"] / top)
    return sorted((name for name in rank if rank[name] > 0), key=lambda name: -rank[name])[:most]


def _around(value: float, half: float) -> list[float | None]:
    return [float(value - half), float(value + half)] if np.isfinite(half) else [None, None]
