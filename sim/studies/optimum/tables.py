"""What `sim optimize` prints: the front of cost against the target, the check of candidates, and the answer."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.documents import Json
from sim.report import words
from sim.report.tables import WIDTH, add_row, new_table, put
from sim.studies.optimum.words import basis, findings, found, legend, lettered, state, trial_of, values

FRONT_ROWS = 12
"""Rows of the front; optimize.json has all trials."""


def print_optimum(told: Json, console: Console) -> None:
    """Print what was varied, the front, the candidates and the answer."""
    width = min(console.width, WIDTH)
    for line in legend(told):
        console.print(Text(line, style="dim"), width=width)
    for number, target in enumerate(told["targets"], 1):
        console.print(Text(f"Target {number}: {target['text']}", style="dim"), width=width)
    if told["trials"]:
        put(front_table(told), console)
    if told["candidates"]:
        put(candidates_table(told), console)
    for sentence in findings(told):
        console.print(Text(sentence, style="bold"), width=width)
    console.print(Text(basis(told), style="dim"), width=width)


def front_table(told: Json) -> Table:
    """Return a row per trial of the front, the cheapest first, thinned where there are many."""
    table = _with_values(told, "The front: none is cheaper and nearer", "Futures", "")
    for number in _thinned(told["front"]):
        trial = trial_of(told, number)
        add_row(
            table,
            str(number),
            *values(told, trial["values"]),
            *_cost_and_targets(told, trial["cost"]["mean"], trial["targets"]),
            words.count(trial["futures"]),
            state(trial),
        )
    return table


def candidates_table(told: Json) -> Table:
    """Return a row per candidate: what each target found on fresh futures."""
    table = _with_values(told, "Checked on fresh futures", "Qualifies")
    for one in told["candidates"]:
        add_row(
            table,
            str(one["trial"]),
            *values(told, one["values"]),
            *_cost_and_targets(told, one["cost"]["mean"], [here["found"] for here in one["targets"]]),
            "yes" if one["qualifies"] else "no",
        )
    return table


def _thinned(front: list[int]) -> list[int]:
    """Return so many of the front, spread evenly, both ends among them."""
    if len(front) <= FRONT_ROWS:
        return front
    return [front[round(n * (len(front) - 1) / (FRONT_ROWS - 1))] for n in range(FRONT_ROWS)]


def _cost_and_targets(told: Json, cost: float, held: list[float]) -> list[str]:
    said = [found(target, value) for target, value in zip(told["targets"], held, strict=True)]
    return [words.count(cost / _scale(told)[0], _scale(told)[1]), *said]


def _scale(told: Json) -> tuple[float, int, str]:
    """Return what costs are divided by, with how many decimals they are told, and as what."""
    most = max(abs(one["cost"]["mean"]) for one in told["trials"])
    return (1e6, 1, "USD m") if most >= 1e6 else (1.0, 0, "USD")


def _with_values(told: Json, title: str, *headers: str) -> Table:
    figures = [f"{letter},\n{one['unit']}" for letter, one in lettered(told)]
    targets = [f"Target\n{number}" for number in range(1, len(told["targets"]) + 1)]
    return new_table(title, "Trial", *figures, f"Cost,\n{_scale(told)[2]}", *targets, *headers)
