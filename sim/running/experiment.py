"""Scenario x seed x futures -> blocks of results."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from sim import engine
from sim.arrays import Array, Index
from sim.assembly import assemble
from sim.chance.draws import Draws, Luck
from sim.errors import not_installed
from sim.memory import keep_freed_memory
from sim.records.ledger import Ledger
from sim.results.futures import Block
from sim.spec.scenario import Scenario
from sim.world import World

COLUMNS = 1024
"""Columns that run together: 1,024 futures, or 512 beside their twins. Results do not depend on it, to the last bit."""
REPORT_D = 8
"""Days between reports of progress."""


SoFar = Callable[[int, Callable[[], Block]], None]
"""Is told how many days are done, and may ask what they brought."""


class _Reporter:
    """A ledger that says, a few times a block, how many futures' worth of days are done."""

    def __init__(self, ledger: Ledger, advance: Callable[[float], None], so_far: SoFar | None) -> None:
        self._ledger, self._advance, self._so_far = ledger, advance, so_far

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        self._ledger.note_day(world, day, shipped)
        days = day + 1
        if days % REPORT_D == 0 or days == world.clock.horizon_d:
            self._advance((day % REPORT_D + 1) / world.clock.horizon_d * len(world.draws.replications))
            if self._so_far is not None and days < world.clock.horizon_d:
                self._so_far(days, lambda: self._ledger.so_far(world, days))


def run_block(
    scenario: Scenario,
    seed: int,
    replications: Index,
    *,
    twin: bool = True,
    watched: bool = False,
    luck: Luck | None = None,
    days: Path | None = None,
    advance: Callable[[float], None] = lambda done: None,
    so_far: SoFar | None = None,
    compiled: bool = False,
) -> Block:
    """Run some futures, each beside its undisturbed twin unless told otherwise; report futures done to `advance`.

    `luck` is where their numbers come from, where that is not the plain way; `days` a folder for every day of each.
    Every `REPORT_D` days `so_far` may look at what there is by then. `compiled` lives the days in compiled loops, which
    agree to 1e-9, not to the bit, and need the extra `fast`; raises `OptionError` without it.
    """
    keep_freed_memory()
    draws = Draws(seed, replications, copies=2 if twin else 1, parameters=scenario.parameters, luck=luck)
    step, keep = _compiled() if compiled else (engine.Day, Ledger)
    world = assemble(scenario, draws, watched=watched)
    ledger = keep(world, days)
    engine.run(world, _Reporter(ledger, advance, so_far), step)
    return ledger.block(world)


def _compiled() -> tuple[type[engine.Day], type[Ledger]]:
    try:
        from sim.compiled.day import CompiledDay
        from sim.compiled.ledger import CompiledLedger
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("numba", "llvmlite"):
            raise
        raise not_installed("a compiled day", "numba", "fast") from error
    return CompiledDay, CompiledLedger


def cut(gaps: Sequence[range], *, twin: bool, workers: int = 1, together: int = 1) -> list[range]:
    """Cut futures to be run into blocks: as wide as is fast, and as many as give every worker the same.

    A block is a multiple of `together` futures wide, but for the last of a gap.
    """
    total, widest = sum(map(len, gaps)), COLUMNS // 2 if twin else COLUMNS
    blocks = math.ceil(total / (widest * workers)) * workers
    width = math.ceil(total / max(blocks, 1) / together) * together
    return [gap[start : start + width] for gap in gaps for start in range(0, len(gap), width)]


def run_blocks(
    scenario: Scenario, seed: int, n: int, *, twin: bool = True, advance: Callable[[float], None] = lambda done: None
) -> Iterator[Block]:
    """Run futures 0 to n - 1 in this process, block by block."""
    for span in cut([range(n)], twin=twin):
        yield run_block(scenario, seed, np.array(span), twin=twin, advance=advance)
