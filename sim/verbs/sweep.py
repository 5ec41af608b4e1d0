"""`sim sweep`: a figure varied."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.options import (
    ClusterOption,
    FuturesOption,
    NoTwinOption,
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


def sweep(
    scenario: ScenarioArgument,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="PATH=A:B:STEP",
            help="The path of a figure, and its values in its own unit: from A to B, or V,V,...; give one or two.",
        ),
    ],
    n: FuturesOption = 256,
    seed: SeedOption = 1,
    policy: PolicyOption = None,
    no_twin: NoTwinOption = False,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print sweep.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Vary a figure over the same futures: shortage and cost as a curve, and what one more unit buys."""
    from sim.results.place import default_folder
    from sim.spec.variation import grid, variations
    from sim.studies.sweep.run import sweep_and_write
    from sim.studies.sweep.tables import print_sweep

    read = read_one(scenario, policy, verbose=verbose)
    varied = variations(vary, read.scenario)
    folder = out or default_folder(read.scenario, ".sweep")
    with progress_of(n * len(grid(varied)), quiet) as advance:
        document = sweep_and_write(
            read,
            varied,
            folder,
            n=n,
            seed=seed,
            twin=not no_twin,
            workers=hands(workers, cluster),
            command=command_line(),
            advance=advance,
        )
    tell(document, print_sweep, folder, as_json=as_json, quiet=quiet)
