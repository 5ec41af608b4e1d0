"""Estimates against cases worked out by hand, and against how often their intervals hold the truth."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results import estimate

samples = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80).map(np.array)


def test_the_mean_of_three_futures_has_students_interval():
    """Mean 2, standard deviation 1, t(2) = 4.303: the interval is 2 +- 4.303 / sqrt(3)."""
    found = estimate.mean(np.array([1.0, 2.0, 3.0]))

    assert found.value == 2
    assert found.high == pytest.approx(2 + 4.302652729911275 / math.sqrt(3))
    assert found.low == pytest.approx(2 - 4.302652729911275 / math.sqrt(3))


def test_a_quantile_is_the_lower_one():
    """Of 20 futures the 19th is the 95 % quantile, and of 4 the second is the median: nothing is interpolated."""
    assert estimate.quantile(np.arange(1.0, 21.0), 0.95).value == 19
    assert estimate.quantile(np.array([1.0, 2.0, 3.0, 4.0]), 0.5).value == 2
    assert estimate.quantile(np.arange(1.0, 101.0), 0.05).value == 5


def test_the_median_of_ten_lies_between_the_second_and_the_ninth():
    """The textbook order-statistic interval for n = 10: P(X(2) <= median < X(9)) = 0.9785."""
    found = estimate.quantile(np.arange(1.0, 11.0), 0.5)

    assert (found.low, found.high) == (2, 9)


def test_few_futures_do_not_bound_a_far_quantile():
    """With 10 futures nothing can be said of how high the 95 % quantile may lie."""
    found = estimate.quantile(np.arange(1.0, 11.0), 0.95)

    assert found.value == 10
    assert found.high is None


def test_the_tail_takes_the_last_future_in_part():
    """5 % of 50 futures are two and a half: (50 + 49 + 48 / 2) / 2.5."""
    sample = np.arange(1.0, 51.0)

    assert estimate.tail_mean(sample, "high").value == pytest.approx(123 / 2.5)
    assert estimate.tail_mean(sample, "low").value == pytest.approx((1 + 2 + 1.5) / 2.5)


def test_the_tail_of_a_few_futures_is_the_worst_of_them():
    """Under 20 futures the worst 5 % is a part of one future."""
    assert estimate.tail_mean(np.array([3.0, 1.0, 2.0]), "high") == estimate.Estimate(3.0)
    assert estimate.tail_mean(np.array([3.0, 1.0, 2.0]), "low") == estimate.Estimate(1.0)


def test_wilsons_interval_for_one_in_ten():
    """Wilson (1927) for 1 of 10: 0.0179 to 0.4042; for 0 of 10: 0 to 0.2775."""
    one, none = estimate.proportion(np.arange(10) == 0), estimate.proportion(np.arange(10) < 0)

    assert (one.low, one.high) == (pytest.approx(0.01788, abs=1e-4), pytest.approx(0.40415, abs=1e-4))
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(0.27753, abs=1e-4)


def test_a_day_that_never_comes_is_null_and_counted():
    """Of four futures two see day 10 and 30: half are censored, the median is 30, and no plain mean exists."""
    found = estimate.day(np.array([10.0, np.nan, 30.0, np.nan]), 100, "low")

    assert (found["p05"], found["p50"], found["p95"]) == (10, 30, None)
    assert found["mean"] is None
    assert found["censored_share"] == 0.5
    assert found["restricted_mean"] == (10 + 100 + 30 + 100) / 4
    assert found["cvar95"] == 10


def test_a_late_tail_that_holds_never_is_null():
    """When the worst recovery is none at all, the mean of the worst 5 % does not exist."""
    assert estimate.day(np.array([10.0, np.nan]), 100, "high")["cvar95"] is None


def test_a_tail_next_to_never_is_still_known():
    """Two of 40 futures are early, 38 never: the earliest 5 % are those two, with no weight on the rest."""
    sample = np.full(40, np.nan)
    sample[:2] = 3.0, 5.0

    assert estimate.day(sample, 100, "low")["cvar95"] == 4


def test_one_future_has_values_but_no_intervals():
    """A run of a single future says what happened and nothing about how sure that is."""
    found = estimate.amount(np.array([7.0]), "high")

    assert (found["mean"], found["p05"], found["p95"], found["cvar95"]) == (7, 7, 7, 7)
    assert all(found[name] == [None, None] for name in found if name.endswith("ci95"))
    assert estimate.chance(np.array([True])) == {"mean": 1.0, "ci95": [None, None]}


def test_what_was_not_measured_is_null():
    """Without an undisturbed twin the column is NaN, and every figure of it null."""
    found = estimate.amount(np.full(30, np.nan), "high")

    assert all(value in (None, [None, None]) for value in found.values())


@given(sample=samples, horizon=st.floats(0, 1e6))
def test_statistics_are_plain_json(sample, horizon):
    """No NaN and no infinity, whatever the futures were."""
    with_never = np.where(sample > 0, sample, np.nan)

    json.dumps([estimate.amount(sample, "low"), estimate.day(with_never, horizon, "high")], allow_nan=False)


@given(sample=samples)
def test_a_sample_turned_round_has_its_tails_swapped(sample):
    """The worst of what should be high is minus the worst of what should be low."""
    high, low = estimate.tail_mean(sample, "high").value, estimate.tail_mean(-sample, "low").value

    assert high == pytest.approx(-low)


@given(sample=samples)
def test_the_tail_is_no_better_than_the_quantile(sample):
    """The mean of the worst 5 % is at least the 95 % quantile, but for rounding."""
    tail = estimate.tail_mean(sample, "high").value
    edge = estimate.quantile(np.sort(sample), 0.95).value

    assert tail >= edge - 1e-9 * max(abs(edge), 1)


@pytest.mark.parametrize(
    ("measure", "truth"),
    [
        (estimate.mean, 1.0),
        (lambda x: estimate.quantile(np.sort(x), 0.5), math.log(2)),
        (lambda x: estimate.quantile(np.sort(x), 0.95), math.log(20)),
        (lambda x: estimate.tail_mean(x, "high"), math.log(20) + 1),
        (lambda x: estimate.proportion(x > 3), math.exp(-3)),
    ],
    ids=["mean", "median", "p95", "cvar95", "proportion"],
)
def test_intervals_hold_the_truth_about_as_often_as_they_say(measure, truth):
    """Of 400 samples of 400 exponential futures, at least 91 % of the intervals hold the true value."""
    rng = np.random.default_rng(11)
    found = [measure(rng.exponential(size=400)) for _ in range(400)]

    assert np.mean([one.low <= truth <= one.high for one in found]) > 0.91
