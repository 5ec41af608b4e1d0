"""What installed packages count besides, a table per metric: of a run, and of policies side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.documents import Json
from sim.report import words

MOST, MOST_COMPARED = 12, 6
"""Subjects of a table; the JSON beside the page has all."""
SPREAD = ("mean", "p05", "p50", "p95")


@dataclass(frozen=True)
class Added:
    """A table of one metric that a package adds."""

    title: str
    first: str
    headers: list[str]
    rows: list[list[str]]
    """Cells, the name of a subject first; none where nothing was ever counted."""
    note: str


def of_run(summary: Json) -> list[Added]:
    """Return a table per added metric: whose future mean is worst, and its spread."""
    tables = []
    for metric, found in _by_metric(summary.get("extensions", {})).items():
        unit, low = summary["units"][metric], summary["conventions"]["worst_side"][metric] == "low"
        counted = {id: stat for id, stat in found.items() if any(stat[name] for name in SPREAD)}
        ids = sorted(counted, key=lambda id: (counted[id]["mean"] or 0.0) * (1 if low else -1))[:MOST]
        rows = [[_name(summary, id), _mean(counted[id], unit), *_spread(counted[id], unit)] for id in ids]
        note = _note(summary["conventions"][metric], len(counted) - len(ids), len(found) - len(counted), "summary.json")
        tables.append(Added(f"{metric}, {unit}", "Of", ["Mean", *SPREAD[1:]], rows, note))
    return tables


def of_comparison(comparison: Json) -> list[Added]:
    """Return a table per added metric: of those whom a policy changes most, what every policy brings."""
    baseline, order = comparison["baseline"], comparison["ranking"]["order"]
    before = comparison["results"][baseline].get("extensions", {})
    tables = []
    for metric, found in _by_metric(before).items():
        unit, apart = comparison["units"][metric], _apart(comparison, metric)
        counted = [id for id, stat in found.items() if apart.get(id) or any(stat[name] for name in SPREAD)]
        ids = sorted(counted, key=lambda id: (-apart.get(id, 0.0), -(found[id]["mean"] or 0.0)))[:MOST_COMPARED]
        rows = []
        for id in ids:
            name = comparison["names"].get(id, id)
            for policy in order:
                rows.append([name, policy, *_compared(comparison, policy, id, metric, unit)])
                name = ""
        about = comparison["conventions"][metric]
        note = _note(about, len(counted) - len(ids), len(found) - len(counted), "compare.json")
        tables.append(Added(f"{metric}, {unit}", "Of", ["Policy", "Mean", "p95", f"Less\n{baseline}"], rows, note))
    return tables


def _by_metric(by_subject: Json) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for subject, metrics in by_subject.items():
        for metric, stat in metrics.items():
            found.setdefault(metric, {})[subject] = stat
    return found


def _apart(comparison: Json, metric: str) -> dict[str, float]:
    """Return the most by which any policy moves the metric of each subject, subject -> size."""
    most: dict[str, float] = {}
    for difference in comparison["differences"].values():
        for id, metrics in difference["extensions"].items():
            if metric in metrics:
                most[id] = max(most.get(id, 0.0), abs(metrics[metric]["mean"] or 0.0))
    return most


def _compared(comparison: Json, policy: str, id: str, metric: str, unit: str) -> Iterable[str]:
    """Return the cells of a policy: mean, p95, and the paired difference from the baseline."""
    stat = comparison["results"][policy]["extensions"].get(id, {}).get(metric)
    apart = comparison["differences"].get(policy, {"extensions": {}})["extensions"].get(id, {}).get(metric)
    told = [words.NONE] * 2 if stat is None else [_mean(stat, unit), words.amount(stat["p95"], unit)]
    return [*told, words.NONE if apart is None else _mean(apart, unit)]


def _mean(stat: Json, unit: str) -> str:
    half = words.plus_minus(stat["ci95"], unit)
    return words.amount(stat["mean"], unit) + ("" if half == words.NONE else f" {half}")


def _spread(stat: Json, unit: str) -> list[str]:
    return [words.amount(stat[name], unit) for name in SPREAD[1:]]


def _name(summary: Json, id: str) -> str:
    """Say a subject as a planner calls it: a facility, a buyer, a group, else its id."""
    known = summary["buyers"].get(id) or summary["groups"].get(id)
    return str(known["name"] if known else summary["names"]["facilities"].get(id, id))


def _note(about: str, more: int, never: int, file: str) -> str:
    said = f"{words.sentence(about)}. Counted by an installed package."
    if more:
        said += f" {words.count(more)} more in {file}."
    return said + (f" Of {words.count(never)} more it is 0 in nearly every future." if never else "")
