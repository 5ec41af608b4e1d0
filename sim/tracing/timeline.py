"""One future as a picture: what stands, what stocks hold, who goes without and what prices do, day by day, as rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.report import words
from sim.report.charts import date_ticks
from sim.results.futures import Event
from sim.results.subjects import group_subjects
from sim.spec.scenario import Scenario
from sim.tracing.causes import plant_name
from sim.tracing.chronicle import Series
from sim.tracing.spells import buyer_names
from sim.tracing.standing import between, of_kind

WIDTH, LABELS, RIGHT = 1000, 290, 12
TOP, ROW, HEAD = 46, 17, 24
LETTERS = 46
"""Of a label, at most."""
STEPS = 8
"""Shades between nothing and all."""
DEAR = 5.0
"""The price multiple that has the fullest shade."""
COLOURS = {"stands": "#5b6470", "stock": "#0072b2", "missing": "#d55e00", "price": "#7a4fa0", "stop": "#000000"}


class Bit(NamedTuple):
    """Days of a row with one shade."""

    first: float
    end: float
    shade: float
    """0 to 1."""


@dataclass(frozen=True)
class Row:
    """A line of the picture; a heading has no bits."""

    label: str
    colour: str = ""
    bits: tuple[Bit, ...] = ()
    stops: tuple[int, ...] = ()
    """Days on which lines stop."""


def rows(events: Sequence[Event], series: Series, scenario: Scenario) -> list[Row]:
    """Return the rows of one future, from its own events and daily series."""
    parts = (
        ("In force", _standing(events, scenario)),
        ("Stockpiles: what is left", _stocks(series, scenario)),
        ("Demand not met, and where lines stop", _missing(events, series, scenario)),
        (f"Prices outside and in China, full shade at {DEAR:g}x", _prices(series, scenario)),
    )
    return [row for title, found in parts if (told := list(found)) for row in (Row(title), *told)]


def draw(title: str, found: Sequence[Row], scenario: Scenario) -> Markup:
    """Return the picture as an SVG file that stands alone."""
    height, y, shapes = TOP + sum(ROW if row.colour else HEAD for row in found) + 26, float(TOP), Markup("")
    for row in found:
        shapes += _row(row, y, scenario) if row.colour else _heading(row.label, y)
        y += ROW if row.colour else HEAD
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="{}" font-family="system-ui, sans-serif" font-size="11">'
        '<rect width="100%" height="100%" fill="#fff"/>'
        '<text x="8" y="22" font-size="15" font-weight="600">{}</text>{}{}</svg>\n'
    ).format(WIDTH, height, WIDTH, height, title, title, shapes, _axis(scenario, y))


def _standing(events: Sequence[Event], scenario: Scenario) -> Iterator[Row]:
    spans = between(events, "control_start", "control_end") + between(events, "begins", "ends")
    for subject in dict.fromkeys(span.subject for span in spans):
        bits = [Bit(s.first, s.end or scenario.horizon_d, 0.8) for s in spans if s.subject == subject]
        yield Row(words.sentence(subject.replace("_", " ")), COLOURS["stands"], tuple(bits))
    sent = between(events, "response_start", "response_end")
    for subject in dict.fromkeys(span.subject for span in sent):
        bits = [Bit(s.first, s.end or scenario.horizon_d, 1.0) for s in sent if s.subject == subject]
        yield Row(f"{words.sentence(subject.replace('_', ' '))} sends", COLOURS["stock"], tuple(bits))


def _stocks(series: Series, scenario: Scenario) -> Iterator[Row]:
    for name, stock in series.items():
        kind, _, rest = name.partition("/")
        pile, _, material = rest.partition("/")
        if kind == "stock_share" and stock.max() > 0:
            goods = scenario.materials[material].name or material
            yield Row(f"{plant_name(scenario, pile)}: {goods}", COLOURS["stock"], _bits(stock))


def _missing(events: Sequence[Event], series: Series, scenario: Scenario) -> Iterator[Row]:
    stops = of_kind(events, "line_stop")
    for group in group_subjects(scenario):
        share = series.get(f"delivered_share/{group.id}")
        if group.dimension == "region" and share is not None:
            days = tuple(day for day, buyer in stops if buyer in group.buyers)
            if days or share.min() < 1 - 0.5 / STEPS:
                yield Row(group.name, COLOURS["missing"], _bits(1 - share), days)


def _prices(series: Series, scenario: Scenario) -> Iterator[Row]:
    for element in scenario.prices.elements.values():
        for id, market in reversed(scenario.markets.items()):
            multiple = series.get(f"price_multiple/{element.oxide}@{id}")
            if multiple is not None:
                name = scenario.materials[element.oxide].name or element.oxide
                shade = np.clip(np.log(np.maximum(multiple, 1.0)) / np.log(DEAR), 0, 1)
                yield Row(f"{name}, {market.name}", COLOURS["price"], _bits(shade))


def _bits(shares: NDArray[np.float64]) -> tuple[Bit, ...]:
    """Put days of one shade together; those without any are left out."""
    levels = np.rint(np.clip(shares, 0, 1) * STEPS)
    turns = [0, *(np.flatnonzero(np.diff(levels)) + 1).tolist(), levels.size]
    return tuple(Bit(a, b, float(levels[a]) / STEPS) for a, b in pairwise(turns) if levels[a] > 0)


def _heading(label: str, y: float) -> Markup:
    return Markup('<text x="8" y="{:.0f}" font-weight="600">{}</text>').format(y + HEAD - 7, label)


def _row(row: Row, y: float, scenario: Scenario) -> Markup:
    shapes = Markup('<text x="18" y="{:.0f}" fill="#333">{}</text>').format(y + ROW - 5, _fits(row.label))
    shapes += Markup('<rect x="{}" y="{:.0f}" width="{}" height="{}" fill="#f1efea"/>').format(
        LABELS, y + 2, WIDTH - LABELS - RIGHT, ROW - 4
    )
    for first, end, shade in row.bits:
        left, right = _x(first, scenario), _x(end, scenario)
        shapes += Markup('<rect x="{:.1f}" y="{:.0f}" width="{:.1f}" height="{}" fill="{}" opacity="{:.2f}"/>').format(
            left, y + 2, max(right - left, 0.8), ROW - 4, row.colour, shade
        )
    for day in row.stops:
        shapes += Markup('<path d="M{:.1f} {:.0f}v{}" stroke="{}" stroke-width="1.5"><title>{}</title></path>').format(
            _x(day, scenario), y + 1, ROW - 2, COLOURS["stop"], f"A line stops, day {day}"
        )
    return shapes


def _fits(label: str) -> str:
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1]}\u2026"


def _axis(scenario: Scenario, y: float) -> Markup:
    ticks = date_ticks(scenario.start_date, scenario.horizon_d)
    return Markup("").join(
        Markup(
            '<path d="M{:.1f} {}V{:.0f}" stroke="#00000022"/><text x="{:.1f}" y="{:.0f}" fill="#333">{}</text>'
        ).format(_x(day, scenario), TOP, y + 4, _x(day, scenario) + 2, y + 16, label)
        for day, label in ticks
    )


def _x(day: float, scenario: Scenario) -> float:
    return LABELS + (WIDTH - LABELS - RIGHT) * min(day, scenario.horizon_d) / scenario.horizon_d


def legend(scenario: Scenario, events: Sequence[Event]) -> str:
    """Say in words what the picture has, for those who cannot see it."""
    stopped = [buyer for _, buyer in of_kind(events, "line_stop")]
    end = scenario.start_date + datetime.timedelta(days=scenario.horizon_d - 1)
    stops = f"Lines stop at {buyer_names(scenario, stopped)}." if stopped else "No line stops."
    return f"From {scenario.start_date} to {end}. {stops}"
