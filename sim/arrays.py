"""What blocks are made of: state is arrays whose last axis is the replication."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""Numbers, mostly (row, replication)."""
Index = NDArray[np.int64]
"""Row or replication numbers, or whole days."""
Mask = NDArray[np.bool_]
"""Yes or no, mostly (replication,)."""
