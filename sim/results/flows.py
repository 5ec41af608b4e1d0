"""The table of flows: tonnes a year from stage to stage and region to region, before a disruption and during."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.results.futures import FUTURES, Link

Period = Literal["before", "during"]
PERIODS: tuple[Period, ...] = ("before", "during")
G_PER_T = 1e6


class Flow(NamedTuple):
    """What goes one way in one period, the mean over futures."""

    period: Period
    """Before the first control in force, or from then to the end of the last."""
    element: str
    from_stage: str
    """mine, scrap, separation, metal, magnet or stockpile."""
    from_region: str
    to_stage: str
    """separation, metal, magnet, use or stockpile."""
    to_region: str
    t_per_year: float
    """Oxide-equivalent of the element."""


def flows(sums: Mapping[Link, NDArray[np.int64]]) -> Iterator[Flow]:
    """Yield the mean of every link in each period that any future has; nothing where no sums were kept."""
    futures = sums.get(FUTURES, np.zeros(len(PERIODS), np.int64))
    for n, period in enumerate(PERIODS):
        for link in sorted(sums) if futures[n] else ():
            if link != FUTURES:
                yield Flow(period, *link, float(sums[link][n] / futures[n] / G_PER_T))


def of(found: Iterable[Flow], period: Period, element: str | None = None) -> list[Flow]:
    """Return the flows of a period, of one element or of all of them added up."""
    total: dict[tuple[str, str, str, str], float] = {}
    for flow in found:
        if flow.period == period and element in (None, flow.element):
            way = (flow.from_stage, flow.from_region, flow.to_stage, flow.to_region)
            total[way] = total.get(way, 0.0) + flow.t_per_year
    return [Flow(period, element or "", *way, tonnes) for way, tonnes in total.items()]
