"""The page of what drives the answer, in one file that asks nothing of any other host."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from sim.documents import Json
from sim.report import words
from sim.report.axes import EDGE, across, frame, span, up
from sim.report.charts import bars
from sim.report.page import render
from sim.studies.sensitivity.words import SHOWN, assumed, basis, between, factor_name, findings, half, way

TEMPLATE = "studies/sensitivity/page.html.j2"
BESIDE = 7
"""How far from its dot a number stands."""


def sensitivity_page(document: Json, manifest: Json) -> str:
    """Return report.html from sensitivity.json and the manifest."""
    return render(
        TEMPLATE,
        manifest,
        [manifest["scenario"]],
        found=document,
        not_modelled=document["not_modelled"],
        findings=findings(document),
        basis=basis(document),
        assumed=assumed(document),
        between=between,
        half=half,
        way=way,
        name=lambda factor: words.sentence(factor_name(document, factor)),
        parts=[_part(document, metric) for metric in document["metrics"]],
        digests={"Scenario digest": manifest["digest"]},
    )


def _part(document: Json, metric: Json) -> Json:
    """Return what the page shows of one metric."""
    effects = (document["screening"] or {"metrics": {}})["metrics"].get(metric["column"]) or []
    shares = (document["sobol"] or {"metrics": {}})["metrics"].get(metric["column"]) or []
    return {
        "metric": metric,
        "spread": document["spread"][metric["column"]],
        "effects": effects[:SHOWN],
        "of": len(effects),
        "chart": _plane(metric, effects) if effects and effects[0]["mu_star"] > 0 else None,
        "shares": [one | {"bar": _bar(one)} for one in shares],
    }


def _plane(metric: Json, effects: list[Json]) -> Markup:
    """Draw Morris's plane: across how strong a factor is, upwards how much that differs; the first have numbers."""
    size, differs = (np.array([one[key] for one in effects]) for key in ("mu_star", "sigma"))
    x, y = across(*span(np.append(size, 0.0), EDGE)), up(*span(np.append(differs, 0.0), EDGE))
    dots = Markup("")
    for number, (at, above) in enumerate(zip(x.at(size), y.at(differs), strict=True), start=1):
        part = "b" if number <= SHOWN else "a"
        dots += Markup('<g class="dot {}"><circle cx="{:.1f}" cy="{:.1f}" r="3"/></g>').format(part, at, above)
        if number <= SHOWN:
            dots += Markup('<text x="{:.1f}" y="{:.1f}">{}</text>').format(at + BESIDE, above - 2, number)
    label = f"{metric['name']}: size of the effect of every factor against how much it differs"
    ticks = ([(tick, words.tick(tick, metric["unit"])) for tick in axis.ticks(EDGE)] for axis in (x, y))
    return frame(label, x, next(ticks), y, next(ticks), [dots])


def _bar(one: Json) -> Markup:
    """Draw a factor's own share as a bar and its total as a line."""
    first, total = (min(max(one[order], 0.0), 1.0) for order in ("first", "total"))
    return bars({"mean": first, "p95": max(first, total)}, 1.0)
