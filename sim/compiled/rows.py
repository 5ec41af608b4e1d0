"""What compiled loops run over: sparse matrices taken apart, and where the rows of each owner begin."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index

Sparse = tuple[Index, Index, Array]
"""Where each row's entries begin, the column of each, and its weight."""


def sparse(matrix: csr_array) -> Sparse:
    """Take a matrix apart, its entries in the order in which scipy adds them."""
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), matrix.data.astype(np.float64)


def firsts(owner: Index, n: int) -> Index:
    """Return where the rows of each of `n` owners begin, and where the last one's end; owners ascend."""
    return np.searchsorted(owner, np.arange(n + 1)).astype(np.int64)
