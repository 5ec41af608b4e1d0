"""What policies are compared by: which columns are kept of each run, and what a policy is best at.

Compared are the buyers and groups that every policy has, a group only with the same members under each. Priorities
are those of the baseline: a policy that serves somebody first must not be judged by a yardstick of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError
from sim.results.futures import Block
from sim.results.metrics import (
    ATTRIBUTABLE_DAYS,
    COST_PARTS,
    FAMILY,
    LOSSES,
    OUTPUT_LOST,
    OUTPUT_PRICED_OUT,
    OUTPUT_UNMET,
    POLICY_COST,
    POLICY_TRANSFERS,
    SHORTAGE_DAYS,
    UNMET,
    WELFARE_LOST,
    Metric,
    added,
)
from sim.results.subjects import Subject, buyer_subjects, group_subjects
from sim.spec.finding import nearest, shown
from sim.spec.scenario import Scenario

SUBJECT_METRICS = (SHORTAGE_DAYS, ATTRIBUTABLE_DAYS, UNMET, OUTPUT_LOST, WELFARE_LOST)
"""Of a buyer, and of a group with its tonnes pooled."""
ANY_MEMBER_METRICS = (SHORTAGE_DAYS, ATTRIBUTABLE_DAYS)
"""Of a group, where any of its members counts for all."""
WHOLE_METRICS = (*LOSSES, POLICY_COST, POLICY_TRANSFERS)
WHOLE = "all"
BUYER_DAYS = Metric("buyer_shortage_days", "d", "days short of every buyer, added up")
"""Shortage days of every buyer of every priority group, added up over buyers; every buyer has one priority.

Groups are not added up: a day on which three of their buyers are short counts three times, whoever they are.
"""
TOTAL = f"{WHOLE}/{BUYER_DAYS.name}"


@dataclass(frozen=True)
class Yardstick:
    """Who is compared, and what a policy should be low in."""

    buyers: tuple[Subject, ...]
    """Buyers that every policy has."""
    groups: tuple[Subject, ...]
    """Groups that have the same members under every policy."""
    priorities: tuple[Subject, ...]
    """The priority groups of the baseline, with such of their members as every policy has."""
    objective: str
    """A column, `<subject>/<metric>`; the policy with the lowest mean of it is best."""

    def columns(self) -> dict[str, Metric]:
        """Return the columns that are compared, but for the total: `<subject>/<metric>` -> its metric."""
        pooled = {f"{s.id}/{m.name}": m for s in self.buyers + self.groups for m in SUBJECT_METRICS}
        any_member = {f"{s.id}:any/{m.name}": m for s in self.groups for m in ANY_MEMBER_METRICS}
        return pooled | any_member | {f"{WHOLE}/{m.name}": m for m in WHOLE_METRICS}

    def kept(self, block: Block) -> Block:
        """Return a block with what is compared, the parts of the cost, what packages add and the total, and no more."""
        names = [*self.columns(), *(f"{WHOLE}/{part.name}" for part in (*COST_PARTS, FAMILY))]
        more = {metric.name for metric in added()}
        names += [name for name in block.columns if name.rpartition("/")[2] in more]
        columns = {name: block.columns[name] for name in names if name in block.columns}
        return Block(block.replications, columns | {TOTAL: self._total(block)}, {}, ())

    def objective_metric(self) -> Metric:
        """Return the metric of the objective."""
        return (self.columns() | {TOTAL: BUYER_DAYS})[self.objective]

    def objective_name(self) -> str:
        """Say the objective in a planner's words, as a figure is followed by them: `412 buyer-days short`."""
        if self.objective == TOTAL:
            return "buyer-days short"
        subject, _, metric = self.objective.rpartition("/")
        names = {s.id: s.name for s in self.buyers + self.groups}
        names |= {f"{s.id}:any": f"any of {s.name}" for s in self.groups}
        if subject == WHOLE:
            return METRIC_WORDS[metric]
        return f"{METRIC_WORDS[metric]}, {names[subject]}"

    def _total(self, block: Block) -> NDArray[np.float64]:
        total = np.zeros(block.replications.size)
        for id in (id for group in self.priorities for id in group.buyers):
            total += block.columns[f"{id}/{SHORTAGE_DAYS.name}"]
        return total


METRIC_WORDS = {
    SHORTAGE_DAYS.name: "days short",
    ATTRIBUTABLE_DAYS.name: "days short due to the disruption",
    UNMET.name: "tonnes refused",
    OUTPUT_LOST.name: "of output lost",
    OUTPUT_UNMET.name: "of output lost for want",
    OUTPUT_PRICED_OUT.name: "of output given up for its price",
    WELFARE_LOST.name: "of welfare lost",
    POLICY_COST.name: "policy cost",
    POLICY_TRANSFERS.name: "of transfers",
}


def yardstick(scenarios: Sequence[Scenario], objective: str | None, *, twin: bool) -> Yardstick:
    """Return what the policies, the baseline first, are compared by; refuse an objective that nobody measures."""
    ids = {(s.id, s.buyers) for s in _subjects(scenarios[0])}
    ids = ids.intersection(*({(s.id, s.buyers) for s in _subjects(one)} for one in scenarios))
    buyers = tuple(s for s in buyer_subjects(scenarios[0]) if (s.id, s.buyers) in ids)
    everywhere = {buyer.id for buyer in buyers}
    groups = group_subjects(scenarios[0])
    found = Yardstick(
        buyers,
        tuple(s for s in groups if (s.id, s.buyers) in ids),
        tuple(_among(s, everywhere) for s in groups if s.dimension == "priority" and everywhere & set(s.buyers)),
        objective or f"{WHOLE}/{WELFARE_LOST.name}",
    )
    metrics = found.columns() | {TOTAL: BUYER_DAYS}
    known = [name for name, metric in metrics.items() if twin or metric != ATTRIBUTABLE_DAYS]
    if found.objective not in known:
        allowed = f"a column that is compared, <subject>/<metric>: {nearest(found.objective, known)}"
        raise ScenarioError([Problem("reference", "--objective", shown(found.objective), allowed)])
    return found


def _subjects(scenario: Scenario) -> tuple[Subject, ...]:
    return buyer_subjects(scenario) + group_subjects(scenario)


def _among(group: Subject, buyers: set[str]) -> Subject:
    return Subject(group.id, group.name, tuple(id for id in group.buyers if id in buyers), group.dimension)
