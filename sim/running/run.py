"""From a scenario that was read to a results folder, or to the story of one future."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from sim.chance.sampling import MOST_DRAWS, check_sampling, sampling_of
from sim.documents import Json
from sim.report.sampling_words import gained
from sim.results.estimate import Blocks
from sim.results.making import Run, resolved
from sim.results.place import check_target
from sim.results.provenance import fingerprint
from sim.results.saved import DAYS
from sim.results.summary import summarise
from sim.running.checkpoint import Kept, keeping
from sim.running.folder import write_results
from sim.running.inputs import event_streams
from sim.running.job import Crew, Job
from sim.running.precision import judge, looks, sentence
from sim.running.workers import Workers, crew
from sim.spec.digest import digest
from sim.spec.reading import ReadScenario

MEGABYTE = 10**6


def run_and_write(
    read: ReadScenario,
    folder: Path,
    *,
    n: int,
    seed: int,
    twin: bool = True,
    workers: Workers = 1,
    precision: float | None = None,
    resume: bool = False,
    keep_days: bool = False,
    sampling: str = "plain",
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
    say: Callable[[str], None] = lambda news: None,
) -> Json:
    """Run n futures, write the results folder whole, and return its summary.

    Files are the same, byte by byte, whoever the workers are (see sim.running.workers).
    With `keep_days` every day of every future is written, too (see sim.records.every_day).
    With a `precision` (share of the mean, see sim.running.precision) a run may stop earlier than at n. With `resume` it
    goes on from what a run that was stopped has left (see sim.running.checkpoint). `sampling` says how futures are
    drawn, plain, antithetic or sobol (see sim.chance.sampling). Futures done are reported to `advance`; what a planner
    should know besides, a sentence each, to `say`.
    """
    check_sampling(sampling, n, precision=precision is not None)
    check_target(folder)
    begun = time.perf_counter()
    luck = sampling_of(sampling, event_streams(read.scenario, MOST_DRAWS) if sampling == "sobol" else ())
    job, stops = Job(read.scenario, seed, twin, luck), [n] if precision is None else looks(n)
    which = _which(job, sampling) | {"keep_days": keep_days}
    with keeping(folder, which, resume=resume, say=say) as kept:
        if keep_days:
            job = replace(job, days=kept.folder)
        kept.fit(stops, job.together)
        advance(kept.futures)
        if resume:
            say(f"Went on from {kept.futures:,} futures that the run before had finished.")
        missing = max(n - kept.futures, 1)
        with crew(job, workers, missing, advance) as hands:
            end, verdict = _run(hands, kept, stops, precision)
        results = kept.results(end)
        blocks = None if luck is None else Blocks(luck.block(results.replications))
        summary = summarise(results, read.scenario, seed=seed, sampling=sampling, blocks=blocks)
        seconds = time.perf_counter() - begun
        if keep_days:
            size = sum(path.stat().st_size for path in kept.days(end)) / MEGABYTE
            say(f"Every day of every future is in {folder / DAYS}, {size:,.1f} MB.")
        run, days = (
            Run(seed, command, seconds, read.sources, read.world_digest, verdict),
            kept.days(end) if keep_days else [],
        )
        write_results(folder, results, read.scenario, summary, run, days)
    if verdict is not None:
        say(sentence(verdict, results.replications.size))
    if luck is not None:
        say(gained(summary))
    return summary


def _run(hands: Crew, kept: Kept, stops: Sequence[int], precision: float | None) -> tuple[int, Json | None]:
    """Run futures to the last stop, or to one where they are precise enough; return how many, and the verdict."""
    end, verdict = 0, None
    for first, end in pairwise([0, *stops]):
        for block in hands.blocks(kept.gaps(range(first, end))):
            kept.keep(block)
        if precision is not None:
            verdict = judge(kept.blocks(end), hands.job.scenario, precision)
            if verdict["reached"]:
                break
    return end, verdict


def _which(job: Job, sampling: str) -> Json:
    """Say which run it is, by all that its figures depend on but their number."""
    named = {"scenario": job.scenario.name, "policy": job.scenario.policy, "digest": digest(resolved(job.scenario))}
    return named | {"seed": job.seed, "twin": job.twin, "sampling": sampling} | fingerprint()
