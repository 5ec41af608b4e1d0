"""The columns of a run, and the statistic of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array
from sim.documents import Json
from sim.errors import ModelError
from sim.results import estimate
from sim.results.families import SomeFutures
from sim.results.futures import Results
from sim.results.metrics import Metric


class Columns:
    """The columns of a run by subject and metric, and the statistic of each."""

    def __init__(self, results: Results, horizon_d: int, blocks: estimate.Blocks | None = None) -> None:
        self.by_name: Mapping[str, Array] = results.columns
        self.replications = results.replications.size
        self.horizon_d = horizon_d
        self.blocks = blocks

    def column(self, subject: str, metric: Metric) -> Array:
        """Return one column, (N,); all NaN where the metric is optional and the run left it out."""
        found = self.by_name.get(f"{subject}/{metric.name}")
        if found is None and not metric.optional:
            raise ModelError(f"the engine recorded no column {subject}/{metric.name}")
        return np.full(self.replications, np.nan) if found is None else found

    def statistic(self, subject: str, metric: Metric) -> estimate.Stat:
        """Return the statistic of one metric of one subject."""
        column = self.column(subject, metric)
        if metric.is_day:
            return estimate.day(column, self.horizon_d, metric.worst, self.blocks)
        return estimate.amount(column, metric.worst, self.blocks)

    def statistics(self, subject: str, of: Iterable[Metric]) -> Json:
        """Return the statistics of several metrics of one subject, by the metric's name."""
        return {metric.name: self.statistic(subject, metric) for metric in of}

    def among(self, futures: NDArray[np.bool_]) -> Columns:
        """Return the columns of some futures, (N,), as if they were all there are."""
        few = copy(self)
        few.by_name = SomeFutures(self.by_name, futures)
        few.blocks = None if self.blocks is None else self.blocks.among(futures)
        few.replications = int(np.count_nonzero(futures))
        return few

    def subjects_with(self, metric: Metric) -> list[str]:
        """Return every subject that has a column of this metric, in the order of the columns."""
        return [name.rpartition("/")[0] for name in self.by_name if name.rpartition("/")[2] == metric.name]

    def by_subject(self, added: Iterable[Metric]) -> Json:
        """Return the statistics of what installed packages count, by subject and metric."""
        found: Json = {}
        for metric in added:
            for subject in self.subjects_with(metric):
                found.setdefault(subject, {})[metric.name] = self.statistic(subject, metric)
        return found
