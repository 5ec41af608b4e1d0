"""Paired estimates against cases worked out by hand, and against how often their intervals hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results import estimate
from sim.studies import paired

samples = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40).map(np.array)


def test_the_difference_is_that_of_each_future():
    """Of (5, 1, 4) and (3, 2, 1) the differences are 2, -1 and 3: their mean is 4/3 and their median 2."""
    found = paired.difference(np.array([5.0, 1.0, 4.0]), np.array([3.0, 2.0, 1.0]))

    assert found["mean"] == pytest.approx(4 / 3)
    assert (found["p05"], found["p50"], found["p95"]) == (-1, 2, 3)
    assert found["ci95"] == estimate.mean(np.array([2.0, -1.0, 3.0])).ci95


def test_the_variance_ratio_says_what_pairing_gains():
    """Variances 2 and 8 of samples in step, whose differences have 2: independent runs would need 5 times as many."""
    low, high = np.array([0.0, 2.0]), np.array([0.0, 4.0])

    assert paired.difference(high, low)["variance_ratio"] == pytest.approx((1 + 4) / 1)
    assert paired.difference(high, -low)["variance_ratio"] == pytest.approx(5 / 9)


@given(sample=samples)
def test_what_differs_in_no_future_differs_by_exactly_nothing(sample):
    """A policy that does nothing has differences of 0 with an interval of 0 width, and no variance ratio."""
    found = paired.difference(sample, sample.copy())

    assert (found["mean"], found["ci95"], found["p05"], found["p95"]) == (0, [0, 0], 0, 0)
    assert found["variance_ratio"] is None


def test_what_was_not_measured_has_no_difference():
    """Without an undisturbed twin nothing is said of attributable days."""
    found = paired.difference(np.full(9, np.nan), np.full(9, np.nan))

    assert all(value in (None, [None, None]) for value in found.values())


def test_fiellers_interval_for_four_pairs():
    """Means 10 and 5 with their moments by hand: the ends are the roots of (y - R x)^2 = t^2 var(y - R x) / n."""
    cost, avoided = np.array([9.0, 10.0, 10.0, 11.0]), np.array([4.0, 6.0, 5.0, 5.0])
    found = paired.fieller(cost, avoided)
    t2 = 3.182446305284263**2
    # Sums of squares about the means are 2, 2 and, of the products, 1; over 3 degrees of freedom and 4 futures.
    a, b, c = 25 - t2 * 2 / 12, 50 - t2 * 1 / 12, 100 - t2 * 2 / 12
    root = math.sqrt(b * b - a * c)

    assert found.value == 2
    assert (found.low, found.high) == (pytest.approx((b - root) / a), pytest.approx((b + root) / a))


@given(sample=samples, factor=st.floats(0.1, 10))
def test_a_ratio_that_is_the_same_in_every_future_has_no_spread(sample, factor):
    """Where cost is always so many times the days, the ratio is that number, and its interval hardly wider."""
    divisor = np.abs(sample) + 1e3 + 10 * np.ptp(sample) * math.sqrt(sample.size)
    found = paired.fieller(factor * divisor, divisor)

    if found.value is not None:
        assert found.value == pytest.approx(factor)
        assert (found.low, found.high) == (pytest.approx(factor, rel=1e-5), pytest.approx(factor, rel=1e-5))


@given(cost=samples, data=st.data())
def test_the_ends_of_fiellers_interval_are_ratios_not_clearly_wrong(cost, data):
    """At either end R the t-interval of the mean of cost - R days just touches 0."""
    days = data.draw(st.lists(st.floats(50, 60), min_size=cost.size, max_size=cost.size).map(np.array))
    found = paired.fieller(cost, days)

    if found.value is not None:
        assert found.low <= found.value <= found.high
        for end in (found.low, found.high):
            rest = estimate.mean(cost - end * days)
            assert min(abs(rest.low), abs(rest.high)) <= 1e-5 * (1 + np.max(np.abs(cost)) + abs(end) * 60)


@pytest.mark.parametrize("days", [[-1.0, 1.0, 0.5], [0.0, 0.0, 0.0], [1.0]])
def test_there_is_no_ratio_to_what_may_be_nothing(days):
    """Where the interval of the days avoided holds 0, or there is none, any cost per day may be true."""
    assert paired.fieller(np.ones(len(days)), np.array(days)) == estimate.Estimate(None)


def test_a_difference_of_chances_counts_the_futures_that_changed():
    """Of 20 futures 4 changed for the better, 1 for the worse: 15 %, by Agresti and Min -0.10 to 0.37."""
    here, there = np.zeros((2, 20), bool)
    here[:4], there[4:5] = True, True
    found = paired.chance_difference(here, there)

    # Cells 4.5 and 1.5 of 22: 3 / 22 with a standard error of sqrt(6 - 9 / 22) / 22.
    half = 1.959963984540054 * math.sqrt(6 - 9 / 22) / 22
    assert (found["mean"], found["only_here"], found["only_in_baseline"]) == (0.15, 4, 1)
    assert found["ci95"] == [pytest.approx(3 / 22 - half), pytest.approx(3 / 22 + half)]


def test_policies_that_tie_share_the_future():
    """Two of three that are lowest have half of the future each, and shares add up to 1."""
    found = paired.shares_of_best([np.array([1.0, 2.0]), np.array([1.0, 3.0]), np.array([4.0, 2.5])])

    assert [list(share) for share in found] == [[0.5, 1], [0.5, 0], [0, 0]]


def _common(rng, n):
    """Two policies in n futures: chance common to both, exponential, and a little of their own."""
    shared, own = rng.exponential(100, n), rng.exponential(10, (2, n))
    return shared + own[0], 0.9 * shared + own[1]


@pytest.mark.slow
def test_paired_intervals_hold_the_truth_as_often_as_they_say():
    """Of 4,000 comparisons of 100 skewed futures 93.5 to 96 % of the intervals hold the true difference of 10."""
    rng = np.random.default_rng(3)
    found = [paired.difference(*_common(rng, 100)) for _ in range(4000)]
    holds = np.mean([one["ci95"][0] <= 10 <= one["ci95"][1] for one in found])

    assert 0.935 < holds < 0.96
    assert np.median([one["variance_ratio"] for one in found]) > 20


@pytest.mark.slow
def test_fiellers_intervals_hold_the_truth_as_often_as_they_say():
    """Of 4,000 ratios of correlated normal means, 10 over 2, 94 to 96 % of the intervals hold 5."""
    rng = np.random.default_rng(4)
    holds = []
    for _ in range(4000):
        shared, own = rng.normal(size=(2, 60))
        found = paired.fieller(10 + 4 * shared, 2 + shared + own)
        holds.append(found.value is not None and found.low <= 5 <= found.high)

    assert 0.94 < np.mean(holds) < 0.96
