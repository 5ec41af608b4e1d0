"""Hypothesis strategies: small, valid, varied scenarios.

A drawn scenario is a chain of mines, separation plants, metal makers, magnet makers and buyers, each stage
supplied by the one above under a drawn scheme of contract shares and standby lanes; then, perhaps, swarf,
stockpiles, Rapid Responses, projects, price floors, noise, growth, up to three habits of firms, and up to four
disruptions (happenings.py).
Draws are few and from menus, so that failures stay readable.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.spec.check_reach import check_reach
from sim.spec.scenario import Scenario
from sim.testing.quantities import Spec
from sim.testing.strategies.buyers import add_buyers
from sim.testing.strategies.draft import Draft, Draw
from sim.testing.strategies.lanes import add_lanes
from sim.testing.strategies.measures import add_disruptions, add_floors, add_projects
from sim.testing.strategies.piles import add_piles
from sim.testing.strategies.plants import add_plants
from sim.testing.strategies.prices import markets
from sim.testing.strategies.responses import add_responses
from sim.testing.strategies.whole import scenario

HORIZONS = (30, 60, 90, 120, 150, 60, 90, 120, 400)
"""The last one sees the end of a quota's year; its networks are the smallest."""


@st.composite
def scenarios(draw: Draw[Any], max_facilities: int = 10, max_horizon: int = 400, calm: bool = False) -> Scenario:
    """Draw a scenario; a calm one has no noise, no growth, capacity for all, and nothing that happens."""
    horizon = draw(st.sampled_from([days for days in HORIZONS if days <= max_horizon]))
    drawn = Draft(draw, max_facilities, horizon, calm=calm)
    add_buyers(drawn)
    add_plants(drawn)
    add_lanes(drawn)
    add_piles(drawn)
    quoted = markets(drawn)
    if not calm:
        add_disruptions(drawn, list(quoted))
        add_responses(drawn)
        add_projects(drawn)
        add_floors(drawn)
    return scenario(drawn, quoted)


def networks(max_facilities: int = 10, max_horizon: int = 400) -> st.SearchStrategy[Scenario]:
    """Draw a scenario in which nothing happens, nothing grows and there is capacity for all."""
    return scenarios(max_facilities, max_horizon, calm=True)


@st.composite
def policies(draw: Draw[Any], max_facilities: int = 10, max_horizon: int = 400) -> tuple[Scenario, Scenario]:
    """Draw a scenario, and the same under a policy: piles, Rapid Responses, projects, price floors."""
    under = draw(scenarios(max_facilities, max_horizon).filter(_stands_without_policy))
    return without_policy(under), under


def _stands_without_policy(under: Scenario) -> bool:
    """Whether no disruption is about lanes of the policy alone, and would be about none without it."""
    return not any(check_reach(without_policy(under)))


def without_policy(scenario: Scenario) -> Scenario:
    """Return the scenario without anything that a policy added, lanes included."""
    piles = set(scenario.policy_facilities)
    lanes = {
        i: lane for i, lane in scenario.lanes.items() if lane.response is None and not piles & {lane.from_, lane.to}
    }
    kept = {i: one for i, one in scenario.facilities.items() if i not in piles}
    gone: Spec = {"responses": {}, "projects": {}, "floors": {}, "budget": None, "policy_facilities": ()}
    return scenario.model_copy(update=gone | {"lanes": lanes, "facilities": kept})
