"""How a case reads its quantities off the futures that were watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from verification.watching import Watched

Array = NDArray[np.float64]
Reader = Callable[[Watched], Mapping[str, Array]]


def days(*names: str, since: int = 0, until: int | None = None) -> Reader:
    """Return how to read series of the first future, (day,), from a day on and before another."""
    return lambda watched: {name: watched.series[name][since:until, 0] for name in names}


def columns(*names: str, buyer: str = "jp.use") -> Reader:
    """Return how to read what the simulator counts of a buyer, (replication,)."""
    return lambda watched: {name: watched.column(f"{buyer}/{name}") for name in names}


def both(*readers: Reader) -> Reader:
    """Return how to read what each of some readers reads."""
    return lambda watched: {name: found for reader in readers for name, found in reader(watched).items()}
