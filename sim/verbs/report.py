"""`sim report`: the page of finished results, again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.options import QuietOption, ResultsArgument


def report(
    results: ResultsArgument,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where the page goes; into the folder unless told.")
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Write the page of a finished folder anew, without running anything."""
    from sim.rebuilding import rebuild

    written = rebuild(results, out)
    if not quiet:
        typer.echo(f"{written}: open it in a browser.")
