"""Projects: plants that are still to open, and a budget that reaches."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.finding import Finding, Path
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario


def check_projects(scenario: Scenario) -> Iterator[Finding]:
    """Find support for plants that are open anyway, and such as the budget never pays."""
    for key, project in scenario.projects.items():
        for name, support in project.plants.items():
            path: Path = ("projects", key, "plants", name)
            plant = scenario.facilities[name]
            if not isinstance(plant, Stockpile) and plant.opens is None:
                found = f"'{name}', which is open from day 0"
                yield Finding(path, "project", found, "plants that have `opens`")
            if support.usd > project.budget.typical:
                found = f"{support.usd:g} usd for {name}"
                yield Finding(path, "project", found, f"at most the budget, {project.budget}")
