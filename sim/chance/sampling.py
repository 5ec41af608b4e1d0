"""Futures that are spread more evenly than chance spreads them: Sobol points, and antithetic pairs.

Every future by itself is as likely as a plain one. Futures of one block are bound to each other, blocks are
independent: intervals rest on the means of blocks (`sim.results.estimate.Blocks`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

import numpy as np

from sim.arrays import Array, Index
from sim.chance.draws import plain_uniforms
from sim.errors import Problem, ScenarioError

Name = Literal["plain", "antithetic", "sobol"]
OPTION = "--sampling"
SCRAMBLINGS = 16
"""Independent scramblings, for the interval."""
MOST_DRAWS = 64
"""Draws that are spread evenly together; beyond, points are hardly more even than chance."""
BITS = 30
"""Of a Sobol point, whose uniform is the middle of one of 2**30 cells: never 0 and never 1."""


class Sampling(Protocol):
    """A way to draw futures; a `sim.chance.draws.Luck` whose futures come in blocks."""

    def uniforms(self, seed: int, stream: str, draws: range, replications: Index) -> Array:
        """Return uniforms in (0, 1), (draw, replication)."""

    def block(self, replications: Index) -> Index:
        """Return the number of every future's block, (replication,)."""


@dataclass(frozen=True)
class Antithetic:
    """Futures in pairs: wherever one is lucky, the other is as unlucky."""

    def uniforms(self, seed: int, stream: str, draws: range, replications: Index) -> Array:
        """Return the uniforms of the pair, u for its first future and 1 - u for its second, (draw, replication)."""
        pairs, place = np.unique(replications // 2, return_inverse=True)
        u = plain_uniforms(seed, stream, draws, pairs)[:, place]
        return np.where(replications % 2 == 0, u, 1.0 - u)

    def block(self, replications: Index) -> Index:
        """Return the pair of every future, (replication,)."""
        return replications // 2


@dataclass(frozen=True)
class SobolPoints:
    """The first draws of some streams are scrambled Sobol points; everything else is plain.

    Future r is point r // 16 of scrambling r % 16, whatever the number of futures.
    """

    streams: tuple[str, ...]
    """A dimension each, at most 64, the most telling first: the first dimensions are the most even."""

    def uniforms(self, seed: int, stream: str, draws: range, replications: Index) -> Array:
        """Return uniforms in (0, 1), (draw, replication); draw 0 of the streams named is even over a scrambling."""
        found = plain_uniforms(seed, stream, draws, replications)
        if stream in self.streams and 0 in draws:
            first, last = int(replications[0]) // SCRAMBLINGS, int(replications[-1]) // SCRAMBLINGS
            points = _points(seed, len(self.streams), first, last + 1)[:, :, self.streams.index(stream)]
            found[draws.index(0)] = points[replications % SCRAMBLINGS, replications // SCRAMBLINGS - first]
        return found

    def block(self, replications: Index) -> Index:
        """Return the scrambling of every future, (replication,)."""
        return replications % SCRAMBLINGS


def check_sampling(name: str, n: int, *, precision: bool) -> None:
    """Refuse what cannot be: another name, a number of futures that does not fill blocks, or a stated precision."""
    found, allowed = "", ""
    if name not in ("plain", "antithetic", "sobol"):
        found, allowed = f"'{name}'", "plain, antithetic or sobol"
    elif name != "plain" and precision:
        found, allowed = f"'{name}' and --precision", "one of the two: a precision is judged on plain futures"
    elif name == "antithetic" and (n % 2 or n < 4):
        found, allowed = f"{n} futures", "an even number of futures for antithetic pairs, at least 4"
    elif name == "sobol" and (n < 2 * SCRAMBLINGS or n & (n - 1)):
        found, allowed = f"{n} futures", f"a power of two from {2 * SCRAMBLINGS} on: {nearest_powers(n)}"
    if found:
        raise ScenarioError([Problem("sampling", OPTION, found, allowed)])


def nearest_powers(n: int) -> str:
    """Say which powers of two lie next to a number of futures."""
    below = max(1 << (n.bit_length() - 1), 2 * SCRAMBLINGS)
    return f"{below} or {2 * below}"


def sampling_of(name: str, streams: Sequence[str]) -> Sampling | None:
    """Return the way to draw futures that goes by this name, None for the plain one."""
    if name == "plain":
        return None
    return Antithetic() if name == "antithetic" else SobolPoints(tuple(streams))


@lru_cache(maxsize=1)
def _points(seed: int, dimensions: int, first: int, end: int) -> Array:
    """Return points first to end - 1 of every scrambling, (scrambling, point, dimension)."""
    from scipy.stats import qmc  # a second of imports that plain runs do without

    found = []
    for scrambling in range(SCRAMBLINGS):
        name = f"{seed}/sampling/sobol/{scrambling}".encode()
        key = int.from_bytes(hashlib.blake2b(name, digest_size=16).digest(), "little")
        points = qmc.Sobol(dimensions, scramble=True, bits=BITS, rng=np.random.default_rng(key))
        if first:
            points.fast_forward(first)
        # From the first point on a power of two is asked for: scipy warns where a sequence is cut elsewhere.
        found.append(points.random(end - first if first else 1 << (end - 1).bit_length())[: end - first])
    return np.asarray(np.stack(found) + 2.0 ** -(BITS + 1))
