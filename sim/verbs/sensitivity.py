"""`sim sensitivity`: what drives the answer."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from sim.options import (
    OutOption,
    PolicyOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    VerboseOption,
    WorkersOption,
)
from sim.terminal import command_line, progress_of, read_one, tell


def sensitivity(
    scenario: ScenarioArgument,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            metavar="SUBJECT/METRIC",
            help="What is asked: a column, such as priority:1/shortage_days; buyer-days and output lost unless told.",
        ),
    ] = None,
    n: Annotated[int, typer.Option("-n", help="Futures of every world, and of every point of a design.")] = 8,
    worlds: Annotated[int, typer.Option("--worlds", help="Draws of what nobody knows, for chance and doubt.")] = 128,
    trajectories: Annotated[
        int, typer.Option("--trajectories", help="Rows of the screening (Morris); 0 is none, nor shares.")
    ] = 6,
    rows: Annotated[int, typer.Option("--rows", help="Rows for shares (Sobol), a power of two; 0 is none.")] = 32,
    factors: Annotated[int, typer.Option("--factors", help="Assumptions that shares are found of, at most 20.")] = 8,
    spread: Annotated[float, typer.Option("--spread", help="What a constant may be off by, as a part of it.")] = 0.25,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="field|sentence",
            help="What is put together: all figures of a field, or those assumed with the same words.",
        ),
    ] = "field",
    seed: SeedOption = 1,
    policy: PolicyOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print sensitivity.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Find what drives the answer: chance or doubt, and which assumptions."""
    from sim.results.place import default_folder
    from sim.studies.sensitivity.run import Plan, sensitivity_and_write
    from sim.studies.sensitivity.tables import print_sensitivity

    read = read_one(scenario, policy, verbose=verbose)
    folder = out or default_folder(read.scenario, ".sensitivity")
    plan = Plan(n, worlds, trajectories, rows, factors, spread, by)  # type: ignore[arg-type]  # checked there
    with ExitStack() as shown:
        document = sensitivity_and_write(
            read,
            folder,
            metrics=metric or (),
            plan=plan,
            seed=seed,
            workers=workers,
            command=command_line(),
            begin=lambda futures: shown.enter_context(progress_of(futures, quiet)),
        )
    tell(document, print_sensitivity, folder, as_json=as_json, quiet=quiet)
