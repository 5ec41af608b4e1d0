"""What the page offers: scenarios by name and the policies that fit each, read once and kept.

Names that come in a request are only ever looked up here; none becomes a path.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.errors import Problem, ScenarioError
from sim.spec import shipped
from sim.spec.chain import POLICIES, read_chain
from sim.spec.finding import nearest
from sim.spec.reading import ReadScenario, read_scenario
from sim.spec.scenario import Scenario

PILLARS = {
    "rapid_response": "Rapid Response",
    "projects": "Permits and projects",
    "price_floor": "Price floor",
    "recycling": "Recycling",
}
"""Policies that are switches of their own, in the order in which `framework` lays them over each other."""
_BUNDLES = (shipped.NO_POLICY, "framework", "rapid_response_30")
"""Policies that switches and sliders make: they are not offered besides."""
MOST_WORK = 4_000_000
"""Rows times days that a scenario of the page may have; export_ban has about a fifth of it."""
KEPT = 24
"""Readings kept in memory."""


class Shelf:
    """The scenarios and policies that may be named."""

    def __init__(self, own: str | None = None, most_work: int = MOST_WORK) -> None:
        self._most_work = most_work
        self._paths = {name: name for name in shipped.scenario_names()}
        self.first = "export_ban"
        if own is not None:
            self.first = read_scenario(own).scenario.name
            self._paths = {self.first: own} | {k: v for k, v in self._paths.items() if k != self.first}
        self._read = lru_cache(maxsize=KEPT)(self._read_anew)
        self._fitting = lru_cache(maxsize=64)(self._fitting_anew)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, the one of the command line first."""
        return tuple(self._paths)

    def read(self, scenario: str, policies: Sequence[str] = ()) -> ReadScenario:
        """Return a scenario under some policies together; refuse what is not offered, or too large for the page."""
        if scenario not in self._paths:
            raise _refusal("reference", "scenario", scenario, self.scenarios)
        known = self.policies(scenario) if policies else ()
        for policy in policies:
            if policy not in known:
                raise _refusal("reference", "policy", policy, known)
        return self._read(scenario, tuple(name for name in known if name in policies))

    def policies(self, scenario: str) -> tuple[str, ...]:
        """Return the policies that fit a scenario: piles first, then the other pillars."""
        if scenario not in self._paths:
            raise _refusal("reference", "scenario", scenario, self.scenarios)
        return self._fitting(scenario)

    def _read_anew(self, scenario: str, policies: tuple[str, ...]) -> ReadScenario:
        read = _under(self._paths[scenario], policies)
        work = _rows(read.scenario) * read.scenario.horizon_d
        if work > self._most_work:
            found = f"{_rows(read.scenario):,} rows over {read.scenario.horizon_d:,} days"
            allowed = f"at most {self._most_work:,} rows times days on the page; `sim run` takes larger ones"
            raise ScenarioError([Problem("too-large", "scenario", found, allowed)])
        return read

    def _fitting_anew(self, scenario: str) -> tuple[str, ...]:
        read = self._read(scenario, ())
        if read.scenario.policy != shipped.NO_POLICY:
            return ()
        piles = [name for name in shipped.policy_names() if name not in PILLARS and name not in _BUNDLES]
        return tuple(name for name in (*piles, *PILLARS) if _fits(name, read.scenario))


def _under(path: str, policies: tuple[str, ...]) -> ReadScenario:
    """Read a scenario under policies laid over each other, as a policy file that extends them would be."""
    if len(policies) < 2:
        return read_scenario(path, policies[0] if policies else None)
    with TemporaryDirectory(prefix="sim-") as folder:
        both = Path(folder) / "policy.yaml"
        both.write_text(f"schema_version: 1\nextends: [{', '.join(policies)}]\npolicy: {'-'.join(policies)}\n")
        return read_scenario(path, str(both))


def _fits(policy: str, scenario: Scenario) -> bool:
    """Tell whether all that a policy names stands in the scenario, or in the policy itself."""
    known = {*scenario.facilities, *scenario.buyers, *scenario.lanes}
    named: set[str] = set()
    for part in read_chain(policy, POLICIES):
        data = part.root.plain()
        known |= {key for key, value in data.get("facilities", {}).items() if "kind" in (value or {})}
        for key, lane in data.get("lanes", {}).items():
            named |= {lane["from"], lane["to"]} if lane and "from" in lane else set()
            known |= {key} if lane and "from" in lane else set()
        for one in data.get("responses", {}).values():
            named |= set(one.get("watched", ()))
        for one in data.get("projects", {}).values():
            named |= set(one.get("plants", ()))
        for one in data.get("floors", {}).values():
            named |= set(one.get("producers", ()))
    return named <= known


def _rows(scenario: Scenario) -> int:
    """Return how many things move: lanes, plants and the cohorts of buyers."""
    cohorts = sum(len(buyer.cohorts) for buyer in scenario.buyers.values())
    return len(scenario.lanes) + len(scenario.facilities) + cohorts


def _refusal(code: str, field: str, found: str, names: Sequence[str]) -> ScenarioError:
    return ScenarioError([Problem(code, field, f"'{found[:64]}'", nearest(found[:64], names))])
