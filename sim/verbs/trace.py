"""`sim trace`: the story of one future."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.options import PolicyOption, QuietOption, ScenarioArgument, SeedOption, WorkersOption
from sim.terminal import console, progress_of, read_one


def trace(
    scenario: ScenarioArgument,
    replication: Annotated[
        str,
        typer.Option("--replication", "-r", metavar="WHICH", help="Number of the future, `median` or `worst`."),
    ] = "0",
    n: Annotated[int, typer.Option("-n", min=1, max=100_000, help="Of so many is it the median or the worst.")] = 100,
    by: Annotated[
        str, typer.Option("--by", metavar="SUBJECT/METRIC", help="The column by which it is.")
    ] = "all/output_lost_usd",
    seed: SeedOption = 1,
    policy: PolicyOption = None,
    table: Annotated[bool, typer.Option("--table", help="A table in place of sentences.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document in place of sentences.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="A timeline besides: .svg, or .html with the story."),
    ] = None,
    workers: WorkersOption = None,
    quiet: QuietOption = False,
) -> None:
    """Tell the story of one future: what happened, who ran short, when and why, and what our means did."""
    from sim.documents import as_json as text
    from sim.tracing.page import check_picture, write_picture
    from sim.tracing.run import trace as tell
    from sim.tracing.table import print_trace

    if out is not None:
        check_picture(out)
    told = read_one(scenario, policy).scenario
    bare = None if told.policy == "none" else read_one(scenario, None).scenario
    named = replication.isdecimal()
    with progress_of(n, quiet or named) as advance:
        found = tell(
            told, replication, bare=bare, seed=seed, n=n, by=by, workers=workers, advance=advance,
        )  # fmt: skip
    if out is not None:
        write_picture(found, out)
    if as_json:
        typer.echo(text(found.document()), nl=False)
    elif not quiet:
        if table:
            print_trace(found.heading(), found.rows(), found.account(), found.scenario, console(stderr=False))
        else:
            for line in found.lines():
                typer.echo(line)
    if out is not None and not quiet:
        typer.echo(
            f"{out}: the {'story and its timeline' if out.suffix.lower() == '.html' else 'timeline'}.", err=as_json
        )
