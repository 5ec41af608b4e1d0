"""The futures of one setting that are done, put together as they come in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.results.bins import Counts
from sim.results.futures import Block, Results, merge

SPAN = 256
"""Futures of a span that refines, which is wide enough to be fast."""
MOST_FUTURES = 2_000


@dataclass(frozen=True)
class Start:
    """The first futures of a setting, and in how many spans they are run."""

    futures: int = 32
    """As many as make a picture in the time of a few."""
    spans: int = 1


COMPILED = 200
"""First futures where days are compiled: they are a picture that hardly changes any more."""


def spans(most: int = MOST_FUTURES, start: Start | None = None) -> list[range]:
    """Return the spans that a setting's futures are run in, in order."""
    start = start or Start()
    first = [start.futures * n // start.spans for n in range(start.spans + 1)]
    starts = [n for n in (*first, *range(SPAN, most, SPAN)) if n < most]
    return [range(a, b) for a, b in zip(starts, [*starts[1:], most], strict=True)]


class Sample:
    """Futures 0 to n - 1 of a setting; blocks may come in any order, and count once none before them is missing."""

    def __init__(self) -> None:
        self.futures = 0
        self.counts: dict[str, Counts] = {}
        """Daily series -> futures in each bin, (day, bin)."""
        self._blocks: list[Block] = []
        self._waiting: dict[int, Block] = {}
        self._columns: dict[str, NDArray[np.float64]] = {}
        self._column_bytes = 0

    def add(self, block: Block) -> None:
        """Take a block in."""
        self._waiting[int(block.replications[0])] = block
        while self.futures in self._waiting:
            self._join(self._waiting.pop(self.futures))

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a number per future, (n,), by `<subject>/<metric>`."""
        if name not in self._columns:
            self._columns[name] = np.concatenate([block.columns[name] for block in self._blocks])
        return self._columns[name]

    def results(self) -> Results:
        """Return all of it as the results of a run of n futures, as `sim run -n` has them."""
        counts = {name: count.astype(np.int32) for name, count in self.counts.items()}
        return replace(merge(self._blocks), counts=counts)

    @property
    def nbytes(self) -> int:
        """Memory held, about."""
        return self._column_bytes + sum(count.nbytes for count in self.counts.values())

    def _join(self, block: Block) -> None:
        for name, count in block.counts.items():
            # Up to 65,535 futures fit.
            self.counts[name] = self.counts[name] + count if name in self.counts else count.astype(np.uint16)
        self._blocks.append(replace(block, counts={}))
        self._column_bytes += sum(column.nbytes for column in block.columns.values())
        self._columns.clear()
        self.futures += block.replications.size
