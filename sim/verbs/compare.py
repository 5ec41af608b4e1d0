"""`sim compare`: policies over the same futures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.errors import ResultsError
from sim.options import (
    ClusterOption,
    FuturesOption,
    NoTwinOption,
    OutOption,
    QuietOption,
    SeedOption,
    VerboseOption,
    WorkersOption,
    hands,
    policies_like,
    scenarios_like,
)
from sim.terminal import command_line, progress_of, say_overrides, tell

RUNNING = {"n": "-n", "seed": "--seed", "no_twin": "--no-twin", "workers": "--workers", "cluster": "--cluster"}
"""Options that say how futures are run."""


def compare(
    context: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO|FOLDERS",
            help="A scenario file or a shipped name, with --policy; or folders of finished runs, without.",
            autocompletion=scenarios_like,
        ),
    ],
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="P",
            help="A policy file, or a shipped name; give two or more.",
            autocompletion=policies_like,
        ),
    ] = None,
    n: FuturesOption = 1000,
    seed: SeedOption = 1,
    limit: Annotated[
        float, typer.Option("--limit", min=0, metavar="DAYS", help="Shortage days that a priority buyer can bear.")
    ] = 10,
    objective: Annotated[
        str | None,
        typer.Option(metavar="SUBJECT/METRIC", help="What should be low.", show_default="all/welfare_lost_usd"),
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
    from sim.studies.comparison.tables import print_comparison

    asked: dict[str, Any] = {
        "limit_d": limit,
        "objective": objective,
        "indifference": indifference,
        "command": command_line(),
    }
    if finished(what, policy or []):
        _refuse_running(context)
        comparison, folder = _compare_finished([Path(one) for one in what], out, asked)
    else:
        from sim.studies.comparison.run import compare_and_write, default_comparison_folder, read_policies

        reads = read_policies(what[0], policy or [])
        if verbose:
            say_overrides(reads)
        folder = out or default_comparison_folder(reads[0].scenario)
        run: dict[str, Any] = {"n": n, "seed": seed, "twin": not no_twin, "workers": hands(workers, cluster)}
        with progress_of(n * len(reads), quiet) as advance:
            comparison = compare_and_write(reads, folder, **run, **asked, advance=advance)
    tell(comparison, print_comparison, folder, as_json=as_json, quiet=quiet)


def finished(what: list[str], policies: list[str]) -> bool:
    """Tell whether finished runs are to be compared; refuse what is neither that nor a scenario under policies."""
    if policies and len(what) > 1:
        raise ResultsError(f"{len(what)} scenarios with --policy; name one, or finished runs without --policy")
    return not policies and (len(what) > 1 or Path(what[0]).is_dir())


def _refuse_running(context: typer.Context) -> None:
    """Refuse options of running where nothing is run."""
    for name, option in RUNNING.items():
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise ResultsError(f"{option} with finished runs: their futures are what they are")


def _compare_finished(folders: list[Path], out: Path | None, asked: dict[str, Any]) -> tuple[dict[str, Any], Path]:
    from sim.studies.comparison.finished import read_finished
    from sim.studies.comparison.run import compare_finished, default_comparison_folder

    saved = read_finished(folders)
    folder = out or default_comparison_folder(saved[0].scenario)
    return compare_finished(saved, folder, **asked), folder
