"""What is asked of futures: `jp.ev/shortage_days > 10` of each, `P(jp.ev/shortage_days <= 10) >= 0.95` of many.

A column is named `<subject>/<metric>` as in results. Several subjects, `jp.ev,us.ev/shortage_days`, stand for the worst
of them in each future, and `every_priority` for all buyers of all priorities.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array
from sim.errors import Problem, ScenarioError
from sim.results.metrics import ANY_MEMBER_METRICS, ATTRIBUTABLE_DAYS, SUBJECT_METRICS, WHOLE_METRICS, Metric
from sim.results.subjects import buyer_subjects, group_subjects
from sim.spec.finding import nearest, shown
from sim.spec.scenario import Scenario

WHOLE = "all"
EVERYBODY = "every_priority"
PLAIN = "every priority buyer's "
"""What `every_priority/` is in plain words; both are understood."""
RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_CONDITION = re.compile(rf"\s*(?P<column>[^<>=()]+?)\s*(?P<relation><=|>=|<|>)\s*(?P<limit>{_NUMBER})\s*")
_CHANCE = re.compile(rf"\s*P\((?P<condition>[^()]+)\)\s*>=\s*(?P<chance>{_NUMBER})\s*")
CONDITION_SYNTAX = 'SUBJECT/METRIC, then <=, <, >= or >, then a number, such as "jp.ev/shortage_days > 10"'
TARGET_SYNTAX = '"P(jp.ev/shortage_days <= 10) >= 0.95", or of a mean "all/output_lost_usd <= 9e10"'


@dataclass(frozen=True)
class Condition:
    """What a future meets or not."""

    text: str
    """As it was asked, tidied."""
    columns: tuple[str, ...]
    """The columns; the worst of several counts, future by future."""
    metric: Metric
    relation: str
    limit: float
    """In the metric's unit."""

    @property
    def needs_twin(self) -> bool:
        """Whether it cannot be told without undisturbed twins."""
        return self.metric == ATTRIBUTABLE_DAYS

    def values(self, columns: Mapping[str, Array]) -> Array:
        """Return what is held against the limit, (N,); a day that never comes is infinite."""
        worst = np.maximum if self.metric.worst == "high" else np.minimum
        parts = [columns[name] for name in self.columns]
        if self.metric.is_day:
            parts = [np.where(np.isnan(part), np.inf, part) for part in parts]
        return np.asarray(worst.reduce(parts))

    def holds(self, columns: Mapping[str, Array]) -> NDArray[np.bool_]:
        """Return the futures in which it holds, (N,)."""
        return np.asarray(RELATIONS[self.relation](self.values(columns), self.limit))


@dataclass(frozen=True)
class Target:
    """What a policy must reach: a condition with a chance, or on the mean over futures."""

    condition: Condition
    chance: float | None
    """In how many futures, as a share, the condition must hold; None where the mean must meet it."""

    @property
    def text(self) -> str:
        """The target as it was asked, tidied."""
        return self.condition.text if self.chance is None else f"P({self.condition.text}) >= {self.chance:g}"


def condition(text: str, scenario: Scenario, option: str) -> Condition:
    """Read a condition; `option` is what a message says is wrong."""
    found = _CONDITION.fullmatch(text.replace(PLAIN, f"{EVERYBODY}/"))
    if not found:
        raise ScenarioError([Problem("syntax", option, shown(text), CONDITION_SYNTAX)])
    column, relation, limit = found["column"], found["relation"], float(found["limit"])
    if not math.isfinite(limit):
        raise ScenarioError([Problem("not-finite", option, shown(text), "finite numbers")])
    columns, metric = _columns(column, scenario, option)
    return Condition(f"{column} {relation} {limit:g}", columns, metric, relation, limit)


def target(text: str, scenario: Scenario, option: str = "--target") -> Target:
    """Read what a policy must reach."""
    found = _CHANCE.fullmatch(text)
    if not found:
        if text.lstrip().startswith("P("):
            raise ScenarioError([Problem("syntax", option, shown(text), TARGET_SYNTAX)])
        return _of_the_mean(condition(text, scenario, option), option)
    chance = float(found["chance"])
    if not 0 < chance < 1:
        raise ScenarioError([Problem("bounds", option, shown(text), "a chance between 0 and 1, such as 0.95")])
    return Target(condition(found["condition"], scenario, option), chance)


def _of_the_mean(asked: Condition, option: str) -> Target:
    if asked.metric.is_day:
        allowed = "a chance, as in P(...) >= 0.95: a day that may never come has no mean"
        raise ScenarioError([Problem("mean", option, shown(asked.text), allowed)])
    return Target(asked, None)


def _columns(text: str, scenario: Scenario, option: str) -> tuple[tuple[str, ...], Metric]:
    subjects, _, metric = text.rpartition("/")
    known, names = _known(scenario), list[str]()
    for subject in (part.strip() for part in subjects.split(",")):
        names += list(scenario.buyers) if subject == EVERYBODY else [subject]
    for name in names:
        if f"{name}/{metric}" not in known:
            allowed = f"a column, <subject>/<metric>: {nearest(f'{name}/{metric}', list(known))}"
            raise ScenarioError([Problem("reference", option, shown(f"{name}/{metric}"), allowed)])
    return tuple(f"{name}/{metric}" for name in names), known[f"{names[0]}/{metric}"]


def _known(scenario: Scenario) -> dict[str, Metric]:
    """Return every column that may be asked for, with its metric."""
    groups = group_subjects(scenario)
    pooled = {f"{s.id}/{m.name}": m for s in (*buyer_subjects(scenario), *groups) for m in SUBJECT_METRICS}
    any_member = {f"{s.id}:any/{m.name}": m for s in groups for m in ANY_MEMBER_METRICS}
    return pooled | any_member | {f"{WHOLE}/{m.name}": m for m in WHOLE_METRICS}
