"""Put a finished folder in the place of another in one step, so that nobody ever sees half of either."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import glob
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2
RENAME_SWAP = 2
HALF, OLD = "-unfinished", "-old"
"""What the names of folders end in that are being written, and of what they take the place of, for a moment."""


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give an empty folder to write into, beside `target`; at the end it takes the target's place, whole.

    Should anything fail, or the user interrupt, the new folder goes and the target stays as it was. What others left
    who were killed meanwhile is swept first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target)
    fresh = target.parent / f".{target.name}-{secrets.token_hex(4)}{HALF}"
    fresh.mkdir()
    try:
        with _held(fresh):
            yield fresh
            _flush(*fresh.iterdir(), fresh)
            if target.exists():
                _exchange(fresh, target)
            else:
                fresh.rename(target)
            _flush(target.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)  # what is left there is half written, or was replaced


def sweep(target: Path) -> None:
    """Clear away what writers of the same folder left who were killed, but for those who are at work.

    Killed between two names, one leaves no `target`, but the older one beside: it gets its name back.
    """
    ours = f".{glob.escape(target.name)}-????????{HALF}"
    for old in target.parent.glob(ours + OLD):
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        elif not _at_work(old.with_name(old.name.removesuffix(OLD))):
            with suppress(OSError):  # its writer has just come to the end
                old.rename(target)
    for half in target.parent.glob(ours):
        if not _at_work(half):
            shutil.rmtree(half, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Lock a folder that is being written, where the disk has locks; a lock ends with its process."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _at_work(folder: Path) -> bool:
    """Tell whether somebody alive is writing a folder; on a disk without locks nobody can tell, so nobody is."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.EWOULDBLOCK, errno.EACCES)
    else:
        return False
    finally:
        os.close(handle)


def _flush(*paths: Path) -> None:
    """Have the disk hold files before their folder takes its name, and the name, lest a power cut leave it hollow."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _exchange(fresh: Path, target: Path) -> None:
    """Swap the names of two folders: in one step where the system can, else in two that are undone on failure."""
    if _swapped_by_system(os.fsencode(fresh), os.fsencode(target)):
        return
    old = fresh.with_name(fresh.name + OLD)
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
