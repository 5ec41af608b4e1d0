"""What `sim sweep` prints: a row per point, and what one more unit buys, within 80 columns."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.documents import Json
from sim.report import words
from sim.report.family_tables import MILLION, mean
from sim.report.tables import WIDTH, add_row, new_table, put
from sim.report.verdict import TOTAL
from sim.studies.sweep.words import COST, basis, findings, legend, lettered, number

PRIORITIES = 4
"""As many as find room; sweep.json has all."""


def print_sweep(sweep: Json, console: Console) -> None:
    """Print the table of points, that of priorities, and a sentence per figure."""
    width = min(console.width, WIDTH)
    console.print(Text(legend(sweep), style="dim"), width=width)
    put(points_table(sweep), console)
    console.print(Text(_notes(sweep), style="dim"), width=width)
    put(priorities_table(sweep), console)
    for sentence in findings(sweep):
        console.print(Text(sentence, style="bold"), width=width)
    console.print(Text(basis(sweep), style="dim"), width=width)


def points_table(sweep: Json) -> Table:
    """Return a row per point: buyer-days short, the joint probability, welfare lost and the policy's cost."""
    headers = ("Buyer-days\nshort", "\np95", f"All within\n{_limit_d(sweep)} d", "Welfare lost,\nUSD m", "Cost,\nUSD m")
    table = _with_values(sweep, "Shortage and cost by point", *headers)
    for point in sweep["points"]:
        add_row(
            table,
            *_values(sweep, point),
            mean(point[TOTAL]),
            words.count(point[TOTAL]["p95"]),
            words.percent(point["within_limit"]["every_priority"]["mean"]),
            mean(point["welfare_lost_usd"], MILLION),
            words.count(None if point[COST]["mean"] is None else point[COST]["mean"] / MILLION),
        )
    return table


def priorities_table(sweep: Json) -> Table:
    """Return a row per point: days short of every priority, its tonnes pooled."""
    ids = list(sweep["points"][0]["within_limit"]["priorities"])[:PRIORITIES]
    table = _with_values(sweep, "Days short, pooled", *(f"\n{sweep['names'][id]}" for id in ids))
    for point in sweep["points"]:
        add_row(table, *_values(sweep, point), *(mean(point["groups"][id]["aggregate"]["shortage_days"]) for id in ids))
    return table


def _notes(sweep: Json) -> str:
    interval = "±: half the 95 % interval. " if sweep["replications"] > 1 else ""
    return (
        f"{interval}All within {_limit_d(sweep)} d: futures in which no buyer of any priority is short for longer. "
        "Cost: of what the policy adds."
    )


def _limit_d(sweep: Json) -> str:
    return words.count(sweep["points"][0]["within_limit"]["limit_d"])


def _with_values(sweep: Json, title: str, *headers: str) -> Table:
    first, *rest = (f"{letter},\n{one['unit']}" for letter, one in lettered(sweep))
    return new_table(title, first, *rest, *headers)


def _values(sweep: Json, point: Json) -> list[str]:
    return [number(point["values"][one["path"]]) for one in sweep["vary"]]
