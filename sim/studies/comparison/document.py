"""The comparison of policies over the same futures: what compare.json holds.

    compare(outcomes, yardstick, seed=7) -> {"schema_version": 1, "baseline": "none", "results": {"none": ...

A pure function of the columns of each policy. What is said of one policy does not depend on the order in which
policies are named; what is said against the baseline depends on which it is: `none`, else the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array
from sim.documents import Json
from sim.errors import ModelError
from sim.results import estimate
from sim.results.columns import Columns
from sim.results.families import CONVENTION, futures_by_family
from sim.results.futures import Results
from sim.results.metrics import COST_PARTS, LOSSES, POLICY_COST, SHORTAGE_DAYS, Metric, added
from sim.results.summary import EVERY_PRIORITY, futures_within_limit
from sim.spec.scenario import Scenario
from sim.spec.shipped import NO_POLICY
from sim.studies import outcome, paired
from sim.studies.comparison.ranking import ranking
from sim.studies.yardstick import BUYER_DAYS, SUBJECT_METRICS, TOTAL, WHOLE, Yardstick

INDIFFERENCE_SHARE = 0.01
"""Of the baseline's mean objective: a lead smaller than this is taken not to matter, unless told otherwise."""


def baseline_of(policies: Sequence[str]) -> str:
    """Return the policy that the others are held against: `none` where it is among them, else the first."""
    return NO_POLICY if NO_POLICY in policies else policies[0]


class Comparison:
    """The kept columns of every policy, and the yardstick they are compared by."""

    def __init__(self, scenario: Scenario, results: Mapping[str, Results], by: Yardstick, limit_d: float) -> None:
        self.scenario, self.by, self.limit_d = scenario, by, limit_d
        self.policies, self.baseline = list(results), baseline_of(list(results))
        self.columns = {policy: Columns(one, scenario.horizon_d) for policy, one in results.items()}
        self.replications = results[self.baseline].replications
        if any(not np.array_equal(one.replications, self.replications) for one in results.values()):
            raise ModelError("policies can be compared over the same futures only")
        for policy, one in results.items():
            if not np.all(np.isfinite(one.columns.get(by.objective, np.nan))):
                raise ModelError(f"{by.objective} is not known in every future under {policy}")

    def others(self) -> list[str]:
        """Return the policies but the baseline."""
        return [policy for policy in self.policies if policy != self.baseline]

    def among(self, futures: NDArray[np.bool_]) -> Comparison:
        """Return the comparison over some of the futures, (N,)."""
        few = copy(self)
        few.columns = {policy: columns.among(futures) for policy, columns in self.columns.items()}
        few.replications = self.replications[futures]
        return few

    def objective(self) -> dict[str, Array]:
        """Return what a policy should be low in, policy -> (N,)."""
        return {policy: columns.by_name[self.by.objective] for policy, columns in self.columns.items()}

    def indifference(self) -> float:
        """Return the lead that is taken not to matter where nobody says: a part of the baseline's mean."""
        return INDIFFERENCE_SHARE * abs(float(np.mean(self.objective()[self.baseline])))


def compare(comparison: Comparison, *, seed: int, indifference: float | None = None) -> Json:
    """Return compare.json: every policy, its paired differences from the baseline, and the ranking."""
    by = comparison.by
    zone = comparison.indifference() if indifference is None else indifference
    best = paired.shares_of_best(list(comparison.objective().values()))
    return {
        **_identity(comparison, seed),
        "objective": {"column": by.objective, "name": by.objective_name(), "unit": by.objective_metric().unit},
        "conventions": _conventions(comparison.scenario),
        "units": _units(),
        "names": _names(comparison),
        "results": {
            policy: _result(comparison, policy) | {"probability_best": _probability(share)}
            for policy, share in zip(comparison.policies, best, strict=True)
        },
        "differences": {policy: _difference(comparison, policy) for policy in comparison.others()},
        "ranking": ranking(comparison.objective(), zone),
        "families": _families(comparison, indifference),
    }


def _families(comparison: Comparison, indifference: float | None) -> Json:
    """Return the objective and what is lost under each policy, by the futures of each family; empty without any."""
    known = comparison.columns[comparison.baseline].by_name
    found = {}
    for id, futures in futures_by_family(known, comparison.scenario).items():
        few = comparison.among(futures)
        zone = few.indifference() if indifference is None else indifference
        found[id] = {
            "name": comparison.scenario.families[id].name,
            "replications": few.replications.size,
            "results": {policy: _lost(few, policy) for policy in few.policies},
            "differences": {policy: _less_lost(few, policy) for policy in few.others()},
            "ranking": ranking(few.objective(), zone),
        }
    return found


def _lost(comparison: Comparison, policy: str) -> Json:
    columns = comparison.columns[policy]
    objective = {"objective": estimate.amount(columns.by_name[comparison.by.objective], "high")}
    return objective | columns.statistics(WHOLE, (BUYER_DAYS, *LOSSES, POLICY_COST))


def _less_lost(comparison: Comparison, policy: str) -> Json:
    """Return what one policy changes for everybody, paired by future."""
    here, there = comparison.columns[policy], comparison.columns[comparison.baseline]
    name = comparison.by.objective
    whole = {
        m.name: paired.difference(here.column(WHOLE, m), there.column(WHOLE, m), m.worst)
        for m in (BUYER_DAYS, *LOSSES, POLICY_COST)
    }
    return {"objective": paired.difference(here.by_name[name], there.by_name[name])} | whole


def _identity(comparison: Comparison, seed: int) -> Json:
    what = outcome.identity(comparison.scenario, int(comparison.replications.size), seed)
    return what | {"baseline": comparison.baseline, "policies": comparison.policies}


def _names(comparison: Comparison) -> dict[str, str]:
    """Return what a planner calls everybody who is counted, plants too where a package counts something of them."""
    plants = comparison.scenario.facilities if added() else {}
    return {id: plant.name or id for id, plant in plants.items()} | outcome.names(comparison.by)


def _units() -> dict[str, str]:
    parts = {one.name: one.unit for one in (*COST_PARTS, *added())}
    return outcome.units() | parts | {"cost_per_shortage_day_avoided": "usd/d", "indifference": "that of the objective"}


def _conventions(scenario: Scenario) -> Json:
    """Say how the figures are meant, in the file itself."""
    return {
        **outcome.conventions(scenario),
        "differences": "the policy less the baseline in the same future, so below 0 is less shortage, loss or cost; "
        "statistics are those of the differences, not differences of statistics",
        "within_limit": "differences of probabilities, with the interval of Agresti and Min",
        "cost_per_shortage_day_avoided": "mean policy cost over mean shortage days avoided, against the baseline, with "
        "Fieller's interval; null with the reason where the interval of the days avoided holds 0, or where no cost is "
        "counted",
        "probability_best": "share of the futures in which the objective is lowest under the policy; ties are shared",
        "families": CONVENTION,
        "priorities": "those of the baseline, under every policy",
        **{metric.name: metric.about for metric in added()},
    }


def _result(comparison: Comparison, policy: str) -> Json:
    """Return what happens under one policy."""
    columns, by = comparison.columns[policy], comparison.by
    objective = {"objective": estimate.amount(columns.by_name[by.objective], "high")}
    parts = {"policy_cost_parts": columns.statistics(WHOLE, COST_PARTS)}
    more = {"extensions": columns.by_subject(added())} if added() else {}
    return objective | outcome.outcome(columns, by, comparison.limit_d) | parts | more


def _difference(comparison: Comparison, policy: str) -> Json:
    """Return one policy against the baseline, paired by future."""
    by, here, there = comparison.by, comparison.columns[policy], comparison.columns[comparison.baseline]

    def of(subject: str, compared: Iterable[Metric]) -> Json:
        return {m.name: paired.difference(here.column(subject, m), there.column(subject, m), m.worst) for m in compared}

    return {
        **_less_lost(comparison, policy),
        "buyers": {buyer.id: of(buyer.id, SUBJECT_METRICS) for buyer in by.buyers},
        "groups": outcome.by_group(by.groups, of),
        "within_limit": _within_limit(comparison, here, there),
        "cost_per_shortage_day_avoided": _cost_per_day(by, here, there),
        **({"extensions": _added(here, there)} if added() else {}),
    }


def _added(here: Columns, there: Columns) -> Json:
    """Return how what installed packages count differs, by subject and metric, of those that both have."""
    found: Json = {}
    for metric in added():
        known = {*there.subjects_with(metric)}
        for subject in (one for one in here.subjects_with(metric) if one in known):
            columns = (here.column(subject, metric), there.column(subject, metric))
            found.setdefault(subject, {})[metric.name] = paired.difference(*columns, metric.worst)
    return found


def _within_limit(comparison: Comparison, here: Columns, there: Columns) -> Json:
    """Return how much likelier each priority, and every one of them, stays within the limit."""
    by, limit_d = comparison.by, comparison.limit_d
    now, before = (futures_within_limit(columns, by.priorities, limit_d) for columns in (here, there))
    found = {id: paired.chance_difference(holds, before[id]) for id, holds in now.items()}
    every = found.pop(EVERY_PRIORITY)
    return {"limit_d": limit_d, "priorities": found, EVERY_PRIORITY: every}


def _cost_per_day(by: Yardstick, here: Columns, there: Columns) -> Json:
    """Return what a shortage day avoided costs: of all buyers, and of every group with its tonnes pooled."""
    cost = here.column(WHOLE, POLICY_COST) - there.column(WHOLE, POLICY_COST)

    def of(name: str) -> Json:
        return cost_per_day_avoided(cost, there.by_name[name] - here.by_name[name])

    groups = {group.id: of(f"{group.id}/{SHORTAGE_DAYS.name}") for group in by.groups}
    return {BUYER_DAYS.name: of(TOTAL), "groups": groups}


def cost_per_day_avoided(cost: Array, avoided: Array) -> Json:
    """Return mean cost, USD, over mean days avoided with Fieller's interval, or null and the reason why not."""
    days, reason = estimate.mean(avoided), None
    if not np.all(np.isfinite(cost)):
        reason = "the policy's cost is not known"
    elif days.low is None or days.high is None:
        reason = "a single future has no interval"
    elif days.low <= 0 <= days.high:
        reason = "the 95 % interval of the days avoided holds 0"
    elif days.high < 0:
        reason = "the policy adds shortage days"
    elif not np.any(cost):
        reason = "nothing it does is counted as cost"
    found = paired.fieller(cost, avoided) if reason is None else estimate.Estimate(None)
    return {"mean": found.value, "ci95": found.ci95, "reason": reason}


def _probability(share: Array) -> estimate.Stat:
    found = estimate.wilson(float(np.sum(share)), share.size)
    return {"mean": found.value, "ci95": found.ci95}
