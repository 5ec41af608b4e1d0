"""What workers are given to do, and what any crew of them offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sim.chance.draws import Luck
from sim.results.day_files import TOGETHER
from sim.results.futures import Block
from sim.running.experiment import cut, run_block
from sim.spec.scenario import Scenario

Advance = Callable[[float], None]
"""Takes how many futures came to be done since it was last called."""


class Work(Protocol):
    """What pieces are run of; it travels once to every worker, pieces one by one."""

    def block(self, piece: Any, advance: Advance, /) -> Any:
        """Run a piece; report futures done to `advance`."""


@dataclass(frozen=True)
class Job:
    """What all blocks of a run have in common."""

    scenario: Scenario
    seed: int
    twin: bool
    luck: Luck | None = None
    """Where uniforms come from; None is the plain way."""
    days: Path | None = None
    """The folder for every day of every future; None keeps no days."""

    def spans(self, gaps: Sequence[range], workers: int) -> list[range]:
        """Cut the futures of all gaps as suits so many workers."""
        return cut(gaps, twin=self.twin, workers=workers, together=self.together)

    @property
    def together(self) -> int:
        """How many futures, from a multiple of it, must not be cut apart."""
        return 1 if self.days is None else TOGETHER

    def block(self, span: range, advance: Advance = lambda done: None) -> Block:
        """Run the futures of a span; report futures done to `advance`."""
        return run_block(
            self.scenario, self.seed, np.array(span), twin=self.twin, luck=self.luck, days=self.days, advance=advance
        )


class Crew(Protocol):
    """Somebody who runs spans of futures of the job in hand: this process, some processes, or a cluster."""

    @property
    def job(self) -> Job:
        """The job in hand."""

    def blocks(self, gaps: Sequence[range]) -> Iterator[Block]:
        """Run the futures of all gaps, cut as suits the crew; yield blocks as they are done, in any order."""

    def take(self, job: Job) -> None:
        """Turn to another job, when nothing of the one in hand is under way."""
