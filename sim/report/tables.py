"""What `sim run` prints: the answer, who runs short, and what prices do, within 80 columns.

Every cell and line is a `Text`: rich takes square brackets in a plain string for markup.
"""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from sim.documents import Json
from sim.report import added_tables, words
from sim.report.answer import (
    answer,
    by_region,
    has_peaks_in_force,
    losses,
    short_because_dear,
    short_buyers,
    the_others,
)
from sim.report.family_tables import HIGHEST_PRICE, run_families

WIDTH = 80
NAME_WIDTH = 26
CLOSE = (0, 1, 0, 0)
"""Room around cells where a table would be too wide: none to the left."""


def print_summary(summary: Json, console: Console) -> None:
    """Print the answer in two sentences and the tables behind it.

    Colour and width are the console's: rich leaves colour out on NO_COLOR or where nobody sees it.
    """
    width = min(console.width, WIDTH)
    console.print(Text(" ".join(answer(summary)), style="bold"), width=width)
    console.print(Text(_basis(summary), style="dim"), width=width)
    if short_buyers(summary):
        put(buyers_table(summary), console)
        for line in (short_because_dear(summary), the_others(summary)):
            if line:
                console.print(Text(line, style="dim"), width=width)
        put(groups_table(summary), console)
        console.print(Text(losses(summary), style="dim"), width=width)
        if summary["families"]:
            put(families_table(summary), console)
    if summary["prices"]:
        put(prices_table(summary), console)
    for one in added_tables.of_run(summary):
        put(added_table(one), console)


def put(table: Table, console: Console) -> None:
    """Print a table, closer together where it would have to be cut."""
    width = min(console.width, WIDTH)
    if Measurement.get(console, console.options.update(width=2 * WIDTH), table).maximum > width:
        table.padding = CLOSE
    console.print(table, width=width)


def buyers_table(summary: Json) -> Table:
    """Return the buyers that are short in 5 of 100 futures or more, the worst region and buyer first."""
    headers = ("Full\ndays lost", "Days\nshort", "\np95", "\nChance", "Short\nfrom day", "Line stop\nfrom day")
    table = new_table("Who runs short", "Buyer", *headers)
    for region, buyers in by_region(summary):
        table.add_row(Text(region, style="bold"))
        for buyer in buyers:
            lost = words.count(buyer["lost_production_days"]["mean"])
            add_row(table, f"  {buyer['use']}", lost, *_shortage_cells(buyer), *_day_cells(buyer))
    table.caption = Text(
        "Means, but for p95: 95 of 100 futures stay at or below. Full days lost: short days weighted by what is "
        "missing. From day: early (p05) / median future, since the start; –: not in such a future."
    )
    return table


def groups_table(summary: Json) -> Table:
    """Return the groups of buyers in which anyone is ever short, and every priority."""
    headers = ("Pooled:\ndays short", "\np95", "\nChance", "Any member:\ndays short", "\nChance")
    table = new_table("By group", "Group", *headers)
    for group in summary["groups"].values():
        pooled, any_member = group["aggregate"], group["any_member"]
        if any_member["probability_of_shortage"]["mean"] > 0 or group["dimension"] == "priority":
            add_row(
                table,
                group["name"],
                *_shortage_cells(pooled),
                words.count(any_member["shortage_days"]["mean"]),
                words.percent(any_member["probability_of_shortage"]["mean"]),
            )
    table.caption = Text("Groups overlap; do not add them up.")
    return table


def families_table(summary: Json) -> Table:
    """Return the main figures of all futures, and of those of each family of parameters."""
    headers, rows = run_families(summary)
    table = new_table("Apart by where parameters come from", "", *headers)
    for row in rows:
        add_row(table, *row)
    table.caption = Text(
        f"Means; P1: priority 1, tonnes pooled. ±: half the 95 % interval. {HIGHEST_PRICE} Few futures are like the "
        "mean of all."
    )
    return table


def prices_table(summary: Json) -> Table:
    """Return how high each price goes in each market, in force and ever, and how long it is more than double."""
    in_force = has_peaks_in_force(summary)
    headers = ("Peak\never\np50", "\n\np95", "Days\nabove\n2x")
    table = new_table("Prices", "Material", "Market", *(("Peak in\nforce\np50",) if in_force else ()), *headers)
    table.columns[1].justify = "left"
    for priced, markets in summary["prices"].items():
        name = words.sentence(summary["names"]["materials"].get(priced, priced))
        for market, stats in markets.items():
            peak = stats["peak_multiple"]
            cells = [words.multiple(stats["peak_in_force_multiple"]["p50"])] if in_force else []
            cells += [words.multiple(peak["p50"]), words.multiple(peak["p95"])]
            market_name = summary["names"]["markets"].get(market, market)
            add_row(table, name, market_name, *cells, words.count(stats["days_above_2x"]["mean"]))
            name = ""
    said = "In force: while an export control stands. " if in_force else ""
    table.caption = Text(f"{said}Days above twice the opening price: mean. p50: the median future.")
    return table


def added_table(added: added_tables.Added) -> Table:
    """Return what an installed package counts besides."""
    table = new_table(f"Added metric: {added.title}", added.first, *added.headers)
    if added.headers[0] == "Policy":
        fold(table, 1)
        table.columns[1].justify = "left"
    for row in added.rows:
        add_row(table, *row)
    table.caption = Text(added.note)
    return table


def new_table(title: str, first: str, *rest: str) -> Table:
    """Return an empty table in the house's look: a name on the left, figures on the right."""
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    table.caption_justify = "left"
    table.caption_style = "dim"
    table.add_column(Text(first), overflow="ellipsis", no_wrap=True, max_width=NAME_WIDTH, vertical="bottom")
    for header in rest:
        table.add_column(Text(header), justify="right", no_wrap=True)
    return table


def add_row(table: Table, *cells: str) -> None:
    """Add a row of which nothing is markup, whatever a scenario calls its regions."""
    table.add_row(*(Text(cell) for cell in cells))


def fold(table: Table, column: int = 0) -> Table:
    """Let long names of policies go over two lines, rather than cut figures short."""
    table.columns[column].no_wrap = False
    table.columns[column].overflow = "fold"
    return table


def _shortage_cells(subject: Json) -> tuple[str, str, str]:
    days, chance = subject["shortage_days"], subject["probability_of_shortage"]["mean"]
    return words.count(days["mean"]), words.count(days["p95"]), words.percent(chance)


def _day_cells(subject: Json) -> tuple[str, str]:
    first, stop = subject["first_shortage_day"], subject["line_stop_day"]
    return _early_and_median(first), _early_and_median(stop)


def _early_and_median(day: Json) -> str:
    if day["censored_share"] == 1:
        return "never"
    return f"{words.count(day['p05'])} / {words.count(day['p50'])}"


def _basis(summary: Json) -> str:
    day = summary["disruption_day"]["p50"]
    begins = "" if day is None else f", disruption from day {words.count(day)} (median)"
    policy = "" if summary["policy"] == "none" else f", policy {summary['policy']}"
    return (
        f"{words.count(summary['replications'])} futures of {words.count(summary['days'])} days from "
        f"{words.date(summary['start_date'], 0)}{begins}{policy}, seed {summary['seed']}."
    )
