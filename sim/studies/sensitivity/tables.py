"""What `sim sensitivity` prints: chance and doubt, the assumptions that matter, and their shares, within 80 columns."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.documents import Json
from sim.report import words
from sim.report.family_tables import MILLION
from sim.report.tables import WIDTH, add_row, new_table, put
from sim.studies.sensitivity.words import SHOWN, assumed, basis, between, factor_name, findings, half, way

WIDE, NARROW = 40, 23


def print_sensitivity(document: Json, console: Console) -> None:
    """Print what drives the answer in sentences, and the tables behind them."""
    width = min(console.width, WIDTH)
    console.print(Text(" ".join(findings(document)), style="bold"), width=width)
    console.print(Text(basis(document), style="dim"), width=width)
    put(spread_table(document), console)
    for metric in document["metrics"]:
        for part, table in (("screening", screening_table), ("sobol", sobol_table)):
            if (document[part] or {"metrics": {}})["metrics"].get(metric["column"]):
                put(table(document, metric), console)


def spread_table(document: Json) -> Table:
    """Return a row per metric: its mean, its spread, and how much of that is chance and doubt."""
    table = _wide("Chance or doubt", "Metric", "Mean", "Spread\n(sd)", "Chance", "Doubt", "\n95 %")
    table.columns[0].max_width = NARROW
    for metric in document["metrics"]:
        one, (unit, step) = document["spread"][metric["column"]], _scale(metric)
        shares = (words.percent(one["chance"]["share"]), words.percent(one["doubt"]["share"]))
        amounts = (words.count(one["mean"] / step), words.count(one["sd"] / step))
        add_row(table, words.sentence(metric["name"]) + unit, *amounts, *shares, between(one["doubt"]["ci95"]))
    table.caption = Text(f"Of the variance between futures. {assumed(document)}")
    return table


def screening_table(document: Json, metric: Json) -> Table:
    """Return the factors that move a metric most when they go through their range."""
    effects, (unit, step) = document["screening"]["metrics"][metric["column"]], _scale(metric)
    title = f"What moves it, through its range: {metric['name']}{unit}"
    table = _wide(title, "Assumption", "Figures", "Effect", "±", "Differs\nby", "More\nof it")
    for one in effects[:SHOWN]:
        name, figures = factor_name(document, one["factor"]), document["factors"][one["factor"]]["figures"]
        low, high = one["ci95"]
        amounts = (one["mu_star"], None if low is None else (high - low) / 2, one["sigma"])
        told = (words.count(None if amount is None else amount / step) for amount in amounts)
        add_row(table, words.sentence(name), words.count(figures), *told, way(one))
    table.caption = Text(
        f"Morris, the {min(SHOWN, len(effects))} strongest of {len(effects)}. Effect: mean change from one end to the "
        "other, whichever way; differs by: its standard deviation from place to place. More of it means more of the "
        "metric, less, or either."
    )
    return table


def sobol_table(document: Json, metric: Json) -> Table:
    """Return what part of a metric's variance each of the strongest factors has."""
    table = _wide(f"Whose share it is: {metric['name']}", "Assumption", "Alone", "±", "With others", "±")
    for one in document["sobol"]["metrics"][metric["column"]]:
        cells = [cell for order in ("first", "total") for cell in (f"{one[order]:.2f}", half(one[f"{order}_ci95"]))]
        add_row(table, words.sentence(factor_name(document, one["factor"])), *cells)
    table.caption = Text(
        f"Sobol: parts of the variance of the mean over {document['plan']['futures']} futures. Alone: would go if it "
        "were known; with others: would stay if all others were. Luck: what is left to chance."
    )
    return table


def _scale(metric: Json) -> tuple[str, float]:
    """Return what is said after a metric of its unit, and what to divide by."""
    return (", USD m", MILLION) if metric["unit"] == "usd" else ("", 1.0)


def _wide(title: str, first: str, *rest: str) -> Table:
    table = new_table(title, first, *rest)
    table.columns[0].max_width = WIDE
    return table
