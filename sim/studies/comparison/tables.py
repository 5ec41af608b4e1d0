"""What `sim compare` prints: which policy is better and how sure, and the figures behind it, within 80 columns."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.documents import Json
from sim.report import added_tables, words
from sim.report.family_tables import MILLION, compared_families, mean
from sim.report.tables import WIDTH, add_row, added_table, fold, new_table, put
from sim.report.verdict import cost_per_day, costs, pairing, verdict, why_undefined

BASELINE_WIDTH = 12


def print_comparison(comparison: Json, console: Console) -> None:
    """Print the table of policies, that of priorities, and the verdict in one to three sentences."""
    width = min(console.width, WIDTH)
    put(policies_table(comparison), console)
    for line in why_undefined(comparison):
        console.print(Text(line, style="dim"), width=width)
    put(differences_table(comparison), console)
    put(priorities_table(comparison), console)
    for one in added_tables.of_comparison(comparison):
        put(added_table(one), console)
    console.print(Text(" ".join(verdict(comparison)), style="bold"), width=width)
    console.print(Text(basis(comparison), style="dim"), width=width)


def policies_table(comparison: Json) -> Table:
    """Return a row per policy, the best first: the objective, what it costs, and how often it is best."""
    scale = MILLION if comparison["objective"]["unit"] == "usd" else 1.0
    headers = ("\nMean", "\np95", "\nCVaR95", "Cost,\nUSD m", "USD a day\navoided", "Best\nin")
    table, per_day = fold(new_table(_title(comparison), "Policy", *headers)), costs(comparison)
    for policy in comparison["ranking"]["order"]:
        result = comparison["results"][policy]
        cost, objective = result["policy_cost_usd"]["mean"], result["objective"]
        add_row(
            table,
            policy,
            mean(objective, scale),
            words.count(objective["p95"] / scale),
            words.count(objective["cvar95"] / scale),
            words.count(None if cost is None else cost / MILLION),
            cost_per_day(per_day[policy]).replace("USD ", "") if policy in per_day else words.NONE,
            words.percent(result["probability_best"]["mean"]),
        )
    interval = "±: half the 95 % interval. " if comparison["replications"] > 1 else ""
    table.caption = Text(
        f"{interval}CVaR95: mean of the worst 5 of 100 futures. Best in: futures in which it is lowest. A day avoided: "
        f"of a buyer, against {comparison['baseline']}."
    )
    return table


def differences_table(comparison: Json) -> Table:
    """Return a row per policy: the baseline's objective, and by how much others differ from it, by family."""
    headers, rows = compared_families(comparison)
    table = fold(new_table(f"{_title(comparison)}: less {comparison['baseline']}", "Policy", *headers))
    for row in rows:
        add_row(table, *row)
    table.caption = Text(
        f"{comparison['baseline']}: its mean. The others: how they differ from it in the same future; below 0 is less. "
        f"{pairing(comparison)}"
    )
    return table


def priorities_table(comparison: Json) -> Table:
    """Return a row per priority that is ever short and policy: days short, and how they differ from the baseline's."""
    baseline, limit = comparison["baseline"], _limit_d(comparison)
    headers = ("Pooled:\ndays short", "\np95", "Any buyer:\ndays short", f"Within\n{limit} d")
    table = fold(new_table("By priority", "Policy", *headers, f"Less\n{baseline[:BASELINE_WIDTH]}"))
    never = []
    for id in comparison["results"][baseline]["within_limit"]["priorities"]:
        if _never_short(comparison, id):
            never.append(comparison["names"][id])
        else:
            table.add_row(Text(comparison["names"][id], style="bold"))
            for policy in comparison["ranking"]["order"]:
                add_row(table, f"  {policy}", *_priority_cells(comparison, policy, id))
    nobody = f" Never short under any policy: {words.listed(never)}." if never else ""
    table.caption = Text(
        f"Within {limit} d: futures in which no buyer of it is short for longer; {_all_within(comparison)}.{nobody}"
    )
    return table


def basis(comparison: Json) -> str:
    """Say what was run."""
    return (
        f"The same {words.count(comparison['replications'])} futures of {words.count(comparison['days'])} days from "
        f"{words.date(comparison['start_date'], 0)} under every policy, seed {comparison['seed']}."
    )


def _all_within(comparison: Json) -> str:
    """Say how likely it is, under each policy, that every priority stays within the limit at once."""
    chances = {p: result["within_limit"]["every_priority"]["mean"] for p, result in comparison["results"].items()}
    if len(set(chances.values())) == 1:
        return f"of all priorities at once {words.percent(chances[comparison['baseline']])} under every policy"
    said = [f"{policy} {words.percent(chances[policy])}" for policy in comparison["ranking"]["order"]]
    return f"of all priorities at once {words.listed(said, at_most=12)}"


def _never_short(comparison: Json, id: str) -> bool:
    """Tell whether nobody of a priority is short under any policy; not known where a policy moves buyers out of it."""
    found = [result["groups"].get(id) for result in comparison["results"].values()]
    return all(group is not None and group["any_member"]["shortage_days"]["mean"] == 0 for group in found)


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


def _limit_d(comparison: Json) -> str:
    return words.count(comparison["results"][comparison["baseline"]]["within_limit"]["limit_d"])
