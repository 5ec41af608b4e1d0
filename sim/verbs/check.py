"""`sim check`: a scenario in words, and the invariants."""

from __future__ import annotations

import typer

from sim.options import PolicyOption, ScenarioArgument
from sim.terminal import read_one


def check(scenario: ScenarioArgument, policy: PolicyOption = None) -> None:
    """Say a scenario in words, and run the model's invariants on it."""
    from sim.checking import check_model
    from sim.spec.words import describe

    read = read_one(scenario, policy)
    for line in describe(read.scenario):
        typer.echo(line)
    typer.echo()
    broken = False
    for result in check_model(read.scenario):
        typer.echo(f"{'holds ' if result.holds else 'BROKEN'}  {result.claim}: {result.found}")
        broken |= not result.holds
    if broken:
        raise typer.Exit(1)
