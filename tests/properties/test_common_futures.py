"""Two policies meet the same futures, and a disruption moves nobody's luck but its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings

from sim.running.experiment import run_block
from sim.spec.checks import check
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing import has_the_twin_it_says, moves_no_other_draw
from sim.testing.check import shortened, stands_still
from sim.testing.quantities import q
from sim.testing.strategies import policies, scenarios


def test_two_policies_meet_the_same_futures() -> None:
    """Bans start on the same days and demand has the same noise with and without a joint stockpile."""
    none, joint = (
        run_block(shortened(read_scenario("export_ban", policy).scenario, 130), 1, np.arange(16), twin=False).columns
        for policy in ("none", "joint_pooled")
    )

    for name in ("all/disruption_day", "jp.ev/notional_t", "us.wind/notional_t"):
        assert np.array_equal(none[name], joint[name]), name


def test_a_stockpile_that_holds_nothing_changes_nothing() -> None:
    """A policy that does nothing changes no number."""
    scenario = shortened(read_scenario("export_ban").scenario, 300)
    empty: dict[str, Any] = scenario.model_dump(mode="json", by_alias=True)
    empty["facilities"]["idle"] = {
        "kind": "stockpile",
        "region": "jp",
        "owners": ["jp"],
        "stocks": {"dy_oxide": {"opening": q(0, "t")}},
        "trigger": q(30, "d"),
    }
    empty["lanes"]["idle-jp_alloy"] = {
        "from": "idle",
        "to": "jp_alloy",
        "material": "dy_oxide",
        "received_as": "dy_metal",
        "transit": q(3, "d"),
    }
    with_it = run_block(Scenario.model_validate(empty), 1, np.arange(4), twin=False).columns
    without = run_block(scenario, 1, np.arange(4), twin=False).columns

    differ = [name for name, column in without.items() if not np.allclose(column, with_it[name], 1e-12, equal_nan=True)]
    assert not differ, differ[:5]


@given(scenario=scenarios())
@settings(max_examples=25, deadline=None)
def test_another_disruption_moves_no_other_draw(scenario: Scenario) -> None:
    """Transit, leads, covers and noise are the same whatever happens."""
    claim = moves_no_other_draw(scenario, np.arange(5), seed=9)

    assert claim.holds, claim.found


@given(scenario=scenarios(max_horizon=60))
@settings(max_examples=8, deadline=None)
def test_the_twin_of_any_scenario_is_the_future_without_disruptions(scenario: Scenario) -> None:
    """Every stock, flow and price of it, to the last bit."""
    claim = has_the_twin_it_says(scenario, np.arange(2), seed=9)

    assert claim.holds, claim.found


@given(pair=policies(max_horizon=60))
@settings(max_examples=8, deadline=None)
def test_any_two_policies_meet_the_same_futures(pair: tuple[Scenario, Scenario]) -> None:
    """Controls begin and end on the same days, and notional demand has the same noise, to the last bit."""
    assert check(pair[0], ()) == []
    without, under = (run_block(one, 1, np.arange(3), twin=False).columns for one in pair)

    shared = ["all/disruption_day", "all/control_end_day", *(f"{i}/notional_t" for i in pair[0].buyers)]
    assert all(np.array_equal(without[name], under[name], equal_nan=True) for name in shared)


def test_the_undisturbed_world_stands_still_for_three_years() -> None:
    """No shortage day, and every price at its opening level to 1e-9."""
    claim = stands_still(read_scenario("baseline").scenario)

    assert claim.holds, claim.found


def test_noise_alone_hardly_ever_runs_anybody_short() -> None:
    """In three years of the baseline nobody is short in 97 of 100 futures; in others prices may make a wave."""
    columns = run_block(read_scenario("baseline").scenario, 1, np.arange(128), twin=False).columns
    days = np.stack([column for name, column in columns.items() if name.endswith("/shortage_days")])

    assert (days.max(axis=0) > 0).mean() <= 0.03


def test_an_undisturbed_twin_is_the_future_without_disruptions() -> None:
    """Attributable shortage is all shortage where the quiet world has none, and none where nothing happens."""
    scenario = shortened(read_scenario("export_ban").scenario, 250)
    ban = run_block(scenario, 1, np.arange(8)).columns
    quiet = run_block(scenario.model_copy(update={"disruptions": {}}), 1, np.arange(8)).columns

    assert ban["jp.ev/attributable_shortage_days"].mean() > 0
    assert np.array_equal(ban["jp.ev/attributable_shortage_days"], ban["jp.ev/shortage_days"])
    assert quiet["jp.ev/attributable_shortage_days"].max() == 0
    assert quiet["dy_oxide@world/attributable_peak"].max() == 1
