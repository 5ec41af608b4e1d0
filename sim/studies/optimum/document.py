"""What optimize.json holds: every trial, the front of cost against the target, and how candidates did on fresh futures.

A pure function of the columns of trials and candidates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.arrays import Array
from sim.documents import Json
from sim.results import estimate
from sim.results.conventions import COST_CONVENTION
from sim.spec.scenario import Scenario
from sim.spec.variation import Range
from sim.studies import outcome
from sim.studies.conditions import Target
from sim.studies.optimum import trials as optimum
from sim.studies.optimum.search import Point
from sim.studies.optimum.trials import COST_COLUMNS, LOST, Goal, Trial

COST_MEANING = {
    "net": COST_CONVENTION,
    "outlay": "purchases, storage, capital and delivery of the policy's stockpiles; what sales and the closing stock "
    "bring back is not taken off",
}


@dataclass(frozen=True, eq=False)
class Found:
    """A search that has ended, and the check of what it found."""

    scenario: Scenario
    ranges: Sequence[Range]
    goal: Goal
    trials: Sequence[Trial]
    checked: Sequence[tuple[Trial, Mapping[str, Array]]]
    """Candidates, and their columns over fresh futures."""
    beyond: Sequence[Point]
    """Points at which the scenario was refused."""
    futures: int
    """That a trial meets if it is worth them."""
    fresh: int
    """Fresh futures of each candidate."""
    searched_by: str
    """The algorithm, and the package it is from."""


def document(found: Found, *, seed: int, fresh_seed: int) -> Json:
    """Return optimize.json."""
    goal, front = found.goal, optimum.front(found.goal, found.trials)
    doubt = optimum.DOUBT / max(len(found.checked), 1)
    checked = [_checked(found, trial, columns, doubt) for trial, columns in found.checked]
    return {
        **outcome.identity(found.scenario, found.futures, seed),
        "policy": found.scenario.policy,
        "vary": [_varied(one) for one in found.ranges],
        "targets": [_target(one) for one in goal.targets],
        "cost": {"counted": goal.cost, "meaning": COST_MEANING[goal.cost], "unit": "usd"},
        "search": {"by": found.searched_by, "trials": len(found.trials), "refused": len(found.beyond)},
        "conventions": _conventions(found.scenario),
        "trials": [_trial(found, one, on_front=one in front) for one in found.trials],
        "front": [one.number for one in front],
        "nearest": _nearest(found),
        "fresh": {
            "seed": fresh_seed,
            "replications": found.fresh,
            "confidence": estimate.CONFIDENCE,
            "doubt_per_candidate": doubt,
        },
        "candidates": checked,
        "recommended": _recommended(checked),
    }


def trial_rows(told: Json) -> list[Json]:
    """Return a row per trial: its figures, its futures and state, its cost, and what each target found."""
    return [
        {
            "trial": one["trial"],
            **one["values"],
            "futures": one["futures"],
            "state": one["state"],
            "cost_usd": one["cost"]["mean"],
            "cost_usd_ci95_low": one["cost"]["ci95"][0],
            "cost_usd_ci95_high": one["cost"]["ci95"][1],
            **{target["text"]: value for target, value in zip(told["targets"], one["targets"], strict=True)},
            "meets_with_margin": int(one["meets_with_margin"]),
            "on_front": int(one["on_front"]),
        }
        for one in told["trials"]
    ]


def _conventions(scenario: Scenario) -> Json:
    return {
        **outcome.conventions(scenario),
        "trials": "all meet the same futures, from the first on; `hopeless` and `dearer` are those that the first look "
        "showed to miss a target, or to cost more than the cheapest so far that meets all, with a chance of error of "
        f"{optimum.STOP_DOUBT:g}, so that they met no more futures",
        "targets": "of a chance the share of futures in which the condition holds, of a mean the mean; of several "
        "subjects the worst counts in each future; a day that never comes is later than every day",
        "meets_with_margin": f"a chance is beyond the one asked for by {optimum.MARGIN:g} of the doubt it leaves "
        f"(0.97 for 0.95), a mean by {optimum.ERRORS:g} of its standard errors",
        "front": "trials to which none is both cheaper and nearer to the first target",
        "candidates": "the cheapest trial with the margin, and the cheapest with two larger margins; checked on "
        "futures of another seed that no trial has met",
        "bound": "one-sided, on the bad side, of Clopper and Pearson for a chance and Student's t for a mean; all "
        "candidates together are wrong with a chance of at most 0.05 (Bonferroni), whatever the search did",
        "recommended": "of the candidates that qualify on fresh futures the one with the lowest mean cost there",
    }


def _varied(one: Range) -> Json:
    return {
        "path": one.field,
        "unit": one.was.unit,
        "was": str(one.was),
        "low": one.low,
        "high": one.high,
        "step": one.step,
    }


def _target(one: Target) -> Json:
    return {
        "text": one.text,
        "of": "mean" if one.chance is None else "chance",
        "condition": one.condition.text,
        "unit": one.condition.metric.unit if one.chance is None else "share",
        "asked": one.condition.limit if one.chance is None else one.chance,
        "relation": one.condition.relation if one.chance is None else ">=",
        "aimed_at": None if one.chance is None else optimum.aimed_at(one),
    }


def _values(found: Found, point: Point) -> Json:
    return {one.field: value for one, value in zip(found.ranges, point, strict=True)}


def _trial(found: Found, trial: Trial, *, on_front: bool) -> Json:
    cost = estimate.mean(found.goal.costs(trial.columns))
    return {
        "trial": trial.number,
        "values": _values(found, trial.point),
        "futures": int(found.goal.costs(trial.columns).size),
        "state": trial.state,
        "cost": {"mean": cost.value, "ci95": cost.ci95},
        "targets": [optimum.share(one, trial.columns) for one in found.goal.targets],
        "meets_with_margin": optimum.meets(found.goal, trial),
        "on_front": on_front,
    }


def _nearest(found: Found) -> int | None:
    """Return the trial that misses its worst missed target by least."""
    misses = {one.number: max(optimum.miss(t, one.columns) for t in found.goal.targets) for one in found.trials}
    return min(misses, key=lambda number: misses[number], default=None)


def _checked(found: Found, trial: Trial, columns: Mapping[str, Array], doubt: float) -> Json:
    goal = found.goal
    targets = [
        {
            "found": optimum.share(one, columns),
            "bound": optimum.bound(one, columns, doubt),
            "met": optimum.qualifies(one, columns, doubt),
        }
        for one in goal.targets
    ]
    return {
        "trial": trial.number,
        "values": _values(found, trial.point),
        "searched": [optimum.share(one, trial.columns) for one in goal.targets],
        "targets": targets,
        "qualifies": all(one["met"] for one in targets),
        "cost": estimate.amount(goal.costs(columns), "high"),
        **{name.partition("/")[2]: estimate.amount(columns[name], "high") for name in (*COST_COLUMNS, LOST)},
    }


def _recommended(checked: Sequence[Json]) -> Json | None:
    """Return the cheapest candidate that qualifies: its trial and its figures."""
    qualified = [one for one in checked if one["qualifies"]]
    if not qualified:
        return None
    best = min(qualified, key=lambda one: float(one["cost"]["mean"]))
    return {"trial": best["trial"], "values": best["values"]}
