"""The engine and the oracle, written apart from one text, tell the same story to 1e-9."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from sim.spec.checks import check
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.check import shortened
from sim.testing.diary import keep_diary
from sim.testing.strategies import scenarios

from .corners import corners
from .model import run

RELATIVE = 1e-9
COIN_TOSS = 1e-7
"""A decision with less margin than this may fall either way; from then on the two are different stories."""
NUDGE = 1e-13
"""A future in which so small a part of the opening stocks shows is not known any better than that."""
THROUGHPUT_T = 0.5
"""What passes a generated plant in a day or so; what is left of it after others are served is known to its rounding."""
CORNERS = corners()
SIX_NODE = Path(__file__).parents[1] / "scenarios" / "six_node.yaml"


def compare(scenario: Scenario, seed: int, replication: int, *, twin: bool = True) -> int:
    """Assert that the engine and the oracle agree on every series; return the days that could be compared."""
    engine, block = keep_diary(scenario, seed, [replication], twin=twin)
    days = scenario.horizon_d
    for column, disturbed in enumerate([True, False] if twin else [True]):
        oracle = run(scenario, seed, replication, disturbed=disturbed)
        assert set(oracle.series) <= set(engine), set(oracle.series) - set(engine)
        told = {name: series[:, column].tolist() for name, series in engine.items() if name in oracle.series}
        known = min(_first_toss(oracle.margins), _first_day_apart(told, oracle.series)[0])
        if known < _first_toss(oracle.margins):
            shadow = run(scenario, seed, replication, disturbed=disturbed, nudge=NUDGE)
            known = min(_first_toss(oracle.margins), _first_day_apart(shadow.series, oracle.series)[0])
        day, story = _first_day_apart(told, oracle.series)
        assert day >= known, story
        days = min(days, known)
        if disturbed and known == scenario.horizon_d:
            _assert_metrics_agree({n: float(c[0]) for n, c in block.columns.items()}, oracle.metrics)
    return days


def _first_toss(margins: list[float]) -> int:
    return next((day for day, margin in enumerate(margins) if margin < COIN_TOSS), len(margins))


def _first_day_apart(its: dict[str, list[float]], mine: dict[str, list[float]]) -> tuple[int, str]:
    """Return the first day on which two diaries differ, the horizon where they do not, and what is told that day."""
    first, story = len(next(iter(mine.values()))), ""
    for name, series in mine.items():
        off = np.abs(np.array(its[name]) - np.array(series))
        # A stock of nothing is nothing but for the rounding of what passes through it.
        wrong = off > RELATIVE * max(THROUGHPUT_T, float(np.abs(series).max(initial=0.0)))
        day = int(wrong.argmax()) if wrong.any() else first
        if day < first:
            first, story = day, f"{name} on day {day}: engine {its[name][day]!r}, oracle {series[day]!r}"
    return first, story


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


@pytest.mark.parametrize("corner", CORNERS)
def test_engine_and_oracle_agree_in_the_corners(corner: str) -> None:
    """Chains made for one seldom thing each agree over all their days."""
    scenario = CORNERS[corner]

    assert check(scenario, ()) == []
    assert compare(scenario, 1, 0) == scenario.horizon_d


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("export_ban", "none"), ("export_ban", "joint_complementary"), ("licensing_2025", "none"),
        ("export_ban", "rapid_response"),
    ],
)  # fmt: skip
def test_engine_and_oracle_agree_on_the_world(name: str, policy: str) -> None:
    """The network of 2024, with all that firms do, agrees over its first 240 days of a ban, and of licences."""
    scenario = shortened(read_scenario(name, policy).scenario, 240)

    assert compare(scenario, 1, 5, twin=False) >= 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("extraterritorial_2025", 420), ("japan_ban_2026", 300), ("myanmar_closure", 300), ("bayan_obo_outage", 400),
        ("malacca_delay", 300), ("demand_growth", 400), ("price_dumping", 500), ("gallium_2023", 400),
        ("graphite_2023", 500), ("licensing_2025", 730), ("embargo_2010", 600),
    ],
)  # fmt: skip
def test_engine_and_oracle_agree_on_what_is_shipped(name: str, days: int) -> None:
    """Every shipped scenario agrees over the days in which its disruptions begin, or to the first coin toss."""
    assert compare(shortened(read_scenario(name).scenario, days), 1, 7, twin=False) >= 100


@pytest.mark.slow
@given(scenario=scenarios(), seed=st.integers(0, 999), replication=st.integers(0, 9999))
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
def test_engine_and_oracle_agree_on_500_scenarios(scenario: Scenario, seed: int, replication: int) -> None:
    """The same over 500 scenarios."""
    compare(scenario, seed, replication)
