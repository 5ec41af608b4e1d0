"""Bands of the daily series over all futures: what daily.parquet and the fans of a report hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.results.bins import Counts, bins_of

BAND_QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p95": 0.95}


@dataclass(frozen=True, eq=False)
class Band:
    """Where a daily series lies in 5, 25, 50, 75 and 95 of 100 futures, a value per day each, (day,)."""

    p05: NDArray[np.float64]
    p25: NDArray[np.float64]
    p50: NDArray[np.float64]
    p75: NDArray[np.float64]
    p95: NDArray[np.float64]


Bands = dict[str, Band]
"""Daily series, such as `delivered_share/jp.ev`, to its band."""


def bands(counts: Mapping[str, Counts]) -> Bands:
    """Return the band of every series from its counts (day, bin), in order of name."""
    return {
        name: Band(*(bins_of(name).quantile(counts[name], p) for p in BAND_QUANTILES.values()))
        for name in sorted(counts)
    }
