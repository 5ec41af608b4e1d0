"""Futures some of whose draws are held: by the world they belong to, or by the point of a design they stand at.

Each is a `sim.chance.draws.Luck`; what is not held is plain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.chance.draws import plain_uniforms


@dataclass(frozen=True)
class Nested:
    """Futures in worlds: those of one world share what nobody knows, and differ in what chance brings."""

    doubtful: frozenset[str]
    """Streams of what nobody knows."""
    futures: int
    """Of each world; the world of future r is number r // futures, and has the doubts of the plain future so called."""

    def uniforms(self, seed: int, stream: str, draws: range, replications: Index) -> Array:
        """Return uniforms in (0, 1), (draw, replication); of a doubtful stream, those of the world."""
        own = replications // self.futures if stream in self.doubtful else replications
        return _of(seed, stream, draws, own)


@dataclass(frozen=True, eq=False)
class Given:
    """Columns at the points of a design: the design says what some streams are, a future brings the rest."""

    future: Index
    """The plain future each column meets, (column,)."""
    given: Mapping[str, Array]
    """Stream -> the uniform of its first draw, (column,)."""

    def uniforms(self, seed: int, stream: str, draws: range, replications: Index) -> Array:
        """Return uniforms in (0, 1), (draw, column); `replications` are columns."""
        found = _of(seed, stream, draws, self.future[replications])
        if stream in self.given and 0 in draws:
            found[draws.index(0)] = self.given[stream][replications]
        return found


def _of(seed: int, stream: str, draws: range, futures: Index) -> Array:
    """Return plain uniforms of futures in any order, some of them twice."""
    each, place = np.unique(futures, return_inverse=True)
    return np.asarray(plain_uniforms(seed, stream, draws, each)[:, place])
