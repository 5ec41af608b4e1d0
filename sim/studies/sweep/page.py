"""The page of a sweep: shortage and cost along a figure, in one file that asks nothing of any other host."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from sim.arrays import Array
from sim.documents import Json
from sim.report import words
from sim.report.axes import EDGE, Scale, across, frame, span, up
from sim.report.charts import PARTS, points
from sim.report.page import render
from sim.report.verdict import TOTAL
from sim.studies.sweep.words import COST, basis, findings, legend, lettered, number

TEMPLATE = "studies/sweep/page.html.j2"
LINES = len(PARTS)
"""Values of the second figure that have a line of their own; they are spread evenly."""


def sweep_page(sweep: Json, manifest: Json) -> str:
    """Return report.html from sweep.json and the manifest."""
    return render(
        TEMPLATE,
        manifest,
        [manifest["scenario"]],
        sweep=sweep,
        not_modelled=sweep["not_modelled"],
        findings=findings(sweep),
        basis=basis(sweep),
        legend=legend(sweep),
        letters=[letter for letter, _ in lettered(sweep)],
        number=number,
        priorities=[
            id for id in sweep["points"][0]["within_limit"]["priorities"] if id in sweep["points"][0]["groups"]
        ],
        charts=_charts(sweep),
        keys=_keys(sweep),
        digests={"Scenario digest": manifest["digest"]},
    )


def _charts(sweep: Json) -> list[tuple[str, Markup]]:
    """Draw buyer-days, the days of every priority, output and welfare lost, and the cost where some is counted."""
    drawn = [("Buyer-days short", _curve(sweep, "Buyer-days short", [p[TOTAL] for p in sweep["points"]], "d"))]
    for id in sweep["points"][0]["within_limit"]["priorities"]:
        name = f"Days short, {sweep['names'][id]}"
        stats = [point["groups"][id]["aggregate"]["shortage_days"] for point in sweep["points"]]
        drawn.append((name, _curve(sweep, name, stats, "d")))
    for name, metric in (("Output lost, USD", "output_lost_usd"), ("Welfare lost, USD", "welfare_lost_usd")):
        drawn.append((name, _curve(sweep, name, [point[metric] for point in sweep["points"]], "usd")))
    costs = [point[COST] for point in sweep["points"]]
    if any(cost["mean"] for cost in costs):
        drawn.append(("Policy cost, USD", _curve(sweep, "Policy cost, USD", costs, "usd")))
    return drawn


def _keys(sweep: Json) -> dict[str, str]:
    """Return the lines of a chart, what they are called -> the part of the style sheet; one without a second figure."""
    if len(sweep["vary"]) == 1:
        return {"mean": PARTS[0]}
    second = sweep["vary"][1]
    return {f"B = {number(value)} {second['unit']}": part for value, part in zip(_shown(second), PARTS, strict=False)}


def _shown(figure: Json) -> list[float]:
    values: list[float] = figure["values"]
    places = np.linspace(0, len(values) - 1, min(len(values), LINES))
    return [values[round(place)] for place in places]


def _curve(sweep: Json, name: str, stats: list[Json], unit: str) -> Markup:
    """Draw a statistic of every point: the mean and its interval, and the 5 to 95 band of futures if it is alone."""
    first, others = sweep["vary"][0], sweep["vary"][1:]
    x, alone = across(*span(np.array(first["values"]))), not others
    y = up(*span(np.concatenate([_band(stats, band) for band in ("ci95", "futures")[: 1 + alone]], axis=None), EDGE))
    lines = []
    for value, (title, part) in zip(_shown(others[0]) if others else [None], _keys(sweep).items(), strict=True):
        here = [
            stat
            for stat, point in zip(stats, sweep["points"], strict=True)
            if value is None or point["values"][others[0]["path"]] == value
        ]
        lines.append(_line(f"{name}, {title}", np.array(first["values"]), here, (x, y), part, alone=alone))
    label = f"{name} against {first['path']}: mean with its 95 % interval"
    x_ticks = [(tick, words.tick(tick, first["unit"])) for tick in x.ticks(EDGE)]
    return frame(
        label, x, x_ticks, y, [(tick, words.tick(tick, unit)) for tick in y.ticks()], lines, (first["unit"], unit)
    )


def _line(title: str, at: Array, stats: list[Json], axes: tuple[Scale, Scale], part: str, *, alone: bool) -> Markup:
    (x, y), shapes = axes, Markup('<g class="fan {}"><title>{}</title>').format(part, title)
    places = x.at(at)
    for band in ("futures", "ci95") if alone else ("ci95",):
        low, high = (y.at(end) for end in _band(stats, band))
        outline = points([*places, *places[::-1]], [*high, *low[::-1]])
        shapes += Markup('<polygon points="{}"/>').format(outline)
    means = y.at(np.array([stat["mean"] for stat in stats]))
    shapes += Markup('<polyline points="{}"/></g>').format(points(places, means))
    dots = Markup("").join(
        Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3"/>').format(*place) for place in zip(places, means, strict=True)
    )
    return shapes + Markup('<g class="dot {}">{}</g>').format(part, dots)


def _band(stats: list[Json], band: str) -> Array:
    """Return the lower and upper ends at every point, (2, point); the mean where the sample gives no end."""
    ends = [stat["ci95"] if band == "ci95" else (stat["p05"], stat["p95"]) for stat in stats]
    means = [stat["mean"] for stat in stats]
    return np.array(
        [[mean if end[side] is None else end[side] for end, mean in zip(ends, means, strict=True)] for side in (0, 1)]
    )
