"""The bins in which daily series are counted, so that blocks of futures merge by adding integers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array

Counts = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Bins:
    """Evenly spaced nodes, each standing for the values nearer to it than to any other.

    Nodes, not intervals, so that what is common (a share of exactly 0 or 1, a price at its opening level) is
    given back exactly. Values outside are counted in the first or last bin.
    """

    low: float
    """The first node."""
    high: float
    """The last node."""
    size: int
    """How many nodes there are, at least 2."""
    log: bool = False
    """Whether they are evenly spaced in the log."""

    @cached_property
    def nodes(self) -> Array:
        """The value each bin stands for, (bin,)."""
        nodes = self.origin + np.arange(self.size) / self.per_unit
        return np.exp(nodes) if self.log else nodes

    @cached_property
    def edges(self) -> Array:
        """The values between which each bin counts, (bin + 1,); the last is infinite, the first too or 0."""
        middle = self.origin + (np.arange(self.size - 1) + 0.5) / self.per_unit
        inner = np.exp(middle) if self.log else middle
        return np.concatenate(([0.0 if self.log else -math.inf], inner, [math.inf]))

    @property
    def origin(self) -> float:
        """Where the first node is, in logs where bins are."""
        return math.log(self.low) if self.log else self.low

    @property
    def per_unit(self) -> float:
        """Bins per unit, in logs where bins are."""
        span = math.log(self.high / self.low) if self.log else self.high - self.low
        return (self.size - 1) / span

    def index(self, values: Array) -> NDArray[np.int64]:
        """Return the bin of each value, same shape; values are finite, above 0 where bins are in the log."""
        place = np.log(values) if self.log else np.array(values, dtype=np.float64)
        place -= self.origin
        place *= self.per_unit
        np.rint(place, out=place)
        np.maximum(place, 0, out=place)
        np.minimum(place, self.size - 1, out=place)
        return place.astype(np.int64)

    def count(self, values: Array) -> NDArray[np.int64]:
        """Return how many of each row's values fall in each bin: (row, replication) -> (row, bin)."""
        rows = values.shape[0]
        flat = self.index(values) + np.arange(rows)[:, np.newaxis] * self.size
        return np.bincount(flat.ravel(), minlength=rows * self.size).reshape(rows, self.size)

    def quantile(self, counts: Counts, p: float) -> Array:
        """Return the lower inverse-CDF quantile of each row of `counts` (..., bin) as a node, (...).

        A row without any count gives NaN.
        """
        running = np.cumsum(counts, axis=-1, dtype=np.int64)
        total = running[..., -1]
        # The tolerance keeps p x total = 19.000000000000004 from skipping the 19th value.
        rank = np.maximum(np.ceil(p * total * (1 - 1e-12)), 1)
        place = (running < rank[..., np.newaxis]).sum(axis=-1)
        return np.where(total > 0, self.nodes[np.minimum(place, self.size - 1)], np.nan)


SHARE_BINS = Bins(0.0, 1.0, 201)
"""For shares from 0 to 1: half a percent each."""

MULTIPLE_BINS = Bins(1 / 64, 64.0, 301, log=True)
"""For prices as multiples of their opening level: 2.8 % each, 1 is a node."""

SERIES_BINS = {"delivered_share": SHARE_BINS, "price_multiple": MULTIPLE_BINS, "stock_share": SHARE_BINS}
"""Kind of daily series (the part of its name before the first `/`) -> the bins it is counted in."""


def bins_of(series: str) -> Bins:
    """Return the bins a daily series is counted in, by its name, such as `price_multiple/dy_oxide@world`."""
    return SERIES_BINS[series.partition("/")[0]]
