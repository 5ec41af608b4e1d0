"""From a scenario that was read to a results folder, or to the story of one future."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sim.experiment import run_block, run_blocks
from sim.folder import Run, check_target, write_results
from sim.report.story import story
from sim.results import merge
from sim.spec.reading import ReadScenario
from sim.spec.scenario import Scenario
from sim.summary import Json, summarise


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
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
) -> Json:
    """Run n futures, write the results folder whole, and return its summary; report futures done to `advance`."""
    check_target(folder)
    begun = time.perf_counter()
    results = merge(run_blocks(read.scenario, seed, n, twin=twin, advance=advance))
    summary = summarise(results, read.scenario, seed=seed)
    seconds = time.perf_counter() - begun
    write_results(folder, results, read.scenario, summary, Run(seed, command, seconds, read.sources))
    return summary


def trace(scenario: Scenario, seed: int, replication: int) -> list[str]:
    """Return the story of one future, a line each."""
    block = run_block(scenario, seed, np.array([replication]), watched=True)
    return story(block, scenario, replication)
