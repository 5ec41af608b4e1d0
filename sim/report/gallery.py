"""The pictures of a run's page, each with what is written beside it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from sim.arrays import Array
from sim.documents import Json
from sim.report import charts, distributions, sankey, words
from sim.report.answer import by_region
from sim.report.charts import PARTS, Fan
from sim.report.exceedance import exceedance_chart
from sim.report.told import Told
from sim.results.daily import Bands
from sim.results.flows import PERIODS, Flow, Period, of
from sim.results.milestones import Milestone
from sim.results.subjects import SYMBOLS

DIMENSIONS = {"region": "By region", "end_use": "By end use", "priority": "By priority"}
MARKS = 12
"""Days marked on a chart, at most."""
TOLD = {
    "announced": "announced",
    "control_start": "in force",
    "suspended": "suspended",
    "resumed": "applied again",
    "control_end": "lifted",
    "begins": "begins",
    "ends": "over",
    "response_start": "sends",
}
"""Kind of milestone -> how it is told of its subject."""
PERIOD_WORDS: dict[Period, str] = {"before": "before the disruption", "during": "during it"}
LOST = "all/output_lost_usd"
DAYS_SHORT, HOLDS_OUT = "Chance of more days short, by region", "Chance to hold out for longer, by region"
LEAST_T = 0.05
"""Flows below are left out of the table: they would read 0."""


def disrupted(summary: Json) -> tuple[float, float] | None:
    """Return the days between which controls are in force in the median future, if any is."""
    start, end = summary["disruption_day"]["p50"], summary["control_end_day"]["p50"]
    return None if start is None else (start, summary["days"] if end is None else end)


def disrupted_words(summary: Json) -> str:
    """Say what is shaded on charts over time."""
    span = disrupted(summary)
    if span is None:
        return "No export control is in force in the median future."
    start, end = (words.date(summary["start_date"], day) for day in span)
    until = "the horizon" if span[1] >= summary["days"] else end
    return f"Shaded: controls in force in the median future, {start} to {until}."


def _start_date(summary: Json) -> datetime.date:
    return datetime.date.fromisoformat(summary["start_date"])


def buyer_rows(told: Told) -> list[tuple[str, list[Json]]]:
    """Return the buyers often short, by region, each with the spread of its days short."""
    regions, most = by_region(told.summary), float(told.summary["days"])
    return [
        (region, [buyer | {"strip": _strip(told, buyer["id"], buyer, most)} for buyer in buyers])
        for region, buyers in regions
    ]


def group_rows(told: Told) -> list[tuple[str, list[Json]]]:
    """Return the groups by what their members share, each with the spread of its days short."""
    most, first = float(told.summary["days"]), dict(regions(told))
    groups = first | {id: group for id, group in told.summary["groups"].items() if id not in first}
    rows = [group | {"strip": _strip(told, id, group["aggregate"], most)} for id, group in groups.items()]
    return [(title, [row for row in rows if row["dimension"] == dimension]) for dimension, title in DIMENSIONS.items()]


def _strip(told: Told, id: str, stats: Json, most: float) -> Markup:
    return distributions.strip(told.columns.get(f"{id}/shortage_days"), stats["shortage_days"], most)


@dataclass(frozen=True)
class Chances:
    """How likely more of something is, a line per region or one for all."""

    title: str
    keys: dict[str, str]
    """What a line is of -> its part of the style sheet."""
    picture: Markup


def chances(told: Told) -> list[Chances]:
    """Draw how likely more days short, a longer time to survive and a larger loss are; nothing without columns."""
    start, days = told.columns.get("all/disruption_day"), told.summary["days"]
    short, survived = dict[str, Array](), dict[str, Array]()
    for id, region in regions(told)[: len(PARTS)]:
        column, first = (told.columns.get(f"{id}/{name}") for name in ("shortage_days", "first_shortage_day"))
        if column is not None:
            short[region["name"]] = column
        if first is not None and start is not None and not np.isnan(start).any():
            survived[region["name"]] = np.fmin(first - start, days - start)
    lost = {"All buyers": told.columns[LOST]} if LOST in told.columns else {}
    drawn = ((DAYS_SHORT, short, "d"), (HOLDS_OUT, survived, "d"), ("Chance of more output lost", lost, "usd"))
    return [_chances(title, samples, unit) for title, samples, unit in drawn if samples]


def _chances(title: str, samples: dict[str, Array], unit: str) -> Chances:
    keys = dict(zip(samples, PARTS, strict=False))
    return Chances(title, keys, exceedance_chart(title, samples, keys, unit))


def regions(told: Told) -> list[tuple[str, Json]]:
    """Return the groups that are regions: those that the question is about first, and then those that lose most."""
    regions = [(id, group) for id, group in told.summary["groups"].items() if group["dimension"] == "region"]
    lost = {id: group["aggregate"]["lost_production_days"]["mean"] for id, group in regions}
    aimed = aimed_at(told)
    return sorted(regions, key=lambda item: (item[0] not in aimed, -lost[item[0]]))


def aimed_at(told: Told) -> set[str]:
    """Return the groups of the regions that disruptions of the scenario name as destinations."""
    return {f"region:{region}" for region in told.summary.get("aimed_at", ())}


def missing_charts(told: Told) -> list[tuple[str, Markup]]:
    """Draw the demand of every region that is not always met, all on one scale, with what happens marked."""
    summary, signs = told.summary, [(one.day, one.sign) for one in marked(told)]
    fans = [
        (charts.missing(Fan(group["name"], told.daily[series])), group)
        for id, group in regions(told)
        if (series := f"delivered_share/{id}") in told.daily
    ]
    fans = [(fan, group) for fan, group in fans if fan.band.p95.max() > 0]
    top = min(1.0, max((float(fan.band.p95.max()) for fan, _ in fans), default=1.0) * 1.05)
    return [
        (
            fan.name,
            charts.share_chart(
                fan, _start_date(summary), disrupted(summary), top=max(top, 0.05), marks=signs + _stop(group)
            ),
        )
        for fan, group in fans
    ]


def _stop(group: Json) -> list[tuple[float, str]]:
    """Mark the day on which, in the median future, a line of the region stops first."""
    day = group["any_member"]["line_stop_day"]["p50"]
    return [] if day is None else [(day, "\u25a0")]


@dataclass(frozen=True)
class Mark:
    """A day that charts over time have marked."""

    sign: str
    day: float
    """In the median future, or in the middle of those that have it."""
    text: str


def marked(told: Told) -> list[Mark]:
    """Return what is marked: what happens to controls and other causes in more futures than not, by day.

    What happens on the same days shares a mark; that it is announced is not told of what comes into force at once.
    """
    often = [one for one in told.milestones if one.p50 is not None]
    at_once = {(one.subject, one.p50) for one in often if one.kind == "control_start"}
    by_days: dict[tuple[float | None, ...], list[Milestone]] = {}
    for one in often:
        if one.kind != "announced" or (one.subject, one.p50) not in at_once:
            by_days.setdefault((one.p50, one.p05, one.p95), []).append(one)
    start, together = told.summary["start_date"], list(by_days.values())[:MARKS]
    return [Mark(str(n), some[0].p50 or 0.0, _milestones(some, start)) for n, some in enumerate(together, 1)]


def _milestones(some: Sequence[Milestone], start: str) -> str:
    """Say what happens on the same days, and when that is."""
    by_kind: dict[str, list[str]] = {}
    for one in some:
        chance = "" if one.share == 1 else f" (in {words.of_100(one.share)})"
        by_kind.setdefault(TOLD[one.kind], []).append(one.subject.replace("_", " ") + chance)
    told = "; ".join(f"{words.listed(subjects, at_most=6)} {what}" for what, subjects in by_kind.items())
    return f"{words.sentence(told)}: {_days(some[0], start)}"


def _days(one: Milestone, start: str) -> str:
    when = words.date(start, one.p50)
    if one.p05 == one.p95:
        return when
    late = "later than every day, or never" if one.p95 is None else words.date(start, one.p95)
    return f"{when} in the median future (90 of 100: {words.date(start, one.p05)} to {late})"


@dataclass(frozen=True)
class FlowPictures:
    """Sankey diagrams of one run, and the same as a table."""

    elements: list[Json]
    """Which there are, `id` and `text`; the first is all of them together."""
    pictures: list[Json]
    """`element`, `period`, `title` and `picture`."""
    rows: list[Json]
    """`way`, and t a year of all elements by period, the largest first."""
    periods: list[Json]


def flow_pictures(told: Told) -> FlowPictures | None:
    """Draw what flows of every priced element, before the disruption and during; None where nothing is known."""
    kept = priced_flows(told)
    if not kept:
        return None
    priced = told.manifest["scenario"].get("prices", {}).get("elements", {})
    names = told.summary["names"]["regions"]
    ids = [None, *sorted({flow.element for flow in kept}, key=[*priced, *(f.element for f in kept)].index)]
    ids = ids[1:] if len(ids) == 2 else ids
    elements = [{"id": id or "all", "text": "All together" if id is None else _element(id)} for id in ids]
    periods = [period for period in PERIODS if any(flow.period == period for flow in kept)]
    said = period_words(periods)
    pictures = []
    for id, element in zip(ids, elements, strict=True):
        of_periods = {period: of(kept, period, id) for period in periods}
        everything = [flow for flows in of_periods.values() for flow in flows]
        regions, scale = sankey.rank(everything), sankey.scale_of(list(of_periods.values()))
        for period, flows in of_periods.items():
            title = f"{element['text']}, {said[period]}"
            picture = sankey.draw(f"Flows: {title}", sankey.layout(flows, regions, scale), regions, names)
            pictures.append({"element": element["id"], "period": period, "title": title, "picture": picture})
    choices = [{"id": period, "text": words.sentence(said[period])} for period in periods]
    return FlowPictures(elements, pictures, _flow_rows(kept, periods, names), choices)


def period_words(periods: Sequence[Period]) -> dict[Period, str]:
    """Return what periods are called; where nothing ever comes into force, all days are before."""
    return PERIOD_WORDS if len(periods) > 1 else {"before": "over all days", "during": "over all days"}


def priced_flows(told: Told) -> list[Flow]:
    """Return the flows of elements that have a price, of all where none has."""
    priced = told.manifest["scenario"].get("prices", {}).get("elements", {})
    return [flow for flow in told.flows if flow.element in priced] or list(told.flows)


def _flow_rows(kept: Sequence[Flow], periods: Sequence[Period], names: Json) -> list[Json]:
    rows: dict[str, Json] = {}
    for period in periods:
        for flow in of(kept, period):
            rows.setdefault(sankey.way(flow, names), dict.fromkeys(periods, 0.0))[period] = flow.t_per_year
    found = [{"way": way, **tonnes} for way, tonnes in rows.items() if max(tonnes.values()) >= LEAST_T]
    return sorted(found, key=lambda row: -max(row[period] for period in periods))


def _element(id: str) -> str:
    return SYMBOLS.get(id, words.sentence(id.replace("_", " ")))


def price_charts(summary: Json, daily: Bands) -> list[tuple[str, list[str], Markup]]:
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
            chart = charts.price_chart(name, fans, _start_date(summary), disrupted(summary))
            drawn.append((name, [fan.name for fan in fans], chart))
    return drawn


def pile_charts(summary: Json, daily: Bands) -> list[tuple[str, Markup]]:
    """Draw what each stockpile holds of each material, as a share of its opening stock."""
    names, drawn = summary["names"], []
    for series, band in daily.items():
        kind, _, rest = series.partition("/")
        if kind == "stock_share":
            pile, _, material = rest.partition("/")
            owner = words.short_name(names["facilities"].get(pile, pile))
            name = f"{owner}: {names['materials'].get(material, material)}"
            fan = Fan(name, band)
            drawn.append((name, charts.share_chart(fan, _start_date(summary), disrupted(summary))))
    return drawn
