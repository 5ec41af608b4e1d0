"""What `sim discover` prints: the boxes in which a policy fails, and the answer."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.documents import Json
from sim.report import words
from sim.report.tables import WIDTH, add_row, new_table, put
from sim.studies.discovery.words import basis, conditions, findings


def print_discovery(told: Json, console: Console) -> None:
    """Print the boxes, and what they say."""
    width = min(console.width, WIDTH)
    if told["boxes"]:
        for number, box in enumerate(told["boxes"], 1):
            console.print(Text(f"Box {number}: {conditions(box)}.", style="dim"), width=width)
        put(boxes_table(told), console)
    for sentence in findings(told):
        console.print(Text(sentence, style="bold"), width=width)
    console.print(Text(basis(told), style="dim"), width=width)


def boxes_table(told: Json) -> Table:
    """Return a row per box: how often it fails there, in the futures it was found in and in those held out."""
    headers = ("Fails,\nfound in", "Fails,\nheld out", "Interval", "Of all\nfailures", "Futures\nheld out", "Holds up")
    table = new_table("Where it fails", "Box", *headers)
    for number, box in enumerate(told["boxes"], 1):
        there, (low, high) = box["held_out"], box["held_out"]["density_ci95"]
        add_row(
            table,
            str(number),
            words.percent(box["found_in"]["density"]),
            words.percent(there["density"]),
            f"{words.percent(low)} to {words.percent(high)}",
            words.percent(there["coverage"]),
            words.count(there["futures"]),
            "yes" if box["holds_up"] else "no",
        )
    overall = [words.percent(told["fails"][part]["mean"]) for part in ("found_in", "held_out")]
    add_row(table, "all", *overall)
    return table
