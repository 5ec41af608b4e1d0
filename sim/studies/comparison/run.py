"""From scenarios that were read, one per policy, to the folder of their comparison."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sim.documents import Json
from sim.errors import Problem, ScenarioError
from sim.results.futures import merge
from sim.results.making import Run
from sim.results.place import check_target
from sim.results.saved import Saved
from sim.results.summary import LIMIT_D
from sim.running.workers import Workers, results_of
from sim.spec.reading import ReadScenario, read_scenario
from sim.spec.scenario import Scenario
from sim.studies.comparison.document import Comparison, baseline_of, compare
from sim.studies.comparison.finished import has_twin
from sim.studies.comparison.folder import COMPARISON_FORMAT, write_comparison
from sim.studies.yardstick import Yardstick, yardstick


def default_comparison_folder(scenario: Scenario) -> Path:
    """Return where a comparison goes when nobody says: results/<scenario>.compare."""
    return Path("results") / f"{scenario.name}.compare"


def read_policies(scenario: str, policies: Sequence[str]) -> list[ReadScenario]:
    """Read a scenario under each policy; every problem of every policy is told, each once."""
    reads, problems = [], dict[Problem, None]()
    for policy in policies:
        try:
            reads.append(read_scenario(scenario, policy))
        except ScenarioError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ScenarioError(list(problems))
    check_distinct(reads)
    return reads


def check_distinct(reads: Sequence[ReadScenario]) -> None:
    """Refuse fewer than two policies, two of one name, and policies over different scenarios."""
    names = [read.scenario.policy for read in reads]
    twice = [name for name, count in Counter(names).items() if count > 1]
    scenarios = {read.scenario.name: None for read in reads}
    if twice:
        raise _refusal(f"'{twice[0]}' more than once", "each policy once, told apart by its `policy:`")
    if len(names) < 2:
        raise _refusal(f"{len(names) or 'no'} policy", "at least two, such as --policy none --policy joint_pooled")
    if len(scenarios) > 1:
        raise _refusal(f"policies over {', '.join(scenarios)}", "policies over one scenario")


def compare_and_write(
    reads: Sequence[ReadScenario],
    folder: Path,
    *,
    n: int,
    seed: int,
    twin: bool = True,
    workers: Workers = 1,
    limit_d: float = LIMIT_D,
    objective: str | None = None,
    indifference: float | None = None,
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
) -> Json:
    """Run the same n futures under every policy, write the folder whole, and return compare.json.

    `objective` is a compared column; `indifference` is in its unit. The document is the same for any number of workers.
    Reports futures done, of n per policy, to `advance`.
    """
    check_distinct(reads)
    check_target(folder, COMPARISON_FORMAT)
    begun = time.perf_counter()
    scenarios = {read.scenario.policy: read.scenario for read in reads}
    by = _yardstick(scenarios, objective, twin=twin)
    found = results_of([*scenarios.values()], seed, n, by.kept, twin=twin, workers=workers, advance=advance)
    comparison = Comparison(_baseline(scenarios), dict(zip(scenarios, found, strict=True)), by, limit_d)
    document = compare(comparison, seed=seed, indifference=indifference)
    sources = {key: source for read in reads for key, source in read.sources.items()}
    run = Run(seed, command, time.perf_counter() - begun, sources)
    write_comparison(folder, comparison, scenarios, document, run)
    return document


def compare_finished(
    saved: Sequence[Saved],
    folder: Path,
    *,
    limit_d: float = LIMIT_D,
    objective: str | None = None,
    indifference: float | None = None,
    command: str = "",
) -> Json:
    """Compare finished runs as `compare_and_write` does, without running anything; see the module `finished`."""
    check_target(folder, COMPARISON_FORMAT)
    begun, seed = time.perf_counter(), saved[0].manifest["seed"]
    scenarios = {one.scenario.policy: one.scenario for one in saved}
    by = _yardstick(scenarios, objective, twin=has_twin(saved[0]))
    results = {one.scenario.policy: merge([by.kept(one.futures())]) for one in saved}
    comparison = Comparison(_baseline(scenarios), results, by, limit_d)
    document = compare(comparison, seed=seed, indifference=indifference)
    sources = {key: source for one in saved for key, source in one.manifest["sources"].items()}
    write_comparison(folder, comparison, scenarios, document, Run(seed, command, time.perf_counter() - begun, sources))
    return document


def _baseline(scenarios: Mapping[str, Scenario]) -> Scenario:
    return scenarios[baseline_of(list(scenarios))]


def _yardstick(scenarios: Mapping[str, Scenario], objective: str | None, *, twin: bool) -> Yardstick:
    return yardstick([_baseline(scenarios), *scenarios.values()], objective, twin=twin)


def _refusal(found: str, allowed: str) -> ScenarioError:
    return ScenarioError([Problem("policies", "--policy", found, allowed)])
