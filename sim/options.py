"""What verbs of the command line share: arguments and options that mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _share(value: float | None) -> float | None:
    """Refuse what is no share; not a number is none either."""
    if value is not None and not 0 < value < 1:
        raise typer.BadParameter(f"{value} is not a share between 0 and 1, such as 0.02")
    return value


def scenarios_like(incomplete: str) -> list[str]:
    """Return the shipped scenarios and networks that begin so, for a shell that completes."""
    from sim.spec.shipped import names

    return [name for name in names() if name.startswith(incomplete)]


def policies_like(incomplete: str) -> list[str]:
    """Return the shipped policies that begin so."""
    from sim.spec.shipped import policy_names

    return [name for name in policy_names() if name.startswith(incomplete)]


ScenarioArgument = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help="A scenario file, or a shipped name.", autocompletion=scenarios_like),
]
ResultsArgument = Annotated[Path, typer.Argument(metavar="RESULTS", help="A folder that a run or a study wrote.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, max=2**63 - 1, help="What all random numbers follow from.")]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="P",
        help="A policy file, or a shipped name.",
        show_default="none",
        autocompletion=policies_like,
    ),
]
FuturesOption = Annotated[int, typer.Option("-n", min=1, max=1_000_000, help="Futures.")]
NoTwinOption = Annotated[
    bool, typer.Option("--no-twin", help="Leave out the undisturbed twins, and with them attributable figures.")
]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="The results folder.")]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=1024,
        help="Processes; results are the same for any number. Unless told, a core for every 64 futures, up to all.",
        show_default=False,
    ),
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ADDRESS", help="A Dask scheduler, such as tcp://127.0.0.1:8786, whose workers run them."
    ),
]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help="Print no tables, no story and no progress.")]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="Say what the files override.")]
PrecisionOption = Annotated[
    float | None,
    typer.Option(
        "--precision",
        metavar="SHARE",
        callback=_share,
        help="Stop once mean shortage days of every priority are within this share of the mean, or half a day; "
        "looked at after 512 futures, 1024, 2048, ...",
    ),
]


def hands(workers: int | None, cluster: str | None) -> int | str | None:
    """Return who runs the futures: so many processes, or a cluster."""
    if workers is not None and cluster is not None:
        raise typer.BadParameter("a cluster has the workers it has: give --workers or --cluster, not both")
    return workers if cluster is None else cluster
