"""Who runs the futures: this process, processes beside it, or a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sim.results.futures import Block, Results, merge
from sim.running.cluster import Cluster, connected
from sim.running.job import Advance, Crew, Job
from sim.running.processes import Processes
from sim.spec.scenario import Scenario

WORTH_A_PROCESS = 64
"""Futures below which a process of their own takes longer to start than it saves."""

Workers = int | str | None
"""How many processes, the address of a cluster, or as many processes as the futures are worth here."""


def workers_for(n: int) -> int:
    """Return how many workers n futures are worth here: the cores this process may use, if each has enough to do."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, n // WORTH_A_PROCESS))


@contextmanager
def crew(job: Job, workers: Workers, n: int, advance: Advance) -> Iterator[Crew]:
    """Have those who run n futures for a while; however it ends, nothing that was started here is left."""
    if isinstance(workers, str):
        with connected(workers) as client:
            yield Cluster(job, client, advance)
        return
    found = Processes(job, advance)
    try:
        found.start(min(workers or workers_for(n), n))
        yield found
    finally:
        found.end()


def results_of(
    scenarios: Sequence[Scenario],
    seed: int,
    n: int,
    kept: Callable[[Block], Block],
    *,
    twin: bool,
    workers: Workers,
    advance: Advance,
) -> Iterator[Results]:
    """Run the same n futures of every scenario in turn, and yield what is kept of each.

    Results do not depend on who runs them. Futures done, of n for each scenario, are reported to `advance`.
    """
    jobs = [Job(scenario, seed, twin) for scenario in scenarios]
    with crew(jobs[0], workers, n, advance) as hands:
        for job in jobs:
            if job is not hands.job:
                hands.take(job)
            blocks = [kept(block) for block in hands.blocks([range(n)])]
            yield merge(sorted(blocks, key=lambda block: int(block.replications[0])))
