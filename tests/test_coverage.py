"""How often 95 % intervals hold the truth, over 1,000 samples of cases whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from invented import scenario as invented
from oracle.corners import with_pile
from oracle.small_chains import ban
from scipy.special import bdtr

from sim.arrays import Array
from sim.results import estimate
from sim.results.estimate import Estimate
from sim.results.futures import Block
from sim.results.subjects import group_subjects
from sim.running.experiment import run_block
from sim.running.precision import judge, looks
from sim.testing.quantities import q

SAMPLES = 1000
FUTURES = 1024
NORMAL = {"p05": -1.6448536269514722, "p50": 0.0, "p95": 1.6448536269514722}
DRAWN: dict[str, tuple[Callable[[np.random.Generator], Array], Callable[[float], float], float]] = {
    "normal": (lambda rng: rng.normal(size=FUTURES), lambda p: NORMAL[f"p{round(100 * p):02d}"], 0.0),
    "exponential": (lambda rng: rng.exponential(size=FUTURES), lambda p: -math.log1p(-p), 1.0),
    "uniform": (lambda rng: rng.uniform(size=FUTURES), lambda p: p, 0.5),
}
"""Name -> a sample, the true quantile, and the true mean."""


def holds(found: Estimate, truth: float) -> bool:
    """Say whether an interval holds the truth; an end that is not known is no bound."""
    return (found.low is None or found.low <= truth) and (found.high is None or truth <= found.high)


@pytest.mark.slow
@pytest.mark.parametrize("drawn", DRAWN)
def test_means_and_quantiles_are_held_93_to_97_times_in_100(drawn: str) -> None:
    """Of a thousand samples of 1,024 futures, whatever their shape."""
    sample, quantile, mean = DRAWN[drawn]
    rng, held = np.random.default_rng(21), dict.fromkeys(("mean", *estimate.QUANTILES), 0)
    for _ in range(SAMPLES):
        futures = np.sort(sample(rng))
        held["mean"] += holds(estimate.mean(futures), mean)
        for name, p in estimate.QUANTILES.items():
            held[name] += holds(estimate.quantile(futures, p), quantile(p))

    assert all(0.93 * SAMPLES <= times <= 0.97 * SAMPLES for times in held.values()), held


@pytest.mark.slow
def test_the_mean_of_the_worst_is_held_where_there_are_enough_of_them() -> None:
    """Of 1,024 exponential futures, 51 of them in the tail, 93 to 97 times in 100; of fewer it is held less often."""
    rng, truth = np.random.default_rng(22), math.log(20) + 1
    held = {n: sum(holds(estimate.tail_mean(rng.exponential(size=n), "high"), truth) for _ in range(SAMPLES))
            for n in (256, FUTURES)}  # fmt: skip

    assert 0.93 * SAMPLES <= held[FUTURES] <= 0.97 * SAMPLES
    assert 0.88 * SAMPLES <= held[256] < held[FUTURES]


def how_often(n: int, p: float) -> float:
    """Return how often a proportion of n futures is held where it is truly p: exactly, by the binomial distribution."""
    count = np.arange(n + 1)
    found = [estimate.wilson(float(k), n) for k in count]
    inside = np.array([holds(one, p) for one in found])
    below = np.concatenate([[0.0], bdtr(count, n, p)])
    return float(np.diff(below)[inside].sum())


@pytest.mark.slow
def test_proportions_are_held_at_least_94_times_in_100() -> None:
    """Of 2,000 futures, for chances from 2 to 98 in 100; rarer ones 90 times at least, and 95 on average over all."""
    held = {p: how_often(2000, p / 100) for p in range(2, 99, 4)}

    assert min(held.values()) >= 0.94, held
    assert min(how_often(2000, p) for p in (0.001, 0.002, 0.005, 0.01)) >= 0.9
    assert np.mean([how_often(500, p / 200) for p in range(1, 200, 7)]) == pytest.approx(0.95, abs=0.005)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.045, 0.062, 0.09])
def test_a_run_that_stops_when_it_is_precise_holds_the_mean_at_least_92_times_in_100(share: float) -> None:
    """Looking after 512, 1,024, 2,048 futures and stopping when it is enough makes intervals hardly too narrow."""
    rng, mean_d, held, stopped = np.random.default_rng(23), 40.0, 0, set[int]()
    priorities = [group.id for group in group_subjects(invented()) if group.dimension == "priority"]
    for _ in range(SAMPLES):
        days = rng.exponential(mean_d, size=4096)
        for n in looks(4096):
            columns = dict.fromkeys((f"{group}/shortage_days" for group in priorities), days[:n])
            verdict = judge([Block(np.arange(n), columns, {}, ())], invented(), share)
            if verdict["reached"]:
                break
        stopped.add(n)
        group = verdict["groups"][priorities[0]]
        held += abs(group["mean_d"] - mean_d) <= group["half_width_d"]

    assert held >= 0.92 * SAMPLES
    assert len(stopped) > 1


@pytest.mark.slow
def test_what_the_model_says_of_a_ban_that_comes_in_half_of_the_futures_is_held() -> None:
    """Chance of shortage 0.5 and half of the days of the ban that comes: both known, both held, in 1,000 samples."""
    stocks = {"stocks": {"ndpr_oxide": {"opening": q(0, "t")}}}

    def days_short(chance: float, first: int, size: int) -> Array:
        threat = ban(0, 60, chance=q(chance, "share"))
        chain = with_pile(home="jp", terms=stocks, threat=threat).model_copy(update={"horizon_d": 60})
        found = run_block(chain, 1, np.arange(first, first + size), twin=False).columns
        return found["jp.use/shortage_days"]

    n = 100
    certain = float(days_short(1.0, 0, 1)[0])
    days = np.concatenate([days_short(0.5, first, 1000) for first in range(0, n * SAMPLES, 1000)])
    samples = days.reshape(SAMPLES, n)

    assert certain > 10
    assert sum(holds(estimate.mean(one), certain / 2) for one in samples) >= 0.93 * SAMPLES
    assert sum(holds(estimate.proportion(one > 0), 0.5) for one in samples) >= 0.93 * SAMPLES
