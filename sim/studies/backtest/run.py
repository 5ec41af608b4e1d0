"""From episodes of history to the folder of the backtest: each is played again, and compared with what was observed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.documents import Json
from sim.results.futures import Block, Results, merge
from sim.results.making import Run
from sim.results.place import check_target
from sim.running.experiment import run_blocks
from sim.running.workers import Workers, results_of
from sim.spec.reading import ReadScenario, read_scenario
from sim.spec.reading_episode import ReadEpisode
from sim.studies.backtest.document import backtest, check_series
from sim.studies.backtest.page import backtest_page
from sim.studies.folder import BACKTEST, of_several, target_rows, write_study


def read_scenarios(episodes: Sequence[ReadEpisode]) -> dict[str, ReadScenario]:
    """Read the scenario of every episode, each once, by the name that episodes give it."""
    return {one.episode.scenario: read_scenario(one.episode.scenario) for one in episodes}


def backtest_and_write(
    episodes: Sequence[ReadEpisode],
    folder: Path,
    *,
    n: int,
    seed: int,
    workers: Workers = 1,
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
) -> Json:
    """Run n futures of every episode's scenario, write the folder whole, and return backtest.json.

    Episodes that parameters were fitted to come first. Reports futures done, of n for each scenario, to `advance`.
    """
    check_target(folder, BACKTEST.form)
    episodes = sorted(episodes, key=lambda one: not any(t.fitted for t in one.episode.targets.values()))
    begun, reads = time.perf_counter(), read_scenarios(episodes)
    for one in episodes:
        check_series(one.episode, reads[one.episode.scenario].scenario)
    scenarios = {name: read.scenario for name, read in reads.items()}
    found = results_of([*scenarios.values()], seed, n, _months, twin=False, workers=workers, advance=advance)
    played = dict(zip(scenarios, found, strict=True))
    document = backtest([(one.episode, played[one.episode.scenario]) for one in episodes], seed=seed)
    sources = {key: source for one in reads.values() for key, source in one.sources.items()}
    sources |= {key: source for one in episodes for key, source in one.sources.items()}
    run = Run(seed, command, time.perf_counter() - begun, sources)
    history = [one.episode.model_dump(mode="json", exclude_none=True) for one in episodes]
    what = {"episodes": history} | of_several(scenarios)
    write_study(folder, BACKTEST, what, document, target_rows(document), backtest_page, run)
    return document


def play(read: ReadScenario, n: int, seed: int) -> Results:
    """Run n futures of a scenario, and keep of them what is told month by month."""
    return merge(map(_months, run_blocks(read.scenario, seed, n, twin=False)))


def _months(block: Block) -> Block:
    return Block(block.replications, {}, {}, (), block.monthly)
