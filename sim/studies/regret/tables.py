"""What `sim regret` prints: a row per scenario, a column per policy, and the answer."""

from __future__ import annotations

from string import ascii_uppercase

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.documents import Json
from sim.report import words
from sim.report.family_tables import MILLION
from sim.report.tables import WIDTH, add_row, new_table, put
from sim.studies.regret.words import basis, findings, objective


def print_regret(told: Json, console: Console) -> None:
    """Print the legend, the table and the answer."""
    width = min(console.width, WIDTH)
    legend = [f"{letter}: {policy}" for letter, policy in zip(ascii_uppercase, told["policies"], strict=False)]
    console.print(Text("; ".join(legend), style="dim"), width=width)
    put(regret_table(told), console)
    for sentence in findings(told):
        console.print(Text(sentence, style="bold"), width=width)
    console.print(Text(basis(told), style="dim"), width=width)


def regret_table(told: Json) -> Table:
    """Return the regret of every policy in every scenario; 0 is the best one."""
    in_money = told["objective"]["unit"] == "usd"
    scale = MILLION if in_money else 1.0
    title = f"Regret{', USD m' if in_money else ''}: {objective(told)}"
    table = new_table(title, "Scenario", *ascii_uppercase[: len(told["policies"])])
    for name, result in told["results"].items():
        add_row(table, name, *(_cell(result["policies"][policy]["regret"], scale) for policy in told["policies"]))
    add_row(table, "at worst", *(words.count(told["worst"][policy]["mean"] / scale) for policy in told["policies"]))
    return table


def _cell(stat: Json, scale: float) -> str:
    low, high = stat["ci95"]
    said = words.count(stat["mean"] / scale)
    return said if low is None or low == high else f"{said} ± {words.count((high - low) / 2 / scale)}"
