"""What is lost, and main figures apart by families of parameters: the mean of all futures stands for none of them."""

from __future__ import annotations

from sim.documents import Json
from sim.report import words
from sim.report.answer import EVER, IN_FORCE, has_peaks_in_force, peaks
from sim.results.metrics import LOSSES

Cells = list[str]
PRIORITIES = 3
"""As many as find room; summary.json has all."""
MILLION, BILLION = 1e6, 1e9
ALL = "All futures"
HIGHEST_PRICE = "Peak price: in the median future, of what climbs highest in all."


def run_families(summary: Json) -> tuple[Cells, list[Cells]]:
    """Return headers and rows of a run: days short of priorities, what is lost, and the price that climbs highest."""
    if not summary["families"]:
        return [], []
    metric = IN_FORCE if has_peaks_in_force(summary) else EVER
    top = next(iter(peaks(summary, metric)), None)
    priorities = list(summary["within_limit"]["priorities"])[:PRIORITIES]
    headers = ["Futures", *(f"P{id.partition(':')[2]}\nshort" for id in priorities), "Welfare\nlost, USD bn"]
    headers += ["Peak\nprice" for _ in (top,) if top is not None]
    rows = []
    for name, part in [(ALL, summary), *((family["name"], family) for family in summary["families"].values())]:
        days = [part["groups"][id]["aggregate"]["shortage_days"]["mean"] for id in priorities]
        cells = [name, words.count(part["replications"]), *map(words.count, days)]
        cells.append(mean(part["welfare_lost_usd"], BILLION, 1))
        if top is not None:
            cells.append(words.multiple(part["prices"][top.priced][top.market][metric]["p50"]))
        rows.append(cells)
    return headers, rows


def compared_families(comparison: Json) -> tuple[Cells, list[Cells]]:
    """Return headers and rows of a comparison: what the baseline has of the objective, and others less it."""
    scale = MILLION if comparison["objective"]["unit"] == "usd" else 1.0
    parts = [comparison, *comparison["families"].values()]
    headers = [ALL, *(family["name"] for family in comparison["families"].values())]
    baseline = comparison["baseline"]
    rows = [[baseline, *(mean(part["results"][baseline]["objective"], scale) for part in parts)]]
    for policy in comparison["ranking"]["order"]:
        if policy != baseline:
            rows.append([policy, *(mean(part["differences"][policy]["objective"], scale) for part in parts)])
    return headers, rows


def lost(comparison: Json) -> tuple[Cells, list[Cells]]:
    """Return headers and rows of a comparison: output lost, its two parts, and welfare lost, means."""
    results = comparison["results"]
    rows = [
        [policy, *(words.usd(results[policy][metric.name]["mean"]) for metric in LOSSES)]
        for policy in comparison["ranking"]["order"]
    ]
    return ["Output lost", "Could not be had", "Given up", "Welfare lost"], rows


def mean(stat: Json, scale: float = 1.0, digits: int = 0) -> str:
    """Say a mean with half its interval, in units of `scale`."""
    low, high = stat["ci95"]
    said = words.count(stat["mean"] / scale, digits)
    return said if low is None else f"{said} ± {words.count((high - low) / 2 / scale, digits)}"
