"""The story of one future as a table, within 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import words
from sim.report.tables import WIDTH, new_table
from sim.spec.scenario import Scenario
from sim.tracing.chronicle import Line


def print_trace(
    heading: str, lines: Sequence[Line], account: Sequence[str], scenario: Scenario, console: Console
) -> None:
    """Print what happened by day, and what our means did."""
    width = min(console.width, WIDTH)
    console.print(Text(heading, style="bold"), width=width)
    console.print(trace_table(lines, scenario), width=width)
    for line in account:
        console.print(Text(line), width=width)


def trace_table(lines: Sequence[Line], scenario: Scenario) -> Table:
    """Return a row per dated line: its days since the start, its date, and what happened."""
    table = new_table("Day by day", "Day", "Date", "What happened")
    table.columns[0].no_wrap, table.columns[2].no_wrap = True, False
    table.columns[2].justify = "left"
    table.columns[0].vertical = "top"
    for line in lines:
        days = f"{line.first}" if line.first == line.last else f"{line.first}-{line.last}"
        date = words.date(scenario.start_date.isoformat(), line.first)
        table.add_row(Text(days), Text(date), Text(line.text))
    return table
