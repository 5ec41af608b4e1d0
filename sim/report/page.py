"""The page a planner opens in a browser: one file that asks nothing of any other host."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.documents import Json
from sim.report import added_tables, drivers, gallery, words
from sim.report.answer import (
    answer,
    glance,
    has_peaks_in_force,
    losses,
    short_because_dear,
    short_buyers,
    the_others,
)
from sim.report.family_tables import HIGHEST_PRICE, run_families
from sim.report.told import Told
from sim.spec.quantity import Quantity

TEMPLATE, SCRIPT = "page.html.j2", "page.js"
BALANCE_GOAL = 1e-9


def page(told: Told) -> str:
    """Return report.html of a run from what its results folder holds."""
    summary, manifest = told.summary, told.manifest
    return render(
        TEMPLATE,
        manifest,
        [manifest["scenario"]],
        summary=summary,
        not_modelled=summary["not_modelled"],
        answer=answer(summary),
        tiles=glance(summary),
        disrupted_words=gallery.disrupted_words(summary),
        anybody_short=bool(short_buyers(summary)),
        buyers=gallery.buyer_rows(told),
        short_because_dear=short_because_dear(summary),
        the_others=the_others(summary),
        losses=losses(summary),
        families=run_families(summary),
        highest_price=HIGHEST_PRICE,
        groups=gallery.group_rows(told),
        chances=gallery.chances(told),
        has_twin=_has_twin(summary),
        in_force=has_peaks_in_force(summary),
        missing_charts=gallery.missing_charts(told),
        marked=gallery.marked(told),
        flows=gallery.flow_pictures(told),
        prices=gallery.price_charts(summary, told.daily),
        piles=gallery.pile_charts(summary, told.daily),
        missing=drivers.missing(summary),
        by_length=drivers.sentence(drivers.by_length(told.columns)),
        added=added_tables.of_run(summary),
        digests={"Scenario digest": manifest["digest"]},
        balance_goal=BALANCE_GOAL,
    )


def render(template: str, manifest: Json, scenarios: Sequence[Json], **parts: Any) -> str:
    """Return a page from its template, with what its scenarios cite and assume; it asks nothing of any other host."""
    assumptions = {found for scenario in scenarios for found in _origins(scenario, "assumed")}
    return render_plain(
        template,
        manifest=manifest,
        sources=_sources(manifest, scenarios),
        assumptions=sorted(assumptions),
        **parts,
    )


def render_plain(template: str, **parts: Any) -> str:
    """Return a page from its template; it asks nothing of any other host."""
    here = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader([here, here.parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(words=words)
    script = (here / SCRIPT).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # The script is our own file; the page lets no other run, and knows it by its digest.
    return environment.get_template(template).render(script=Markup(script), script_digest=digest, **parts)


def _has_twin(summary: Json) -> bool:
    """Say whether the figures against an undisturbed twin are there."""
    return any(b["attributable_shortage_days"]["mean"] is not None for b in summary["buyers"].values())


def _sources(manifest: Json, scenarios: Sequence[Json]) -> list[Json]:
    """Return the sources that the scenarios cite, with what the manifest knows of each."""
    cited = sorted({key for scenario in scenarios for _, key, _ in _origins(scenario, "source")})
    blank = {"address": "", "accessed": ""}
    return [blank | {"title": key} | manifest["sources"].get(key, {}) for key in cited]


def _origins(node: Any, kind: str, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Walk a resolved scenario and yield (path, origin, quantity in words) of every quantity of one kind."""
    if isinstance(node, dict):
        if "unit" in node and kind in node:
            yield path, node[kind], _quantity_words(node)
        for key, value in node.items():
            yield from _origins(value, kind, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _origins(value, kind, f"{path}.{number}")


def _quantity_words(node: Json) -> str:
    return str(Quantity.model_validate(node))
