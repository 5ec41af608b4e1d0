"""What blocks are made of: state is arrays whose last axis is the replication."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""Numbers, mostly (row, replication)."""
Index = NDArray[np.int64]
"""Row or replication numbers, or whole days."""
Mask = NDArray[np.bool_]
"""Yes or no, mostly (replication,)."""

Number = TypeVar("Number", bound=np.generic)


def some(block: NDArray[Number], columns: Index) -> NDArray[Number]:
    """Return a copy of some columns of a block, (row, column); `columns` ascend, each once.

    `block[:, columns]` takes many times as long, and gives rows that do not lie in a piece.
    """
    return block.copy() if len(columns) == block.shape[1] else block.take(columns, axis=1)


def put(block: NDArray[Number], columns: Index, values: NDArray[Number]) -> None:
    """Write values, (row, column) or what can be broadcast to it, into some columns; `columns` ascend, each once."""
    if len(columns) == block.shape[1]:
        block[:] = values
    else:
        # Row by row: from column to column every write would fall into the same few lines of the cache.
        block[np.arange(len(block))[:, None], columns] = values
