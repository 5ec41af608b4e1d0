"""`sim discover`: under which conditions a policy fails."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.options import (
    ClusterOption,
    FuturesOption,
    OutOption,
    PolicyOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    VerboseOption,
    WorkersOption,
    hands,
)
from sim.terminal import command_line, progress_of, read_one, tell


def discover(
    scenario: ScenarioArgument,
    fails: Annotated[
        str, typer.Option("--fails", metavar="CONDITION", help="What it is to fail: 'jp.ev/shortage_days > 10'.")
    ],
    n: FuturesOption = 2000,
    seed: SeedOption = 1,
    policy: PolicyOption = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print discover.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Find the conditions under which a policy fails, and check them on futures held out."""
    from sim.results.place import default_folder
    from sim.studies.conditions import condition
    from sim.studies.discovery.run import discover_and_write
    from sim.studies.discovery.tables import print_discovery

    read = read_one(scenario, policy, verbose=verbose)
    asked = condition(fails, read.scenario, "--fails")
    folder = out or default_folder(read.scenario, ".discovery")
    with progress_of(n, quiet) as advance:
        document = discover_and_write(
            read,
            asked,
            folder,
            n=n,
            seed=seed,
            workers=hands(workers, cluster),
            command=command_line(),
            advance=advance,
        )
    tell(document, print_discovery, folder, as_json=as_json, quiet=quiet)
