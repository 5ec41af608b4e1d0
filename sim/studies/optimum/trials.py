"""What trials of a policy say of its targets: who meets them with a margin, who is checked, who qualifies.

Pure functions of the columns of trials. A search picks what looks best, so what it found looks better than it is;
therefore it aims beyond the targets, and what it found is checked on futures that it has not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arrays import Array
from sim.results import estimate
from sim.results.futures import Block
from sim.results.metrics import COST_PARTS, OUTPUT_LOST, POLICY_COST
from sim.studies.conditions import Target
from sim.studies.optimum.search import Point

Cost = Literal["net", "outlay"]
State = Literal["whole", "hopeless", "dearer"]

CANDIDATES = 3
"""As many at most are checked: each one more asks more of all."""
MARGIN = 0.4
"""Part of the doubt that a target leaves, by which the search aims beyond it: at 0.97 where 0.95 is asked for."""
ERRORS = 2.0
"""Standard errors by which it aims beyond a bound on a mean."""
DOUBT = 1 - estimate.CONFIDENCE
"""The chance that anything that does not meet the targets is found to qualify, over all candidates together."""
STOP_DOUBT = 0.001
"""How unlikely it must be that a trial is worth more futures before it gets none."""


@dataclass(frozen=True)
class Goal:
    """What is wanted: the cheapest that meets every target."""

    targets: tuple[Target, ...]
    cost: Cost
    """`net`, as policies are compared by, or `outlay`: without what sales and the closing stock bring back."""

    def kept(self, block: Block) -> Block:
        """Return a block with the columns of the targets, the cost and its parts; memory holds no more."""
        names = [*dict.fromkeys(name for one in self.targets for name in one.condition.columns)]
        names += [name for name in (*COST_COLUMNS, LOST) if name not in names]
        return Block(block.replications, {name: block.columns[name] for name in names}, {}, ())

    def costs(self, columns: Mapping[str, Array]) -> Array:
        """Return the cost of each future, USD, (N,)."""
        if self.cost == "net":
            return columns[COST_COLUMNS[0]]
        return np.asarray(sum(columns[name] for name in OUTLAY))

    @property
    def needs_twin(self) -> bool:
        """Whether some target cannot be told without undisturbed twins."""
        return any(one.condition.needs_twin for one in self.targets)


COST_COLUMNS = tuple(f"all/{metric.name}" for metric in (POLICY_COST, *COST_PARTS))
LOST = f"all/{OUTPUT_LOST.name}"
BROUGHT_BACK = ("policy_releases_usd", "policy_closing_stock_usd")
OUTLAY = tuple(f"all/{part.name}" for part in COST_PARTS if part.name not in BROUGHT_BACK)
"""Purchases, storage, capital and delivery."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One policy that was tried, over as many futures as it was worth."""

    number: int
    point: Point
    columns: dict[str, Array]
    """Those of the goal, (N,), from future 0 on."""
    state: State
    """Whether it met all futures, or was given up after the first look, and why."""


def share(target: Target, columns: Mapping[str, Array]) -> float:
    """Return what is held against the target: the share of futures in which the condition holds, or the mean."""
    found = target.condition.values(columns) if target.chance is None else target.condition.holds(columns)
    return float(np.mean(found))


def aimed_at(target: Target, beyond: int = 0) -> float:
    """Return the chance that is aimed at: beyond the one asked for, and a third of the rest more for each `beyond`."""
    assert target.chance is not None
    aim = target.chance + MARGIN * (1 - target.chance)
    return aim + beyond / CANDIDATES * (1 - aim)


def miss(target: Target, columns: Mapping[str, Array], beyond: int = 0) -> float:
    """Return by how much the aim is missed, in shares of futures or of the limit; 0 or below is met."""
    if target.chance is not None:
        return aimed_at(target, beyond) - share(target, columns)
    over = _over(target, columns)
    error = float(np.std(over, ddof=1)) / np.sqrt(over.size) if over.size > 1 else 0.0
    return (float(np.mean(over)) + (ERRORS + beyond) * error) / (abs(target.condition.limit) or 1.0)


def hopeless(target: Target, columns: Mapping[str, Array]) -> bool:
    """Say whether it is known well enough that the aim will not be met."""
    if target.chance is None:
        return -estimate.mean_at_most(-_over(target, columns), STOP_DOUBT) > 0
    fails = ~target.condition.holds(columns)
    return estimate.chance_at_least(int(np.count_nonzero(fails)), fails.size, STOP_DOUBT) > 1 - aimed_at(target)


def meets(goal: Goal, trial: Trial, beyond: int = 0) -> bool:
    """Say whether a trial met every target, with the margin, over all futures."""
    return trial.state == "whole" and all(miss(one, trial.columns, beyond) <= 0 for one in goal.targets)


def cheapest(goal: Goal, trials: Sequence[Trial], beyond: int = 0) -> Trial | None:
    """Return the cheapest trial that meets every target; the first of several."""
    meeting = [trial for trial in trials if meets(goal, trial, beyond)]
    return min(meeting, key=lambda trial: float(np.mean(goal.costs(trial.columns))), default=None)


def dearer(goal: Goal, columns: Mapping[str, Array], best: Trial | None) -> bool:
    """Say whether it is known well enough that a policy costs more than the best so far, over the same futures."""
    if best is None:
        return False
    mine = goal.costs(columns)
    less = goal.costs(best.columns)[: mine.size] - mine
    return bool(estimate.mean_at_most(less, STOP_DOUBT) < 0)


def candidates(goal: Goal, trials: Sequence[Trial]) -> list[Trial]:
    """Return what is worth a check: the cheapest with the margin, and the cheapest with more of it, each once."""
    found = [cheapest(goal, trials, beyond) for beyond in range(CANDIDATES)]
    return list(dict.fromkeys(trial for trial in found if trial is not None))


def bound(target: Target, columns: Mapping[str, Array], doubt: float) -> float:
    """Return the one-sided bound on what is held against the target: of a chance, or of a mean, on its bad side."""
    if target.chance is not None:
        holds = target.condition.holds(columns)
        return estimate.chance_at_least(int(np.count_nonzero(holds)), holds.size, doubt)
    sign = _sign(target)
    return sign * estimate.mean_at_most(sign * target.condition.values(columns), doubt)


def qualifies(target: Target, columns: Mapping[str, Array], doubt: float) -> bool:
    """Say whether the bound itself is on the right side of the target."""
    found = bound(target, columns, doubt)
    if target.chance is not None:
        return found >= target.chance
    return _sign(target) * (found - target.condition.limit) <= 0


def front(goal: Goal, trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials to which none is both cheaper and nearer to the first target, the cheapest first."""
    ordered = sorted(trials, key=lambda one: (float(np.mean(goal.costs(one.columns))), _distance(goal, one)))
    kept, least = list[Trial](), np.inf
    for trial in ordered:
        if _distance(goal, trial) < least:
            kept.append(trial)
            least = _distance(goal, trial)
    return kept


def _distance(goal: Goal, trial: Trial) -> float:
    target = goal.targets[0]
    found = share(target, trial.columns)
    return -found if target.chance is not None else _sign(target) * found


def _over(target: Target, columns: Mapping[str, Array]) -> Array:
    """Return by how much each future lies beyond the limit of a mean, (N,)."""
    return _sign(target) * (target.condition.values(columns) - target.condition.limit)


def _sign(target: Target) -> float:
    return 1.0 if target.condition.relation in ("<", "<=") else -1.0
