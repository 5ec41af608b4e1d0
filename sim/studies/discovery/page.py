"""The page of a discovery: the boxes in which a policy fails, with futures that were held out as a picture."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from sim.documents import Json
from sim.report import words
from sim.report.axes import EDGE, Scale, across, frame, span, up
from sim.report.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from sim.report.page import render
from sim.studies.discovery.words import basis, conditions, findings

TEMPLATE = "studies/discovery/page.html.j2"


def discovery_page(told: Json, manifest: Json) -> str:
    """Return report.html from discover.json and the manifest."""
    return render(
        TEMPLATE,
        manifest,
        [manifest["scenario"]],
        told=told,
        not_modelled=told["not_modelled"],
        findings=findings(told),
        basis=basis(told),
        conditions=conditions,
        chart=_chart(told) if told["dots"] else Markup(""),
        digests={"Scenario digest": manifest["digest"]},
    )


def _chart(told: Json) -> Markup:
    """Draw futures held out as dots over the two inputs that tell most, and boxes as far as these limit them."""
    axes, dots = told["inputs"][:2], np.array(told["dots"])
    over, fails = dots[:, 0], dots[:, -1]
    beside = dots[:, 1] if len(axes) > 1 else fails
    x, y = across(*span(over, EDGE)), up(*span(beside, EDGE))
    shapes = [_box(box, axes, x, y) for box in told["boxes"] if box["holds_up"]]
    for place in zip(x.at(over), y.at(beside), fails, strict=True):
        part, size = ("b", 2.6) if place[2] else ("a", 1.8)
        shapes.append(
            Markup('<g class="dot {}"><circle cx="{:.1f}" cy="{:.1f}" r="{}" opacity=".75"/></g>').format(
                part, *place[:2], size
            )
        )
    name = axes[1]["path"] if len(axes) > 1 else "fails"
    label = f"Futures held out: {axes[0]['path']} across, {name} up"
    ticks = [[(tick, words.tick(tick, "")) for tick in one.ticks(EDGE)] for one in (x, y)]
    return frame(label, x, ticks[0], y, ticks[1], shapes)


def _box(box: Json, axes: list[Json], x: Scale, y: Scale) -> Markup:
    """Draw what a box leaves open of the two inputs, the whole of one that it does not limit."""
    limits = {one["path"]: one for one in box["limits"]}
    left, right = _ends(limits.get(axes[0]["path"]), x, LEFT, WIDTH - RIGHT)
    bottom, top = _ends(limits.get(axes[1]["path"]) if len(axes) > 1 else None, y, HEIGHT - BOTTOM, TOP)
    return Markup(
        '<rect class="disrupted" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
    ).format(left, top, max(right - left, 1), max(bottom - top, 1), conditions(box))


def _ends(limit: Json | None, scale: Scale, start: float, end: float) -> tuple[float, float]:
    if limit is None:
        return start, end
    low = start if limit["low"] is None else scale.place(limit["low"])
    return low, end if limit["high"] is None else scale.place(limit["high"])
