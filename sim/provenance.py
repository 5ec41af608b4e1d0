"""With what a run is made: the versions of what computes it, and the program's own text."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = ("rare-earth-sim", "numpy", "scipy", "simpy", "pyarrow")


def versions() -> dict[str, str]:
    """Return the versions of Python, the machine's type and the packages that figures depend on."""
    return {"python": platform.python_version(), "machine": platform.machine()} | {
        package: _version(package) for package in PACKAGES
    }


def code_digest() -> str:
    """Return 32 hexadecimal digits that change whenever a line of this package does: a version says less."""
    root, found = Path(__file__).parent, hashlib.blake2b(digest_size=16)
    for path in sorted(root.rglob("*.py")):
        found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
