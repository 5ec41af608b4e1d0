"""The chance of more, of a column or of what policies are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Array
from sim.documents import Json
from sim.rebuilding import objective_of, told_of
from sim.report import gallery, words
from sim.results.manifest import read_json

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sim.plotting.look import COLOURS, PANELS, STYLES, known_among, percent


def draw_exceedance(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    """Draw the chance of more of one column, or of days short where nobody says."""
    told = told_of(folder)
    column = about if about is None or "/" in about else f"{about}/shortage_days"
    if column is not None:
        known_among(column, dict.fromkeys(told.columns, ""), "column")
        samples = {column: told.columns[column]}
    else:
        worst = gallery.regions(told)[:PANELS]
        samples = {region["name"]: told.columns[f"{id}/shortage_days"] for id, region in worst}
    _draw_exceedance(canvas, samples, "Days short" if about is None else str(column))


def draw_exceedance_of_policies(canvas: Figure, folder: Path, manifest: Json, about: str | None) -> None:
    """Draw the chance of more of what policies are compared by."""
    document = read_json(folder / "compare.json")
    _draw_exceedance(canvas, objective_of(folder, document), words.sentence(document["objective"]["name"]))


def _draw_exceedance(canvas: Figure, samples: Mapping[str, Array], name: str) -> None:
    axes = canvas.subplots()
    for n, (label, sample) in enumerate(samples.items()):
        ordered = np.sort(sample[np.isfinite(sample)])
        above = (sample.size - np.arange(1, ordered.size + 1)) / sample.size
        style = STYLES[n % len(STYLES)]
        axes.step(ordered, above, where="post", color=COLOURS[n % len(COLOURS)], linestyle=style, label=label)
    axes.yaxis.set_major_formatter(percent)
    axes.set(ylim=(0, 1.02), xlabel=name, ylabel="Futures with more")
    axes.legend(frameon=False)
