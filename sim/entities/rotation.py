"""Rotation: old stock is sold to those a pile serves, and as much is bought anew, so that what is held stays usable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.entities.rationing import Rationing


@dataclass(frozen=True, eq=False)
class Rotation:
    """How one stockpile is rotated."""

    over_d: Array
    """Days in which all that is held is sold once, (replication,)."""
    rationing: Rationing
    """Shares a day's sale among the pile's lanes."""
    from_day: Index
    """Day from which it is, (replication,)."""

    def due(self, day: int, stock: Array, lacking: Array) -> Array:
        """Return what is to be sold today, t, (row, replication): a day's part of stock, less what is lacking."""
        slice_t = stock / self.over_d
        return np.asarray(np.maximum(slice_t - lacking, 0.0) * (day >= self.from_day))
