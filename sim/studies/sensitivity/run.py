"""From a scenario that was read to the folder of what drives its answer: chance and doubt, Morris, Sobol."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance.draws import TOGETHER
from sim.chance.held import Nested
from sim.documents import Json
from sim.errors import Problem, ScenarioError
from sim.results.making import Run
from sim.results.place import check_target
from sim.running.inputs import inputs
from sim.running.job import Job
from sim.running.processes import Processes
from sim.running.workers import workers_for
from sim.spec.doubts import By, Factor
from sim.spec.figures import figures
from sim.spec.finding import dotted
from sim.spec.reading import ReadScenario
from sim.spec.scenario import Scenario
from sim.studies import outcome
from sim.studies.folder import SENSITIVITY, driver_rows, of_one, write_study
from sim.studies.sensitivity import document as drivers
from sim.studies.sensitivity.dials import Dials, dials
from sim.studies.sensitivity.page import sensitivity_page
from sim.studies.sensitivity.screening import Design, Screening, crossed, problem, run_design, trajectories
from sim.studies.yardstick import TOTAL, Yardstick, yardstick

MOST_FACTORS = 20
METRICS = (TOTAL, "all/output_lost_usd")
"""What is asked where nobody says."""


@dataclass(frozen=True)
class Plan:
    """How much is run."""

    futures: int = 8
    """Of every world, and of every point of a design."""
    worlds: int = 128
    """Draws of what nobody knows."""
    rows: int = 6
    """Of Morris's design; 0 leaves the screening out, and all that follows from it."""
    crossings: int = 32
    """Rows of Saltelli's design, a power of two; 0 leaves Sobol's indices out."""
    factors: int = 8
    """How many factors go on from the screening."""
    spread: float = 0.25
    """What a constant may be off by, as a part of it."""
    by: By = "field"
    """What is put together into a factor."""

    def check(self) -> None:
        """Refuse what cannot be run."""
        wrong = [
            ("-n", self.futures, "at least 2 futures", self.futures >= 2),
            ("--worlds", self.worlds, "at least 2 worlds", self.worlds >= 2),
            ("--trajectories", self.rows, "0, or from 2 on", self.rows == 0 or self.rows >= 2),
            ("--rows", self.crossings, "0, or a power of two from 4 on", _is_power(self.crossings)),
            ("--factors", self.factors, f"1 to {MOST_FACTORS}", 1 <= self.factors <= MOST_FACTORS),
            ("--spread", self.spread, "a share above 0 and below 1", 0 < self.spread < 1),
            ("--by", self.by, "field or sentence", self.by in ("field", "sentence")),
        ]
        problems = [
            Problem("sensitivity", option, str(found), allowed) for option, found, allowed, fine in wrong if not fine
        ]
        if problems:
            raise ScenarioError(problems)

    def points(self, factors: int) -> int:
        """Return how many points are run of a scenario with so many factors, worlds included, at most."""
        crossed = self.crossings * (min(self.factors, factors) + 3) if self.rows else 0
        return self.worlds + self.rows * (factors + 1) + crossed


def yardsticks(scenario: Scenario, metrics: Sequence[str]) -> list[Yardstick]:
    """Return what is asked of every future, a yardstick each; all that nobody measures is told."""
    found, problems = list[Yardstick](), list[Problem]()
    for metric in dict.fromkeys(metrics or METRICS):
        try:
            found.append(yardstick([scenario], metric, twin=False))
        except ScenarioError as error:
            problems += [replace(one, field="--metric") for one in error.problems]
    if problems:
        raise ScenarioError(problems)
    return found


def sensitivity_and_write(
    read: ReadScenario,
    folder: Path,
    *,
    metrics: Sequence[str] = (),
    plan: Plan = Plan(),
    seed: int = 1,
    workers: int | None = 1,
    command: str = "",
    begin: Callable[[int], Callable[[float], None]] = lambda futures: lambda done: None,
) -> Json:
    """Find what drives the metrics of a scenario, write the folder whole, and return sensitivity.json.

    Results do not depend on the number of workers. `begin` is told how many futures will be run at most, and gives
    what to report futures done to.
    """
    plan.check()
    asked = yardsticks(read.scenario, metrics)
    if plan.rows:
        drivers.salib()
    check_target(folder, SENSITIVITY.form)
    begun = time.perf_counter()
    found = dials(read, plan.spread, plan.by) if plan.rows else Dials((), {})
    futures = plan.points(len(found.turned)) * plan.futures
    study = _Study(read, asked, plan, seed, found)
    hands = Processes(study.nested, begin(futures))
    try:
        hands.start(workers or workers_for(futures))
        document = study.document(hands)
    finally:
        hands.end()
    run = Run(seed, command, time.perf_counter() - begun, read.sources)
    write_study(folder, SENSITIVITY, of_one(read.scenario), document, driver_rows(document), sensitivity_page, run)
    return document


class _Study:
    """One study: what is asked of which scenario, and how much is run."""

    def __init__(self, read: ReadScenario, asked: Sequence[Yardstick], plan: Plan, seed: int, found: Dials) -> None:
        self.read, self.asked, self.plan, self.seed, self.dials = read, asked, plan, seed, found
        self.columns = tuple(by.objective for by in asked)
        self.doubtful = doubtful_streams(read.scenario)
        self.nested = Job(read.scenario, seed, False, Nested(self.doubtful, plan.futures))

    def document(self, hands: Processes) -> Json:
        """Run all parts and say what was found."""
        plan, scenario = self.plan, self.read.scenario
        spread = self._spread(hands)
        screening, crossing = self._screening(hands)
        return {
            **outcome.identity(scenario, plan.worlds * plan.futures, self.seed),
            "policy": scenario.policy,
            "conventions": CONVENTIONS,
            "metrics": [
                {"column": by.objective, "name": _name(by), "unit": by.objective_metric().unit} for by in self.asked
            ],
            "plan": vars(plan),
            "factors": {dial.factor.id: self._told(dial.factor, dial.figures) for dial in self.dials.turned},
            "left_out": self.dials.left_out,
            "assumed": _assumed(scenario),
            "spread": spread,
            "screening": screening,
            "sobol": crossing,
        }

    def _told(self, factor: Factor, figures: int) -> Json:
        return {"name": factor.name, "figures": figures, "says": factor.says}

    def _spread(self, hands: Processes) -> Json:
        """Run futures in worlds, and take chance and doubt apart."""
        by, plan = self.asked[0], self.plan
        blocks = sorted(
            (by.kept(block) for block in hands.blocks([range(plan.worlds * plan.futures)])),
            key=lambda block: int(block.replications[0]),
        )
        joined = {name: np.concatenate([block.columns[name] for block in blocks]) for name in self.columns}
        shape = (plan.worlds, plan.futures)
        return {name: drivers.spread(column.reshape(shape), self.seed) for name, column in joined.items()}

    def _screening(self, hands: Processes) -> tuple[Json | None, Json | None]:
        """Run Morris's design over all factors, then Saltelli's over the strongest."""
        plan, turned = self.plan, self.dials.turned
        if not plan.rows or not turned:
            return None, None
        sample = drivers.salib().sample
        design = trajectories(turned, plan.rows, drivers.LEVELS, self.seed, sample.morris.sample)
        values, failed = self._run(hands, design)
        named = problem([dial.factor.id for dial in turned])
        whole = np.isfinite(values[:, 0])
        told = (
            {
                name: drivers.screened(named, design.places[whole], values[whole, n], self.seed)
                for n, name in enumerate(self.columns)
            }
            if len(failed) < plan.rows
            else {}
        )
        screening = {"rows": plan.rows, "failed": _failures(failed), "metrics": told}
        chosen = drivers.strongest(list(told.values()), plan.factors)
        return screening, self._crossing(hands, chosen, sample) if chosen and plan.crossings else None

    def _crossing(self, hands: Processes, chosen: Sequence[str], sample: Any) -> Json:
        picked = [dial for dial in self.dials.turned if dial.factor.id in chosen]
        design = crossed(picked, self.plan.crossings, self.seed, sample.sobol.sample)
        values, failed = self._run(hands, design)
        named = problem([*(dial.factor.id for dial in picked), drivers.SEED_NAME])
        whole = np.isfinite(values[:, 0])
        told = {
            name: drivers.shared(named, values[whole, n], self.seed) if whole.any() else None
            for n, name in enumerate(self.columns)
        }
        return {"rows": self.plan.crossings, "failed": _failures(failed), "metrics": told}

    def _run(self, hands: Processes, design: Design) -> tuple[NDArray[np.float64], dict[int, str]]:
        """Run a design; constants of factors that are not in it stay what they are."""
        ranged = {path: form for dial in design.dials for path, form in dial.ranged.items()}
        screening = Screening(self.read, ranged, self.asked[0], self.columns, self.seed)
        return run_design(hands, screening, design, self.plan.spread, self.plan.futures)


CONVENTIONS = {
    "doubt": "what is assumed and has a distribution, or is one of equally likely values, and is drawn once per "
    "future; constants add nothing to it",
    "chance": "everything else that differs between futures: failures, noise, applicants, odds, and distributions "
    "that a source gives",
    "spread": "of single futures. Law of total variance: variance = mean variance within a world (chance) + variance "
    "between worlds' means (doubt); one-way analysis of variance, a doubt below 0 is 0; intervals by drawing worlds "
    "anew",
    "factor": "assumed figures of one kind and field, which move together through their range: of a constant what it "
    "is, less and more by plan.spread of it (shares stay within 0 and 1); of a distribution, itself",
    "screening": "Morris: mu_star is the mean size of the change in the mean over plan.futures futures when the factor "
    "goes through its range (of a distribution its middle 90 %), in the metric's unit; sigma how much that differs "
    "from place to place; of the sets, from one set to another at random. Every row has its own futures",
    "sobol": "parts of the variance of the mean over plan.futures futures, over the whole ranges: first is what goes "
    "with the factor alone, total what would be left if all others were known; seed is what is left to chance. "
    "Estimates from few rows may come out below 0 or above 1",
    "failed": "rows of a design that hold a point which could not be run, and why; they are left out",
}


def doubtful_streams(scenario: Scenario) -> frozenset[str]:
    """Return the streams of what nobody knows: assumed distributions drawn once per future, and lists."""
    doubted = {dotted(path) for path, figure in figures(scenario) if figure.assumed is not None}
    drawn = [one for one in inputs(scenario, 0, np.array([0])) if one.unit != "0 or 1"]
    return frozenset(one.stream for one in drawn if one.path in doubted or one.stream == TOGETHER)


def _assumed(scenario: Scenario) -> Json:
    """Count what is assumed, and how much of it differs between futures."""
    assumed = [figure for _, figure in figures(scenario) if figure.assumed is not None]
    return {"figures": len(assumed), "constant": sum(figure.is_constant for figure in assumed)}


def _name(by: Yardstick) -> str:
    return by.objective_name().removeprefix("of ")


def _failures(failed: dict[int, str]) -> list[Json]:
    return [{"row": row, "why": why} for row, why in failed.items()]


def _is_power(rows: int) -> bool:
    return rows == 0 or (rows >= 4 and not rows & (rows - 1))
