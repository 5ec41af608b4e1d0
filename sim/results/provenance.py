"""With what a run is made: the versions of what computes it, and the program's own text."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path

from sim import extensions

PACKAGES = ("rare-earth-sim", "numpy", "scipy", "simpy", "pyarrow")


def versions() -> dict[str, str]:
    """Return the versions of Python, the machine's type and the packages that figures depend on, extensions too."""
    own = {package: _version(package) for package in PACKAGES}
    return {"python": platform.python_version(), "machine": platform.machine()} | own | extensions.versions()


def code_digest() -> str:
    """Return 32 hexadecimal digits that change whenever a line of this package does, or of a module that adds to it."""
    root, found = Path(__file__).parents[1], hashlib.blake2b(digest_size=16)
    for path in sorted(root.rglob("*.py")):
        found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    for text in extensions.texts():
        found.update(text)
    return found.hexdigest()


def arithmetic_digest() -> str:
    """Return 32 hexadecimal digits that change with a last bit of the functions that figures are made with.

    One numpy takes other ways to an exponential on other processors of one type, and they differ in last bits.
    """
    import numpy as np
    from scipy.special import ndtri

    points = (np.arange(4096) + 0.5) / 4096
    values = (np.exp(8 * points - 4), np.log(points), np.log1p(-points), ndtri(points))
    return hashlib.blake2b(np.concatenate(values).tobytes(), digest_size=16).hexdigest()


def fingerprint() -> dict[str, str]:
    """Return all that must be the same where futures of one run are to come out the same, to the last bit."""
    return {"code": code_digest(), "arithmetic": arithmetic_digest()} | versions()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
