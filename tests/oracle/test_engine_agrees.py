"""The engine and the oracle, written apart from one text, tell the same story to 1e-9."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from engine_diary import keep_diary
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from strategies import scenarios

from sim.checking import shortened
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario

from .model import run

RELATIVE = 1e-9
COIN_TOSS = 1e-7
"""A decision with less margin than this may fall either way; from then on the two are different stories."""
THROUGHPUT_T = 0.5
"""What passes a generated plant in a day or so; what is left of it after others are served is known to its rounding."""
SIX_NODE = Path(__file__).parents[1] / "scenarios" / "six_node.yaml"


def compare(scenario: Scenario, seed: int, replication: int, *, twin: bool = True) -> int:
    """Assert that the engine and the oracle agree on every series; return the days that could be compared."""
    engine, block = keep_diary(scenario, seed, [replication], twin=twin)
    days = scenario.horizon_d
    for column, disturbed in enumerate([True, False] if twin else [True]):
        oracle = run(scenario, seed, replication, disturbed=disturbed)
        tossed = next((day for day, margin in enumerate(oracle.margins) if margin < COIN_TOSS), scenario.horizon_d)
        assert set(oracle.series) <= set(engine), set(oracle.series) - set(engine)
        days = min(days, tossed)
        _assert_series_agree({n: s[:tossed, column] for n, s in engine.items()}, oracle.series, tossed)
        if disturbed and tossed == scenario.horizon_d:
            _assert_metrics_agree({n: float(c[0]) for n, c in block.columns.items()}, oracle.metrics)
    return days


def _assert_series_agree(engine: dict[str, np.ndarray], oracle: dict[str, list[float]], days: int) -> None:
    for name, series in oracle.items():
        mine, its = engine[name], np.array(series[:days])
        # A stock of nothing is nothing but for the rounding of what passes through it.
        scale = max(THROUGHPUT_T, float(np.abs(its).max(initial=0.0)))
        off = np.abs(mine - its)
        wrong = off > RELATIVE * scale
        if wrong.any():
            day = int(wrong.argmax())
            pytest.fail(f"{name} on day {day}: engine {mine[day]!r}, oracle {its[day]!r}, off by {off[day]:.3g}")


def _assert_metrics_agree(engine: dict[str, float], oracle: dict[str, float]) -> None:
    for name, its in oracle.items():
        mine = engine[name]
        same = (math.isnan(mine) and math.isnan(its)) or math.isclose(mine, its, rel_tol=1e-7, abs_tol=1e-7)
        assert same, f"{name}: engine {mine!r}, oracle {its!r}"


@given(scenario=scenarios(), seed=st.integers(0, 9), replication=st.integers(0, 300))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_engine_and_oracle_agree_on_any_scenario(scenario: Scenario, seed: int, replication: int) -> None:
    """On generated networks with every mechanism, every stock, flow and price of every day agrees."""
    days = compare(scenario, seed, replication)
    note(f"{days} of {scenario.horizon_d} days compared")


def test_engine_and_oracle_agree_on_six_nodes() -> None:
    """The example chain agrees over a year and a half, ban, outage and stockpile included."""
    scenario = shortened(read_scenario(str(SIX_NODE)).scenario, 500)

    assert compare(scenario, 7, 3) == 500


@pytest.mark.parametrize("policy", ["none", "joint_pooled"])
def test_engine_and_oracle_agree_on_the_world(policy: str) -> None:
    """The network of 2024 under the export ban agrees over its first 240 days."""
    scenario = shortened(read_scenario("export_ban", policy).scenario, 240)

    assert compare(scenario, 1, 5, twin=False) >= 200


@pytest.mark.slow
@given(scenario=scenarios(), seed=st.integers(0, 999), replication=st.integers(0, 9999))
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
def test_engine_and_oracle_agree_on_500_scenarios(scenario: Scenario, seed: int, replication: int) -> None:
    """The same over 500 scenarios."""
    compare(scenario, seed, replication)
