"""How shortage days are spread over the futures, as a strip of bars small enough for a row of a table."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.documents import Json
from sim.report import words

BARS = 25
WIDTH, HEIGHT = 100, 22


def strip(column: NDArray[np.float64] | None, days: Json, most_d: float) -> Markup:
    """Draw how futures are spread by days short, 0 to `most_d` from left to right, and a stroke at the median.

    `column` is days short in each future, (N,); without it only the span from p05 to p95 is drawn.
    """
    full = WIDTH / most_d if most_d > 0 else 0.0
    shapes = Markup("") if column is None else _histogram(column, most_d)
    if column is None:
        shapes += Markup('<rect class="whisker" x="{:.1f}" y="12" width="{:.1f}" height="3"/>').format(
            days["p05"] * full, max((days["p95"] - days["p05"]) * full, 0.6)
        )
    shapes += Markup('<rect class="median" x="{:.1f}" y="0" width="1" height="{}"/>').format(
        min(days["p50"] * full, WIDTH - 1), HEIGHT
    )
    label = f"Days short: 90 of 100 futures {words.count(days['p05'])} to {words.count(days['p95'])}"
    return Markup(
        '<svg class="strip" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, label, shapes)


def _histogram(column: NDArray[np.float64], most_d: float) -> Markup:
    shares = np.histogram(column, BARS, (0.0, max(most_d, 1.0)))[0] / max(column.size, 1)
    heights = shares / max(shares.max(), 1e-9) * HEIGHT
    step = WIDTH / BARS
    return Markup("").join(
        Markup('<rect class="futures" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
            n * step, HEIGHT - height, step - 0.4, height
        )
        for n, height in enumerate(heights)
        if height > 0
    )
