"""Which policy is a good one whatever happens: regret of policies in several scenarios; what regret.json holds.

The regret of a policy in a scenario is the mean of what should be low, less that of the policy that is best there, over
the same futures. A pure function of columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import Array
from sim.documents import Json
from sim.results import estimate
from sim.results.metrics import POLICY_COST
from sim.spec.scenario import Scenario
from sim.studies import outcome, paired
from sim.studies.yardstick import WHOLE, Yardstick

COST = f"{WHOLE}/{POLICY_COST.name}"


@dataclass(frozen=True, eq=False)
class Played:
    """One scenario under every policy."""

    scenario: Scenario
    by: Yardstick
    columns: Mapping[str, Mapping[str, Array]]
    """Policy -> what is kept of it, over the same futures."""

    def objective(self) -> dict[str, Array]:
        """Return what should be low, policy -> (N,)."""
        return {policy: columns[self.by.objective] for policy, columns in self.columns.items()}


def regret(played: list[Played], *, futures: int, seed: int) -> Json:
    """Return regret.json: every policy in every scenario, and which policy's worst regret is least."""
    first, policies = played[0], list(played[0].columns)
    results = {one.scenario.name: _scenario(one) for one in played}
    worst = {policy: _worst(results, policy) for policy in policies}
    return {
        "schema_version": outcome.identity(first.scenario, futures, seed)["schema_version"],
        "scenarios": list(results),
        "policies": policies,
        "replications": futures,
        "seed": seed,
        "objective": {
            "column": first.by.objective,
            "name": first.by.objective_name(),
            "unit": first.by.objective_metric().unit,
        },
        "conventions": {
            "regret": "mean of the objective under the policy less that under the policy with the lowest mean in the "
            "scenario, paired by future; 95 % interval by Student's t, each for itself. The best is chosen by the same "
            "futures, so that a regret whose interval holds 0 may be none at all",
            "worst": "over the scenarios of the table, which are not all that may happen",
            "least_regret": "the policy whose worst regret is least (minimax regret)",
        },
        "results": results,
        "worst": worst,
        "least_regret": min(policies, key=lambda policy: (worst[policy]["mean"], policies.index(policy))),
    }


def regret_rows(told: Json) -> list[Json]:
    """Return a row per scenario and policy."""
    return [
        {
            "scenario": scenario,
            "policy": policy,
            "best": int(policy == result["best"]),
            "mean": one["objective"]["mean"],
            "regret": one["regret"]["mean"],
            "regret_ci95_low": one["regret"]["ci95"][0],
            "regret_ci95_high": one["regret"]["ci95"][1],
            "policy_cost_usd": one[POLICY_COST.name]["mean"],
        }
        for scenario, result in told["results"].items()
        for policy, one in result["policies"].items()
    ]


def _scenario(played: Played) -> Json:
    samples = played.objective()
    best = min(samples, key=lambda policy: (float(np.mean(samples[policy])), list(samples).index(policy)))
    return {
        "question": played.scenario.question,
        "days": played.scenario.horizon_d,
        "start_date": played.scenario.start_date.isoformat(),
        "best": best,
        "policies": {
            policy: {
                "objective": estimate.amount(sample, "high"),
                "regret": paired.difference(sample, samples[best]),
                POLICY_COST.name: estimate.amount(played.columns[policy][COST], "high"),
            }
            for policy, sample in samples.items()
        },
    }


def _worst(results: Json, policy: str) -> Json:
    """Return the scenario in which a policy is most to be regretted, and by how much."""
    found = {name: result["policies"][policy]["regret"] for name, result in results.items()}
    scenario = max(found, key=lambda name: float(found[name]["mean"]))
    return {"scenario": scenario, "mean": found[scenario]["mean"], "ci95": found[scenario]["ci95"]}
