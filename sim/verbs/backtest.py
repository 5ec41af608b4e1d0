"""`sim backtest`: history played again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.options import ClusterOption, FuturesOption, OutOption, QuietOption, SeedOption, WorkersOption, hands
from sim.terminal import command_line, progress_of, tell


def backtest(
    episodes: Annotated[
        list[str] | None, typer.Argument(metavar="[EPISODE]...", help="Shipped names or files; all that are shipped.")
    ] = None,
    n: FuturesOption = 512,
    seed: SeedOption = 1,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print backtest.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Play history again: what was observed against the model's band, fitted or not."""
    from sim.spec import shipped
    from sim.spec.reading_episode import read_episode
    from sim.studies.backtest.run import backtest_and_write
    from sim.studies.backtest.tables import print_backtest

    read = [read_episode(name) for name in episodes or shipped.episode_names()]
    folder = out or Path("results") / "backtest"
    with progress_of(n * len({one.episode.scenario for one in read}), quiet) as advance:
        document = backtest_and_write(
            read, folder, n=n, seed=seed, workers=hands(workers, cluster), command=command_line(), advance=advance
        )
    tell(document, print_backtest, folder, as_json=as_json, quiet=quiet)
