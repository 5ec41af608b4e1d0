"""`sim list`: what is shipped, and what is installed besides."""

from __future__ import annotations

import textwrap

import typer

WIDTH = 80


def listing() -> None:
    """List the scenarios, networks, policies and episodes of history that are shipped, and installed extensions."""
    from sim import extensions
    from sim.spec import shipped

    for title, names in (
        ("Scenarios", shipped.scenario_names()),
        ("Networks", shipped.network_names()),
        ("Policies", shipped.policy_names()),
        ("Episodes", shipped.episode_names()),
    ):
        typer.echo(textwrap.fill(f"{title}: {', '.join(names)}", WIDTH, subsequent_indent="  "))
    if extensions.installed():
        added = ", ".join(map(str, extensions.installed()))
        typer.echo(textwrap.fill(f"Extensions: {added}", WIDTH, subsequent_indent="  "))
