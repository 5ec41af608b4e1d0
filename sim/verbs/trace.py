"""`sim trace`: the story of one future."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.options import PolicyOption, ScenarioArgument, SeedOption
from sim.terminal import read_one


def trace(
    scenario: ScenarioArgument,
    replication: Annotated[
        int, typer.Option("--replication", "-r", min=0, max=10**12, help="Number of the future.")
    ] = 0,
    seed: SeedOption = 1,
    policy: PolicyOption = None,
) -> None:
    """Tell the story of one future: what happened, who ran short, when and why."""
    from sim.running import trace as tell

    read = read_one(scenario, policy)
    for line in tell(read.scenario, seed, replication):
        typer.echo(line)
