"""The budget of a policy: something must draw on it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.finding import Finding
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario


def check_budget(scenario: Scenario) -> Iterator[Finding]:
    """Find a budget that nothing draws on."""
    piles = [i for i in scenario.policy_facilities if isinstance(scenario.facilities.get(i), Stockpile)]
    if scenario.budget is not None and not (piles or scenario.projects or scenario.floors):
        found, allowed = f"{scenario.budget} that nothing draws on", "piles that the policy adds, projects, or floors"
        yield Finding(("budget",), "budget", found, allowed)
