"""From scenarios and policies that were read to the folder of their regret."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.documents import Json
from sim.errors import Problem, ScenarioError
from sim.results.making import Run
from sim.results.metrics import ATTRIBUTABLE_DAYS
from sim.results.place import check_target
from sim.running.workers import Workers, results_of
from sim.spec.reading import ReadScenario
from sim.studies.comparison.run import read_policies
from sim.studies.folder import REGRET, of_several, write_study
from sim.studies.regret.document import Played, regret, regret_rows
from sim.studies.regret.page import regret_page
from sim.studies.yardstick import yardstick


def read_table(scenarios: Sequence[str], policies: Sequence[str]) -> list[list[ReadScenario]]:
    """Read every scenario under each policy; all that is wrong with any is told, each once."""
    reads, problems = list[list[ReadScenario]](), dict[Problem, None]()
    for scenario in scenarios:
        try:
            reads.append(read_policies(scenario, policies))
        except ScenarioError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ScenarioError(list(problems))
    return reads


def regret_and_write(
    reads: Sequence[Sequence[ReadScenario]],
    folder: Path,
    *,
    n: int,
    seed: int,
    objective: str | None = None,
    workers: Workers = 1,
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
) -> Json:
    """Run the same n futures of every scenario under every policy, write the folder whole, and return regret.json.

    `reads` holds a row per scenario, in which the policies stand in the same order. Reports futures done, of n per
    scenario and policy, to `advance`.
    """
    _check(reads)
    check_target(folder, REGRET.form)
    begun = time.perf_counter()
    twin = (objective or "").endswith(f"/{ATTRIBUTABLE_DAYS.name}")
    yardsticks = [yardstick([one.scenario for one in row], objective, twin=twin) for row in reads]
    played = []
    for row, by in zip(reads, yardsticks, strict=True):
        scenarios = {one.scenario.policy: one.scenario for one in row}
        found = results_of([*scenarios.values()], seed, n, by.kept, twin=twin, workers=workers, advance=advance)
        columns = {policy: results.columns for policy, results in zip(scenarios, found, strict=True)}
        played.append(Played(row[0].scenario, by, columns))
    told = regret(played, futures=n, seed=seed)
    everything = {f"{one.scenario.name}+{one.scenario.policy}": one.scenario for row in reads for one in row}
    sources = {key: source for row in reads for one in row for key, source in one.sources.items()}
    run = Run(seed, command, time.perf_counter() - begun, sources)
    write_study(folder, REGRET, of_several(everything), told, regret_rows(told), regret_page, run)
    return told


def _check(reads: Sequence[Sequence[ReadScenario]]) -> None:
    """Refuse fewer than two scenarios, and one named twice."""
    names = [row[0].scenario.name for row in reads]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        allowed = "each scenario once, told apart by its `name:`"
        raise ScenarioError([Problem("scenarios", "--scenario", f"'{twice[0]}' more than once", allowed)])
    if len(names) < 2:
        allowed = "at least two; for one there is `sim compare`"
        raise ScenarioError([Problem("scenarios", "--scenario", f"{len(names)} scenario", allowed)])
