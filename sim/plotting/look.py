"""How pictures look, and whom they may be about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.documents import Json
from sim.errors import OptionError
from sim.report import words

if TYPE_CHECKING:
    pass

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#7a4fa0", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a2a", "#8a8a8a")
"""Told apart by the colour-blind, too; those of the page."""
REGION_COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a2a", "#7a4fa0", "#8a8a8a")
STYLES = ("-", "--", ":", "-.")
PANELS = 4
"""Regions of one picture: those that disruptions are aimed at, then those hit hardest."""


def subjects(summary: Json) -> dict[str, str]:
    """Return everybody who is counted: id -> name."""
    return {id: one["name"] for part in ("buyers", "groups") for id, one in summary[part].items()}


def known_among(id: str, among: Mapping[str, str], what: str) -> None:
    """Refuse an id that there is none of, and name those that are near."""
    if id not in among:
        from difflib import get_close_matches

        near = get_close_matches(id, among, n=3, cutoff=0.3) or list(among)[:3]
        raise OptionError(f"there is no {what} {id!r} here; such as {words.listed(near)}")


def percent(value: float, _: float) -> str:
    """Return a share as matplotlib asks for a tick: in percent."""
    return f"{value:.0%}"
