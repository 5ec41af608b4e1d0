"""How days of futures are laid out in files: which futures go together, and what a file is called."""

from __future__ import annotations

from itertools import pairwise

TOGETHER = 256
"""Futures to a file; its first is a multiple of it."""


def together(span: range) -> list[range]:
    """Cut a span of futures into those that share a file."""
    bounds = [*range(span.start - span.start % TOGETHER, span.stop, TOGETHER), span.stop]
    return [range(max(first, span.start), end) for first, end in pairwise(bounds)]


def file_of(span: range) -> str:
    """Return the name of the file of some futures that share one: the first, and the one after the last."""
    return f"{span.start:07}-{span.stop:07}.parquet"
