"""From a scenario that was read to a results folder, or to the story of one future."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sim.experiment import cut, run_block
from sim.folder import Run, check_target, write_results
from sim.report.story import story
from sim.results import Results, merge
from sim.spec.reading import ReadScenario
from sim.spec.scenario import Scenario
from sim.summary import Json, summarise
from sim.workers import Job, crew, workers_for


def default_folder(scenario: Scenario) -> Path:
    """Return where results go when nobody says: results/<scenario>[+<policy>]."""
    policy = "" if scenario.policy == "none" else f"+{scenario.policy}"
    return Path("results") / f"{scenario.name}{policy}"


def run_and_write(
    read: ReadScenario,
    folder: Path,
    *,
    n: int,
    seed: int,
    twin: bool = True,
    workers: int | None = 1,
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
) -> Json:
    """Run n futures, write the results folder whole, and return its summary; report futures done to `advance`.

    Files are the same, byte by byte, for any number of workers; None is as many as the futures are worth here.
    """
    check_target(folder)
    begun = time.perf_counter()
    results = _run(Job(read.scenario, seed, twin), n, workers or workers_for(n), advance)
    summary = summarise(results, read.scenario, seed=seed)
    seconds = time.perf_counter() - begun
    write_results(folder, results, read.scenario, summary, Run(seed, command, seconds, read.sources))
    return summary


def _run(job: Job, n: int, workers: int, advance: Callable[[float], None]) -> Results:
    with crew(job, workers, advance) as hands:
        blocks = list(hands.blocks(cut([range(n)], twin=job.twin, workers=workers)))
    return merge(sorted(blocks, key=lambda block: int(block.replications[0])))


def trace(scenario: Scenario, seed: int, replication: int) -> list[str]:
    """Return the story of one future, a line each."""
    block = run_block(scenario, seed, np.array([replication]), watched=True)
    return story(block, scenario, replication)
