"""Buying ahead: where a price climbs above its own mean, firms lay in more than they use; docs/model.md, section 7."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.entities.answers import Pace, multiple_of
from sim.entities.layers import Layers

CAUSE = "speculation"
"""What it is called among the causes of hoarding."""


@dataclass(frozen=True, eq=False)
class Speculation:
    """What buyers and makers lay in besides; a row is a thing priced that one of them buys."""

    group: Index
    """Those who buy it, rows among groups, (group of them,)."""
    bought: Index
    """What each of them buys, (group of them,)."""
    value_row: Index
    """What prices it, (row,)."""
    most_d: Array
    """Days of use, (replication,)."""
    pace: Pace
    """From which multiple of the mean, and how long the mean looks back, (replication,)."""
    mean: Array
    """What the price was of late, USD/kg, (row, replication); written in place."""
    hoards: Layers
    """Cover laid in besides, d, (group, replication)."""

    def follow(self, value: Array) -> None:
        """Live a day at today's values, USD/kg, (value row, replication)."""
        self.mean[:] += (value[self.value_row] - self.mean) / self.pace.lag_d

    def review(self, value: Array) -> None:
        """Set what is laid in from the latest values, USD/kg, (value row, replication)."""
        part = self.pace.part(multiple_of(value[self.value_row], self.mean))
        columns = np.arange(part.shape[1])
        self.hoards.set_cells(CAUSE, self.group[:, None], columns, (self.most_d * part)[self.bought])
