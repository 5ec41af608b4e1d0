"""Pictures of finished results for slides, as SVG, PNG or PDF, by matplotlib, an extra (`plot`)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.documents import Json
from sim.errors import OptionError, ResultsError, minding, not_installed
from sim.plotting.exceedances import draw_exceedance, draw_exceedance_of_policies
from sim.plotting.fans import draw_fan
from sim.plotting.frontiers import draw_frontier_of_policies, draw_frontier_of_sweep, draw_frontier_of_trials
from sim.plotting.sankeys import draw_sankey
from sim.report import words
from sim.results.manifest import kind_of, read_manifest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".svg", ".png", ".pdf")
SIZE, DPI = (10.0, 5.6), 160
"""Inches, the shape of a slide, and dots per inch of a PNG."""
LOOK = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "sim",
}
Draw = Callable[["Figure", Path, Json, str | None], None]
DRAWN: dict[tuple[str, str], Draw] = {
    ("fan", "results"): draw_fan,
    ("sankey", "results"): draw_sankey,
    ("exceedance", "results"): draw_exceedance,
    ("exceedance", "comparison"): draw_exceedance_of_policies,
    ("frontier", "comparison"): draw_frontier_of_policies,
    ("frontier", "sweep"): draw_frontier_of_sweep,
    ("frontier", "optimum"): draw_frontier_of_trials,
}
"""Kind of picture and what a folder holds -> how it is drawn."""
KINDS = tuple(dict.fromkeys(kind for kind, _ in DRAWN))


def plot(folder: Path, kind: str, out: Path, about: str | None = None) -> Path:
    """Draw a picture of a finished folder and return where it is.

    Kinds: `fan` (demand not met, or a price, over time), `sankey` (flows before and during), `exceedance` (the chance
    of more) and `frontier` (cost against shortage, of a comparison, a sweep or an optimum). `about` is a buyer, a group
    or a priced thing for a fan, a column or a buyer for an exceedance, an element for a Sankey diagram.
    Raises `sim.errors.ResultsError` where the folder is bad or does not have that picture, and `sim.errors.OptionError`
    for what there is none of, and without matplotlib.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise OptionError(f"{out}: a picture ends in {words.listed(list(SUFFIXES))}")
    manifest = read_manifest(folder)
    holds = kind_of(manifest)
    draw = DRAWN.get((kind, holds))
    if draw is None:
        fits = [of for drawn, of in DRAWN if drawn == kind]
        raise OptionError(f"{folder} holds {holds}, and a {kind} is drawn of {words.listed(fits)}")
    figure, rc_context = _matplotlib()
    with rc_context(LOOK):
        canvas: Figure = figure(figsize=SIZE, layout="constrained")
        with minding(folder, "that picture cannot be drawn"):
            draw(canvas, folder, manifest, about)
        _save(canvas, out)
    return out


def _matplotlib() -> tuple[Any, Any]:
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise not_installed("sim plot", "matplotlib", "plot") from error
    return Figure, rc_context


def _save(canvas: Figure, out: Path) -> None:
    """Write a picture whole or not at all; the same results give the same bytes."""
    fresh = out.with_name(f".{secrets.token_hex(4)}-unfinished{out.suffix}")
    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(out.suffix.lower(), {})
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        canvas.savefig(fresh, dpi=DPI, metadata=undated)
        fresh.replace(out)
    except OSError as error:
        raise ResultsError(f"the picture could not be written to {out}: {error}") from error
    finally:
        fresh.unlink(missing_ok=True)
