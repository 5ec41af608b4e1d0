"""`sim compare`: policies over the same futures."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.options import (
    ClusterOption,
    FuturesOption,
    NoTwinOption,
    OutOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    VerboseOption,
    WorkersOption,
    hands,
)
from sim.terminal import command_line, progress_of, say_overrides, tell


def compare(
    scenario: ScenarioArgument,
    policy: Annotated[
        list[str], typer.Option("--policy", metavar="P", help="A policy file, or a shipped name; give two or more.")
    ],
    n: FuturesOption = 1000,
    seed: SeedOption = 1,
    limit: Annotated[
        float, typer.Option("--limit", min=0, metavar="DAYS", help="Shortage days that a priority buyer can bear.")
    ] = 10,
    objective: Annotated[
        str | None,
        typer.Option(metavar="SUBJECT/METRIC", help="What should be low.", show_default="days short of all buyers"),
    ] = None,
    indifference: Annotated[
        float | None, typer.Option(min=0, help="A lead that does not matter.", show_default="1 % of the baseline")
    ] = None,
    no_twin: NoTwinOption = False,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print compare.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Compare policies over the same futures: which is better, how sure that is, and what it costs."""
    from sim.comparing import compare_and_write, default_comparison_folder, read_policies
    from sim.report.comparison_tables import print_comparison

    reads = read_policies(scenario, policy)
    if verbose:
        say_overrides(reads)
    folder = out or default_comparison_folder(reads[0].scenario)
    with progress_of(n * len(reads), quiet) as advance:
        comparison = compare_and_write(
            reads,
            folder,
            n=n,
            seed=seed,
            twin=not no_twin,
            workers=hands(workers, cluster),
            limit_d=limit,
            objective=objective,
            indifference=indifference,
            command=command_line(),
            advance=advance,
        )
    tell(comparison, print_comparison, folder, as_json=as_json, quiet=quiet)
