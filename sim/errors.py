"""What can go wrong, as a tree.

SimError
├── ScenarioError   the input is wrong: every problem found, each with its place   (exit code 2)
├── ResultsError    a results folder is missing, half, foreign, or in the way      (exit code 2)
├── OptionError     an option asks for what cannot be, or is not installed         (exit code 2)
├── ExtensionError  an installed package adds what cannot be added                 (exit code 2)
├── ModelError      the model broke a promise of its own, the balance for one      (exit code 1)
└── WorkerError     a process that ran futures died, or a cluster is out of reach  (exit code 1)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


class SimError(Exception):
    """The root of everything this package raises on purpose."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input: what, where, what was found and what would have been right."""

    code: str
    """A stable word for the kind of mistake, such as `unknown-key`."""
    field: str
    """The path of the field, such as `lanes.g01-us.ev.transit.unit`; empty for the whole file."""
    found: str
    """What stands there."""
    allowed: str
    """What would be right, with the nearest valid name where there is one."""
    file: str = ""
    """The file as it was named."""
    line: int = 0
    """The line, counted from 1; 0 where no line can be named."""

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line) if self.line else "") if part)
        field = f"{self.field}: " if self.field else ""
        return f"{place or 'scenario'}: [{self.code}] {field}found {self.found}; {self.allowed}"


class ScenarioError(SimError):
    """The scenario cannot be run as written; `problems` lists every reason found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ResultsError(SimError):
    """A results folder is missing, unfinished, not ours, or stands in the way."""


class OptionError(SimError):
    """An option asks for what cannot be, or for what is not installed."""


def not_installed(what: str, package: str, extra: str) -> OptionError:
    """Return the error that says which package something needs, and how to get it."""
    return OptionError(f"{what} needs {package}, which is not installed: pip install 'rare-earth-sim[{extra}]'")


class ExtensionError(SimError):
    """An installed package adds something that cannot be imported, or that is not what it should be."""


class ModelError(SimError):
    """The model broke one of its own promises: a bug, or numbers past what a float can carry."""


class WorkerError(SimError):
    """A process that ran futures died, or a cluster is out of reach, or made with something else."""


@contextmanager
def minding(place: object, what: str) -> Iterator[None]:
    """Say that a file or folder is damaged where something made of it cannot be made, for whatever reason.

    What is read was written by others: no list of kinds of errors is ever complete.
    """
    try:
        yield
    except (SimError, MemoryError, ImportError):  # what is missing is no damage
        raise
    except Exception as error:
        raise ResultsError(f"{place} is damaged, or of another version: {what} ({error!r})") from error
