"""What is shipped: scenarios, networks, policies, episodes of history, and the sources their numbers come from."""

from __future__ import annotations

import os
import re
from pathlib import Path

NO_POLICY = "none"
"""The policy that changes nothing; it needs no file."""
SOURCES = "sources.yaml"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def folder() -> Path:
    """Return the folder of the shipped scenarios: in an installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def scenario_names() -> list[str]:
    """List the scenarios that `sim run NAME` knows, networks apart."""
    return [name for name in _stems(folder()) if name != Path(SOURCES).stem]


def network_names() -> list[str]:
    """List the networks that scenarios extend."""
    return _stems(folder() / "networks")


def names() -> list[str]:
    """List all that SCENARIO and `extends` may name: scenarios, then networks."""
    return scenario_names() + network_names()


def policy_names() -> list[str]:
    """List the policies that `--policy NAME` knows."""
    return sorted({NO_POLICY, *_stems(folder() / "policies")})


def find_scenario(name: str) -> Path | None:
    """Return the file of a shipped scenario or network."""
    return _first(name, folder(), folder() / "networks")


def find_policy(name: str) -> Path | None:
    """Return the file of a shipped policy."""
    return _first(name, folder() / "policies")


def episode_names() -> list[str]:
    """List the episodes of history that `sim backtest NAME` knows."""
    return _stems(folder() / "history")


def find_episode(name: str) -> Path | None:
    """Return the file of a shipped episode."""
    return _first(name, folder() / "history")


def displayed(path: Path) -> str:
    """Return a path as messages show it: from the current folder where it lies below it, else in full."""
    try:
        here = Path.cwd()
    except OSError:  # somebody removed the folder we are in
        return str(path)
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _first(name: str, *places: Path) -> Path | None:
    if not _NAME.fullmatch(name) or name == Path(SOURCES).stem:
        return None
    files = (place / f"{name}.yaml" for place in places)
    return next((file for file in files if os.path.isfile(file)), None)  # unlike Path.is_file, bears any name


def _stems(place: Path) -> list[str]:
    return sorted(file.stem for file in place.glob("*.yaml"))
