"""`sim vulnerabilities`: everything lost in turn."""

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


def vulnerabilities(
    scenario: ScenarioArgument,
    days: Annotated[int, typer.Option("--days", min=1, max=36_500, help="Days that each thing is lost.")] = 180,
    start: Annotated[int, typer.Option("--start", min=0, max=36_500, help="First day of the loss.")] = 60,
    lanes: Annotated[bool, typer.Option("--lanes", help="Lose lanes, too; there are hundreds.")] = False,
    n: FuturesOption = 32,
    seed: SeedOption = 1,
    policy: PolicyOption = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print vulnerabilities.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Lose every plant and country, one at a time: which loss hurts most, and whom."""
    from sim.results.place import default_folder
    from sim.studies.vulnerabilities.run import Trial, lose_and_write
    from sim.studies.vulnerabilities.tables import print_vulnerabilities

    read = read_one(scenario, policy, verbose=verbose)
    folder = out or default_folder(read.scenario, ".vulnerabilities")
    trial = Trial(read.scenario, start, days, lanes=lanes)
    with progress_of(n * trial.runs, quiet) as advance:
        document = lose_and_write(
            read,
            trial,
            folder,
            n=n,
            seed=seed,
            workers=hands(workers, cluster),
            command=command_line(),
            advance=advance,
        )
    tell(document, print_vulnerabilities, folder, as_json=as_json, quiet=quiet)
