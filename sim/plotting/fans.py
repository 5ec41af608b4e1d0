"""Demand not met, or a price, over time: the median future between bands."""

from __future__ import annotations

import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.documents import Json
from sim.rebuilding import told_of
from sim.report import gallery, words
from sim.report.charts import Fan, missing
from sim.report.told import Told

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
from sim.plotting.look import COLOURS, PANELS, STYLES, known_among, percent, subjects


def draw_fan(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    """Draw what is missing of demand, or a price, over time."""
    told = told_of(folder)
    if about is not None and about in told.summary["prices"]:
        _price_fan(canvas, told, about)
        return
    names = subjects(told.summary)
    ids = [about] if about else [id for id, _ in gallery.regions(told)[:PANELS]]
    for id in ids:
        known_among(id, names, "buyer, group or priced thing")
    rows = 2 if len(ids) > 2 else 1
    panels = canvas.subplots(rows, -(-len(ids) // rows), sharex=True, sharey=True, squeeze=False).flat
    for axes, id in zip(panels, ids, strict=False):
        fan = missing(Fan(names[id], told.daily[f"delivered_share/{id}"]))
        _draw_fan(axes, told, fan, COLOURS[0], STYLES[0])
        axes.set_title(fan.name, loc="left")
        axes.yaxis.set_major_formatter(percent)
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
