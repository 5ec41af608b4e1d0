"""The page of a comparison: policies side by side, in one file that asks nothing of any other host."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.documents import Json
from sim.report import added_tables, charts, words
from sim.report.charts import PARTS
from sim.report.exceedance import exceedance_chart
from sim.report.family_tables import compared_families, lost
from sim.report.page import render
from sim.report.verdict import SAVES, cost_per_day, costs, verdict, why_undefined
from sim.studies.comparison.charts import cost_chart, effect
from sim.studies.comparison.tables import basis

Samples = Mapping[str, NDArray[np.float64]]
TEMPLATE = "studies/comparison/page.html.j2"
NAMED_BUYERS = 16
LEAST_EFFECT_D = 0.5
"""Buyers whose shortage no policy changes by half a day are left out of the page; compare.json has them."""


def comparison_page(comparison: Json, objective: Samples, manifest: Json) -> str:
    """Return report.html from compare.json, the objective of every future, policy -> (N,), and the manifest."""
    baseline, keys = comparison["baseline"], _keys(comparison)
    unit, name = comparison["objective"]["unit"], comparison["objective"]["name"].removeprefix("of ")
    before = objective[baseline]
    apart = {policy: objective[policy] - before for policy in keys if policy != baseline}
    return render(
        TEMPLATE,
        manifest,
        list(manifest["scenarios"].values()),
        comparison=comparison,
        not_modelled=comparison["not_modelled"],
        policies=_others(comparison),
        verdict=verdict(comparison),
        basis=basis(comparison),
        rows=_rows(comparison),
        undefined=why_undefined(comparison),
        lost=lost(comparison),
        apart_by_family=compared_families(comparison),
        keys=keys,
        chances=exceedance_chart(f"Chance of more {name}", {p: objective[p] for p in keys}, keys, unit),
        apart=exceedance_chart(f"Difference in {name} in the same future", apart, keys, unit),
        cost=_cost_chart(comparison, keys),
        costs=_cost_rows(comparison),
        gains=_gains(comparison),
        added=added_tables.of_comparison(comparison),
        digests={f"Digest, {policy}": digest for policy, digest in manifest["digests"].items()},
    )


def _keys(comparison: Json) -> dict[str, str]:
    """Return the policies that a chart has colours for, the baseline and the best of the others, with the colour."""
    return dict(zip([comparison["baseline"], *_others(comparison)], PARTS, strict=False))


def _others(comparison: Json) -> list[str]:
    """Return the policies but the baseline, the best first."""
    return [policy for policy in comparison["ranking"]["order"] if policy != comparison["baseline"]]


def _cost_chart(comparison: Json, keys: Mapping[str, str]) -> Markup | None:
    """Draw shortage against cost; None where some cost is not known."""
    results = comparison["results"]
    if any(results[policy]["policy_cost_usd"]["mean"] is None for policy in keys):
        return None
    name, unit = comparison["objective"]["name"].removeprefix("of "), comparison["objective"]["unit"]
    return cost_chart(f"Policy cost against {name}", results, keys, unit)


def _cost_rows(comparison: Json) -> list[Json]:
    """Return the parts of each policy's mean cost, USD, the best policy first; none where nothing is spent."""
    rows = []
    for policy in comparison["ranking"]["order"]:
        result = comparison["results"][policy]
        means = {name: stat["mean"] for name, stat in result["policy_cost_parts"].items()}
        parts = {
            name.removeprefix("policy_").removesuffix("_usd").replace("_", " "): usd for name, usd in means.items()
        }
        if any(parts.values()):
            rows.append({"policy": policy, "parts": parts, "net": result["policy_cost_usd"]["mean"]})
    return rows


def _part(name: str) -> str:
    return name.removeprefix("policy_").removesuffix("_usd").replace("_", " ")


def _rows(comparison: Json) -> list[Json]:
    """Return a row per policy, the best first, each with its bar and its cost per day avoided."""
    results, per_day = comparison["results"], costs(comparison)
    most = max(result["objective"]["p95"] for result in results.values())
    nothing = {"mean": None, "ci95": [None, None], "reason": None}
    rows = []
    for policy in comparison["ranking"]["order"]:
        cost = per_day.get(policy, nothing)
        said = {"policy": policy, "bar": charts.bars(results[policy]["objective"], most), "per_day": cost_per_day(cost)}
        told = cost["mean"] is not None and said["per_day"] != SAVES
        said["per_day_ci95"] = words.amounts(cost["ci95"], "usd") if told else ""
        rows.append(results[policy] | said)
    return rows


def _gains(comparison: Json) -> list[tuple[str, list[tuple[str, list[tuple[Json, Markup]]]]]]:
    """Return whose shortage days change, groups by what they share and then buyers, with a cell per policy."""
    differences = [comparison["differences"][policy] for policy in _others(comparison)]
    buyers = {id: [d["buyers"][id]["shortage_days"] for d in differences] for id in differences[0]["buyers"]}
    groups = {
        id: [d["groups"][id]["aggregate"]["shortage_days"] for d in differences] for id in differences[0]["groups"]
    }
    felt = sorted(buyers, key=lambda id: -_largest(buyers[id]))[:NAMED_BUYERS]
    sections = {
        "Priorities, pooled": {id: stats for id, stats in groups.items() if id.startswith("priority:")},
        "Regions, pooled": {id: stats for id, stats in groups.items() if id.startswith("region:")},
        "Buyers": {id: buyers[id] for id in felt if _largest(buyers[id]) >= LEAST_EFFECT_D},
    }
    most = max((_largest(stats) for found in sections.values() for stats in found.values()), default=0.0)
    return [
        (title, [(comparison["names"][id], _effects(stats, most)) for id, stats in found.items()])
        for title, found in sections.items()
        if found
    ]


def _effects(stats: list[Json], most: float) -> list[tuple[Json, Markup]]:
    return [(stat, effect(stat, most)) for stat in stats]


def _largest(stats: list[Json]) -> float:
    return max(abs(float(stat["mean"])) for stat in stats)
