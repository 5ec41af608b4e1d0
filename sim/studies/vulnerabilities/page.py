"""The page of vulnerabilities: every loss by what it does, in one file that asks nothing of any other host."""

from __future__ import annotations

from sim.documents import Json
from sim.report import charts
from sim.report.page import render
from sim.report.verdict import TOTAL
from sim.studies.vulnerabilities.words import answer, basis, loss_name, world

TEMPLATE = "studies/vulnerabilities/page.html.j2"


def vulnerability_page(document: Json, manifest: Json) -> str:
    """Return report.html from vulnerabilities.json and the manifest."""
    most = max((loss[TOTAL]["p95"] for loss in document["losses"]), default=0.0)
    return render(
        TEMPLATE,
        manifest,
        [manifest["scenario"]],
        document=document,
        not_modelled=document["not_modelled"],
        answer=answer(document),
        basis=basis(document),
        world=world(document),
        rows=[loss | {"bar": charts.bars(_not_below_zero(loss[TOTAL]), most)} for loss in document["losses"]],
        loss_name=loss_name,
        digests={"Digest of the world it was tried in": manifest["digest"]},
    )


def _not_below_zero(stat: Json) -> Json:
    """Return what a bar can show: a loss that spares shortage has none."""
    return {name: max(stat[name], 0.0) for name in ("mean", "p95")}
