"""Where results go: a place that may be written to, filled whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from sim.errors import ResultsError
from sim.results.manifest import is_finished
from sim.results.replace import replacing
from sim.results.saved import FORMAT
from sim.spec.scenario import Scenario
from sim.spec.shipped import NO_POLICY


def default_folder(scenario: Scenario, kind: str = "") -> Path:
    """Return where results go when nobody says: results/<scenario>[+<policy>], and what they are of after a dot."""
    policy = "" if scenario.policy == NO_POLICY else f"+{scenario.policy}"
    return Path("results") / f"{scenario.name}{policy}{kind}"


def check_target(out: Path, form: str = FORMAT) -> None:
    """Refuse, before anything is run, a place where results cannot or must not be written.

    A finished folder of the same form may be replaced; an empty or missing one filled; anything else is somebody's.
    """
    try:
        _check_place(out, form)
    except (OSError, RuntimeError) as error:  # a name that is too long; a link that leads to itself
        raise ResultsError(f"{out} cannot be made: {error}") from error


def _check_place(out: Path, form: str) -> None:
    if out.exists() and not out.is_dir():
        raise ResultsError(f"{out} is a file; name a folder for the results")
    if out.is_dir() and any(out.iterdir()) and not is_finished(out, form):
        kind = form.rpartition(" ")[2]
        raise ResultsError(f"{out} is not empty and holds no finished {kind}; name another folder with --out")
    ground = next(parent for parent in out.resolve().parents if parent.exists())
    if not ground.is_dir():
        raise ResultsError(f"{ground} is a file, so {out} cannot be made")
    if not os.access(ground, os.W_OK | os.X_OK):
        raise ResultsError(f"{ground} may not be written to, so {out} cannot be made")


def write_whole(out: Path, write: Callable[[Path], None], form: str = FORMAT) -> None:
    """Have a folder written, and put it in the place of `out` in one step; no one ever sees half of it."""
    check_target(out, form)
    try:
        with replacing(out.resolve()) as fresh:
            write(fresh)
            check_target(out, form)
    except OSError as error:
        raise ResultsError(f"the results could not be written to {out}: {error}") from error
