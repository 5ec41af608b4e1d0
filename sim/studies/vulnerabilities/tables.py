"""What `sim vulnerabilities` prints: the losses that hurt most and whom they hit, within 80 columns."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.documents import Json
from sim.report import words
from sim.report.family_tables import MILLION, mean
from sim.report.tables import WIDTH, add_row, new_table, put
from sim.report.verdict import TOTAL
from sim.studies.vulnerabilities.words import answer, basis, loss_name, world

LISTED = 15
NAME_WIDTH = 29
PRIORITIES = 3
"""As many as find room; vulnerabilities.json has all."""


def print_vulnerabilities(document: Json, console: Console) -> None:
    """Print the worst losses, whom they hit, and the worst of all in a sentence."""
    width = min(console.width, WIDTH)
    put(losses_table(document), console)
    console.print(Text(_notes(document), style="dim"), width=width)
    put(hit_table(document), console)
    console.print(Text(answer(document), style="bold"), width=width)
    console.print(Text(f"{basis(document)} {world(document)}", style="dim"), width=width)


def losses_table(document: Json) -> Table:
    """Return a row per loss, the worst first: buyer-days, days of each priority, output lost."""
    priorities = document["priorities"][:PRIORITIES]
    headers = ("\nBuyer-days\nmore", *(f"\n\n{_short(id)}" for id in priorities), "Output\nlost,\nUSD m")
    table = new_table("What hurts most when it is lost", "Loss", *headers)
    table.columns[0].max_width = NAME_WIDTH
    for loss in document["losses"][:LISTED]:
        add_row(
            table,
            f"{loss['rank']:>2} {words.sentence(loss_name(loss))}",
            mean(loss[TOTAL]),
            *(words.count(loss["groups"][id]["shortage_days"]["mean"]) for id in priorities),
            words.count(loss["output_lost_usd"]["mean"] / MILLION),
        )
    return table


def hit_table(document: Json) -> Table:
    """Return the buyers that each loss hits most, with the days short that it adds."""
    table = new_table("Whom it hits most", "Loss", "Days short more")
    table.columns[0].vertical, table.columns[1].justify, table.columns[1].no_wrap = "top", "left", False
    for loss in document["losses"][:LISTED]:
        hit = [
            f"{document['names'][id]} {words.count(loss['buyers'][id]['shortage_days']['mean'])}"
            for id in loss["hit_most"]
        ]
        add_row(table, f"{loss['rank']:>2} {words.sentence(loss_name(loss))}", ", ".join(hit) or "nobody")
    return table


def _notes(document: Json) -> str:
    interval = "±: half the 95 % interval. " if document["replications"] > 1 else ""
    priorities = ", ".join(map(_short, document["priorities"][:PRIORITIES]))
    more = len(document["losses"]) - LISTED
    rest = f" The other {more} losses are in vulnerabilities.json." if more > 0 else ""
    return (
        f"{interval}Against the same future without the loss. {priorities}: days short of the priority, pooled. "
        "Output lost: more of it. "
        f"Exports: nothing leaves the country; trade within it goes on.{rest}"
    )


def _short(priority: str) -> str:
    return f"P{priority.partition(':')[2]}"
