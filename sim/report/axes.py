"""Axes of a chart: where values fall, round ticks, and the frame that is drawn around them as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from sim.arrays import Array
from sim.report import charts
from sim.report.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH

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

    def at(self, values: Array) -> Array:
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


def across(low: float, high: float) -> Scale:
    """Return the scale of a chart from left to right."""
    return Scale(low, high, LEFT, WIDTH - RIGHT)


def up(low: float, high: float) -> Scale:
    """Return the scale of a chart from the bottom up."""
    return Scale(low, high, HEIGHT - BOTTOM, TOP)


def span(values: Array, margin: float = 0.0) -> tuple[float, float]:
    """Return the ends of an axis for values, (value,), never the same twice."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return low - 1, high + 1
    return low - margin * (high - low), high + margin * (high - low)


def frame(
    label: str,
    x: Scale,
    x_ticks: Sequence[tuple[float, str]],
    y: Scale,
    y_ticks: Sequence[tuple[float, str]],
    drawn: Sequence[Markup],
    units: tuple[str, str] = ("", ""),
) -> Markup:
    """Return a chart: what is drawn over its grid; ticks are values with what they are called, of these units."""
    lines = Markup('<g class="grid">')
    for value, text in y_ticks:
        lines += Markup('<path d="M{} {:.1f}H{}"/><text class="y" x="{}" y="{:.1f}">{}</text>').format(
            LEFT, y.place(value), WIDTH - RIGHT, LEFT - 5, y.place(value) + 4, text
        )
    lines += charts.x_ticks((x.place(value), text) for value, text in x_ticks) + Markup("</g>")
    across, upward = ({"low": s.low, "high": s.high, "unit": unit} for s, unit in zip((x, y), units, strict=True))
    return charts.chart(label, lines, drawn, across, upward)
