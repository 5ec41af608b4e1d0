"""Cost against shortage: of policies, of points of a sweep, of trials of a search."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim.documents import Json
from sim.errors import ResultsError
from sim.report import words
from sim.results.manifest import read_json

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sim.plotting.look import COLOURS


def draw_frontier_of_policies(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    """Draw each policy: its cost against what policies are compared by."""
    document = read_json(folder / "compare.json")
    results = document["results"]
    found = {policy: (results[policy]["objective"], results[policy]["policy_cost_usd"]) for policy in results}
    name, money = (
        words.sentence(document["objective"]["name"].removeprefix("of ")),
        document["objective"]["unit"] == "usd",
    )
    _draw_frontier(canvas, found, f"{name}, USD million" if money else name, 1e6 if money else 1.0)


def draw_frontier_of_sweep(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    """Draw each point of a sweep: its cost against buyer-days short."""
    document = read_json(folder / "sweep.json")
    found = {
        ", ".join(f"{point['values'][one['path']]:g} {one['unit']}" for one in document["vary"]): (
            point["buyer_shortage_days"],
            point["policy_cost_usd"],
        )
        for point in document["points"]
    }
    _draw_frontier(canvas, found, "Buyer-days short")


def draw_frontier_of_trials(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    """Draw every trial of a search, its cost against what it found of the first target."""
    document = read_json(folder / "optimize.json")
    axes, target, front = canvas.subplots(), document["targets"][0], set(document["front"])
    for one in document["trials"]:
        on_front = one["trial"] in front
        axes.plot(
            one["targets"][0],
            one["cost"]["mean"] / 1e6,
            "o",
            color=COLOURS[0 if on_front else -1],
            ms=6 if on_front else 3,
        )
    if not document["trials"]:
        raise ResultsError(f"{folder} has no trial to draw")
    axes.axvline(target["asked"], color=COLOURS[2], linestyle="--", label=f"asked: {target['text']}")
    axes.set(xlabel="Found", ylabel="Policy cost, USD million, mean")
    axes.legend(frameon=False)


def _draw_frontier(canvas: Figure, found: Mapping[str, tuple[Json, Json]], name: str, unit: float = 1.0) -> None:
    """Draw means with their intervals, shortage over `unit`, and join what nothing else beats on both sides."""
    known = {label: pair for label, pair in found.items() if None not in (pair[0]["mean"], pair[1]["mean"])}
    if len({cost["mean"] for _, cost in known.values()}) < 2:
        raise ResultsError("there is no frontier: cost is the same, or not known, of everything that was tried")
    axes = canvas.subplots()
    for n, (label, (shortage, cost)) in enumerate(known.items()):
        x, y = shortage["mean"] / unit, cost["mean"] / 1e6
        across, upward = _reach(shortage, unit), _reach(cost, 1e6)
        axes.errorbar(x, y, xerr=across, yerr=upward, fmt="o", color=COLOURS[n % len(COLOURS)], elinewidth=1)
        axes.annotate(label, (x, y), xytext=(6, 5), textcoords="offset points", fontsize=9)
    best = sorted((s["mean"] / unit, c["mean"] / 1e6) for s, c in known.values())
    edge = [point for n, point in enumerate(best) if all(point[1] < other[1] for other in best[:n])]
    axes.plot(*zip(*edge, strict=True), color="#8a8a8a", linestyle=":", zorder=0)
    axes.set(xlabel=f"{name}, mean", ylabel="Policy cost, USD million, mean")
    axes.set_title("Low and left is good; bars: 95 % intervals, dotted: what nothing beats", loc="left", fontsize=10)


def _reach(stat: Json, scale: float = 1.0) -> list[list[float]] | None:
    low, high = stat["ci95"]
    return None if low is None or high is None else [[(stat["mean"] - low) / scale], [(high - stat["mean"]) / scale]]
