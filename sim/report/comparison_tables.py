"""What `sim compare` prints: which policy is better and how sure, and the figures behind it, within 80 columns."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import words
from sim.report.family_tables import MILLION, compared_families, mean
from sim.report.tables import WIDTH, add_row, new_table
from sim.report.verdict import cost_per_day, costs, verdict, why_undefined

Json = dict[str, Any]
BASELINE_WIDTH = 12


def print_comparison(comparison: Json, console: Console) -> None:
    """Print the table of policies, that of priorities, and the verdict in one to three sentences."""
    width = min(console.width, WIDTH)
    console.print(policies_table(comparison), width=width)
    for line in why_undefined(comparison):
        console.print(Text(line, style="dim"), width=width)
    console.print(differences_table(comparison), width=width)
    console.print(priorities_table(comparison), width=width)
    console.print(Text(" ".join(verdict(comparison)), style="bold"), width=width)
    console.print(Text(basis(comparison), style="dim"), width=width)


def policies_table(comparison: Json) -> Table:
    """Return a row per policy, the best first: the objective, the joint probability, cost, and how often it is best."""
    objective, limit = comparison["objective"], _limit_d(comparison)
    money = objective["unit"] == "usd"
    within = () if money else (f"All within\n{limit} d",)  # millions need the room
    headers = ("\nMean", "\np95", *within, "Cost,\nUSD m", "USD a day\navoided", "\nBest in")
    table = _narrow(new_table(_title(comparison), "Policy", *headers))
    per_day, scale = costs(comparison), MILLION if money else 1.0
    for policy in comparison["ranking"]["order"]:
        result = comparison["results"][policy]
        cost = result["policy_cost_usd"]["mean"]
        add_row(
            table,
            policy,
            mean(result["objective"], scale),
            words.count(result["objective"]["p95"] / scale),
            *(words.percent(result["within_limit"]["every_priority"]["mean"]) for _ in within),
            words.count(None if cost is None else cost / MILLION),
            cost_per_day(per_day[policy]).removeprefix("USD ") if policy in per_day else words.NONE,
            words.percent(result["probability_best"]["mean"]),
        )
    interval = "±: half the 95 % interval. " if comparison["replications"] > 1 else ""
    all_within = f"All within {limit} d: futures in which no buyer of any priority is short for longer. "
    table.caption = Text(
        f"{interval}{all_within if within else ''}Best in: futures in which it is lowest. A day avoided: of a buyer, "
        f"against {comparison['baseline']}."
    )
    return table


def differences_table(comparison: Json) -> Table:
    """Return a row per policy: the baseline's objective, and by how much others differ from it, by family."""
    headers, rows = compared_families(comparison)
    table = _narrow(new_table(f"{_title(comparison)}: less {comparison['baseline']}", "Policy", *headers))
    for row in rows:
        add_row(table, *row)
    table.caption = Text(
        f"{comparison['baseline']}: its mean. The others: how they differ from it in the same future; below 0 is less."
    )
    return table


def priorities_table(comparison: Json) -> Table:
    """Return a row per priority and policy: days short, and how they differ from the baseline's."""
    baseline, limit = comparison["baseline"], _limit_d(comparison)
    headers = ("Pooled:\ndays short", "\np95", "Any buyer:\ndays short", f"All within\n{limit} d")
    table = _narrow(new_table("By priority", "Policy", *headers, f"Pooled less\n{baseline[:BASELINE_WIDTH]}"))
    for id in comparison["results"][baseline]["within_limit"]["priorities"]:
        table.add_row(Text(comparison["names"][id], style="bold"))
        for policy in comparison["ranking"]["order"]:
            add_row(table, f"  {policy}", *_priority_cells(comparison, policy, id))
    return table


def basis(comparison: Json) -> str:
    """Say what was run."""
    return (
        f"The same {words.count(comparison['replications'])} futures of {words.count(comparison['days'])} days from "
        f"{words.date(comparison['start_date'], 0)} under every policy, seed {comparison['seed']}."
    )


def _priority_cells(comparison: Json, policy: str, id: str) -> list[str]:
    result, difference = comparison["results"][policy], comparison["differences"].get(policy)
    within = words.percent(result["within_limit"]["priorities"][id]["mean"])
    group = result["groups"].get(id)
    if group is None:  # the policy moves buyers from one priority to another
        return [words.NONE] * 3 + [within, words.NONE]
    days, any_buyer = group["aggregate"]["shortage_days"], group["any_member"]["shortage_days"]
    cells = [mean(days), words.count(days["p95"]), words.count(any_buyer["mean"]), within]
    if difference is None:
        return [*cells, words.NONE]
    return [*cells, mean(difference["groups"][id]["aggregate"]["shortage_days"])]


def _title(comparison: Json) -> str:
    objective = comparison["objective"]
    name = words.sentence(objective["name"].removeprefix("of "))
    return f"{name}, USD million" if objective["unit"] == "usd" else name


def _narrow(table: Table) -> Table:
    """Let long names of policies go over two lines, rather than cut figures short."""
    table.columns[0].no_wrap = False
    table.columns[0].overflow = "fold"
    return table


def _limit_d(comparison: Json) -> str:
    return words.count(comparison["results"][comparison["baseline"]]["within_limit"]["limit_d"])
