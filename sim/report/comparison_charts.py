"""Pictures of a comparison as inline SVG, in the colours of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.report import words
from sim.report.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, points

Floats = NDArray[np.float64]
Json = dict[str, Any]

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
TICKS = 5
STEPS = (1, 2, 2.5, 5, 10)
EDGE = 0.05
"""Of an axis: a label under it, nearer to its end, would be cut off; a dot nearer to it is hard to see."""


@dataclass(frozen=True)
class Scale:
    """Where the values of one axis fall on a chart."""

    low: float
    high: float
    start: float
    end: float

    def at(self, values: Floats) -> Floats:
        """Return the places of values, (value,)."""
        return np.asarray(self.start + (self.end - self.start) * (values - self.low) / (self.high - self.low))

    def place(self, value: float) -> float:
        """Return the place of one value."""
        return float(self.at(np.array([value]))[0])

    def ticks(self, edge: float = 0.0) -> list[float]:
        """Return a few round values, none within that part of the axis from an end."""
        rough = (self.high - self.low) / TICKS
        power = 10.0 ** np.floor(np.log10(rough))
        step = next((power * one for one in STEPS if power * one >= rough), power * STEPS[-1])
        ticks = np.arange(np.ceil(self.low / step), self.high / step + 1) * step
        margin = edge * (self.high - self.low)
        return [float(tick) for tick in ticks if self.low + margin <= tick <= self.high - margin]


def exceedance_chart(label: str, samples: Mapping[str, Floats], parts: Mapping[str, str], unit: str) -> Markup:
    """Draw for each sample, (N,), the share of futures above each value, in its part of the style sheet."""
    x, y = _across(*_span(np.concatenate(list(samples.values())))), _up(0.0, 1.0)
    lines = [_exceedance(name, np.sort(sample), x, y, parts[name]) for name, sample in samples.items()]
    return _chart(label, x, [(tick, words.tick(tick, unit)) for tick in x.ticks(EDGE)], y, _percents(), lines)


def cost_chart(label: str, results: Mapping[str, Json], parts: Mapping[str, str], unit: str) -> Markup:
    """Draw each policy as a dot, the objective across and its cost up, with the intervals of both means."""
    shortage, cost = ([results[policy][of] for policy in parts] for of in ("objective", "policy_cost_usd"))
    x, y = _across(*_span(_ends(shortage), EDGE)), _up(*_span(_ends(cost), EDGE))
    dots = [_dot(name, results[name], x, y, part) for name, part in parts.items()]
    across = [(tick, words.tick(tick, unit)) for tick in x.ticks(EDGE)]
    return _chart(label, x, across, y, [(tick, words.tick(tick, "usd")) for tick in y.ticks()], dots)


def effect(stat: Json, most: float) -> Markup:
    """Draw a difference from the baseline as a bar from the middle, its interval as a line, against the most."""
    middle = Scale(-most or -1.0, most or 1.0, 2, 98)
    mean, low, high = middle.at(np.clip(_ends([stat]), middle.low, middle.high)).tolist()
    return Markup(
        '<svg class="bar effect" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="{}" x="{:.1f}" y="1" width="{:.1f}" height="8"/><rect class="zero" x="49.7" width=".6" '
        'height="10"/><rect class="ci" x="{:.1f}" y="4" width="{:.1f}" height="2"/></svg>'
    ).format("less" if mean < 50 else "more", min(mean, 50), abs(mean - 50), low, max(high - low, 0.4))


def _across(low: float, high: float) -> Scale:
    return Scale(low, high, LEFT, WIDTH - RIGHT)


def _up(low: float, high: float) -> Scale:
    return Scale(low, high, HEIGHT - BOTTOM, TOP)


def _span(values: Floats, margin: float = 0.0) -> tuple[float, float]:
    """Return the ends of an axis for values, (value,), never the same twice."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return low - 1, high + 1
    return low - margin * (high - low), high + margin * (high - low)


def _ends(stats: Sequence[Json]) -> Floats:
    """Return means and the ends of their intervals, (3 x stat,); the mean where there is no end."""
    return np.array([stat["mean"] if end is None else end for stat in stats for end in (stat["mean"], *stat["ci95"])])


def _percents() -> list[tuple[float, str]]:
    return [(share, f"{share:.0%}") for share in SHARES]


def _exceedance(name: str, ordered: Floats, x: Scale, y: Scale, part: str) -> Markup:
    """Draw one line: about a point per unit of width is enough."""
    at = np.linspace(x.low, x.high, WIDTH)
    above = 1 - np.searchsorted(ordered, at, side="right") / ordered.size
    line = points([LEFT, *x.at(at)], [y.place(1.0), *y.at(above)])
    return Markup('<g class="fan {}"><title>{}</title><polyline points="{}"/></g>').format(part, name, line)


def _dot(name: str, result: Json, x: Scale, y: Scale, part: str) -> Markup:
    middle, left, right = x.at(_ends([result["objective"]])).tolist()
    height, bottom, top = y.at(_ends([result["policy_cost_usd"]])).tolist()
    return Markup(
        '<g class="dot {}"><title>{}</title><path d="M{:.1f} {:.1f}H{:.1f}M{:.1f} {:.1f}V{:.1f}"/>'
        '<circle cx="{:.1f}" cy="{:.1f}" r="4.5"/></g>'
    ).format(part, name, left, height, right, middle, bottom, top, middle, height)


def _chart(
    label: str,
    x: Scale,
    across: Sequence[tuple[float, str]],
    y: Scale,
    up: Sequence[tuple[float, str]],
    drawn: Sequence[Markup],
) -> Markup:
    lines = Markup('<g class="grid">')
    for value, text in up:
        lines += Markup('<path d="M{} {:.1f}H{}"/><text class="y" x="{}" y="{:.1f}">{}</text>').format(
            LEFT, y.place(value), WIDTH - RIGHT, LEFT - 5, y.place(value) + 4, text
        )
    for value, text in across:
        lines += Markup('<path d="M{:.1f} {}v4"/><text class="x" x="{:.1f}" y="{}">{}</text>').format(
            x.place(value), HEIGHT - BOTTOM, x.place(value), HEIGHT - 6, text
        )
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</g>{}</svg>').format(
        WIDTH, HEIGHT, label, lines, Markup("").join(drawn)
    )
