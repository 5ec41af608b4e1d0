"""The page of an optimum: the front of cost against the target as a picture, and the check on fresh futures."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from sim.documents import Json
from sim.report import words
from sim.report.axes import EDGE, across, frame, span, up
from sim.report.charts import LEFT, RIGHT, WIDTH, points
from sim.report.page import render
from sim.studies.optimum.words import basis, findings, found, legend, lettered, state, trial_of, values

TEMPLATE = "studies/optimum/page.html.j2"


def optimum_page(told: Json, manifest: Json) -> str:
    """Return report.html from optimize.json and the manifest."""
    return render(
        TEMPLATE,
        manifest,
        [manifest["scenario"]],
        told=told,
        not_modelled=told["not_modelled"],
        findings=findings(told),
        basis=basis(told),
        legend=legend(told),
        letters=[letter for letter, _ in lettered(told)],
        values=values,
        found=found,
        state=state,
        front=[trial_of(told, number) for number in told["front"]],
        chart=_chart(told) if told["trials"] else Markup(""),
        digests={"Scenario digest": manifest["digest"]},
    )


def _chart(told: Json) -> Markup:
    """Draw every trial as a dot, its cost across and what target 1 found up, the front as a line."""
    target = told["targets"][0]
    cost = np.array([one["cost"]["mean"] for one in told["trials"]])
    held = np.array([one["targets"][0] for one in told["trials"]])
    x, y = across(*span(cost, EDGE)), up(*span(np.append(held, target["asked"]), EDGE))
    asked = y.place(target["asked"])
    shapes = [
        Markup('<g class="fan c"><title>{}</title><polyline points="{}"/></g>').format(
            f"asked: {found(target, target['asked'])}", points([LEFT, WIDTH - RIGHT], [asked, asked])
        )
    ]
    front = [trial_of(told, number) for number in told["front"]]
    line = [(x.place(one["cost"]["mean"]), y.place(one["targets"][0])) for one in front]
    shapes.append(Markup('<g class="fan a"><polyline points="{}"/></g>').format(points(*zip(*line, strict=True))))
    chosen = told["recommended"] and told["recommended"]["trial"]
    for one in told["trials"]:
        part, size = ("b", 4.5) if one["trial"] == chosen else ("a", 2.2)
        title = f"trial {one['trial']}: {words.usd(one['cost']['mean'])}, {found(target, one['targets'][0])}"
        place = x.place(one["cost"]["mean"]), y.place(one["targets"][0])
        shapes.append(
            Markup('<g class="dot {}"><title>{}</title><circle cx="{:.1f}" cy="{:.1f}" r="{}"/></g>').format(
                part, title, *place, size
            )
        )
    label = f"Cost of every trial against {target['text']}"
    x_ticks = [(tick, words.tick(tick, "usd")) for tick in x.ticks(EDGE)]
    return frame(label, x, x_ticks, y, [(tick, _tick(target, tick)) for tick in y.ticks()], shapes)


def _tick(target: Json, value: float) -> str:
    return f"{100 * value + 0.0:g} %" if target["of"] == "chance" else words.tick(value, target["unit"])
