"""Pictures as inline SVG: they take their colours from the page, and stand without any script.

Every chart is drawn 360 wide, about the width of a phone, so that its letters stay readable when it is the only
one in a row. What is plotted is an SVG of its own inside, so that a script can zoom by its `viewBox` alone, and tell
values from `data-plot`, which says where they fall.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.results.daily import Band

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 12, 24
PLOT = (LEFT, TOP - 2, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM + 4)
"""Where values are plotted, x, y, width and height; a little more than the axes, for the width of lines."""
TICK_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
MOST_TICKS = 6.5
LEAN = 4
"""How far the sign of a mark leans away from that of its neighbour."""
EMPTY = Markup("")
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


def share_chart(
    fan: Fan,
    start_date: datetime.date,
    disrupted: tuple[float, float] | None,
    *,
    top: float = 1.0,
    marks: Sequence[tuple[float, str]] = (),
    others: Sequence[Fan] = (),
    days: int | None = None,
    name: str | None = None,
) -> Markup:
    """Draw shares from 0 to `top` as a fan, the days of the disruption shaded, and days marked with what they bear.

    Other fans may stand on the same axes; bands may end before the `days` do.
    """
    axes = Axes(start_date, days or fan.band.p50.size, 0.0, top)
    step = next(step for step in (0.05, 0.1, 0.2, 0.25) if top / step <= 4 or step == 0.25)
    ticks = [(n * step, f"{n * step:.0%}") for n in range(int(top / step + 1e-9) + 1)]
    return _chart(name or fan.name, [fan, *others], axes, ticks, disrupted, marks)


def missing(fan: Fan) -> Fan:
    """Return what is missing of a share that is met: the band upside down."""
    band = fan.band
    return Fan(fan.name, Band(1 - band.p95, 1 - band.p75, 1 - band.p50, 1 - band.p25, 1 - band.p05))


def price_chart(
    name: str,
    fans: Sequence[Fan],
    start_date: datetime.date,
    disrupted: tuple[float, float] | None,
    *,
    days: int | None = None,
) -> Markup:
    """Draw price multiples as fans on one logarithmic scale; bands may end before the `days` do."""
    top = max(2.2, *(float(np.max(fan.band.p95)) * 1.08 for fan in fans))
    bottom = min(0.8, *(float(np.min(fan.band.p05)) * 0.92 for fan in fans))
    axes = Axes(start_date, days or fans[0].band.p50.size, bottom, top, log=True)
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
    marks: Sequence[tuple[float, str]] = (),
) -> Markup:
    drawn = [_shade(axes, disrupted), *(_fan(fan, axes, part) for fan, part in zip(fans, PARTS, strict=False))]
    if len(fans) > 1:  # or the bands of one would cover the line of another
        drawn += [_over(fan, axes, part) for fan, part in zip(fans, PARTS, strict=False)]
    label = f"{name}: median and bands over time"
    x = {"low": 0, "high": max(axes.days - 1, 1), "unit": "day", "start": axes.start_date.isoformat()}
    y = {"low": axes.low, "high": axes.high, "log": axes.log, "unit": "multiple" if axes.log else "share"}
    return chart(label, _grid(axes, ticks), drawn, x, y, _marked(axes, marks))


def chart(
    label: str,
    grid: Markup,
    drawn: Sequence[Markup],
    x: Mapping[str, object],
    y: Mapping[str, object],
    over: Markup = EMPTY,
) -> Markup:
    """Return a whole chart: what is drawn over its grid, and how to tell values from places on it."""
    plot = json.dumps({"x": x, "y": y})
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" data-plot="{}">{}'
        '<svg class="plot" x="{}" y="{}" width="{}" height="{}" viewBox="{} {} {} {}" preserveAspectRatio="none">'
        "{}</svg>{}</svg>"
    ).format(WIDTH, HEIGHT, label, plot, grid, *PLOT, *PLOT, Markup("").join(drawn), over)


def _marked(axes: Axes, marks: Sequence[tuple[float, str]]) -> Markup:
    """Draw a dotted line on each day that is marked, with its sign above; signs of neighbours lean apart."""
    within = sorted((day, sign) for day, sign in marks if 0 <= day < axes.days)
    x = [axes.x(day) for day, _ in within]
    lean = [
        LEAN * ((n > 0 and at - x[n - 1] < 2 * LEAN) - (n + 1 < len(x) and x[n + 1] - at < 2 * LEAN))
        for n, at in enumerate(x)
    ]
    return Markup("").join(
        Markup(
            '<g class="mark" data-at="{:.0f}" transform="translate({:.1f} 0)"><path d="M0 {}V{}"/>'
            '<text x="{}" y="{}">{}</text></g>'
        ).format(day, at, TOP, HEIGHT - BOTTOM, aside, TOP - 1, sign)
        for (day, sign), at, aside in zip(within, x, lean, strict=True)
    )


def every(days: int) -> int:
    """Return every which day of so many is drawn."""
    return max(1, days // (WIDTH - LEFT))


def _fan(fan: Fan, axes: Axes, part: str) -> Markup:
    """Draw the 5 to 95 and 25 to 75 bands and the median; about a point per unit of width is enough."""
    days, x = _drawn_days(fan, axes)
    line = {name: axes.y(getattr(fan.band, name)[days]) for name in ("p05", "p25", "p50", "p75", "p95")}
    shapes = Markup('<g class="fan {}"><title>{}</title>').format(part, fan.name)
    for low, high in (("p05", "p95"), ("p25", "p75")):
        outline = points([*x, *reversed(x)], [*line[high], *reversed(line[low])])
        shapes += Markup('<polygon points="{}"/>').format(outline)
    return shapes + Markup('<polyline points="{}"/></g>').format(points(x, line["p50"]))


def _over(fan: Fan, axes: Axes, part: str) -> Markup:
    """Draw the median once more, over all bands."""
    days, x = _drawn_days(fan, axes)
    line = points(x, axes.y(fan.band.p50[days]))
    return Markup('<g class="over {}" aria-hidden="true"><polyline points="{}"/></g>').format(part, line)


def _drawn_days(fan: Fan, axes: Axes) -> tuple[NDArray[np.int64], list[float]]:
    days = np.arange(0, fan.band.p50.size, every(axes.days))
    return days, [axes.x(float(day)) for day in days]


def points(x: Sequence[float] | NDArray[np.float64], y: Sequence[float] | NDArray[np.float64]) -> str:
    """Return places as an SVG line has them."""
    places = np.stack([x, y], axis=1)  # one format for all: a page has tens of thousands
    return " ".join(["%.1f,%.1f"] * len(places)) % tuple(places.ravel().tolist())


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
    return (
        lines + x_ticks((axes.x(day), label) for day, label in date_ticks(axes.start_date, axes.days)) + Markup("</g>")
    )


def x_ticks(ticks: Iterable[tuple[float, str]]) -> Markup:
    """Draw what stands under a chart: places from the left and what they are called."""
    return Markup('<g class="x-ticks">{}</g>').format(
        Markup("").join(
            Markup('<path d="M{:.1f} {}v4"/><text class="x" x="{:.1f}" y="{}">{}</text>').format(
                x, HEIGHT - BOTTOM, x, HEIGHT - 6, label
            )
            for x, label in ticks
        )
    )


def date_ticks(start: datetime.date, days: int) -> list[tuple[int, str]]:
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
