"""The page of a regret table."""

from __future__ import annotations

from sim.documents import Json
from sim.report import charts
from sim.report.page import render
from sim.studies.regret.words import amount, basis, findings

TEMPLATE = "studies/regret/page.html.j2"


def regret_page(told: Json, manifest: Json) -> str:
    """Return report.html from regret.json and the manifest."""
    most = max(one["mean"] for one in told["worst"].values())
    scenarios = list(manifest["scenarios"].values())
    return render(
        TEMPLATE,
        manifest,
        scenarios,
        told=told,
        not_modelled=list(dict.fromkeys(item for one in scenarios for item in one.get("not_modelled", []))),
        findings=findings(told),
        basis=basis(told),
        amount=amount,
        bar=lambda stat: charts.bars({"mean": stat["mean"], "p95": stat["ci95"][1] or stat["mean"]}, most),
        digests={f"Digest of {name}": digest for name, digest in manifest["digests"].items()},
    )
