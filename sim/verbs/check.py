"""`sim check`: a scenario in words, and the invariants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from sim.options import PolicyOption, ScenarioArgument
from sim.terminal import read_one

if TYPE_CHECKING:
    from sim.testing import Claim

DeepOption = Annotated[
    bool,
    typer.Option("--deep", help="Run every invariant on many futures and variants; minutes, on a large network."),
]


def check(scenario: ScenarioArgument, policy: PolicyOption = None, deep: DeepOption = False) -> None:
    """Say a scenario in words, and run the model's invariants on it."""
    from sim.spec.words import describe
    from sim.testing.check import check_model
    from sim.testing.deep_check import check_deeply, idle_parts

    read = read_one(scenario, policy)
    for line in describe(read.scenario):
        typer.echo(line)
    typer.echo()
    held = _say(check_deeply(read.scenario) if deep else check_model(read.scenario))
    if deep and held:
        for line in idle_parts(read.scenario):
            typer.echo(f"idle    {line}")
    if not held:
        raise typer.Exit(1)


def _say(claims: Iterator[Claim]) -> bool:
    """Print a line per claim, as they come; return whether all hold."""
    broken = False
    for claim in claims:
        typer.echo(f"{'holds ' if claim.holds else 'BROKEN'}  {claim.claim}: {claim.found}")
        broken |= not claim.holds
    return not broken
