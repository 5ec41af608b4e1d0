"""`sim schema`: for editors."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from sim.spec.schema import file_schema

    typer.echo(json.dumps(file_schema(), indent=2))
