"""The weather: every random number as a pure function of (seed, stream, draw, replication).

Results therefore do not depend on batch size, worker count or order, and two policies meet the same futures.
docs/model.md, section 9, has the recipe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from scipy.special import ndtri

from sim import units
from sim.arrays import Array, Index
from sim.spec.quantity import Quantity

TOGETHER = "parameters"
"""The stream that all lists of equally likely values share."""


class Luck(Protocol):
    """Where the numbers of futures come from, where that is not the plain way; see sim/chance/sampling.py."""

    def uniforms(self, seed: int, stream: str, draws: range, replications: Index) -> Array:
        """Return uniforms in (0, 1), (draw, replication), as `plain_uniforms` does."""


@dataclass(frozen=True)
class Draws:
    """The luck of some replications under one seed."""

    seed: int
    """The seed of the run."""
    replications: Index
    """Numbers of the futures, ascending."""
    copies: int = 1
    """How often the futures stand side by side: 2 where undisturbed twins run beside them."""
    parameters: Mapping[str, Quantity] = field(default_factory=dict)
    """What figures may be multiplied with, by name."""
    luck: Luck | None = None
    """Where uniforms come from; None is the plain way."""

    @property
    def width(self) -> int:
        """Columns of every block: replications times copies."""
        return len(self.replications) * self.copies

    def uniforms(self, stream: str, draws: range) -> Array:
        """Return uniforms in (0, 1), (draw, replication)."""
        source = plain_uniforms if self.luck is None else self.luck.uniforms
        return np.asarray(np.tile(source(self.seed, stream, draws, self.replications), (1, self.copies)))

    def normals(self, stream: str, draws: range) -> Array:
        """Return standard normals, (draw, replication)."""
        return np.asarray(ndtri(self.uniforms(stream, draws)))

    def exponentials(self, stream: str, draws: range, mean: float) -> Array:
        """Return exponentials with the given mean, (draw, replication)."""
        return np.asarray(-mean * np.log1p(-self.uniforms(stream, draws)))

    def quantity(self, stream: str, quantity: Quantity) -> Array:
        """Return one value per replication in the engine's unit, (replication,); a constant draws nothing."""
        return np.asarray(self.quantities(stream, quantity, range(1))[0])

    def optional(self, stream: str, quantity: Quantity | None, absent: float = 0.0) -> Array:
        """Return one value per replication as `quantity` does, or what its absence means, (replication,)."""
        return np.full(self.width, absent) if quantity is None else self.quantity(stream, quantity)

    def quantities(self, stream: str, quantity: Quantity, draws: range) -> Array:
        """Return several values per replication in the engine's unit, (draw, replication)."""
        drawn = self.drawn(stream, quantity, draws)
        if quantity.times is None:
            return drawn
        return drawn * self.quantity(f"parameter/{quantity.times}", self.parameters[quantity.times])

    def drawn(self, stream: str, quantity: Quantity, draws: range) -> Array:
        """Return several values per replication in the engine's unit, before any parameter, (draw, replication)."""
        scale = units.factor(quantity.unit)
        if quantity.value is not None:
            return np.full((len(draws), self.width), quantity.value * scale)
        if quantity.among is not None:
            values = np.array(quantity.among)[self.row(len(quantity.among))] * scale
            return np.tile(values, (len(draws), 1))
        return quantile(quantity, self.uniforms(stream, draws)) * scale

    def row(self, length: int) -> Index:
        """Return which of `length` equally likely values each future has, from 0, (replication,)."""
        row: Index = np.floor(self.uniforms(TOGETHER, range(1))[0] * length).astype(np.int64)
        return row

    def days(self, stream: str, quantity: Quantity, at_least: int = 0) -> Index:
        """Return whole days per replication, rounded half to even, (replication,)."""
        return np.maximum(np.rint(self.quantity(stream, quantity)), at_least).astype(np.int64)


def plain_uniforms(seed: int, stream: str, draws: range, replications: Index) -> Array:
    """Return uniforms in (0, 1) of ascending replications, (draw, replication): a pure function of its arguments."""
    key = np.frombuffer(hashlib.blake2b(f"{seed}/{stream}".encode(), digest_size=16).digest(), "<u8")
    first = int(replications[0]) // 4
    words = 4 * (int(replications[-1]) // 4 + 1 - first)
    raw = np.stack([np.random.Philox(key=key, counter=(k << 64) + first).random_raw(words) for k in draws])
    # The middle of one of 2**52 cells: never 0 and never 1.
    cell = raw[:, replications - 4 * first] >> np.uint64(12)
    return np.asarray((cell + 0.5) * 2.0**-52)


def quantile(quantity: Quantity, u: Array) -> Array:
    """Return the inverse distribution function of a distribution at u, in its own unit."""
    if quantity.uniform is not None:
        low, high = quantity.uniform
        return np.asarray(low + u * (high - low))
    if quantity.triangular is not None:
        return _triangular(u, *quantity.triangular)
    assert quantity.exponential is not None
    return np.asarray(-quantity.exponential * np.log1p(-u))


def _triangular(u: Array, low: float, mode: float, high: float) -> Array:
    """Return the inverse triangular distribution function at u."""
    if low == high:
        return np.full_like(u, low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < (mode - low) / (high - low), rising, falling)
