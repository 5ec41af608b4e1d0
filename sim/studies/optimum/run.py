"""From a scenario that was read, ranges and targets, to the folder of the cheapest policy that meets them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.arrays import Array
from sim.documents import Json, as_json
from sim.errors import Problem, ScenarioError
from sim.results.futures import Block, merge
from sim.results.making import Run, resolved
from sim.results.place import check_target
from sim.results.provenance import code_digest, versions
from sim.running.checkpoint import Kept, keeping
from sim.running.job import Crew, Job
from sim.running.workers import Workers, crew
from sim.spec.digest import digest
from sim.spec.finding import dotted
from sim.spec.reading import ReadScenario, with_values
from sim.spec.scenario import Scenario
from sim.spec.shipped import NO_POLICY, find_policy
from sim.spec.variation import Range
from sim.studies.conditions import Target
from sim.studies.folder import OPTIMUM, of_one, write_study
from sim.studies.optimum.document import Found, document, trial_rows
from sim.studies.optimum.page import optimum_page
from sim.studies.optimum.search import Point, Search, Tried
from sim.studies.optimum.trials import Cost, Goal, State, Trial, candidates, cheapest, dearer, hopeless, miss

POLICY = "policy.yaml"
FIRST_LOOK = 256
"""Futures after which a trial that is not worth more gets none."""
SEEDS = 2**63
FRESH_FIRST = 10**9
"""Number under which fresh futures of the first candidate are kept; those of trials come before."""


@dataclass(frozen=True)
class Effort:
    """How much is run."""

    trials: int = 100
    """Policies tried at most."""
    futures: int = 1024
    """Futures that a trial meets if it is worth them."""
    fresh: int = 5000
    """Fresh futures that each candidate is checked on."""

    @property
    def total(self) -> int:
        """Return how many futures there are to be run at most, all candidates but the first left out."""
        return self.trials * self.futures + self.fresh


def fresh_seed(seed: int) -> int:
    """Return the seed of the futures that candidates are checked on: no search has ever seen them."""
    key = hashlib.blake2b(f"{seed}/fresh".encode(), digest_size=8).digest()
    return int.from_bytes(key, "little") % SEEDS


def optimise_and_write(
    read: ReadScenario,
    ranges: Sequence[Range],
    targets: Sequence[Target],
    folder: Path,
    *,
    seed: int,
    effort: Effort,
    cost: Cost = "net",
    workers: Workers = 1,
    resume: bool = False,
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
    say: Callable[[str], None] = lambda news: None,
) -> Json:
    """Search, check what was found on fresh futures, write the folder whole, and return optimize.json.

    The document is the same for any number of workers, and for a search that was stopped and resumed. Futures done are
    reported to `advance`, what a planner should know besides to `say`.
    """
    goal = Goal(tuple(targets), cost)
    search = Search(ranges, seed, effort.trials)
    _check_corners(read, ranges)
    check_target(folder, OPTIMUM.form)
    begun = time.perf_counter()
    with keeping(folder, _which(read, ranges, goal, search, seed, effort), resume=resume, say=say) as kept:
        if resume:
            say(f"Went on from {kept.futures:,} futures that the run before had finished.")
        with _field(read, ranges, goal, kept, effort, workers, advance) as field:
            trials = _search(search, field, seed)
            checked = [
                (one, field.fresh(n, one.point, fresh_seed(seed))) for n, one in enumerate(candidates(goal, trials))
            ]
        found = Found(
            read.scenario, ranges, goal, trials, checked, field.beyond, effort.futures, effort.fresh, search.by
        )
        told = document(found, seed=seed, fresh_seed=fresh_seed(seed))
        run = Run(seed, command, time.perf_counter() - begun, read.sources)
        more = _policy_file(read, ranges, told)
        write_study(folder, OPTIMUM, of_one(read.scenario), told, trial_rows(told), optimum_page, run, more)
    return told


def _policy_file(read: ReadScenario, ranges: Sequence[Range], told: Json) -> dict[str, str]:
    """Return policy.yaml, the recommended policy as an overlay, where the policy it goes over is a shipped one."""
    policy, best = read.scenario.policy, told["recommended"]
    in_lists = any(isinstance(step, int) for one in ranges for step in one.path)
    if best is None or in_lists or not (policy == NO_POLICY or find_policy(policy) in read.files):
        return {}
    base = {} if policy == NO_POLICY else {"extends": policy}
    overlay: Json = {"schema_version": 1, **base, "policy": f"{policy.replace(NO_POLICY, 'new')}_sized"}
    overlay["description"] = "Found by sim optimize: " + "; ".join(target["text"] for target in told["targets"])
    for one in ranges:
        node = overlay
        for step in one.path[:-1]:
            node = node.setdefault(str(step), {})
        figure = {"value": best["values"][one.field], "unit": one.was.unit, "assumed": "found by sim optimize"}
        node[str(one.path[-1])] = figure
    return {POLICY: as_json(overlay)}


class _Field:
    """Where policies are tried: the same futures for each, and fresh ones for a few."""

    def __init__(
        self, read: ReadScenario, ranges: Sequence[Range], goal: Goal, kept: Kept, effort: Effort, hands: Crew
    ) -> None:
        self.goal, self.effort = goal, effort
        self.beyond: list[Point] = []
        """Points at which the scenario is refused."""
        self._read, self._ranges, self._kept, self._hands = read, ranges, kept, hands

    def scenario(self, point: Point) -> Scenario | None:
        """Return the scenario at a point; None where it is refused, which is noted."""
        try:
            return at(self._read, self._ranges, point)
        except ScenarioError:
            self.beyond.append(point)
            return None

    def columns(self, scenario: Scenario, seed: int, first: int, futures: int) -> dict[str, Array]:
        """Run futures 0 to `futures` of a scenario, but for those kept under the numbers from `first` on."""
        self._hands.take(Job(scenario, seed, self.goal.needs_twin))
        span = range(first, first + futures)
        gaps = [range(gap.start - first, gap.stop - first) for gap in self._kept.gaps(span)]
        for block in self._hands.blocks(gaps):
            slim = self.goal.kept(block)
            self._kept.keep(Block(slim.replications + first, slim.columns, {}, ()))
        return dict(merge(self._kept.within(span)).columns)

    def fresh(self, number: int, point: Point, seed: int) -> dict[str, Array]:
        """Run the fresh futures of a candidate."""
        first = FRESH_FIRST + number * self.effort.fresh
        return self.columns(at(self._read, self._ranges, point), seed, first, self.effort.fresh)


@contextmanager
def _field(
    read: ReadScenario,
    ranges: Sequence[Range],
    goal: Goal,
    kept: Kept,
    effort: Effort,
    workers: Workers,
    advance: Callable[[float], None],
) -> Iterator[_Field]:
    most = min(FIRST_LOOK, effort.futures)
    with crew(Job(read.scenario, 0, goal.needs_twin), workers, most, advance) as hands:
        yield _Field(read, ranges, goal, kept, effort, hands)


def _search(search: Search, field: _Field, seed: int) -> list[Trial]:
    """Try one policy after the other."""
    trials = list[Trial]()
    for number in range(field.effort.trials):
        point = search.ask(number, [_tried(field.goal, one) for one in trials], field.beyond)
        if point is None:
            break
        scenario = field.scenario(point)
        if scenario is not None:
            trials.append(_trial(field, trials, number, point, scenario, seed))
    return trials


def _trial(field: _Field, before: Sequence[Trial], number: int, point: Point, scenario: Scenario, seed: int) -> Trial:
    """Try a policy over a few futures, and over all where it may be the cheapest that meets the targets."""
    goal, futures = field.goal, field.effort.futures
    first = number * futures
    found = field.columns(scenario, seed, first, min(FIRST_LOOK, futures))
    if futures > FIRST_LOOK:
        state: State | None = None
        if any(hopeless(one, found) for one in goal.targets):
            state = "hopeless"
        elif dearer(goal, found, cheapest(goal, before)):
            state = "dearer"
        if state is not None:
            return Trial(number, point, found, state)
        found = field.columns(scenario, seed, first, futures)
    return Trial(number, point, found, "whole")


def _tried(goal: Goal, trial: Trial) -> Tried:
    cost = float(np.mean(goal.costs(trial.columns)))
    return Tried(trial.point, cost, tuple(miss(one, trial.columns) for one in goal.targets))


def at(read: ReadScenario, ranges: Sequence[Range], point: Point) -> Scenario:
    """Return the scenario at a point, checked as one that was read is."""
    values = {one.path: value for one, value in zip(ranges, point, strict=True)}
    said = " ".join(f"{dotted(path)}={value:.12g}" for path, value in values.items())
    return with_values(read, values, f"--vary {said}").scenario


def _check_corners(read: ReadScenario, ranges: Sequence[Range]) -> None:
    """Refuse ranges whose ends the scenario cannot take: all at their least, all at their most, each alone."""
    low, high = tuple(one.low for one in ranges), tuple(one.high for one in ranges)
    alone = [(*low[:n], high[n], *low[n + 1 :]) for n in range(len(ranges))]
    problems = dict[Problem, None]()
    for point in dict.fromkeys([low, high, *alone]):
        try:
            at(read, ranges, point)
        except ScenarioError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ScenarioError(list(problems))


def _which(read: ReadScenario, ranges: Sequence[Range], goal: Goal, search: Search, seed: int, effort: Effort) -> Json:
    """Say which search it is, by all that its figures depend on."""
    named = {"scenario": read.scenario.name, "policy": read.scenario.policy, "digest": digest(resolved(read.scenario))}
    asked = {
        "vary": [f"{one.field}={one.low!r}:{one.high!r}:{one.step!r}" for one in ranges],
        "targets": [one.text for one in goal.targets],
        "cost": goal.cost,
        "seed": seed,
        "futures": effort.futures,
        "fresh": effort.fresh,
        "trials": effort.trials,
    }
    return named | asked | {"search": search.by, "code": code_digest()} | versions()
