"""`sim serve`: the what-if page."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.options import SeedOption


def serve(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO]",
            help="A scenario file, or a shipped name, to begin with; all shipped ones can be chosen.",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to answer at; any but this machine's own needs the token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 takes a free one.")] = 8765,
    n: Annotated[int, typer.Option("-n", min=32, max=10_000, help="Futures that a setting is refined to.")] = 2_000,
    seed: SeedOption = 1,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Processes that stay warm.", show_default="as many as cores, two at least"),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="SIM_TOKEN", help="What a link must hold where others can ask; made up unless told."),
    ] = None,
    compiled: Annotated[
        bool,
        typer.Option(
            "--compiled/--exact",
            help="Days in compiled loops, several times as fast, or as `sim run` has them, to the last bit.",
        ),
    ] = True,
) -> None:
    """Open the what-if page: sliders over a scenario, answered in a browser."""
    from sim.errors import not_installed

    try:
        from sim.web.serving import serve_page
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "anyio"):
            raise
        raise not_installed("sim serve", "starlette and uvicorn", "web") from error
    serve_page(
        scenario, host=host, port=port, most=n, seed=seed, hands=workers, token=token, say=typer.echo, compiled=compiled
    )
