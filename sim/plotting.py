"""Pictures of finished results for slides, as SVG, PNG or PDF, by matplotlib, an extra (`plot`)."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays import Array
from sim.documents import Json
from sim.errors import OptionError, ResultsError, minding
from sim.rebuilding import objective_of, told_of
from sim.report import gallery, sankey, words
from sim.report.charts import Fan, missing
from sim.report.told import Told
from sim.results.flows import PERIODS, of
from sim.results.manifest import kind_of, read_json, read_manifest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


SUFFIXES = (".svg", ".png", ".pdf")
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#7a4fa0", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a2a", "#8a8a8a")
"""Told apart by the colour-blind, too; those of the page."""
REGION_COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a2a", "#7a4fa0", "#8a8a8a")
STYLES = ("-", "--", ":", "-.")
PANELS = 4
"""Regions of one picture: those that disruptions are aimed at, then those hit hardest."""
FLOWS_TITLE = "Tonnes of oxide-equivalent a year, from stage to stage, by who ships"
SIZE, DPI = (10.0, 5.6), 160
"""Inches, the shape of a slide, and dots per inch of a PNG."""
LOOK = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "sim",
}


def plot(folder: Path, kind: str, out: Path, about: str | None = None) -> Path:
    """Draw a picture of a finished folder and return where it is.

    Kinds: `fan` (demand not met, or a price, over time), `sankey` (flows before and during), `exceedance` (the chance
    of more) and `frontier` (cost against shortage, of a comparison, a sweep or an optimum). `about` is a buyer, a group
    or a priced thing for a fan, a column or a buyer for an exceedance, an element for a Sankey diagram.
    Raises `sim.errors.ResultsError` where the folder is bad or does not have that picture, and `sim.errors.OptionError`
    for what there is none of, and without matplotlib.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise OptionError(f"{out}: a picture ends in {words.listed(list(SUFFIXES))}")
    manifest = read_manifest(folder)
    holds = kind_of(manifest)
    draw = DRAWN.get((kind, holds))
    if draw is None:
        fits = [of for drawn, of in DRAWN if drawn == kind]
        raise OptionError(f"{folder} holds {holds}, and a {kind} is drawn of {words.listed(fits)}")
    figure, rc_context = _matplotlib()
    with rc_context(LOOK):
        canvas: Figure = figure(figsize=SIZE, layout="constrained")
        with minding(folder, "that picture cannot be drawn"):
            draw(canvas, folder, manifest, about)
        _save(canvas, out)
    return out


def _matplotlib() -> tuple[Any, Any]:
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise OptionError("pictures need matplotlib: pip install 'rare-earth-sim[plot]'") from error
    return Figure, rc_context


def _save(canvas: Figure, out: Path) -> None:
    """Write a picture whole or not at all; the same results give the same bytes."""
    fresh = out.with_name(f".{secrets.token_hex(4)}-unfinished{out.suffix}")
    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(out.suffix.lower(), {})
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        canvas.savefig(fresh, dpi=DPI, metadata=undated)
        fresh.replace(out)
    except OSError as error:
        raise ResultsError(f"the picture could not be written to {out}: {error}") from error
    finally:
        fresh.unlink(missing_ok=True)


def _fan(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    told = told_of(folder)
    if about is not None and about in told.summary["prices"]:
        _price_fan(canvas, told, about)
        return
    subjects = _subjects(told.summary)
    ids = [about] if about else [id for id, _ in gallery.regions(told)[:PANELS]]
    for id in ids:
        _known(id, subjects, "buyer, group or priced thing")
    rows = 2 if len(ids) > 2 else 1
    panels = canvas.subplots(rows, -(-len(ids) // rows), sharex=True, sharey=True, squeeze=False).flat
    for axes, id in zip(panels, ids, strict=False):
        fan = missing(Fan(subjects[id], told.daily[f"delivered_share/{id}"]))
        _draw_fan(axes, told, fan, COLOURS[0], STYLES[0])
        axes.set_title(fan.name, loc="left")
        axes.yaxis.set_major_formatter(_percent)
        axes.set_ylim(bottom=0)
    canvas.suptitle(f"Demand not met: {told.summary['scenario']}", x=0.01, ha="left", fontsize=13)
    canvas.supxlabel("Line: the median future; bands: 50 and 90 of 100 futures; shaded: controls in force", fontsize=9)


def _price_fan(canvas: Figure, told: Told, priced: str) -> None:
    axes, names = canvas.subplots(), told.summary["names"]
    for n, market in enumerate(told.summary["prices"][priced]):
        fan = Fan(names["markets"].get(market, market), told.daily[f"price_multiple/{priced}@{market}"])
        _draw_fan(axes, told, fan, COLOURS[n], STYLES[n % len(STYLES)])
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}x")
    axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}x" if f"{value:g}"[0] in "25" else "")
    axes.set_title(f"{words.sentence(names['materials'].get(priced, priced))}: price, of the opening one", loc="left")
    axes.legend(frameon=False)


def _draw_fan(axes: Axes, told: Told, fan: Fan, colour: str, style: str) -> None:
    dates: Any = import_module("matplotlib.dates")  # not typed

    start = datetime.date.fromisoformat(told.summary["start_date"])
    days = np.datetime64(start, "D") + np.arange(fan.band.p50.size)
    axes.fill_between(days, fan.band.p05, fan.band.p95, color=colour, alpha=0.2, linewidth=0)
    axes.fill_between(days, fan.band.p25, fan.band.p75, color=colour, alpha=0.3, linewidth=0)
    axes.plot(days, fan.band.p50, color=colour, linestyle=style, linewidth=1.8, label=fan.name)
    span = gallery.disrupted(told.summary)
    if span is not None and not axes.patches:
        first, end = (np.datetime64(start, "D") + np.timedelta64(int(day), "D") for day in span)
        axes.axvspan(*dates.date2num([first, min(end, days[-1])]), color="#00000012", linewidth=0)
    axes.margins(x=0)
    axes.xaxis.set_major_locator(locator := dates.AutoDateLocator(maxticks=8))
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, show_offset=False))
    axes.tick_params(axis="x", labelsize=9)


def _sankey(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    told = told_of(folder)
    kept = gallery.priced_flows(told)
    if not kept:
        raise ResultsError(f"{folder} has no flows to draw")
    if about is not None:
        _known(about, {flow.element: "" for flow in kept}, "element")
    shown = {period: of(kept, period, about) for period in PERIODS if any(f.period == period for f in kept)}
    regions, said = sankey.rank(flow for flows in shown.values() for flow in flows), gallery.period_words([*shown])
    scale, names = sankey.scale_of(list(shown.values())), told.summary["names"]["regions"]
    for axes, (period, flows) in zip(canvas.subplots(1, len(shown), squeeze=False).flat, shown.items(), strict=True):
        _draw_sankey(axes, sankey.layout(flows, regions, scale), regions, names)
        axes.set_title(words.sentence(said[period]), loc="left")
    canvas.suptitle(FLOWS_TITLE, x=0.01, ha="left", fontsize=13)


def _draw_sankey(axes: Axes, found: sankey.Layout, regions: Sequence[str], names: Mapping[str, str]) -> None:
    from matplotlib.patches import PathPatch, Rectangle
    from matplotlib.path import Path as Outline

    line, curve, to = Outline.LINETO, Outline.CURVE4, Outline.MOVETO
    for ribbon in found.ribbons:
        (x0, x1), (y0, y1), height = ribbon.x, ribbon.y, ribbon.height
        bend = (x0 + x1) / 2
        there = [(x0, y0), (bend, y0), (bend, y1), (x1, y1)]
        back = [(x1, y1 + height), (bend, y1 + height), (bend, y0 + height), (x0, y0 + height)]
        outline = Outline([*there, *back], [to, curve, curve, curve, line, curve, curve, curve])
        axes.add_patch(PathPatch(outline, color=_of(ribbon.flow.from_region, regions), alpha=0.42, linewidth=0))
    for bar in found.bars:
        axes.add_patch(Rectangle((bar.x, bar.y), sankey.BAR, bar.height, color=_of(bar.region, regions), linewidth=0))
    for x, y, side, text in sankey.labels(found.bars, names):
        axes.text(x, y, text, ha="right" if side == "end" else "left", va="bottom", fontsize=6.5)
    axes.set(xlim=(0, sankey.WIDTH), ylim=(sankey.HEIGHT, 0))
    axes.axis("off")


def _of(region: str, regions: Sequence[str]) -> str:
    return REGION_COLOURS[sankey.shade(region, regions) - 1]


def _exceedance(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    told = told_of(folder)
    column = about if about is None or "/" in about else f"{about}/shortage_days"
    if column is not None:
        _known(column, dict.fromkeys(told.columns, ""), "column")
        samples = {column: told.columns[column]}
    else:
        worst = gallery.regions(told)[:PANELS]
        samples = {region["name"]: told.columns[f"{id}/shortage_days"] for id, region in worst}
    _draw_exceedance(canvas, samples, "Days short" if about is None else str(column))


def _exceedance_of_policies(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    document = read_json(folder / "compare.json")
    _draw_exceedance(canvas, objective_of(folder, document), words.sentence(document["objective"]["name"]))


def _draw_exceedance(canvas: Figure, samples: Mapping[str, Array], name: str) -> None:
    axes = canvas.subplots()
    for n, (label, sample) in enumerate(samples.items()):
        ordered = np.sort(sample[np.isfinite(sample)])
        above = (sample.size - np.arange(1, ordered.size + 1)) / sample.size
        style = STYLES[n % len(STYLES)]
        axes.step(ordered, above, where="post", color=COLOURS[n % len(COLOURS)], linestyle=style, label=label)
    axes.yaxis.set_major_formatter(_percent)
    axes.set(ylim=(0, 1.02), xlabel=name, ylabel="Futures with more")
    axes.legend(frameon=False)


def _frontier_of_policies(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    document = read_json(folder / "compare.json")
    results = document["results"]
    found = {policy: (results[policy]["objective"], results[policy]["policy_cost_usd"]) for policy in results}
    name, money = (
        words.sentence(document["objective"]["name"].removeprefix("of ")),
        document["objective"]["unit"] == "usd",
    )
    _draw_frontier(canvas, found, f"{name}, USD million" if money else name, 1e6 if money else 1.0)


def _frontier_of_sweep(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    document = read_json(folder / "sweep.json")
    found = {
        ", ".join(f"{point['values'][one['path']]:g} {one['unit']}" for one in document["vary"]): (
            point["buyer_shortage_days"],
            point["policy_cost_usd"],
        )
        for point in document["points"]
    }
    _draw_frontier(canvas, found, "Buyer-days short")


def _frontier_of_trials(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
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


def _subjects(summary: Json) -> dict[str, str]:
    """Return everybody who is counted: id -> name."""
    return {id: one["name"] for part in ("buyers", "groups") for id, one in summary[part].items()}


def _known(id: str, among: Mapping[str, str], what: str) -> None:
    if id not in among:
        from difflib import get_close_matches

        near = get_close_matches(id, among, n=3, cutoff=0.3) or list(among)[:3]
        raise OptionError(f"there is no {what} {id!r} here; such as {words.listed(near)}")


def _percent(value: float, _: float) -> str:
    return f"{value:.0%}"


Draw = Callable[["Figure", Path, Json, str | None], None]
DRAWN: dict[tuple[str, str], Draw] = {
    ("fan", "results"): _fan,
    ("sankey", "results"): _sankey,
    ("exceedance", "results"): _exceedance,
    ("exceedance", "comparison"): _exceedance_of_policies,
    ("frontier", "comparison"): _frontier_of_policies,
    ("frontier", "sweep"): _frontier_of_sweep,
    ("frontier", "optimum"): _frontier_of_trials,
}
"""Kind of picture and what a folder holds -> how it is drawn."""
KINDS = tuple(dict.fromkeys(kind for kind, _ in DRAWN))
