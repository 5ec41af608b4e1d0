"""Random numbers as section 9 has them: every one a pure function of seed, stream, draw and replication."""

from __future__ import annotations

import hashlib
import math
import struct
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from sim import units
from sim.spec.quantity import Quantity


def uniform(seed: int, stream: str, draw: int, replication: int) -> float:
    """Return the uniform number in (0, 1) that these four name, always the same."""
    digest = hashlib.blake2b(f"{seed}/{stream}".encode(), digest_size=16).digest()
    key = np.array(struct.unpack("<2Q", digest), dtype=np.uint64)
    counter = (draw << 64) + replication // 4
    word = int(np.random.Philox(key=key, counter=counter).random_raw(4)[replication % 4])
    return ((word >> 12) + 0.5) * 2.0**-52


def quantile(quantity: Quantity, u: float) -> float:
    """Return the `u`-quantile of a quantity, in the model's unit."""
    return _in_own_unit(quantity, u) * units.factor(quantity.unit)


def _in_own_unit(quantity: Quantity, u: float) -> float:
    if quantity.among is not None:
        return quantity.among[math.floor(u * len(quantity.among))]
    if quantity.exponential is not None:
        return -quantity.exponential * math.log1p(-u)
    low, high = quantity.support
    if low == high:
        return low
    if quantity.triangular is None:
        return low + u * (high - low)
    mode = quantity.triangular[1]
    if u * (high - low) < mode - low:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mode))


def constant(quantity: Quantity | None, absent: float = 0.0) -> float:
    """Return a quantity that is the same in every future, or what its absence means."""
    if quantity is None:
        return absent
    assert quantity.is_constant, quantity
    return quantile(quantity, 0.5)


@dataclass(frozen=True)
class Draws:
    """The luck of one future."""

    seed: int
    replication: int
    parameters: dict[str, Quantity] = field(default_factory=dict)

    def uniform(self, stream: str, draw: int = 0) -> float:
        """Return draw number `draw` of a stream."""
        return uniform(self.seed, stream, draw, self.replication)

    def number(self, quantity: Quantity | None, stream: str, absent: float = 0.0, draw: int = 0) -> float:
        """Draw a quantity, or return what its absence means; constants draw nothing."""
        if quantity is None or quantity.is_constant:
            return constant(quantity, absent)
        u = self.uniform("parameters") if quantity.among is not None else self.uniform(stream, draw)
        name = quantity.times
        return quantile(quantity, u) * (
            1.0 if name is None else self.number(self.parameters[name], f"parameter/{name}")
        )

    def days(self, quantity: Quantity, stream: str, *, least: int = 0) -> int:
        """Draw whole days: rounded half to even, `least` at least."""
        return max(least, round(self.number(quantity, stream)))

    def weekly_walk(self, stream: str, sd: float, persistence: float, weeks: int) -> list[float]:
        """Return the noise of section 8, a value a week: 0 at first, `sd` its long-run deviation."""
        phi = math.exp(-7 / persistence)
        walk = [0.0]
        for week in range(1, weeks):
            z = float(ndtri(self.uniform(stream, week)))
            walk.append(phi * walk[-1] + sd * math.sqrt(1 - phi**2) * z)
        return walk
