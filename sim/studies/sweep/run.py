"""From a scenario that was read and the figures to vary, to the folder of the sweep."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.documents import Json
from sim.errors import Problem, ScenarioError
from sim.results.making import Run
from sim.results.place import check_target
from sim.running.workers import Workers, results_of
from sim.spec.finding import Path as FieldPath
from sim.spec.finding import dotted
from sim.spec.reading import ReadScenario, with_values
from sim.spec.scenario import Scenario
from sim.spec.variation import Variation, grid
from sim.studies.folder import SWEEP, of_one, point_rows, write_study
from sim.studies.sweep.curve import Curve, sweep
from sim.studies.sweep.page import sweep_page
from sim.studies.yardstick import yardstick


def sweep_and_write(
    read: ReadScenario,
    varied: Sequence[Variation],
    folder: Path,
    *,
    n: int,
    seed: int,
    twin: bool = True,
    workers: Workers = 1,
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
) -> Json:
    """Run the same n futures at every point, write the folder whole, and return sweep.json.

    Nothing is run where a value is wrong. Reports futures done, of n per point, to `advance`.
    """
    scenarios = changed_scenarios(read, varied)
    check_target(folder, SWEEP.form)
    begun = time.perf_counter()
    by = yardstick([read.scenario], None, twin=twin)
    results = [*results_of(scenarios, seed, n, by.kept, twin=twin, workers=workers, advance=advance)]
    document = sweep(Curve(read.scenario, varied, results, by), seed=seed)
    run = Run(seed, command, time.perf_counter() - begun, read.sources)
    write_study(folder, SWEEP, of_one(read.scenario), document, point_rows(document), sweep_page, run)
    return document


def changed_scenarios(read: ReadScenario, varied: Sequence[Variation]) -> list[Scenario]:
    """Return the scenario at every point; all that is wrong with any of them is told, each once."""
    scenarios, problems = [], dict[Problem, None]()
    for point in grid(varied):
        try:
            scenarios.append(with_values(read, point, f"--vary {_said(point)}").scenario)
        except ScenarioError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ScenarioError(list(problems))
    return scenarios


def _said(point: dict[FieldPath, float]) -> str:
    return " ".join(f"{dotted(path)}={value:g}" for path, value in point.items())
