"""Sparse incidence matrices: which rows a lane or a recipe joins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index


def incidence(rows: Index | Sequence[int], height: int, weight: Array | float = 1.0) -> csr_array:
    """Return the matrix (height, len(rows)) that adds entry i, times its weight, to `rows[i]`.

    Products with it are bit-equal for every number of replications, unlike dense ones.
    """
    at = np.asarray(rows, dtype=np.int64)
    return csr_array((np.broadcast_to(weight, at.shape), (at, np.arange(len(at)))), shape=(height, len(at)))


def sum_rows(block: Array) -> Array:
    """Return the sum over rows, (replication,), in the order of the rows for every number of replications."""
    total = np.zeros(block.shape[1])
    for row in block:
        total += row
    return total


def matrix(entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    """Return the matrix with the given (row, column, value) entries."""
    if not entries:
        return csr_array(shape, dtype=np.float64)
    row, column, value = zip(*entries, strict=True)
    return csr_array((np.array(value, dtype=np.float64), (row, column)), shape=shape)
