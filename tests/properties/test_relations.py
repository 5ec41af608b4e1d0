"""The same scenario told in another way comes to the same: other tonnes, names, dates, another order."""

from __future__ import annotations

import numpy as np
import pytest
from command_line import SHORT
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.spec.checks import check
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing import relations, shortened
from sim.testing.strategies import scenarios


@given(scenario=scenarios(max_horizon=60), factor=st.sampled_from((2.0, 0.5, 64.0, 2.0**-10)))
@settings(max_examples=12, deadline=None)
def test_twice_the_tonnes_are_twice_the_tonnes(scenario: Scenario, factor: float) -> None:
    """And prices, open shares and days stay, to the last bit."""
    claim = relations.scales(scenario, np.arange(2), factor, seed=4)

    assert claim.holds, claim.found


@given(scenario=scenarios(max_horizon=60))
@settings(max_examples=10, deadline=None)
def test_names_change_nothing(scenario: Scenario) -> None:
    """Where streams are pinned; the renamed scenario is one that a reader would accept."""
    claim = relations.bears_other_names(scenario, np.arange(2), seed=4)

    assert check(relations.renamed(scenario), ()) == []
    assert claim.holds, claim.found


@given(scenario=scenarios(max_horizon=60))
@settings(max_examples=10, deadline=None)
def test_four_years_later_all_goes_the_same_way(scenario: Scenario) -> None:
    """Nothing in the model knows the season."""
    claim = relations.bears_another_day(scenario, np.arange(2), seed=4)

    assert claim.holds, claim.found


@pytest.mark.parametrize("relation", relations.RELATIONS)
def test_relations_hold_on_six_nodes(relation) -> None:
    """Through a ban, outages and a stockpile that lets go."""
    claim = relation(shortened(read_scenario(str(SHORT)).scenario, 120), np.arange(4))

    assert claim.holds, f"{claim.claim}: {claim.found}"


def test_a_relation_can_fail() -> None:
    """Tonnes times three move digits, and a stream that is not pinned is another future."""
    scenario = shortened(read_scenario(str(SHORT)).scenario, 60)
    named = relations.renamed(scenario)
    lanes = {i: lane.model_copy(update={"stream": None}) for i, lane in named.lanes.items()}
    facilities = {i: one.model_copy(update={"stream": None}) for i, one in named.facilities.items()}
    loose = named.model_copy(update={"lanes": lanes, "facilities": facilities})

    assert not relations.scales(scenario, np.arange(2), 3.0).holds
    one, other = relations._diaries(scenario, loose, np.arange(2), 1)
    assert any(not np.array_equal(a, b) for a, b in zip(one.values(), other.values(), strict=True))
