"""What drives the outcome, as far as a run's own columns tell: refusal or price, and how long the control lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import Array
from sim.documents import Json
from sim.report import words

PARTS = 3
"""Futures are told in thirds by how long the control lasts."""
LEAST = 30
"""Futures below which thirds say nothing."""


@dataclass(frozen=True)
class Third:
    """A third of the futures, by how long controls are in force."""

    days: tuple[float, float]
    futures: int
    output_lost_usd: float
    """The mean."""


def by_length(columns: Mapping[str, Array]) -> tuple[list[Third], float] | None:
    """Return thirds of the futures from the shortest control to the longest, and the rank correlation with output lost.

    None where lengths do not differ, futures are few, or columns are not known.
    """
    start, end, lost = (columns.get(f"all/{name}") for name in ("disruption_day", "control_end_day", "output_lost_usd"))
    if start is None or end is None or lost is None:
        return None
    length = end - start
    known = np.isfinite(length)
    length, lost = np.asarray(length[known]), np.asarray(lost[known])
    if length.size < LEAST or np.ptp(length) == 0 or np.ptp(lost) == 0:
        return None
    order = np.argsort(length, kind="stable")
    thirds = [
        Third((float(length[some[0]]), float(length[some[-1]])), some.size, float(lost[some].mean()))
        for some in np.array_split(order, PARTS)
    ]
    return thirds, _rank_correlation(length, lost)


def missing(summary: Json) -> list[Json]:
    """Return by region what is missing and why, t, the most first: refused, and given up because it is dear."""
    rows = []
    for id, group in summary["groups"].items():
        refused, dear = (group["aggregate"][name]["mean"] for name in ("unmet_t", "priced_out_t"))
        if group["dimension"] == "region" and refused + dear > 0:
            notional = group["aggregate"]["notional_t"]["mean"]
            share = (refused + dear) / notional if notional else 0.0
            rows.append({"id": id, "name": group["name"], "refused_t": refused, "dear_t": dear, "of_use": share})
    return sorted(rows, key=lambda row: -(row["refused_t"] + row["dear_t"]))


def sentence(found: tuple[list[Third], float] | None) -> str:
    """Say how much the length of the control matters; empty where it is not known."""
    if found is None:
        return ""
    (short, *_, long), correlation = found
    return (
        f"In the third of the futures with the shortest control (up to {words.count(short.days[1])} days) "
        f"{words.usd(short.output_lost_usd)} of output is lost on average, in the third with the longest (from "
        f"{words.count(long.days[0])} days on) {words.usd(long.output_lost_usd)}. {_strength(correlation)}"
    )


def _strength(correlation: float) -> str:
    often = (
        "explains little of"
        if abs(correlation) < 0.3
        else "explains much of"
        if abs(correlation) > 0.7
        else "is a part of"
    )
    return f"How long it lasts {often} what tells one future from another (rank correlation {correlation:.2f})."


def _rank_correlation(one: Array, other: Array) -> float:
    """Return Spearman's rank correlation, ties at their mean rank."""
    ranks = [_ranks(one), _ranks(other)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: Array) -> Array:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place], dtype=np.float64)
