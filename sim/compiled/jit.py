"""How functions are compiled, and where what was compiled is kept for the next process."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

FOLDER = "rare-earth-sim"
"""What the folder of this package in the user's cache is called."""


def _cache_folder() -> Path | None:
    """Return a folder of this very text in the user's cache, or None where nothing can be written there.

    Numba looks only at the file a function stands in, so that a change in one it calls would go unnoticed.
    """
    text = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text.update(path.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / FOLDER / f"compiled-{text.hexdigest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


_FOLDER = _cache_folder()
if _FOLDER is not None:
    vars(numba.config)["CACHE_DIR"] = str(_FOLDER)


def compiled(function: Function) -> Function:
    """Compile a function on its first call, or load what an earlier process compiled; float64 as numpy has it.

    No fast mathematics: sums keep their order, and nothing is contracted.
    """
    made: Function = numba.njit(function, cache=_FOLDER is not None, error_model="numpy")
    return made
