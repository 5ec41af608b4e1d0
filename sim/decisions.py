"""The one comparison every decision on a threshold goes through."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-9


def below(x: NDArray[np.float64], y: NDArray[np.float64] | float) -> NDArray[np.bool_]:
    """Say where x is below y by more than rounding; exp and log differ in the last bit between libraries."""
    return x < y - TOLERANCE * np.maximum(np.abs(x), np.abs(y))
