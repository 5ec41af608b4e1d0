"""What every verb of the command line says besides its answer: documents, tables, progress, and how it was called.

Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from sim.spec.reading import ReadScenario


def read_one(scenario: str, policy: str | None, *, verbose: bool = False) -> ReadScenario:
    """Read a scenario, and a policy over it; say what they override where that is wanted."""
    from sim.spec.reading import read_scenario

    read = read_scenario(scenario, policy)
    if verbose:
        say_overrides([read])
    return read


def say_overrides(reads: Sequence[ReadScenario]) -> None:
    """Say what later files change in earlier ones: what all policies share once, else with the policy's name."""
    shared = set.intersection(*(set(read.overrides) for read in reads))
    for number, read in enumerate(reads):
        for line in read.overrides:
            if line not in shared:
                typer.echo(f"{read.scenario.policy}: {line}", err=True)
            elif number == 0:
                typer.echo(line, err=True)


def tell(
    document: dict[str, Any],
    print_tables: Callable[[dict[str, Any], Console], None],
    folder: Path,
    *,
    as_json: bool,
    quiet: bool,
    news: Sequence[str] = (),
) -> None:
    """Print the document where it is asked for; tables, news and where the results are, unless told to be quiet."""
    if as_json:
        from sim.documents import as_json as text

        typer.echo(text(document), nl=False)
    if not quiet:
        out = console(stderr=as_json)
        print_tables(document, out)
        for line in news:
            out.print(line, style="dim", soft_wrap=True)
        out.print(f"Results in {folder}; open {folder / 'report.html'} in a browser.", style="dim", soft_wrap=True)


@contextmanager
def gathered_news() -> Iterator[list[str]]:
    """Gather what a planner should know besides, for `tell`; where the work is cut short it is said at once."""
    news = list[str]()
    try:
        yield news
    except BaseException:
        for line in news:
            typer.echo(line, err=True)
        raise


def command_line() -> str:
    """Return the command line as typed, for the manifest."""
    import shlex

    return shlex.join(["sim", *sys.argv[1:]])


def console(*, stderr: bool) -> Console:
    """Return where tables go: plain text, whatever names hold."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False)


def progress_of(n: int, quiet: bool) -> Any:
    """Return a context that gives a function to report finished futures to."""
    from sim.report.progress import progress

    return progress(n, hidden=quiet or not sys.stderr.isatty())
