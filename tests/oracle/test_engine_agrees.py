"""The engine and the oracle, written apart from one text, tell the same story to 1e-9."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.check import shortened
from sim.testing.strategies import scenarios

from .agreement import agreements

FOUND = sorted((Path(__file__).parent / "found").glob("*.json"))
"""Generated scenarios in which the two once differed, by what was wrong."""
SIX_NODE = Path(__file__).parents[1] / "scenarios" / "six_node.yaml"


def compare(scenario: Scenario, seed: int, replication: int, *, twin: bool = True) -> int:
    """Assert that the engine and the oracle agree on every series; return the days that could be compared."""
    found = agreements(scenario, seed, replication, twin=twin)
    for one in found:
        assert one.holds, f"{one.story}; {one.metric_story}"
    return min(one.days for one in found)


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


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_once_differed_agrees(path: Path) -> None:
    """Over all its days."""
    found = json.loads(path.read_text())
    scenario = Scenario.model_validate_json(json.dumps(found["scenario"]))

    assert compare(scenario, found["seed"], found["replication"]) == scenario.horizon_d


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
