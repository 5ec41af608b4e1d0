"""Flows from stage to stage, before a disruption and during."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.documents import Json
from sim.errors import ResultsError
from sim.rebuilding import told_of
from sim.report import gallery, sankey, words
from sim.results.flows import PERIODS, of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
from sim.plotting.look import REGION_COLOURS, known_among

FLOWS_TITLE = "Tonnes of oxide-equivalent a year, from stage to stage, by who ships"


def draw_sankey(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    """Draw the flows of all elements, or of one, before and during."""
    told = told_of(folder)
    kept = gallery.priced_flows(told)
    if not kept:
        raise ResultsError(f"{folder} has no flows to draw")
    if about is not None:
        known_among(about, {flow.element: "" for flow in kept}, "element")
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
