"""`sim optimize`: the cheapest policy that meets a target."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from sim.options import (
    ClusterOption,
    OutOption,
    PolicyOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    VerboseOption,
    WorkersOption,
    hands,
)
from sim.terminal import command_line, gathered_news, progress_of, read_one, tell


def optimize(
    scenario: ScenarioArgument,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="PATH=LOW:HIGH",
            help="The path of a figure, and what it may be in its own unit, in steps if LOW:HIGH:STEP; give several.",
        ),
    ],
    target: Annotated[
        list[str],
        typer.Option(
            "--target",
            metavar="TARGET",
            help="'P(jp.ev/shortage_days <= 10) >= 0.95', or of a mean 'all/output_lost_usd <= 9e10'; all must be met.",
        ),
    ],
    cost: Annotated[
        Literal["net", "outlay"],
        typer.Option(help="What should be low: cost after sales and closing stock, or what must be laid out."),
    ] = "net",
    trials: Annotated[int, typer.Option(min=1, max=10_000, help="Policies tried at most.")] = 100,
    n: Annotated[int, typer.Option("-n", min=2, max=100_000, help="Futures of a trial that is worth them.")] = 1024,
    fresh: Annotated[
        int, typer.Option(min=5000, max=1_000_000, help="Fresh futures for each candidate; the longest part.")
    ] = 5000,
    seed: SeedOption = 1,
    policy: PolicyOption = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from what the same search has left.")] = False,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print optimize.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Search for the cheapest policy that meets the targets, and check what was found on fresh futures."""
    from sim.results.place import default_folder
    from sim.spec.variation import ranges
    from sim.studies.conditions import target as read_target
    from sim.studies.optimum.run import Effort, optimise_and_write
    from sim.studies.optimum.tables import print_optimum

    read = read_one(scenario, policy, verbose=verbose)
    varied = ranges(vary, read.scenario)
    targets = [read_target(text, read.scenario) for text in target]
    folder = out or default_folder(read.scenario, ".optimum")
    effort = Effort(trials, n, fresh)
    with gathered_news() as news, progress_of(effort.total, quiet) as advance:
        document = optimise_and_write(
            read, varied, targets, folder, seed=seed, effort=effort, cost=cost, workers=hands(workers, cluster),
            resume=resume, command=command_line(), advance=advance, say=news.append,
        )  # fmt: skip
    tell(document, print_optimum, folder, as_json=as_json, quiet=quiet, news=news)
