"""A ranking says no more than the futures bear out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results import estimate
from sim.studies.comparison.ranking import ranking


def apart(gap: float, spread: float, n: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Two policies, `gap` apart in the mean of these n futures, with differences of that spread."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=n)
    noise = (noise - noise.mean()) / noise.std(ddof=1) * spread
    shared = rng.exponential(100, n)
    return {"worse": shared + gap + noise, "better": shared}


def test_a_clear_lead_is_settled():
    """Ten apart with a spread of five in 100 futures: the bound is 10 - t(99, 0.975) / 2."""
    found = ranking(apart(10, 5, 100), 0.0)

    assert (found["order"], found["settled"], found["best"]) == (["better", "worse"], True, "better")
    assert found["pairs"][0]["low"] == pytest.approx(10 - 1.9842169515086827 * 5 / 10)
    assert (found["contenders"], found["more_futures"]) == (["better"], 0)


def test_an_unclear_lead_is_not():
    """One apart with a spread of 20: no best, both contend, and about how many futures would settle it is said."""
    found = ranking(apart(1, 20, 100), 0.0)

    assert (found["settled"], found["best"], found["contenders"]) == (False, None, ["better", "worse"])
    # (1.960 + 0.842)^2 x 20^2 = 3,140.
    assert found["more_futures"] == pytest.approx(3140 - 100, abs=1)


def test_as_many_futures_as_asked_for_mostly_settle_it():
    """With the futures asked for, and the difference as seen, 8 of 10 comparisons come out settled."""
    more = ranking(apart(1, 5, 50), 0.0)["more_futures"]
    rng = np.random.default_rng(2)
    nothing = np.zeros(50 + more)
    settled = [ranking({"a": nothing, "b": rng.normal(1, 5, 50 + more)}, 0.0)["best"] == "a" for _ in range(300)]

    assert 0.72 < np.mean(settled) < 0.88


def test_a_lead_that_does_not_matter_settles_it_too():
    """One apart with a spread of 20 in 1,600 futures: the other is better by no more than 2, at 95 %."""
    found = ranking(apart(0.5, 20, 1600), 2.0)

    assert (found["settled"], found["best"]) == (True, "better")
    assert found["pairs"][0]["state"] == "no_better"
    assert found["contenders"] == ["better", "worse"]


def test_policies_that_are_equal_in_every_future_are_said_to_be():
    """What differs nowhere is settled at once, with no lead that matters at all."""
    sample = np.arange(5.0)
    found = ranking({"b": sample, "a": sample.copy()}, 0.0)

    assert (found["order"], found["settled"], found["equal_to_first"]) == (["a", "b"], True, ["b"])


def test_a_single_future_settles_nothing():
    """Nor does it say how many would."""
    found = ranking({"a": np.array([1.0]), "b": np.array([2.0])}, 0.0)

    assert (found["settled"], found["more_futures"], found["pairs"][0]["low"]) == (False, None, None)


def test_more_policies_ask_for_more_certainty():
    """With three policies each of three pairs is held to 1 - 0.025 / 3."""
    two = apart(10, 5, 100)
    found = ranking(two | {"far": two["better"] + 100}, 0.0)
    pair = next(one for one in found["pairs"] if one["behind"] == "worse")

    assert pair["low"] == pytest.approx(10 - estimate.students_t(99, 1 - 0.025 / 3) * 5 / 10)


@given(order=st.permutations(["a", "b", "c"]))
def test_a_ranking_does_not_depend_on_the_order_of_policies(order):
    """Whoever is named first, the ranking is the same."""
    rng = np.random.default_rng(5)
    samples = {name: rng.normal(size=30) for name in "abc"}

    assert ranking({name: samples[name] for name in order}, 0.1) == ranking(samples, 0.1)


@pytest.mark.slow
def test_a_wrong_statement_is_as_rare_as_promised():
    """Of 2,000 comparisons of five equal policies hardly more than 5 % call any worse; so with one that lags."""
    rng = np.random.default_rng(6)
    for lag in (0.0, 0.02):
        wrong = 0
        for _ in range(2000):
            shared = rng.normal(size=80)
            means = {"a": 0.0, "b": 0.0, "c": 0.0, "d": 0.0, "e": lag}
            samples = {name: mean + shared + rng.normal(0, 0.3, 80) for name, mean in means.items()}
            pairs = ranking(samples, 0.0)["pairs"]
            wrong += any(p["state"] == "worse" and means[p["behind"]] <= means[p["ahead"]] for p in pairs)
        assert wrong / 2000 <= 0.06
