"""A progress bar on stderr, where somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

BAR = 20
"""Wide, so that a line fits 80 columns."""


class RateColumn(ProgressColumn):
    """Futures a second, as of late."""

    def render(self, task: Task) -> Text:
        """Return the rate; empty until there is one."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.3g}/s")


@contextmanager
def progress(n: int, *, hidden: bool) -> Iterator[Callable[[float], None]]:
    """Show how many of n futures are done; yield what to call with the futures that came to be done since."""
    if hidden:  # a bar that is disabled still ends its line on rich before 14.3
        yield lambda done: None
        return
    columns = (
        TextColumn("futures"),
        BarColumn(BAR),
        MofNCompleteColumn(),
        RateColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task, so_far = bar.add_task("futures", total=n), 0.0

        def advance(done: float) -> None:
            nonlocal so_far
            so_far += done
            bar.update(task, completed=round(so_far, 6))  # parts of a future add up to a whole one

        yield advance
