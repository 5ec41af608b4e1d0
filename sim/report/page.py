"""The page a planner opens in a browser: one file that asks nothing of any other host."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.daily import Bands
from sim.report import charts, words
from sim.report.answer import (
    answer,
    by_region,
    glance,
    has_peaks_in_force,
    losses,
    short_because_dear,
    short_buyers,
    the_others,
)
from sim.report.charts import Fan
from sim.spec.quantity import Quantity

Json = dict[str, Any]
TEMPLATE = "page.html.j2"
BALANCE_GOAL = 1e-9
DIMENSIONS = {"region": "By region", "end_use": "By end use", "priority": "By priority"}


def page(summary: Json, daily: Bands, manifest: Json) -> str:
    """Return report.html from what a results folder holds: its summary, its daily bands and its manifest."""
    return render(
        TEMPLATE,
        manifest,
        [manifest["scenario"]],
        summary=summary,
        not_modelled=summary["not_modelled"],
        answer=answer(summary),
        tiles=glance(summary),
        disrupted_words=_disrupted_words(summary),
        anybody_short=bool(short_buyers(summary)),
        buyers=_buyer_rows(summary),
        short_because_dear=short_because_dear(summary),
        the_others=the_others(summary),
        losses=losses(summary),
        groups=_group_rows(summary),
        has_twin=_has_twin(summary),
        in_force=has_peaks_in_force(summary),
        delivered=_delivered_charts(summary, daily),
        prices=_price_charts(summary, daily),
        piles=_pile_charts(summary, daily),
        digests={"Scenario digest": manifest["digest"]},
        balance_goal=BALANCE_GOAL,
    )


def render(template: str, manifest: Json, scenarios: Sequence[Json], **parts: Any) -> str:
    """Return a page from its template, with what its scenarios cite and assume; it asks nothing of any other host."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(words=words)
    assumptions = {found for scenario in scenarios for found in _origins(scenario, "assumed")}
    return environment.get_template(template).render(
        manifest=manifest,
        sources=_sources(manifest, scenarios),
        assumptions=sorted(assumptions),
        **parts,
    )


def _disrupted(summary: Json) -> tuple[float, float] | None:
    """Return the days between which controls are in force in the median future, if any is."""
    start, end = summary["disruption_day"]["p50"], summary["control_end_day"]["p50"]
    return None if start is None else (start, summary["days"] if end is None else end)


def _disrupted_words(summary: Json) -> str:
    span = _disrupted(summary)
    if span is None:
        return "No export control is in force in the median future."
    start, end = (words.date(summary["start_date"], day) for day in span)
    until = "the horizon" if span[1] >= summary["days"] else end
    return f"Shaded: controls in force in the median future, {start} to {until}."


def _has_twin(summary: Json) -> bool:
    """Say whether the figures against an undisturbed twin are there."""
    return any(b["attributable_shortage_days"]["mean"] is not None for b in summary["buyers"].values())


def _start_date(summary: Json) -> datetime.date:
    return datetime.date.fromisoformat(summary["start_date"])


def _buyer_rows(summary: Json) -> list[tuple[str, list[Json]]]:
    """Return the buyers often short, by region, each with its bar."""
    regions = by_region(summary)
    most = max((buyer["shortage_days"]["p95"] for _, buyers in regions for buyer in buyers), default=0.0)
    return [
        (region, [buyer | {"bar": charts.bars(buyer["shortage_days"], most)} for buyer in buyers])
        for region, buyers in regions
    ]


def _group_rows(summary: Json) -> list[tuple[str, list[Json]]]:
    """Return the groups by what their members share."""
    found = summary["groups"].values()
    return [(title, [g for g in found if g["dimension"] == dimension]) for dimension, title in DIMENSIONS.items()]


def _delivered_charts(summary: Json, daily: Bands) -> list[tuple[str, Markup]]:
    """Draw the delivered share of every region, those that lose most first."""
    regions = [(id, group) for id, group in summary["groups"].items() if group["dimension"] == "region"]
    regions.sort(key=lambda item: -item[1]["aggregate"]["lost_production_days"]["mean"])
    return [
        (
            group["name"],
            charts.share_chart(Fan(group["name"], daily[series]), _start_date(summary), _disrupted(summary)),
        )
        for id, group in regions
        if (series := f"delivered_share/{id}") in daily
    ]


def _price_charts(summary: Json, daily: Bands) -> list[tuple[str, list[str], Markup]]:
    """Draw each price, all its markets on one scale."""
    drawn = []
    for priced, markets in summary["prices"].items():
        name = words.sentence(summary["names"]["materials"].get(priced, priced))
        fans = [
            Fan(summary["names"]["markets"].get(market, market), daily[series])
            for market in markets
            if (series := f"price_multiple/{priced}@{market}") in daily
        ]
        if fans:
            chart = charts.price_chart(name, fans, _start_date(summary), _disrupted(summary))
            drawn.append((name, [fan.name for fan in fans], chart))
    return drawn


def _pile_charts(summary: Json, daily: Bands) -> list[tuple[str, Markup]]:
    """Draw what each stockpile holds of each material, as a share of its opening stock."""
    names, drawn = summary["names"], []
    for series, band in daily.items():
        kind, _, rest = series.partition("/")
        if kind == "stock_share":
            pile, _, material = rest.partition("/")
            owner = words.short_name(names["facilities"].get(pile, pile))
            name = f"{owner}: {names['materials'].get(material, material)}"
            fan = Fan(name, band)
            drawn.append((name, charts.share_chart(fan, _start_date(summary), _disrupted(summary))))
    return drawn


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
