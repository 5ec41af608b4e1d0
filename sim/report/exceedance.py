"""The share of futures above each value, a line a sample, as inline SVG in the colours of the page."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from markupsafe import Markup

from sim.arrays import Array
from sim.report import words
from sim.report.axes import EDGE, Scale, across, frame, span, up
from sim.report.charts import LEFT, WIDTH, points

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def exceedance_chart(label: str, samples: Mapping[str, Array], parts: Mapping[str, str], unit: str) -> Markup:
    """Draw for each sample, (N,), the share of futures above each value, in its part of the style sheet."""
    x, y = across(*span(np.concatenate(list(samples.values())))), up(0.0, 1.0)
    lines = [_exceedance(name, np.sort(sample), x, y, parts[name]) for name, sample in samples.items()]
    return frame(
        label, x, [(tick, words.tick(tick, unit)) for tick in x.ticks(EDGE)], y, _percents(), lines, (unit, "share")
    )


def _percents() -> list[tuple[float, str]]:
    return [(share, f"{share:.0%}") for share in SHARES]


def _exceedance(name: str, ordered: Array, x: Scale, y: Scale, part: str) -> Markup:
    """Draw one line: about a point per unit of width is enough."""
    at = np.linspace(x.low, x.high, WIDTH)
    above = 1 - np.searchsorted(ordered, at, side="right") / ordered.size
    line = points([LEFT, *x.at(at)], [y.place(1.0), *y.at(above)])
    return Markup('<g class="fan {}"><title>{}</title><polyline points="{}"/></g>').format(part, name, line)
