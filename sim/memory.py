"""Memory that is asked for again every day."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
"""What `mallopt` of glibc calls them."""
MIB = 1024**2


@cache
def keep_freed_memory() -> None:
    """Have glibc keep what is freed for the next array, once per process; other C libraries are left as they are.

    A day frees and asks for hundreds of blocks of a few MB. By itself glibc gives each back to the system, which hands
    out fresh pages, zeroed, for the next: a quarter of the time of a run.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, 32 * MIB)  # the most it takes
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(M_TOP_PAD, 64 * MIB)
