"""What several causes do to the same rows at once: each owns a layer, and all that stand count together."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask, put, some


class Layers:
    """A number per row and replication, `standing`, made of the layers that stand on it.

    Overlapping causes end in any order and none undoes another's work. How they count together is a ufunc: the
    smallest share left open, the largest cover hoarded, the sum of days of delay.
    """

    def __init__(self, rows: int, replications: int, nothing: float = 1.0, together: np.ufunc = np.minimum) -> None:
        self.standing: Array = np.full((rows, replications), nothing)
        self._nothing, self._together = nothing, together
        self._number: dict[str, int] = {}
        self._layers = np.zeros((0, rows, replications))
        self._seen = self.standing.copy()
        self._changed: Mask = np.zeros(replications, dtype=bool)
        self._any_changed = False
        self._differs: Mask = np.zeros(replications, dtype=bool)

    @property
    def idle(self) -> bool:
        """Whether no cause is ever expected to stand."""
        return not self._number

    def expect(self, cause: str) -> int:
        """Make room for a cause, and return its number: layers count in the order in which they were first expected."""
        if cause not in self._number:
            self._number[cause] = len(self._number)
            self._layers = np.concatenate([self._layers, np.full((1, *self.standing.shape), self._nothing)])
        return self._number[cause]

    def set(self, cause: str, rows: Index, value: Array | float, hit: Mask) -> None:
        """Let `cause` stand with `value`, (replication,) or a scalar, on `rows` where hit."""
        columns = np.flatnonzero(hit)
        self.set_cells(cause, rows[:, None], columns, np.broadcast_to(value, hit.shape)[columns])

    def lift(self, cause: str, rows: Index, hit: Mask) -> None:
        """Let `cause` end for `rows` where hit."""
        self.set(cause, rows, self._nothing, hit)

    def set_cells(self, cause: str, rows: Index, columns: Index, value: Array | float) -> None:
        """Let `cause` stand with `value` in the cells (rows, columns), which broadcast against each other."""
        number = self.expect(cause)
        if not rows.size:
            return
        self._layers[number, rows, columns] = value
        whole, *others = self._layers[:, rows, columns]
        for other in others:  # not reduced: how that adds up depends on how many cells there are
            whole = self._together(whole, other)
        self.standing[rows, columns] = whole
        self._changed[columns], self._any_changed = True, True

    def moved(self) -> Mask:
        """Return the replications in which something is not what it was when last seen, (replication,); read only."""
        if self._any_changed:
            columns = np.flatnonzero(self._changed | self._differs)
            self._differs[columns] = (some(self.standing, columns) != some(self._seen, columns)).any(axis=0)
            self._changed[:], self._any_changed = False, False
        return self._differs

    def see(self, columns: Index) -> None:
        """Take note of what stands in some replications."""
        columns = columns[self._differs[columns]]
        if not len(columns):
            return
        put(self._seen, columns, some(self.standing, columns))
        self._differs[columns] = False
