"""The one comparison every decision on a threshold goes through."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Mask

TOLERANCE = 1e-9


def below(x: Array, y: Array | float) -> Mask:
    """Say where x is below y by more than rounding; exp and log differ in the last bit between libraries."""
    margin = np.maximum(np.abs(x), np.abs(y))
    margin *= TOLERANCE
    return x < y - margin
