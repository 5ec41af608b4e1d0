"""Layers on what may pass: each cause owns one, and the smallest counts."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask


class Limits:
    """The share of each row that is open, (row, replication), as the smallest of its layers.

    Overlapping causes end in any order and none undoes another's work.
    """

    def __init__(self, rows: int, replications: int) -> None:
        self.share: Array = np.ones((rows, replications))
        self.changed: Mask = np.ones(replications, dtype=bool)
        """Replications whose shares have changed since somebody last took note."""
        self._layers: dict[str, Array] = {}

    def set(self, cause: str, rows: Index, share: Array | float, hit: Mask) -> None:
        """Let `cause` leave only `share` open, (replication,) or a scalar, of `rows` where hit."""
        columns = np.flatnonzero(hit)
        self.set_cells(cause, rows[:, None], columns, np.broadcast_to(share, hit.shape)[columns])

    def lift(self, cause: str, rows: Index, hit: Mask) -> None:
        """Let `cause` end for `rows` where hit."""
        self.set(cause, rows, 1.0, hit)

    def set_cells(self, cause: str, rows: Index, columns: Index, share: Array | float) -> None:
        """Let `cause` leave only `share` open in the cells (rows, columns), which broadcast against each other."""
        if not rows.size:
            return
        layer = self._layers.setdefault(cause, np.ones_like(self.share))
        layer[rows, columns] = share
        smallest = layer[rows, columns]
        for other in self._layers.values():
            smallest = np.minimum(smallest, other[rows, columns])
        self.share[rows, columns] = smallest
        self.changed[columns] = True
