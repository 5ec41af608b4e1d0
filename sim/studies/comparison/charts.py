"""Pictures of a comparison as inline SVG, in the colours of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from markupsafe import Markup

from sim.arrays import Array
from sim.documents import Json
from sim.report import words
from sim.report.axes import EDGE, Scale, across, frame, span, up


def cost_chart(label: str, results: Mapping[str, Json], parts: Mapping[str, str], unit: str) -> Markup:
    """Draw each policy as a dot, the objective across and its cost up, with the intervals of both means."""
    shortage, cost = ([results[policy][of] for policy in parts] for of in ("objective", "policy_cost_usd"))
    x, y = across(*span(_ends(shortage), EDGE)), up(*span(_ends(cost), EDGE))
    dots = [_dot(name, results[name], x, y, part) for name, part in parts.items()]
    x_ticks = [(tick, words.tick(tick, unit)) for tick in x.ticks(EDGE)]
    return frame(label, x, x_ticks, y, [(tick, words.tick(tick, "usd")) for tick in y.ticks()], dots, (unit, "usd"))


def effect(stat: Json, most: float) -> Markup:
    """Draw a difference from the baseline as a bar from the middle, its interval as a line, against the most."""
    middle = Scale(-most or -1.0, most or 1.0, 2, 98)
    mean, low, high = middle.at(np.clip(_ends([stat]), middle.low, middle.high)).tolist()
    return Markup(
        '<svg class="bar effect" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="{}" x="{:.1f}" y="1" width="{:.1f}" height="8"/><rect class="zero" x="49.7" width=".6" '
        'height="10"/><rect class="ci" x="{:.1f}" y="4" width="{:.1f}" height="2"/></svg>'
    ).format("less" if mean < 50 else "more", min(mean, 50), abs(mean - 50), low, max(high - low, 0.4))


def _ends(stats: Sequence[Json]) -> Array:
    """Return means and the ends of their intervals, (3 x stat,); the mean where there is no end."""
    return np.array([stat["mean"] if end is None else end for stat in stats for end in (stat["mean"], *stat["ci95"])])


def _dot(name: str, result: Json, x: Scale, y: Scale, part: str) -> Markup:
    middle, left, right = x.at(_ends([result["objective"]])).tolist()
    height, bottom, top = y.at(_ends([result["policy_cost_usd"]])).tolist()
    return Markup(
        '<g class="dot {}"><title>{}</title><path d="M{:.1f} {:.1f}H{:.1f}M{:.1f} {:.1f}V{:.1f}"/>'
        '<circle cx="{:.1f}" cy="{:.1f}" r="4.5"/></g>'
    ).format(part, name, left, height, right, middle, bottom, top, middle, height)
