"""Put a finished folder in the place of another in one step, so that nobody ever sees half of either."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2
RENAME_SWAP = 2


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give an empty folder to write into, beside `target`; at the end it takes the target's place, whole.

    Should anything fail, or the user interrupt, the new folder goes and the target stays as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.parent / f".{target.name}-{secrets.token_hex(4)}-unfinished"
    fresh.mkdir()
    try:
        yield fresh
        _flush(fresh)
        if target.exists():
            _exchange(fresh, target)
        else:
            fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)  # what is left there is half written, or was replaced


def _flush(folder: Path) -> None:
    """Have the disk hold every file before the folder takes its name, lest a power cut leave it hollow."""
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _exchange(fresh: Path, target: Path) -> None:
    """Swap the names of two folders: in one step where the system can, else in two that are undone on failure."""
    if _swapped_by_system(os.fsencode(fresh), os.fsencode(target)):
        return
    old = fresh.with_name(f"{fresh.name}-old")
    target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _swapped_by_system(fresh: bytes, target: bytes) -> bool:
    """Ask the kernel to swap two names; False where the system, or the disk's format, has no such call."""
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return bool(library.renamex_np(fresh, target, RENAME_SWAP) == 0)
    if hasattr(library, "renameat2"):
        return bool(library.renameat2(AT_FDCWD, fresh, AT_FDCWD, target, RENAME_EXCHANGE) == 0)
    return False
