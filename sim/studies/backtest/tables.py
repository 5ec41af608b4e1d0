"""What `sim backtest` prints: a table per episode, observed against the model, within 80 columns."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.documents import Json
from sim.report.tables import WIDTH, add_row, new_table, put
from sim.studies.backtest.words import answer, basis, ratio

WHAT_WIDTH = 38


def print_backtest(document: Json, console: Console) -> None:
    """Print every episode's targets, and how well the model does in a sentence."""
    width = min(console.width, WIDTH)
    for episode in document["episodes"]:
        put(targets_table(episode), console)
    console.print(Text(answer(document), style="bold"), width=width)
    console.print(Text(basis(document), style="dim"), width=width)


def targets_table(episode: Json) -> Table:
    """Return a row per target: observed, the model's p05, p50 and p95, whether inside, whether fitted."""
    headers = ("Ob-\nserved", "\np05", "Model\np50", "\np95", "In\nband", "\nFitted")
    table = new_table(f"{episode['episode']}: history against the model, ratios", "Target", *headers)
    table.columns[0].max_width, table.columns[0].no_wrap = WHAT_WIDTH, False
    for row in episode["targets"]:
        numbers = (ratio(row[name]) for name in ("observed", "p05", "p50", "p95"))
        add_row(table, row["what"], *numbers, "yes" if row["inside"] else "NO", "yes" if row["fitted"] else "no")
    return table
