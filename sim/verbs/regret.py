"""`sim regret`: policies in several scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.options import ClusterOption, FuturesOption, OutOption, QuietOption, SeedOption, WorkersOption, hands
from sim.terminal import command_line, progress_of, tell


def regret(
    scenario: Annotated[
        list[str],
        typer.Option("--scenario", metavar="S", help="A scenario file, or a shipped name; give two or more."),
    ],
    policy: Annotated[
        list[str], typer.Option("--policy", metavar="P", help="A policy file, or a shipped name; give two or more.")
    ],
    n: FuturesOption = 256,
    seed: SeedOption = 1,
    objective: Annotated[
        str | None,
        typer.Option(metavar="SUBJECT/METRIC", help="What should be low.", show_default="all/welfare_lost_usd"),
    ] = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print regret.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Hold policies against the best one in each of several scenarios: which is good whatever happens."""
    from sim.studies.regret.run import read_table, regret_and_write
    from sim.studies.regret.tables import print_regret

    reads = read_table(scenario, policy)
    folder = out or Path("results") / f"{reads[0][0].scenario.name}.regret"
    with progress_of(n * len(scenario) * len(policy), quiet) as advance:
        document = regret_and_write(
            reads,
            folder,
            n=n,
            seed=seed,
            objective=objective,
            workers=hands(workers, cluster),
            command=command_line(),
            advance=advance,
        )
    tell(document, print_regret, folder, as_json=as_json, quiet=quiet)
