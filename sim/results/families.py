"""Families of parameters: which futures have a set of parameters from where, so that figures can be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.results.metrics import FAMILY
from sim.spec.scenario import Scenario

COLUMN = f"all/{FAMILY.name}"
CONVENTION = (
    "the futures whose set of parameters is of the family. Families differ in what is "
    "believed of firms and prices, not in chance: the mean of all futures stands for none of them"
)


def futures_by_family(columns: Mapping[str, NDArray[np.float64]], scenario: Scenario) -> dict[str, NDArray[np.bool_]]:
    """Return which futures, (N,), are of each family; families without any are left out."""
    if COLUMN not in columns:
        return {}
    drawn = np.asarray(columns[COLUMN])
    found = {id: drawn == number for number, id in enumerate(scenario.families)}
    return {id: futures for id, futures in found.items() if futures.any()}


@dataclass(frozen=True, eq=False)
class SomeFutures(Mapping[str, NDArray[np.float64]]):
    """Columns of some futures; each is read when it is asked for."""

    columns: Mapping[str, NDArray[np.float64]]
    futures: NDArray[np.bool_]
    """Which, (N,)."""

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return np.asarray(self.columns[name])[self.futures]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)
