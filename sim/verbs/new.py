"""`sim new`: a scenario file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.options import scenarios_like


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the scenario is called, such as my_ban.")],
    extends: Annotated[
        str,
        typer.Option(
            "--extends", metavar="SCENARIO", help="A shipped name to build on.", autocompletion=scenarios_like
        ),
    ] = "baseline",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where it goes.", show_default="NAME.yaml")
    ] = None,
) -> None:
    """Write a commented scenario file that runs as it stands, to be changed."""
    from sim.scaffold import new_scenario

    written = new_scenario(name, extends, out or Path(f"{name}.yaml"))
    typer.echo(f"{written}: change it, then `sim check {written}` and `sim run {written}`.")
