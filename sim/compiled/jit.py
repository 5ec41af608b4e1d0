"""How functions are compiled, and where what was compiled is kept for the next process."""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import llvmlite.binding
import numba

Function = TypeVar("Function", bound=Callable[..., Any])

FOLDER = "rare-earth-sim"
"""What the folder of this package in the user's cache is called."""


SHARED = ("jit.py", "arithmetic.py")
"""The files whose functions those of others call."""


def digest(*names: str) -> str:
    """Return 16 hexadecimal digits that change with the text of some files of this folder, or of all.

    And with the compiler, and the processor it compiles for.
    """
    made_by = (platform.python_version(), numba.__version__, llvmlite.binding.get_host_cpu_name())
    text, here = hashlib.blake2b("\0".join(made_by).encode(), digest_size=8), Path(__file__).parent
    for name in names or sorted(path.name for path in here.glob("*.py")):
        text.update((here / name).read_bytes())
    return text.hexdigest()


def _cache_folder() -> Path | None:
    """Return a folder in the user's cache, or None where nothing can be written there.

    Numba compiles anew when the file changes that a function stands in, but not when one that it calls does.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / FOLDER / f"compiled-{digest(*SHARED)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


KEPT_IN = _cache_folder()
if KEPT_IN is not None:
    vars(numba.config)["CACHE_DIR"] = str(KEPT_IN)


def compiled(function: Function) -> Function:
    """Compile a function on its first call, or load what an earlier process compiled; float64 as numpy has it.

    No fast mathematics: sums keep their order, and nothing is contracted.
    """
    made: Function = numba.njit(function, cache=KEPT_IN is not None, error_model="numpy")
    return made
