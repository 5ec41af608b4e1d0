"""Scenario x seed x futures -> blocks of results."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim import engine
from sim.assembly import assemble
from sim.draws import Draws
from sim.recorder import Ledger
from sim.results import Block
from sim.spec.scenario import Scenario

BLOCK = 256
"""Replications that run together; results are merged block by block, in order."""


def run_block(
    scenario: Scenario, seed: int, replications: NDArray[np.int64], *, twin: bool = True, watched: bool = False
) -> Block:
    """Run some futures, each beside its undisturbed twin unless told otherwise."""
    world = assemble(scenario, Draws(seed, replications, copies=2 if twin else 1), watched=watched)
    ledger = Ledger(world)
    engine.run(world, ledger)
    return ledger.block(world)


def run_blocks(scenario: Scenario, seed: int, n: int, *, twin: bool = True) -> Iterator[Block]:
    """Run futures 0 to n - 1, block by block."""
    for first in range(0, n, BLOCK):
        yield run_block(scenario, seed, np.arange(first, min(first + BLOCK, n)), twin=twin)
