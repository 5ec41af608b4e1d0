"""Pictures as inline SVG: they need no script, no other host, and take their colours from the page.

Every chart is drawn 360 wide, about the width of a phone, so that its letters stay readable when it is the only
one in a row.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from sim.daily import Band

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 10, 24
TICK_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
MOST_TICKS = 6.5
PARTS = ("a", "b", "c", "d")
"""Colours of the page's style sheet, told apart by the colour-blind too; lines differ in dashes as well."""


@dataclass(frozen=True)
class Axes:
    """Where days and values fall on a chart."""

    start_date: datetime.date
    days: int
    low: float
    high: float
    log: bool = False

    def x(self, day: float) -> float:
        """Return the place of a day from the left."""
        return LEFT + (WIDTH - LEFT - RIGHT) * day / max(self.days - 1, 1)

    def y(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the places of values from the top, those beyond the axes on their edge, (value,)."""
        scaled, low, high = (np.log(v) if self.log else np.asarray(v) for v in (values, self.low, self.high))
        share = np.clip((scaled - low) / (high - low), 0, 1)
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - np.asarray(share))


@dataclass(frozen=True, eq=False)
class Fan:
    """One series over all futures: its name in the legend and its band."""

    name: str
    band: Band


def share_chart(fan: Fan, start_date: datetime.date, disrupted: tuple[float, float] | None) -> Markup:
    """Draw shares from 0 to 100 % as a fan, the days of the disruption shaded."""
    axes = Axes(start_date, fan.band.p50.size, 0.0, 1.0)
    ticks = [(share, f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return _chart(fan.name, [fan], axes, ticks, disrupted)


def price_chart(
    name: str, fans: Sequence[Fan], start_date: datetime.date, disrupted: tuple[float, float] | None
) -> Markup:
    """Draw price multiples of several markets as fans on one logarithmic scale."""
    top = max(2.2, *(float(np.max(fan.band.p95)) * 1.08 for fan in fans))
    bottom = min(0.8, *(float(np.min(fan.band.p05)) * 0.92 for fan in fans))
    axes = Axes(start_date, fans[0].band.p50.size, bottom, top, log=True)
    return _chart(name, fans, axes, _multiple_ticks(bottom, top), disrupted)


def bars(days: Mapping[str, float], most: float) -> Markup:
    """Draw a mean as a bar and the 95 % quantile as a whisker, against the most there is."""
    full = 100 / most if most > 0 else 0.0
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="whisker" x="0" y="4" width="{:.1f}" height="2"/>'
        '<rect class="mean" x="0" y="1" width="{:.1f}" height="8"/></svg>'
    ).format(days["p95"] * full, days["mean"] * full)


def _chart(
    name: str,
    fans: Sequence[Fan],
    axes: Axes,
    ticks: Sequence[tuple[float, str]],
    disrupted: tuple[float, float] | None,
) -> Markup:
    body = [_shade(axes, disrupted), _grid(axes, ticks)]
    body += [_fan(fan, axes, part) for fan, part in zip(fans, PARTS, strict=False)]
    label = f"{name}: median and bands over time"
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, label, Markup("").join(body)
    )


def _fan(fan: Fan, axes: Axes, part: str) -> Markup:
    """Draw the 5 to 95 and 25 to 75 bands and the median; about a point per unit of width is enough."""
    step = max(1, fan.band.p50.size // (WIDTH - LEFT))
    days = np.arange(0, fan.band.p50.size, step)
    x = [axes.x(float(day)) for day in days]
    line = {name: axes.y(getattr(fan.band, name)[days]) for name in ("p05", "p25", "p50", "p75", "p95")}
    shapes = Markup('<g class="fan {}"><title>{}</title>').format(part, fan.name)
    for low, high in (("p05", "p95"), ("p25", "p75")):
        outline = points([*x, *reversed(x)], [*line[high], *reversed(line[low])])
        shapes += Markup('<polygon points="{}"/>').format(outline)
    return shapes + Markup('<polyline points="{}"/></g>').format(points(x, line["p50"]))


def points(x: Sequence[float] | NDArray[np.float64], y: Sequence[float] | NDArray[np.float64]) -> str:
    """Return places as an SVG line has them."""
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _shade(axes: Axes, disrupted: tuple[float, float] | None) -> Markup:
    if disrupted is None:
        return Markup("")
    left, right = (axes.x(min(day, axes.days - 1)) for day in disrupted)
    return Markup(
        '<rect class="disrupted" x="{:.1f}" y="{}" width="{:.1f}" height="{}">'
        "<title>Controls in force, median future</title></rect>"
    ).format(left, TOP, max(right - left, 1), HEIGHT - TOP - BOTTOM)


def _grid(axes: Axes, ticks: Sequence[tuple[float, str]]) -> Markup:
    lines = Markup('<g class="grid">')
    for value, label in ticks:
        y = float(axes.y(np.array([value]))[0])
        lines += Markup('<path d="M{} {:.1f}H{}"/><text class="y" x="{}" y="{:.1f}">{}</text>').format(
            LEFT, y, WIDTH - RIGHT, LEFT - 5, y + 4, label
        )
    for day, label in _date_ticks(axes.start_date, axes.days):
        lines += Markup('<path d="M{:.1f} {}v4"/><text class="x" x="{:.1f}" y="{}">{}</text>').format(
            axes.x(day), HEIGHT - BOTTOM, axes.x(day), HEIGHT - 6, escape(label)
        )
    return lines + Markup("</g>")


def _date_ticks(start: datetime.date, days: int) -> list[tuple[int, str]]:
    """Return a few firsts of a month, evenly apart in months, as days since the start and their names."""
    months = days / 30.4
    step = next((step for step in TICK_MONTHS if months / step <= MOST_TICKS), TICK_MONTHS[-1])
    first = start.year * 12 + start.month - 1
    ticks = []
    for month in range(math.ceil(first / step) * step, first + int(months) + 2, step):
        at = datetime.date(month // 12, month % 12 + 1, 1)
        day = (at - start).days
        # A label too near an edge would be cut off.
        if 0.03 * days <= day <= 0.95 * days or day == 0:
            ticks.append((day, f"{at:%b %y}" if step < 12 else f"{at:%Y}"))
    return ticks


def _multiple_ticks(low: float, high: float) -> list[tuple[float, str]]:
    wanted = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
    return [(tick, f"{tick:g}x") for tick in wanted if low <= tick <= high]
