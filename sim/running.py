"""From a scenario that was read to a results folder, or to the story of one future."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim.experiment import run_block
from sim.folder import Run, check_target, write_results
from sim.precision import judge, looks, sentence
from sim.report.story import story
from sim.results import Block, Results, merge
from sim.spec.reading import ReadScenario
from sim.spec.scenario import Scenario
from sim.summary import Json, summarise
from sim.workers import Crew, Job, crew, workers_for


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
    precision: float | None = None,
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
    say: Callable[[str], None] = lambda news: None,
) -> Json:
    """Run n futures, write the results folder whole, and return its summary.

    Files are the same, byte by byte, for any number of workers; None is as many as the futures are worth here.
    With a `precision` (share of the mean, see sim.precision) a run may stop earlier than at n. Futures done are
    reported to `advance`; what a planner should know besides, a sentence each, to `say`.
    """
    check_target(folder)
    begun = time.perf_counter()
    with crew(Job(read.scenario, seed, twin), workers or workers_for(n), advance) as hands:
        results, verdict = _run(hands, n, precision)
    if verdict is not None:
        say(sentence(verdict, results.replications.size))
    summary = summarise(results, read.scenario, seed=seed)
    seconds = time.perf_counter() - begun
    write_results(folder, results, read.scenario, summary, Run(seed, command, seconds, read.sources, verdict))
    return summary


def _run(hands: Crew, n: int, precision: float | None) -> tuple[Results, Json | None]:
    """Run futures until there are n, or until they are precise enough; return the verdict on that, if one was asked."""
    blocks: list[Block] = []
    verdict = None
    for first, end in pairwise([0, *([n] if precision is None else looks(n))]):
        blocks += hands.blocks([range(first, end)])
        blocks.sort(key=lambda block: int(block.replications[0]))
        verdict = None if precision is None else judge(blocks, hands.job.scenario, precision)
        if verdict and verdict["reached"]:
            break
    return merge(blocks), verdict


def trace(scenario: Scenario, seed: int, replication: int) -> list[str]:
    """Return the story of one future, a line each."""
    block = run_block(scenario, seed, np.array([replication]), watched=True)
    return story(block, scenario, replication)
