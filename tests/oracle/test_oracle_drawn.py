"""The oracle on drawn scenarios: what holds whatever happens."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim.spec.checks import check
from sim.spec.scenario import Scenario
from sim.testing.strategies import scenarios

from .measures import Diary
from .model import run

on_drawn_scenarios = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def same_series(one: Diary, other: Diary, days: int) -> bool:
    """Tell whether two diaries say the same, to the last bit, on the first days."""
    return one.series.keys() == other.series.keys() and all(
        one.series[key][:days] == other.series[key][:days] for key in one.series
    )


@on_drawn_scenarios
@given(scenarios())
def test_drawn_scenarios_are_what_a_reader_would_accept(chain: Scenario) -> None:
    """The strategies draw nothing that the checks on a scenario file refuse."""
    assert check(chain, ()) == []


@on_drawn_scenarios
@given(scenarios(), st.integers(0, 1000))
def test_the_balance_closes_and_demand_adds_up(chain: Scenario, replication: int) -> None:
    """Per element nothing is lost or made, no stock is negative, and notional demand is accounted for."""
    diary = run(chain, 5, replication)

    assert max(map(abs, diary.balance.values())) < 1e-9
    assert all(min(values) >= 0 for key, values in diary.series.items() if key.startswith(("stock/", "under_way/")))
    for name in chain.buyers:
        parts = [diary.series[f"{what}/{name}"] for what in ("delivered", "thrifted", "priced_out", "unmet")]
        assert list(map(sum, zip(*parts, strict=True))) == pytest.approx(diary.series[f"notional/{name}"])


@on_drawn_scenarios
@given(scenarios(), st.integers(0, 1000))
def test_the_twin_is_the_same_future_without_disruptions(chain: Scenario, replication: int) -> None:
    """Leaving disruptions out by the switch or by the file is the same, and a run repeats to the last bit."""
    without = chain.model_copy(update={"disruptions": {}})
    twin = run(chain, 5, replication, disturbed=False)

    assert same_series(twin, run(without, 5, replication), chain.horizon_d)


@on_drawn_scenarios
@given(scenarios(), st.integers(0, 1000))
def test_the_past_does_not_depend_on_the_horizon(chain: Scenario, replication: int) -> None:
    """The first thirty days are the same whether or not more follow."""
    short = chain.model_copy(update={"horizon_d": 30})

    assert same_series(run(chain, 5, replication), run(short, 5, replication), 30)


@on_drawn_scenarios
@given(scenarios(), st.integers(0, 1000))
def test_the_order_in_the_file_does_not_matter(chain: Scenario, replication: int) -> None:
    """What happens on a day has no order, but for quotas, which cut one after the other, and setbacks."""
    kinds = [each.kind for each in chain.disruptions.values()]
    assume(kinds.count("quota") < 2 and kinds.count("setback") < 2)
    backwards = chain.model_copy(update={"disruptions": dict(reversed(chain.disruptions.items()))})
    one, other = (run(each, 5, replication) for each in (chain, backwards))
    days = next((day for day, margin in enumerate(one.margins) if margin < 1e-7), chain.horizon_d)

    for name, series in one.series.items():
        assert series[:days] == pytest.approx(other.series[name][:days], rel=1e-7, abs=1e-7), name


@on_drawn_scenarios
@given(scenarios(calm=True))
def test_a_calm_scenario_stands_still(chain: Scenario) -> None:
    """Where nothing happens nothing moves but surplus, whatever firms would do if prices rose."""
    for name, series in run(chain, 1, 0).series.items():
        assert "/surplus/" in name or series == pytest.approx([series[0]] * len(series), rel=1e-9, abs=1e-7), name
