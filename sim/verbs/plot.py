"""`sim plot`: a picture for slides."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.options import QuietOption, ResultsArgument


class Kind(StrEnum):
    """What can be drawn."""

    FAN = "fan"
    SANKEY = "sankey"
    EXCEEDANCE = "exceedance"
    FRONTIER = "frontier"


def plot(
    results: ResultsArgument,
    kind: Annotated[
        Kind,
        typer.Option(
            "--kind",
            help="fan: demand not met over time; sankey: flows before and during; "
            "exceedance: the chance of more; frontier: cost against shortage.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where it goes: .svg, .png or .pdf.")],
    about: Annotated[
        str | None,
        typer.Option(
            "--of",
            metavar="ID",
            help="A buyer or group (fan, exceedance), a priced thing (fan), an element (sankey).",
            show_default="regions aimed at and hit hardest, or all elements",
        ),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Draw a picture of finished results for slides (needs the extra `plot`)."""
    from sim.plotting import plot as draw

    written = draw(results, kind.value, out, about)
    if not quiet:
        typer.echo(str(written))
