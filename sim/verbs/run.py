"""`sim run`: a scenario's futures."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.options import (
    ClusterOption,
    NoTwinOption,
    OutOption,
    PolicyOption,
    PrecisionOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    VerboseOption,
    WorkersOption,
    hands,
)
from sim.terminal import command_line, gathered_news, progress_of, read_one, tell


def run(
    scenario: ScenarioArgument,
    n: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--max-n",
            min=1,
            max=1_000_000,
            help="Futures, 1000 (1024 Sobol points) unless told; with --precision at most so many, 16384 unless told.",
        ),
    ] = None,
    seed: SeedOption = 1,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    precision: PrecisionOption = None,
    sampling: Annotated[
        str,
        typer.Option(
            "--sampling",
            metavar="plain|antithetic|sobol",
            help="How futures are drawn: each by itself, in mirrored pairs, or as evenly spread Sobol points.",
        ),
    ] = "plain",
    policy: PolicyOption = None,
    no_twin: NoTwinOption = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from what the same run has left, where that was stopped.")
    ] = False,
    keep_days: Annotated[
        bool,
        typer.Option("--keep-days", help="Write every day of every future, too: about 0.6 MB each for three years."),
    ] = False,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Run a scenario: who runs short, when, for how long, and what prices do."""
    from sim.report.tables import print_summary
    from sim.results.place import default_folder
    from sim.running.precision import MOST
    from sim.running.run import run_and_write

    read = read_one(scenario, policy, verbose=verbose)
    folder = out or default_folder(read.scenario)
    usual = 1024 if sampling == "sobol" else 1000
    n = n or (usual if precision is None else MOST)
    with gathered_news() as news, progress_of(n, quiet) as advance:
        summary = run_and_write(
            read, folder, n=n, seed=seed, twin=not no_twin, workers=hands(workers, cluster), precision=precision,
            resume=resume, keep_days=keep_days, sampling=sampling, command=command_line(), advance=advance,
            say=news.append,
        )  # fmt: skip
    tell(summary, print_summary, folder, as_json=as_json, quiet=quiet, news=news)
