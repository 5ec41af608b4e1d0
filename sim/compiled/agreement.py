"""How far compiled days are from the engine's, over everything a block hands over."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.results.futures import Block, Event

LIMIT = 1e-9
"""The most that a number may differ by, relative."""
LEAST = 1.0
"""Numbers below this (a tonne, a day, a dollar, a share of all) are compared as if they were it: what is left of
subtracting equals is rounding."""


def disagreement(one: Block, other: Block) -> tuple[float, str]:
    """Return the largest relative difference of two runs of the same futures, and where it is.

    It is infinite where something is known in one and not in the other, or happens on another day, or a future is
    counted in another bin.
    """
    if [_told(event) for event in one.events] != [_told(event) for event in other.events]:
        return np.inf, "events"
    for name, counts in one.counts.items():
        if not np.array_equal(counts, other.counts[name]):
            return np.inf, name
    return max((_relative(a, b), name) for name, a, b in _series(one, other))


def _told(event: Event) -> tuple[int, str, str, tuple[int, ...]]:
    return event.day, event.kind, event.subject, tuple(event.replications.tolist())


def _series(one: Block, other: Block) -> Iterator[tuple[str, NDArray[np.float64], NDArray[np.float64]]]:
    for name, column in one.columns.items():
        if name != "all/balance_error":  # rounding itself
            yield name, column, other.columns[name]
    for month, of_month in one.monthly.items():
        for name, column in of_month.items():
            yield f"{month} {name}", column, other.monthly[month][name]
    for link, grams in one.flows.items():
        yield str(link), grams.astype(np.float64), other.flows[link].astype(np.float64)


def _relative(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    if not np.array_equal(np.isnan(a), np.isnan(b)):
        return np.inf
    size = np.maximum(np.maximum(np.abs(a), np.abs(b)), LEAST)
    return float(np.nan_to_num(np.abs(a - b) / size).max(initial=0.0))
