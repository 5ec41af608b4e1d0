"""The page of a backtest: a table and a picture per episode, in one file that asks nothing of any other host."""

from __future__ import annotations

from typing import Any

import numpy as np
from markupsafe import Markup

from sim.documents import Json
from sim.report.page import render
from sim.studies.backtest.words import answer, basis, ratio

TEMPLATE = "studies/backtest/page.html.j2"
WIDTH, LEFT, RIGHT, ROW, HEAD = 860, 330, 20, 26, 24
LABEL = 52
"""Letters that find room beside the picture; the table has all."""
DECADES = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)


def backtest_page(document: Json, manifest: Json) -> str:
    """Return report.html from backtest.json and the manifest."""
    return render(
        TEMPLATE,
        manifest,
        [*manifest["episodes"], *manifest["scenarios"].values()],
        document=document,
        answer=answer(document),
        basis=basis(document),
        ratio=ratio,
        pictures=[_picture(episode) for episode in document["episodes"]],
        not_modelled=sorted({gap for one in manifest["scenarios"].values() for gap in one.get("not_modelled", ())}),
        digests={f"Digest of {name}": digest for name, digest in manifest["digests"].items()},
    )


def _picture(episode: Json) -> Markup:
    """Draw a row per target on a log scale: the band, the median, and what was observed."""
    rows = episode["targets"]
    values = [row[name] for row in rows for name in ("p05", "p95", "observed")]
    low, high = min(values) / 1.2, max(values) * 1.2
    height = HEAD + ROW * len(rows)

    def x(value: float) -> float:
        share = (np.log(value) - np.log(low)) / (np.log(high) - np.log(low))
        return float(LEFT + (WIDTH - LEFT - RIGHT) * share)

    drawn = Markup("")
    for value in DECADES:
        if low <= value <= high:
            drawn += Markup(
                '<path class="grid-line" d="M{:.1f} {}V{}"/><text class="x" x="{:.1f}" y="{}">{:g}</text>'
            ).format(x(value), HEAD - 6, height, x(value), HEAD - 10, value)
    for number, row in enumerate(rows):
        drawn += _row(row, x, HEAD + ROW * number + ROW / 2)
    label = f"Observed against the model, {episode['episode']}"
    return Markup('<svg class="chart wide" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, label, drawn
    )


def _row(row: Json, x: Any, y: float) -> Markup:
    return Markup(
        '<text class="what" x="{}" y="{:.1f}">{}</text>'
        '<path class="band-line {}" d="M{:.1f} {:.1f}H{:.1f}"/><path class="median" d="M{:.1f} {:.1f}v10"/>'
        '<path class="observed" d="M{:.1f} {:.1f}l5 5l-5 5l-5 -5z"/>'
    ).format(
        LEFT - 10, y + 4, _short(row["what"]), "fitted" if row["fitted"] else "left-out",
        x(row["p05"]), y, x(row["p95"]), x(row["p50"]), y - 5, x(row["observed"]), y - 5,
    )  # fmt: skip


def _short(what: str) -> str:
    return what if len(what) <= LABEL else what[: LABEL - 1].rstrip() + "…"
